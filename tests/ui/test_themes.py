"""Themes: chosen from the palette, applied at once, kept in the settings file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import Person, sitting_at
from tui.terminal.settings_file import Settings
from tui.ui.textual_fixes.terminal_input import BackgroundSeen


def colors(person: Person) -> set[str]:
    """The backgrounds on screen."""
    strips = person.app.screen._compositor.render_strips()
    found = {part.style.bgcolor for strip in strips for part in strip if part.style and part.style.bgcolor}
    return {color.get_truecolor().hex for color in found}


async def choose(person: Person, name: str) -> None:
    """Find the command in the palette, and take the theme of that name."""
    await person.presses("colon", "Find a command")
    await person.type("theme")
    await person.sees("Choose the colors")
    await person.presses("enter", f"{name[0]}  {name}")
    await person.presses(name[0], f"theme: {name} is written to")


@pytest.mark.slow
async def test_a_theme_is_applied_at_once_and_kept() -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "secret-tui" / "config.yaml"
    async with sitting_at(size=SMALL) as person:
        assert "#15181d" in colors(person)
        await choose(person, "nord")
        assert "#15181d" not in colors(person) and "#2e3440" in colors(person)
        assert file.read_text() == "theme: nord\n"
        await choose(person, "light")
        assert file.read_text() == "theme: light\n"


async def test_the_theme_of_the_settings_is_there_from_the_first_frame() -> None:
    async with sitting_at(settings=Settings(theme="gruvbox")) as person:
        assert "#282828" in colors(person)
        await person.presses("enter", "orders-report")
        assert "#15181d" not in colors(person)


@pytest.mark.parametrize(
    ("setting", "ground"), [("auto", "#fbfbf9"), ("dark", "#15181d"), ("terminal", "#000000")]
)
async def test_only_a_theme_that_follows_the_terminal_is_light_on_a_light_one(
    setting: str, ground: str
) -> None:
    async with sitting_at(settings=Settings(theme=setting)) as person:
        person.app.post_message(BackgroundSeen(is_light=True))
        name = "terminal-light" if setting == "terminal" else {"auto": "light"}.get(setting, setting)
        await person.waits_for(lambda: person.app.theme == f"secret-{name}", "the theme")
        await person.calm()
        assert ground in colors(person)
        assert person.app.chosen_theme == setting, "what is kept in the settings"
