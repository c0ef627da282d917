"""A pane that is narrowed by words: whatever is needed first, all of it stands in its order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

from tests.widgets.show import Show
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.filtered_pane import FilteredPane

NEEDS: tuple[Callable[[FilteredPane], object], ...] = (
    lambda pane: pane.show_note(Note("empty", ("nothing",))),
    lambda pane: pane.show_lines(["more about it"]),
    lambda pane: pane.show_field("made-up"),
)


class Rows(FilteredPane):
    """One that has rows, and nothing to say yet."""

    def __init__(self) -> None:
        super().__init__(placeholder="words", field_id="field", lines_id="lines", id="pane")

    def compose(self) -> ComposeResult:
        yield Static("rows")
        yield from self.below()


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
            "Static",
            "NoteView",
            "Lines",
            "FilterField",
        ]
        assert (pane.is_typing, pane.filter) == (True, "made-up")
        pane.empty_field()
        assert (pane.is_typing, pane.filter) == (False, "")
