"""Send only the cells that differ from what the terminal shows, and a style only where it changes.

Textual sends all that it paints, and a style for every word: at 120x36 in 2^24 colors 3 kB for a move in the
list and 94 kB to open a Secret. Over a slow SSH that is what a person waits for.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any, Final

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer

Piece = tuple[str, str]
"""A text, and the codes of its style: the parameters of an escape sequence."""

_UNKNOWN: Final[Piece] = ("", "")
"""A cell of which it is not known what the terminal shows."""
_GAP: Final = 8
"""Equal cells that are sent too: to go over them takes as many bytes."""
_RESIZED: Final = 0.1
"""Seconds after which another size was painted."""


class ShownCells:
    """What the terminal shows: a piece for each cell, row by row."""

    def __init__(self, colors: ColorSystem) -> None:
        self._rows: dict[int, list[Piece]] = {}
        self._codes = _Codes(colors)

    def forget(self) -> None:
        """Somebody else may have written to the terminal, or its size changed."""
        self._rows.clear()

    def changes(self, update: LayoutUpdate | ChopsUpdate) -> str:
        """What the terminal must be sent for this update."""
        sent, now, blank_of = [], "", self._codes.of_blank
        for x, y, strip in _placed(update):
            for start, pieces in self._differing(x, y, strip):
                sent.append(f"\x1b[{y + 1};{start + 1}H")
                for text, codes in pieces:
                    if codes != now and not (text == " " and codes == blank_of[now]):
                        sent.append(f"\x1b[0;{codes}m" if codes else "\x1b[0m")
                        now = codes
                    sent.append(text)
        if now:
            sent.append("\x1b[0m")
        return "".join(sent)

    def _differing(self, x: int, y: int, strip: Strip) -> Iterator[tuple[int, list[Piece]]]:
        """The column of each run of cells that differ, and the run."""
        row, end = self._rows.setdefault(y, []), x + strip.cell_length
        row.extend(repeat(_UNKNOWN, end - len(row)))
        pieces = [(text, self._codes[style]) for text, style, _ in strip]
        if not _has_a_cell_each(strip.text):
            row[x:end] = repeat(_UNKNOWN, strip.cell_length)
            yield x, pieces
            return
        cells: list[Piece] = []
        for text, codes in pieces:
            blank = self._codes.of_blank[codes]
            if " " in text and blank != codes:
                cells += [(one, blank if one == " " else codes) for one in text]
            else:
                cells += zip(text, repeat(codes), strict=False)
        before, row[x:end] = row[x:end], cells
        if cells != before:
            for start, stop in _runs(n for n, cell in enumerate(cells) if cell != before[n]):
                yield x + start, cells[start:stop]


class _Codes(dict[Style | None, str]):
    """The codes of each style."""

    def __init__(self, colors: ColorSystem) -> None:
        super().__init__({None: ""})
        self._colors = colors
        self.of_blank = {"": ""}
        """For the codes of a style those that a blank in it has: its letters' color is not seen."""

    def __missing__(self, style: Style) -> str:
        codes = self[style] = Strip.render_ansi(style, self._colors)
        has_lines = style.underline or style.strike or style.reverse
        blank = codes if has_lines else Strip.render_ansi(Style(bgcolor=style.bgcolor), self._colors)
        self.of_blank[codes] = self.of_blank[blank] = blank
        return codes


def _has_a_cell_each(text: str) -> bool:
    """Terminals do not agree on the places of what follows a wide letter, or one with a mark on it."""
    return (text.isascii() and text.isprintable()) or all(
        get_character_cell_size(one) == 1 for one in set(text)
    )


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of places; small gaps are taken along."""
    start = end = -1
    for place in places:
        if start >= 0 and place - end > _GAP:
            yield start, end
            start = -1
        start, end = (place if start < 0 else start), place + 1
    if start >= 0:
        yield start, end


def _placed(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Column, row, and what is painted from there on."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, start=update.region.y):
            yield update.region.x, y, Strip.join(strips)
        return
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= stop and end > start:
                yield x, y, strip.crop(0, min(end, stop) - x)


class _ChangedCells(CompositorUpdate):
    """An update, of which only what differs is sent."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: ShownCells) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Console) -> str:
        return self._shown.changes(self._update)


class ChangedCellsApp(App[Any]):
    """Mixed into the App: of what is painted only the cells that differ are sent."""

    def __init__(self) -> None:
        super().__init__()
        self._resized: Timer | None = None
        self.shown_cells = ShownCells(COLOR_SYSTEMS[self.console.color_system or "truecolor"])

    def paint_again(self) -> None:
        """Send the whole screen again: a shell or another program wrote to the terminal."""
        self.shown_cells.forget()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Send all cells again a little later: a terminal may clear itself or wrap its rows differently.

        It also cuts what is painted before Textual knows the size. If the former size is soon back, Textual
        paints nothing.
        """
        self.shown_cells.forget()
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(_RESIZED, self.paint_again)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = _ChangedCells(renderable, self.shown_cells)
        super()._display(screen, renderable)
