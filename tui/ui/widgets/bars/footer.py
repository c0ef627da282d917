"""Footer with the keys that work on the current screen, as many as fit, and always the help key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Final

from textual.events import Click, MouseEvent
from textual.message import Message
from textual.strip import Strip

from tui.model.text.printable import cut_end
from tui.ui.widgets import text
from tui.ui.widgets.lines import DrawnWidget, paint
from tui.ui.widgets.text import Cell, Styled

Item = tuple[str, str]
"""Key and its label. An item without a key is the name of a group, or a separator."""

MOST_WHEN_NARROW: Final = 9
WIDE: Final = 100
"""Minimum width in columns of a footer that may show more than MOST_WHEN_NARROW items per line.

A footer of one line shows groups of items only from this width on.
"""
_PART: Final = ("", "│")
_ORDER: Final = ("see", "change", "apply", "")


class KeyFooter(DrawnWidget):
    """Footer of one, two or three lines, with keys and their labels."""

    @dataclass
    class Clicked(Message):
        """Message that the user clicked `key`, spelled as in the footer."""

        key: str

    def __init__(
        self,
        items: Sequence[Item] = (),
        *,
        last: Item = ("?", "all keys"),
        lines: int = 1,
    ) -> None:
        super().__init__(classes="-two-lines" if lines == 2 else None)
        self._items, self._line_count = tuple(items), lines
        self._ends: tuple[Item, ...] = (last,)
        self._groups: Mapping[str, str] = {}

    @property
    def items(self) -> tuple[Item, ...]:
        """Items except the `before` and the `last` one (see `show`)."""
        return self._items

    def show(
        self,
        items: Sequence[Item],
        *,
        last: Item | None = None,
        before: Item | None = None,
        groups: Mapping[str, str] | None = None,
    ) -> None:
        """Show as many of `items` as fit. The caller puts the most useful item first.

        `last`: item at the end; None keeps the current one. `before`: item just before `last`, if any.
        `groups`: name of the group of each key.
        """
        last = last or self._ends[-1]
        wanted = (tuple(items), (before, last) if before else (last,), groups or {})
        if wanted != (self._items, self._ends, self._groups):
            self._items, self._ends, self._groups = wanted
            self.redraw()

    def fit(self) -> int:
        """Set and return the number of lines: the smallest that holds all items, but at most three.

        The number is 1 while the footer has no width.
        """
        layouts = (lay_out(self._items, self._ends, self.size.width, count) for count in (1, 2, 3))
        line_counts = (
            len(filled_lines) for filled_lines in layouts if sum(map(len, filled_lines)) > len(self._items)
        )
        self._line_count = next(line_counts, 3) if self.size.width else 1
        self.set_class(self._line_count == 2, "-two-lines")
        self.set_class(self._line_count == 3, "-three-lines")
        return self._line_count

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = self.laid_out(width)
        return [text.to_strip(paint(self, _cells(line, width)), width, self.tone_style("")) for line in lines]

    def laid_out(self, width: int) -> list[list[Item]]:
        return lay_out(self._items, self._ends, width, self._line_count, self._groups)

    def _item_at(self, event: MouseEvent) -> Item | None:
        place, width = event.get_content_offset(self), self.size.width
        lines = self.laid_out(width)
        if place is None or place.y >= len(lines):
            return None
        for start, item in _placed(lines[place.y], width):
            if item[0] and start <= place.x < start + _item_size(item):
                return item
        return None

    def on_click(self, event: Click) -> None:
        """Post `Clicked` for the key under a click.

        The second click of a double click is ignored, because the first may have changed the footer.
        """
        item = self._item_at(event) if event.button == 1 and event.chain == 1 else None
        if item is not None:
            self.post_message(self.Clicked(item[0]))


def lay_out(
    items: Sequence[Item],
    ends: Sequence[Item],
    width: int,
    lines: int = 1,
    groups: Mapping[str, str] = MappingProxyType({}),
) -> list[list[Item]]:
    """Divide `items`, followed by `ends`, among the lines.

    If the width is too small, drop `items` first, from the last item to the first. Next, drop all `ends`
    except the last one. Finally, drop the label of the last of `ends`.
    """
    last = ends[-1] if _size(ends[-1:], width) < width else (ends[-1][0], "")
    kept = [*ends[:-1], last] if _size([*ends[:-1], last], width) < width else [last]
    for count in range(len(items), 0, -1) if groups and lines == 1 and width >= WIDE else ():
        filled_lines = _filled(_by_group(items[:count], groups), kept, width, lines)
        if sum(bool(key) for line in filled_lines for key, _ in line) == count + len(kept):
            return filled_lines
    return _filled(items, kept, width, lines)


def _by_group(items: Sequence[Item], groups: Mapping[str, str]) -> list[Item]:
    ordered = sorted(items, key=lambda item: _ORDER.index(groups[item[0]]))
    parts = [(name, list(part)) for name, part in groupby(ordered, key=lambda item: groups[item[0]])]
    if sum(bool(name) for name, _ in parts) < 2:
        return list(items)
    parts_with_names = [[("", name), *part] if name else part for name, part in parts]
    flat = [item for nth, part in enumerate(parts_with_names) for item in ([_PART, *part] if nth else part)]
    return [*flat, _PART] if parts[-1][0] else flat


def _filled(items: Sequence[Item], ends: Sequence[Item], width: int, lines: int) -> list[list[Item]]:
    most = MOST_WHEN_NARROW * lines if width < WIDE else len(items) + len(ends)
    items_left = list(items[: most - len(ends)])
    filled_lines: list[list[Item]] = [[] for _ in range(lines)]
    for line in filled_lines:
        below = list(ends) if line is filled_lines[-1] else []
        while items_left and _size([*line, items_left[0], *below], width) < width:
            line.append(items_left.pop(0))
        if not line and items_left and lines > 1:  # the item does not fit, although the line is empty
            key, word = items_left.pop(0)
            line.append((key, cut_end(word, max(0, width - _size([(key, " "), *below], width)))))
    fits_above = lines > 1 and not filled_lines[-1] and _size([*filled_lines[0], *ends], width) < width
    filled_lines[0 if fits_above else -1].extend(ends)
    return filled_lines


def _item_size(item: Item) -> int:
    key, word = item
    return text.width(key) + bool(key and word) + text.width(word)


def _gap(left: Item, right: Item, width: int, *, is_grouped: bool) -> int:
    if not (left[0] and right[0]):
        return 1
    return 2 if is_grouped or width < WIDE else 3


def _placed(line: Sequence[Item], width: int) -> Iterator[tuple[int, Item]]:
    start, is_grouped = 1, _PART in line
    for nth, item in enumerate(line):
        yield start, item
        if nth + 1 < len(line):
            start += _item_size(item) + _gap(item, line[nth + 1], width, is_grouped=is_grouped)


def _size(line: Sequence[Item], width: int) -> int:
    return max((start - 1 + _item_size(item) for start, item in _placed(line, width)), default=0)


def _cells(line: Sequence[Item], width: int) -> list[Cell]:
    cells, end = list[Cell](), 0
    for start, (key, word) in _placed(line, width):
        cells.append(" " * (start - end))
        if key:
            cells.append(Styled(f"{key} " if word else key, "accent"))
        cells.append(Styled(word, "muted" if key or (key, word) == _PART else "strong"))
        end = start + _item_size((key, word))
    return cells
