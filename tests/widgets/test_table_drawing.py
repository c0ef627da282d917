"""Drawing of a table: literal text, and a cursor that shows without color."""

from __future__ import annotations

from collections.abc import Sequence

from tests.widgets.show import HOSTILE, Show, assert_harmless, lines, parts
from tests.widgets.tables import COLUMNS, Row, Table, many, seen, shown
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled


async def test_the_cursor_shows_without_color_and_is_quieter_without_focus() -> None:
    async with shown(many(3)) as (app, pilot, table):
        row = next(part for part in parts(table) if "row-000000" in part.text)
        assert row.style is not None and row.style.reverse
        app.set_focus(None)
        await pilot.pause()
        row = next(part for part in parts(table) if "row-000000" in part.text)
        assert row.style is not None and not row.style.reverse and row.style.bold
        assert seen(table)[0] == "▸ row-000000"


async def test_hostile_cells_are_text() -> None:
    rows = [(text, HOSTILE[-1 - at]) for at, text in enumerate(HOSTILE)]
    async with shown(rows, size=(60, 24)) as (_, pilot, table):
        await pilot.pause()
        assert_harmless([table])
        drawn = "\n".join(lines(table))
        for literal in ("[/]", "[red]x[/red]", "[PROD]", "[@click=app.quit]x[/]", "tail\\", "a␛]52;c;eA==␇b"):
            assert literal in drawn
        for size in ((30, 24), (17, 24), (9, 24), (4, 24), (2, 3), (1, 1)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert_harmless([table])


async def test_a_flowing_cell_runs_on_over_empty_cells_only() -> None:
    def cells(row: Row) -> Sequence[Cell]:
        return Styled(row[0], flows=True), row[1], "12"

    long = "a heading that is longer than its column"
    table: Table = VirtualTable(COLUMNS, key=lambda row: row[0], cells=cells)
    async with Show(table).run_test(size=(40, 6)) as pilot:
        table.show([(long, ""), (long, "kind")])
        await pilot.pause()
        first, second = lines(table)[1:3]
        assert first.startswith("▸ a heading that") and "kind" not in first and first.rstrip().endswith("12")
        assert "…" in second and "kind" in second and len(second.split("…")[0]) < len(first.split("…")[0])
