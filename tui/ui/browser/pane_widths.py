"""Share the terminal's width among the panes: most goes to the one that is looked at. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.ui.widgets.lists.secret_table import BESIDE_A_SECRET, LAST_NEEDED
from tui.ui.widgets.table.columns import ALL_COLUMNS, Need

FRAME: Final = 2
"""Columns of a pane's frame."""
TWO_FROM: Final = 100
THREE_FROM: Final = 120
THREE_WITH_A_SECRET: Final = 160
"""Columns of the terminal from which there may be two panes, three, and three with a Secret open."""
_NAMESPACES_LEAST: Final = 22
"""Columns of the namespaces, with the frame, as all widths here."""
_LIST_GOOD: Final = 60
"""Columns for the list's title, and for a note in place of rows."""
_NAMES: Final = 24
"""Columns beside an open Secret for names of 16 characters."""
_LIST_LEAST: Final = 41
"""Least columns beside an open Secret with a column beside the names."""
_LIST_MOST: Final = 46
_SECRET_GOOD: Final = 79
"""Columns of an open Secret before its list gets more: PEM lines are whole, a reader has one line."""
_ABOUT_LEAST: Final = 22
"""Columns for the facts of the row under the cursor, while no Secret is open: text that wraps."""
_ABOUT_GOOD: Final = 40
"""Beside the list, once that cuts nothing for it; below the list before."""
_ABOUT_MOST: Final = 52
_READERS_BESIDE: Final = 122
"""The open Secret from which the readers of a key stand beside the keys, and not below them."""


class Needs(NamedTuple):
    """Needs that decide the width of each pane, with its frame."""

    namespaces: int
    core: Need
    """The list with all columns but those that are shown beside all three panes only."""
    whole: Need
    """The list with every column."""
    is_open: bool = False
    """True if a Secret is open; its pane gets the room."""
    is_alone: bool = False
    """True if one pane has the whole terminal."""
    is_empty: bool = False
    """True if no Secret can be looked at, open or not."""


class Widths(NamedTuple):
    """The width of each pane; 0 if it is not shown."""

    namespaces: int
    secrets: int
    secret: int
    last: int
    """Number `drop` of the list's last column."""
    is_below: bool = False
    """True if the facts of the row under the cursor stand below the list."""

    @property
    def has_readers_beside(self) -> bool:
        """True if the readers of a key stand beside the keys."""
        return self.secret >= _READERS_BESIDE


def framed(inside: Need) -> Need:
    """Add the frame of a pane to the need of its table."""
    return Need(inside.full + FRAME, inside.want + FRAME)


def most_panes(total: int) -> int:
    """Most panes at this width, whatever they need."""
    return 1 if total < TWO_FROM else 2 if total < THREE_FROM else 3


def pane_count(total: int, needs: Needs) -> int:
    """Count the panes that leave the list as wide as in a narrower terminal, or the open Secret its room."""
    if needs.is_alone or total < TWO_FROM:
        return 1
    if needs.is_open:
        return 2 if total < THREE_WITH_A_SECRET else 3
    if most_panes(total) == 3 and _namespaces(needs) + needs.core.full <= total:
        return 3
    return 2 if needs.core.full + _ABOUT_LEAST <= total else 1


def pane_widths(total: int, count: int, needs: Needs, *, at_namespaces: bool) -> Widths:
    """Share `total` columns among `count` panes; with one, each has them all when it is shown."""
    if count == 1:
        return Widths(total, total, total, ALL_COLUMNS if needs.is_alone else LAST_NEEDED)
    namespaces = _namespaces(needs) if count == 3 or at_namespaces else 0
    room = total - namespaces
    if needs.is_empty or (count == 2 and at_namespaces):
        return Widths(namespaces, room, 0, LAST_NEEDED)
    if needs.is_open:
        left = room - _SECRET_GOOD
        secrets = _NAMES if left < _LIST_LEAST else min(_LIST_MOST, left)
        return Widths(namespaces, secrets, room - secrets, BESIDE_A_SECRET)
    last, listed = (ALL_COLUMNS, needs.whole) if count == 3 else (LAST_NEEDED, needs.core)
    longest = max(listed.want, _LIST_GOOD)
    if longest + _ABOUT_GOOD > room:
        return Widths(namespaces, room, 0, last, is_below=True)
    about = min(_ABOUT_MOST, room - longest)
    return Widths(namespaces, room - about, about, last)


def _namespaces(needs: Needs) -> int:
    return max(_NAMESPACES_LEAST, needs.namespaces)
