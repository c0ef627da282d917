"""Layout of the screen of a Secret's source: a pane of facts, and beside or below it a table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Container

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text_pane import TextPane

_LEAST_FACTS: Final = 4
"""Minimum height of the facts pane, in lines."""
_LEAST_OFFERS: Final = 3
"""Minimum height of the table of actions, in lines."""


class SourcePanes(Container):
    """Panes of facts and actions, side by side in a terminal of 120 or more columns, otherwise stacked."""

    def __init__(self, offers: VirtualTable[Any]) -> None:
        super().__init__(id="source-panes")
        self.about = TextPane(id="source", page_id="about")
        self._offers, self._about_offer = offers, Lines(id="offer-about")
        self._actions = Pane(offers, self._about_offer, id="actions")

    def compose(self) -> ComposeResult:
        yield self.about
        yield self._actions

    def on_mount(self) -> None:
        self._actions.head("Actions")
        self.share()

    def on_resize(self) -> None:
        self.share()

    def show_offer(self, lines: Sequence[Line]) -> None:
        self._about_offer.show(lines)
        self.share()

    def share(self) -> None:
        """Set the heights of the facts pane and the table of actions.

        If the panes are stacked and do not fit, the facts are shortened first, then the actions.
        """
        width, height = self.size
        if not height:
            return
        rows, is_beside = len(self._offers.rows), self.screen.has_class("-full")
        columns = width - self._actions.gutter.width
        about_height = self._about_offer.get_content_height(self.size, self.size, columns)
        if is_beside:
            self.about.give("1fr")
            self._offers.styles.height = min(rows, max(_LEAST_OFFERS, height * 2 // 3))
            return
        frames = self.about.gutter.height + self._actions.gutter.height
        needed, room = self.about.needed(width), height - frames - about_height
        facts = min(needed, max(_LEAST_FACTS, room - max(rows, _LEAST_OFFERS)))
        self.about.give(facts)
        self._offers.styles.height = min(rows, max(_LEAST_OFFERS, room - facts))
