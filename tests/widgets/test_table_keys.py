"""Keys and the mouse in a table."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown

from tests.widgets.show import lines
from tests.widgets.tables import Table, keys_heard, many, rows_of, seen, shown
from tui.ui.widgets.table.table import VirtualTable


@pytest.mark.parametrize(
    ("pressed", "key"),
    [
        ("down", 51),
        ("j", 51),
        ("up", 49),
        ("k", 49),
        ("home", 0),
        ("g", 0),
        ("end", 99),
        ("G", 99),
        ("pagedown", 60),
        ("pageup", 40),
        ("ctrl+d", 55),
        ("ctrl+u", 45),
    ],
)
async def test_presses_move_the_cursor(pressed: str, key: int) -> None:
    async with shown(many(100)) as (app, pilot, table):
        table.move_to("row-000050")
        await pilot.pause()
        app.heard.clear()
        await pilot.press(pressed)
        assert table.cursor_key == f"row-{key:06}"
        assert keys_heard(app) == [table.cursor_key]
        await pilot.pause()
        assert f"▸ row-{key:06}" in seen(table)


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with shown(many(100)) as (app, pilot, table):
        table._on_mouse_scroll_down(_wheel(table))
        await pilot.pause()
        assert table.scroll_offset.y > 0
        assert table.cursor_key == "row-000000" and not keys_heard(app)
        await pilot.press("down")
        await pilot.pause()
        assert "▸ row-000001" in seen(table), "the next press brings it back into sight"


def _wheel(table: Table) -> MouseScrollDown:
    return MouseScrollDown(table, 1, 1, 0, 1, 0, False, False, False)


async def test_a_click_moves_the_cursor_and_a_second_click_opens_the_row() -> None:
    async with shown(many(100)) as (app, pilot, table):
        await pilot.click(table, offset=(3, 4))
        assert table.cursor_key == "row-000003" and not app.hear(VirtualTable.Opened)
        await pilot.click(table, offset=(3, 4))
        assert [message.key for message in app.hear(VirtualTable.Opened)] == ["row-000003"]
        await pilot.click(table, offset=(3, 5))
        await pilot.press("down", "up")
        await pilot.click(table, offset=(3, 5))
        assert len(app.hear(VirtualTable.Opened)) == 1, (
            "a first click on a row that presses led to only moves"
        )


async def test_the_cursor_skips_rows_it_may_not_be_on() -> None:
    rows = rows_of("# one", "a", "b", "# two", "> of b", "c", "# end")
    async with shown(rows, selectable=lambda row: row[0][0] not in "#>") as (_, pilot, table):
        assert table.cursor_key == "a"
        await pilot.press("down", "down")
        assert table.cursor_key == "c"
        await pilot.press("up")
        assert table.cursor_key == "b"
        await pilot.press("home")
        assert table.cursor_key == "a"
        await pilot.press("G")
        assert table.cursor_key == "c"
        await pilot.click(table, offset=(3, 1))
        assert table.cursor_key == "c" and not table.move_to("# one")
        table.show(rows_of("# only"))
        assert table.cursor_key is None


async def test_headings_above_and_lines_below_come_into_sight_with_their_row() -> None:
    rows = rows_of("# one", "a", *(f"x{number}" for number in range(20)), "b", "> 1", "> 2")
    async with shown(rows, selectable=lambda row: row[0][0] not in "#>") as (_, pilot, table):
        await pilot.press("G")
        await pilot.pause()
        assert seen(table)[-3:] == ["▸ b", ">", ">"]
        await pilot.press("g")
        await pilot.pause()
        assert seen(table)[:2] == ["#", "▸ a"]


async def test_a_click_on_a_title_names_its_column() -> None:
    async with shown(many(3)) as (app, pilot, table):
        await pilot.click(table, offset=(3, 0))
        kind = lines(table)[0].index("KIND")
        await pilot.click(table, offset=(kind + 1, 0))
        assert [message.column for message in app.hear(VirtualTable.HeaderClicked)] == ["name", "kind"]
        assert not app.hear(VirtualTable.Opened)
