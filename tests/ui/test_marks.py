"""Marks in the list of Secrets: what they survive, what clears them, and commands on all marked Secrets."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, sitting_at
from tui.model.secret.secret import SecretRef

BYTES, LINES = SecretRef("default", "oncall-bot"), SecretRef("default", "orders-import")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_space_marks_and_moves_on_and_a_second_space_takes_the_mark_away(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.acts_on(BYTES, "space", "1 marked", "space mark", "D delete 1", "esc unmark")
        assert "✓   oncall-bot" in person.line_of("oncall-bot  ")
        await person.presses("k space", "Secrets  9")
        await person.sees_no("marked")
        assert "✓" not in person.text


async def test_marks_survive_filter_and_order_and_escape_clears_them_before_the_filter() -> None:
    async with sitting_at() as person:
        await person.put_cursor("#secret-table", str(BYTES))
        await person.press("space", "slash", *"import")
        await person.presses("escape", "Secrets  9", "1 marked")
        await person.press("slash", *"orders-import", "enter")
        await person.presses("asterisk", "2 marked, 1 not shown")
        await person.presses("o O", "2 marked, 1 not shown")
        await person.presses("escape", "2 marks cleared.", "filter: orders-import")
        await person.presses("escape", "Secrets  9")
        assert "✓" not in person.text


async def test_a_secret_that_is_deleted_by_others_loses_its_mark() -> None:
    async with sitting_at() as person:
        await person.acts_on(BYTES, "space", "1 marked")
        await person.acts_on(MINE, "space", "2 marked")
        person.others_delete()
        await person.sees("1 marked")
        person.others_make(MINE, {"password": b"made-up"})
        await person.sees("Secrets  9", "1 marked")


async def test_another_namespace_begins_without_marks() -> None:
    async with sitting_at() as person:
        await person.presses("asterisk", "9 marked")
        await person.presses("N escape", "9 marked")
        await person.presses("0", "Secrets  58")
        assert "marked" not in person.text and "✓" not in person.text
