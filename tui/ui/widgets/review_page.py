"""Layouts of a review with a table, a scrolling text, and blocks of lines that stay in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from msgspec import Struct
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from tui.ui.widgets.bars.frame import Pane, class_at
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines, cells_of, wrapped
from tui.ui.widgets.page import LinesBelow, Page
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell

_ROWS_AT_LEAST: Final = 3
"""Minimum height of the table in lines, including the column titles, even if the text is long."""
_MOST_LEAD: Final = 8
"""Maximum number of lines reserved for the start of the text."""
_LAST_LEAD: Final = 3
"""Maximum that replaces `_MOST_LEAD` once all blocks except one have moved into the text."""
_MOST_LINES: Final = 500
"""Maximum number of lines counted to measure the text and its blocks, if there is no table."""

Blocks: TypeAlias = list[list[tuple[Cell, ...]]]


class RowPage(Struct, frozen=True):
    text: Sequence[Line]
    blocks: Sequence[Sequence[Line]] = ()
    """Blocks of lines that stay in sight below the text, if there is room."""
    lead: int = 3
    """Number of lines at the start of the text that should be in sight."""
    head: Sequence[Line] = ()
    """Lines that stay in sight above the table."""


class ReviewPage(Vertical):
    """Container that divides its height among a table, a text, and blocks of lines below the text.

    If there is no room for all blocks, the first of them move to the end of the text, where the user can
    scroll to them.
    """

    def __init__(self, table: TableWithPage[Any] | None = None) -> None:
        super().__init__(classes="reading")
        self._table = table
        self._page = Page(id="about")
        self._pinned = Lines(id="verdict")
        self._text: list[tuple[Cell, ...]] = []
        self._lead = 0
        self._blocks: Blocks = []
        if table is not None:
            table.page = self._page

    def compose(self) -> ComposeResult:
        if self._table is not None:
            yield self._table
        yield self._page
        yield LinesBelow(self._page)
        yield self._pinned

    @property
    def page(self) -> Page:
        return self._page

    def set_text(self, text: Iterable[Line], *, lead: int, blocks: Sequence[Iterable[Line]] = ()) -> None:
        """Show a text and blocks. Call this after the table shows its rows, because they need room too."""
        self._text = [cells_of(line) for line in text]
        self._lead = lead
        self._blocks = [[cells_of(line) for line in block] for block in blocks]
        self._share()

    def on_resize(self) -> None:
        self._share()

    @property
    def text_width(self) -> int:
        return self.size.width - THUMB - self._page.gutter.width

    def _share(self) -> None:
        rows = self._table.virtual_size.height if self._table is not None else 0
        least = min(rows, _ROWS_AT_LEAST)
        lead = min(_MOST_LEAD, _height(self._text[: self._lead], self.text_width))
        loose, room = 0, self._room(0)
        while loose < len(self._blocks):
            is_last = loose == len(self._blocks) - 1
            lead_height = min(lead, _LAST_LEAD) if is_last else lead
            if not self.size or self._has_room(room, least, lead_height):
                break
            loose += 1
            room = self._room(loose)
        moved, pinned = self._split(loose)
        text = [*self._text, *chain.from_iterable(moved)]
        if self._table is not None:
            lead_height = max(lead, _height(text, self.text_width, max(0, room // 2)))
            self._give_height(min(rows, max(least, room - lead_height)) if self.size else rows)
        # Limit the height of a short text, so that the blocks are directly below it.
        elif self.size:
            all_lines = [*self._text, *chain.from_iterable(self._blocks)]
            self.styles.max_height = _height(all_lines, self.text_width, _MOST_LINES) + 1
        self._page.show(text)
        self._pinned.show(chain.from_iterable(pinned))

    def _split(self, loose: int) -> tuple[Blocks, Blocks]:
        """Split the blocks: `loose` of them move into the text, and the others stay in sight."""
        return self._blocks[:loose], self._blocks[loose:]

    def _has_room(self, room: int, rows: int, text: int) -> bool:
        return room - rows >= text

    def _give_height(self, rows: int) -> None:
        if self._table is not None:
            self._table.styles.height = rows

    def _room(self, loose: int) -> int:
        below = chain.from_iterable(self._split(loose)[1])
        return self.size.height - 1 - _height(below, self.size.width - self._pinned.gutter.width)


_MOST_BESIDE: Final = 76
"""Maximum width of the table's pane beside the text, in terminal cells. A widened pane may be wider."""
PaneTable = TypeVar("PaneTable", bound=TableWithPage[Any])


