"""The filter and the orders of the list."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.query import LIST_ORDERS, Query, in_key_names, ordered
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE


def row(name: str, namespace: str = "payments", **facts: object) -> SecretSummary:
    usual: dict[str, object] = {"type": "Opaque", "key_count": 1, "created": 100.0}
    return SecretSummary(SecretRef(namespace, name), f"uid-{name}", "1", **(usual | facts))  # type: ignore[arg-type]


ROWS = [
    row(
        "db-credentials",
        keys=("password", "username"),
        manager="ExternalSecret/db",
        key_count=2,
        created=300.0,
    ),
    row(
        "db-tls", type="kubernetes.io/tls", keys=("tls.crt", "tls.key"), labels=(("app", "web"),), key_count=2
    ),
    row("legacy-db", changed_by="kubectl-edit", created=None),
    row("smtp", "mail", keys=(), key_count=0, created=200.0),
    row("sh.helm.release.v1.db.v1", type=HELM_RELEASE, created=400.0),
]


def names(rows: Sequence[SecretSummary]) -> list[str]:
    return [row.ref.name for row in rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["db-credentials", "db-tls", "legacy-db", "smtp"]),
        ("db", ["db-credentials", "db-tls", "legacy-db"]),
        ("payments/db", ["db-credentials", "db-tls"]),
        ("ns:mail", ["smtp"]),
        ("!ns:mail db !tls", ["db-credentials", "legacy-db"]),
        ("type:tls", ["db-tls"]),
        ("!type:opaque", ["db-tls"]),
        ("key:pass", ["db-credentials"]),
        ("!key:pass", ["db-tls", "smtp"]),
        ("label:app=web", ["db-tls"]),
        ("by:externalsecret", ["db-credentials"]),
        ("by:kubectl", ["legacy-db"]),
        ("key:", ["db-credentials", "db-tls", "legacy-db", "smtp"]),
        ("http://x", []),
    ],
)
def test_the_words_of_a_filter_are_combined_with_and(text: str, found: list[str]) -> None:
    query = Query.parse(text)
    assert names(query.filter([row for row in ROWS if not row.is_helm_release])) == found


def test_unknown_key_names_are_counted_only_when_asked_for() -> None:
    assert Query.parse("key:a").unknown_keys(ROWS) == 2
    assert Query.parse("!key:a").unknown_keys(ROWS) == 2
    assert Query.parse("a").unknown_keys(ROWS) == Query.parse("key:").unknown_keys(ROWS) == 0


def test_secrets_without_readers_are_filtered_apart_from_those_with_unknown_readers() -> None:
    counts = {"db-credentials": 2, "db-tls": 0}

    def readers(ref: SecretRef) -> int | None:
        return counts.get(ref.name)

    unread, read = Query.parse("by:none"), Query.parse("db !by:none")
    assert names(unread.filter(ROWS, readers)) == ["db-tls"]
    assert names(read.filter(ROWS, readers)) == ["db-credentials"]
    assert not Query.parse("by:none !by:none").filter(ROWS, readers)
    assert unread.unknown_readers(ROWS, readers) == read.unknown_readers(ROWS, readers) == 3
    assert Query.parse("db").unknown_readers(ROWS, readers) == 0


@given(st.text(max_size=20))
def test_any_text_is_a_filter(text: str) -> None:
    found = Query.parse(text).filter(ROWS)
    assert found == [row for row in ROWS if row in found]


@pytest.mark.parametrize(
    ("order", "is_reversed", "found"),
    [
        ("name", False, ["smtp", "db-credentials", "db-tls", "legacy-db", "sh.helm.release.v1.db.v1"]),
        ("age", False, ["sh.helm.release.v1.db.v1", "db-credentials", "smtp", "db-tls", "legacy-db"]),
        ("age", True, ["db-tls", "smtp", "db-credentials", "sh.helm.release.v1.db.v1", "legacy-db"]),
        ("type", False, ["sh.helm.release.v1.db.v1", "smtp", "db-credentials", "legacy-db", "db-tls"]),
        ("keys", False, ["db-credentials", "db-tls", "legacy-db", "sh.helm.release.v1.db.v1", "smtp"]),
    ],
)
def test_rows_are_sorted_by_the_chosen_order(order: str, is_reversed: bool, found: list[str]) -> None:
    rows = sorted(ROWS, key=lambda row: row.ref)
    assert names(ordered(rows, order, is_reversed=is_reversed)) == found


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_order_by_readers_puts_the_most_read_first(is_reversed: bool) -> None:
    first, second, *rest = sorted((row.ref for row in ROWS), reverse=True)
    counts = {first: 2, second: 7}
    rows = sorted(ROWS, key=lambda row: row.ref)
    by_readers = ordered(rows, "readers", is_reversed=is_reversed, readers=lambda ref: counts.get(ref, 0))
    found, unread = [row.ref for row in by_readers], sorted(rest)
    assert found == ([*unread, first, second] if is_reversed else [second, first, *unread])


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_order_by_expiry_puts_the_earliest_first_and_unknown_ends_last(is_reversed: bool) -> None:
    rows = sorted(ROWS, key=lambda row: row.ref)
    first, second, *rest = (row.ref for row in reversed(rows))
    ends = {first: 20.0, second: 3.0}
    by_end = ordered(rows, "expires", is_reversed=is_reversed, end=lambda row: ends.get(row.ref))
    ending = [first, second] if is_reversed else [second, first]
    assert [row.ref for row in by_end] == [*ending, *sorted(rest)]


@pytest.mark.parametrize(
    ("text", "in_keys"),
    [
        ("pass", "key:pass"),
        ("db Pass", "db key:Pass"),
        ("pass ns:web !old", "key:pass ns:web !old"),
        ("key:pass", ""),
        ("!pass", ""),
        ("", ""),
    ],
)
def test_the_last_plain_word_is_looked_for_in_key_names(text: str, in_keys: str) -> None:
    assert in_key_names(text) == in_keys


@pytest.mark.parametrize(
    ("order", "fact", "known"), [("changed", "changed", (30.0, 20.0)), ("manager", "manager", ("a/x", "B/y"))]
)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_rows_without_a_change_or_a_manager_come_last(
    order: str, fact: str, known: tuple[object, object], is_reversed: bool
) -> None:
    first, second = (
        row(name, "payments", **{fact: value}) for name, value in zip(("y", "x"), known, strict=True)
    )
    rows = [row("a"), second, first]
    expected = ["x", "y", "a"] if is_reversed else ["y", "x", "a"]
    assert names(ordered(rows, order, is_reversed=is_reversed)) == expected


def test_an_unknown_order_is_refused() -> None:
    assert LIST_ORDERS == ("name", "age", "type", "keys", "readers", "expires", "changed", "manager")
    with pytest.raises(ValueError, match="Unknown order size"):
        ordered(ROWS, "size", is_reversed=False)
