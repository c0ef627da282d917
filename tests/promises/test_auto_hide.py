"""Values are hidden automatically: after a time, without the focus, on suspend, and by the cover."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from itertools import cycle
from typing import Final

import pytest
from textual import events

from tests.app_pilot import SMALL
from tests.promises.test_values_dropped import are_gone, texts_held, values_of
from tests.several_clusters import between
from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tui.terminal.settings_file import ContextRule, Settings
from tui.ui.app.auto_hide import FOCUS_LOST
from tui.ui.app.cover import CoverScreen

pytestmark = pytest.mark.slow

NEW: Final = "n3w-made-up"
MINUTES: Final = 10
Step = Callable[[Person], Awaitable[None]]


async def in_the_list(person: Person) -> None:
    await person.press("j")


async def shown(person: Person) -> None:
    await person.open()
    await person.presses("R", PASSWORD)


async def looked_at(person: Person) -> None:
    await person.open(key="password")
    await person.presses("r enter", PASSWORD, "is shown until")


async def edited(person: Person) -> None:
    await person.open(key="password")
    await person.press("e", *NEW)
    await person.sees(f"{PASSWORD}{NEW}")


async def reviewed(person: Person) -> None:
    await person.open()
    await person.edit_to_review("password", NEW)
    await person.presses("r", NEW)


async def looked_at_in_the_review(person: Person) -> None:
    await reviewed(person)
    await person.presses("enter", "is shown until")


async def in_conflict(person: Person) -> None:
    await person.open()
    await person.edit("password", NEW)
    person.others_set("password", b"theirs-made-up")
    await person.sees("changed on the server")
    await person.presses("w", "to resolve")
    await person.presses("r", NEW)


async def named(person: Person) -> None:
    await shown(person)
    await person.press("a", *"half-a-na")


async def asked(person: Person) -> None:
    await person.open()
    await person.edit("password", NEW)
    await person.presses("ctrl+q", "Quit and lose")


async def in_the_palette(person: Person) -> None:
    await shown(person)
    await person.presses("ctrl+p", "Find a command")


async def set_unseen(person: Person) -> None:
    await person.open()
    await person.press("s", *NEW)


async def checked(person: Person) -> None:
    await person.open()
    await person.press("=", *NEW)


async def deleted(person: Person) -> None:
    await shown(person)
    await person.presses("D", "Readers, worst first")


async def at_the_pods(person: Person) -> None:
    await shown(person)
    await person.presses("p", "Readers of mysecret")


async def helped(person: Person) -> None:
    await shown(person)
    await person.presses("f1", "Keys that work here")


async def read_as_yaml(person: Person) -> None:
    await person.open()
    await person.presses("y r", "2 values are shown until")


PLACES: Final[tuple[Step, ...]] = (
    *(in_the_list, shown, looked_at, edited, reviewed, looked_at_in_the_review, in_conflict, named, asked),
    *(in_the_palette, set_unseen, checked, deleted, at_the_pods, helped, read_as_yaml),
)
BEGUN: Final = {"edited", "reviewed", "looked_at_in_the_review", "in_conflict", "asked"}
"""Places with typed text that is a draft, or becomes one."""


def is_covered(person: Person) -> bool:
    return isinstance(person.app.screen, CoverScreen)


def assert_hidden(person: Person) -> None:
    """Check that the screen shows no value and no Secret's name, and that no widget holds a value."""
    for text in (PASSWORD, NEW, MINE.name, "password"):
        assert text not in person.text
    assert not [*texts_held(person, PASSWORD), *texts_held(person, NEW)] and person.session.opened is None


@pytest.mark.parametrize(("place", "how"), zip(PLACES, cycle(("ctrl+l", "idle")), strict=False))
async def test_the_cover_hides_every_screen_and_drops_the_fetched_values(place: Step, how: str) -> None:
    async with sitting_at(size=SMALL) as person:
        await place(person)
        opened = person.session.opened
        held = values_of(person) if opened is not None and place.__name__ not in BEGUN else []
        drafts = 1 if place.__name__ in BEGUN else 0
        if how == "idle":
            person.clock.advance(60 * MINUTES)
        else:
            await person.press("ctrl+l")
        await person.waits_for(lambda: is_covered(person), "the cover")
        await person.sees("secret-tui", "covered since", "enter returns")
        assert_hidden(person)
        await are_gone(person, held)
        assert len(person.app.screen_stack) == 2 and len(person.session.drafts.all()) == drafts
        for key in ("r", "R", "W", "escape", "q", "x", "question_mark", "ctrl+p", "ctrl+l"):
            await person.press(key)
            assert is_covered(person), key
        await person.press("enter")
        if opened is None:
            await person.sees(MINE.name)
        else:
            await person.sees("KEY", "password", "********")
        assert PASSWORD not in person.text and NEW not in person.text
        for draft in person.session.drafts.all():
            assert [*draft.changes().set] == ["password"]


