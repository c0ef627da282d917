"""Keys that are typed faster than the program answers go where they would at a slower pace."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.app_pilot import NORMAL, SMALL
from tests.several_clusters import between
from tests.ui.person import PASSWORD, Person, in_secret, sitting_at
from tui.cluster.kubeconfig import load
from tui.ui.input import dispatcher

pytestmark = pytest.mark.slow


async def types_ahead(person: Person, *keys: str) -> None:
    """Press keys faster than the program answers, yet not in a burst; wait until all were handled."""
    await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
    person.hands.press(person.app, *keys)
    await person.calm()
    await person.waits_for(lambda: not person.app.is_answering, "answers")


SIZES = pytest.mark.parametrize("size", [SMALL, NORMAL])


@SIZES
async def test_keys_typed_after_a_slash_become_the_filter(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await types_ahead(person, "slash", *"mysecret")
        await person.sees("filter: mysecret")
        assert len(person.app.screen_stack) == 1, "no letter of it was a command"
        assert person.status == ""


@SIZES
async def test_back_and_the_cover_are_never_left_out(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        await types_ahead(person, "y", "escape")
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the way back")
        assert person.status == ""
        await types_ahead(person, "enter", "r", "ctrl+l")
        await person.sees("covered since")


@SIZES
async def test_presses_for_a_secret_that_is_not_on_screen_do_nothing(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        held = person.fault("delay", path="*/secrets/mysecret", seconds=60)
        await types_ahead(person, "enter", *"rce", "delete")
        await person.waits_for(lambda: held.seen, "the request")
        assert person.status, "it is said that nothing was done"
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "password")
        assert PASSWORD not in person.text
        assert len(person.app.screen_stack) == 1
        assert not person.session.drafts.all()


@SIZES
async def test_moves_to_a_key_that_is_still_loading_are_made_once_it_is_there(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        held = person.fault("delay", path="*/secrets/mysecret", seconds=60)
        await types_ahead(person, "enter", "j")
        await person.waits_for(lambda: held.seen, "the request")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "password")
        table: Any = person.app.screen.query_one("#key-table")
        assert table.cursor_key == "username", "what is pressed next is not for the first key"
        await person.press("escape")
        await person.acts_on("default/mysecret", "enter", "password")
        assert table.cursor_key == "password", "the next Secret begins with its first key"


@SIZES
async def test_a_write_is_not_sent_before_its_review_is_on_screen(size: tuple[int, int]) -> None:
    async with in_secret(size=size) as person:
        await person.edit("password", "n3w-made-up")
        before = len(person.asked("PATCH"))
        await types_ahead(person, "w", "W")
        await person.sees("Nothing sent: W was pressed before this screen was drawn.", "accepted at")
        assert len(person.asked("PATCH")) == before + 1, "the dry run alone"
        await person.presses("W", "Written: password of default/mysecret")


async def test_a_write_is_sent_once_its_review_is_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, is_handled = dispatcher._passes, asyncio.Event()

    async def passes_late(*node_and_call: Any) -> None:
        await passes(*node_and_call)
        await is_handled.wait()

    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        monkeypatch.setattr(dispatcher, "_passes", passes_late)
        person.hands.press(person.app, "w")
        await person.sees("accepted at")
        person.hands.press(person.app, "W")
        is_handled.set()
        await person.sees("Written: password of default/mysecret")


async def test_a_write_is_not_sent_before_the_dry_run_is_finished() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        held = person.fault("delay", method="PATCH", seconds=60)
        await person.press("w")
        await person.waits_for(lambda: held.seen, "the dry run")
        await person.presses("W", "Nothing sent: the dry run is not finished.")


async def test_quitting_waits_for_nothing_to_be_painted() -> None:
    async with sitting_at() as person:
        await types_ahead(person, "question_mark", "ctrl+q")
        await person.waits_for(lambda: person.app.return_value == 0, "the end")


async def test_enter_chooses_a_context_that_is_still_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = load.contexts

    def reads_slowly(*args: Any) -> Any:
        time.sleep(0.2)  # in a thread, as from a slow disk
        return reads(*args)

    async with between("stage", "prod") as person:
        monkeypatch.setattr(load, "contexts", reads_slowly)
        await person.put_cursor("#secret-table", "default/mysecret")
        await types_ahead(person, "Y", "d", "enter")
        await person.sees("Compare default/mysecret with prod")
        assert person.session.open_ref is None, "enter did not open a Secret meanwhile"


async def test_a_key_after_an_edit_that_is_warned_of_is_no_rest_of_a_word() -> None:
    async with in_secret(key="username") as person:
        await person.presses("e", "Edit mysecret")
        await types_ahead(person, "end", "space", "enter", "w")
        await person.sees("dry run")
        said = [message.text for message in person.app.shared.messages]
        assert any("Only whitespace changed in username. w reviews the draft." in text for text in said)
