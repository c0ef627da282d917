"""Send only the cells that differ from what the terminal shows, and a style only where it changes.

Textual sends everything that it paints, with a style for every word. At 120x36 in 2^24 colors, it sends 3 kB
to move the cursor in a list, and 94 kB to open a Secret.

The cells of an update are sent style by style, not row by row, because a change of color takes up to
19 bytes, but a cursor move only 4 to 9.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final, NamedTuple

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer


class CellStyle(NamedTuple):
    """SGR codes of a cell: background color (`ground`), text color (`ink`) and attributes.

    `ink` is "" if no text color is visible, as in most blanks.
    """

    ground: str = "49"
    ink: str = "39"
    attributes: tuple[str, ...] = ()


Piece = tuple[str, CellStyle]

_PLAIN: Final = CellStyle()
_UNKNOWN: Final[Piece] = ("", CellStyle(""))
"""Cell whose content on the terminal is not known."""
_GAP: Final = 5
"""Maximum number of unchanged cells that are sent between two changed ones.

Sending these cells takes about as many bytes as a cursor move over them.
"""
_RESIZED: Final = 0.1
"""Delay in seconds after a resize before the whole screen is sent again."""
_OFF: Final = {
    **{"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"},
    **{"21": "24", "51": "54", "52": "54", "53": "55"},
}
"""Keys are codes of attributes; values are the codes that end these attributes."""
_IN_BLANKS: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
"""Attributes that are visible in a blank."""


class ShownCells:
    """Content of the terminal, with the look of each cell."""

    def __init__(self, colors: ColorSystem) -> None:
        self._rows: dict[int, list[Piece]] = {}
        self._looks = _Looks(colors)

    def forget(self) -> None:
        """Forget the content. Call this after another program wrote to the terminal, or after a resize."""
        self._rows.clear()

    def changes(self, update: LayoutUpdate | ChopsUpdate) -> str:
        """Store the cells of an update. Return the output for the cells that differ from those stored before.

        A strip with characters that do not take one cell each is always sent whole.
        """
        output, words = _Output(), dict[CellStyle, list[tuple[int, int, int]]]()
        for x, y, strip in _placed(update):
            pieces = [(text, self._looks[style]) for text, style, _ in strip]
            if _has_a_cell_each(strip.text):
                for look, start, stop in self._differing(x, y, pieces):
                    words.setdefault(look, []).append((y, start, stop))
            else:
                row = self._row(y, x + strip.cell_length)
                row[x : x + strip.cell_length] = repeat(_UNKNOWN, strip.cell_length)
                output.write_odd(x, y, pieces)
        for look in sorted(words):
            fitting = (look, self._looks.blank_of[look])
            for y, start, stop in sorted(words[look]):
                row, at = self._rows[y], output.column_in(y)
                if at < start <= at + _GAP and all(other in fitting for _, other in row[at:start]):
                    start = at
                output.write(start, y, "".join(text for text, _ in row[start:stop]), look)
        return output.end()

    def _row(self, y: int, end: int) -> list[Piece]:
        row = self._rows.setdefault(y, [])
        row.extend(repeat(_UNKNOWN, end - len(row)))
        return row

    def _differing(self, x: int, y: int, pieces: list[Piece]) -> Iterator[tuple[CellStyle, int, int]]:
        """Store the painted cells. Yield (look, start column, end column) of each run of changed cells.

        A run ends at an unchanged cell, or at a cell that cannot be sent with the look of the run.
        """
        blank_of = self._looks.blank_of
        cells: list[Piece] = []
        for text, look in pieces:
            blank = blank_of[look]
            if " " in text and blank != look:
                cells += [(char, blank if char == " " else look) for char in text]
            else:
                cells += zip(text, repeat(look), strict=False)
        row, end = self._row(y, x + len(cells)), x + len(cells)
        before, row[x:end] = row[x:end], cells
        if cells == before:
            return
        start = stop = -1
        word = _PLAIN
        for column, (cell, former) in enumerate(zip(cells, before, strict=True), start=x):
            if cell == former:
                continue
            look = cell[1]
            if column == stop and word == blank_of[look]:
                word = look
            elif column != stop or (look != word and look != blank_of[word]):
                if start >= 0:
                    yield word, start, stop
                word, start = look, column
            stop = column + 1
        yield word, start, stop


class _Looks(dict[Style | None, CellStyle]):
    def __init__(self, colors: ColorSystem) -> None:
        super().__init__()
        self._colors = colors
        self.blank_of: dict[CellStyle, CellStyle] = {}
        """Keys are looks of text; values are the looks that a blank has in such text.

        A blank shows only the ground, unless the look has an attribute of _IN_BLANKS.
        """

    def __missing__(self, style: Style | None) -> CellStyle:
        colors, attributes = ["39", "49"], ""
        if style is not None:
            attributes = Strip.render_ansi(style.without_color, self._colors)
            for number, color in enumerate((style.color, style.bgcolor)):
                if color is not None:
                    codes = color.downgrade(self._colors).get_ansi_codes(foreground=not number)
                    colors[number] = ";".join(codes)
        look = self[style] = CellStyle(
            colors[1], colors[0], tuple(attributes.split(";")) if attributes else ()
        )
        blank = look if _IN_BLANKS.intersection(look.attributes) else CellStyle(look.ground, "")
        self.blank_of[look] = self.blank_of[blank] = blank
        return look


class _Output:
    """Output that begins and ends with the terminal's default style."""

    def __init__(self) -> None:
        self._sent: list[str] = []
        self._look = _PLAIN
        self._x, self._y = 0, -1
        """Column and row of the cursor; row -1 if the position is not known."""

    def column_in(self, y: int) -> int:
        """Column of the cursor if it is in row `y`, otherwise a number more than `_GAP` below 0."""
        return self._x if y == self._y else -_GAP - 1

    def write(self, x: int, y: int, text: str, look: CellStyle) -> None:
        """Write a text whose characters take one cell each."""
        self._style(look)
        self._go(x, y)
        self._sent.append(text)
        self._x += len(text)

    def write_odd(self, x: int, y: int, pieces: list[Piece]) -> None:
        """Write a text with characters that do not take one cell each.

        The cursor's position is unknown afterwards, because terminals disagree on some widths.
        """
        self._go(x, y)
        for text, look in pieces:
            self._style(look)
            self._sent.append(text)
        self._y = -1

    def end(self) -> str:
        self._style(_PLAIN)
        return "".join(self._sent)

    def _go(self, x: int, y: int) -> None:
        if y != self._y:
            self._sent.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self._x:
            self._sent.append(f"\x1b[{x + 1}G")
        self._x, self._y = x, y

    def _style(self, look: CellStyle) -> None:
        now, ink = self._look, look.ink or self._look.ink
        ends = {_OFF[code] for code in now.attributes if code not in look.attributes}
        codes = [*sorted(ends), *(code for code in look.attributes if code not in now.attributes)]
        codes += [code for code in look.attributes if code in now.attributes and _OFF[code] in ends]
        codes += [color for color, former in ((ink, now.ink), (look.ground, now.ground)) if color != former]
        if codes:
            self._sent.append("\x1b[0m" if look == _PLAIN else f"\x1b[{';'.join(codes)}m")
        self._look = look._replace(ink=ink)


def _has_a_cell_each(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or all(
        get_character_cell_size(char) == 1 for char in set(text)
    )


def _placed(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, start=update.region.y):
            yield update.region.x, y, Strip.join(strips)
        return
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= stop and end > start:
                yield x, y, strip.crop(0, min(end, stop) - x)


class _ChangedCells(CompositorUpdate):
    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: ShownCells) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Console) -> str:
        return self._shown.changes(self._update)


class ChangedCellsApp(App[Any]):
    """Mixin for the App. It sends only the painted cells that differ from the cells on the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._resized: Timer | None = None
        self.shown_cells = ShownCells(COLOR_SYSTEMS[self.console.color_system or "truecolor"])

    def paint_again(self) -> None:
        """Send the whole screen again. Call this if the stored cells may differ from the terminal."""
        self.shown_cells.forget()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Send all cells again a little later, because a resized terminal may clear itself or wrap its rows.

        The terminal also cuts off text that is painted before Textual knows the new size.
        """
        self.shown_cells.forget()
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(_RESIZED, self.paint_again)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = _ChangedCells(renderable, self.shown_cells)
        super()._display(screen, renderable)
