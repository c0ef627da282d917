"""Lines about the readers of a Secret: name, way, when it sees a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from tui.model.readers.reader import Reader
from tui.model.text.counts import counted
from tui.model.text.printable import cut_end, cut_middle, pad, printable
from tui.model.text.printable import width as cells
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_NAME_AT_LEAST = 12
_SENTENCE = 25
"""Cells for when a reader sees a change, while names are cut; what is longer is cut too."""
_NOW = ("new value", "current value")
"""Words for a reader that has what the key holds now."""
_ROOMY = 76
"""Cells from which a name is cut for when the reader sees a change, where a use has one line."""


def reader_lines(
    readers: Sequence[Reader],
    most: int,
    width: int,
    where: str,
    value: Callable[[Reader], str] = lambda reader: "",
    seen_words: Callable[[Reader], str] = lambda reader: reader.use.when_seen(),
) -> list[Line]:
    """At most `most` lines of `width` cells; the uses that are left out are counted, and `where` they are.

    `value` is the word for one that is, or may be, old, or for the new one; `seen_words` tells when it sees
    a change.

    A use has one line, with its container where that has room too. Where names would be cut the uses of a
    reader have one more line above, with its name, if there are lines enough for all.
    """
    parts = [_parts(reader, seen_words(reader)) for reader in readers]
    names, containers, ways, seen = (max((cells(part[at]) for part in parts), default=0) for at in range(4))
    whole = 2 + names + 2 + ways
    heads = [name for name, _ in groupby(part[0] for part in parts)] if whole > width else parts
    has_two = whole + 2 + seen > width and len(readers) + len(heads) <= most
    has_container = whole + 2 + containers + 2 + seen <= width
    room = min(names, max(_NAME_AT_LEAST, width - ways - 4 - (_SENTENCE + 2 if width >= _ROOMY else 0)))
    has_head = has_two and whole > width
    shown = _first_that_fit([part[0] for part in parts], most, has_two=has_two, has_head=has_head)
    lines: list[Line] = []
    before = ""
    for reader, (name, container, way, short) in zip(readers[:shown], parts, strict=False):
        if has_head:
            if name != before:
                lines.append((Styled(f"  {name}", is_drawn=True),))
            before, start = name, f"    {way}"
        elif has_two:
            lines.append((Styled(f"  {pad(name, names)}  {way}", is_drawn=True),))
            start = "  "
        else:
            middle = f"{pad(container, containers)}  " if has_container else ""
            start = f"  {pad(cut_middle(name, room), room)}  {middle}{pad(way, ways)}"
        left = width - cells(start) - 2
        word = value(reader)
        is_new = word in _NOW
        texts = (value_words(word), word) if word else (seen_words(reader), short)
        said = next((text for text in texts if cells(text) <= left), "")
        if not said and left >= _NAME_AT_LEAST:
            said = cut_end(short, left)
        lines.append(
            (
                Styled(start if said else start.rstrip(), is_drawn=True),
                Styled(f"  {said}" if said else "", "good" if is_new else "warning" if word else "muted"),
            )
        )
    if left_out := len(readers) - shown:
        lines.append((Styled(f"  and {counted(left_out, 'more use')} ({where})", "muted"),))
    return lines


def _first_that_fit(names: Sequence[str], most: int, *, has_two: bool, has_head: bool) -> int:
    """How many of the uses of these readers have room in so many lines; one line says how many are left."""
    used, fitting = 0, 0
    for nth, name in enumerate(names, start=1):
        is_new = nth == 1 or name != names[nth - 2]
        used += 2 if has_two and (is_new or not has_head) else 1
        if used <= most - 1:
            fitting = nth
    return len(names) if used <= most else fitting


def _parts(reader: Reader, seen: str) -> tuple[str, str, str, str]:
    """Name, container, way, as they are drawn, and when it sees a change in few words."""
    info, use = reader.info, reader.use
    container = use.container or f"({info.kind.one})"
    short = seen.split("; ")[0].split(" (")[0]
    return printable(info.title), printable(container), printable(use.how_without_place()), short


def value_words(word: str) -> str:
    """In place of when a change is seen."""
    return f"has the {word}" if word in _NOW else f"{word} until restart"
