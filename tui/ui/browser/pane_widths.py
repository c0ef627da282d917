"""Share the terminal's width among the panes: the list first, no blank beside cut text. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.ui.widgets.table.columns import Need

TWO_FROM: Final = 100
THREE_FROM: Final = 120
"""Columns of the terminal from which there may be two panes, and three."""
_NAMESPACES: Final = (22, 32)
"""Columns of the namespaces at least and at most, the frame included, as all here."""
_LIST_GOOD: Final = 60
"""Its title, and a note in place of rows."""
_LIST_LEAST: Final = 24
"""Beside an open Secret: a name of 16 characters."""
_ABOUT_LEAST: Final = 22
"""What is known of the row under the cursor, while no Secret is open: text that wraps."""
_ABOUT_FAIR: Final = 30
_ABOUT_GOOD: Final = 48
"""Once the list has all its columns, and before it shows more of a very long name."""
_SECRET_GOOD: Final = 100
"""The same for an open Secret: its values wrap."""


class Needs(NamedTuple):
    """The width that each pane needs, with its frame."""

    namespaces: int
    steps: tuple[int, ...]
    """The list with its name alone, then with one column more each. The last has all columns but those that
    are shown beside all three panes only.
    """
    whole: Need
    """The list with every column: for texts of usual length, and for the longest."""
    secret: int
    """The open Secret."""

    @property
    def core(self) -> int:
        """The list as it is beside one or two panes."""
        return self.steps[-1]


class Widths(NamedTuple):
    """The width of each pane; 0 if it is not shown."""

    namespaces: int
    secrets: int
    secret: int


def most_panes(total: int) -> int:
    """How many panes there may be at this width, whatever they need."""
    return 1 if total < TWO_FROM else 2 if total < THREE_FROM else 3


def pane_count(total: int, needs: Needs) -> int:
    """As many panes as leave the list what it has in a narrower terminal: three at most."""
    most, beside = most_panes(total), needs.core + _ABOUT_LEAST
    if most == 3 and _namespaces(needs) + beside <= total:
        return 3
    return 2 if most > 1 and beside <= total else 1


def pane_widths(total: int, count: int, needs: Needs, *, is_open: bool, at_namespaces: bool) -> Widths:
    """Share `total` columns among `count` panes; with one, each has them all when it is shown."""
    if count == 1:
        return Widths(total, total, total)
    namespaces = _namespaces(needs) if count == 3 or at_namespaces else 0
    room = total - namespaces
    if count == 2 and at_namespaces:
        return Widths(namespaces, room, 0)
    longest = needs.whole.want if count == 3 else needs.core + needs.whole.want - needs.whole.full
    if is_open:
        secret, good = min(needs.secret, room - _LIST_LEAST), _SECRET_GOOD
        secrets = max((step for step in needs.steps if step <= room - secret), default=room - secret)
    else:
        secret, good = _ABOUT_LEAST, _ABOUT_GOOD
        secrets = min(max(needs.core, _LIST_GOOD), room - secret)
    if count == 3 and needs.whole.full <= room - max(secret, _ABOUT_FAIR):
        secrets = max(secrets, needs.whole.full)
    secret = min(max(secret, good), room - secrets)
    secrets = min(max(secrets, longest), room - secret)
    return Widths(namespaces, secrets, room - secrets)


def _namespaces(needs: Needs) -> int:
    least, most = _NAMESPACES
    return max(least, min(needs.namespaces, most))
