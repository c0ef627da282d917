"""A table, the text below it, and what stays below that: all of it can be read, whatever the height."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.widgets.show import Show, lines
from tests.widgets.tables import COLUMNS, Row, rows_of
from tui.ui.widgets.page import LinesBelow, more_words
from tui.ui.widgets.review_page import ReviewPage
from tui.ui.widgets.table_with_page import TableWithPage

TEXT = [f"line {number:02}" for number in range(30)]
BLOCKS = (["! a warning", "! another one"], ["asked and answered"], ["where it goes"])


@asynccontextmanager
async def shown(
    rows: list[Row],
    text: list[str],
    *,
    size: tuple[int, int],
    lead: int = 3,
    table: type[TableWithPage[Row]] = TableWithPage,
) -> AsyncIterator[tuple[Show, Pilot[None], TableWithPage[Row], ReviewPage]]:
    """A table, where rows without a kind carry no cursor, with a text below it."""
    found = table(
        COLUMNS, key=lambda row: row[0], cells=lambda row: (*row, ""), selectable=lambda row: bool(row[1])
    )
    reading = ReviewPage(found)
    app = Show(reading)
    async with app.run_test(size=size) as pilot:
        found.show(rows)
        reading.set_text(text, lead=lead, blocks=BLOCKS)
        found.focus()
        await pilot.pause()
        yield app, pilot, found, reading


def heights(reading: ReviewPage) -> list[int]:
    """Heights of table, text, mark and blocks."""
    return [child.size.height for child in reading.children]


def mark(reading: ReviewPage) -> str:
    """Text of the mark that counts lines out of sight."""
    return lines(reading.query_one(LinesBelow))[0].strip()


@pytest.mark.parametrize(
    ("above", "below", "words"),
    [
        (0, 0, ""),
        (0, 1, "1 more line (down scrolls)"),
        (0, 8, "8 more lines (down scrolls)"),
        (1, 0, "1 line above (up scrolls)"),
        (3, 8, "3 above, 8 below (up, down scroll)"),
    ],
)
def test_lines_out_of_sight_are_counted_in_words(above: int, below: int, words: str) -> None:
    assert more_words(above, below) == words


@pytest.mark.parametrize(
    ("on", "back", "by"),
    [
        ("down", "up", 1),
        ("j", "k", 1),
        ("pagedown", "pageup", 12),
        ("ctrl+d", "ctrl+u", 6),
        ("end", "home", 18),
        ("G", "g", 18),
    ],
)
async def test_keys_past_the_last_row_scroll_the_text_and_keep_the_focus(on: str, back: str, by: int) -> None:
    async with shown(rows_of("a", "b"), TEXT, size=(40, 20)) as (app, pilot, table, reading):
        assert heights(reading) == [3, 12, 1, 4]
        assert mark(reading) == "… 18 more lines (down scrolls)"
        await pilot.press("end")
        assert table.cursor_key == "b" and reading.page.scroll_offset.y == 0, "the rows come first"
        await pilot.press(on)
        assert reading.page.scroll_offset.y == by and table.cursor_key == "b"
        left = 18 - by
        both = f"… {by} above, {left} below (up, down scroll)"
        assert mark(reading) == (both if left else f"… {by} lines above (up scrolls)")
        await pilot.press("home")
        assert table.cursor_key == "a" and reading.page.scroll_offset.y == by
        await pilot.press(back)
        assert reading.page.scroll_offset.y == 0 and app.focused is table


async def test_rows_that_carry_no_cursor_come_into_sight_before_the_text_moves() -> None:
    rows = [("title", ""), *rows_of("a"), *((f"goes on {number}", "") for number in range(9))]
    async with shown(rows, TEXT, size=(40, 20)) as (_, pilot, table, reading):
        height = table.size.height
        assert height < len(rows) + 1 and table.cursor_key == "a"
        for _ in range(len(rows) + 1 - height - table.scroll_offset.y):
            assert "goes on 8" not in "".join(lines(table))
            await pilot.press("down")
        assert "goes on 8" in "".join(lines(table)) and reading.page.scroll_offset.y == 0
        await pilot.press("down")
        assert reading.page.scroll_offset.y == 1
        await pilot.press("home")
        assert "title" in "".join(lines(table)) and reading.page.scroll_offset.y == 1
        await pilot.press("home")
        assert reading.page.scroll_offset.y == 0


class _Values(TableWithPage[Row]):
    HAS_HEADINGS = False


@pytest.mark.slow
@pytest.mark.parametrize("on", ["pagedown", "ctrl+d", "down"])
async def test_paging_skips_no_row_below_a_key(on: str) -> None:
    parts = {key: [(f"{key} goes on {number}", "") for number in range(5)] for key in "abcd"}
    rows = [row for key in parts for row in [*rows_of(key), *parts[key]]]
    async with shown(rows, TEXT, size=(40, 20), table=_Values) as (_, pilot, table, _):
        assert table.size.height < 12
        seen = "".join(lines(table))
        for _ in range(40):
            await pilot.press(on)
            seen += "".join(lines(table))
        assert [row[0] for row in rows if row[0] not in seen] == []


@pytest.mark.parametrize(
    ("rows", "count", "height"), [(1, 1, 7), (1, 30, 7), (9, 4, 9), (9, 30, 12), (40, 4, 20), (2, 30, 60)]
)
async def test_going_down_shows_every_row_and_line_at_any_height(rows: int, count: int, height: int) -> None:
    names = [f"row {number:02}" for number in range(rows)]
    async with shown(rows_of(*names), TEXT[:count], size=(40, height)) as (_, pilot, table, reading):
        assert sum(heights(reading)) == height, "nothing reaches beyond it"
        assert min(heights(reading)[:2]) >= 2 or count == 1
        seen = "".join("".join(lines(child)) for child in reading.children)
        assert ("…" in mark(reading)) == (reading.page.line_count > reading.page.size.height)
        for _ in range(rows + count + 8):
            table.action_move(1)
            await pilot.pause(0)
            seen += "".join(lines(table)) + "".join(lines(reading.page))
        for told in (*names, *TEXT[:count], *(line for block in BLOCKS for line in block)):
            assert told in seen
        assert "down" not in mark(reading)


async def test_a_shorter_text_scrolls_back_into_sight() -> None:
    async with shown(rows_of("a"), TEXT, size=(40, 20)) as (_, pilot, table, reading):
        await pilot.press("end")
        reading.set_text(TEXT[:3], lead=3)
        await pilot.pause()
        assert mark(reading) == "" and reading.page.scroll_offset.y == 0
        assert "line 00" in "".join(lines(reading.page)) and table.has_focus
