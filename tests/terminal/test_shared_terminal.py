"""A rotation on a recorded screen, and a second client that attaches: by keys alone, in a real tmux."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server
from tests.terminal.steps import OLD, open_mysecret, program, write
from tests.value_search import traces

pytestmark = [pytest.mark.pty, pytest.mark.timeout(120)]

NEW: Final = "made-up-and-rotated"


def assert_unseen(recording: bytes) -> None:
    """Check that neither the old nor the new value is in the recording."""
    assert b"mysecret" in recording, "it was recorded"
    for number, value in enumerate((OLD.decode(), NEW)):
        assert traces(recording, value) == [], ("the old", "the new")[number]


def rotate(tmux: Tmux, server: Server, recording: Path) -> None:
    """Set, check, write and verify a value unseen, by `s`, `=`, `w`, `W`, `=`."""
    tmux.presses("s", "Set unseen: mysecret / password", "now    nothing yet")
    tmux.type(NEW[:1])
    tmux.sees("typed; its size is shown once you keep it")
    tmux.rests()
    size = recording.stat().st_size
    tmux.type(NEW[1:])
    tmux.rests()
    assert recording.stat().st_size == size, "how much is typed, and when, is not recorded"
    tmux.presses("Enter", f"password set unseen: {len(NEW)} B, one line, no final line break")
    check(tmux, NEW, "answer Same.")
    write(tmux, "NO REVEAL")
    assert server.data("mysecret")["password"] == NEW.encode()
    check(tmux, NEW.upper(), "answer Same except for case, look-alike or invisible characters.")
    check(tmux, OLD.decode(), "answer Different.")


def check(tmux: Tmux, typed: str, answer: str) -> None:
    """Compare the value under the cursor with a typed one."""
    tmux.presses("=", "check mysecret / password")
    tmux.type(typed)
    # A return that arrives together with the text would look like a paste.
    tmux.sees("text entered; Enter checks it")
    tmux.rests()
    tmux.presses("Enter", answer)
    tmux.presses("Escape", "SIZE", gone=["check mysecret"])


def test_a_rotation_recorded_by_script_is_not_in_the_recording(server: Server) -> None:
    recording = Path(os.environ["HOME"]) / "typescript"
    command = shlex.join([PROGRAM, "--kubeconfig", str(server.kubeconfig), "--no-reveal"])
    try:
        # A test that fails leaves script behind, which a closed terminal does not end.
        at_most = ["timeout", "--foreground", "100"]
        with Tmux([*at_most, "script", "-q", "-f", "-c", command, str(recording)]) as tmux:
            tmux.sees("RECORDED", "NO REVEAL")
            open_mysecret(tmux)
            tmux.go_to("password")
            rotate(tmux, server, recording)
            tmux.press("C-q")
            assert tmux.exit_code == 0
        assert b"RECORDED" in recording.read_bytes()
        assert_unseen(recording.read_bytes())
    finally:
        recording.unlink(missing_ok=True)


def test_a_rotation_piped_by_tmux_is_not_in_the_pipes_file(server: Server) -> None:
    recording = Path(os.environ["HOME"]) / "piped"
    try:
        with program(server, "--no-reveal") as tmux:
            tmux.sees("mysecret", "● live", gone=["RECORDED"])
            tmux.pipes_to(recording)
            tmux.presses("j", "RECORDED", "NO REVEAL")
            open_mysecret(tmux)
            rotate(tmux, server, recording)
            tmux.press("C-q")
            assert tmux.exit_code == 0
        assert b"RECORDED" in recording.read_bytes()
        assert_unseen(recording.read_bytes())
    finally:
        recording.unlink(missing_ok=True)


@contextmanager
def client(tmux: Tmux) -> Iterator[Terminal]:
    """Attach one more client to the same session."""
    with Terminal(tmux.attaching(), env={**os.environ, "TERM": "xterm-256color"}) as terminal:
        terminal.until_shown("mysecret")
        yield terminal


def test_a_second_client_is_named_in_a_badge_and_the_first_value_asks_once(server: Server) -> None:
    with program(server) as tmux:
        tmux.sees("mysecret", "● live")
        with client(tmux):
            open_mysecret(tmux)
            tmux.presses("r", OLD.decode(), gone=["SHARED"])
            with client(tmux) as other:
                tmux.presses("j", "SHARED 2", gone=[OLD.decode()])
                tmux.presses("k")
                tmux.presses("r", "Show values of", "2 tmux clients", gone=[OLD.decode()])
                tmux.presses("Escape", "Read by", gone=["2 tmux clients"])
                other.until_shown("SHARED 2")
                tmux.presses("r", "2 tmux clients")
                tmux.presses("y", OLD.decode(), "shown until")
                tmux.presses("m", "masked", gone=[OLD.decode()])
                tmux.presses("r", OLD.decode(), gone=["2 tmux clients"])
            tmux.presses("m", gone=["SHARED"])
        tmux.press("C-q")
        assert tmux.exit_code == 0
