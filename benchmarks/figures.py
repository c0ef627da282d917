"""A figure: its samples, their median and spread, and how a table tells of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Figure:
    """A quantity that was measured several times, in one unit."""

    name: str
    samples: tuple[float, ...]
    unit: str
    aim: float | None = None
    """Largest median that is good enough, in the same unit; None without an aim."""
    note: str = field(default="", kw_only=True)

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def is_met(self) -> bool | None:
        """True if the median is within the aim; None without an aim."""
        return None if self.aim is None else self.median <= self.aim

    def row(self) -> tuple[str, ...]:
        """Row of a table: name, median, spread, aim, whether it is met, note."""
        met = {None: "", True: "yes", False: "NO"}[self.is_met]
        spread = f"{_number(min(self.samples))} – {_number(max(self.samples))}"
        aim = "" if self.aim is None else f"≤ {_number(self.aim)}"
        return (self.name, f"{_number(self.median)} {self.unit}".strip(), spread, aim, met, self.note)


HEADS = ("figure", "median", "least – most", "aim", "met", "")


def table(figures: Sequence[Figure]) -> str:
    """A table in Markdown."""
    lines = [HEADS, tuple("---" for _ in HEADS), *(figure.row() for figure in figures)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], aim: float, **more: str) -> Figure:
    """Figure of the ratios of pairs that were measured one right after the other."""
    return Figure(name, tuple(a / b for a, b in zip(ours, theirs, strict=True)), "", aim, **more)


def percentile(samples: Sequence[float], part: float) -> float:
    """The smallest sample that `part` (0 to 1) of them do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
