"""Base class of widgets that draw their own lines, and a widget that shows lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip

from tui.model.text.printable import cut_middle, printable
from tui.model.text.printable import width as cells_wide
from tui.ui.textual_fixes.box_model import forget_height
from tui.ui.widgets import text
from tui.ui.widgets.text import Cell, Styled
from tui.ui.widgets.tones import TonedWidget

Line = Cell | Sequence[Cell]
"""Styled texts that are drawn one after the other, or a single styled text."""


def paint(widget: TonedWidget, cells: Iterable[Cell]) -> list[Segment]:
    return [part for cell in cells for part in text.segments(cell, widget.tone_style(text.tone_of(cell)))]


def cells_of(line: Line) -> tuple[Cell, ...]:
    return (line,) if isinstance(line, str | Styled) else tuple(line)


def wrapped(lines: Iterable[Sequence[Cell]], width: int) -> Iterator[Sequence[Cell]]:
    """Wrap each line at `width` cells.

    A label is a first cell that ends in two blanks. The second and later rows are indented by the width of
    the label. Without a label, or with little room beside the label, these rows are indented two cells more
    than the first row.
    """
    for cells in lines:
        yield from text.wrap(cells, width, indent=_label_width(cells, width) or indent_of(cells) + 2)


def part_line(title: str, right: str, width: int) -> Line:
    """Title line of a part of a page, `width` cells wide: `─ title ───── right ─`."""
    right = f" {right} " if right else ""
    ends = cells_wide(right) + _PART_ENDS
    title = f" {cut_middle(printable(title), max(1, width - ends))} "
    fill = "─" * max(1, width - 2 - cells_wide(title) - cells_wide(right))
    around = Styled("─", "muted")
    name = Styled(title, "strong", is_drawn=True)
    return around, name, Styled(fill, "muted"), Styled(right, "muted"), around


_PART_ENDS = 5
"""Minimum number of cells for the `─` characters of a title line and the blanks around the title."""
_BESIDE = 40
"""Minimum number of cells for the text beside a label."""


class DrawnWidget(TonedWidget):
    """Widget that draws its own lines."""

    ALLOW_SELECT = False
    # Textual would request a layout for each new virtual size. Only scrolling widgets need that layout.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False, repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes, markup=False)
        self._strips: list[Strip] | None = None
        self._drawn_at = Size(0, 0)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Draw all lines of the widget, each `width` cells wide."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Discard the drawn lines, and request a refresh. A hidden widget is drawn when it is displayed."""
        self._strips = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        strips = self._written()
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _written(self) -> list[Strip]:
        if self._strips is None or self._drawn_at != self.size:
            self._drawn_at = self.size
            self._strips = self.draw(self.size.width, self.size.height)
        return self._strips

    def notify_style_update(self) -> None:
        self._strips = None
        super().notify_style_update()


class Lines(DrawnWidget):
    """Lines of text, wrapped with an indent, or cut if `wrap` is False."""

    def __init__(
        self,
        lines: Iterable[Line] = (),
        *,
        wrap: bool = True,
        marks_rest: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """`marks_rest`: if some lines do not fit, the last line in sight ends in an ellipsis."""
        super().__init__(id=id, classes=classes)
        self._shown = tuple(cells_of(line) for line in lines)
        self._wrap, self._marks_rest = wrap, marks_rest

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        return self._shown

    def show(self, lines: Iterable[Line]) -> None:
        """Replace the lines. Request a new layout only if the height changes."""
        shown = tuple(cells_of(line) for line in lines)
        if shown == self._shown:
            return
        has_auto_height = self.styles.is_auto_height
        before = self._height_at(self.size.width) if has_auto_height else 0
        self._shown = shown
        if has_auto_height and self._height_at(self.size.width) != before:
            self._strips = None
            forget_height(self)
            self.refresh(layout=True)
        else:
            self.redraw()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((sum(map(text.width, cells)) for cells in self._shown), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._height_at(width)

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = self._broken(width)
        if self._marks_rest and 0 < height < len(lines):
            *first_lines, last = lines[:height]
            tone = text.tone_of(last[-1]) if last else ""
            lines = [*first_lines, [*text.cut(last, width - 2), Styled(" …", tone)]]
        return self._strips_of(lines, width)

    def _strips_of(self, lines: Iterable[Sequence[Cell]], width: int) -> list[Strip]:
        plain = self.tone_style("")
        return [text.to_strip(paint(self, cells), width, plain) for cells in lines]

    def _height_at(self, width: int) -> int:
        return len(self._broken(width))

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        if self._wrap:
            return list(wrapped(self._shown, width))
        return [text.cut(cells, width) for cells in self._shown]


def _label_width(cells: Sequence[Cell], width: int) -> int:
    """Width of the label; 0 without a label, or with little room beside it.

    A label is a first cell that ends in two blanks.
    """
    first = text.text_of(cells[0]) if len(cells) > 1 else ""
    wide = text.width(cells[0]) if first.strip() and first.endswith("  ") else 0
    return wide if width - wide >= _BESIDE else 0


def indent_of(cells: Sequence[Cell]) -> int:
    first = text.text_of(cells[0]) if cells else ""
    return len(first) - len(first.lstrip(" "))
