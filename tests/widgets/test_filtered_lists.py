"""A pane that is narrowed by words: whatever is needed first, all of it stands in its order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from tests.widgets.show import Show
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.picker import FilteredPane
from tui.ui.widgets.table.table import Column, VirtualTable

NEEDS: tuple[Callable[[FilteredPane], object], ...] = (
    lambda pane: pane.show_note(Note("empty", ("nothing",))),
    lambda pane: pane.show_lines(["more about it"]),
    lambda pane: pane.start_filter(),
)


class Rows(FilteredPane):
    """One that has rows, and nothing to say yet."""

    def __init__(self) -> None:
        rows = VirtualTable[str]([Column("a", "A", 4)], key=str, cells=lambda row: [row])
        self.changes = 0
        super().__init__(rows, changed=self._count, placeholder="words", lines_id="lines", id="pane")

    def _count(self) -> None:
        self.changes += 1


@pytest.mark.parametrize("needs", permutations(NEEDS))
async def test_note_lines_and_field_stand_below_the_rows(
    needs: tuple[Callable[[FilteredPane], object], ...],
) -> None:
    pane = Rows()
    async with Show(pane).run_test() as pilot:
        assert (pane.is_typing, pane.filter) == (False, "")
        for _ in range(2):
            for need in needs:
                need(pane)
                await pilot.pause()
        assert [type(part).__name__ for part in pane.children] == [
            "VirtualTable",
            "NoteView",
            "Lines",
            "FilterField",
        ]
        await pilot.press(*"words")
        assert (pane.is_typing, pane.filter, pane.changes) == (True, "words", 5)
        assert pane.clear_filter()
        assert (pane.is_typing, pane.filter, pane.changes) == (False, "", 6)
        assert not pane.clear_filter()
