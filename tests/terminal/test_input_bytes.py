"""Bytes that are not UTF-8, and pastes of control characters, change and end nothing: in a pty."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, ROOT, environment
from tests.terminal.steps import OLD

pytestmark = pytest.mark.pty

NEW = "n3w-made-up"


@contextmanager
def with_a_draft(command: Sequence[str] = (PROGRAM,)) -> Iterator[Terminal]:
    """Edit `password` of the story's mysecret and keep it in the draft."""
    with Terminal([*command, "--demo", "default/mysecret"], env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("********")
        terminal.until_shown("password")
        terminal.presses("e", "Edit mysecret / password")
        terminal.until_shown("esc cancel")
        terminal.press(*NEW)
        # A return that arrives together with the text would look like a paste.
        terminal.until_shown(f"now    {len(OLD) + len(NEW)} B")
        terminal.press("\r")
        terminal.until_shown("kept in the draft")
        yield terminal


def pastes(terminal: Terminal, data: bytes, said: str) -> None:
    """Paste as a terminal that marks its pastes does, and wait for the message."""
    terminal.send(b"\x1b[200~" + data + b"\x1b[201~")
    terminal.until_shown(said)


def quits(terminal: Terminal) -> None:
    """Check that the program still runs with its draft, and quit."""
    terminal.presses("\x11", "Not written: default/mysecret")
    terminal.press("Q")
    assert terminal.until_end() == 0


def test_bytes_that_are_not_utf8_type_nothing_and_the_next_letter_is_typed() -> None:
    size = len(OLD) + len(NEW)
    with with_a_draft() as terminal:
        terminal.presses("e", f"now    {size} B, one line")
        terminal.until_shown("esc cancel")
        terminal.send(b"\xe9\xff\xc3")
        terminal.presses("k", f"{NEW}k")
        assert terminal.shows(f"now    {size + 1} B, one line")
        terminal.presses("\r", "kept in the draft")
        quits(terminal)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        (b"caf\xe9", "Not pasted: the text is not UTF-8."),
        (b"a\x00b", "Not pasted: the text contains control characters."),
        (b"\x1b[31mred", "Not pasted: the text contains control characters."),
    ],
    ids=["Latin-1", "NUL", "ESC"],
)
@pytest.mark.parametrize(("key", "now"), [("e", f"{len(OLD) + len(NEW)} B, one line"), ("s", "nothing yet")])
def test_a_paste_that_is_no_plain_text_is_refused_with_the_reason_and_changes_nothing(
    key: str, now: str, pasted: bytes, said: str
) -> None:
    with with_a_draft() as terminal:
        terminal.presses(key, f"now    {now}")
        terminal.until_shown("esc cancel")
        pastes(terminal, pasted, said)
        assert terminal.shows(f"now    {now}") and terminal.shows("1 draft")


def test_a_second_error_in_the_input_ends_the_program_and_names_the_lost_drafts() -> None:
    with with_a_draft((sys.executable, "-m", "tests.terminal.crash_at_input_end")) as terminal:
        terminal.press("\x1d")
        terminal.until_shown("Internal error: KeyError at ")
        terminal.until_shown("draft kept; w reviews it.")
        terminal.press("\x1d")
        assert terminal.until_end() == 1
        said = bytes(terminal.stream[terminal.stream.rindex(b"\x1b[?1049l") :])
    assert b"Internal error: KeyError" in said
    assert b"Drafts lost, not written: default/mysecret" in said
    assert OLD not in said and NEW.encode() not in said and b"raise KeyError" not in said
