"""Lines about the readers (e.g. pods) that a draft or a deletion affects: name, way of reading, effect."""

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
"""Maximum width in cells of the column of names, unless the other columns leave more room."""
_BEFORE_WAY: Final = 8
"""Width in cells of the mark and of the gaps before the way of reading."""
_BESIDE: Final = _BEFORE_WAY + 2
_BELOW: Final = 6
_MARKED: Final[dict[int, tuple[str, Tone]]] = {
    FAILS: ("X", "bad"),
    MAY_FAIL: ("!", "warning"),
    STAYS_OLD: ("!", "warning"),
}


class ReaderEffect(Struct, frozen=True, order=True):
    """Effect of a change on readers that belong to one workload."""

    rank: int
    """Negated severity: the worst effect sorts first."""
    name: str
    how: str
    """Way of reading, such as "env DB_PASSWORD"."""
    sentence: str
    ids: frozenset[ReaderId] = frozenset()

    @property
    def count(self) -> str:
        return str(len(self.ids))

    @property
    def words(self) -> Styled:
        return Styled(self.sentence, "bad" if self.rank == -FAILS else "muted")


def effect_lines(effects: Sequence[ReaderEffect], width: int) -> Iterator[Line]:
    """Lines for the effects.

    If the names or the ways of reading are too wide for columns, each way is on a line below the name.
    """
    longest_name = max((cells(effect.name) for effect in effects), default=0)
    count_width = max((len(effect.count) for effect in effects), default=0)
    room = width - _BESIDE - count_width
    fitting = [
        effect for effect in effects if min(longest_name, _NAME) + cells(effect.how + effect.sentence) <= room
    ]
    way_width = max((cells(effect.how) for effect in fitting), default=0)
    sentence_width = max((cells(effect.sentence) for effect in fitting), default=0)
    name_width = min(longest_name, max(_NAME, room - way_width - sentence_width))
    beside = width - _BEFORE_WAY - count_width - name_width
    long_ways = [effect.how for effect in effects if effect not in fitting]
    if longest_name > name_width or (long_ways and min(map(cells, long_ways)) > beside):
        yield from _ways_below(effects, width, count_width)
    else:
        yield from _ways_beside(effects, fitting, (name_width, count_width, way_width), beside)


def _ways_beside(
    effects: Sequence[ReaderEffect], fitting: Sequence[ReaderEffect], sizes: tuple[int, int, int], beside: int
) -> Iterator[Line]:
    names, counts, ways = sizes
    previous = ("", frozenset[ReaderId](), "")
    for effect in effects:
        reader_now, now = (effect.name, effect.ids), (effect.name, effect.ids, effect.how)
        is_same_reader, is_same = reader_now == previous[:2], now == previous
        previous = now
        name, count = ("", "") if is_same_reader else (effect.name, effect.count)
        reader = _marked(effect, f"{pad(name, names)}  {count:>{counts}}  ")
        way = "" if is_same else effect.how
        if effect in fitting:
            yield (*reader, Styled(f"{pad(way, ways)}  ", is_drawn=True), effect.words)
            continue
        first_line, *more_lines = wrapped(
            [(Styled(way, is_drawn=True),)] * bool(way) + [(effect.words,)], beside
        )
        yield (*reader, *first_line)
        for part in more_lines:
            yield (" " * (names + counts + _BEFORE_WAY), *part)


def _ways_below(effects: Sequence[ReaderEffect], width: int, counts: int) -> Iterator[Line]:
    name_width = min(width - _BEFORE_WAY - counts, max(cells(effect.name) for effect in effects))
    way_width = max(cells(effect.how) for effect in effects)
    sentence_width = max(cells(effect.sentence) for effect in effects)
    previous: tuple[str, frozenset[ReaderId], int] | None = None
    for effect in effects:
        if (effect.name, effect.ids, effect.rank) != previous:
            name = pad(cut_middle(effect.name, name_width), name_width)
            yield _marked(effect, f"{name}  {effect.count:>{counts}}")
        previous = effect.name, effect.ids, effect.rank
        if _BELOW + way_width + len("  ") + sentence_width <= width:
            yield (Styled(f"{' ' * _BELOW}{pad(effect.how, way_width)}  ", is_drawn=True), effect.words)
        else:
            yield (Styled(f"{' ' * _BELOW}{effect.how}", is_drawn=True),)
            yield (" " * (_BELOW + 2), effect.words)


def _marked(effect: ReaderEffect, text: str) -> tuple[Cell, ...]:
    mark, tone = _MARKED.get(-effect.rank, ("", "muted"))
    return Styled(f"  {mark:<2}", tone), Styled(text, is_drawn=True)
