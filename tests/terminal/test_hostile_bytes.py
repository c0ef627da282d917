"""Only printable characters reach the terminal: hostile texts through every widget, in a real terminal.

What plain texts cause is taken from a run with plain texts: a sequence that they do not cause is an intruder,
and so is a character that turns, hides or piles up. Each frame is compared with what the app believes.
"""

from __future__ import annotations

import functools
import unicodedata

import pyte
import pytest
import yaml

from tests.terminal import hostile_texts, walk
from tests.terminal.frame import Frame
from tests.terminal.hostile_cluster import MAKERS
from tests.terminal.server import Server
from tests.terminal.vt import Token, cut, is_known_style, odd_characters, shape, whole
from tests.terminal.watched_program import Seen, Watched

FEW, MANY, ALL = 300, 800, 10_000
ODD_NAME = "made\x1b[31m\u202eup\x07"


def walked(maker: str, count: int, *, is_identity: bool = False, name: str = "") -> dict[str, Seen]:
    """The whole walk over a world of `count` texts: what each step sent."""
    with Server(maker, str(count), module="tests.terminal.hostile_cluster") as server:
        if name:
            rename(server, name)
        with Watched(server.kubeconfig, how="identity" if is_identity else "plain", size=walk.SIZE) as tui:
            return walk.take(walk.Walk(server, tui, MAKERS[maker](count), is_compared=not is_identity))


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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_of_them_send_nothing_that_plain_ones_do_not() -> None:
    assert intruders(walked("hostile", ALL, name=ODD_NAME)) == {}


@pytest.mark.pty
@pytest.mark.timeout(240)
def test_without_stand_ins_the_same_walk_finds_intruders_at_every_step() -> None:
    found = intruders(walked("hostile", FEW, is_identity=True))
    missed = {step.__name__ for step in walk.STEPS} - found.keys()
    assert not missed, "a step that passes even so looks at nothing"


def test_the_tokens_are_the_stream() -> None:
    for value in hostile_texts.hostile(4000):
        assert b"".join(token.data for token in cut(value)) == value
        assert 0 <= whole(value) <= len(value)


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


def test_a_token_that_is_not_all_there_is_waited_for() -> None:
    stream = "made\x1b[1;31mup\x1b]0;t\x07漢".encode()
    for at in range(len(stream)):
        assert b"".join(t.data for t in cut(stream[: whole(stream[:at])])) == stream[: whole(stream[:at])]
        assert all(token.kind != "broken" for token in cut(stream[: whole(stream[:at])]))


def test_only_the_cursors_place_may_differ() -> None:
    assert shape(Token("csi", b"\x1b[3;7H")) == shape(Token("csi", b"\x1b[12;1H"))
    titles = [b"\x1b]2;secret-tui " + name + b"\x1b\\" for name in (b"a", b"prod-eu", b"x\x9b", b"x" * 101)]
    first, second, odd, long = (shape(Token("string", title)) for title in titles)
    assert first == second and len({first, odd, long}) == 3
    assert shape(Token("csi", b"\x1b[31m")) != shape(Token("csi", b"\x1b[32m"))


def test_a_style_is_known_by_its_parts_and_only_as_a_whole() -> None:
    known = {b"\x1b[1;38;5;188;48;5;16m", b"\x1b[38;5;59;48;5;234m", b"\x1b[0m"}
    assert is_known_style(b"\x1b[1;38;5;59;48;5;16m", known)
    for other in (b"\x1b[4;38;5;59;48;5;16m", b"\x1b[38;5;1;48;5;16m", b"\x1b[1m", b"\x1b[38;5;188m"):
        assert not is_known_style(other, known)


def test_odd_letters_are_known() -> None:
    assert odd_characters("made up, 漢字 é ⏎ ‹U+202E›") == set()
    for letter in "\u202e\u200b\u00a0\ufe0f\u3164\ue000\u2028":
        assert odd_characters(f"made{letter}up") == {letter}


def test_the_quick_terminal_draws_as_pyte_does() -> None:
    stream = "\x1b[2;3Hmade 漢字 up\r\n\x1b[1;31me\u0301nd\x1b[0m\x1b[4;9H字\x1b[1;1H‹x›".encode()
    screen, frame = pyte.Screen(20, 5), Frame(20, 5)
    pyte.ByteStream(screen).feed(stream)
    for token in cut(stream):
        frame.take(token)
    drawn = ["".join(cells).rstrip() for cells in frame.cells]
    assert [unicodedata.normalize("NFC", row) for row in drawn] == [row.rstrip() for row in screen.display]
