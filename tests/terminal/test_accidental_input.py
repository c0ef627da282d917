"""Split keys, and pastes that arrive as presses, change nothing: in a pty on a slow line."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, environment
from tests.terminal.server import Server
from tests.terminal.steps import OLD

pytestmark = pytest.mark.pty

SLOW: Final = 0.15
"""Seconds between two pieces; Textual waits 0.1 for the rest of a key."""
BY_HAND: Final = 0.08
SEQUENCES: Final = (
    *(f"\x1b[{letter}" for letter in "ABCD"),
    *(f"\x1bO{letter}" for letter in "PQRS"),
    *("\x1b[H", "\x1b[1~"),
    *("\x1b[?2026;2$y", "\x1b[I", "\x1b[O", "\x1b[<0;10;10M"),
)
"""Arrows, F1 to F4, Home twice, a mode's reply, focus come and gone, a mouse's button."""
LIST, SECRET = "▸    mysecret", "2 keys   17 B"
"""Texts that only the list and only the open Secret show, once they take keys."""
ELSEWHERE: Final = (
    *(
        "Delete mysecret",
        "Readers of",
        "Keys that work",
        "Contexts ",
        "Describe",
        "until you review",
        "Review: ",
        "Set unseen: ",
    ),
    *("Messages", "All pods", "Add a key", "Rename", "1 draft", "is shown until", "are shown until"),
)
"""Texts of the screens that these keys, or the letters in them, lead to."""
BURST: Final = "rDw\rd"
IGNORED: Final = "Ignored 5 characters that look like a paste."


def program(server: Server) -> Terminal:
    """The installed command, in `mysecret`."""
    return Terminal([PROGRAM, "--kubeconfig", str(server.kubeconfig), "default/mysecret"], env=environment())


def rest(seconds: float) -> None:
    """Wait as long as a slow line or a hand takes."""
    threading.Event().wait(seconds)


def until_at(terminal: Terminal, here: str, there: str) -> None:
    """Wait until `here` is on screen and `there` is not: a frame may be read in parts."""
    terminal.until(lambda: terminal.shows(here) and not terminal.shows(there), here)


def send(terminal: Terminal, pieces: Sequence[str]) -> None:
    """Send the pieces one by one over a slow line; open the Secret again if a lone escape left it."""
    for number, piece in enumerate(pieces):
        if number:
            rest(SLOW)
        terminal.press(piece)
    if pieces[0] == "\x1b":
        until_at(terminal, LIST, SECRET)
        rest(BY_HAND)
        terminal.press("\r")
        until_at(terminal, SECRET, LIST)
    else:
        rest(BY_HAND)


def assert_nothing_done(terminal: Terminal, server: Server, version: str) -> None:
    """Check that nothing was opened, shown, copied or changed, and that a press by hand still works."""
    stream = bytes(terminal.stream)
    assert OLD not in stream and b"\x1b]52" not in stream
    for words in ELSEWHERE:
        assert words.encode() not in stream, words
    assert server.secret("mysecret")["metadata"]["resourceVersion"] == version
    terminal.presses("r", OLD.decode())


CUTS: Final[dict[str, list[tuple[str, ...]]]] = {
    "in two": [(sequence[:at], sequence[at:]) for sequence in SEQUENCES for at in range(1, len(sequence))],
    "byte by byte": [tuple(sequence) for sequence in SEQUENCES],
}


@pytest.mark.parametrize("how", CUTS)
def test_a_key_split_by_a_slow_line_at_most_goes_back(how: str, server: Server) -> None:
    version = server.secret("mysecret")["metadata"]["resourceVersion"]
    with program(server) as terminal:
        until_at(terminal, SECRET, LIST)
        for pieces in CUTS[how]:
            send(terminal, pieces)
        until_at(terminal, SECRET, LIST)
        assert_nothing_done(terminal, server, version)


def test_a_paste_only_shows_a_message_or_a_question_and_the_same_keys_by_hand_work(server: Server) -> None:
    version = server.secret("mysecret")["metadata"]["resourceVersion"]
    with program(server) as terminal:
        until_at(terminal, SECRET, LIST)
        terminal.presses(BURST, IGNORED)
        rest(0.4)
        terminal.press(f"\x1b[200~{BURST}\x1b[201~")
        terminal.until_shown("Paste into mysecret")
        rest(0.4)
        terminal.press("\x1b")
        rest(0.4)
        assert_nothing_done(terminal, server, version)
        terminal.presses("D", "Delete mysecret")
        for key in "w\rd":
            rest(BY_HAND)
            terminal.press(key)
        terminal.until_shown("wd")
    assert server.secret("mysecret")["metadata"]["resourceVersion"] == version
