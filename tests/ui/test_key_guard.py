"""Presses that the key guard answers, presses that it drops, and its messages about these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from tui.ui.input.key_guard import ALONE, ASLEEP, HELD, TYPED_ON, KeyGuard, PressKind, may_be_pasted

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
    """Kind of a press where nothing is typed."""
    if isinstance(event, Key) and event.key == "ctrl+q":
        return PressKind.ENDS
    return PressKind.ACTS if isinstance(event, Key) and event.key in ACTING else PressKind.MOVES


def in_field(event: Key | Paste) -> PressKind:
    """Kind of a press in a one-line field."""
    is_text = isinstance(event, Paste) or event.is_printable or event.key == "backspace"
    return PressKind.TEXT if is_text else on_screen(event)


def answered(
    guard: KeyGuard, *events: Key | Paste, kind_of: Callable[[Key | Paste], PressKind] = on_screen
) -> list[str]:
    """Keys and texts of the events that are answered."""
    taken = []
    for number, event in enumerate(events, start=1):
        following = next((later.time for later in events[number:] if may_be_pasted(later)), inf)
        if guard.takes(event, kind_of(event), following):
            taken.append(event.key if isinstance(event, Key) else event.text)
    return taken


def came(*keys: str, at: float, apart: float = 0.1) -> list[Key]:
    return [press(key, at + number * apart) for number, key in enumerate(keys)]


def test_in_a_field_text_and_pastes_are_taken_and_what_ends_is_never_dropped() -> None:
    keys = came("p", "a", "backspace", at=1.0)
    events: list[Key | Paste] = [*keys, pasted("asted", 1.2), press("ctrl+q", 1.2)]
    assert answered(KeyGuard(), *events, kind_of=in_field) == ["p", "a", "backspace", "asted", "ctrl+q"]


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
        (0.001, ("down", "down", "enter"), ["down", "down", "enter"], ""),
        (0.001, ("down", "r", "up"), ["down", "r", "up"], ""),
        (0.005, ("r", "down", "D"), ["down"], "Ignored 2 characters that look like a paste."),
    ],
)
def test_acting_keys_that_arrive_at_once_are_ignored_as_a_paste(
    apart: float, keys: Sequence[str], kept: list[str], said: str
) -> None:
    guard = KeyGuard()
    assert answered(guard, *came(*keys, at=1.0, apart=apart)) == kept
    assert guard.report() == said


def test_a_paste_into_a_field_is_text_up_to_what_would_hand_it_over() -> None:
    guard = KeyGuard()
    keys = came(*"new", "enter", *"rD", "enter", at=1.0, apart=0.001)
    assert answered(guard, *keys, kind_of=in_field) == ["n", "e", "w"]
    said = "Ignored 4 characters that look like a paste."
    assert guard.report(is_typing=True) == f"{said} Check the text in the field."
    assert answered(guard, pasted("more", 9.0)) == []
    assert guard.report() == said
    assert guard.report() == ""


def test_a_bracketed_paste_outside_a_field_is_reported_and_acting_keys_sleep_for_a_while() -> None:
    guard = KeyGuard()
    assert answered(guard, pasted("x" * 1400, 1.0)) == []
    assert guard.report() == "Ignored 1,400 characters that look like a paste."
    keys = [press(key, at) for key, at in (("r", 1.1), ("j", 1.2), ("r", 1.29), ("r", 1.0 + ASLEEP + 0.01))]
    assert answered(guard, *keys) == ["j", "r"]
    assert guard.report() == "Ignored 2 characters that look like a paste."


def test_an_enter_right_after_a_paste_into_a_field_is_dropped() -> None:
    guard = KeyGuard()
    assert answered(guard, pasted("made-up", 1.0), press("enter", 1.2), kind_of=in_field) == ["made-up"]
    assert answered(guard, press("enter", 1.4), kind_of=in_field) == ["enter"]


def test_a_key_in_pieces_is_reported() -> None:
    guard = KeyGuard()
    assert answered(guard, *came("escape", "[", "D", "j", at=1.0)) == ["escape", "j"]
    assert guard.report() == "Ignored a key that arrived in pieces. If you pressed O, press it again."


def refused(*, at: float) -> KeyGuard:
    """A guard after a screen refused a press at this time."""
    guard = KeyGuard()
    guard.rest.begin(at)
    return guard


@pytest.mark.parametrize("apart", [0.03, 0.08, 0.2, 0.4, 0.49])
def test_after_a_refusal_a_word_is_dropped_and_counted_to_its_end(apart: float) -> None:
    guard = refused(at=1.0)
    word = came(*"edle7- ", "backspace", "enter", at=1.0 + apart, apart=apart)
    assert answered(guard, *word) == []
    assert guard.rest.report() == "Ignored 9 more keys."
    assert answered(guard, press("e", word[-1].time + 0.3)) == []
    assert guard.rest.report() == "Ignored 10 more keys."
    assert guard.rest.report() == guard.report() == ""


def test_after_a_pause_a_press_is_answered_and_so_is_the_next() -> None:
    guard = refused(at=1.0)
    assert answered(guard, press("e", 1.51), press("j", 1.6)) == ["e", "j"]
    guard = refused(at=1.0)
    assert answered(guard, *came(*"dle", at=1.4, apart=0.4), press("r", 2.71)) == ["r"]


def test_keys_that_type_nothing_are_never_dropped_after_a_refusal() -> None:
    keys = ("escape", "ctrl+l", "ctrl+r", "up", "down", "left", "right", "pagedown", "f1", "ctrl+q", "tab")
    answer = press("question_mark", 3.2)
    answer.character = "?"
    guard = refused(at=2.0)
    assert answered(guard, *came(*keys, at=2.1), answer) == [*keys, "question_mark"]
    assert guard.rest.report() == ""


def test_keys_typed_before_the_refusal_is_on_screen_are_dropped_too() -> None:
    assert answered(refused(at=3.0), press("e", 1.1), press("d", 3.1)) == []


def test_a_text_for_a_field_is_taken_after_a_refusal_and_what_follows_it() -> None:
    guard = refused(at=1.0)
    assert answered(guard, *came(*"new", "enter", at=1.1), kind_of=in_field) == [*"new", "enter"]


KEYS = st.sampled_from([*"rDwjk", "enter", "down", "ctrl+q"])
GAPS = st.sampled_from([0.0, 0.001, 0.0149, 0.0151, 0.08, 0.5])


@given(st.lists(st.tuples(KEYS, GAPS), max_size=12))
def test_nothing_acts_that_has_company_and_nothing_else_is_lost(typed: list[tuple[str, float]]) -> None:
    at, events = 1.0, []
    for key, gap in typed:
        at += gap
        events.append(press(key, at))
    guard, dropped_at = KeyGuard(), -inf
    for number, event in enumerate(events):
        before = max((one.time for one in events[:number] if may_be_pasted(one)), default=-inf)
        after = min((one.time for one in events[number + 1 :] if may_be_pasted(one)), default=inf)
        is_taken = guard.takes(event, on_screen(event), after)
        is_alone = min(event.time - before, after - event.time) >= ALONE
        is_rest = event.time - dropped_at < TYPED_ON and event.key not in ("down", "ctrl+q")
        if event.key in ACTING:
            assert is_taken is (is_alone and not is_rest)
        elif is_alone and not is_rest:
            assert is_taken
        if not is_taken:
            dropped_at = event.time


@given(st.lists(st.tuples(KEYS, GAPS), max_size=12))
def test_where_pastes_are_marked_every_key_is_taken_in_order(typed: list[tuple[str, float]]) -> None:
    at, events = 1.0, []
    for key, gap in typed:
        at += gap
        events.append(press(key, at))
    assert answered(KeyGuard(is_marked=True), *events) == [key for key, _ in typed]


def test_a_terminal_that_sent_a_marked_paste_marks_all() -> None:
    guard = KeyGuard()
    assert answered(guard, pasted("x", 1.0), *came(*"rDw", "enter", at=2.0, apart=0.001)) == [*"rDw", "enter"]


def test_keys_that_arrive_at_once_after_a_marked_paste_are_dropped_as_its_rest() -> None:
    """A paste may hold the sequence that ends it; a long one takes its time."""
    guard = KeyGuard(is_marked=True)
    rest = came(*"rDw" * 200, "enter", at=1.001, apart=0.001)
    assert answered(guard, pasted("x", 1.0), *rest) == []
    assert answered(guard, press("r", 2.5)) == ["r"]


@pytest.mark.parametrize("later", [0.02, 0.3, 0.49])
def test_the_enter_that_a_slow_line_brings_behind_a_dropped_word_is_dropped_too(later: float) -> None:
    guard = KeyGuard()
    word = came("colon", *"ns web", at=1.0, apart=0.0)
    assert answered(guard, *word, press("enter", 1.0 + later), kind_of=palette) == []
    assert guard.report() == "Ignored 7 characters that look like a paste."
    assert guard.rest.report() == "Ignored 1 more key."


def palette(event: Key | Paste) -> PressKind:
    """Kind of a press where the palette's key and enter act, and letters do not."""
    is_acting = isinstance(event, Key) and event.key in ("colon", "enter")
    return PressKind.ACTS if is_acting else PressKind.MOVES


