"""Keys shown beside a dialog and a filter: each once, and only those that work now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import in_secret, sitting_at
from tui.model.secret.types.form import Form, FormField
from tui.ui.base.job import ask, start_job
from tui.ui.dialogs.form import FormRequest, FormScreen


async def test_a_dialog_lists_its_keys_once_and_the_footer_beneath_it_is_not_shown() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.sees("? all")
        await person.presses("C", "▸ c  as it is", "v  a valueFrom snippet", "l  a kubectl line")
        await person.sees("a letter or enter answers  arrows move  esc back without copying")
        assert "? all" not in person.text, "those keys do not work now"
        await person.presses("escape", "? all")


@pytest.mark.slow
async def test_a_wrong_key_in_a_question_says_which_keys_answer() -> None:
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.presses("C", "▸ c  as it is")
        await person.presses("q", "q does nothing here; press enter, c, b, n, v, l or esc.")
        await person.presses("9", "9 does nothing here; press enter, c,")
        await person.presses("down left_shift escape", "? all")
    async with in_secret(size=(80, 24)) as person:
        await person.presses("a", "Name of the key")
        await person.type("made-up")
        await person.press("enter")
        await person.type("made up")
        await person.presses("enter ctrl+q", "Quit and lose")
        await person.presses("x", "x does nothing here; press Q or esc.")
        await person.presses("enter", "enter does nothing here; press Q or esc.")
    async with in_secret(key="password", size=(40, 10)) as person:
        await person.presses("C", "▸ c  as it is")
        await person.presses("q", "q does nothing here; press enter,", "esc back")


async def test_readers_are_not_offered_for_a_secret_that_is_not_there_yet() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.sees("p readers")
        await person.presses("escape a", "New Secret")
        await person.type("made-up")
        await person.presses("enter enter", "made-up is a new draft", "a add")
        assert "p readers" not in person.text


async def test_a_form_takes_any_key_as_the_name_of_a_field() -> None:
    fields = (FormField("license.key", "License", is_hidden=True), FormField("2nd key", "Second"))
    form = Form("License", fields, lambda data, typed: {})
    async with sitting_at(size=SMALL) as person:
        screen: Any = person.app.screen
        kept: list[Mapping[str, str] | None] = []

        async def fill() -> None:
            wanted = FormRequest("License of web", (), form, {}, lambda typed: None)
            kept.append(await ask(screen, FormScreen(wanted)))

        start_job(screen, fill())
        await person.sees("License of web")
        await person.type("made-up")
        await person.sees("License  filled")
        await person.press("tab")
        await person.type("two")
        await person.press("enter")
        await person.waits_for(lambda: kept, "the form to be kept")
        assert kept == [{"license.key": "made-up", "2nd key": "two"}]
