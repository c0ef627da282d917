"""Describe the difference between two values without showing them, and merge changed texts."""

from __future__ import annotations

import codecs
from base64 import b64decode
from collections.abc import Container, Iterator
from itertools import zip_longest
from typing import Final

from tui.model.draft.draft import Collision
from tui.model.draft.line_diff import both_changes
from tui.model.secret.formats.registry import kind_of
from tui.model.secret.value import Value, facts
from tui.model.text.counts import counted

_LINE_ENDS: Final = {"\n": "LF", "\r\n": "CRLF", "\r": "CR", "mixed": "mixed line endings"}
_MOST_MERGED: Final = 128_000
"""Maximum number of characters of each text in a merge. Longer texts would delay a key press."""
_MOST_PADDING: Final = 4
"""Maximum excess in bytes that `_is_base64_of` accepts.

The excess is 3/4 of the length of the base64 text, minus the size of `inner`. Padding and an encoded final
line break cause the excess.
"""
_BASE64: Final = "base64"
_LINE_END, _FINAL, _EDGE = "line end", "final line break", "leading or trailing space"


def shapes(before: Value | None, after: Value | None) -> str:
    """Describe a change. The difference is first, because a table of changes cuts the end of long texts."""
    if before is None or after is None:
        was = "new" if before is None else _shape(before)
        return f"{was} → {'absent' if after is None else _shape(after)}"
    if before == after:
        return "the same bytes"
    differing = dict(_differing(before, after))
    was, now = (_shape(value, differing) for value in (before, after))
    if not differing:
        return f"{was} → {now}" if was != now else f"{_differing_lines(before, after)} · {now}"
    description = was if was == now else f"{was} → {now}"
    return f"{', '.join(differing.values())} · {description}"


def differing_by(before: Value, after: Value) -> str:
    """Name the differences, such as "line 2", "base64", "final line break" or "value, final line break"."""
    names = [name for name, _ in _differing(before, after)]
    lines = _differing_lines(before, after).removesuffix(" differs").removesuffix(" differ")
    if not names:
        return lines.replace("differs", "value")
    is_complete = _BASE64 in names or _bare(before) == _bare(after)
    return ", ".join(names if is_complete else ["value", *names])


def merged(collision: Collision) -> Value | None:
    """Merge the draft's and the server's change of a text; None if that is not possible."""
    sides = texts(collision)
    merged_text = both_changes(*sides) if sides is not None and max(map(len, sides)) <= _MOST_MERGED else None
    return Value(merged_text.encode()) if merged_text is not None else None


def why_not_merged(collision: Collision) -> str | None:
    if merged(collision) is not None:
        return None
    if (sides := texts(collision)) is None:
        return f"Not merged: {collision.key} was added or removed, or is not text with several lines."
    if max(map(len, sides)) > _MOST_MERGED:
        return f"Not merged: {collision.key} is too large."
    return f"Not merged: the draft and the server changed the same lines of {collision.key}."


def texts(collision: Collision) -> tuple[str, str, str] | None:
    """Texts of the base, the server and the draft.

    None if one of the three is absent or not readable text, or if each has only one line.
    """
    sides = (collision.base, collision.server, collision.mine)
    readable = [facts(value) for value in sides if value is not None and facts(value).is_readable]
    if len(readable) < len(sides) or max(value_facts.lines for value_facts in readable) < 2:
        return None
    base, server, mine = (value.reveal().decode() for value in sides if value is not None)
    return base, server, mine


def _differing(before: Value, after: Value) -> Iterator[tuple[str, str]]:
    was, now = facts(before), facts(after)
    # `facts` does not report a final line break of a binary value.
    yield from _come_or_gone(_FINAL, _ends_in_break(before), _ends_in_break(after))
    yield from _come_or_gone(_BASE64, _is_base64_of(before, after), _is_base64_of(after, before))
    if was.line_end is not None and now.line_end is not None and was.line_end != now.line_end:
        yield _LINE_END, f"{_LINE_ENDS[was.line_end]} → {_LINE_ENDS[now.line_end]}"
    if was.is_text != now.is_text and was.size and now.size:
        yield "kind", "text → bytes" if was.is_text else "bytes → text"
    yield from _come_or_gone("byte order mark", was.has_bom, now.has_bom)
    yield from _come_or_gone(_EDGE, was.has_edge_blank, now.has_edge_blank)


def _differing_lines(before: Value, after: Value) -> str:
    both = facts(before), facts(after)
    if not all(each.is_text for each in both) or max(each.lines for each in both) < 2:
        return "differs"
    pairs = zip_longest(*(value.reveal().splitlines(keepends=True) for value in (before, after)))
    differing = [number for number, (was, now) in enumerate(pairs, start=1) if was != now]
    return f"line {differing[0]:,} differs" if len(differing) == 1 else f"{len(differing):,} lines differ"


def _come_or_gone(what: str, was_there: bool, is_there: bool) -> Iterator[tuple[str, str]]:
    if was_there != is_there:
        yield what, f"{what} {'added' if is_there else 'removed'}"


def _is_base64_of(value: Value, inner: Value) -> bool:
    """True if `value` is base64 of `inner`. Final line breaks are ignored, because `echo` adds one."""
    text = value.reveal().translate(None, b" \t\r\n")
    if not inner.size or not 0 <= len(text) * 3 // 4 - inner.size <= _MOST_PADDING:
        return False
    try:
        return b64decode(text, validate=True).rstrip(b"\r\n") == inner.reveal().rstrip(b"\r\n")
    except ValueError:
        return False


def _bare(value: Value) -> bytes:
    text = value.reveal().removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.strip(b" \t\n")


def _ends_in_break(value: Value) -> bool:
    return value.reveal().endswith((b"\n", b"\r"))


def _shape(value: Value, but_for: Container[str] = ()) -> str:
    value_facts = facts(value)
    if not value_facts.is_text or not value_facts.size:
        return kind_of(value)
    parts = ["one line" if value_facts.lines <= 1 else counted(value_facts.lines, "line")]
    if value_facts.line_end not in (None, "\n") and _LINE_END not in but_for:
        parts.append(_LINE_ENDS[value_facts.line_end])
    if value_facts.has_final_newline and _FINAL not in but_for:
        parts.append(_FINAL)
    if value_facts.has_edge_blank and _EDGE not in but_for:
        parts.append(_EDGE)
    return ", ".join(parts)