async def test_a_press_restarts_the_time_until_the_cover() -> None:
    async with sitting_at(settings=Settings(cover_after=2)) as person:
        person.clock.advance(119)
        await person.press("j")
        person.clock.advance(119)
        await person.calm()
        assert not is_covered(person)
        person.clock.advance(1)
        await person.waits_for(lambda: is_covered(person), "the cover")
        person.clock.advance(600)
        await person.presses("enter", "NAME")
        person.clock.advance(120)
        await person.waits_for(lambda: is_covered(person), "the cover again")


async def test_quitting_from_under_the_cover_asks_about_drafts() -> None:
    async with in_secret() as person:
        await person.edit("password", NEW)
        await person.presses("ctrl+l", "1 draft is kept.")
        await person.presses("ctrl+q", "Quit and lose unwritten drafts?")
        await person.press("ctrl+l")
        await person.waits_for(lambda: is_covered(person), "the cover again")


async def test_the_cover_clears_the_clipboard_after_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    async with sitting_at() as person:
        sent: list[str] = []
        monkeypatch.setattr(person.app._driver, "write", sent.append)
        await person.open()
        await person.press("c", "ctrl+l")
        await person.waits_for(lambda: "\x1b]52;c;\a" in sent, "an empty clipboard")


@pytest.mark.parametrize("place", [shown, looked_at, reviewed], ids=lambda place: place.__name__)
async def test_shown_values_are_hidden_soon_after_the_focus_is_lost(place: Step) -> None:
    async with sitting_at() as person:
        await place(person)
        for is_lost in (False, True):
            person.app.post_message(events.AppBlur())
            await person.calm()
            person.clock.advance(FOCUS_LOST - 1)
            await person.calm()
            if not is_lost:
                person.app.post_message(events.AppFocus())
            await person.calm()
            assert "is shown until" in person.text or "values are shown until" in person.text
            person.clock.advance(FOCUS_LOST)
            await person.calm()
        await person.sees_no("shown until")
        assert PASSWORD not in person.text and NEW not in person.text


async def test_an_editor_stays_open_without_the_focus_and_is_covered_after_the_machine_slept() -> None:
    async with sitting_at() as person:
        await edited(person)
        person.app.post_message(events.AppBlur())
        await person.calm()
        person.clock.advance(FOCUS_LOST)
        await person.calm()
        await person.sees(f"{PASSWORD}{NEW}")
        person.session._woke()
        await person.sees("covered since", "1 draft is kept.")
        assert_hidden(person)
        await person.presses("enter", "Covered: the computer slept while an editor was open.")


@pytest.mark.parametrize("place", [shown, looked_at, reviewed], ids=lambda place: place.__name__)
async def test_shown_values_are_hidden_before_the_program_is_suspended(place: Step) -> None:
    async with sitting_at() as person:
        await place(person)
        person.app.app_suspend_signal.publish(person.app)
        await person.sees_no("shown until")
        assert PASSWORD not in person.text and NEW not in person.text


@pytest.mark.parametrize(("seconds", "covers"), [(60.0, False), (60.0 * MINUTES, True)])
async def test_a_machine_that_slept_shows_no_value_when_it_wakes(
    seconds: float, covers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock goes on during sleep, and timers do not."""
    async with sitting_at() as person:
        await shown(person)
        now = person.clock.now() + seconds
        monkeypatch.setattr(person.clock, "now", lambda: now)
        person.session._woke()
        await person.sees_no(PASSWORD)
        await person.calm()
        assert is_covered(person) == covers


async def test_a_message_after_the_cover_says_that_the_key_typed_unseen_was_not_set() -> None:
    async with sitting_at() as person:
        await set_unseen(person)
        await person.presses("ctrl+l", "covered since")
        await person.presses("enter", "password was not set.")


async def test_a_shown_value_says_until_when_and_every_press_extends_its_time() -> None:
    async with sitting_at() as person:
        await shown(person)
        await person.sees("shown until 14:01:00")
        person.clock.advance(30)
        await person.presses("j", "shown until 14:01:30")


async def test_the_cover_drops_the_values_of_a_review() -> None:
    async with sitting_at() as person:
        await reviewed(person)
        review = person.session.writes.reviews.targets[0].review
        assert review is not None and review.secret is not None
        held = [weakref.ref(review.secret.data["username"])]
        del review
        await person.presses("ctrl+l", "covered since")
        await asyncio.sleep(0)
        await are_gone(person, held)


async def test_each_context_is_covered_after_its_own_time() -> None:
    settings = Settings(contexts=(ContextRule("prod-*", cover_after=2),))
    async with between("stage", "prod-eu", settings=settings) as person:
        await person.settles()
        person.clock.advance(5 * 60)
        await person.calm()
        await person.goes_to("prod-eu")
        await person.sees("Secrets  9")
        person.clock.advance(2 * 60)
        await person.sees("covered since")
