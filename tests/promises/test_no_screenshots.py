"""Screenshots are refused by key, by palette and by the environment: no file holds the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app_pilot import on_stage
from tests.helpers import until
from tests.ui.person import PASSWORD, in_secret, sitting_at
from tui.ui.app.app import NO_SCREENSHOTS
from tui.ui.dialogs.palette import CommandProvider


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("action", ["screenshot", "screenshot('made-up.svg', '.')"])
async def test_textuals_screenshot_action_saves_nothing(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with in_secret() as person:
        await person.presses("R", PASSWORD)
        await person.app.run_action(action)
        person.app.save_screenshot("made-up.svg", str(tmp_path))
        await person.sees(NO_SCREENSHOTS)
    assert files_in(tmp_path) == []


async def test_the_palette_offers_none_of_textuals_own_commands() -> None:
    async with sitting_at() as person:
        names = {hit.text async for hit in CommandProvider(person.app.screen).discover()}
        assert "all keys" in names
        assert not names & {command.title for command in person.app.get_system_commands(person.app.screen)}


async def test_textuals_screenshot_variable_saves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.SCREENSHOT_DELAY", 0.3)
    monkeypatch.setattr("textual.constants.SCREENSHOT_LOCATION", str(tmp_path))
    async with on_stage() as stage:
        await until(stage.pilot, lambda: not stage.app.is_running, "Textual to end it after the picture")
    assert files_in(tmp_path) == []
