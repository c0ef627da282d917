"""Widgets that showed a value forget it on request, even while they are not displayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.widget import Widget

from tests.widgets.show import Show, kept_texts, lines
from tui.model.draft.draft import KeyRow
from tui.model.secret.value import Value, facts
from tui.ui.widgets import text
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.lists.key_table import KeyLine, KeyTable
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.value.value_editor import ValueEditor
from tui.ui.widgets.value.value_view import HexView, ValueView

# It searches the whole heap, which grows with the tests before it.
pytestmark = pytest.mark.slow


def marker() -> str:
    """Build the marker each time, so that no constant of this file holds it."""
    return "-".join(("made", "up", "marker"))


class Shown(VirtualTable[str]):
    """A table whose rows do not hold what its cells show."""

    def __init__(self) -> None:
        super().__init__([Column("v", "VALUE", 30)], key=str, cells=lambda row: [self.values.get(row, "")])
        self.values: dict[str, str] = {}

    def show_value(self) -> None:
        """Show a row with the marker."""
        self.values["row"] = marker()
        self.show(["row"])


SHOWING: tuple[tuple[Callable[[], Any], Callable[[Any], object], Callable[[Any], object]], ...] = (
    (Shown, lambda table: table.show_value(), lambda table: (table.values.clear(), table.forget())),
    (ValueView, lambda view: view.show(marker().encode()), lambda view: view.forget()),
    (ValueView, lambda view: view.show(marker().encode()), lambda view: view.mask("17 B")),
    (HexView, lambda view: view.show(marker().encode()), lambda view: view.forget()),
    (Lines, lambda shown: shown.show([marker()]), lambda shown: (shown.show([]), shown.redraw())),
    (ValueEditor, lambda editor: editor.load(marker().encode()), lambda editor: editor.forget()),
)


@pytest.mark.parametrize("is_displayed", [True, False])
@pytest.mark.parametrize(("make", "show", "forget"), SHOWING)
async def test_a_widget_that_forgets_its_value_keeps_no_text_of_it(
    make: Callable[[], Widget],
    show: Callable[[Any], object],
    forget: Callable[[Any], object],
    is_displayed: bool,
) -> None:
    widget = make()
    async with Show(widget).run_test(size=(90, 8)) as pilot:
        show(widget)
        widget.focus()
        await pilot.press("x", "y")
        await pilot.pause()
        # Its end: many a made-up value of another test begins as it does.
        hex_of_it = marker().encode().hex(" ")[-20:]
        assert any(marker() in line or hex_of_it in line for line in lines(widget))
        assert kept_texts(marker(), hex_of_it)
        widget.display = is_displayed
        await pilot.pause()
        forget(widget)
        await pilot.pause()
        text.forget()
        assert not kept_texts(marker(), hex_of_it)


async def test_a_table_that_was_removed_holds_no_rows() -> None:
    value = Value(marker().encode())
    table = KeyTable()
    async with Show(table).run_test(size=(90, 8)) as pilot:
        table.show([KeyLine(KeyRow("key", "", value, value), facts(value), is_shown=True, read_by="")])
        await pilot.pause()
        assert len(table.keys) == len(table.rows) == 1
        await table.remove()
        assert not table.keys and not table.rows
