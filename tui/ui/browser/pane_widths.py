"""Share the width of the terminal among the panes. An open Secret gets more than the list of Secrets.

All widths are in cells of the terminal. Readers are the objects, such as pods, that use the open Secret.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.ui.widgets.lists.secret_table import BESIDE_A_SECRET, LAST_NEEDED
from tui.ui.widgets.table.columns import ALL_COLUMNS, ColumnNeed

FRAME: Final = 2
"""Width of a pane's frame, left and right together."""
TWO_FROM: Final = 100
THREE_FROM: Final = 120
THREE_WITH_A_SECRET: Final = 160
"""Minimum width of the terminal for three panes with an open Secret.

`TWO_FROM` and `THREE_FROM` are the minimum widths for two and for three panes.
"""
_NAMESPACES_LEAST: Final = 22
"""Minimum width of the pane of namespaces. This width and the following widths include the frame."""
_LIST_GOOD: Final = 60
"""Width that is enough for the title of the list and for the messages in the list."""
_NAMES: Final = 24
"""Width of a list that shows only names. This is enough for names of 16 characters."""
_LIST_LEAST: Final = 41
"""Minimum width of the list beside an open Secret, if the list shows more than names."""
_LIST_MOST: Final = 46
_SECRET_GOOD: Final = 79
"""Width of an open Secret that is enough for PEM lines and lines about readers."""
_ABOUT_LEAST: Final = 22
"""Minimum width that must remain beside the list for a second pane."""
_ABOUT_GOOD: Final = 40
"""Minimum width beside the list for the summary of the Secret under the cursor.

With less room, the summary is below the list.
"""
_ABOUT_MOST: Final = 52
_READERS_BESIDE: Final = 122
"""Minimum width of an open Secret with the readers beside the keys."""


class Needs(NamedTuple):
    """Widths that the panes need, with their frames.

    A `ColumnNeed` has two widths of a table. At `full`, only very long texts are cut. At `want`, no text
    is cut.
    """

    namespaces: int
    core: ColumnNeed
    """Need of the list without the table columns that are shown only with three panes."""
    whole: ColumnNeed
    """Need of the list with every column."""
    is_open: bool = False
    """True if a Secret is open."""
    is_alone: bool = False
    """True if one pane must have the whole width."""
    is_empty: bool = False
    """True if no Secret is open and the list is empty."""


class Widths(NamedTuple):
    """Width of each pane. If several panes are visible, a hidden pane has 0."""

    namespaces: int
    secrets: int
    secret: int
    last: int
    """Largest `Column.drop` of the table columns that the list may show."""
    is_below: bool = False

    @property
    def has_readers_beside(self) -> bool:
        return self.secret >= _READERS_BESIDE


def framed(inside: ColumnNeed) -> ColumnNeed:
    return ColumnNeed(inside.full + FRAME, inside.want + FRAME)


def most_panes(total: int) -> int:
    return 1 if total < TWO_FROM else 2 if total < THREE_FROM else 3


def pane_count(total: int, needs: Needs) -> int:
    """Number of panes to show.

    Without an open Secret, a pane is added only if the list keeps its table columns.
    """
    if needs.is_alone or total < TWO_FROM:
        return 1
    if needs.is_open:
        return 2 if total < THREE_WITH_A_SECRET else 3
    if most_panes(total) == 3 and _namespaces(needs) + needs.core.full <= total:
        return 3
    return 2 if needs.core.full + _ABOUT_LEAST <= total else 1


def pane_widths(total: int, count: int, needs: Needs, *, at_namespaces: bool) -> Widths:
    """Width of each pane if `count` panes are shown. If `count` is 1, each pane has the width `total`."""
    if count == 1:
        return Widths(total, total, total, ALL_COLUMNS if needs.is_alone else LAST_NEEDED)
    namespaces = _namespaces(needs) if count == 3 or at_namespaces else 0
    room = total - namespaces
    if needs.is_empty or (count == 2 and at_namespaces):
        return Widths(namespaces, room, 0, LAST_NEEDED)
    if needs.is_open:
        list_room = room - _SECRET_GOOD
        secrets = _NAMES if list_room < _LIST_LEAST else min(_LIST_MOST, list_room)
        return Widths(namespaces, secrets, room - secrets, BESIDE_A_SECRET)
    last, listed = (ALL_COLUMNS, needs.whole) if count == 3 else (LAST_NEEDED, needs.core)
    longest = max(listed.want, _LIST_GOOD)
    if longest + _ABOUT_GOOD > room:
        return Widths(namespaces, room, 0, last, is_below=True)
    about = min(_ABOUT_MOST, room - longest)
    return Widths(namespaces, room - about, about, last)


def _namespaces(needs: Needs) -> int:
    return max(_NAMESPACES_LEAST, needs.namespaces)
