"""The footer: the keys that work here, as many as fit whole, and always help. Each can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.events import Click, MouseEvent
from textual.message import Message
from textual.strip import Strip

from tui.model.text.printable import cut_end
from tui.ui.widgets import text
from tui.ui.widgets.lines import Drawn, paint
from tui.ui.widgets.text import Cell, Styled

Item = tuple[str, str]
"""A key, and one or two words for it."""

MOST_WHEN_NARROW: Final = 9
WIDE: Final = 100
"""Columns from which on all items that fit are shown."""


class KeyFooter(Drawn):
    """One line of keys, two for unusual keys; `last` is at the end at any width."""

    @dataclass
    class Clicked(Message):
        """This key was clicked, as the footer writes it."""

        key: str

    def __init__(
        self,
        items: Sequence[Item] = (),
        *,
        last: Item = ("?", "all keys"),
        lines: int = 1,
    ) -> None:
        super().__init__(classes="-two-lines" if lines == 2 else None)
        self._items, self._last, self._line_count = tuple(items), last, lines

    @property
    def items(self) -> tuple[Item, ...]:
        """The items, without the last one."""
        return self._items

    def show(self, items: Sequence[Item], *, last: Item | None = None) -> None:
        """Show these keys, the most useful first."""
        wanted = (tuple(items), last or self._last)
        if wanted != (self._items, self._last):
            self._items, self._last = wanted
            self.redraw()

    def fit(self) -> int:
        """Take the lines that all keys need, three at most; returns how many."""
        shares = (lay_out(self._items, self._last, self.size.width, count) for count in (1, 2, 3))
        whole = (len(laid) for laid in shares if sum(map(len, laid)) > len(self._items))
        self._line_count = next(whole, 3) if self.size.width else 1
        self.set_class(self._line_count == 2, "-two-lines")
        self.set_class(self._line_count == 3, "-three-lines")
        return self._line_count

    def draw(self, width: int, height: int) -> list[Strip]:
        laid = self.laid_out(width)
        return [text.to_strip(paint(self, _cells(line, width)), width, self.tone_style("")) for line in laid]

    def laid_out(self, width: int) -> list[list[Item]]:
        """The items on each line at this width."""
        return lay_out(self._items, self._last, width, self._line_count)

    def _item_at(self, event: MouseEvent) -> Item | None:
        """The item under the pointer."""
        place, width = event.get_content_offset(self), self.size.width
        lines = self.laid_out(width)
        if place is None or place.y >= len(lines):
            return None
        start = 1
        for item in lines[place.y]:
            size = _size([item], 0)
            if start <= place.x < start + size:
                return item
            start += size + _gap(width)
        return None

    def on_click(self, event: Click) -> None:
        """A click on a key; the second of a double click may be on another one by now, and does nothing."""
        item = self._item_at(event) if event.button == 1 and event.chain == 1 else None
        if item is not None:
            self.post_message(self.Clicked(item[0]))


def lay_out(items: Sequence[Item], last: Item, width: int, lines: int = 1) -> list[list[Item]]:
    """Share the items among the lines. An item is dropped before the words of `last` are."""
    end = last if _size([last], 0) < width else (last[0], "")
    return _filled(items, end, width, lines)


def _filled(items: Sequence[Item], end: Item, width: int, lines: int) -> list[list[Item]]:
    gap = _gap(width)
    most = MOST_WHEN_NARROW * lines if width < WIDE else len(items) + 1
    rest = list(items[: most - 1])
    laid: list[list[Item]] = [[] for _ in range(lines)]
    for line in laid:
        kept = _size([end], gap) + gap if line is laid[-1] else 0
        while rest and _size([*line, rest[0]], gap) + kept < width:
            line.append(rest.pop(0))
        if not line and rest and lines > 1:  # wider than the screen
            key, word = rest.pop(0)
            line.append((key, cut_end(word, max(0, width - kept - _size([(key, " ")], 0)))))
    fits_above = lines > 1 and not laid[-1] and _size([*laid[0], end], gap) < width
    laid[0 if fits_above else -1].append(end)
    return laid


def _gap(width: int) -> int:
    return 2 if width < WIDE else 3


def _size(line: Sequence[Item], gap: int) -> int:
    return sum(text.width(key) + (1 + text.width(word) if word else 0) for key, word in line) + gap * (
        len(line) - 1
    )


def _cells(line: Sequence[Item], width: int) -> list[Cell]:
    cells: list[Cell] = [" "]
    for nth, (key, word) in enumerate(line):
        if nth:
            cells.append(" " * _gap(width))
        cells.append(Styled(f"{key} " if word else key, "accent"))
        cells.append(Styled(word, "muted"))
    return cells
