"""The palette: commands that work here, found by words and synonyms; unknown words are reported."""

from __future__ import annotations

import asyncio

import pytest
from textual.command import Hits

from tests.ui.person import PASSWORD, Person, in_secret, sitting_at
from tui.model.secret.secret import SecretRef
from tui.terminal.settings_file import Settings
from tui.ui.command_types import Where
from tui.ui.commands import commands_in
from tui.ui.dialogs.palette import CommandProvider, match


def found(query: str, place: Where = Where.SECRET) -> list[str]:
    """The titles of the commands that a query finds, the best first."""
    scores = {one.title: match(query, one.title, one.synonyms, one.help) for one in commands_in(place)}
    return sorted((title for title, score in scores.items() if score), key=lambda title: -scores[title])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("yaml", ["YAML"]),
        ("export", ["copy as", "save to file", "YAML"]),
        ("copy to", ["copy to", "copy"]),
        ("decode", ["show", "show all"]),
        ("describe", ["describe"]),
        ("password", ["show", "copy", "edit", "set unseen", "check", "find in values", "leak", "show all"]),
        ("base64", ["show", "show all", "paste a file", "YAML", "copy as"]),
        ("rename", ["rename"]),
        ("compare", ["compare", "copy to", "check"]),
        ("show a", ["show all"]),
        ("space", ["namespace", "also in", "copy to", "previous", "compare"]),
        ("restart", ["restart"]),
        ("rollout", ["restart"]),
        ("xq", []),
        ("rvl", []),
    ],
)
def test_words_and_synonyms_find_commands_and_scattered_letters_none(query: str, titles: list[str]) -> None:
    assert found(query)[: len(titles)] == titles
    assert bool(found(query)) is bool(titles)


def test_commands_whose_title_begins_with_the_query_come_first() -> None:
    assert found("re")[0] in ("readers", "rename", "review", "refresh")
    assert found("copy", Where.SECRETS)[0] == "copy name"
    assert found("delete")[:2] == ["delete", "drop key"]


@pytest.mark.parametrize("place", [Where.SECRETS, Where.NAMESPACES, Where.SECRET])
def test_sec_goes_to_the_list_of_secrets_before_it_creates_or_deletes_one(place: Where) -> None:
    assert found("sec", place)[0] == "Secrets"


@pytest.mark.slow
async def test_a_command_that_is_not_possible_now_is_found_with_the_reason() -> None:
    async with in_secret() as person:
        await person.press("colon")
        await looks_for(person, "undo")
        await person.sees(row("undo", "u"), "No drafted change to undo")
        await person.presses("enter", "undo (u): no drafted change to undo.")


def row(title: str, keys: str = "") -> str:
    """Beginning of a command's row in the palette."""
    return f"{title:<17}  {keys:<6}".rstrip()


async def looks_for(person: Person, words: str) -> None:
    await person.sees("Find a command")
    await person.press(*("space" if letter == " " else letter for letter in words))


@pytest.mark.slow
@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_opens_by_both_keys_and_offers_the_commands_of_this_place(key: str) -> None:
    async with sitting_at() as person:
        await person.presses(key, "Find a command", row("open", "enter"))
        assert "drop key" not in person.text, "not at this place"
        await looks_for(person, "labels")
        await person.sees(row("describe", "d i"))
        await person.presses("enter", "Describe  feature-flags")
        await person.press("escape")
        await person.sees_no("Describe  feature-flags")
        await person.open()
        await person.press(key)
        await looks_for(person, "unmask")
        await person.sees("Show or hide the value under the cursor")
        await person.presses("enter", PASSWORD)
    async with sitting_at(size=(200, 60), settings=Settings(read_only=True)) as person:
        await person.presses(key, row("describe", "d i"))
        assert row("new", "a") not in person.text, "offered first is only what works here"
        await looks_for(person, "docker-registry")
        await person.sees(row("new", "a"), "Read-only: Secrets cannot be created here")


@pytest.mark.slow
async def test_a_command_that_cannot_run_here_is_named_with_the_reason_and_reads_nothing() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.press("colon")
        # Its whole name comes before a synonym that works here.
        await looks_for(person, "rotate")
        await person.sees("Restart workloads that keep an old value", "Works in an open Secret")
        await person.press("enter")
        await person.sees("rotate (t): works in an open Secret; enter opens the Secret under")
        await person.press("colon")
        await looks_for(person, "decode")
        await person.sees(row("show", "r"), "Works in an open Secret; enter opens")
        await person.press("escape", "escape", "colon")
        await looks_for(person, "zzz")
        await person.sees("No command here matches", "? shows all keys of this screen")
        assert len(person.asked("GET", part="/secrets/")) == 0


@pytest.mark.slow
@pytest.mark.parametrize("query", ["ns", "namespace"])
async def test_the_way_to_another_namespace_is_found_everywhere(query: str) -> None:
    assert found(query)[0] == found(query, Where.SECRETS)[0] == "namespace"
    async with sitting_at(size=(80, 24)) as person:
        await person.press("N", "colon")
        await looks_for(person, query)
        await person.sees("Find a namespace by words, or type any name")
        await person.presses("enter", "filter, or any name")
        await person.press("escape", "escape")
        for key, there in (("P", "Pods of default"), ("question_mark", "Keys that work here")):
            await person.press("tab", key)
            await person.sees(there)
            await person.press("colon")
            await looks_for(person, query)
            await person.sees(row("namespace", "N"), "Works in the list of Secrets; esc goes back")
            await person.press("escape", "escape")


@pytest.mark.slow
async def test_enter_right_after_the_text_waits_for_the_commands_that_match_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = CommandProvider.search

    async def slow_search(provider: CommandProvider, query: str) -> Hits:
        for _ in range(1_000):  # turns of the event loop
            await asyncio.sleep(0)
        async for hit in search(provider, query):
            yield hit

    monkeypatch.setattr(CommandProvider, "search", slow_search)
    async with sitting_at() as person:
        person.hands.press(person.app, "colon", *"ns", "space", *"web", "enter")
        await person.sees("payments-cluster › web")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_ns_and_a_name_goes_to_that_namespace_as_in_k9s(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.press("colon", *"ns pay")
        await person.sees("namespace payments")
        await person.presses("enter", "payments-cluster › payments")
        await person.open(SecretRef("payments", "gateway-api"))
        await person.press("colon", *"secrets web")
        await person.sees("namespace web")
        await person.presses("enter", "payments-cluster › web")
        await person.press("colon", *"ns all")
        await person.sees("List all Secrets")
        await person.presses("enter", "payments-cluster › all namespaces")
        await person.acts_on("default/mysecret", "p", "Readers of mysecret")
        await person.press("d", "T", "colon", *"ns web")
        await person.sees("namespace web")
        await person.presses("enter", "payments-cluster › web", "cart-redis")
        assert len(person.app.screen_stack) == 1, "from any screen it leads to the list"
        await person.press("colon", *"ns nowhere")
        await person.sees("No command here matches")
