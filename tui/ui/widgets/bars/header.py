"""Header line with badges, context, namespace, user, and the state of the connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct
from textual.strip import Strip

from tui.model.text.printable import ascii_only, cut_middle
from tui.ui.widgets import text
from tui.ui.widgets.lines import DrawnWidget, paint
from tui.ui.widgets.text import Cell, Styled

_GAP: Final = "   "
_PLACE_AT_LEAST: Final = 16
"""Minimum cells for context and namespace.

If several badges leave fewer cells, only the first badge and the number of the others are drawn.
"""


class HeaderFacts(Struct, frozen=True):
    """Facts that the header shows.

    Context, namespace, server and user are drawn in ASCII, so that no foreign letter looks like a Latin one.
    """

    context: str
    namespace: str | None = None
    """None for all namespaces."""
    badges: tuple[str, ...] = ()
    server: str = ""
    user: str = ""
    drafts: int = 0
    restarts: str = ""
    """Progress of the restarts, e.g. "restarting 2/3"."""
    link: Literal["connecting", "live", "waiting", "not live"] = "connecting"
    link_since: str = ""
    """Time at which the connection was lost, e.g. "14:03"."""
    login: str = ""
    """Problem with the login, shown in place of `link`."""
    logs_in: str = ""
    """Hint that names the keyboard key for a new login, e.g. "L logs in"."""
    is_of_all: bool = False
    """True if `namespace` is the namespace of one Secret, while the main screen lists all namespaces."""


class HeaderLine(DrawnWidget):
    def __init__(self, facts: HeaderFacts | None = None) -> None:
        super().__init__()
        self._facts = facts or HeaderFacts("")

    def show(self, facts: HeaderFacts) -> None:
        if facts != self._facts:
            self._facts = facts
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        facts = self._facts
        place = _place(facts, with_all=facts.is_of_all)
        badges = _badges(facts.badges, width - 1 - min(_size(place), _PLACE_AT_LEAST))
        used = 1 + _size(badges)
        place_width = min(_size(place), (width - used) * 3 // 5)
        right = _right(facts, width - used - place_width - len(_GAP) - 1)
        room = width - used - _size(right) - len(_GAP)
        if _size(place) > room:
            place = _place(facts)
        if _size(place) > room:
            place = [Styled(_cut_place(facts, room), "strong", is_drawn=True)]
        left: list[Cell] = [" ", *badges, *place]
        server = ascii_only(facts.server)
        if width >= 100 and server and _size(left) + text.width(server) + 6 <= width - _size(right):
            left += [_GAP, Styled(server, "muted")]
        blank = " " * max(1, width - _size(left) - _size(right) - 1)
        return [text.to_strip(paint(self, [*left, blank, *right]), width, self.tone_style(""))]


def _badges(names: Sequence[str], room: int) -> list[Cell]:
    for shown in (names, (*names[:1], f"+{len(names) - 1}")):
        cells: list[Cell] = [cell for name in shown for cell in (Styled(f" {name} ", "badge"), " ")]
        if _size(cells) <= room or len(names) < 2:
            break
    return cells


def _place(facts: HeaderFacts, *, with_all: bool = False) -> list[Cell]:
    namespace = "all namespaces" if facts.namespace is None else ascii_only(facts.namespace)
    return [
        Styled(ascii_only(facts.context), "strong"),
        Styled(" › all › " if with_all else " › ", "muted", is_drawn=True),
        Styled(namespace, "strong"),
    ]


def _cut_place(facts: HeaderFacts, room: int) -> str:
    context, _, namespace = (text.text_of(cell) for cell in _place(facts))
    room = max(2, room - 3)
    namespace_width = min(len(namespace), max(room // 2, room - len(context)))
    return f"{cut_middle(context, room - namespace_width)} › {cut_middle(namespace, namespace_width)}"


def _right(facts: HeaderFacts, room: int) -> list[Cell]:
    """Return the right end of the header: as many facts as fit in `room`.

    The state of the connection is always shown, if necessary in a short form.
    """
    drafts: Cell = f"{facts.drafts} draft{'' if facts.drafts == 1 else 's'}" if facts.drafts else ""
    user = Styled(ascii_only(facts.user))
    long, short = _link(facts)
    wanted: Sequence[Sequence[Cell]] = (
        (drafts, facts.restarts, user, long),
        (drafts, facts.restarts, user, short),
        (drafts, facts.restarts, short),
        (facts.restarts, short),
        (short,),
    )
    for cells in wanted:
        kept = [cell for cell in cells if text.text_of(cell)]
        spaced = [part for cell in kept for part in (_GAP, cell)][1:]
        if _size(spaced) <= room:
            return spaced
    return [short]


def _link(facts: HeaderFacts) -> tuple[Cell, Cell]:
    if facts.login:
        return Styled(f"{facts.login}, {facts.logs_in}", "warning"), Styled(facts.logs_in, "warning")
    if facts.link == "live":
        return Styled("● live", "good", is_drawn=True), Styled("●", "good", is_drawn=True)
    if facts.link == "connecting":
        return Styled("… connecting", "muted", is_drawn=True), Styled("…", "muted", is_drawn=True)
    word = "no answer" if facts.link == "waiting" else "not live"
    short = Styled(word, "warning")
    return (Styled(f"{word} since {facts.link_since}", "warning") if facts.link_since else short), short


def _size(cells: Sequence[Cell]) -> int:
    return sum(map(text.width, cells))
