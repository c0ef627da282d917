"""What the doctor asks a terminal: the answer, none at all, and a terminal that is left as it was."""

from __future__ import annotations

import os
import termios
import threading

import pytest

from tui.terminal import terminal_query


def answered(reply: bytes) -> tuple[str, bytes]:
    """What is made of a terminal that answers so, and what it was asked."""
    outside, inside = os.openpty()
    asked: list[bytes] = []

    def answer() -> None:
        while not (asked and asked[-1].endswith(b"c")):
            asked.append(b"".join(asked[-1:]) + os.read(outside, 100))
        os.write(outside, reply)

    terminal = threading.Thread(target=answer)
    terminal.start()
    before = termios.tcgetattr(inside)
    try:
        said = terminal_query.reports_focus(inside, inside)
        assert termios.tcgetattr(inside) == before
        terminal.join()
        return said, asked[-1]
    finally:
        os.close(inside)
        os.close(outside)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (b"\x1b[?1004;2$y\x1b[?62;22c", "yes"),
        (b"\x1b[?1004;1$y\x1b[?1;2c", "yes"),
        (b"\x1b[?1004;0$y\x1b[?1;2c", "no"),
        (b"\x1b[?1004;4$y\x1b[?1;2c", "no"),
        (b"\x1b[?1;2c", "unsaid"),
        (b"typed ahead\x1b[?1004;2$y\x1b[?6c", "yes"),
    ],
)
def test_a_terminal_says_whether_it_knows_focus_reports(reply: bytes, says: str) -> None:
    said, asked = answered(reply)
    assert said == says
    assert asked == b"\x1b[?1004$p\x1b[c", "nothing is switched on, and the clipboard is not asked for"


def test_one_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_query, "_PATIENCE", 0.05)
    assert answered(b"")[0] == "unsaid"


def test_what_is_no_terminal_is_asked_nothing() -> None:
    inside, out = os.pipe()
    try:
        assert terminal_query.reports_focus(inside, out) == "unsaid"
    finally:
        os.close(out)
        assert os.read(inside, 1) == b""
        os.close(inside)
