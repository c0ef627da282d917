"""Between two clusters, in tmux by keys alone: what is begun in one is never written to the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, type_over

pytestmark = [pytest.mark.pty, pytest.mark.timeout(120)]

OTHER = "made-up-for-prod"
_ASKS = """#!/bin/sh
printf "Made-up PIN: " >&2
read pin
test "$pin" = 1234 || { echo "wrong, made-up" >&2; exit 3; }
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"TOKEN"}}'
"""


@pytest.fixture
def servers() -> Iterator[dict[str, Server]]:
    """The same story twice."""
    with Server("--demo", name="stage") as stage, Server("--demo", name="prod") as prod:
        yield {"stage-eu": stage, "prod-eu": prod}


def merged(servers: dict[str, Server], current: str) -> Path:
    """One kubeconfig for both, and a third context whose user logs in by a program that asks."""
    file = Path.home() / ".kube" / "config"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    found: dict[str, object] = {"current-context": current}
    parts: dict[str, list[object]] = {"contexts": [], "clusters": [], "users": []}
    for name, server in servers.items():
        config = yaml.safe_load(server.kubeconfig.read_text())
        parts["clusters"].append({**config["clusters"][0], "name": name})
        parts["users"].append({**config["users"][0], "name": name})
        context = {"cluster": name, "user": name, "namespace": "default"}
        parts["contexts"].append({"name": name, "context": context})
    script = file.with_name("asks")
    token = yaml.safe_load(servers["stage-eu"].kubeconfig.read_text())["users"][0]["user"]["token"]
    script.write_text(_ASKS.replace("TOKEN", token))
    script.chmod(0o700)
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "interactiveMode": "Always",
        "command": str(script),
    }
    parts["users"].append({"name": "asks", "user": {"exec": plugin}})
    parts["contexts"].append({"name": "asks", "context": {"cluster": "stage-eu", "user": "asks"}})
    file.write_text(yaml.safe_dump({**found, **parts}))
    file.chmod(0o600)
    return file


def go_to(tmux: Tmux, context: str) -> None:
    """X, its name, enter."""
    tmux.presses("X", "Contexts 3", context)
    tmux.presses("/", "words in context")
    tmux.type(context)
    tmux.presses("Enter", gone=["words in context"])


def test_a_draft_waits_in_its_context_and_each_is_written_where_it_was_begun(
    servers: dict[str, Server],
) -> None:
    file = merged(servers, "stage-eu")
    with Tmux([PROGRAM]) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        assert tmux.title == "secret-tui stage-eu"
        go_to(tmux, "prod-eu")
        screen = tmux.sees("PROD prod-eu › default", "Now in prod-eu.", "● live", gone=["1 draft"])
        assert screen.startswith("  PROD  prod-eu") and tmux.title == "secret-tui prod-eu"
        open_mysecret(tmux)
        edit(tmux, "password", OTHER, was=len(OLD))
        tmux.presses("w", "accepted", "Writes to PROD prod-eu", "PROD: W asks for the context's name")
        tmux.presses("W", "PROD: write in prod-eu?")
        tmux.type("stage-eu")
        tmux.presses("Enter", "Nothing sent: that is not the context's name.")
        assert servers["prod-eu"].data("mysecret")["password"] == OLD
        for _ in "stage-eu":
            tmux.press("BSpace")
        tmux.type("prod-eu")
        tmux.presses("Enter", "Written: password of default/mysecret")
        assert servers["prod-eu"].data("mysecret")["password"] == OTHER.encode()
        assert servers["stage-eu"].data("mysecret")["password"] == OLD
        tmux.presses("Escape", "Secrets")
        file.write_text(file.read_text().replace("current-context: stage-eu", "current-context: prod-eu"))
        tmux.presses("C-r", "The kubeconfig file changed; this session is unchanged.")
        go_to(tmux, "stage-eu")
        tmux.sees("stage-eu › default", "Now in stage-eu.", "● live", "1 draft")
        assert "PROD" not in tmux.screen.splitlines()[0]
        open_mysecret(tmux)
        tmux.presses("w", "accepted", "Writes to stage-eu", gone=["PROD"])
        tmux.presses("W", "Written: password of default/mysecret", gone=["Writes to"])
        assert servers["stage-eu"].data("mysecret")["password"] == NEW.encode()
        assert servers["prod-eu"].data("mysecret")["password"] == OTHER.encode()
        tmux.presses("C-q")
        assert tmux.exit_code == 0


def test_a_login_that_asks_gets_the_terminal_and_a_refused_one_leaves_one_where_one_is(
    servers: dict[str, Server],
) -> None:
    merged(servers, "stage-eu")
    with Tmux([PROGRAM]) as tmux:
        open_mysecret(tmux)
        tmux.presses("e", "edit mysecret / password")
        type_over(tmux, NEW, was=len(OLD))
        tmux.presses("Enter", "kept in the draft")
        for pin, says in (("0000", "Still in stage-eu"), ("1234", "Now in asks.")):
            if pin == "0000":
                go_to(tmux, "asks")
            else:
                tmux.presses("Enter")
            tmux.sees("secret-tui: logging in to asks", "Made-up PIN:", gone=["stage-eu", "mysecret"])
            tmux.type(pin)
            tmux.presses("Enter", says)
        tmux.sees("asks › default", "● live", gone=["1 draft"])
        tmux.presses("C-q", "Quit and lose unwritten drafts?", "default/mysecret in stage-eu")
        tmux.presses("Q")
        assert tmux.exit_code == 0
