"""Status line of a copy: until the clipboard is cleared, afterwards, and when the copy is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from tests.app_pilot import LARGE
from tests.ui.person import Person, in_secret
from tui.terminal.clipboard.desktop import Desktop
from tui.terminal.clipboard.ways import TerminalClipboard, TmuxBuffer, TmuxClipboard
from tui.ui.widgets.bars.status import StatusLine
from tui.ui.widgets.lines import wrapped

pytestmark = pytest.mark.slow

GONE: Final = "Asked your terminal at 14:00:45 to clear its clipboard (unconfirmed)."
SECONDS: Final = 45


@pytest.mark.parametrize(
    "way", [TmuxClipboard(), TmuxBuffer(), TerminalClipboard(print, str, " through screen"), Desktop]
)
def test_where_a_copy_went_and_when_it_goes_fits_two_lines_of_80_cells(way: Any) -> None:
    then = way.then.format(at="14:03:00")
    said = f".dockerconfigjson: 1.2 kB {way.where} K keeps it. {then}."
    assert len(list(wrapped([("  ", said)], 80))) <= 2


@asynccontextmanager
async def at_password(monkeypatch: pytest.MonkeyPatch, **how: Any) -> AsyncIterator[Person]:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    async with in_secret(key="password", size=LARGE, **how) as person:
        yield person


def said(person: Person) -> str:
    """Text of the status line."""
    return person.app.screen.query_one(StatusLine).message


async def copies(person: Person) -> None:
    await person.presses("c", "K keeps it. Cleared at 14:00:45")


async def test_a_cleared_copy_is_reported_and_k_says_that_the_clipboard_holds_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_password(monkeypatch) as person:
        await copies(person)
        person.clock.advance(SECONDS)
        await person.sees(GONE)
        assert said(person) == GONE
        await person.presses("K", "The clipboard holds no copied value.")


async def test_a_message_about_something_else_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_password(monkeypatch) as person:
        await copies(person)
        await person.presses("m", "All values are masked.")
        person.clock.advance(SECONDS)
        await person.waits_for(lambda: not person.app.shared.clipboard.is_holding, "it to be taken back")
        await person.calm()
        assert said(person) == "All values are masked."
        assert GONE not in [message.text for message in person.app.shared.messages]


async def test_a_copy_that_was_not_cleared_is_reported_over_any_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def copied(desktop: Desktop, data: bytes) -> None: ...

    async def not_cleared(desktop: Desktop, data: bytes) -> bool:
        return False

    monkeypatch.setattr(Desktop, "copy", copied)
    monkeypatch.setattr(Desktop, "clear", not_cleared)
    monkeypatch.setattr("tui.terminal.clipboard.ways._CONTAINERS", ())
    async with in_secret(key="password", size=LARGE) as person:
        await copies(person)
        await person.presses("m", "All values are masked.")
        person.clock.advance(SECONDS)
        await person.sees("! Clipboard not cleared at 14:00:45: its content changed, or could not be read.")


async def test_a_screen_that_is_returned_to_does_not_say_what_is_not_true_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_password(monkeypatch) as person:
        await person.presses("enter", "r shows it")
        await copies(person)
        await person.presses("r", "is shown until")
        person.clock.advance(SECONDS)
        await person.waits_for(lambda: not person.app.shared.clipboard.is_holding, "it to be taken back")
        assert "is shown until" in said(person)
        await person.presses("escape", "Read by: password")
        assert "keeps it" not in person.text
        assert any(message.text == GONE for message in person.app.shared.messages)
