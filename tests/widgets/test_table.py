"""The cursor of a table belongs to a key, whatever rows come and go."""

from __future__ import annotations

from tests.widgets.tables import keys_heard, many, rows_of, seen, shown
from tui.ui.widgets.table.table import VirtualTable


async def test_the_cursor_keeps_its_key_wherever_the_row_goes() -> None:
    async with shown(rows_of("b", "c", "d")) as (app, pilot, table):
        await pilot.press("down")
        table.show(rows_of("a", "b", "bb", "c", "d"))
        await pilot.pause()
        assert table.cursor_key == "c" and seen(table)[3] == "▸ c"
        table.show(rows_of("d", "c"))
        assert table.cursor_key == "c" and table.cursor_row_value == ("c", "kind")
        assert keys_heard(app) == ["c"], "one message for the press, none for what moved around it"


async def test_the_cursor_returns_to_its_key_after_the_list_was_empty() -> None:
    async with shown(rows_of("a", "b", "c")) as (app, pilot, table):
        table.move_to("c")
        table.show([])
        assert (table.cursor_key, table.cursor_row_value) == (None, None)
        await pilot.press("down", "enter", "G", "pageup")
        table.show(rows_of("a", "b", "c"))
        await pilot.pause()
        assert table.cursor_key == "c"
        assert keys_heard(app) == ["c", None, "c"]
        assert not app.hear(VirtualTable.Opened)


async def test_a_shorter_list_scrolls_back_to_its_rows() -> None:
    async with shown(many(500)) as (_, pilot, table):
        await pilot.press("G")
        table.show(many(3))
        await pilot.pause()
        assert table.scroll_offset.y == 0
        assert seen(table)[:4] == ["row-000000", "row-000001", "▸ row-000002", ""]


async def test_new_rows_above_the_cursor_do_not_move_the_rows_in_sight() -> None:
    rows = many(500)
    async with shown(rows) as (_, pilot, table):
        table.move_to("row-000100")
        await pilot.press("up", "up", "up")
        await pilot.pause()
        before = seen(table)
        table.show([("new-1", "kind"), ("new-2", "kind"), *rows])
        await pilot.pause()
        assert seen(table) == before


async def test_a_resize_keeps_the_cursor_in_sight() -> None:
    async with shown(many(100), size=(40, 30)) as (_, pilot, table):
        table.move_to("row-000025")
        await pilot.pause()
        for size in ((40, 10), (40, 4), (24, 6), (40, 2), (40, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "▸ row-000025" in seen(table)
