"""Keys that arrive in pieces: every sequence of a terminal, cut at every byte; and keys that are typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.constants import ESCAPE_DELAY

from tui.ui.input.key_guard import AWAIT, EscapeFragments
from tui.ui.textual_fixes.terminal_input import TerminalInput

SEQUENCES: Final = {
    **{f"arrow {letter}": f"\x1b[{letter}" for letter in "ABCD"},
    **{f"application arrow {letter}": f"\x1bO{letter}" for letter in "ABCD"},
    "ctrl+left": "\x1b[1;5D",
    **{f"F{number}": f"\x1bO{letter}" for number, letter in enumerate("PQRS", 1)},
    **{f"F{number} of rxvt": f"\x1b[{10 + number}~" for number in range(1, 5)},
    **{f"F{number} of the console": f"\x1b[[{letter}" for number, letter in enumerate("ABCD", 1)},
    "F3 with shift": "\x1b[1;2R",
    "Home": "\x1b[H",
    "Home of tmux": "\x1b[1~",
    "End": "\x1b[F",
    "Delete": "\x1b[3~",
    "synchronized output": "\x1b[?2026;2$y",
    "marks of pastes": "\x1b[?2004;2$y",
    "resizing in band": "\x1b[?2048;0$y",
    "kitty's flags": "\x1b[?1u",
    "where the cursor is": "\x1b[12;40R",
    "what terminal this is": "\x1b[?62;22c",
    "focus": "\x1b[I",
    "focus lost": "\x1b[O",
    "mouse": "\x1b[<0;10;10M",
    "mouse let go": "\x1b[<0;10;10m",
    "mouse of urxvt": "\x1b[32;10;10M",
    "mouse of old": "\x1b[M !!",
}


class Line:
    """Bytes of a terminal, and the presses that the program makes of them, with their times."""

    def __init__(self) -> None:
        self.now = 100.0
        self.presses: list[events.Key] = []
        self._input = TerminalInput()

    def send(self, *pieces: str, pause: float = 0.15) -> None:
        """Feed one piece after the other, with pauses in which a waiting escape is given up."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("textual._parser.get_time", lambda: self.now)
            for piece in pieces:
                self._take(self._input.feed(piece.encode()))
                self.now += ESCAPE_DELAY
                self._take(self._input.tick())
                self.now += pause - ESCAPE_DELAY

    def _take(self, found: Iterable[object]) -> None:
        for event in found:
            if isinstance(event, events.Key):
                event.time = self.now
                self.presses.append(event)

    def left(self) -> list[str]:
        """Return the presses that are no pieces."""
        pieces = EscapeFragments()
        return [event.key for event in self.presses if not pieces.drops(event)]


def cuts(sequence: str) -> Iterable[tuple[str, ...]]:
    """Cut a sequence in two at every position; and into bytes."""
    yield from ((sequence[:at], sequence[at:]) for at in range(1, len(sequence)))
    yield tuple(sequence)


@pytest.mark.parametrize("name", SEQUENCES)
def test_of_a_sequence_that_is_cut_nothing_is_left_but_its_escape(name: str) -> None:
    for pieces in cuts(SEQUENCES[name]):
        line = Line()
        line.send(*pieces)
        assert line.presses, "it did come in pieces"
        assert set(line.left()) <= {"escape"}, pieces
        line.send("r", "D", pause=AWAIT + 0.1)
        assert line.left()[-2:] == ["r", "D"], "what comes after it is no piece of it"


def test_of_a_marked_paste_whose_beginning_is_cut_no_letter_is_a_press() -> None:
    for pieces in cuts("\x1b[200~"):
        line = Line()
        line.send(*pieces, "rD\x1b[201~")
        assert set(line.left()) <= {"escape"}, pieces


def test_a_press_at_once_after_a_sequence_is_none_of_its_pieces() -> None:
    for pieces in cuts("\x1b[D"):
        line = Line()
        line.send(*pieces, "r", "\x1b[", "r")
        assert [key for key in line.left() if key != "escape"] == ["r"], "the bracket begins another one"


def test_another_sequence_ends_one_that_never_came_to_its_end() -> None:
    line = Line()
    line.send("\x1b[1;", "\x1b", "[", "D", "\x1b[D", "r")
    assert line.left() == ["escape", "left", "r"]


@pytest.mark.parametrize(
    ("typed", "pause", "kept"),
    [
        ("O", 0.2, "O"),
        ("jO", 0.2, "jO"),
        ("\x1bjO", 0.2, "escape,jO"),
        ("\x1bO", AWAIT + 0.2, "escape,O"),
        ("\x1bOr", 0.2, "escape,"),
        ("\x1bOOO", 0.2, "escape,O"),
        ("[r", 0.2, "left_square_bracket,r"),
        ("\x1b[r", AWAIT + 0.2, "escape,left_square_bracket,r"),
    ],
)
def test_typed_keys_are_kept_unless_they_read_like_the_rest_of_an_escape_sequence(
    typed: str, pause: float, kept: str
) -> None:
    line = Line()
    line.send(*typed, pause=pause)
    named = [f"{key}," if len(key) > 1 else key for key in line.left()]
    assert "".join(named) == kept


def test_a_bracket_is_a_key_unless_an_escape_came_just_before() -> None:
    line = Line()
    line.send(*'[D"O[]', "\x1bO", "P")
    assert "".join(CHARACTERS.get(key, key) for key in line.left()) == '[D"O[]'
    line = Line()
    line.send(*"\x1b[D", *"[D")
    assert line.left() == ["escape", "left_square_bracket", "D"]


CHARACTERS: Final = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "quotation_mark": '"',
}


@given(st.data())
def test_any_sequence_by_the_standard_that_is_cut_anywhere_is_swallowed(data: st.DataObject) -> None:
    """ECMA-48: parameters, intermediate bytes, one final byte."""
    parameters = data.draw(st.text("0123456789:;<=>?", max_size=8))
    between = data.draw(st.text(" !\"#$%&'()*+,-./", max_size=2))
    final = data.draw(st.sampled_from("@ABCDEFGHIJKLNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~"))
    whole = f"\x1b[{parameters}{between}{final}"
    at = data.draw(st.integers(1, len(whole) - 1))
    line = Line()
    line.send(whole[:at], whole[at:])
    assert set(line.left()) <= {"escape"}
