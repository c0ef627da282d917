"""What the first frame does not need is not loaded before it, and the sheets are read once."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

LATER: Final = (
    *("aiohttp", "kubernetes", "cryptography", "email", "textual.widgets._text_area"),
    *("tui.cluster.cluster", "tui.cluster.transport", "tui.cluster.watch", "tui.live.feeds"),
    *("tui.live.writes", "tui.live.review", "tui.model.draft", "tui.model.usage", "tui.model.podspec"),
    *("tui.screens.inside", "tui.screens.secret_notes", "tui.screens.secret_commands", "tui.screens.asking"),
    *("tui.screens.editor", "tui.screens.review", "tui.screens.pods", "tui.screens.help"),
    *(
        "tui.screens.unseen",
        "tui.widgets.unseen_field",
        "tui.model.generating",
        "tui.screens.checking",
        "tui.screens.cover",
    ),
)
PROGRAM: Final = f"""
import asyncio, os, sys
from textual.css.stylesheet import Stylesheet
from tui.app import SecretTui
from tui.cluster.credentials import login
from tui.cluster.later import cluster_later
from tui.cluster.target import Target
from tui.config import Settings
from tui.live.clock import SystemClock
from tui.live.session import Session

read = []
reparse = Stylesheet.reparse
Stylesheet.reparse = lambda self: (read.append(1), reparse(self))

async def begin(self):
    # Not by print, which a running app takes for itself.
    loaded = " ".join(["loaded", *(name for name in {LATER!r} if name in sys.modules)])
    os.write(1, f"{{loaded}}\\nread again {{len(read)}}\\n".encode())
    os._exit(0)

SecretTui._begin = begin
target = Target("c", "c", "u", "http://127.0.0.1:1", "default")
session = Session(cluster_later(target, login(target)), SystemClock(), namespace="default")
asyncio.run(SecretTui(session, Settings()).run_async(headless=True))
"""


def test_what_comes_after_the_first_frame_is_not_loaded_before_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["loaded", "read again 0"], done.stderr
