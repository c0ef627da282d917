"""Presses that wait: which are answered, which left out, and what is said; by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from tui.ui.input.key_queue import ALONE, ASLEEP, QUIET, AskAgain, KeyQueue, PressKind

ACTING = frozenset({*"rDwdceRW", "enter"})


def press(key: str, at: float) -> Key:
    event = Key(key, key if len(key) == 1 else None)
    event.time = at
    return event


def pasted(text: str, at: float) -> Paste:
    event = Paste(text)
    event.time = at
    return event


def on_screen(event: Key | Paste) -> PressKind:
    """Where nothing is typed."""
    return PressKind.ACTS if isinstance(event, Key) and event.key in ACTING else PressKind.MOVES


def in_field(event: Key | Paste) -> PressKind:
    """In a field of one line."""
    is_text = isinstance(event, Paste) or event.is_printable or event.key == "backspace"
    return PressKind.TEXT if is_text else on_screen(event)


def answered(waiting: KeyQueue, *, is_field: bool = False, now: float = 1.0) -> list[str]:
    """What is answered of all that waits, asked again whenever it says so."""
    found, at = [], now
    while (event := waiting.next(in_field if is_field else on_screen, at)) is not None:
        if isinstance(event, AskAgain):
            at += event.seconds
        else:
            found.append(event.key if isinstance(event, Key) else event.text)
    return found


def came(*keys: str, at: float, apart: float = 0.1) -> KeyQueue:
    waiting = KeyQueue(frozenset({"ctrl+q"}))
    for number, key in enumerate(keys):
        waiting.add(press(key, at + number * apart))
    return waiting


def test_what_came_before_the_paint_is_dropped_and_counted() -> None:
    waiting = came("e", "D", "enter", at=1.0)
    waiting.painted(2.0)
    waiting.add(press("j", 2.5))
    assert answered(waiting) == ["j"]
    assert waiting.tell() == "Ignored 3 keys typed before this screen was ready. Pause, then type again."
    assert waiting.tell() == ""


def test_once_a_key_of_a_burst_is_dropped_so_is_the_rest_of_it_until_a_pause() -> None:
    waiting = came(*"ab", "enter", *"cd", at=1.0)
    waiting.painted(1.35)
    assert answered(waiting, is_field=True, now=1.5) == ["a", "b"]
    assert waiting.tell() == "Ignored 3 keys typed before this screen was ready. Pause, then type again."
    waiting.add(press("e", 1.4 + QUIET - 0.1))
    assert answered(waiting, is_field=True, now=3.0) == [], "it belongs to what was dropped"
    assert waiting.tell() == "Ignored 4 keys typed before this screen was ready. Pause, then type again."
    assert waiting.tell() == ""
    waiting.add(press("f", 1.4 + 2 * QUIET))
    assert answered(waiting, is_field=True, now=3.0) == ["f"]


def test_an_escape_leads_back_from_whatever_is_on_screen_however_early_it_came() -> None:
    waiting = came("e", "escape", "D", at=1.0)
    waiting.painted(2.0)
    assert answered(waiting) == ["escape"]
    assert waiting.tell() == "Ignored 2 keys typed before this screen was ready. Pause, then type again."
    waiting.painted(3.0)
    waiting.add(press("escape", 2.9))
    assert (answered(waiting, now=3.0), waiting.tell()) == (["escape"], "")


def test_what_waits_is_not_in_its_repr() -> None:
    waiting = came("r", at=1.0)
    waiting.add(pasted("made-up-value", 1.0))
    assert repr(waiting) == "<2 waiting>"


def test_without_a_paint_all_is_answered_in_its_order() -> None:
    assert answered(came("j", "j", "enter", at=1.0)) == ["j", "j", "enter"]


@pytest.mark.parametrize(
    ("keys", "kept", "dropped"),
    [
        (("p", "a", "backspace", "s"), ["p", "a", "backspace", "s"], 0),
        (("p", "a", "enter", "D"), ["p", "a"], 2),
        (("up", "p"), [], 2),
        (("p", "ctrl+q", "a"), ["p", "ctrl+q", "a"], 0),
        (("enter", "ctrl+q", "a"), ["ctrl+q"], 2),
        (("p", "escape", "a"), ["p", "escape", "a"], 0),
        (("enter", "escape", "a"), ["escape"], 2),
    ],
)
def test_text_is_given_to_the_field_up_to_what_is_none(
    keys: tuple[str, ...], kept: list[str], dropped: int
) -> None:
    waiting = came(*keys, at=1.0)
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == kept
    assert waiting.early == dropped


def test_a_paste_is_text_in_its_place() -> None:
    waiting = came("p", at=1.0)
    waiting.add(pasted("asted", 1.0))
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == ["p", "asted"]


def test_a_field_that_was_painted_takes_everything_that_comes_then() -> None:
    waiting = came("enter", at=1.0)
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == []
    for number, key in enumerate(("a", "enter")):
        waiting.add(press(key, 3.0 + number))
    assert answered(waiting, is_field=True) == ["a", "enter"]


def test_what_acts_waits_until_nothing_follows_and_moving_never_waits() -> None:
    waiting = came("r", at=1.0)
    found = waiting.next(on_screen, 1.0)
    assert isinstance(found, AskAgain) and found.seconds == pytest.approx(ALONE)
    assert waiting.next(on_screen, 1.0 + ALONE / 2) is not None
    assert answered(waiting, now=1.0 + ALONE) == ["r"]
    event = came("j", at=1.0).next(on_screen, 1.0)
    assert isinstance(event, Key)


def test_what_acts_is_not_answered_before_what_came_with_it_can_be_here() -> None:
    """The program was busy for a second: both came long ago, and the second is still on its way to us."""
    waiting = came("r", at=1.0)
    assert isinstance(waiting.next(on_screen, 2.0), AskAgain)
    waiting.add(press("D", 1.001))
    assert answered(waiting, now=2.0) == []
    assert waiting.tell() == "Ignored 2 characters that look like a paste."


@pytest.mark.parametrize(
    ("apart", "keys", "kept", "said"),
    [
        (0.001, ("r", "D", "w", "enter", "d"), [], "Ignored 5 characters that look like a paste."),
        (0.014, ("r", "j", "j"), [], "Ignored 3 characters that look like a paste."),
        (0.001, ("j", "j", "r", "j"), ["j", "j"], "Ignored 2 characters that look like a paste."),
        (0.001, ("j", "r"), ["j"], "Ignored 1 character that looks like a paste."),
        (0.001, ("r", "D", "ctrl+q"), ["ctrl+q"], "Ignored 2 characters that look like a paste."),
        (0.016, ("r", "D", "w", "enter", "d"), ["r", "D", "w", "enter", "d"], ""),
        (0.08, ("r", "D", "w", "enter", "d"), ["r", "D", "w", "enter", "d"], ""),
        (0.001, ("j", "k", "j"), ["j", "k", "j"], ""),
        (0.001, ("escape", "r"), ["escape", "r"], ""),
        (0.001, ("r", "escape"), [], "Ignored 2 characters that look like a paste."),
        (0.016, ("r", "escape"), ["r", "escape"], ""),
    ],
)
def test_what_comes_at_once_does_nothing_but_say_so(
    apart: float, keys: Sequence[str], kept: list[str], said: str
) -> None:
    waiting = came(*keys, at=1.0, apart=apart)
    assert answered(waiting) == kept
    assert waiting.tell() == said


def test_a_paste_into_a_field_is_text_up_to_what_would_hand_it_over() -> None:
    waiting = came(*"new", "enter", *"rD", "enter", at=1.0, apart=0.001)
    assert answered(waiting, is_field=True) == ["n", "e", "w"]
    said = "Ignored 4 characters that look like a paste. Part is in the field (ctrl+y clears it)."
    assert waiting.tell("ctrl+y clears it") == said
    waiting.add(pasted("more", 9.0))
    assert answered(waiting) == []
    assert waiting.tell("ctrl+y clears it") == "Ignored 4 characters that look like a paste."


def test_what_was_typed_before_a_paste_is_no_part_of_it() -> None:
    waiting = came("n", at=1.0)
    for number, key in enumerate(("enter", "e", "w")):
        waiting.add(press(key, 1.5 + number * 0.001))
    assert answered(waiting, is_field=True) == ["n"]
    assert waiting.tell("ctrl+y clears it") == "Ignored 3 characters that look like a paste."


def test_a_bracketed_paste_where_nothing_is_typed_is_told_and_what_acts_sleeps() -> None:
    waiting = KeyQueue()
    waiting.add(pasted("x" * 1400, 1.0))
    assert answered(waiting) == []
    assert waiting.tell() == "Ignored 1,400 characters that look like a paste."
    for key, at in (("r", 1.1), ("j", 1.2), ("r", 1.29), ("r", 1.0 + ASLEEP + 0.01)):
        waiting.add(press(key, at))
    assert answered(waiting) == ["j", "r"]
    assert waiting.tell() == "Ignored 2 characters that look like a paste."


def test_what_a_paste_into_a_field_has_after_its_end_hands_nothing_over() -> None:
    waiting = KeyQueue()
    waiting.add(pasted("made-up", 1.0))
    waiting.add(press("enter", 1.2))
    waiting.add(press("enter", 1.4))
    assert answered(waiting, is_field=True) == ["made-up", "enter"]


def test_what_was_painted_meanwhile_takes_nothing_that_was_held_before() -> None:
    waiting = came("r", at=1.0)
    assert isinstance(waiting.next(on_screen, 1.0), AskAgain)
    waiting.painted(1.01)
    assert answered(waiting, now=1.02) == []
    assert waiting.tell() == "Ignored 1 key typed before this screen was ready. Pause, then type again."


KEYS = st.sampled_from([*"rDwjk", "enter", "down", "ctrl+q"])
GAPS = st.sampled_from([0.0, 0.001, 0.0149, 0.0151, 0.08, 0.5])


@given(st.lists(st.tuples(KEYS, GAPS), max_size=12), st.booleans())
def test_nothing_acts_that_has_company_and_nothing_else_is_lost(
    typed: list[tuple[str, float]], at_once: bool
) -> None:
    """Asked after each press, or after all of them: the same is answered."""
    waiting, at, events, found = KeyQueue(frozenset({"ctrl+q"})), 1.0, [], []
    for key, gap in typed:
        at += gap
        events.append(press(key, at))
        if not at_once and (len(events) > 1):
            found += _asked(waiting, at)
        waiting.add(events[-1])
    found += _asked(waiting, at + 1)
    times = [event.time for event in events]
    for number, event in enumerate(events):
        near = [
            abs(other - event.time) < ALONE for place, other in enumerate(times) if abs(place - number) == 1
        ]
        if event.key in ACTING:
            assert (event in found) is not any(near)
        elif not any(near):
            assert event in found
    assert waiting.pasted == len(events) - len(found)


def _asked(waiting: KeyQueue, until: float) -> list[Key | Paste]:
    """What is answered up to a moment, asked again whenever it says so."""
    found: list[Key | Paste] = []
    now = 1.0
    while (event := waiting.next(on_screen, now)) is not None:
        if not isinstance(event, AskAgain):
            found.append(event)
        elif now + event.seconds > until:
            break
        else:
            now += event.seconds
    return found
