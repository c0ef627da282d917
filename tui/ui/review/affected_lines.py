"""The lines on readers that a draft affects: their names, their ways of reading, and what they will see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.readers.reader import FAILS, MAY_FAIL, STAYS_OLD, ReaderId
from tui.model.text.printable import cut_middle, pad
from tui.model.text.printable import width as cells
from tui.ui.widgets.lines import Line, wrapped
from tui.ui.widgets.text import Cell, Styled, Tone

_NAME: Final = 30
"""The least cells of a name that needs them; it gets more where the line has room."""
_BEFORE_WAY: Final = 8
"""Cells of a line on an effect, with its mark, beside name and count, before the way."""
_BESIDE: Final = _BEFORE_WAY + 2
"""Cells beside name, count, way and sentence."""
_BELOW: Final = 6
"""Cells before a way that stands below its reader."""
_MARKED: Final[dict[int, tuple[str, Tone]]] = {
    FAILS: ("X", "bad"),
    MAY_FAIL: ("!", "warning"),
    STAYS_OLD: ("!", "warning"),
}
"""The mark of an effect by its severity."""


class ReaderEffect(Struct, frozen=True, order=True):
    """Effect of a change on the readers of a workload."""

    rank: int
    """The worst first: severity, negated."""
    name: str
    how: str
    sentence: str
    ids: frozenset[ReaderId] = frozenset()

    @property
    def count(self) -> str:
        return str(len(self.ids))

    @property
    def words(self) -> Styled:
        return Styled(self.sentence, "bad" if self.rank == -FAILS else "muted")


def effect_lines(effects: Sequence[ReaderEffect], width: int) -> Iterator[Line]:
    """Lines of so many cells; a name is whole: its way stands below where there is no room beside it."""
    longest = max((cells(effect.name) for effect in effects), default=0)
    counts = max((len(effect.count) for effect in effects), default=0)
    room = width - _BESIDE - counts
    # A sentence that does not fit goes below its reader; the others keep their column.
    fitting = [
        effect for effect in effects if min(longest, _NAME) + cells(effect.how + effect.sentence) <= room
    ]
    ways = max((cells(effect.how) for effect in fitting), default=0)
    said = max((cells(effect.sentence) for effect in fitting), default=0)
    names = min(longest, max(_NAME, room - ways - said))
    beside = width - _BEFORE_WAY - counts - names
    others = [effect.how for effect in effects if effect not in fitting]
    if longest > names or (others and min(map(cells, others)) > beside):
        yield from _ways_below(effects, width, counts)
    else:
        yield from _ways_beside(effects, fitting, (names, counts, ways), beside)


def _ways_beside(
    effects: Sequence[ReaderEffect], fitting: Sequence[ReaderEffect], sizes: tuple[int, int, int], beside: int
) -> Iterator[Line]:
    names, counts, ways = sizes
    before = ("", frozenset[ReaderId](), "")
    for effect in effects:
        reader_now, now = (effect.name, effect.ids), (effect.name, effect.ids, effect.how)
        is_same_reader, is_same = reader_now == before[:2], now == before
        before = now
        name, count = ("", "") if is_same_reader else (effect.name, effect.count)
        reader = _marked(effect, f"{pad(name, names)}  {count:>{counts}}  ")
        way = "" if is_same else effect.how
        if effect in fitting:
            yield (*reader, Styled(f"{pad(way, ways)}  ", is_drawn=True), effect.words)
            continue
        first, *rest = wrapped([(Styled(way, is_drawn=True),)] * bool(way) + [(effect.words,)], beside)
        yield (*reader, *first)
        for part in rest:
            yield (" " * (names + counts + _BEFORE_WAY), *part)


def _ways_below(effects: Sequence[ReaderEffect], width: int, counts: int) -> Iterator[Line]:
    names = min(width - _BEFORE_WAY - counts, max(cells(effect.name) for effect in effects))
    ways = max(cells(effect.how) for effect in effects)
    said = max(cells(effect.sentence) for effect in effects)
    before: tuple[str, frozenset[ReaderId], int] | None = None
    for effect in effects:
        if (effect.name, effect.ids, effect.rank) != before:
            name = pad(cut_middle(effect.name, names), names)
            yield _marked(effect, f"{name}  {effect.count:>{counts}}")
        before = effect.name, effect.ids, effect.rank
        if _BELOW + ways + len("  ") + said <= width:
            yield (Styled(f"{' ' * _BELOW}{pad(effect.how, ways)}  ", is_drawn=True), effect.words)
        else:
            yield (Styled(f"{' ' * _BELOW}{effect.how}", is_drawn=True),)
            yield (" " * (_BELOW + 2), effect.words)


def _marked(effect: ReaderEffect, text: str) -> tuple[Cell, ...]:
    mark, tone = _MARKED.get(-effect.rank, ("", "muted"))
    return Styled(f"  {mark:<2}", tone), Styled(text, is_drawn=True)
