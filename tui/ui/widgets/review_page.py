"""The layout of a review: a table, a text that scrolls, and lines that stay in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, ClassVar, Final

from msgspec import Struct
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines, cells_of, wrapped
from tui.ui.widgets.page import MoreBelow, Page
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell

_ROWS_AT_LEAST: Final = 3
"""Lines that the table keeps, with its titles, however long the text is."""
_MOST_LEAD: Final = 8
"""Lines of the text for which table and blocks make room, if it has that many."""
_LEAST_LEAD: Final = 3
"""Lines of the text for which even the last block makes room."""


class RowPage(Struct, frozen=True):
    """What is shown of the row under the cursor."""

    text: Sequence[Line]
    blocks: Sequence[Sequence[Line]] = ()
    """Lines that stay in sight below the text; the first block is the first to scroll with it."""
    lead: int = 3
    """Lines of the text that are in sight at first."""
    head: Sequence[Line] = ()
    """Lines that stay in sight above the rows."""


class ReviewPage(Vertical):
    """Shares its height between a table, a text, and the blocks below the text.

    The text begins with lines that must be in sight at first. A block that does not fit moves to the end of
    the text: nothing is cut, everything can be scrolled to.
    """

    def __init__(self, table: TableWithPage[Any] | None = None) -> None:
        super().__init__(classes="reading")
        self._table = table
        self._page = Page(id="about")
        self._pinned = Lines(id="verdict")
        self._text: list[tuple[Cell, ...]] = []
        self._lead = 0
        self._blocks: list[list[tuple[Cell, ...]]] = []
        if table is not None:
            table.page = self._page

    def compose(self) -> ComposeResult:
        if self._table is not None:
            yield self._table
        yield self._page
        yield MoreBelow(self._page)
        yield self._pinned

    @property
    def page(self) -> Page:
        return self._page

    def tell(self, text: Iterable[Line], *, lead: int, blocks: Sequence[Iterable[Line]] = ()) -> None:
        """Show this text, of which the first `lead` lines come first, and what stays below it.

        The first of the blocks is the first to give way. The table was told its rows before.
        """
        self._text = [cells_of(line) for line in text]
        self._lead = lead
        self._blocks = [[cells_of(line) for line in block] for block in blocks]
        self._share()

    def on_resize(self) -> None:
        """Share the new height."""
        self._share()

    def _share(self) -> None:
        rows = self._table.virtual_size.height if self._table is not None else 0
        least = min(rows, _ROWS_AT_LEAST)
        width = self.size.width - THUMB - self._page.gutter.width
        lead = min(_MOST_LEAD, _height(self._text[: self._lead], width))
        loose, room = 0, self._room(0)
        while loose < len(self._blocks):
            is_last = loose == len(self._blocks) - 1
            if not self.size or room - least >= (min(lead, _LEAST_LEAD) if is_last else lead):
                break
            loose += 1
            room = self._room(loose)
        text = [*self._text, *chain.from_iterable(self._blocks[:loose])]
        if self._table is not None:
            wanted = max(lead, _height(text, width, room // 2))
            self._table.styles.height = min(rows, max(least, room - wanted)) if self.size else rows
        self._page.show(text)
        self._pinned.show(chain.from_iterable(self._blocks[loose:]))

    def _room(self, loose: int) -> int:
        """Lines for table and text if so many blocks stand in the text."""
        below = chain.from_iterable(self._blocks[loose:])
        return self.size.height - 1 - _height(below, self.size.width - self._pinned.gutter.width)


class FieldBelow(Field):
    """A field below a text that scrolls while the field has the focus."""

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
        """Do nothing: only enter acts on the typed text."""
        raise SkipAction()

    def action_read_lines(self, lines: int) -> None:
        self._page.action_scroll_by(lines)

    def action_read_pages(self, pages: float) -> None:
        self._page.action_scroll_pages(pages)


def _height(lines: Iterable[Sequence[Cell]], width: int, most: int | None = None) -> int:
    """The number of lines at this width, counted up to `most`."""
    return sum(1 for _ in islice(wrapped(lines, width), most)) if width > 0 else 0
