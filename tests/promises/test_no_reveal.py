"""No reveal: whatever is pressed, no value is drawn or copied, and what needs none goes on working."""

from __future__ import annotations

from base64 import b64decode

import pytest

from tests.app_pilot import on_stage
from tests.promises.walk import PLACES, Walk
from tests.scenes import DB
from tests.ui.person import sitting_at
from tui.terminal.settings_file import Settings
from tui.ui.commands import COMMANDS, Command, Where

UNSEEN = Settings(no_reveal=True)
VALUES = ("1f2d1e2e67df", "n3w-made-up", "th3irs ")


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
async def test_no_command_at_any_place_shows_or_copies_a_value(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting_at(settings=UNSEEN, size=(80, 24)) as person:

        def stays_unseen(place: Where, command: Command) -> bool:
            said = " ".join(message.text for message in person.app.desk.messages)
            for value in VALUES:
                assert value not in person.text + said, (place, command.id)
            assert person.app.clipboard == ""
            return False

        # The editor has no way in here: `e`, and `a` with a value, are refused.
        await Walk(person, monkeypatch, b"n3w-made-up").go(
            [place for place in PLACES[half::2] if place is not Where.EDITOR], stays_unseen
        )


@pytest.mark.parametrize("key", ["r", "R", "c", "e"])
async def test_what_would_show_is_refused_with_the_reason(key: str) -> None:
    async with on_stage(namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await stage.sees("KEY", "password")
        await stage.press("down", key)
        await stage.sees("No reveal: values cannot be ")
        assert "made-up-password-42" not in stage.text


async def test_a_value_that_is_opened_does_not_offer_what_is_refused() -> None:
    async with on_stage(namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await stage.sees("KEY", "password")
        await stage.press("down", "enter")
        await stage.sees("no value is shown in this run (--no-reveal)")
        assert "shows it" not in stage.text


async def test_a_key_is_added_unseen_another_dropped_and_both_written() -> None:
    async with on_stage(namespace=DB.namespace, start=DB, settings=UNSEEN) as stage:
        await stage.sees("KEY", "password")
        await stage.press("a")
        await stage.type("fresh")
        await stage.press("enter")
        await stage.sees("set without showing  db-credentials / fresh", "new key")
        await stage.type("n3w-made-up")
        await stage.press("enter")
        await stage.sees("fresh set without showing: 11 B, one line, no final line break")
        assert "n3w-made-up" not in stage.text
        await stage.press("home", "delete")
        await stage.sees("dropped in the draft")
        await stage.press("w")
        await stage.sees("accepted at")
        await stage.press("W")
        await stage.sees("ritten:")
        data = stage.cluster.store.get("secrets", DB.namespace, DB.name)["data"]
        assert b64decode(data["fresh"]) == b"n3w-made-up" and "ca.p12" not in data


def test_what_shows_is_marked_so_in_the_one_definition() -> None:
    shows = {command.id for command in COMMANDS if command.shows}
    assert shows == {"reveal_key", "reveal_all", "reveal_yaml", "copy_value", "copy_as", "edit_value"}
