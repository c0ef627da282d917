"""A press that waits for the check for viewers does nothing once the screen was covered."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.helpers import eventually
from tests.ui.person import PASSWORD, Person, in_secret
from tests.ui.test_copy import watched
from tui.model.viewers import Viewers
from tui.session import viewer_watch

pytestmark = pytest.mark.slow


class SlowEyes:
    """Check for viewers that waits until `may` is set."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.begun = 0
        self.may.set()

    def __call__(self) -> Viewers:
        self.begun += 1
        self.may.wait()
        return Viewers()


async def is_covered(person: Person) -> None:
    person.app.cover()


async def is_suspended(person: Person) -> None:
    """Suspend the program, as ctrl+z does, and resume it, as fg does."""
    app: Any = person.app
    app.app_suspend_signal.publish(app)
    await app.step_back()
    app.come_back()
    app.app_resume_signal.publish(app)


@pytest.mark.parametrize("does", [is_covered, is_suspended])
@pytest.mark.parametrize("key", ["c", "C", "r", "ctrl+c"])
async def test_nothing_is_copied_or_shown_by_a_press_that_waited_for_the_look(
    key: str, does: Callable[[Person], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ctrl+c` would copy the text selected in an editor."""
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    monkeypatch.setattr(viewer_watch, "LONGEST_CHECK", 30.0)
    eyes = SlowEyes()
    said = (
        "Not copied: the screen was left, covered or suspended."
        if key == "ctrl+c"
        else "Nothing done: the screen was covered or suspended."
    )
    try:
        async with in_secret(key="password", look=eyes) as person:
            sent = watched(person)
            if key == "ctrl+c":
                await person.presses("e shift+home", PASSWORD)
            await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
            eyes.may.clear()
            begun = eyes.begun
            person.hands.press(person.app, key)
            await eventually(lambda: eyes.begun > begun, "a look")  # no widget is idle until it ends
            await does(person)
            eyes.may.set()
            messages = person.app.shared.messages
            await person.waits_for(lambda: any(message.text.endswith(said) for message in messages), said)
            assert sent == []
            assert key == "ctrl+c" or (PASSWORD not in person.text and "as it is" not in person.text)
    finally:
        eyes.may.set()


async def test_yaml_that_was_masked_while_the_press_waited_is_copied_masked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    monkeypatch.setattr(viewer_watch, "LONGEST_CHECK", 30.0)
    eyes = SlowEyes()
    try:
        async with in_secret(look=eyes) as person:
            await person.presses("y", "values masked")
            await person.presses("r", "values in base64")
            await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
            eyes.may.clear()
            begun = eyes.begun
            person.hands.press(person.app, "c")
            await eventually(lambda: eyes.begun > begun, "a look")
            person.app.hide_shown()
            eyes.may.set()
            await person.sees("the YAML of mysecret, values masked")
    finally:
        eyes.may.set()
