"""Choose a theme: applied at once, kept in the settings file if the user agrees."""

from __future__ import annotations

from typing import Any

from tui.model.settings.settings import THEMES
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import Themes
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import Question, QuestionScreen


def choose_theme(screen: TuiScreen[Any]) -> None:
    """Ask which theme; it is applied at once."""
    themes = screen.desk.themes
    numbered = {str(number): name for number, name in enumerate(THEMES, 1)}
    lines = [
        f"{number}  {name}{'  (now)' if name == themes.now else ''}" for number, name in numbered.items()
    ]

    def chosen(number: str) -> None:
        themes.now = numbered[number]
        themes.apply(themes.now)
        _ask_to_keep(screen, themes)

    answers = (*((number, "") for number in numbered), ("escape", "back"))
    ask(screen, QuestionScreen(Question("Theme", ("Press its number:", *lines), answers)), chosen)


def _ask_to_keep(screen: TuiScreen[Any], themes: Themes) -> None:
    line, keep = f"theme: {themes.now}", themes.keep
    if keep is None:
        screen.say(f"Theme {themes.now} for this run: there is no settings file to keep it in.")
        return
    lines = (f"Keep it for later runs? This line would be written to {themes.file}:", "", f"  {line}")

    async def written() -> None:
        screen.say(await keep(themes.now))

    def answered(answer: str | None) -> None:
        if answer is None:
            screen.say(f"Theme {themes.now} for this run. To keep it, put {line} into {themes.file}.")
        else:
            screen.run_worker(written(), group="theme", exclusive=True)

    answers = (("k", "keep"), ("escape", "this run only"))
    screen.app.push_screen(QuestionScreen(Question(f"Theme {themes.now}", lines, answers)), answered)
