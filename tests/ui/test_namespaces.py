"""The namespaces: starred and recent ones come first, and any name can be typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.several_clusters import between
from tests.ui.person import Person, sitting_at
from tui.embedded.users import Rule


def names(person: Person) -> list[str]:
    """Names in the order of the list."""
    return [row.name for row in person.app.screen.query_one("#namespace-table").rows]  # type: ignore[attr-defined]


@pytest.mark.slow
async def test_starred_and_recent_namespaces_are_on_top_in_the_next_run_too(tmp_path: Path) -> None:
    async with between("stage", size=(80, 24), memory=tmp_path) as person:
        await person.press("N")
        await person.put_cursor("#namespace-table", "web")
        await person.presses("asterisk", "web is starred: it stays on top.", "★ web")
        await person.put_cursor("#namespace-table", "payments")
        await person.presses("enter", "Secrets  13")
        await person.press("N")
        assert names(person)[:4] == ["", "web", "default", "─"]
        assert names(person).count("web") == names(person).count("default") == 1
        await person.press("home", "down", "down", "down")
        assert person.app.screen.query_one("#namespace-table").cursor_key == "kube-node-lease"  # type: ignore[attr-defined]
        await person.waits_for(lambda: "payments" not in names(person)[:3], "list Secrets")
        await person.waits_for(lambda: (tmp_path / "remembered.json").exists(), "the file")
    async with between("stage", size=(80, 24), memory=tmp_path) as person:
        await person.press("N")
        assert names(person)[:3] == ["", "web", "─"], "where one is now is no place to go to"
        await person.put_cursor("#namespace-table", "web")
        await person.presses("asterisk", "web is no longer starred.")
        await person.sees_no("★")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(48, 20), (80, 24), (120, 36)])
async def test_enter_keeps_the_filter_and_goes_to_the_rows_and_the_next_enter_opens(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await person.press("N", "slash", *"mon")
        assert names(person) == ["monitoring"]
        await person.presses("enter", "Namespaces  8 /mon", "cluster › default")
        await person.presses("enter", "cluster › monitoring")
        await person.press("N")
        assert len(names(person)) > 5 and "8 /mon" not in person.text, "the filter is gone once it was used"
        await person.press("slash", *"default", "enter", "enter")
        await person.sees("cluster › default")
        await person.press("N", "slash", *"zzz", "escape")
        assert len(names(person)) > 5
        await person.presses("q", "Secrets  9")


@pytest.mark.parametrize("namespace", ["web", "payments"])
async def test_a_namespace_has_as_many_secrets_as_its_list_shows(namespace: str) -> None:
    async with sitting_at(namespace=namespace, size=(120, 36)) as person:
        shown = len(person.listed.rows.shown)
        await person.sees(f"Secrets  {shown} ", "2 Helm hidden")
        await person.reads("#namespaces", f"{namespace} {shown}")
        await person.presses("H", f"Secrets  {shown + 2} ")
        await person.presses("N", f"{namespace} {shown + 2}", at="#namespaces")


@pytest.mark.slow
async def test_a_filter_that_no_namespace_matches_opens_nothing_until_it_is_entered_again() -> None:
    async with sitting_at(size=(80, 24)) as person:
        said = "Namespace db-cred is not in the list. Press enter again to open it anyway."
        await person.press("N", "slash", *"db-cred", "enter")
        await person.sees(said, "payments-cluster › default")
        await person.press("x", "backspace", "enter")
        await person.calm()
        assert person.app.shared.session.namespace == "default", "what was typed since then is a new name"
        await person.presses("escape", "Namespaces  8")
        await person.sees_no("No namespace db-cred")
        await person.press("slash", *"db-cred", "enter", "enter")
        await person.sees("payments-cluster › db-cred")


@pytest.mark.slow
async def test_any_name_can_be_typed_where_none_may_be_listed() -> None:
    rules = [Rule(["get", "list", "watch"], ["secrets"], [], ["payments"])]
    async with sitting_at(rules=rules, size=(80, 24), settles=False) as person:
        await person.presses("N", "you may not list namespaces")
        await person.press("slash", *"Not one", "enter")
        await person.waits_for(lambda: person.app.shared.messages, "a sentence")
        assert person.app.shared.session.namespace == "default"
        await person.press("escape", "slash", *"payments", "enter")
        await person.sees("payments-cluster › payments", "db-credentials")
        await person.press("N", "slash", *"pay", "enter")
        await person.sees("payments-cluster › pay ")


@pytest.mark.slow
async def test_a_name_that_was_mistyped_is_not_remembered() -> None:
    async with sitting_at(size=(120, 36)) as person:
        shared = person.app.shared
        shared.names.kept = shared.names.kept.at("no-such")
        await person.presses("N slash", "filter, or any name")
        await person.press(*"no-such", "enter", "enter")
        await person.reads("#secrets", "Namespace no-such does not exist.")
        await person.presses("N", "Namespaces")
        await person.put_cursor("#namespace-table", "default")
        await person.presses("enter", "Secrets  9")
        assert "no-such" not in shared.names.kept.recent
        assert "no-such" not in names(person)


@pytest.mark.slow
async def test_where_namespaces_may_not_be_seen_one_is_remembered_only_if_it_must_exist() -> None:
    one = Rule(("get",), ("secrets",), names=("mysecret",), namespaces=("default",))
    async with sitting_at(size=(120, 36), rules=[one], settles=False) as person:
        shared = person.app.shared
        await person.reads("#secrets", "mysecret get your rights")
        await person.press("N", "slash", *"defaults", "enter")
        await person.reads("#secrets", "Namespace defaults may not exist", "Did you mean default?")
        await person.press("N", "slash", *"web", "enter")
        await person.reads("#secrets", "Namespace web may not exist")
        assert shared.names.kept.recent == ("default",)
