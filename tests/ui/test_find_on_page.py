"""`/` finds words in a shown value and on pages; `n` goes to the next place."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tests.ui.test_draft_list import FLAGS, NEW, begun, listed
from tests.ui.test_review_diff import marked
from tests.ui.test_rollout import restarting
from tests.ui.test_shown_values import REF, STORY
from tui.ui.commands import COMMANDS, NOT_TYPING

pytestmark = pytest.mark.slow


async def opens(person: Person, key: str) -> None:
    """Show one whole value."""
    await person.put_cursor("#key-table", key)
    await person.presses("enter r", f"{key} is shown until")


def found(person: Person, selector: str) -> str:
    return "".join(marked(person, selector)).strip()


async def test_the_next_line_with_the_words_is_marked_and_in_sight() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await opens(person, "c-lines")
        await person.press("slash")
        await person.fills("LINE 3", "enter")
        await person.sees("Line 3 of 40. n finds the next match, N the previous.")
        assert found(person, "#text") == "line 3 of forty⏎"
        await person.presses("n", "Line 30 of 40.", "line 30 of forty")
        assert found(person, "#text") == "line 30 of forty⏎"
        await person.press("slash")
        await person.fills("line 29", "enter")
        await person.sees("Line 29 of 40.", "No other line matches.")
        await person.presses("n", "Line 29 of 40.")
        await person.press("slash")
        await person.fills("no such line", "enter")
        await person.sees("Not on this page.")
        await person.presses("escape r slash", "Nothing to search while the value is masked; r shows it.")
        assert found(person, "#text") == ""


async def test_the_title_says_which_place_it_is_and_capital_n_goes_back() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await opens(person, "c-lines")
        await person.press("slash")
        await person.fills("line 3", "enter")
        await person.sees("found 1 of 11")
        await person.presses("n", "found 2 of 11", "Line 30 of 40.")
        await person.presses("N", "found 1 of 11", "Line 3 of 40.")
        await person.presses("N", "found 11 of 11", "Line 39 of 40.")
        await person.presses("n", "found 1 of 11")
        await person.press("r")
        await person.sees_no("found 1 of 11")


async def test_words_are_found_while_they_are_typed_and_escape_goes_back() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await opens(person, "c-lines")
        await person.press("slash")
        await person.type("line 3")
        await person.sees("found 1 of 11", "line 3 of forty")
        await person.press("8")
        await person.sees("found 1 of 1", "line 38 of forty")
        await person.press("x")
        await person.sees("Not on this page.", "line 1 of forty")
        await person.sees_no("found 1")
        await person.press("backspace", "enter")
        await person.sees("Line 38 of 40.", "No other line matches.")
        assert found(person, "#text") == "line 38 of forty⏎"
        await person.press("slash")
        await person.fills("line 2")
        await person.sees("found 1 of 11")
        await person.press("escape")
        await person.sees_no("found 1 of 11")
        assert found(person, "#text") == "line 38 of forty⏎"


async def test_a_value_that_was_hidden_while_the_words_were_typed_is_not_searched() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await opens(person, "c-lines")
        await person.press("slash")
        await person.fills("line 3")
        person.app.hide_shown()
        await person.presses("enter", "The value is masked again.")
        await person.press("escape")
        await person.sees_no("line 3")


async def test_words_are_found_where_a_long_line_wraps() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await opens(person, "b-token")
        lines = person.read("#text").split()
        await person.press("slash")
        await person.fills(lines[1][-3:] + lines[2][:3], "enter")
        await person.sees("Line 2 of")
        assert found(person, "#text") == lines[1]


async def test_pages_are_searched_too() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await person.press("y", "slash")
        await person.fills("kind: secret", "enter")
        await person.sees("No other line matches.")
        assert found(person, "#page-lines") == "kind: Secret"
        await person.presses("escape d", "Describe", "/ find")
        await person.presses("escape question_mark", "Keys that work here", "/ find")
        await person.presses("ctrl+f", "ctrl+f does nothing here; / finds words on this page.")
        await person.presses("enter", "Keys and more")
        await person.press("slash")
        await person.fills("undo", "enter")
        await person.sees("n finds the next")
        assert "ndo" in found(person, "#page-lines")


async def finds(person: Person, words: str, *shown: str) -> None:
    await person.press("slash")
    await person.fills(words, "enter")
    await person.sees(*shown)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_words_are_found_in_the_rows_and_the_text_of_a_review(size: tuple[int, int]) -> None:
    async with in_secret(size=size) as person:
        await person.edit("username", "made-up")
        await person.edit("password", "made-up-too")
        await person.reviewed()
        await finds(person, "USERNAME", "Line 2 of")
        await finds(person, "changes within", "Line 4 of", "No other line matches.")
        assert found(person, "#about").startswith("file changes within")
        await finds(person, "password", "Line 1 of")
        assert not found(person, "#about")
        await finds(person, "made-up", "Not on this page.")
        await person.press("escape")
        await finds(person, "dry run", "Found only in fixed lines above or below this page.")


async def test_words_are_found_at_the_source_and_among_the_rights() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("M", "Source of", "No action is possible at the source.")
        await finds(person, "MANAGE", "Line 1 of")
        await person.presses("escape A", "Access", "patch secrets")
        await finds(person, "patch secrets", "No other line matches.")
        await person.press("escape")


def test_every_place_but_those_where_one_types_finds_words_by_the_same_key() -> None:
    finds = [command for command in COMMANDS if "slash" in command.keys.split(",")]
    assert set().union(*(command.where for command in finds)) == NOT_TYPING


async def test_words_are_found_among_drafts_and_restarts() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begun(person, FLAGS, NEW, MINE)
        await listed(person, "ready")
        await finds(person, str(NEW).upper(), "No other line matches.")
        assert person.app.screen.row.draft.ref == NEW  # type: ignore[attr-defined]
    async with restarting() as person:
        await finds(person, "DEPLOYMENT/WEB", "Line 2 of")
