"""A page of lines that scrolls: help, messages, facts, what a review says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tui.widgets.drawn import Line, Lines


class Page(VerticalScroll):
    """Lines in a scroll; moves with the same presses as a list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", show=False),
        Binding("k,up", "scroll_up", show=False),
        Binding("g,home", "scroll_home", show=False),
        Binding("G,end", "scroll_end", show=False),
        Binding("pagedown,ctrl+d,space", "page_down", show=False),
        Binding("pageup,ctrl+u", "page_up", show=False),
    ]

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines = Lines(lines)

    def compose(self) -> ComposeResult:
        yield self._lines

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines instead; the scroll stays where it is."""
        self._lines.show(lines)
