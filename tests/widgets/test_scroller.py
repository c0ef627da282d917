"""A widget that was just displayed is drawn, even if its place was asked for before the layout."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.geometry import Size
from textual.widget import Widget

from tests.widgets.show import Show, lines
from tests.widgets.tables import COLUMNS, Row
from tui.ui.base.min_size import MinSizeScreen
from tui.ui.widgets.page import Page
from tui.ui.widgets.table.table import VirtualTable


class Placed(Show):
    """App with the screen of the program."""

    def get_default_screen(self) -> MinSizeScreen[None]:
        return MinSizeScreen()


def table() -> VirtualTable[Row]:
    return VirtualTable[Row](COLUMNS, key=lambda row: row[0], cells=lambda row: (*row, ""))


@pytest.mark.parametrize("make", [table, lambda: Page(["a line to read"])])
async def test_a_widget_that_becomes_visible_gets_its_size_and_is_drawn(make: Callable[[], Widget]) -> None:
    widget = make()
    widget.display = False
    app = Placed(widget)
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


async def test_a_page_keeps_its_lines_until_it_has_the_size_for_which_its_height_was_asked() -> None:
    """Textual asks for the height at a new width before the page has it, and may draw in between."""
    page = Page(["some words that need more than one line here"] * 4)
    async with Show(page).run_test(size=(20, 24)) as pilot:
        await pilot.pause()
        last = page.line_count - 1
        before = page.render_line(last)
        assert page.get_content_height(Size(200, 24), Size(200, 24), 200) < last
        assert page.render_line(last).text == before.text
