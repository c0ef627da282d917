"""Table that draws only the lines in sight, so 500,000 rows are fast.

When other rows are added or removed, the cursor stays on the row with the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.widgets.scroller import THUMB, thumb
from tui.ui.widgets.table.columns import (
    ALL_COLUMNS,
    Column,
    ColumnNeed,
    PlacedColumn,
    more_of,
    needs_of,
    place,
    total,
    whole_width,
)
from tui.ui.widgets.table.cursor_anchor import anchor, in_sight, nearest_allowed
from tui.ui.widgets.table.row_painter import MARK, RowPainter
from tui.ui.widgets.text import Cell
from tui.ui.widgets.tones import TonedWidget

__all__ = ["Column", "VirtualTable"]

Row = TypeVar("Row")

_CACHED_LINES: Final = 1024
_SIDEWAYS: Final = 8
MEASURED: Final = 200
"""Maximum number of rows that are measured for the widths of columns."""


class VirtualTable(TonedWidget, ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Table of any number of rows, each on one line.

    A column becomes wider if a new text needs more room. Columns become narrower only after `start_over` or
    `set_columns`, so that they do not jump.
    """

    ALLOW_SELECT = False
    HAS_HEADINGS: ClassVar[bool] = True
    """True if rows that the cursor skips may be headings; False if they always continue the row above."""
    KEEPS_LINES: ClassVar[bool] = False
    """True to keep the drawn strips of rows when the rows change. Must be False if rows contain values."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="table.up", show=False),
        Binding("down,j", "move(1)", "down", id="table.down", show=False),
        Binding("home,g", "jump('first')", "first", id="table.first", show=False),
        Binding("end,G", "jump('last')", "last", id="table.last", show=False),
        Binding("pageup", "page(-1.0)", "page up", id="table.page_up", show=False),
        Binding("pagedown", "page(1.0)", "page down", id="table.page_down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", id="table.half_up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", id="table.half_down", show=False),
        Binding("shift+left", "sideways(-1)", "to the left", id="table.left", show=False),
        Binding("shift+right", "sideways(1)", "to the right", id="table.right", show=False),
        Binding("enter", "open", "open", id="table.open", show=False),
    ]

    cursor_key: var[str | None] = var(None)
    """Key of the row under the cursor; None if the cursor is on no row.

    Watchers are called before the table is repainted.
    """

    needs: var[tuple[ColumnNeed, ...]] = var(())
    """Greatest widths that the columns needed since `start_over` or `set_columns`."""

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row, or on none if `key` is None."""

        key: str | None

    @dataclass
    class Opened(Message):
        """Enter, or a second click on the same row, opened it."""

        key: str

    @dataclass
    class HeaderClicked(Message):
        """The title of the column with the id `column` was clicked."""

        table: VirtualTable[Any]
        column: str

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        key: Callable[[Row], str],
        cells: Callable[[Row], Sequence[Cell]],
        selectable: Callable[[Row], bool] | None = None,
        has_header: bool = True,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self.key_of, self._selectable = key, selectable
        self._top = 1 if has_header else 0
        self._painter = RowPainter(self, cells, keeps_lines=self.KEEPS_LINES)
        self._rows: Sequence[Row] = ()
        self._placed: list[PlacedColumn] = []
        self._last_drop = ALL_COLUMNS
        self._cursor = -1
        self._last_key = ""
        """Key of the row where the cursor was last, or where it starts after `start_over`.

        The key is kept while the table has no rows.
        """
        self._clicked: str | None = None
        self._ahead: list[Callable[[], None]] | None = None
        """Delayed cursor moves, to be made when rows are shown after `start_over`. None at other times."""
        self._body = 0
        self._is_held = False
        self._on_screen: dict[int, Strip] = {}
        self._lines: dict[tuple[int, str], Strip] = {}
        """Cache of drawn lines. Keys are (row index, character of the scroll bar)."""

    def on_unmount(self) -> None:
        """Drop the rows, because Textual keeps an app's first screen, and rows may contain values."""
        self._rows, self._cursor = (), -1
        self._lines.clear()
        self._on_screen.clear()

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    @property
    def cursor_row_value(self) -> Row | None:
        return self._rows[self._cursor] if self._cursor >= 0 else None

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def whole_width(self, last: int = ALL_COLUMNS) -> ColumnNeed:
        inside = whole_width(self._columns, self.needs or self.measure(), last=last)
        return ColumnNeed(MARK + inside.full + THUMB, MARK + inside.want + THUMB)

    @property
    def body_height(self) -> int:
        return self._body

    def own_rows(self) -> range:
        """Indexes of the row under the cursor, and of the skipped rows directly below it."""
        if self._cursor < 0:
            return range(0)
        end = self._cursor + 1
        while end < len(self._rows) and not self._may_be_on(end):
            end += 1
        return range(self._cursor, end)

    def width_of(self, column: str) -> int:
        return next((at.width for at in self._placed if at.column.id == column), 0)

    def is_marked(self, row: Row) -> bool:
        """True if the user has marked the row. Call `repaint_rows` after a mark has changed."""
        return False

    def resized(self) -> None: ...

    def drop_beyond(self, last: int) -> None:
        """Hide each column whose `drop` is greater than `last`, even if there is room."""
        if last != self._last_drop:
            self._last_drop = last
            self._lay_out()

    def _forget_below(self) -> None:
        """Drop drawn lines below the table's lower edge, because they may show a value that is masked now."""
        for below in [y for y in self._on_screen if y >= self.size.height]:
            del self._on_screen[below]

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows. The cursor stays on its row, or moves to a nearby row if its row is gone."""
        old, at = self._rows, self._cursor
        self._forget_below()
        offset = self.scroll_offset.y
        was_in_sight = 0 <= at - offset < self._body
        index = -1
        if len(rows):
            kept = anchor(old, at, rows, self.key_of, cursor_key=self._last_key) if self._last_key else 0
            self._rows = rows
            index = nearest_allowed(kept, 1, len(rows), self._may_be_on)
        self._rows = rows
        self._lines.clear()
        with self._one_repaint():
            if not self._measure():
                self._set_virtual_size()
            # If the table is scrolled, keep the cursor's line at its place on screen.
            moved = index - at if at >= 0 and index >= 0 and was_in_sight and offset else 0
            self.scroll_to(y=offset + moved, animate=False)
            self._put_cursor(index, follow=was_in_sight or at < 0)
        if len(rows) and (ahead := self._ahead) is not None:
            self._ahead = None
            for move in ahead:
                move()

    def set_columns(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.needs = ()
        self.scroll_x = 0
        if not self._measure():
            self._lay_out()

    def repaint_rows(self) -> None:
        """Repaint the rows. Their objects are the same, but their cells may be different, e.g. an age."""
        self._lines.clear()
        self._measure()
        self._repaint()

    def measure(self) -> list[ColumnNeed]:
        count = min(len(self._rows), MEASURED)
        return needs_of(self._columns, (self._painter.cells(self._rows[nth]) for nth in range(count)))

    def forget(self) -> None:
        """Drop all drawn text, even while the table is not displayed."""
        self._forget_drawn()
        self._on_screen.clear()
        self.refresh()

    def start_over(self, key: str = "") -> None:
        """Empty the table. When rows are shown again, the cursor starts on the row `key`, or at the top."""
        self.needs = ()
        self.show([])
        self._last_key, self._ahead = key, []
        self.forget()

    def move_to(self, key: str) -> bool:
        """Move the cursor to a row. Return False if the row does not exist or the cursor skips it."""
        is_there = key == self.cursor_key
        rows = enumerate(self._rows)
        index = self._cursor if is_there else next((at for at, row in rows if self.key_of(row) == key), -1)
        if index < 0 or not self._may_be_on(index):
            return False
        self._put_cursor(index)
        return True

    def action_move(self, rows: int) -> None:
        if not self._is_waiting(partial(self.action_move, rows)):
            self._step_to(self._cursor + rows, rows)

    def action_page(self, pages: float) -> None:
        if self._is_waiting(partial(self.action_page, pages)):
            return
        rows = max(1, int(self._body * abs(pages))) * (1 if pages > 0 else -1)
        self._step_to(self._cursor + rows, rows)

    def action_jump(self, where: str) -> None:
        if self._is_waiting(partial(self.action_jump, where)):
            return
        if where == "first":
            self._step_to(0, -1)
        else:
            self._step_to(len(self._rows) - 1, 1)

    def _is_waiting(self, move: Callable[[], None]) -> bool:
        """Return True, and keep the move for later, if no rows were shown since `start_over`."""
        if self._ahead is None or len(self._rows):
            return False
        self._ahead.append(move)
        return True

    def action_sideways(self, steps: int) -> None:
        self.scroll_to(x=self.scroll_offset.x + steps * _SIDEWAYS, animate=False)

    def action_open(self) -> None:
        """Open the row under the cursor. If the cursor is on no row, the screen handles the key press."""
        if self.cursor_key is None:
            raise SkipAction
        self.open_row()

    def open_row(self) -> None:
        if self.cursor_key is not None:
            self._post(self.Opened(self.cursor_key))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move the cursor to the pressed row. A second press on this row opens it.

        The press counts, not the release, because the press may change the focus and so the layout.
        """
        place = event.get_content_offset(self)
        index = -1 if place is None else self.scroll_offset.y + place.y - self._top
        is_on_row = place is not None and place.y >= self._top and 0 <= index < len(self._rows)
        if event.button != 1 or not is_on_row or not self._may_be_on(index):
            return
        key = self.key_of(self._rows[index])
        is_second = self._clicked == self.cursor_key == key
        self._put_cursor(index)
        self._clicked = None if is_second else key
        if is_second:
            self.open_row()

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if event.button == 1 and place is not None and place.y < self._top:
            at = place.x + self.scroll_offset.x - MARK
            columns = (
                placed.column
                for placed in self._placed
                if 0 <= at - placed.start < placed.width + placed.column.gap
            )
            if (column := next(columns, None)) is not None and column.title:
                self._post(self.HeaderClicked(self, column.id))

    def _may_be_on(self, index: int) -> bool:
        return self._selectable is None or self._selectable(self._rows[index])

    def _is_apart(self, index: int) -> bool:
        """True if the cursor may be on the row.

        If `HAS_HEADINGS` is False, also True for each row above the cursor.
        """
        return self._may_be_on(index) or (not self.HAS_HEADINGS and index < self._cursor)

    def _step_to(self, index: int, direction: int) -> None:
        if not len(self._rows):
            self.scroll_to(y=self.scroll_offset.y + direction, animate=False)
            return
        with self._one_repaint():
            self._put_cursor(nearest_allowed(index, direction, len(self._rows), self._may_be_on))

    def _put_cursor(self, index: int, *, follow: bool = True) -> None:
        key = self.key_of(self._rows[index]) if index >= 0 else None
        is_other = key != self.cursor_key
        self._cursor, self.cursor_key = index, key
        self._last_key = key if key is not None else self._last_key
        if is_other:
            self._clicked = None
            self._post(self.Highlighted(key))
        if follow:
            self._scroll_to_cursor()
        self._repaint()

    def _post(self, message: Message) -> None:
        """Post a message with this table as its sender.

        Otherwise the sender is the widget whose handler runs. If that widget is the table's parent, Textual
        does not pass the message on to the parent's own parents.
        """
        self.post_message(message.set_sender(self))

    def _scroll_to_cursor(self) -> None:
        if self._cursor >= 0 and self._body > 0:
            offset = self.scroll_offset.y
            wanted = in_sight(self._cursor, offset, self._body, len(self._rows), self._is_apart)
            if wanted != offset:
                self.scroll_to(y=wanted, animate=False)

    def on_resize(self) -> None:
        self._forget_below()
        offset = self.scroll_offset.y
        was_in_sight = not self._body or 0 <= self._cursor - offset < self._body
        self._lay_out()
        self.resized()
        if was_in_sight:
            self._scroll_to_cursor()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        self._forget_drawn()
        self._repaint()

    @property
    def allow_vertical_scroll(self) -> bool:
        """True if lines are out of sight. Textual would return False until the scroll bar is laid out."""
        return self.max_scroll_y > 0

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self._repaint()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Redraw the cursor's row, because its style depends on the focus."""
        super().watch_has_focus(has_focus)
        self._clicked = self._clicked if has_focus else None
        self._repaint()

    def notify_style_update(self) -> None:
        self._forget_drawn()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        strip = self._on_screen[y] = self._draw(y, self.size.width, self.scroll_offset)
        return strip

    def _measure(self) -> bool:
        """Measure the columns. If they need more width, lay them out again and return True."""
        measured = self.measure()
        needs = tuple(more_of(self.needs, measured) if self.needs else measured)
        if needs == self.needs:
            return False
        self.needs = needs
        self._lay_out()
        return True

    def _forget_drawn(self) -> None:
        self._lines.clear()
        self._painter.forget()

    def _lay_out(self) -> None:
        self._body = max(0, self.size.height - self._top)
        self._placed = place(self._columns, self.size.width - MARK - THUMB, self.needs, last=self._last_drop)
        self._forget_drawn()
        self._set_virtual_size()
        self._repaint()

    def _set_virtual_size(self) -> None:
        size = Size(MARK + total(self._placed) + THUMB, len(self._rows) + self._top)
        room = self.container_size
        before, now = ((s.width > room.width, s.height > room.height) for s in (self.virtual_size, size))
        if before == now:
            # No new layout is needed, because the scroll bars stay as they are.
            self.set_reactive(Widget.virtual_size, size)
            self.scroll_to(self.scroll_offset.x, self.scroll_offset.y, animate=False)
        else:
            self.virtual_size = size

    @contextmanager
    def _one_repaint(self) -> Iterator[None]:
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        self._repaint()

    def _repaint(self) -> None:
        if self._is_held or not self.is_mounted:
            return
        (width, height), offset = self.size, self.scroll_offset
        for y in range(height):
            drawn_strip, wanted = self._on_screen.get(y), self._draw(y, width, offset)
            if drawn_strip is not wanted and drawn_strip != wanted:
                self.refresh(Region(0, y, width, 1))

    def _draw(self, y: int, width: int, offset: Offset) -> Strip:
        width -= THUMB
        if y < self._top:
            return self._painter.header(self._placed, width + THUMB, offset.x)
        index = offset.y + y - self._top
        bar = thumb(y - self._top, self._body, len(self._rows), offset.y)
        if index >= len(self._rows):
            return self._painter.blank(width, bar)
        row, is_marked = self._rows[index], self.is_marked(self._rows[index])
        if index == self._cursor:
            style = self.tone_style("cursor" if self.has_focus else "strong")
            return self._painter.cursor(row, self._placed, width, offset.x, bar, style, is_marked=is_marked)
        if len(self._lines) > _CACHED_LINES:
            self._lines.clear()
        if (index, bar) not in self._lines:
            line = self._painter.line(row, self._placed, width, offset.x, bar, is_marked=is_marked)
            self._lines[index, bar] = line
        return self._lines[index, bar]
