"""JSON and JWKS values: their syntax errors, and their leaves (strings, numbers and other scalars)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.formats.leaf import WHOLE, LeafKind, Number, UnwritableLeaf, text_and_kind
from tui.model.secret.formats.leaf_span import LeafSpan, Scalar, Tree, leaves_of, rewrite_of, spans_in
from tui.model.secret.formats.limits import MAX_DEPTH, UnreadableValue, bounded
from tui.model.secret.formats.value_format import Flaw, PageRow, RowName, ValueFormat, is_not_now
from tui.model.text.counts import counted, joined

_CAUGHT: Final = (ValueError, RecursionError)
_WHAT: Final = "JSON"


def _recognizes(key: str, data: bytes) -> bool:
    try:
        document = json.loads(data.decode())
    except _CAUGHT:
        return False
    return key.endswith(".json") or isinstance(document, dict | list)


def json_flaw(data: bytes) -> Flaw | None:
    """Return None if the data is valid JSON, else a Flaw. For a syntax error, the Flaw names the line."""
    try:
        json.loads(data.decode())
    except json.JSONDecodeError as error:
        return is_not_now(data, error.lineno)
    except _CAUGHT:
        return is_not_now()
    return None


def read_json(data: bytes) -> dict[str, Any] | list[Any]:
    """Read a JSON object or list. Raises UnreadableValue for other data, and for data over 256 kB."""
    try:
        document = decoded(bounded(data, _WHAT), object)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise UnreadableValue(_WHAT) from None
    if not isinstance(document, dict | list):
        raise UnreadableValue(_WHAT)
    return document


def is_json(data: bytes) -> bool:
    """True if the data is a JSON object or list, of any size."""
    if not data.lstrip().startswith((b"{", b"[")):
        return False
    try:
        json.loads(data)
    except _CAUGHT:
        return False
    return True


_BLANKS: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)
"""Decoder that keeps the spelling of each number."""
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)


def json_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the leaves of JSON. Raises the same errors as `json_tree`."""
    return spans_in(json_tree(data.decode()))


def json_tree(text: str) -> Tree:
    """Parse JSON into a tree whose scalars know their offsets in `text`.

    Raises ValueError or RecursionError, and UnreadableValue if the nesting is too deep.
    """
    json.loads(text)  # checks the syntax, because `_tree` does not check it
    return _tree(text, _past_blanks(text, 0), 0)[0]


def _tree(text: str, at: int, depth: int) -> tuple[Tree, int]:
    if depth > MAX_DEPTH:
        raise UnreadableValue(_WHAT, "it is nested too deep")
    if text[at] == "{":
        return _object(text, at, depth)
    if text[at] == "[":
        return _list(text, at, depth)
    scalar, end = _DECODER.raw_decode(text, at)
    words, kind = text_and_kind(scalar)
    return Scalar(words, kind, at, end, partial(_written, text, kind)), end


def _object(text: str, at: int, depth: int) -> tuple[Tree, int]:
    parts = dict[str, Tree]()
    at = _past_blanks(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _past_blanks(text, _past_blanks(text, at) + 1)  # skips the colon
        parts[name], at = _tree(text, at, depth + 1)
        at = _past_comma(text, at)
    return parts, at + 1


def _list(text: str, at: int, depth: int) -> tuple[Tree, int]:
    parts = list[Tree]()
    at = _past_blanks(text, at + 1)
    while text[at] != "]":
        part, at = _tree(text, at, depth + 1)
        parts.append(part)
        at = _past_comma(text, at)
    return parts, at + 1


def _past_comma(text: str, at: int) -> int:
    at = _past_blanks(text, at)
    return _past_blanks(text, at + 1) if text[at] == "," else at


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _written(document: str, kind: LeafKind, text: str) -> str:
    """Write the new text of a scalar as JSON. A null becomes a string, unless the new text is "null"."""
    if kind == "number" and _NUMBER.fullmatch(text) is None:
        raise UnwritableLeaf(f"must stay a number; to make it a text, {WHOLE}")
    if kind == "boolean" and text not in ("true", "false"):
        raise UnwritableLeaf(f"must stay true or false; to make it a text, {WHOLE}")
    return (
        text if kind in ("number", "boolean") or (kind, text) == ("null", "null") else quoted(text, document)
    )


_WIDE_ESCAPE: Final = re.compile(r"\\u(?!00[0-7])")


def quoted(text: str, document: str) -> str:
    """Write `text` as a JSON string.

    Escapes "<", ">" or "&" (as Go does) or "/" (as PHP does) only if `document` always escapes this sign.
    Escapes non-ASCII characters only if `document` has some and escapes them all.
    """
    written = json.dumps(text, ensure_ascii=document.isascii() and bool(_WIDE_ESCAPE.search(document)))
    for sign in "<>&":
        escape = f"\\u{ord(sign):04x}"
        if escape in document and sign not in document:
            written = written.replace(sign, escape)
    if "\\/" in document and not re.search(r"(?<!\\)/", document):
        written = written.replace("/", "\\/")
    return written.replace("\x7f", "\\u007f")  # programs may read the JSON as YAML, which forbids a bare DEL


def leaf_count(document: dict[str, Any] | list[Any]) -> int:
    """Count the scalars, and the empty objects and lists. Raises UnreadableValue for deep nesting."""
    level, count = list[dict[str, Any] | list[Any]]([document]), 0
    for _ in range(MAX_DEPTH):
        inner = [part for part in level for part in (part.values() if isinstance(part, dict) else part)]
        level = [part for part in inner if isinstance(part, dict | list) and part]
        count += len(inner) - len(level)
        if not level:
            return count
    raise UnreadableValue(_WHAT, "it is nested too deep")


def _row(key: str, data: bytes) -> RowName | None:
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    document = read_json(data)
    try:
        return RowName("JSON", f"JSON, {counted(leaf_count(document), 'leaf', 'leaves')}")
    except UnreadableValue:
        return RowName("JSON")


def _jwks_row(key: str, data: bytes) -> RowName | None:
    if b'"kty"' not in data:
        return None
    document = read_json(data)
    keys = document.get("keys", [document]) if isinstance(document, dict) else ()
    kinds = [_key_kind(part) for part in keys if isinstance(part, dict)] if isinstance(keys, list) else []
    if not kinds or not all(kinds):
        return None
    is_secret = any("d" in part or "k" in part for part in keys)
    words = f"{counted(len(kinds), 'key')}: {joined(sorted(set(kinds)))}"
    return RowName("JWKS", f"JWKS, {'private, ' if is_secret else ''}{words}")


def _key_kind(part: dict[str, Any]) -> str:
    kinds = {"RSA": "RSA", "EC": "EC", "OKP": "Ed25519", "oct": "symmetric"}
    return kinds.get(str(part.get("kty")), "")


JSON: Final = ValueFormat(
    "valid JSON",
    recognizes=_recognizes,
    flaw=json_flaw,
    row=_row,
    leaves=leaves_of(json_spans),
    rewrite=rewrite_of(json_spans),
    page=(
        PageRow(
            "JSON", "JSON, 14 leaves", "names of fields, kinds and sizes of leaves", "each leaf", "each leaf"
        ),
    ),
)
JWKS: Final = ValueFormat(
    "a JWKS",
    row=_jwks_row,
    leaves=leaves_of(json_spans),
    rewrite=rewrite_of(json_spans),
    page=(
        PageRow(
            "JWKS",
            "JWKS, 2 keys: EC and RSA",
            "count and kinds of keys, whether they are private",
            "key material",
            "each leaf",
        ),
    ),
)