class ReviewPanes(ReviewPage, Generic[PaneTable]):
    """Layout in three panes. The first holds the blocks that stay in sight, the others the table and text.

    If there is no room for all blocks, the first block is the last to move into the text.

    The widths of the panes follow from the width of the app. So callers know them before Textual lays out
    the panes.
    """

    def __init__(self, table: PaneTable) -> None:
        super().__init__(table)
        self.table = table
        self.verdict_pane = Pane(self._pinned, id="review")
        self.table_pane = Pane(table, id="changes-pane")
        self.text_pane = Pane(self._page, LinesBelow(self._page), id="text-pane")
        self._is_table_wide = False

    def compose(self) -> ComposeResult:
        yield self.verdict_pane
        yield Container(self.table_pane, self.text_pane, classes="parts")

    def widen_table(self, *, is_wide: bool) -> None:
        """Give the table most of the screen's width if `is_wide`, so that values fit."""
        self._is_table_wide = is_wide
        self.table_pane.styles.width = self._table_pane_width if self._is_beside else "1fr"

    @property
    def _is_beside(self) -> bool:
        return class_at(self.app.size.width) == "-full"

    @property
    def _frame_width(self) -> int:
        return 0 if class_at(self.app.size.width) == "-narrow" else 2

    @property
    def _table_pane_width(self) -> int:
        width = self.app.size.width
        if not self._is_beside:
            return width
        return width * 62 // 100 if self._is_table_wide else min(width * 46 // 100, _MOST_BESIDE)

    @property
    def table_width(self) -> int:
        return self._table_pane_width - self._frame_width

    @property
    def text_width(self) -> int:
        width = self.app.size.width - (self._table_pane_width if self._is_beside else 0)
        return width - self._frame_width - THUMB - self._page.gutter.width

    def _has_room(self, room: int, rows: int, text: int) -> bool:
        return room >= max(rows, text) if self._is_beside else super()._has_room(room, rows, text)

    def _split(self, loose: int) -> tuple[Blocks, Blocks]:
        first, others = self._blocks[:1], self._blocks[1:]
        is_all = loose == len(self._blocks)
        return [*others[:loose], *(first if is_all else [])], [*([] if is_all else first), *others[loose:]]

    def _give_height(self, rows: int) -> None:
        super()._give_height(rows)
        self.table_pane.styles.height = rows + self.table_pane.gutter.height
        if self._is_beside and self._table is not None:
            self._table.styles.height = self.table_pane.styles.height = "1fr"

    def _room(self, loose: int) -> int:
        width = self.app.size.width - self._frame_width - self._pinned.gutter.width
        pinned = chain.from_iterable(self._split(loose)[1])
        above = _height(pinned, width) + self.verdict_pane.gutter.height
        below = 0 if self._is_beside else self.text_pane.gutter.height
        return self.size.height - 1 - above - self.table_pane.gutter.height - below


class FieldBelow(Field):
    """Field whose up and down keys scroll the text above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "read_lines(-1)", "up", id="below.up", show=False),
        Binding("down", "read_lines(1)", "down", id="below.down", show=False),
        Binding("pageup", "read_pages(-1.0)", "page up", id="below.page_up", show=False),
        Binding("pagedown", "read_pages(1.0)", "page down", id="below.page_down", show=False),
    ]

    def __init__(self, page: Page, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder, id="name")
        self._page = page

    async def action_keep(self) -> None:
        """Ignore ctrl+s, because only Enter acts on the typed text."""
        raise SkipAction()

    def action_read_lines(self, lines: int) -> None:
        self._page.action_scroll_by(lines)

    def action_read_pages(self, pages: float) -> None:
        self._page.action_scroll_pages(pages)


def _height(lines: Iterable[Sequence[Cell]], width: int, most: int | None = None) -> int:
    return sum(1 for _ in islice(wrapped(lines, width), most)) if width > 0 else 0
