"""Timeline of certificates: a bar for each, from now to its expiry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tui.model.health.evidence import FirstExpiry
from tui.model.secret.formats.validity import time_problem, validity_words
from tui.model.secret.types.registry import TLS_CERTIFICATE
from tui.model.text.printable import cut_middle
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone, gauge, width

_DAY: Final = 86_400
_STOPS: Final = ((0, "now"), (30, "30d"), (90, "90d"), (365, "1y"))
_MORE_STOPS: Final = ((0, "now"), (30, "30d"), (60, "60d"), (90, "90d"), (180, "180d"), (365, "1y"))
"""Marks of the axis: days from now, and a label. On screen, all marks are equally far apart."""
_WIDE: Final = 50
"""Minimum width in cells of a bar whose axis has `_MORE_STOPS`."""
_LONGEST_BAR: Final = 72
_SHORTEST_BAR: Final = 16
"""Minimum width in cells of a bar. With less room, no bars are drawn."""
_NAME: Final = 24
_LEAST_NAME: Final = 10
_GAP: Final = "  "


def timeline(
    firsts: Sequence[FirstExpiry], now: float, columns: int, *, is_everywhere: bool
) -> Iterator[Line]:
    names = [str(first.ref) if is_everywhere else first.ref.name for first in firsts]
    ends = [_end(first, now) for first in firsts]
    room = columns - max((width(words) for _, _, words in ends), default=0) - 4 * len(_GAP)
    most_name = min(max(map(width, names), default=0), max(_LEAST_NAME, min(_NAME, room - _SHORTEST_BAR)))
    bar = min(room - most_name, _LONGEST_BAR)
    stops = _MORE_STOPS if bar >= _WIDE else _STOPS
    if bar >= _SHORTEST_BAR:
        yield (" " * (most_name + 3 * len(_GAP)), Styled(_axis(stops, bar), "muted"))
    for first, name, (sign, tone, words) in zip(firsts, names, ends, strict=True):
        shown = cut_middle(name, most_name)
        cells: list[Cell] = [Styled(f"{sign:<2}", tone), shown, " " * (most_name - width(shown)), _GAP]
        if bar >= _SHORTEST_BAR:
            cells += [*gauge(_reach(stops, first.validity.ends - now), 1, bar, tone or "accent"), _GAP]
        yield (_GAP, *cells, Styled(words, tone))


def due_count(firsts: Sequence[FirstExpiry], now: float) -> int:
    """Count of certificates that are not valid now, or expire soon."""
    return sum(time_problem([first.validity], now) is not None for first in firsts)


def board_words(firsts: Sequence[FirstExpiry], now: float) -> str:
    known = f": {len(firsts):,} known, {due_count(firsts, now):,} ended or due" if firsts else ""
    return f"every certificate in one table{known}"


def _end(first: FirstExpiry, now: float) -> tuple[str, Tone, str]:
    problem = time_problem([first.validity], now)
    key = "" if first.key == TLS_CERTIFICATE else f"{first.key} "
    words = f"{key}{problem.words if problem is not None else validity_words(first.validity, now)}"
    if problem is None:
        return "", "", words
    return ("!", "warning", words) if problem.is_valid else ("X", "bad", words)


def _reach(stops: Sequence[tuple[int, str]], seconds: float) -> float:
    """Position on the axis for a time that is `seconds` from now.

    0 is now or earlier, 1 is the last stop or later.
    """
    days, last = max(seconds, 0) / _DAY, len(stops) - 1
    for nth in range(last):
        (start, _), (end, _) = stops[nth], stops[nth + 1]
        if days < end:
            return (nth + (days - start) / (end - start)) / last
    return 1.0


def _axis(stops: Sequence[tuple[int, str]], bar: int) -> str:
    text = ""
    for nth, (_, name) in enumerate(stops):
        start = min(round(bar * nth / (len(stops) - 1)), bar - len(name))
        text = f"{text:<{start}}{name}"
    return text
