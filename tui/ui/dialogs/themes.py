"""Choose a theme: applied at once, kept in the settings file if the user agrees."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from tui.model.settings.settings import THEMES
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread
from tui.terminal import locations, settings_file
from tui.ui.base.job import ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.theme import textual_name


async def choose_theme(screen: TuiScreen[Any]) -> None:
    """Ask which theme; it is applied at once. Then ask whether to keep it."""
    app = screen.app
    numbered = {str(number): name for number, name in enumerate(THEMES, 1)}
    lines = [
        f"{number}  {name}{'  (now)' if textual_name(name) == app.theme else ''}"
        for number, name in numbered.items()
    ]
    answers = (*((number, "") for number in numbered), ("escape", "back"))
    number = await ask(screen, Question("Theme", ("Press its number:", *lines), answers))
    if number is None:
        return
    theme = numbered[number]
    app.theme = textual_name(theme)
    line, file = f"theme: {theme}", locations.settings_file(os.environ)
    if file is None:
        screen.say(f"Theme {theme} for this run: there is no settings file to keep it in.")
        return
    named = ascii_only(str(file))
    words = (f"Keep it for later runs? This line would be written to {named}:", "", f"  {line}")
    keeps = Question(f"Theme {theme}", words, (("k", "keep"), ("escape", "this run only")))
    if await ask(screen, keeps) is None:
        screen.say(f"Theme {theme} for this run. To keep it, put {line} into {named}.")
    else:
        keep = partial(settings_file.kept, file, "theme", theme, screen.shared.settings.origin("theme"))
        screen.say(await resting(run_in_thread(keep)))
