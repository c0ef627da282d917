"""Bytes on a slow line: few for a press, none without; and a screen that others wrote on is redrawn."""

from __future__ import annotations

import fcntl
import struct
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, environment

pytestmark = pytest.mark.pty

ESC, COVER, QUIT = "\x1b", "\x0c", "\x11"
MOST_FOR_A_SCREEN = 6_000
"""Bytes for all of 80x24, in color: about three for each cell."""
MOST_FOR_A_ROW = 1_000


@pytest.fixture
def tui() -> Iterator[Terminal]:
    with Terminal([PROGRAM, "--demo", "default/mysecret"], env=environment()) as tui:
        tui.until_shown("********")
        tui.until_shown("● live")
        rests(tui)
        yield tui
        tui.press(QUIT)  # also where a test has quit
        tui.until_end()


def quits(tui: Terminal) -> None:
    tui.press(QUIT)
    assert tui.until_end() == 0


def terminal_of(tui: Terminal) -> Path:
    return Path(f"/proc/{tui.pid}/fd/0").readlink()


def rests(tui: Terminal) -> None:
    """Read until nothing comes for a while."""
    while tui.watch(0.5):
        pass


def sent(tui: Terminal, key: str, text: str) -> int:
    """Count the bytes that a press sends until this text is shown and nothing more comes."""
    before = len(tui.stream)
    tui.presses(key, text)
    rests(tui)
    return len(tui.stream) - before


def test_a_press_sends_few_bytes_and_no_press_sends_none(tui: Terminal) -> None:
    assert len(tui.stream) < 3 * MOST_FOR_A_SCREEN
    assert sent(tui, "j", "▸   username") < MOST_FOR_A_ROW
    assert sent(tui, "r", "admin") < MOST_FOR_A_ROW
    assert sent(tui, "e", "now    5 B") < MOST_FOR_A_SCREEN
    for typed in range(1, 4):
        assert sent(tui, "x", "admin" + typed * "x") < MOST_FOR_A_ROW
    assert tui.watch(3.0) == 0
    assert sent(tui, ESC, "Edit of username canceled") < MOST_FOR_A_SCREEN
    assert sent(tui, "?", "? close help") < MOST_FOR_A_SCREEN
    assert sent(tui, ESC, "c copy") < MOST_FOR_A_SCREEN


def test_the_cover_removes_what_others_wrote_on_the_screen(tui: Terminal) -> None:
    before = tui.lines
    with terminal_of(tui).open("w") as terminal:
        terminal.write("\r\n\nBroadcast message from root@made-up:\r\n\nGoing down at noon.\r\n")
    tui.until_shown("Going down at noon.")
    tui.presses(COVER, "enter returns")
    rests(tui)
    assert sum(1 for line in tui.lines if line.strip()) < 8, "the cover, and nothing of the message"
    tui.presses("\r", "********")
    rests(tui)
    assert tui.lines == before


def test_a_resize_that_is_undone_at_once_leaves_nothing_cut(tui: Terminal) -> None:
    before = tui.lines
    for columns in (60, 80):
        tui.resizes(columns, 24)
    assert tui.lines != before, "a terminal cuts what stands on it"
    rests(tui)
    assert tui.lines == before


def test_a_smaller_size_leaves_nothing_of_the_larger_one(tui: Terminal) -> None:
    small = (60, 20)
    with Terminal([PROGRAM, "--demo", "default/mysecret"], env=environment(), size=small) as other:
        other.until_shown("********")
        other.until_shown("● live")
        sent(other, "e", "now    12 B")
        sent(tui, "e", "now    12 B")
        tui.resizes(*small)
        rests(tui)
        assert tui.lines == other.lines
        for one in (other, tui):
            sent(one, ESC, "c copy")
        quits(other)


def test_a_mouse_without_a_button_and_letters_are_not_reported_as_sequences() -> None:
    """A report on its way when the program ends would be typed into the shell."""
    with Terminal([PROGRAM, "--demo"], env=environment()) as tui:
        tui.until_shown("● live")
        began = bytes(tui.stream)
        quits(tui)
        ended = bytes(tui.stream[len(began) :])
    assert b"\x1b[?1002h" in began and b"\x1b[?1003h" not in began
    assert b"\x1b[>1u" in began and began.count(b"\x1b[>") == 1 + began.count(b"\x1b[>q")
    assert b"\x1b[?1002l" in ended and b"\x1b[<u" in ended


def test_in_gnu_screen_the_mouse_is_off_because_it_would_delay_escape() -> None:
    with Terminal([PROGRAM, "--demo"], env={**environment(), "STY": "1.made-up"}) as tui:
        tui.until_shown("● live")
        quits(tui)
        assert b"\x1b[?1000h" not in tui.stream and b"\x1b[?1002h" not in tui.stream


@pytest.mark.parametrize(("options", "env"), [(["--no-mouse"], {}), ([], {"SECRET_TUI_MOUSE": "false"})])
def test_without_the_mouse_the_terminal_keeps_its_own_selection(
    options: list[str], env: dict[str, str]
) -> None:
    with Terminal([PROGRAM, "--demo", *options], env={**environment(), **env}) as tui:
        tui.until_shown("● live")
        assert not [
            mode for mode in (b"1000", b"1002", b"1003", b"1006") if b"\x1b[?%sh" % mode in tui.stream
        ]
        quits(tui)


def test_a_terminal_without_a_size_is_given_back_empty(tui: Terminal) -> None:
    """Terminals of some containers have no size; without an alternate screen the last frame would stay."""
    with terminal_of(tui).open("w") as terminal:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    rests(tui)
    before = len(tui.stream)
    tui.press(QUIT)
    tui.until(lambda: b"\x1b[?1049l" in tui.stream[before:], "the end")
    assert all(f"\x1b[{row};1H\x1b[2K".encode() in tui.stream[before:] for row in range(1, 25))
