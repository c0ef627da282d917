"""Pane whose top line has a title at the left, and facts (e.g. a count) at the right.

In a narrow pane, the last facts are left out one by one. Textual's own border title cannot do this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.widgets import text
from tui.ui.widgets.text import Cell, Styled
from tui.ui.widgets.tones import TonedWidget

BREAKPOINTS: Final[list[tuple[int, str]]] = [(0, "-narrow"), (100, "-wide"), (120, "-full")]
"""Pairs of a width and a CSS class. A screen has the last class for which it has enough columns.

The classes stand for one pane without a box, up to two panes in boxes, and up to three panes in boxes.
"""

_LINES: Final = {"heavy": ("━", "┃", "┏┓", "┗┛"), "solid": ("─", "│", "┌┐", "└┘")}
"""Characters of each border in the style sheet: horizontal line, side, upper corners, lower corners."""
_BETWEEN: Final = "   "
_RIGHT_AT_LEAST: Final = 6
"""Minimum width to which the first fact is cut. If it would be narrower, no fact is shown."""


def class_at(columns: int) -> str:
    return next(name for least, name in reversed(BREAKPOINTS) if columns >= least)


def is_staying(node: Widget) -> bool:
    """False once the widget or its screen is being removed.

    A closing screen stays attached until its children are removed, but its `display` is already False.
    """
    return node.is_mounted and node.is_attached and node.screen.display


def show_place(inside: Widget, place: str) -> None:
    """Show the number of a match, e.g. "3 of 12", in the top line of a widget's pane."""
    pane = next((ancestor for ancestor in inside.ancestors if isinstance(ancestor, Pane)), None)
    if pane is not None:
        pane.show_place(place)


class Pane(TonedWidget, Vertical):
    """Container with a titled frame.

    Title and facts are not parsed as markup, because they may contain text from the cluster.
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        *children: Widget,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._title: Cell = ""
        self._right: tuple[Cell, ...] = ()
        self._place = ""

    @property
    def right(self) -> tuple[Cell, ...]:
        """Facts at the right of the top line. If not all facts fit, the last ones are left out."""
        return self._right

    def head(self, title: Cell, right: Cell | Sequence[Cell] = ()) -> None:
        parts = (right,) if isinstance(right, str | Styled) else tuple(right)
        if (title, parts) == (self._title, self._right):
            return
        self._title, self._right = title, parts
        self._redraw_top()

    def show_place(self, place: str) -> None:
        if place != self._place:
            self._place = place
            self._redraw_top()

    def _redraw_top(self) -> None:
        size = self.outer_size
        gutter = self.gutter
        self.refresh(Region(-gutter.left, -gutter.top, size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the first line, the last line, and one line that is repeated between them."""
        width, height = self.outer_size
        top, side, bottom = self._drawn(width)
        for line_filter in self.get_line_filters():
            top, side, bottom = (
                strip.apply_filter(line_filter, self.background_colors[1]) for strip in (top, side, bottom)
            )
        lines = [top, *[side] * (height - 2), bottom if height > 1 else top]
        return [line.crop(crop.x, crop.right) for line in lines[crop.y : crop.bottom]]

    def _drawn(self, width: int) -> tuple[Strip, Strip, Strip]:
        """Draw the first line (`━ title ━ right ━`), the line to repeat below it, and the last line."""
        kind, color = self.styles.border_top
        background = self.background_colors[1]
        line = Style.from_color((background + color).rich_color, background.rich_color)
        rule, upright, top, bottom = _LINES["heavy" if kind == "heavy" else "solid"]
        if not self.styles.border_left[0]:
            blank = Strip.blank(width, self.tone_style(""))
            return self._top_line(width, line, rule, (rule, rule)), blank, blank
        edge, inside = Segment(upright, line), Segment(" " * (width - 2), self.tone_style(""))
        return (
            self._top_line(width, line, rule, (top[0] + rule, rule + top[1])),
            Strip([edge, inside, edge], width),
            Strip([Segment(bottom[0] + rule * (width - 2) + bottom[1], line)], width),
        )

    def _top_line(self, width: int, line: Style, rule: str, corners: tuple[str, str]) -> Strip:
        left, right = corners
        room = width - len(left) - len(right)
        heading = self._heading(room)
        facts = self._right_part(room - sum(part.cell_length for part in heading) - 1)
        fill = rule * (room - sum(part.cell_length for part in (*heading, *facts)))
        return text.to_strip(
            [Segment(left, line), *heading, Segment(fill, line), *facts, Segment(right, line)], width, line
        )

    def _heading(self, room: int) -> list[Segment]:
        size = min(text.width(self._title), room - 2)
        if size <= 0:
            return []
        style = self.tone_style("strong")
        blank = Segment(" ", style)
        return [blank, *text.fit(self._title, size, style, cut="middle"), blank]

    def _right_part(self, room: int) -> list[Segment]:
        place = Styled(f"found {self._place}", "accent") if self._place else ""
        parts = [part for part in (place, *self._right) if text.text_of(part)]
        while len(parts) > 1 and _size(parts) > room:
            parts.pop()
        size = min(_size(parts), room) - 2
        if not parts or size < min(_RIGHT_AT_LEAST, text.width(parts[0])):
            return []
        out: list[Segment] = []
        for part in parts:
            style = self.tone_style(text.tone_of(part) or "muted")
            out.append(Segment(_BETWEEN if out else " ", style))
            out += text.fit(part, min(size, text.width(part)), style)
        return [*out, Segment(" ", style)]


def _size(parts: Sequence[Cell]) -> int:
    return sum(map(text.width, parts)) + len(_BETWEEN) * (len(parts) - 1) + 2
