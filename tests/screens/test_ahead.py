"""Typed ahead: which presses are answered, which are dropped; by a clock that the test moves."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.screens.ahead import Waiting


def press(key: str, at: float) -> Key:
    event = Key(key, key if len(key) == 1 else None)
    event.time = at
    return event


def answered(waiting: Waiting, *, is_field: bool = False) -> list[str]:
    """What is answered of all that waits, with the focus where it is."""
    found = []
    while (event := waiting.next(is_field)) is not None:
        found.append(event.key if isinstance(event, Key) else event.text)
    return found


def came(*keys: str, at: float) -> Waiting:
    waiting = Waiting(frozenset({"ctrl+q"}))
    for key in keys:
        waiting.add(press(key, at))
    return waiting


def test_what_came_before_the_paint_is_dropped_and_counted() -> None:
    waiting = came("e", "D", "enter", at=1.0)
    waiting.painted(2.0)
    waiting.add(press("j", 2.5))
    assert answered(waiting) == ["j"]
    assert waiting.tell() == "Ignored 3 presses that came before this was on screen."
    assert waiting.tell() == ""


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
    ],
)
def test_text_is_given_to_the_field_up_to_what_is_none(
    keys: tuple[str, ...], kept: list[str], dropped: int
) -> None:
    waiting = came(*keys, at=1.0)
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == kept
    assert waiting.dropped == dropped


def test_a_paste_is_text_in_its_place() -> None:
    waiting = came("p", at=1.0)
    pasted = Paste("asted")
    pasted.time = 1.0
    waiting.add(pasted)
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == ["p", "asted"]


def test_a_field_that_was_painted_takes_everything_that_comes_then() -> None:
    waiting = came("enter", at=1.0)
    waiting.painted(2.0)
    assert answered(waiting, is_field=True) == []
    for key in ("a", "enter"):
        waiting.add(press(key, 3.0))
    assert answered(waiting, is_field=True) == ["a", "enter"]
