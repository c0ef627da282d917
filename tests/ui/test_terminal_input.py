"""What the terminal sends: pastes come with every character, and no byte ends the reading."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.ui.textual_fixes.terminal_answers import TerminalAnswers
from tui.ui.textual_fixes.terminal_input import PastesMarked, TerminalInput

PASTED = "a\x00b\x1b[31mred\x1b[0m\r\né日\x1b\x1b[20"


def fed(found: TerminalInput, data: bytes, size: int) -> list[str]:
    """What these bytes mean, so many at a time: presses by their names, pastes by their texts."""
    told = []
    for at in range(0, len(data), size):
        for message in found.feed(data[at : at + size]):
            if isinstance(message, PastesMarked):
                told.append("marks pastes")
                continue
            assert isinstance(message, Key | Paste)
            told.append(message.key if isinstance(message, Key) else f"<{message.text}>")
    return told


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 4096])
def test_a_paste_comes_with_every_character_however_it_is_cut(size: int) -> None:
    found = TerminalInput()
    sent = f"x\x1b[200~{PASTED}\x1b[201~\x1b[Ay\x1b[200~two\x1b[201~\x1b[200~\x1b[201~z".encode()
    assert fed(found, sent, size) == ["x", f"<{PASTED}>", "up", "y", "<two>", "z"]


@pytest.mark.parametrize("size", [1, 4096])
def test_bytes_that_are_not_utf8_type_nothing(size: int) -> None:
    found = TerminalInput()
    assert fed(found, b"a\xe9b\xc3\xa9\xffc\xc3d", size) == ["a", "b", "é", "c", "d"]


def test_in_a_paste_they_stay_to_be_refused_there() -> None:
    found = TerminalInput()
    assert fed(found, b"\x1b[200~caf\xe9\x1b[201~", 4096) == ["<caf\udce9>"]


TMUX, XTERM, MODE = "\x1bP>|tmux 3.3a\x1b\\", "\x1bP>|XTerm(390)\x1b\\", "\x1b[?2004;1$y"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 4096])
@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (MODE, ["marks pastes"]),
        (TMUX, ["marks pastes"]),
        ("\x1b[?2004;2$y" + XTERM, ["marks pastes"]),
        (MODE + TMUX + MODE, ["marks pastes"]),
        ("\x1b[?2004;0$y", []),
        (XTERM, []),
        ("\x1bP>|made-up tmux\x1b\\", []),
    ],
)
def test_an_answer_is_no_key_and_tells_whether_pastes_are_marked(
    answers: str, says: list[str], size: int
) -> None:
    sent = f"a{answers}b\x1b[A".encode()
    told = fed(TerminalInput(), sent, size)
    assert [key for key in told if key != "marks pastes"] == ["a", "b", "up"]
    assert [key for key in told if key == "marks pastes"] == says


def test_an_answer_among_the_bytes_of_a_paste_is_pasted() -> None:
    pasted = f"\x1b[200~{TMUX}{MODE}\x1b[201~".encode()
    assert fed(TerminalInput(), pasted, 4096) == [f"<{TMUX}{MODE}>"]


class SlowLine:
    """Pieces that come so many seconds apart, by a clock of their own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.answers = TerminalAnswers(lambda: self.now)

    def brings(self, *pieces: str, apart: float) -> str:
        told = ""
        for piece in pieces:
            told += self.answers.take(piece)
            self.now += apart
            told += self.answers.after_pause()
        return told


@pytest.mark.parametrize("apart", [0.0, 0.15, 0.9])
@pytest.mark.parametrize("at", range(1, len(TMUX)))
def test_a_name_that_comes_in_two_pieces_types_nothing(at: int, apart: float) -> None:
    line = SlowLine()
    assert line.brings("x", TMUX[:at], TMUX[at:], "rest", apart=apart) in ("xrest", "x\x1brest")
    assert line.answers.marks_pastes


def test_keys_that_could_begin_a_name_are_handed_on() -> None:
    line = SlowLine()
    assert line.brings("\x1b", "P", "j", apart=0.3) == "\x1bPj", "at once with the next key"
    assert line.brings("\x1bP", apart=1.1) == "\x1bP", "or after a pause"
    line.now += 20
    assert line.brings("\x1b", "P", apart=0.1) == "\x1bP", "and at once where no answer is due"
    assert line.brings("\x1bP>|ma", apart=1.1) == "\x1bP>|ma"
