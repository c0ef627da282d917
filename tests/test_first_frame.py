"""Modules that the first frame does not need are loaded after it, and the style sheets are read once."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import Final

LATER: Final = (
    *("aiohttp", "kubernetes", "cryptography", "dotenv", "textual.widgets._text_area"),
    *("tui.ui.value.editor", "tui.ui.review.screen", "tui.ui.readers.screen", "tui.ui.pages.help"),
    *("tui.ui.browser.screen", "tui.ui.widgets.lists.picker", "tui.ui.dialogs.dialog"),
    *("tui.model.readers.rules.path", "tui.model.secret.formats.registry"),
)
PROGRAM: Final = f"""
import asyncio, os, sys
from textual.css.stylesheet import Stylesheet
from tui.cli import start
from tui.ui.app.app import SecretTui
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget
from tui.terminal.settings_file import Settings
from tui.session.clock import Clock
from tui.session.session import Session

read = []
reparse = Stylesheet.reparse
Stylesheet.reparse = lambda self: (read.append(1), reparse(self))

async def ready(self):
    # Not by print, which a running app takes for itself.
    loaded = " ".join(["loaded", *(name for name in {LATER!r} if name in sys.modules)])
    os.write(1, f"{{loaded}}\\nread again {{len(read)}}\\n".encode())
    os._exit(0)

SecretTui.on_ready = ready
target = LoginTarget("c", "c", "u", "http://127.0.0.1:1", "default")
session = Session(Cluster(target, login(target)), Clock(), namespace="default")
asyncio.run(SecretTui(session, Settings()).run_async(headless=True))
"""


def test_late_modules_are_not_loaded_and_style_sheets_not_reread_before_the_first_frame() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["loaded", "read again 0"], done.stderr
    assert all(map(find_spec, LATER)), "each is a module that there is"
