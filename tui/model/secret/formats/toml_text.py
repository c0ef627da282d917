"""Values of TOML with their offsets in the text. tomllib gives no offsets. Source: TOML 1.0."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from tui.model.secret.formats.leaf import WHOLE, LeafKind, Number, UnwritableLeaf, text_and_kind
from tui.model.secret.formats.leaf_span import LeafSpan, Scalar, Tree, refused, spans_in
from tui.model.secret.formats.limits import MAX_DEPTH, UnreadableValue

_Names = tuple[str | int, ...]
"""Path of a value, such as ("users", 0, "name")."""
_Places = dict[_Names, tuple[int, int]]
"""Maps the path of each single value (no table or array) to the start and end of that value in the text."""
_GAP: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANKS: Final = re.compile(r"[ \t]*")
_NAME: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_SCALAR: Final = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|'''
    r"[^\s,\]}#]+(?: \d\d:\d\d[^\s,\]}#]*)?",
    re.DOTALL,
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def toml_spans(text: str) -> Iterator[LeafSpan]:
    """Yield each single value, with its offsets.

    Raises ValueError for invalid TOML, and RecursionError or UnreadableValue if the nesting is too deep.
    """
    decoded = tomllib.loads(text, parse_float=Number)
    return spans_in(_tree(decoded, (), _places(text), text))


def _tree(decoded: object, names: _Names, places: _Places, text: str) -> Tree:
    if len(names) > MAX_DEPTH:
        raise UnreadableValue("TOML", "it is nested too deep")
    if isinstance(decoded, dict):
        return {name: _tree(part, (*names, name), places, text) for name, part in decoded.items()}
    if isinstance(decoded, list):
        return [_tree(part, (*names, at), places, text) for at, part in enumerate(decoded)]
    words, kind = text_and_kind(decoded)
    if names not in places:
        return Scalar(words, kind, 0, 0, refused(f"cannot be changed alone; {WHOLE}"))
    start, end = places[names]
    return Scalar(words, kind, start, end, partial(_written, text[start:end], kind))


def _places(text: str) -> _Places:
    """Find each single value in a text that is valid TOML."""
    places, lists = _Places(), Counter[_Names]()
    table: _Names = ()
    at = _past(_GAP, text, 0)
    while at < len(text):
        if text[at] == "[":
            is_list = text.startswith("[[", at)
            names, at = _names(text, at + 1 + is_list)
            at += 1 + is_list
            table = ()
            for name in names[:-1]:
                table = _with_last((*table, name), lists)
            table = (*table, names[-1])
            lists[table] += is_list
            table = _with_last(table, lists)
        else:
            names, at = _names(text, at)
            owner = table
            for name in names[:-1]:
                owner = _with_last((*owner, name), lists)
            at = _value(text, _past(_BLANKS, text, at + 1), (*owner, names[-1]), places)
        at = _past(_GAP, text, at)
    return places


def _with_last(names: _Names, lists: Counter[_Names]) -> _Names:
    """Return the path `names`. If a list of tables has this path, append the index of its last table."""
    return (*names, lists[names] - 1) if lists[names] else names


def _names(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Return the names of a dotted key, and the offset after the key and any blanks."""
    names = list[str]()
    while True:
        name = _NAME.match(text, _past(_BLANKS, text, at))
        if name is None:
            raise UnreadableValue("TOML")
        is_quoted = name[0][0] in "\"'"
        names.append(tomllib.loads(f"name={name[0]}")["name"] if is_quoted else name[0])
        at = _past(_BLANKS, text, name.end())
        if text[at : at + 1] != ".":
            return tuple(names), at
        at += 1


def _value(text: str, at: int, names: _Names, places: _Places) -> int:
    """Add the single value at offset `at` to `places`, or all single values in the array or table at `at`.

    Return the offset after the value at `at`.
    """
    if len(names) > MAX_DEPTH:
        raise UnreadableValue("TOML", "it is nested too deep")
    if text[at] not in "[{":
        scalar = _SCALAR.match(text, at)
        places[names] = (at, scalar.end() if scalar is not None else at)
        return places[names][1]
    closing, count = "]" if text[at] == "[" else "}", 0
    at = _past(_GAP, text, at + 1)
    while text[at] != closing:
        inner: _Names = (*names, count)
        if closing == "}":
            parts, at = _names(text, at)
            inner, at = (*names, *parts), _past(_BLANKS, text, at + 1)
        at = _past(_GAP, text, _value(text, at, inner, places))
        at = _past(_GAP, text, at + 1) if text[at] == "," else at
        count += 1
    return at + 1


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    gap = pattern.match(text, at)
    return gap.end() if gap is not None else at


def _written(was: str, kind: LeafKind, text: str) -> str:
    if kind:
        if "\n" in text or not _is_written(text, kind):
            raise UnwritableLeaf(f"must stay a {kind}; to make it a text, {WHOLE}")
        return text
    line_end = "\r\n" if "\r\n" in was else "\n"
    quotes = was[:3] if was[:3] in ('"""', "'''") else was[:1]
    if "'" in quotes and ("'" in text or _CONTROLS.search(text) or ("\n" in text and len(quotes) == 1)):
        quotes = quotes.replace("'", '"')
    if len(quotes) == 1:
        quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
        return f"'{text}'" if quotes == "'" else quoted
    start = line_end if was[3:].startswith(line_end) or text.startswith("\n") else ""
    if quotes == '"""':
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        text = _CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", text)
    lines = text.replace("\n", line_end)
    return f"{quotes}{start}{lines}{quotes}"


def _is_written(text: str, kind: LeafKind) -> bool:
    try:
        decoded = tomllib.loads(f"value = {text}", parse_float=Number)
    except ValueError:
        return False
    return text_and_kind(decoded["value"]) == (text, kind)
