"""Lines about workloads that read a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from tui.model.readers.freshness import value_counts
from tui.model.readers.reader import Reader
from tui.model.text.counts import counted
from tui.model.text.printable import cut_end, cut_middle, pad, printable
from tui.model.text.printable import width as cells
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled, Tone

_GAP: Final = "  "
_HEADINGS: Final = ("WORKLOAD", "HOW", "NOW", "A CHANGE")
_LEAST: Final = 12
"""Minimum width in cells of the column WORKLOAD or HOW when its texts are cut."""
_NOW: Final = ("new value", "current value")
_SHORT: Final = {
    "read again at next start": "at restart",
    "file changes within 2 min": "within 2 min",
    "only a new pod reads the Secret": "by a new pod",
    "read when the pod starts": "at pod start",
    "by its controller, within seconds": "within seconds",
}


class _UseLine(NamedTuple):
    name: str
    """Name of the workload and the number of its pods, or only the name of a reader without a controller.

    "" in all lines of a workload except the first.
    """
    how: str
    now: str
    tone: Tone
    change: str
    more: str
    """Further text about when the reader sees a change. It is shown if the line has room."""


def reader_lines(
    readers: Sequence[Reader],
    most: int,
    width: int,
    where: str,
    value: Callable[[Reader], str] = lambda reader: "",
    seen_words: Callable[[Reader], str] = lambda reader: reader.use.when_seen(),
) -> list[Line]:
    """Return at most `most` lines about the readers, cut to `width` cells.

    - `where`: how to see all readers. If lines are left out, the last line contains this text.
    - `value`: returns the text for the column NOW.
    - `seen_words`: returns the text for the column A CHANGE.
    """
    uses = [*_uses(readers, value, seen_words)]
    name_width, how_width, now_width, change_width = (
        max((cells(use[at]) for use in uses), default=0) for at in (0, 1, 2, 4)
    )
    name_width, how_width = max(name_width, len(_HEADINGS[0])), max(how_width, len(_HEADINGS[1]))
    ends = (len(_GAP) + now_width if now_width else 0) + len(_GAP) + change_width
    heads = sum(bool(use.name) for use in uses)
    has_heads = 4 + name_width + how_width + ends > width and len(uses) + heads <= most
    if has_heads:
        start = 2 * len(_GAP)
    else:
        name_width = max(min(name_width, _LEAST), min(name_width, width - 4 - how_width - ends))
        start = 2 * len(_GAP) + name_width
    how_width = min(how_width, max(_LEAST, width - start - ends))
    lines = list[Line]()
    needed = len(uses) + heads * has_heads
    if uses and needed < most:
        workload, how, now, change = _HEADINGS
        first = (f"{_GAP}{how}",) if has_heads else (pad(workload, name_width), how)
        first = *first[:-1], pad(first[-1], start + how_width - len(_GAP) if has_heads else how_width)
        titles = (*first, *([pad(now, now_width)] if now_width else []), change)
        lines.append(Styled(cut_end(_GAP + _GAP.join(titles), width), "muted"))
    for index, use in enumerate(uses):
        needed = 2 if has_heads and use.name else 1
        if len(lines) + needed > most - (index + 1 < len(uses)):
            lines.append((Styled(f"  and {counted(len(uses) - index, 'more use')} ({where})", "muted"),))
            break
        if has_heads:
            lines += [Styled(f"{_GAP}{cut_middle(use.name, width - 2)}", is_drawn=True)] if use.name else []
            front = _GAP * 2
        else:
            front = f"{_GAP}{pad(cut_middle(use.name, name_width), name_width)}{_GAP}"
        front += pad(cut_middle(use.how, how_width), how_width)
        now = f"{_GAP}{pad(use.now, now_width)}" if now_width else ""
        left = width - cells(front) - cells(now) - len(_GAP)
        whole = f"{use.change}{use.more}"
        change = whole if cells(whole) <= left else cut_end(use.change, max(0, left))
        parts = (Styled(front, is_drawn=True), Styled(now, use.tone), Styled(f"{_GAP}{change}", "muted"))
        lines.append(parts)
    return lines


def needed_width(readers: Sequence[Reader], now: int, seen_words: Callable[[Reader], str]) -> int:
    """Return the least width in cells at which no column is cut if each workload's name has its own line.

    `now`: width of the column NOW; 0 without that column.
    """
    uses = [*_uses(readers, lambda reader: "", seen_words)]
    name_width, how_width, change_width = (
        max((cells(use[at]) for use in uses), default=0) for at in (0, 1, 4)
    )
    gaps = (4 if now else 3) * len(_GAP)
    return max(len(_GAP) + name_width, gaps + how_width + now + change_width)


def _way(reader: Reader) -> str:
    """Describe how the reader uses the key, without "(ro)" for read-only."""
    return reader.use.how_without_place().replace(" (ro)", "")


def _uses(
    readers: Sequence[Reader], value: Callable[[Reader], str], seen_words: Callable[[Reader], str]
) -> Iterator[_UseLine]:
    owners: dict[tuple[str, str], dict[str, list[Reader]]] = {}
    for reader in readers:
        owner = reader.info.controller or ("", reader.info.title)
        owners.setdefault(owner, {}).setdefault(_way(reader), []).append(reader)
    names = [name for _, name in owners]
    titles = {
        (kind, name): printable(f"{kind}/{name}" if kind and names.count(name) > 1 else name)
        for kind, name in owners
    }
    widest = max(map(cells, titles.values()), default=0)
    for owner, ways in owners.items():
        pods = {reader.info.id for same_way in ways.values() for reader in same_way}
        title = f"{pad(titles[owner], widest)}  {len(pods):,}" if owner[0] else titles[owner]
        for how, same_way in ways.items():
            words = [*{reader.info.id: value(reader) for reader in same_way}.values()]
            is_old = any(word.startswith("old") for word in words)
            is_new = any(word in _NOW for word in words)
            tone: Tone = "warning" if is_old else "good" if is_new else "muted"
            short, _, more = seen_words(same_way[0]).partition("; ")
            short = short.split(" (")[0]
            yield _UseLine(
                *(title, printable(how), value_counts(words), tone),
                *(_SHORT.get(short, short), f"; {more}" if more else ""),
            )
            title = ""
