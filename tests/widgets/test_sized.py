"""A widget that scrolls is drawn in the size that it has, whether or not it was told of it."""

from __future__ import annotations

import pytest

from tests.widgets.show import Show, lines
from tests.widgets.tables import COLUMNS, Row
from tui.ui.widgets.page import Page
from tui.ui.widgets.scroller import Sized
from tui.ui.widgets.table.table import VirtualTable


def table() -> VirtualTable[Row]:
    return VirtualTable[Row](COLUMNS, key=lambda row: row[0], cells=lambda row: (*row, ""))


@pytest.mark.parametrize("make", [table, lambda: Page(["a line to read"])])
async def test_what_is_displayed_and_told_no_size_is_drawn_all_the_same(make: type[Sized]) -> None:
    widget = make()
    widget.display = False
    app = Show(widget)
    async with app.run_test(size=(40, 11)) as pilot:
        if isinstance(widget, VirtualTable):
            widget.show([("a line", "to read")])
        await pilot.pause()
        # As Textual does where a place is asked for after a scroll and before the next layout.
        widget.display = True
        app.screen._compositor._full_map_invalidated = True
        assert widget in app.screen._compositor.full_map
        await pilot.pause()
        await pilot.pause()
        assert any("a line" in line for line in lines(widget))
