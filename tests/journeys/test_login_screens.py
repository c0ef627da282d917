"""Logins that need a person: the installed command in a real terminal, and kubectl in another."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.controlplane.users import ADMIN, READER
from tests.journeys.cluster_objects import KUBECTL, OLD, Beside
from tests.journeys.world import Config, World
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, Tmux, environment
from tests.terminal.steps import NEW, edit, open_mysecret, write

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

ENDED = "login expired, L logs in"


def _put(world: World, config: Config, name: str = "config") -> str:
    return str(world.put(name, json.dumps(config)))


def _program(path: str, *more: str, namespace: str = "default") -> list[str]:
    return [PROGRAM, "--kubeconfig", path, "-n", namespace, *more]


def _asking(world: World) -> str:
    """Write a kubeconfig with a plugin that asks a person, for the address that can refuse every login."""
    user = world.plugin("asks", interactiveMode="Always")
    return _put(world, world.config(user, server=f"https://127.0.0.1:{world.near.own.port}"))


def _quits(tmux: Tmux) -> None:
    tmux.press("C-q")
    assert tmux.exit_code == 0


@pytest.mark.parametrize("mode", ["Always", "IfAvailable"])
def test_a_login_plugin_asks_on_the_terminal_of_secret_tui_and_of_kubectl(
    world: World, beside: Beside, mode: str
) -> None:
    path = _put(world, world.config(world.plugin("asks", interactiveMode=mode)))
    with Tmux([str(KUBECTL), "auth", "whoami", "--kubeconfig", path]) as tmux:
        tmux.sees("user:")
        tmux.type(READER)
        tmux.presses("Enter", "Username", READER)
        assert tmux.exit_code == 0
    with Tmux(_program(path, namespace=beside.namespace), size=(120, 36)) as tmux:
        tmux.sees("user:")
        tmux.type(READER)
        tmux.presses("Enter", "mysecret", READER, "● live", gone=["user:"])
        _quits(tmux)


@pytest.mark.parametrize(("how", "says"), [("exit3", "no such user"), ("garbage", "ExecCredential")])
def test_output_of_a_failing_plugin_never_acts_on_the_terminal(world: World, how: str, says: str) -> None:
    path = _put(world, world.config(world.plugin(how, interactiveMode="IfAvailable")))
    with Terminal(_program(path), env={**environment(), "TERM": "xterm-256color"}) as terminal:
        assert terminal.until_end() == 1
    assert says.encode() in terminal.stream
    assert b"\x1b" not in terminal.stream and b"\x07" not in terminal.stream
    last = terminal.stream.decode().strip().splitlines()[-1]
    assert last.startswith("secret-tui: The login command ")


def test_output_of_a_plugin_that_logs_in_never_acts_on_the_terminal(world: World, beside: Beside) -> None:
    path = _put(world, world.config(world.plugin("controls", interactiveMode="IfAvailable")))
    program = _program(path, namespace=beside.namespace)
    with Terminal(program, env={**environment(), "TERM": "xterm-256color"}) as terminal:
        terminal.until_shown("● live")
        terminal.press("\x11")
        assert terminal.until_end() == 0
    before, _, screens = bytes(terminal.stream).partition(b"\x1b[?1049h")
    assert b"Open https://login.invalid" in before and b"mysecret" in screens
    assert b"\x1b" not in before and b"\x07" not in before


def test_a_kubeconfig_from_elsewhere_is_asked_about_at_each_start(world: World, beside: Beside) -> None:
    _put(world, world.config(world.plugin("token")), "../elsewhere")
    path = str(Path.home() / "elsewhere")
    program = _program(path, namespace=beside.namespace)
    with Tmux(program, size=(160, 36)) as tmux:
        tmux.sees(f"not trusted: {path} is not under", "reader token", world.plane.url, "Log in? [y/N]")
        tmux.presses("n", "n")
        tmux.press("Enter")
        assert tmux.exit_code == 1
    done = subprocess.run(
        program, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "stdin is not a terminal" in done.stderr
    for _ in range(2):
        with Tmux(program) as tmux:
            tmux.sees("--trust skips this question.")
            tmux.presses("y", "y")
            tmux.presses("Enter", "mysecret", "● live")
            _quits(tmux)
    with Tmux([*program, "--trust"]) as tmux:
        tmux.sees("mysecret", "● live", gone=["Log in? [y/N]"])
        _quits(tmux)


def test_l_gives_the_login_plugin_the_terminal_and_keeps_the_draft(world: World, beside: Beside) -> None:
    with Tmux(_program(_asking(world), namespace=beside.namespace), size=(120, 36)) as tmux:
        tmux.sees("user:")
        tmux.type(ADMIN)
        tmux.press("Enter")
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        world.near.refuse(True)
        tmux.sees(ENDED, "~ password", "1 draft", "L log in")
        tmux.presses("L", "user:", "ctrl+c goes back", gone=["password", "mysecret"])
        world.near.refuse(False)  # not earlier: a list tried again by itself would find the old login good
        tmux.type(ADMIN)
        tmux.presses("Enter", "Logged in again", "~ password", "1 draft", gone=["user:", ENDED])
        write(tmux, "12 B → 15 B")
        _quits(tmux)
    assert beside.data()["password"] == NEW.encode()
