"""Steps of the main job that several tests take: in tmux, by keys alone."""

from __future__ import annotations

import base64
from typing import Final

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server

OLD: Final = b"1f2d1e2e67df"
"""Value of `password` in `mysecret` of the story."""
NEW: Final = "made-up-and-new"
MASK: Final = "********"
OVER_SSH: Final = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22"}


def program(server: Server, *more: str, size: tuple[int, int] = (80, 24)) -> Tmux:
    """The installed command, through the cluster's kubeconfig."""
    return Tmux([PROGRAM, "--kubeconfig", str(server.kubeconfig), *more], size=size)


def open_mysecret(tmux: Tmux) -> None:
    """Open `mysecret` from the list by the filter, and put the cursor on `password`; values are masked."""
    tmux.sees("mysecret", "● live")
    tmux.rests()
    tmux.presses("/", "negates")
    tmux.type("mysecret")
    tmux.sees("filter: mysecret")
    tmux.press("Enter")
    tmux.rests()
    tmux.presses("Enter", "password", "username", MASK)
    tmux.go_to("password")


def type_over(tmux: Tmux, text: str, *, was: int) -> None:
    """Replace the `was` characters in an open one-line editor."""
    for _ in range(was):
        tmux.press("BSpace")
    tmux.sees("now 0 B")
    tmux.type(text)
    tmux.sees(text, f"now {len(text)} B")


def edit(tmux: Tmux, key: str, text: str, *, was: int) -> None:
    """Edit the value under the cursor, which has `was` characters, and keep it in the draft."""
    tmux.presses("e", f"edit mysecret / {key}", f"was {was} B")
    type_over(tmux, text, was=was)
    tmux.presses("Enter", f"{key} kept in the draft", f"{was} B → {len(text)} B")


def write(tmux: Tmux, *seen: str) -> str:
    """Review and write; return the screen with the outcome."""
    tmux.presses("w", "review", "accepted", "Writes to", *seen)
    return tmux.presses("W", "written:", gone=["Writes to"])


def goes_to(terminal: Terminal, context: str) -> None:
    """Switch to another context of the kubeconfig, in a terminal without tmux."""
    terminal.presses("X", "Contexts")
    terminal.press("g")
    while not terminal.shows(f"▸ {context}"):
        before = terminal.lines
        terminal.press("j")
        terminal.until(lambda: terminal.lines != before, "the cursor to move")  # noqa: B023
    terminal.press("\r")


def osc52(data: bytes) -> bytes:
    """OSC 52 sequence that puts the data on the terminal's clipboard."""
    return b"\x1b]52;c;" + base64.b64encode(data) + b"\x07"
