"""Viewers of the terminal: badges, one question before the first value is shown, one before a copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.ui.person import PASSWORD, Person, in_secret
from tui.model.viewers import Viewers
from tui.session.viewer_watch import CHECK_AGAIN, CHECKS_APART
from tui.terminal.settings_file import Settings
from tui.ui.widgets.lists.key_table import KeyTable

pytestmark = pytest.mark.slow

PIPED = Viewers(("tmux pipe-pane",))
SHARED = Viewers(clients=2)


class Eyes:
    """Fake check for viewers, with its result or error, and the number of checks."""

    def __init__(self, found: Viewers | Exception) -> None:
        self.found, self.looks = found, 0

    def __call__(self) -> Viewers:
        self.looks += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@asynccontextmanager
async def seen_by(found: Viewers | Exception, **how: Any) -> AsyncIterator[tuple[Person, Eyes]]:
    eyes = Eyes(found)
    async with in_secret(key="password", look=eyes, **how) as person:
        yield person, eyes


async def asks(person: Person, key: str, title: str) -> None:
    """Press a key that asks; cancel the question with escape."""
    await person.presses(key, title)
    assert PASSWORD not in person.text
    await person.presses("escape", "Read by: password")
    assert PASSWORD not in person.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("found", "badge", "why"),
    [(PIPED, "RECORDED", "tmux pipe-pane"), (SHARED, "SHARED 2", "2 tmux clients")],
)
async def test_a_badge_and_a_question_once_before_the_first_value_and_the_first_copy(
    found: Viewers, badge: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    async with seen_by(found) as (person, _):
        await person.sees(badge)
        for key in ("r", "R", "e"):
            await asks(person, key, "Show values of payments-cluster here?")
        await asks(person, "c", "Copy values of payments-cluster here?")
        await person.presses("r", why, "s sets and = checks a value without showing it")
        await person.presses("y", PASSWORD, "shown until")
        await person.presses("m r", PASSWORD)
        await person.presses("c", "Copy values of payments-cluster here?")
        await person.presses("y", "sent to your terminal's clipboard")
        await person.presses("c e", "Edit mysecret / password")


async def test_a_later_viewer_is_noticed_at_the_next_press_and_shown_values_are_masked() -> None:
    async with seen_by(Viewers()) as (person, eyes):
        await person.presses("r", PASSWORD)
        eyes.found = SHARED
        person.clock.advance(CHECKS_APART)
        await person.press("j")
        person.clock.advance(CHECKS_APART)
        await person.sees("SHARED 2")
        await person.sees_no(PASSWORD)
        await person.presses("k R", "Show values of payments-cluster here?")
        await person.presses("y", PASSWORD)
        eyes.found = Viewers()
        person.clock.advance(CHECKS_APART)
        await person.press("j")
        person.clock.advance(CHECKS_APART)
        await person.sees_no("SHARED")


async def looked_after(person: Person) -> None:
    """Wait until the next check is scheduled; nothing is pressed meanwhile."""

    def waits() -> bool:
        if CHECK_AGAIN not in person.clock.waits and CHECKS_APART in person.clock.waits:
            person.clock.advance(CHECKS_APART)
        return CHECK_AGAIN in person.clock.waits

    await person.waits_for(waits, "a look that is to come")


async def shown_whole(person: Person) -> None:
    await person.presses("r enter", "is shown until")


async def reviewed(person: Person) -> None:
    await person.edit("password", PASSWORD * 2)
    await person.presses("w", "accepted at")
    await person.press("r")


@pytest.mark.parametrize("shows", [lambda person: person.press("r"), shown_whole, reviewed])
async def test_a_viewer_who_arrives_while_a_value_is_shown_is_noticed_without_a_press(
    shows: Callable[[Person], Awaitable[None]],
) -> None:
    async with seen_by(Viewers()) as (person, eyes):
        await shows(person)
        await person.sees(PASSWORD)
        await looked_after(person)
        eyes.found = SHARED
        person.clock.advance(CHECK_AGAIN)
        await person.sees("SHARED 2", "Masked: someone else may see this terminal now (SHARED 2).")
        assert PASSWORD not in person.text


async def test_a_viewer_who_arrives_while_an_editor_is_open_is_noticed_without_a_press() -> None:
    async with seen_by(Viewers()) as (person, eyes):
        await person.press("e", *"n3w")
        await person.sees(f"{PASSWORD}n3w")
        await looked_after(person)
        eyes.found = PIPED
        person.clock.advance(CHECK_AGAIN)
        await person.sees("covered since", "1 draft is kept.")
        assert PASSWORD not in person.text
        await person.presses("enter", "KEY", "RECORDED")


UNKNOWN = Viewers(is_known=False)


@pytest.mark.parametrize("found", [UNKNOWN, OSError("made up")], ids=["no answer", "an error"])
async def test_a_failed_check_for_viewers_is_asked_about_once(found: Viewers | Exception) -> None:
    async with seen_by(found) as (person, eyes):
        await asks(person, "r", "Show values of payments-cluster here?")
        await person.presses("r", "The check for viewers failed: others may see this terminal.")
        await person.presses("y", PASSWORD)
        await person.presses("m r", PASSWORD)
        eyes.found = PIPED
        await person.presses("m r", "Show values of payments-cluster here?", "tmux pipe-pane")


@pytest.mark.parametrize("key", ["r", "c"])
async def test_a_yes_is_for_the_key_that_was_asked_about(key: str) -> None:
    async with seen_by(PIPED) as (person, _):
        await person.presses(key, "values of payments-cluster here?")
        person.others_drop("password")
        table = person.app.screen_stack[-2].query_one("#key-table", KeyTable)
        await person.waits_for(lambda: table.cursor_key != "password", "the row to go")
        await person.presses("y", "Nothing done: the selection changed.")
        assert not person.shown and not person.app.shared.clipboard.is_holding


async def test_a_selection_is_not_copied_past_the_question() -> None:
    async with seen_by(PIPED) as (person, _):
        person.app.copy_to_clipboard(PASSWORD)
        await person.sees("Not copied: others may see this terminal. Press c in the Secret to copy anyway.")


async def test_working_unseen_asks_nothing() -> None:
    async with seen_by(PIPED, settings=Settings(no_reveal=True)) as (person, _):
        await person.sees("RECORDED", "NO REVEAL")
        await person.press("s", *"n3w", "enter")
        await person.sees("password set unseen")
        await person.press("=", *"n3w", "enter")
        await person.sees("answer  Same.")
