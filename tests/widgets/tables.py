"""Tables of plain rows for the tests, and readers of what they show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from tests.widgets.show import Show, lines
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled

Row = tuple[str, str]
Table = VirtualTable[Row]

COLUMNS = (
    Column("name", "NAME", 8, grow=1, cut="middle"),
    Column("kind", "KIND", 6, drop=1),
    Column("size", "SIZE", 6, drop=2, align="right"),
)


def rows_of(*names: str) -> list[Row]:
    """A row for each name, which is its key."""
    return [(name, "kind") for name in names]


def many(count: int) -> list[Row]:
    """Rows "row-000000", "row-000001" ..."""
    return rows_of(*(f"row-{number:06}" for number in range(count)))


def cells(row: Row) -> Sequence[Cell]:
    """Cells of a row: name, kind, and the length of the name."""
    return row[0], Styled(row[1], "muted"), str(len(row[0]))


@asynccontextmanager
async def shown(
    rows: Sequence[Row], *, size: tuple[int, int] = (40, 11), **more: Any
) -> AsyncIterator[tuple[Show, Pilot[None], Table]]:
    """A focused table of these rows on a small screen; messages of its start are forgotten."""
    table: Table = VirtualTable(COLUMNS, key=lambda row: row[0], cells=cells, **more)
    app = Show(table)
    async with app.run_test(size=size, message_hook=app.heard.append) as pilot:
        table.show(rows)
        table.focus()
        await pilot.pause()
        app.heard.clear()
        yield app, pilot, table


def seen(table: Table) -> list[str]:
    """The first word of each row in sight, with its mark."""
    return [" ".join(line.split()[: 2 if line.startswith("▸") else 1]) for line in lines(table)[1:]]


def keys_heard(app: Show) -> list[str | None]:
    """The keys that messages named as the cursor's, in order."""
    return [message.key for message in app.hear(VirtualTable.Highlighted)]
