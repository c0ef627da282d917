"""Views of a value as text and as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment
from textual.geometry import Size

from tui.model.secret.value import MASK
from tui.model.text.printable import SPACE, RunKind, lowered, runs
from tui.process.threads import run_in_thread
from tui.ui.widgets.lines import Line, cells_of, paint, wrapped
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.text import STAND_IN, Cell
from tui.ui.widgets.value.value_lines import line_breaks

_MARGIN: Final = 2
_LINE_END: Final = 2
"""Number of free cells after each line, for the symbols of a line break, e.g. `⏎`."""
_AT_ONCE: Final = 16_384
"""Number of characters that `lay_out` wraps without a thread.

If the text is longer, a thread then wraps the whole text.
"""


class ValueView(Scroller):
    """View of a value as text. While the value is masked, the view holds no text."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = ""
        self._lines: list[tuple[int, int]] = []
        """Start and end, within the text, of each line after wrapping."""
        self._instead: tuple[Line, ...] = (MASK,)
        self._wrapped: list[Sequence[Cell]] = []
        self._is_partial = False
        """True while only the first lines are laid out."""
        self._wants_last = False
        """True if the user scrolled to the end before the end was laid out."""

    def show(self, data: bytes) -> None:
        """Show a value as text. Bytes that are not UTF-8 are drawn as `‹xFF›`."""
        self._put(data.decode("utf-8", "surrogateescape"), ())

    def mask(self, *more: Line) -> None:
        """Show the mask and further lines, and drop the text."""
        self._put("", (MASK, *more))

    def show_line(self, line: Line) -> None:
        self._put("", (line,))

    def forget(self) -> None:
        self._put("", (MASK,))

    def lay_out(self, width: int) -> int:
        self._lines, self._is_partial = [], False
        if self._instead:
            self._wrapped = list(wrapped(map(cells_of, self._instead), max(1, width - _MARGIN)))
            return len(self._wrapped)
        shown, cells = self._text, max(1, width - _MARGIN - _LINE_END)
        self._lines = list(line_breaks(shown[:_AT_ONCE], cells))
        self._is_partial = len(shown) > _AT_ONCE
        if self._is_partial:
            self.run_worker(self._lay_out_all(shown, cells), group="lines", exclusive=True)
        return len(self._lines)

    async def _lay_out_all(self, shown: str, cells: int) -> None:
        lines = await run_in_thread(lambda: list(line_breaks(shown, cells)))
        if self._text is not shown:
            return  # another text is shown by now
        self._lines, self._is_partial = lines, False
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()
        if self._wants_last:
            self.action_scroll_edge("last")

    def action_scroll_edge(self, where: str) -> None:
        self._wants_last = where == "last" and self._is_partial
        if not self._wants_last:
            super().action_scroll_edge(where)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        margin = Segment(" " * _MARGIN, self.tone_style(""))
        if self._instead:
            return [margin, *paint(self, self._wrapped[number])]
        start, end = self._lines[number]
        line = self._text[start:end]
        body = line.rstrip("\r\n")
        # Draw blanks at the end of a line as symbols, because they would be invisible.
        blank_count = len(body) - len(body.rstrip(" ")) if body != line or end == len(self._text) else 0
        cut = start + len(body) - blank_count
        spaces = [Segment(SPACE * blank_count, self.tone_style("muted"))] if blank_count else []
        return [margin, *self._plain(start, cut), *spaces, *self._plain(cut + blank_count, end)]

    @property
    def has_text(self) -> bool:
        """True if a value is shown as text and has several lines to search."""
        return not self._instead and super().has_text

    def has_words(self, number: int, words: str) -> bool:
        """True if the words are in the line, or begin in it and continue in the next line."""
        start, end = self._lines[number]
        return words in lowered(self._text[start : end + len(words) - 1])

    def _plain(self, start: int, end: int) -> list[Segment]:
        plain, muted = self.tone_style(""), self.tone_style("muted")
        return [
            Segment(run.stand_in, plain)
            if run.kind is RunKind.PLAIN
            else Segment(run.stand_in, muted)
            if run.kind in (RunKind.NEWLINE, RunKind.TAB)
            else Segment(run.stand_in, plain + STAND_IN)
            for run in runs(self._text[start:end])
        ]

    def _put(self, shown: str, instead: tuple[Line, ...]) -> None:
        self._text, self._instead = shown, instead
        self._wants_last = False
        self.scroll_to(y=0, animate=False)
        self.reflow()


_OFFSET: Final = 8


class HexView(Scroller):
    """View of a value in hexadecimal, with 16, 8 or 4 bytes in a line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._data = b""
        self._per_line = 16

    def show(self, data: bytes) -> None:
        self._data = data
        self.scroll_to(y=0, animate=False)
        self.reflow()

    def forget(self) -> None:
        self.show(b"")

    def lay_out(self, width: int) -> int:
        self._per_line = next((count for count in (16, 8, 4) if _width(count) <= width), 4)
        return -(-len(self._data) // self._per_line)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        start = number * self._per_line
        data = self._data[start : start + self._per_line]
        plain, muted = self.tone_style(""), self.tone_style("muted")
        half = self._per_line // 2
        columns = f"{data[:half].hex(' ')}  {data[half:].hex(' ')}".ljust(self._per_line * 3)
        parts = [
            Segment(f"{start:0{_OFFSET}x}  ", muted),
            Segment(columns, plain),
            Segment("  ", plain),
        ]
        for byte in data:
            is_ascii = 0x20 <= byte < 0x7F
            parts.append(Segment(chr(byte) if is_ascii else "·", plain if is_ascii else muted))
        return list(Segment.simplify(parts))


def _width(per_line: int) -> int:
    return _OFFSET + 2 + per_line * 3 + 2 + per_line
