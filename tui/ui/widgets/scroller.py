"""Base class of scrolling widgets that draw only the lines in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Protocol

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model.text.printable import lowered
from tui.ui.widgets import text
from tui.ui.widgets.bars.frame import show_place
from tui.ui.widgets.tones import TonedWidget

THUMB: Final = 1
"""Cells at the right edge for the scroll bar."""


def thumb(y: int, height: int, count: int, offset: int) -> str:
    """Return the character of the scroll bar in row `y` of a widget with `height` rows.

    `count`: number of lines. `offset`: number of the first line in sight.
    """
    if count <= height or height <= 0:
        return " "
    size = max(1, height * height // count)
    start = round((height - size) * offset / (count - height))
    return "┃" if start <= y < start + size else " "


class SearchableText(Protocol):
    sought: str

    @property
    def has_text(self) -> bool: ...

    @property
    def line_count(self) -> int: ...

    @property
    def found_at(self) -> range: ...

    def places(self, words: str) -> Sequence[int]: ...

    def show_found(self, number: int, place: str) -> None: ...

    def bookmark(self) -> Callable[[], None]: ...


class Scroller(TonedWidget, ScrollView, can_focus=True, inherit_bindings=False):
    """Base class of scrolling widgets. A subclass draws each line by its number, counted from 0."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_by(-1)", "up", id="view.up", show=False),
        Binding("down,j", "scroll_by(1)", "down", id="view.down", show=False),
        Binding("home,g", "scroll_edge('first')", "first", id="view.first", show=False),
        Binding("end,G", "scroll_edge('last')", "last", id="view.last", show=False),
        Binding("pageup", "scroll_pages(-1.0)", "page up", id="view.page_up", show=False),
        Binding("pagedown,space", "scroll_pages(1.0)", "page down", id="view.page_down", show=False),
        Binding("ctrl+u", "scroll_pages(-0.5)", "half a page up", id="view.half_up", show=False),
        Binding("ctrl+d", "scroll_pages(0.5)", "half a page down", id="view.half_down", show=False),
    ]

    class Filled(Message):
        """The widget now has text to search, or no longer has any."""

    out_of_sight: var[tuple[int, int]] = var((0, 0))
    """Number of lines above and below the lines in sight."""
    sought = ""
    """Text of the last search."""
    _found: int | None = None
    """Number of the matching line, which is drawn in reverse video."""
    _had_text = False

    def lay_out(self, width: int) -> int:
        """Lay out the lines for `width` cells, and return the count of lines."""
        raise NotImplementedError

    def draw_line(self, number: int, width: int) -> list[Segment]:
        """Draw a line in at most `width` cells."""
        raise NotImplementedError

    @property
    def line_count(self) -> int:
        return self.virtual_size.height

    def reflow(self) -> None:
        """Lay out the lines again after the content or the width changed."""
        if self._found is not None:
            self._found = None
            show_place(self, "")
        width = self.size.width - THUMB
        self.virtual_size = Size(self.size.width, self.lay_out(width) if width > 0 else 0)
        if self.has_text != self._had_text:
            self._had_text = self.has_text
            self.post_message(self.Filled())
        self._count()
        self.refresh()

    def on_resize(self) -> None:
        self.reflow()

    @property
    def allow_vertical_scroll(self) -> bool:
        """True if lines are out of sight. Textual's own version waits until the scroll bar is laid out."""
        return self.max_scroll_y > 0

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint all rows, because each row shows another line now."""
        if round(old_value) != round(new_value):
            self._count()
            self.refresh(Region(0, 0, self.size.width, self.size.height))

    def action_scroll_by(self, lines: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def action_scroll_pages(self, pages: float) -> None:
        self.action_scroll_by(round(self.size.height * pages))

    def action_scroll_edge(self, where: str) -> None:
        self.scroll_to(y=0 if where == "first" else self.max_scroll_y, animate=False)

    @property
    def has_text(self) -> bool:
        """True if there are several lines to search."""
        return self.line_count > 1

    def places(self, words: str) -> Sequence[int]:
        """Numbers of the lines that contain `words`, ignoring case."""
        wanted = lowered(words)
        return [number for number in range(self.line_count) if self.has_words(number, wanted)]

    def bookmark(self) -> Callable[[], None]:
        """Return a function that restores the current scroll position and matching line."""
        top, match = self.scroll_offset.y, self._found

        def go_back() -> None:
            self._found = match
            show_place(self, "")
            self.scroll_to(y=top, animate=False)
            self.refresh()

        return go_back

    def has_words(self, number: int, words: str) -> bool:
        """True if the line contains `words`, ignoring case. The caller passes `words` in lower case."""
        parts = self.draw_line(number, self.size.width - THUMB)
        return words in lowered("".join(part.text for part in parts))

    @property
    def found(self) -> int | None:
        return self._found

    @property
    def found_at(self) -> range:
        """Range of the matching line, or an empty range at the first line in sight if there is no match."""
        top = self.scroll_offset.y
        return range(top, top) if self._found is None else range(self._found, self._found + 1)

    def forget_found(self) -> None:
        self._found = None
        self.refresh()

    def show_found(self, number: int, place: str) -> None:
        """Mark the matching line, and scroll to it. Show `place`, such as "3 of 12", in the frame."""
        show_place(self, place)
        self._found = number
        self.scroll_to(y=max(0, number - self.size.height // 2), animate=False)
        self.refresh()

    def _count(self) -> None:
        above = min(self.scroll_offset.y, self.line_count)
        self.out_of_sight = above, max(0, self.line_count - above - self.size.height)

    def render_line(self, y: int) -> Strip:
        width = self.size.width - THUMB
        number = self.scroll_offset.y + y
        parts = self.draw_line(number, width) if width > 0 and number < self.line_count else []
        bar = thumb(y, self.size.height, self.line_count, self.scroll_offset.y)
        edge = Segment(bar, self.tone_style("muted"))
        line = text.to_strip(parts, max(0, width), self.tone_style(""))
        if number == self._found:
            line = line.apply_style(text.MARKED_STYLE)
        return Strip([*line, edge], max(0, width) + THUMB)
