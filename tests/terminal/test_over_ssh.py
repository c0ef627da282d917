"""An hour's work through ssh to a far machine, in tmux at 80x24: no press is lost, and none acts twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM
from tests.terminal.server import Server
from tests.terminal.slow_ssh import FarMachine

pytestmark = [pytest.mark.pty, pytest.mark.timeout(400)]

NAME: Final = "far-away"
JOURNEYS: Final = 10
SIZE: Final = (80, 24)
BY_HAND: Final = 0.08
"""Seconds between two presses."""
ESCAPE, ENTER, RUB, PAGE_DOWN, DOWN, QUIT = "\x1b", "\r", "\x7f", "\x1b[6~", "j", "\x11"
AT_REST: Final = 12.0
"""Seconds."""


@pytest.fixture
def far(tmp_path: Path) -> Iterator[FarMachine]:
    with FarMachine(tmp_path) as machine:
        yield machine


@pytest.fixture
def server() -> Iterator[Server]:
    with Server("--secrets", "300") as server:
        body = {"metadata": {"name": NAME}, "stringData": {key_of(n): "x" for n in range(JOURNEYS)}}
        server.call("POST", "/api/v1/namespaces/default/secrets", body)
        yield server


def key_of(journey: int) -> str:
    return f"key-{journey}"


def text_of(journey: int) -> str:
    return f"made-up-{journey}"


@contextmanager
def log_in(far: FarMachine, server: Server, folder: Path, *where: str) -> Iterator[Terminal]:
    """ssh, tmux there, and the program in it."""
    home = folder / "home"
    home.mkdir()
    settings = folder / "tmux.conf"
    settings.write_text("set -g status off\n")
    tmux = ["tmux", "-S", str(home / "tmux"), "-f", str(settings), "new-session"]
    program = [PROGRAM, "--trust", "--kubeconfig", str(server.kubeconfig), *where]
    env = {"HOME": str(home), "LC_ALL": "C.UTF-8", "TMPDIR": os.environ["TMPDIR"], "TZ": "UTC"}
    try:
        with far.terminal([*tmux, *program], env, size=SIZE) as tui:
            yield tui
    finally:  # it outlives a line that drops, as it should
        subprocess.run([*tmux[:3], "kill-server"], check=False, capture_output=True)


def is_on(tui: Terminal, name: str) -> bool:
    """Is the cursor on the row of this name?"""
    return any(line.split()[:2] == ["▸", name] for line in tui.lines)


def work(tui: Terminal) -> None:
    """Open a Secret and change each of its keys, a journey each. Screens are waited for, presses not."""
    tui.until_shown("● live")
    tui.type(f"/{NAME}", between=BY_HAND)
    tui.until_shown(f"filter: {NAME}")
    tui.type(ENTER, between=1.0)
    tui.type(ENTER, between=BY_HAND)
    tui.until_shown("********")
    for journey in range(JOURNEYS):
        tui.type("g" + DOWN * journey, between=BY_HAND)
        wanted = key_of(journey)
        tui.until(partial(is_on, tui, wanted), f"{wanted} under the cursor")
        tui.watch(0.8)
        tui.type("e", between=BY_HAND)
        tui.until_shown(f"/ {key_of(journey)}")
        tui.type([RUB, *text_of(journey)], between=BY_HAND)
        # As a person does: where the line groups its packets, an enter among them would be a paste's.
        tui.until_shown(text_of(journey))
        tui.type(ENTER, between=BY_HAND)
        tui.until_shown("kept in the draft")
        tui.type("w", between=BY_HAND)
        tui.until_shown("accepted at")
        tui.type("W", between=BY_HAND)
        tui.until_shown(f"Written: {wanted} of")
        tui.until_shown("READ BY")


def test_ten_journeys_lose_no_press_and_run_none_twice(
    far: FarMachine, server: Server, tmp_path: Path
) -> None:
    with log_in(far, server, tmp_path, "-n", "default") as tui:
        work(tui)
        tui.type("!", between=BY_HAND)
        tui.until_shown("Messages")
        tui.watch(1.0)
        assert sum("Written: key-" in line for line in tui.lines) == JOURNEYS
        tui.press(QUIT)
        assert tui.until_end() == 0
    assert server.data(NAME) == {key_of(n): text_of(n).encode() for n in range(JOURNEYS)}


def test_few_bytes_for_a_move_and_none_at_rest(
    far: FarMachine, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log_in(far, server, tmp_path, "-A") as tui:
        tui.until_shown("● live")
        tui.watch(8.0)
        costs: dict[str, list[int]] = {}
        for name, press in (("move", DOWN), ("scroll", PAGE_DOWN)):
            costs[name] = []
            for _ in range(5):
                tui.press(press)
                costs[name].append(tui.watch(1.2))
        costs["rest"] = [tui.watch(AT_REST)]
        tui.press(QUIT)
        assert tui.until_end() == 0
    with capsys.disabled():
        told = ", ".join(f"{name} {max(cost):,}" for name, cost in costs.items())
        sys.stdout.write(f"\nbytes to the terminal over ssh and tmux, at most: {told}\n")
    assert costs["rest"] == [0]
    assert 0 < max(costs["move"]) <= 1_000
    assert 0 < max(costs["scroll"]) <= 6_000
