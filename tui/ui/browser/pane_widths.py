"""Share the terminal's width among the panes: the list first, no blank beside cut text. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.ui.widgets.table.columns import ALL, Need

FRAME: Final = 2
"""Columns of a pane's frame."""
TWO_FROM: Final = 100
THREE_FROM: Final = 120
"""Columns of the terminal from which there may be two panes, and three."""
_NAMESPACES_LEAST: Final = 22
"""Columns of the namespaces, the frame included, as all here."""
_LIST_GOOD: Final = 60
"""Its title, and a note in place of rows."""
_LIST_LEAST: Final = 24
"""Beside an open Secret: a name of 16 characters."""
_ABOUT_LEAST: Final = 22
"""What is known of the row under the cursor, while no Secret is open: text that wraps."""
_ABOUT_GOOD: Final = 40
"""Beside the list, once that cuts nothing for it; below the list before."""
_ABOUT_MOST: Final = 52


class Needs(NamedTuple):
    """The width that each pane needs, with its frame."""

    namespaces: int
    steps: tuple[Need, ...]
    """The list with its name alone, then with one column more each. The last has all columns but those that
    are shown beside all three panes only.
    """
    whole: Need
    """The list with every column."""
    secret: int
    """The open Secret; 0 while none is open."""
    late: int = 0
    """Of the list beside an open Secret, the width of the column that came with it: it hides no pane."""
    is_empty: bool = False
    """Is no Secret there to be looked at, open or not?"""

    @property
    def core(self) -> Need:
        """The list as it is beside one or two panes."""
        return self.steps[-1]


class Widths(NamedTuple):
    """The width of each pane; 0 if it is not shown."""

    namespaces: int
    secrets: int
    secret: int
    last: int
    """The `drop` of the last column of the list."""
    is_below: bool = False
    """Does what is known of the row under the cursor stand below the list?"""


def framed(inside: Need) -> Need:
    """What a pane needs around a table that needs so much."""
    return Need(inside.full + FRAME, inside.want + FRAME)


def most_panes(total: int) -> int:
    """How many panes there may be at this width, whatever they need."""
    return 1 if total < TWO_FROM else 2 if total < THREE_FROM else 3


def pane_count(total: int, needs: Needs) -> int:
    """As many panes as leave the list as wide as in a narrower terminal: three at most."""
    most, core = most_panes(total), needs.core.full - needs.late
    if most == 3 and _namespaces(needs) + core + needs.secret <= total:
        return 3
    return 2 if most > 1 and core + _ABOUT_LEAST <= total else 1


def pane_widths(total: int, count: int, needs: Needs, *, at_namespaces: bool) -> Widths:
    """Share `total` columns among `count` panes; with one, each has them all when it is shown."""
    core = len(needs.steps) - 1
    if count == 1:
        return Widths(total, total, total, core)
    namespaces = _namespaces(needs) if count == 3 or at_namespaces else 0
    room = total - namespaces
    last, listed = (ALL, needs.whole) if count == 3 else (core, needs.core)
    if needs.is_empty or (count == 2 and at_namespaces):
        return Widths(namespaces, room, 0, core)
    if not needs.secret:
        longest = max(listed.want, _LIST_GOOD)
        if longest + _ABOUT_GOOD > room:
            return Widths(namespaces, room, 0, last, is_below=True)
        about = min(_ABOUT_MOST, room - longest)
        return Widths(namespaces, room - about, about, last)
    secret = min(needs.secret, room - _LIST_LEAST)
    longest = listed.want
    if needs.core.full > room - secret:
        last = max((nth for nth, step in enumerate(needs.steps) if step.full <= room - secret), default=0)
        longest = needs.steps[last].want
    secrets = min(max(longest, _LIST_LEAST), room - secret)
    return Widths(namespaces, secrets, room - secrets, last)


def _namespaces(needs: Needs) -> int:
    return max(_NAMESPACES_LEAST, needs.namespaces)
