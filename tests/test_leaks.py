"""A crash shows no value: one is planted wherever errors keep words, and looked for afterwards."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from itertools import product
from pathlib import Path

import pytest

from tests import crash_app, crash_program
from tests.pseudo_terminal import Terminal
from tests.value_search import MARKER, traces, traces_in_files, ways

ROOT = str(Path(__file__).parent.parent)
WIDE = (240, 50)
"""Size so wide that no planted value is wrapped."""


def crash_in_terminal(site: str, plant: str) -> tuple[bytes, int]:
    """Crash an app in a terminal; return all that it sends there, and the exit code."""
    command = [sys.executable, "-m", "tests.crash_app", site, plant]
    with Terminal(command, env={**os.environ, "MADE_UP_VALUE": MARKER}, size=WIDE, cwd=ROOT) as terminal:
        code = terminal.until_end()
    return bytes(terminal.stream), code


def own_folders() -> list[Path]:
    return [Path(os.environ[name]) for name in ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME")]


@pytest.mark.pty
@pytest.mark.parametrize(
    ("site", "plant"),
    [*((site, "text") for site in crash_app.SITES), *(("handler", plant) for plant in ("chain", "key"))],
)
def test_no_crash_anywhere_shows_a_value(site: str, plant: str) -> None:
    stream, code = crash_in_terminal(site, plant)
    assert traces(stream) + traces_in_files(own_folders()) == []
    if site == "guard":
        assert b"Internal error of an unknown kind." in stream
    else:
        kinds = {"chain": b"RuntimeError", "key": b"KeyError"}
        kind = b"__main__.Unspeakable" if site == "repr" else kinds.get(plant, b"ValueError")
        assert b"Internal error: " + kind + b"." in stream, "the crash is told"
        assert b"tests/crash_app.py:" in stream, "and where it was"
    assert b"cannot use" not in stream, "but never in its own words"
    assert code == (1 if site in crash_app.FATAL or site == "excepthook" else 0)


@pytest.mark.pty
@pytest.mark.parametrize("site", crash_program.SITES)
def test_a_crash_of_the_program_itself_shows_no_value(site: str) -> None:
    command = [sys.executable, "-m", "tests.crash_program", site, "chain"]
    with Terminal(command, env={**os.environ, "MADE_UP_VALUE": MARKER}, size=WIDE, cwd=ROOT) as terminal:
        if site == "session":
            # A task that fails ends nothing; what became of it is told at the end.
            terminal.until_shown("db-credentials")
            terminal.press("\x11")
        code = terminal.until_end()
    stream = bytes(terminal.stream)
    assert traces(stream) + traces_in_files(own_folders()) == []
    assert b"Internal error: RuntimeError." in stream
    assert b"went wrong" not in stream
    assert code == (0 if site == "session" else 1)


def test_a_value_in_base64_is_found_at_every_alignment() -> None:
    for before, after in product((b"", b"x", b"xy", b"xyz"), (b"", b"x", b"xy")):
        assert traces(b"..." + b64encode(before + MARKER.encode() + after))


def test_a_value_is_found_in_every_encoding_and_between_color_sequences() -> None:
    for way, written in ways(MARKER.encode()).items():
        assert way in traces(b"before " + written + b" after")
    coloured = b"\x1b[1m" + MARKER[:5].encode() + b"\x1b[0m\r\n\x1b]0;title\x07" + MARKER[5:].encode()
    assert "plain" in traces(coloured)
    assert traces(b"nothing of it") == []
