"""A bare app around widgets, and ways to read what it puts on the screen."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.message import Message
from textual.reactive import Reactive
from textual.theme import Theme
from textual.widget import Widget

from tests import isolation
from tui.ui.widgets.bars.frame import BREAKPOINTS
from tui.ui.widgets.theme import DEFAULT_THEME, OWN

_STYLES = Path(__file__).parents[2] / "styles"
SHEETS = [_STYLES / "base.tcss"]

HOSTILE = (
    "[/]",
    "[red]x[/red]",
    "[PROD]",
    "[link=http://evil.example]x",
    "[@click=app.quit]x[/]",
    "x[",
    "tail\\",
    "a\x1b]52;c;eA==\x07b",
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "nul\x00bell\x07bs\x08",
    "line\nfeed\rreturn\ttab",
    "rtl\u202eevil\u2066x",
    "zero\u200bwidth\ufeff",
    "filler\u3164\u115f",
    "mark\u0301\u0301\u0301\u0301",
    "surrogate\udcff",
    "$text-error",
    "日本語[b]",
)
"""Texts of a cluster, a kubeconfig or a value that could be read as markup, or as orders to the terminal."""


class Show(App[None]):
    """App that shows the given widgets and keeps the messages that it hears."""

    CSS_PATH: ClassVar[Any] = SHEETS
    theme: Reactive[str] = Reactive(DEFAULT_THEME)
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *shown: Widget) -> None:
        super().__init__()
        self._shown = shown
        self.heard: list[Message] = []
        self.copied: list[str] = []

    def get_theme(self, theme_name: str) -> Theme | None:
        return OWN.get(theme_name) or super().get_theme(theme_name)

    def compose(self) -> ComposeResult:
        yield from self._shown

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def hear(self, kind: type[Message]) -> list[Any]:
        """The messages of this kind so far, each once, however far it bubbled."""
        return list({id(message): message for message in self.heard if isinstance(message, kind)}.values())


@contextmanager
def counted_lines(kind: type[Widget]) -> Iterator[list[int]]:
    """The numbers of the lines that widgets of this kind draw meanwhile."""
    drawn: list[int] = []
    render_line = kind.render_line

    def counting(self: Widget, y: int) -> Any:
        drawn.append(y)
        return render_line(self, y)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "render_line", counting)
        yield drawn


def lines(widget: Widget) -> list[str]:
    """The lines of a widget as they are on the screen, its frame included."""
    region = widget.region
    return [strip.text for strip in widget.render_lines(region.reset_offset)]


def parts(widget: Widget) -> Iterable[Segment]:
    """Everything that a widget draws, with its styles."""
    return [part for strip in widget.render_lines(widget.region.reset_offset) for part in strip]


def kept_texts(*markers: str) -> list[str]:
    """Types of the containers that still hold a text with one of these markers."""
    gc.collect()
    held = (
        thing for thing in isolation.every_object() if isinstance(thing, list | tuple | dict | set | deque)
    )
    return [
        type(thing).__name__
        for thing in held
        if any(type(part) is str and any(map(part.count, markers)) for part in _parts_of(thing))
    ]


def _parts_of(thing: Any) -> list[Any]:
    try:
        return [*thing.values(), *thing] if isinstance(thing, dict) else [*thing]
    except (RuntimeError, ValueError, TypeError, AttributeError):
        # Not ours: a mapping of another library that cannot be gone through right now.
        return []


def assert_harmless(widgets: Iterable[Widget]) -> None:
    """Check that widgets draw printable characters alone, lines of their width, no links and no actions."""
    for widget in widgets:
        for strip in widget.render_lines(widget.region.reset_offset):
            assert strip.text.isprintable(), f"{widget!r} draws {strip.text!r}"
            assert strip.cell_length == widget.region.width
            for part in strip:
                assert part.control is None
                assert part.style is None or (not part.style.link and not part.style.meta)
