"""Only printable characters reach the terminal: hostile texts through every screen, in a real terminal.

What plain texts cause is taken from a run with plain texts: a sequence that they do not cause is an intruder,
and so is a character that turns, hides or piles up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
import yaml

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment
from tests.terminal.hostile_cluster import MAKERS
from tests.terminal.server import Server
from tests.terminal.vt import Seen, cut, odd_characters

COUNT: Final = 400
"""Number of texts: each odd character and each way to begin a sequence is among them."""
DROPPED: Final = 8
SIZE: Final = (99, 120)
"""Columns and rows for one pane and long pages."""
ODD_NAME: Final = "made\x1b[31m\u202eup\x07"
ESCAPE, ENTER, PAGE_DOWN, DELETE = "\x1b", "\r", "\x1b[6~", "\x1b[3~"


class Walker(Terminal):
    """The installed command on that cluster, by keys alone."""

    def __init__(self, server: Server) -> None:
        command = [*COMMAND, "--kubeconfig", str(server.kubeconfig)]
        super().__init__(command, env=environment(), size=SIZE, cwd=str(ROOT))

    def goes(self, key: str, *shown: str) -> None:
        """Press a key and wait for what it does."""
        self.press(key)
        for text in shown:
            self.until_shown(text)
        self.watch(0.05 if shown else 0.15)

    def back(self, shown: str) -> None:
        """Go back one level and wait: an escape and a letter in one read are alt and that letter."""
        self.goes(ESCAPE, shown)

    def reads(self) -> None:
        """Page to the end of the screen."""
        before: list[str] = []
        while self.lines != before:
            before = self.lines
            self.press(PAGE_DOWN)
            self.watch(0.15)

    def finds(self, name: str) -> None:
        """Filter the list by a name."""
        self.goes("/", "negates")
        self.goes(f"\x1b[200~{name}\x1b[201~", f"filter: {name}")
        self.goes(ENTER)

    @contextmanager
    def opened(self, name: str) -> Iterator[None]:
        """Open a Secret with the cursor on its first key; afterwards go back to the whole list."""
        self.finds(name)
        self.goes(ENTER, f"━ {name} ", " SIZE ")
        self.goes("g")
        yield
        self.back(f"filter: {name}")
        self.whole_list()

    def whole_list(self) -> None:
        """Leave the filter."""
        self.press(ESCAPE)
        self.until(lambda: any("━ Secrets " in row and "filter" not in row for row in self.lines), "the list")
        self.watch(0.15)


def walk(tui: Walker, server: Server, values: list[bytes]) -> None:
    """Walk past every screen that shows a foreign text."""
    tui.until_shown("● live")
    tui.until_shown("no reader known")
    tui.reads()
    tui.goes("g")
    tui.finds("odd-0")
    for _ in range(8):
        tui.goes("j")
    tui.whole_list()
    with tui.opened("rows"):
        tui.goes("R", "shown until")
        tui.reads()
    for name in ("whole-text", "whole-bytes"):
        with tui.opened(name):
            tui.goes(ENTER, "k00000")
            tui.goes("r", "shown until")
            tui.reads()
            tui.back(" SIZE ")
    for name in ("notes", "odd-000", "odd-020"):
        with tui.opened(name):
            tui.goes("i", "Describe")
            tui.reads()
            tui.back(" SIZE ")
    for name in ("rows", "odd-keys"):
        with tui.opened(name):
            for _ in range(DROPPED):
                tui.goes(DELETE)
                tui.goes("j")
            tui.goes("w", "━ Review: ")
            tui.watch(1.0)
            tui.goes("R", "│ - ")
            tui.reads()
            tui.back(" SIZE ")
    others = {f"k{number:05}": value for number, value in enumerate(reversed(values[-DROPPED:]))}
    with tui.opened("rows"):
        server.write("rows", dict(others))
        tui.goes("w", "to resolve")
        tui.goes("R", "│ before ")
        tui.reads()
        tui.back(" SIZE ")
    tui.goes("P", "Pods of default")
    tui.reads()
    tui.back("━ Secrets ")
    tui.goes("!", "Messages")
    tui.reads()


def seen(maker: str, *, name: str = "") -> Seen:
    """Stream that a walk over a cluster of such texts sends to the terminal."""
    with Server(maker, str(COUNT), module="tests.terminal.hostile_cluster") as server:
        if name:
            rename(server, name)
        with Walker(server) as tui:
            walk(tui, server, MAKERS[maker](COUNT))
        return Seen(bytes(tui.stream))


def rename(server: Server, name: str) -> None:
    """Rename context and user in the kubeconfig, as another writer of the file could."""
    config = yaml.safe_load(server.kubeconfig.read_text())
    config["current-context"] = config["contexts"][0]["name"] = name
    config["contexts"][0]["context"]["user"] = config["users"][0]["name"] = name
    server.kubeconfig.write_text(yaml.safe_dump(config))


@pytest.mark.pty
@pytest.mark.timeout(240)
def test_hostile_texts_send_nothing_that_plain_ones_do_not() -> None:
    assert seen("hostile", name=ODD_NAME).intruders(seen("plain").shapes) == set()


@pytest.mark.parametrize(
    ("stream", "kinds"),
    [
        (b"made \x1b[1;31mup\x1b[0m", ["text", "csi", "text", "csi"]),
        (b"\x1b]52;c;eA==\x07a\x1b]0;x\x1b\\", ["string", "text", "string"]),
        (b"\x1bP1$r\x1b\\\x1b_Gx\x1b\\", ["string", "string"]),
        (b"\x1b]0;never ended", ["broken", "text"]),
        (b"\x1b(0\x1bc\x1b7", ["escape", "escape", "escape"]),
        ("\x9b31m\x85\x07".encode(), ["csi", "control", "control"]),
        (b"\x9b31m\xed\xa0\x80", ["broken", "text", "broken", "broken", "broken"]),
        ("漢字 é".encode(), ["text"]),
    ],
)
def test_a_stream_is_cut_where_a_terminal_would(stream: bytes, kinds: list[str]) -> None:
    assert [token.kind for token in cut(stream)] == kinds


def test_odd_characters_are_recognized() -> None:
    assert odd_characters("made up, 漢字 é ⏎ ‹U+202E›") == set()
    for letter in "\u202e\u200b\u00a0\ufe0f\u3164\ue000\u2028":
        assert odd_characters(f"made{letter}up") == {letter}