def changed_by_itself(*before: Key, at: float) -> KeyGuard:
    """A guard that saw these keys, and then a change of screen that no key caused."""
    guard = KeyGuard(is_marked=True)
    answered(guard, *before)
    guard.screen_changed(at)
    return guard


@pytest.mark.parametrize("apart", [0.03, 0.3, 0.5, 0.66])
def test_a_key_that_is_held_or_pressed_twice_is_not_for_a_screen_that_came_by_itself(apart: float) -> None:
    guard = changed_by_itself(press("W", 1.0), at=1.1)
    held = came(*"WWW", at=1.1 + apart, apart=apart)
    assert answered(guard, *held) == []
    assert (guard.repeated.report(), guard.repeated.report()) == ("W", "")
    assert answered(guard, press("W", held[-1].time + HELD + 0.01)) == ["W"]


def test_the_same_key_is_taken_once_another_one_was_pressed() -> None:
    guard = changed_by_itself(press("W", 1.0), at=1.1)
    assert answered(guard, *came(*"jW", at=1.3)) == ["j", "W"]


def test_an_escape_for_the_screen_before_goes_no_further() -> None:
    guard = changed_by_itself(press("W", 1.0), at=3.0)
    assert answered(guard, press("escape", 3.3)) == []
    assert answered(guard, press("escape", 3.31 + TYPED_ON)) == ["escape"]
    assert answered(guard, *came("escape", "escape", at=9.0)) == ["escape", "escape"]


def test_text_typed_into_a_field_is_kept_even_if_a_screen_opened_by_itself() -> None:
    guard = changed_by_itself(press("W", 1.0), at=1.1)
    assert answered(guard, *came(*"WW", at=1.2), kind_of=in_field) == ["W", "W"]
