"""An immutable sequence stored in chunks, so that adding or removing a row copies one chunk only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import Final, Generic, TypeVar, overload

Row = TypeVar("Row")

RUN: Final = 512
"""Rows of a run when it is made; one that grows to twice as many is cut in two."""


class Runs(Sequence[Row]):
    """Reads like a tuple. 200,000 rows are 400 chunks; a copy copies the chunk list, not the rows."""

    def __init__(self, runs: Sequence[Sequence[Row]] = ()) -> None:
        """No run is empty, and none is changed afterwards."""
        self.runs = runs
        self._ends = list(accumulate(map(len, runs)))

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Runs[Row]:
        """These rows, in their order."""
        rest = iter(rows)
        return cls(list(iter(lambda: list(islice(rest, RUN)), [])))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(self.runs)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        run = bisect_right(self._ends, at)
        return self.runs[run][at - (self._ends[run - 1] if run else 0)]


class Edit(Generic[Row]):
    """Changes to `Runs` that are in order: `precedes` says whether one row stands before another.

    Two rows of which neither precedes the other are the same row. What was there stays as it was.
    """

    def __init__(self, rows: Runs[Row], precedes: Callable[[Row, Row], bool]) -> None:
        self._runs = list(rows.runs)
        self._precedes = precedes
        self._own: set[int] = set()
        """By `id`, the runs made here: they may be changed."""

    def put(self, row: Row) -> None:
        """This row, at its place."""
        if not self._runs:
            self._runs.append([])
        at, place = self._find(row)
        run = self._open(at)
        run.insert(place, row)
        if len(run) >= 2 * RUN:
            self._runs[at : at + 1] = [run[:RUN], run[RUN:]]

    def drop(self, row: Row) -> None:
        """Without this row; nothing if it is not here."""
        at, place = self._find(row)
        if at >= len(self._runs) or place == len(self._runs[at]):
            return
        if self._precedes(row, self._runs[at][place]):
            return
        run = self._open(at)
        del run[place]
        if not run:
            del self._runs[at]

    def rows(self) -> Runs[Row]:
        """What came of it; nothing is changed afterwards."""
        self._own.clear()
        return Runs(self._runs)

    def _find(self, row: Row) -> tuple[int, int]:
        """Which run, and which place in it; what comes last is asked first, since a list grows there."""
        runs, precedes = self._runs, self._precedes
        last = len(runs) - 1
        if last < 0 or not runs[last] or precedes(runs[last][-1], row):
            return max(last, 0), len(runs[last]) if runs else 0
        at = _first(len(runs), lambda index: not precedes(runs[index][-1], row))
        run = runs[at]
        return at, _first(len(run), lambda index: not precedes(run[index], row))

    def _open(self, at: int) -> list[Row]:
        run = self._runs[at]
        if id(run) in self._own and isinstance(run, list):
            return run
        mine = list(run)
        self._runs[at] = mine
        self._own.add(id(mine))
        return mine


def _first(count: int, is_true: Callable[[int], bool]) -> int:
    """The first index for which it holds, of indices from some one on of which it does."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if is_true(middle):
            high = middle
        else:
            low = middle + 1
    return low
