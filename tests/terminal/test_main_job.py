"""The main job in tmux, by keys alone at 80x24, against a cluster in its own process and in the tour."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, program, write

pytestmark = pytest.mark.pty

OTHERS: Final = {
    "cert.bin": b"\x00\x01made up\xff\xfe\r\n",
    "lines.txt": b"made up\r\nwith CRLF\r\n\r\n",
    "bare": b"made up, no line break",
}


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster; `mysecret` with more than the two keys that it is known for."""
    with Server("--demo") as server:
        server.write("mysecret", dict(OTHERS))
        about = {
            "labels": {"app": "made-up", "example.test/tier": ""},
            "annotations": {"example.test/note": "two\nlines\n"},
        }
        server.call("PATCH", "/api/v1/namespaces/default/secrets/mysecret", {"metadata": about})
        yield server


def without_versions(secret: dict[str, Any]) -> dict[str, Any]:
    """An object without what every write changes."""
    meta = {
        name: value
        for name, value in secret["metadata"].items()
        if name not in ("resourceVersion", "managedFields")
    }
    return {**secret, "metadata": meta}


def main_job(tmux: Tmux) -> None:
    """Open, show, readers, change, review, write: the outcome stands on the screen."""
    open_mysecret(tmux)
    tmux.go_to("username")
    tmux.presses("r", "admin", "username is shown until")
    tmux.presses("r", gone=["is shown until"])
    tmux.presses(
        *("p", "Readers of mysecret", "mypod: container mypod", "/etc/secret", "read-only"),
        gone=["Read by:"],
    )
    tmux.presses("Escape", "Read by:", gone=["Readers of"])
    tmux.go_to("password")
    edit(tmux, "password", NEW, was=len(OLD))
    assert "1 draft" in tmux.screen
    screen = write(tmux, "password", "12 B → 15 B", "mypod", "not sent", "dry run")
    assert "password of default/mysecret" in screen
    assert NEW not in screen, "what was written is masked"
    assert "draft" not in screen
    tmux.presses("C-q")
    assert tmux.exit_code == 0


def test_the_main_job_changes_one_key_and_nothing_else(server: Server) -> None:
    before = server.secret("mysecret")
    with program(server) as tmux:
        main_job(tmux)
    after = server.secret("mysecret")
    assert base64.b64decode(after["data"].pop("password")) == NEW.encode(), "and no 0x0a was added"
    assert base64.b64decode(before["data"].pop("password")) == OLD
    assert before["metadata"]["resourceVersion"] != after["metadata"]["resourceVersion"]
    assert without_versions(after) == without_versions(before)
    assert OTHERS.items() <= server.data("mysecret").items()


def test_the_main_job_in_the_tour() -> None:
    with Tmux([PROGRAM, "--demo"]) as tmux:
        main_job(tmux)
