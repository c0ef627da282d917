"""Compare two texts by line, compare lines by character, and merge two changed versions of a text.

difflib takes quadratic time, so it gets only the part between the first and the last difference. If this
part is too large, difflib does not compare it, and the whole part counts as different.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.json_decoder import HiddenRepr
from tui.model.text.printable import is_drawn_onto

Ranges: TypeAlias = tuple[tuple[int, int], ...]

_WORD: Final = re.compile(r"\w+|\W")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MOST_LINES: Final = 250_000
"""Maximum number of line pairs that difflib compares."""
_MOST_CHARACTERS: Final = 40_000
"""Maximum number of character pairs. Two lines that form more pairs are compared by word."""
_MOST_WORDS: Final = 1_000_000
_MOST_IN_ALL: Final = 8_000_000
"""Number of pairs of characters or words after which a diff marks further lines as a whole.

Comparing so many pairs takes half a second.
"""
_LEAST: Final = 1_000
"""Each comparison of two lines counts as at least this many pairs toward `_MOST_IN_ALL`."""
_ALIKE: Final = 0.5
"""Minimum share of equal characters. Two lines with a smaller share are marked as a whole."""
LINES_AROUND: Final = 3
_LONG: Final = 400
"""Unchanged parts are cut from a line with more characters than this.

A "-" or "+" line is never cut if its `changed` is ().
"""
_BESIDE: Final = 60
"""Number of characters shown on each side of a difference in a long line."""


class DiffLine(HiddenRepr, Struct, frozen=True):
    """Line of the old text ("-"), the new text ("+") or both (" "), with its line break.

    In the result of `folded`, it can also be a part of a long line.
    """

    mark: Literal[" ", "-", "+"]
    text: str
    changed: Ranges = ()
    """Ranges of `text` that differ from the paired line; () if all or none of `text` counts as different."""


class OmittedLines(Struct, frozen=True):
    """Number of omitted lines or characters that are equal in both texts."""

    count: int
    unit: Literal["line", "character"]


def line_diff(before: str, after: str) -> list[DiffLine]:
    old, new = _LINE.findall(before), _LINE.findall(after)
    diff: list[DiffLine] = []
    budget = _MOST_IN_ALL
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_LINES):
        if is_same:
            diff += [DiffLine(" ", line) for line in old[start:end]]
            continue
        removed = [DiffLine("-", line) for line in old[start:end]]
        added = [DiffLine("+", line) for line in new[new_start:new_end]]
        for nth, (before_line, added_line) in enumerate(zip(removed, added, strict=False)):
            if budget <= 0:
                break
            pieces, size = _pieces(before_line.text, added_line.text)
            budget -= max(size, _LEAST)
            old_ranges, new_ranges = _changed(*pieces)
            removed[nth], added[nth] = (
                replace(before_line, changed=old_ranges),
                replace(added_line, changed=new_ranges),
            )
        diff += [*removed, *added]
    return diff


def both_changes(before: str, ours: str, theirs: str) -> str | None:
    """Merge two changed versions of a text; None if they changed the same or adjacent lines differently."""
    old = _LINE.findall(before)
    merged, copied_to, last_end = list[str](), 0, -1
    for start, end, lines in sorted({*_replaced(old, ours), *_replaced(old, theirs)}):
        if start <= last_end:
            return None
        merged += [*old[copied_to:start], *lines]
        copied_to = last_end = end
    return "".join([*merged, *old[copied_to:]])


def _replaced(old: Sequence[str], text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield (start in `old`, end in `old`, new lines) of each part that differs in `text`."""
    new = _LINE.findall(text)
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_LINES):
        if not is_same:
            yield start, end, tuple(new[new_start:new_end])


def folded(lines: Sequence[DiffLine]) -> Iterator[DiffLine | OmittedLines]:
    """Yield the lines that differ and `LINES_AROUND` equal lines on each side of them.

    Yield one OmittedLines for each run of two or more further equal lines, and one for each part that is cut
    from a long line.
    """
    is_kept = bytearray(len(lines))
    for nth, line in enumerate(lines):
        if line.mark != " ":
            first, last = max(0, nth - LINES_AROUND), min(len(lines), nth + LINES_AROUND + 1)
            is_kept[first:last] = b"\1" * (last - first)
    start = 0
    while start < len(lines):
        end = is_kept.find(is_kept[start] ^ 1, start)
        end = end if end >= 0 else len(lines)
        if not is_kept[start] and end - start > 1:
            yield OmittedLines(end - start, "line")
        else:
            for line in lines[start:end]:
                yield from _shortened(line)
        start = end


