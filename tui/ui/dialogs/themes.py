"""Choose a theme: applied at once, and kept in the settings file."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from tui.model.settings.settings import THEMES
from tui.process.threads import run_in_thread
from tui.terminal import locations, settings_file
from tui.ui.base.job import ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question


async def choose_theme(screen: TuiScreen[Any]) -> None:
    """Ask which theme; it is applied at once, and kept."""
    app = screen.shared.app
    themes = {name[0]: name for name in THEMES}
    now = app.chosen_theme
    answers = [(letter, f"{name}{'  (now)' if name == now else ''}") for letter, name in themes.items()]
    if (letter := await ask(screen, Question("Theme", (), answers, default=now[0]))) is None:
        return
    theme = themes[letter]
    app.choose_theme(theme)
    file = locations.settings_file(os.environ)
    keep = partial(settings_file.kept, file, "theme", theme, screen.shared.settings.origin("theme"))
    screen.say(await resting(run_in_thread(keep)))
