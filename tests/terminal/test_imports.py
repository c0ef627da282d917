"""Which distributions share the process with the values: a list that is meant to be seen when it grows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.drive import Tmux
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, write

pytestmark = pytest.mark.pty

OURS: Final = frozenset({"secret-tui"})
# Most of it is what the client and the drawing take with them.
ALLOWED: Final = frozenset(
    (
        *("textual", "rich", "msgspec", "pyyaml", "platformdirs"),
        *(
            "kubernetes",
            "aiohttp",
            "aiohappyeyeballs",
            "aiosignal",
            "attrs",
            "frozenlist",
            "idna",
            "multidict",
        ),
        *("propcache", "yarl", "aiohttp-retry", "python-dateutil"),
        *("pydantic", "pydantic_core", "annotated-types", "typing-inspection", "typing_extensions"),
        *("cryptography", "cffi"),
    )
)


def tour(told: Path, *more: str) -> Tmux:
    return Tmux([sys.executable, "-m", "tests.list_imports", str(told), *more])


def test_the_tour_imports_what_is_known_and_nothing_else(tmp_path: Path) -> None:
    job, inside = tmp_path / "job", tmp_path / "inside"
    with tour(job) as tmux:
        open_mysecret(tmux)
        tmux.presses("r", OLD.decode())
        edit(tmux, "password", NEW, was=len(OLD))
        write(tmux)
        tmux.presses("i", "Who wrote which key")
        tmux.press("C-q")
        assert tmux.exit_code == 0
    with tour(inside, "web/portal-tls") as tmux:
        tmux.sees("tls.crt", "the certificate")
        tmux.press("C-q")
        assert tmux.exit_code == 0
    assert {*job.read_text().split(), *inside.read_text().split()} - OURS == ALLOWED
