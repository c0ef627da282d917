"""Input of the terminal: pastes arrive with every character, and no byte ends the reading."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.ui.textual_fixes.terminal_answers import TerminalAnswers
from tui.ui.textual_fixes.terminal_input import BackgroundSeen, PastesMarked, TerminalInput

PASTED = "a\x00b\x1b[31mred\x1b[0m\r\né日\x1b\x1b[20"


def fed(found: TerminalInput, data: bytes, size: int) -> list[str]:
    """Feed so many bytes at a time; return presses by their names, pastes by their texts."""
    told = []
    for at in range(0, len(data), size):
        for message in found.feed(data[at : at + size]):
            if isinstance(message, PastesMarked):
                told.append("marks pastes")
                continue
            if isinstance(message, BackgroundSeen):
                told.append("light" if message.is_light else "dark")
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
def test_an_answer_of_the_terminal_is_no_key_and_shows_whether_pastes_are_marked(
    answers: str, says: list[str], size: int
) -> None:
    sent = f"a{answers}b\x1b[A".encode()
    told = fed(TerminalInput(), sent, size)
    assert [key for key in told if key != "marks pastes"] == ["a", "b", "up"]
    assert [key for key in told if key == "marks pastes"] == says


WHITE, DUSK = "\x1b]11;rgb:ffff/ffff/dddd\x1b\\", "\x1b]11;rgba:15/18/1d/ff\x07"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 4096])
@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (WHITE, ["light"]),
        (DUSK, ["dark"]),
        (WHITE + DUSK + MODE, ["light", "marks pastes"]),
        (TMUX + DUSK, ["marks pastes", "dark"]),
        ("\x1b]11;made-up\x1b\\", []),
    ],
)
def test_the_background_is_read_and_is_no_key(answers: str, says: list[str], size: int) -> None:
    told = fed(TerminalInput(), f"a{answers}b\x1b[A".encode(), size)
    assert [key for key in told if key in ("a", "b", "up")] == ["a", "b", "up"]
    assert {key for key in told if key not in ("a", "b", "up")} == set(says)


def test_an_answer_among_the_bytes_of_a_paste_is_pasted() -> None:
    pasted = f"\x1b[200~{TMUX}{MODE}{WHITE}\x1b[201~".encode()
    assert fed(TerminalInput(), pasted, 4096) == [f"<{TMUX}{MODE}{WHITE}>"]


class SlowLine:
    """Line that brings pieces so many seconds apart, by its own clock."""

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


@pytest.mark.parametrize("apart", [0.0, 0.15, 0.9, 5.0])
@pytest.mark.parametrize("before", [0.0, 60.0], ids=["soon", "a minute later"])
@pytest.mark.parametrize("answer", [WHITE, DUSK])
def test_a_background_that_comes_in_pieces_types_nothing(answer: str, before: float, apart: float) -> None:
    for pieces in [*((answer[:at], answer[at:]) for at in range(1, len(answer))), tuple(answer)]:
        line = SlowLine()
        line.now += before
        # An escape alone has been handed on: it may be the key.
        assert line.brings("x", *pieces, "rest", apart=apart) in ("xrest", "x\x1brest"), pieces


def test_a_background_that_comes_late_changes_nothing() -> None:
    line = SlowLine()
    line.now += 0.19
    line.brings(WHITE, apart=0.0)
    assert line.answers.is_light
    line = SlowLine()
    line.now += 0.21
    assert line.brings("x", WHITE, "r", apart=0.0) == "xr"
    assert line.answers.is_light is None


def test_a_background_that_is_cut_off_types_nothing() -> None:
    line = SlowLine()
    assert line.brings("\x1b]11;rgb:ff", apart=11.0) == "", "its rest never came"
    assert line.brings("r", apart=0.0) == "r"
    assert line.brings("\x1b]11;rgb:ff", "\x1b[A", "j", apart=0.0) == "\x1b[Aj", "another key ends it"


def test_a_key_that_could_begin_a_background_is_handed_on() -> None:
    line = SlowLine()
    assert line.brings("\x1b]", "j", apart=0.3) == "\x1b]j", "with the next key"
    assert line.brings("\x1b]", apart=11.0) == "\x1b]", "or after a pause"
