"""Only printable characters reach the terminal: hostile texts through every widget, in a real terminal.

What plain texts cause is taken from a run with plain texts: a sequence that they do not cause is an intruder,
and so is a character that turns, hides or piles up. Each frame is compared with what the app believes.
"""

from __future__ import annotations

import functools

import pytest
import yaml

from tests.terminal import walk
from tests.terminal.hostile_cluster import MAKERS
from tests.terminal.server import Server
from tests.terminal.vt import cut, odd_characters
from tests.terminal.watched_program import Seen, Watched

FEW, MANY = 300, 800
ODD_NAME = "made\x1b[31m\u202eup\x07"


def walked(maker: str, count: int, *, name: str = "") -> dict[str, Seen]:
    """The whole walk over a world of `count` texts: what each step sent."""
    with Server(maker, str(count), module="tests.terminal.hostile_cluster") as server:
        if name:
            rename(server, name)
        with Watched(server.kubeconfig, size=walk.SIZE) as tui:
            return walk.take(walk.Walk(server, tui, MAKERS[maker](count)))


def rename(server: Server, name: str) -> None:
    """Another name for context and user in the kubeconfig, which others may have written."""
    config = yaml.safe_load(server.kubeconfig.read_text())
    config["current-context"] = config["contexts"][0]["name"] = name
    config["contexts"][0]["context"]["user"] = config["users"][0]["name"] = name
    server.kubeconfig.write_text(yaml.safe_dump(config))


@functools.cache
def allowed() -> frozenset[bytes]:
    """The sequences of a run with plain texts."""
    return frozenset().union(*(seen.shapes for seen in walked("plain", FEW).values()))


def intruders(seen: dict[str, Seen]) -> dict[str, set[bytes]]:
    """For each step what should not have been sent."""
    found = {step: part.intruders(allowed()) for step, part in seen.items()}
    return {step: part for step, part in found.items() if part}


@pytest.mark.pty
@pytest.mark.timeout(240)
def test_hostile_texts_send_nothing_that_plain_ones_do_not() -> None:
    assert intruders(walked("hostile", MANY, name=ODD_NAME)) == {}


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


def test_odd_letters_are_known() -> None:
    assert odd_characters("made up, 漢字 é ⏎ ‹U+202E›") == set()
    for letter in "\u202e\u200b\u00a0\ufe0f\u3164\ue000\u2028":
        assert odd_characters(f"made{letter}up") == {letter}