def _shortened(line: DiffLine) -> Iterator[DiffLine | OmittedLines]:
    size = len(line.text)
    changed = line.changed if line.mark != " " else ((0, 0),)
    if size <= _LONG or not changed:
        yield line
        return
    shown_to = 0
    for start, end in _joined([(max(0, a - _BESIDE), min(size, b + _BESIDE)) for a, b in changed], _BESIDE):
        if start > shown_to:
            yield OmittedLines(start - shown_to, "character")
        within = tuple((a - start, b - start) for a, b in line.changed if start <= a < end)
        yield DiffLine(line.mark, line.text[start:end], within)
        shown_to = end
    if shown_to < size:
        yield OmittedLines(size - shown_to, "character")


def _pieces(old: str, new: str) -> tuple[tuple[Sequence[str], Sequence[str]], int]:
    """Split both lines into characters, or into words if the lines are long.

    Return the pieces of both lines, and the number of pairs of pieces to compare.
    """
    if (size := len(old) * len(new)) <= _MOST_CHARACTERS:
        return (old, new), size
    words = _WORD.findall(old), _WORD.findall(new)
    return words, min(len(words[0]) * len(words[1]), _MOST_WORDS)


def _changed(old: Sequence[str], new: Sequence[str]) -> tuple[Ranges, Ranges]:
    """Return the differing ranges of each line. Both results are () if the lines have little in common."""
    old_offsets, new_offsets = (list(accumulate(map(len, pieces), initial=0)) for pieces in (old, new))
    old_ranges, new_ranges, same = list[tuple[int, int]](), list[tuple[int, int]](), 0
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_WORDS):
        if is_same:
            same += old_offsets[end] - old_offsets[start]
            continue
        old_ranges += [(old_offsets[start], old_offsets[end])] if start < end else []
        new_ranges += [(new_offsets[new_start], new_offsets[new_end])] if new_start < new_end else []
    if 2 * same < _ALIKE * (old_offsets[-1] + new_offsets[-1]):
        return (), ()
    return _widened("".join(old), old_ranges), _widened("".join(new), new_ranges)


def _widened(line: str, ranges: Sequence[tuple[int, int]]) -> Ranges:
    """Widen the ranges so that they do not separate a combining mark from its letter, or CR from LF."""
    wider = []
    for start, end in ranges:
        while start > 0 and (is_drawn_onto(line[start]) or line[start - 1 : start + 1] == "\r\n"):
            start -= 1
        while end < len(line) and (is_drawn_onto(line[end]) or line[end - 1 : end + 1] == "\r\n"):
            end += 1
        wider.append((start, end))
    return tuple(_joined(wider, 0))


def _joined(ranges: Sequence[tuple[int, int]], near: int) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in ranges:
        if current is not None and start <= current[1] + near:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _stretches(
    old: Sequence[str], new: Sequence[str], most: int
) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yield (is equal, start, end, new start, new end) of each stretch of equal or different items.

    If the items between the common beginning and end form more than `most` pairs, they are not compared: all
    of them count as different.
    """
    head = first_difference(old, new)
    tail = min(first_difference(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield True, 0, head, 0, head
    if (old_end - head) * (new_end - head) <= most:
        matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end], autojunk=False)
        for tag, *ends in matcher.get_opcodes():
            start, end, new_start, new_stop = (head + at for at in ends)
            yield tag == "equal", start, end, new_start, new_stop
    else:
        yield False, head, old_end, head, new_end
    if tail:
        yield True, old_end, len(old), new_end, len(new)


def first_difference(old: Sequence[object], new: Sequence[object]) -> int:
    """Return the index of the first difference; if there is none, the length of the shorter sequence."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((nth for nth, (was, now) in pairs if was != now), min(len(old), len(new)))
