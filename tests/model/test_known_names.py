"""Names that are known without a list, what may be done with each, and where they are from."""

from __future__ import annotations

from tui.model.known_names import known_names
from tui.model.rbac.rights import ResourceRule, Rights

NAMED = ResourceRule(("get", "patch"), ("",), ("secrets",), ("smtp", "db"))
ONE_GET = ResourceRule(("get",), ("",), ("secrets",), ("pull",))


def rows_in_words(
    rules: tuple[ResourceRule, ...] | None, *, is_incomplete: bool = False
) -> list[tuple[str, str, str]]:
    """Each row in words, with a pod's names and one that was opened before."""
    rights = None if rules is None else Rights(rules, is_incomplete)
    rows = known_names("shop", rights, {"pull": "9 pods", "db": "1 pod"}, ["old"])
    assert {row.key for row in rows} == {f"shop/{row.ref.name}" for row in rows}
    return [(row.ref.name, row.right, row.source) for row in rows]


def test_names_that_may_be_opened_come_first_and_each_says_where_it_is_from() -> None:
    assert rows_in_words((NAMED, ONE_GET)) == [
        ("db", "get, patch", "your rights, 1 pod"),
        ("pull", "get", "your rights, 9 pods"),
        ("smtp", "get, patch", "your rights"),
        ("old", "refused", "opened before"),
    ]


def test_a_right_that_the_server_did_not_report_is_unknown_and_never_refused() -> None:
    unknown = [
        *(("db", "right unknown", "1 pod"), ("old", "right unknown", "opened before")),
        ("pull", "right unknown", "9 pods"),
    ]
    assert rows_in_words(None) == unknown
    assert rows_in_words((), is_incomplete=True) == unknown
    assert rows_in_words((ONE_GET,), is_incomplete=True)[0] == ("pull", "get", "your rights, 9 pods")


def test_a_right_on_all_secrets_holds_for_each_name() -> None:
    every = ResourceRule(("get",), ("",), ("secrets",))
    assert {right for _, right, _ in rows_in_words((every,))} == {"get"}
