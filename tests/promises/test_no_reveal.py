"""No reveal: whatever is pressed, no value is drawn or copied, and what needs none goes on working."""

from __future__ import annotations

from typing import Final

import pytest

from tests.promises.test_read_only import ENDS, PLACES
from tests.scenes import DB
from tests.stage import NORMAL, Stage, on_stage
from tui.commands import COMMANDS, commands_in
from tui.config import Settings

UNSEEN: Final = Settings(no_reveal=True)
VALUES: Final = ("made-up-password-42", "made-up-change", "made-up-by-others")
REFUSED: Final = ("r", "R", "c", "e")


def nothing_is_shown(stage: Stage) -> None:
    """No value on the screen, nor in any message of this run."""
    said = " ".join(message.text for message in stage.app.desk.messages)
    for value in VALUES:
        assert value not in stage.text
        assert value not in said


@pytest.mark.parametrize("name", [name for name in PLACES if name != "editor"])
async def test_no_command_shows_a_value(name: str) -> None:
    where, go_there = PLACES[name]
    async with on_stage(size=NORMAL, namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await go_there(stage)
        base = stage.app.screen
        for command in commands_in(where):
            if command.id in ENDS | {"write_changes", "confirm_delete"} or base not in stage.app.screen_stack:
                continue
            if getattr(base, "place", None) is not where:
                break
            await base.action_run_command(command.id)  # type: ignore[attr-defined]
            await stage.pilot.pause()
            nothing_is_shown(stage)
            while base in stage.app.screen_stack and stage.app.screen is not base:
                stage.app.pop_screen()
                await stage.pilot.pause()
        assert stage.app.clipboard == ""


@pytest.mark.parametrize("key", REFUSED)
async def test_what_would_show_is_refused_with_the_reason(key: str) -> None:
    async with on_stage(namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await stage.sees("KEY", "password")
        await stage.press("down", key)
        await stage.sees("No reveal:", "no value is shown or copied")
        nothing_is_shown(stage)


async def test_a_key_is_added_without_a_value_and_dropped_renamed_and_reviewed() -> None:
    async with on_stage(namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await stage.sees("KEY", "password")
        await stage.press("a")
        await stage.type("fresh")
        await stage.press("enter")
        await stage.sees("added with nothing in it")
        await stage.press("home", "d")
        await stage.sees("dropped in the draft")
        await stage.press("w")
        await stage.sees("accepted at")
        nothing_is_shown(stage)
        await stage.press("W")
        await stage.sees("ritten:")
        data = stage.cluster.store.get("secrets", DB.namespace, DB.name)["data"]
        assert data["fresh"] == "" and "ca.p12" not in data


def test_what_shows_is_marked_so_in_the_one_definition() -> None:
    assert {command.id for command in COMMANDS if command.shows} == {
        "reveal_key",
        "reveal_all",
        "copy_value",
        "edit_value",
    }
