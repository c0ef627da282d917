"""Internal errors in a pty: the first reopens the screens over the living session, a second ends the run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.steps import MASK, OLD
from tests.terminal.test_input_bytes import NEW, quits, with_a_draft

pytestmark = pytest.mark.pty

FAILED = "Internal error: KeyError at tests/terminal/crash_in_drawing.py:"


@contextmanager
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Terminal, Path]]:
    """The program with a draft, and the file that makes its next drawing fail."""
    sign = tmp_path / "fails"
    monkeypatch.setenv("FAILS_AT", str(sign))
    with with_a_draft((sys.executable, "-m", "tests.terminal.crash_in_drawing")) as terminal:
        yield terminal, sign


def fails(terminal: Terminal, sign: Path) -> None:
    sign.touch()
    terminal.press("j")


def test_after_an_error_in_drawing_the_draft_is_there_and_values_are_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(tmp_path, monkeypatch) as (terminal, sign):
        terminal.presses("r", NEW)
        fails(terminal, sign)
        terminal.until_shown(FAILED)
        terminal.until_shown("draft kept; w reviews it.")
        assert b"Traceback" not in terminal.stream and b"its message" not in terminal.stream.lower()
        shown = len(terminal.stream)
        terminal.presses("\r", MASK)
        terminal.presses("w", "accepted at")
        terminal.presses("\x1b", MASK)
        assert NEW.encode() not in terminal.stream[shown:]
        quits(terminal)
        assert b"secret-tui: Internal error: KeyError." in terminal.stream[shown:], "told in full at the end"
        assert OLD not in terminal.stream[shown:]


def test_a_second_error_within_a_minute_ends_the_program_and_names_the_lost_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(tmp_path, monkeypatch) as (terminal, sign):
        fails(terminal, sign)
        terminal.until_shown(FAILED)
        fails(terminal, sign)
        assert terminal.until_end() == 1
        printed = bytes(terminal.stream[terminal.stream.rindex(b"\x1b[?1049l") :])
    assert printed.count(b"Internal error: KeyError.") == 2
    assert b"Drafts lost, not written: default/mysecret" in printed
    assert OLD not in printed
