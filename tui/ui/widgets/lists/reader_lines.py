"""Lines about the readers of a key: workload, way, value of its pods, and when it sees a change."""

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
"""Least cells of a name, and of a way, when they are cut."""
_NOW: Final = ("new value", "current value")
"""Words for a reader that has the current value of the key."""
_SHORT: Final = {
    "read again at next start": "at restart",
    "file changes within 2 min": "within 2 min",
    "only a new pod reads it": "by a new pod",
    "read when the pod starts": "when it starts",
    "its controller watches it: within seconds": "within seconds",
}
"""Short words for the time at which a change is seen, below a title that says so."""


class _UseLine(NamedTuple):
    """A way in which an object, or the pods of a workload, read the key."""

    name: str
    """Name with the number of its pods; "" below the first of its uses."""
    how: str
    now: str
    tone: Tone
    change: str
    more: str
    """Further facts, shown if there is room."""


def reader_lines(
    readers: Sequence[Reader],
    most: int,
    width: int,
    where: str,
    value: Callable[[Reader], str] = lambda reader: "",
    seen_words: Callable[[Reader], str] = lambda reader: reader.use.when_seen(),
) -> list[Line]:
    """Draw at most `most` lines of `width` cells, a workload's pods together; left-out uses are counted.

    `where` says how to see those. `value` is the word for a pod that has, or may have, an old value, or the
    new one; `seen_words` tells when a change is seen.

    Names have a line of their own if they would be cut, if there are lines enough.
    """
    uses = [*_uses(readers, value, seen_words)]
    names, hows, nows, changes = (max((cells(use[at]) for use in uses), default=0) for at in (0, 1, 2, 4))
    names, hows = max(names, len(_HEADINGS[0])), max(hows, len(_HEADINGS[1]))
    ends = (len(_GAP) + nows if nows else 0) + len(_GAP) + changes
    heads = sum(bool(use.name) for use in uses)
    has_heads = 4 + names + hows + ends > width and len(uses) + heads <= most
    if has_heads:
        start = 2 * len(_GAP)
    else:
        names = max(min(names, _LEAST), min(names, width - 4 - hows - ends))
        start = 2 * len(_GAP) + names
    hows = min(hows, max(_LEAST, width - start - ends))
    lines = list[Line]()
    needed = len(uses) + heads * has_heads
    if uses and needed < most:
        workload, how, now, change = _HEADINGS
        first = (f"{_GAP}{how}",) if has_heads else (pad(workload, names), how)
        first = *first[:-1], pad(first[-1], start + hows - len(_GAP) if has_heads else hows)
        titles = (*first, *([pad(now, nows)] if nows else []), change)
        lines.append(Styled(cut_end(_GAP + _GAP.join(titles), width), "muted"))
    for nth, use in enumerate(uses):
        needed = 2 if has_heads and use.name else 1
        if len(lines) + needed > most - (nth + 1 < len(uses)):
            lines.append((Styled(f"  and {counted(len(uses) - nth, 'more use')} ({where})", "muted"),))
            break
        if has_heads:
            lines += [Styled(f"{_GAP}{cut_middle(use.name, width - 2)}", is_drawn=True)] if use.name else []
            front = _GAP * 2
        else:
            front = f"{_GAP}{pad(cut_middle(use.name, names), names)}{_GAP}"
        front += pad(cut_middle(use.how, hows), hows)
        now = f"{_GAP}{pad(use.now, nows)}" if nows else ""
        left = width - cells(front) - cells(now) - len(_GAP)
        whole = f"{use.change}{use.more}"
        change = whole if cells(whole) <= left else cut_end(use.change, max(0, left))
        parts = (Styled(front, is_drawn=True), Styled(now, use.tone), Styled(f"{_GAP}{change}", "muted"))
        lines.append(parts)
    return lines


def needed_width(readers: Sequence[Reader], now: int, seen_words: Callable[[Reader], str]) -> int:
    """Width at which no name and no way is cut, with names on lines of their own; `now`: of the values."""
    uses = [*_uses(readers, lambda reader: "", seen_words)]
    names, hows, changes = (max((cells(use[at]) for use in uses), default=0) for at in (0, 1, 4))
    gaps = (4 if now else 3) * len(_GAP)
    return max(len(_GAP) + names, gaps + hows + now + changes)


def _way(reader: Reader) -> str:
    """Describe how it reads; the page of readers says which files are read-only."""
    return reader.use.how_without_place().replace(" (ro)", "")


def _uses(
    readers: Sequence[Reader], value: Callable[[Reader], str], seen_words: Callable[[Reader], str]
) -> Iterator[_UseLine]:
    """Yield a line for each way of each workload, in their order."""
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
