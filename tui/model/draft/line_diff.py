"""Differences of two texts by line, and within a changed line by character. Merge of two changes by line.

difflib takes quadratic time and more, so it compares only the part between a common beginning and end, up to
a bound: a longer part counts as changed from end to end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.json_decoder import Hidden
from tui.model.text.printable import is_drawn_onto

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Start and end of each stretch of characters."""

_WORD: Final = re.compile(r"\w+|\W")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MOST_LINES: Final = 250_000
"""Pairs of lines that difflib compares, of each stretch that differs."""
_MOST_CHARACTERS: Final = 40_000
"""Pairs of characters that it compares, of each pair of lines; of longer lines it compares words."""
_MOST_WORDS: Final = 1_000_000
_MOST_IN_ALL: Final = 8_000_000
"""Pairs of characters or words of all lines together: half a second..."""
_LEAST: Final = 1_000
"""Least cost of each pair of lines."""
_ALIKE: Final = 0.5
"""Least share of equal characters for which differences within a line are marked."""
LINES_AROUND: Final = 3
"""Lines that are kept before and after what differs."""
_LONG: Final = 400
"""Characters from which a line is cut down to what differs in it."""
_BESIDE: Final = 60
"""Characters that are kept beside that."""


class DiffLine(Hidden, Struct, frozen=True):
    """A line with its line break: of both texts, of the old one ("-") or of the new one ("+")."""

    mark: Literal[" ", "-", "+"]
    text: str
    changed: Ranges = ()
    """Ranges that differ from the line on the other side; empty if the whole line differs."""


class OmittedLines(Struct, frozen=True):
    """Omitted text that is the same on both sides."""

    count: int
    unit: Literal["line", "character"]


def line_diff(before: str, after: str) -> list[DiffLine]:
    """Lines of both texts, those that differ with a mark."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    diff: list[DiffLine] = []
    left = _MOST_IN_ALL
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_LINES):
        if is_same:
            diff += [DiffLine(" ", line) for line in old[start:end]]
            continue
        removed = [DiffLine("-", line) for line in old[start:end]]
        added = [DiffLine("+", line) for line in new[new_start:new_end]]
        for nth, (before_line, other) in enumerate(zip(removed, added, strict=False)):
            if left <= 0:
                break
            pieces, size = _pieces(before_line.text, other.text)
            left -= max(size, _LEAST)
            was, now = _changed(*pieces)
            removed[nth], added[nth] = replace(before_line, changed=was), replace(other, changed=now)
        diff += [*removed, *added]
    return diff


def both_changes(before: str, ours: str, theirs: str) -> str | None:
    """Merge both changes of a text; None if they changed the same lines, or lines side by side."""
    old = _LINE.findall(before)
    merged, at, ended = list[str](), 0, -1
    for start, end, lines in sorted({*_replaced(old, ours), *_replaced(old, theirs)}):
        if start <= ended:
            return None
        merged += [*old[at:start], *lines]
        at = ended = end
    return "".join([*merged, *old[at:]])


def _replaced(old: Sequence[str], text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Stretches that are replaced: start, end, and the new lines."""
    new = _LINE.findall(text)
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_LINES):
        if not is_same:
            yield start, end, tuple(new[new_start:new_end])


def folded(lines: Sequence[DiffLine]) -> Iterator[DiffLine | OmittedLines]:
    """The lines that differ and a few around them; of a long line what differs in it."""
    kept = bytearray(len(lines))
    for nth, line in enumerate(lines):
        if line.mark != " ":
            first, last = max(0, nth - LINES_AROUND), min(len(lines), nth + LINES_AROUND + 1)
            kept[first:last] = b"\1" * (last - first)
    at = 0
    while at < len(lines):
        end = kept.find(kept[at] ^ 1, at)
        end = end if end >= 0 else len(lines)
        if not kept[at] and end - at > 1:
            yield OmittedLines(end - at, "line")
        else:
            for line in lines[at:end]:
                yield from _shortened(line)
        at = end


