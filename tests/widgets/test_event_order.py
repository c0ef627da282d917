"""A burst of presses, as a slow link delivers it, is applied in the order in which it was typed."""

from __future__ import annotations

import pytest
from textual import events

from tests.widgets.show import Show
from tui.ui.widgets.field import Field
from tui.ui.widgets.value.value_editor import ValueEditor

BURST = [*["backspace"] * 3, "n", "e", "w", "left", "left", "delete", "o"]


@pytest.mark.parametrize("kind", [ValueEditor, Field])
async def test_letters_do_not_overtake_what_was_pressed_before_them(
    kind: type[ValueEditor] | type[Field],
) -> None:
    field = kind()
    async with Show(field).run_test(size=(60, 10)) as pilot:
        field.focus()
        await pilot.press("o", "l", "d")
        for key in BURST:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        text = field.text if isinstance(field, ValueEditor) else field.value
        assert text == "now"
