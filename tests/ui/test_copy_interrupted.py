"""A press that waits for a look at who else sees the terminal, and what is done before the look has ended."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from tests.app_pilot import LARGE
from tests.ui.person import PASSWORD, Person, in_secret
from tui.model.viewers import Viewers
from tui.session import viewer_watch
from tui.session.writes.audit import Journal

pytestmark = pytest.mark.slow

LEFT: Final = "Not copied: the screen with the selection is gone."
INTERRUPTED: Final = "Nothing done: the screen was covered or suspended."


class SlowEyes:
    """A look that ends when it is let."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.begun = self.ended = 0
        self.may.set()

    def __call__(self) -> Viewers:
        self.begun += 1
        self.may.wait()
        self.ended += 1
        return Viewers()


class Desk:
    """What left by the terminal's clipboard, and what was written down."""

    def __init__(self, person: Person, eyes: SlowEyes, lines: list[bytes]) -> None:
        self.person, self.eyes, self._lines = person, eyes, lines
        self.sent: list[str] = []
        person.app._clipboard_way._write = self.sent.append

    @property
    def copies_noted(self) -> int:
        return sum(b'"copied"' in line for line in self._lines)


@asynccontextmanager
async def slowly_seen(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    monkeypatch.setattr(viewer_watch, "LONGEST", 30.0)
    eyes, lines = SlowEyes(), list[bytes]()
    journal = Journal(lines.append, is_required=True)
    try:
        async with in_secret(key="password", look=eyes, size=LARGE, journal=journal) as person:
            yield Desk(person, eyes, lines)
            eyes.may.set()
    finally:
        eyes.may.set()


async def leaves(person: Person) -> None:
    await person.presses("escape", "Read by: password")


async def covers(person: Person) -> None:
    await person.presses("ctrl+l", "covered since")


async def covers_and_returns(person: Person) -> None:
    await covers(person)
    await person.presses("enter", "KEY")


async def is_suspended(person: Person) -> None:
    """As by ctrl+z, and back by fg."""
    app: Any = person.app
    app.app_suspend_signal.publish(app)
    await app.step_back()
    app.come_back()
    app.app_resume_signal.publish(app)


@pytest.mark.parametrize("does", [leaves, covers, covers_and_returns, is_suspended])
async def test_what_was_selected_is_not_copied_once_its_screen_was_left_or_covered(
    does: Callable[[Person], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slowly_seen(monkeypatch) as desk:
        await desk.person.press("e", "shift+home")
        await desk.person.sees(PASSWORD)
        desk.eyes.may.clear()
        await desk.person.press("ctrl+c")
        await does(desk.person)
        desk.eyes.may.set()
        await said(desk.person, LEFT)
        assert (desk.sent, desk.copies_noted) == ([], 0)


@pytest.mark.parametrize("key", ["c", "C", "r"])
async def test_a_press_that_waited_does_nothing_after_the_terminal_was_given_away(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slowly_seen(monkeypatch) as desk:
        desk.eyes.may.clear()
        await presses(desk, key)
        await is_suspended(desk.person)
        desk.eyes.may.set()
        await said(desk.person, INTERRUPTED)
        assert (desk.sent, desk.copies_noted) == ([], 0)
        assert PASSWORD not in desk.person.text and "as it is" not in desk.person.text


@pytest.mark.parametrize("is_inside", [False, True])
@pytest.mark.parametrize("key", ["c", "C", "r"])
async def test_a_press_that_waited_does_nothing_under_the_cover(
    key: str, is_inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slowly_seen(monkeypatch) as desk:
        if is_inside:
            await desk.person.press("enter")
            await desk.person.sees("r shows it")
        desk.eyes.may.clear()
        await presses(desk, key)
        desk.person.app.cover()
        ended = desk.eyes.ended
        desk.eyes.may.set()
        await desk.person.sees("covered since")
        await desk.person.waits_for(lambda: desk.eyes.ended > ended, "the look to end")
        await desk.person.calm()
        if not is_inside:  # else nothing is left that could say it
            await said(desk.person, INTERRUPTED)
        assert (desk.sent, desk.copies_noted) == ([], 0)
        assert PASSWORD not in desk.person.text and "as it is" not in desk.person.text


async def test_yaml_that_was_masked_while_the_press_waited_is_copied_masked_and_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with slowly_seen(monkeypatch) as desk:
        await desk.person.press("y", "r")
        await desk.person.sees("values in base64")
        desk.eyes.may.clear()
        await presses(desk, "c")
        desk.person.app.hide_shown()
        desk.eyes.may.set()
        await desk.person.sees("the YAML of mysecret, values masked")
        assert (len(desk.sent), desk.copies_noted) == (1, 0)


async def presses(desk: Desk, key: str) -> None:
    """Without waiting for its answer, which waits for the look."""
    person, begun = desk.person, desk.eyes.begun
    await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
    person.hands.press(person.app, key)
    await person.waits_for(lambda: desk.eyes.begun > begun, "a look")


async def said(person: Person, words: str) -> None:
    """On the line of the screen that is there, or beneath the cover."""
    await person.waits_for(
        lambda: any(message.text.endswith(words) for message in person.app.desk.messages), repr(words)
    )