def _shortened(line: DiffLine) -> Iterator[DiffLine | OmittedLines]:
    """Long line without most of the text that is equal in both."""
    size = len(line.text)
    changed = line.changed if line.mark != " " else ((0, 0),)
    if size <= _LONG or not changed:
        yield line
        return
    at = 0
    for start, end in _joined([(max(0, a - _BESIDE), min(size, b + _BESIDE)) for a, b in changed], _BESIDE):
        if start > at:
            yield OmittedLines(start - at, "character")
        within = tuple((a - start, b - start) for a, b in line.changed if start <= a < end)
        yield DiffLine(line.mark, line.text[start:end], within)
        at = end
    if at < size:
        yield OmittedLines(size - at, "character")


def _pieces(old: str, new: str) -> tuple[tuple[Sequence[str], Sequence[str]], int]:
    """The characters of two lines, or the words of long ones; and how many pairs of them there are."""
    if (size := len(old) * len(new)) <= _MOST_CHARACTERS:
        return (old, new), size
    words = _WORD.findall(old), _WORD.findall(new)
    return words, min(len(words[0]) * len(words[1]), _MOST_WORDS)


def _changed(old: Sequence[str], new: Sequence[str]) -> tuple[Ranges, Ranges]:
    """Ranges that differ in two lines; none if the lines have little in common."""
    at, new_at = (list(accumulate(map(len, pieces), initial=0)) for pieces in (old, new))
    was, now, same = list[tuple[int, int]](), list[tuple[int, int]](), 0
    for is_same, start, end, new_start, new_end in _stretches(old, new, _MOST_WORDS):
        if is_same:
            same += at[end] - at[start]
            continue
        was += [(at[start], at[end])] if start < end else []
        now += [(new_at[new_start], new_at[new_end])] if new_start < new_end else []
    if 2 * same < _ALIKE * (at[-1] + new_at[-1]):
        return (), ()
    return _whole("".join(old), was), _whole("".join(new), now)


def _whole(line: str, ranges: Sequence[tuple[int, int]]) -> Ranges:
    """Ranges that cut no character from the marks that are drawn onto it, nor a line break."""
    wider = []
    for start, end in ranges:
        while start > 0 and (is_drawn_onto(line[start]) or line[start - 1 : start + 1] == "\r\n"):
            start -= 1
        while end < len(line) and (is_drawn_onto(line[end]) or line[end - 1 : end + 1] == "\r\n"):
            end += 1
        wider.append((start, end))
    return tuple(_joined(wider, 0))


def _joined(ranges: Sequence[tuple[int, int]], near: int) -> Iterator[tuple[int, int]]:
    """The ranges in order; those that are near to each other are one."""
    now: tuple[int, int] | None = None
    for start, end in ranges:
        if now is not None and start <= now[1] + near:
            now = now[0], max(now[1], end)
            continue
        if now is not None:
            yield now
        now = start, end
    if now is not None:
        yield now


def _stretches(
    old: Sequence[str], new: Sequence[str], most: int
) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches in order: are they the same, and start and end in either. `most`: pairs to be compared."""
    head = first_difference(old, new)
    tail = min(first_difference(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield True, 0, head, 0, head
    if (old_end - head) * (new_end - head) <= most:
        matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end], autojunk=False)
        for word, *ends in matcher.get_opcodes():
            start, end, new_start, new_stop = (head + at for at in ends)
            yield word == "equal", start, end, new_start, new_stop
    else:
        yield False, head, old_end, head, new_end
    if tail:
        yield True, old_end, len(old), new_end, len(new)


def first_difference(old: Sequence[object], new: Sequence[object]) -> int:
    """Offset of the first that differs; the shorter length if one begins with the other."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((nth for nth, (was, now) in pairs if was != now), min(len(old), len(new)))
