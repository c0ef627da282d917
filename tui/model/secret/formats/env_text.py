"""Variables in a text like a `.env` file, with the offsets of their values.

Source: python-dotenv's grammar.

New values get quotes that shells and dotenv read alike, if possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Final

from tui.model.secret.formats.leaf import UnwritableLeaf, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan

_NAME: Final = re.compile(r"\s*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\r\n]*")
_QUOTED: Final = re.compile(r"""[^\S\r\n]*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)
_COMMENT: Final = re.compile(r"\s+#.*")
_BARE: Final = re.compile(r"(?!~)[^\s'\"`#\\$;&|<>()]*")
"""Text that needs no quotes. It must not begin with "~", which a shell replaces with a home folder."""
_REPLACED: Final = re.compile("[$`]")
"""Characters that a shell interprets inside double quotes. dotenv has no escape for them."""
_NOT_SINGLE: Final = re.compile(r"['\\\n\r]")


def env_spans(text: str) -> Iterator[LeafSpan]:
    from dotenv.parser import parse_stream  # imported here so that the program starts faster

    at = 0
    for binding in parse_stream(StringIO(text)):
        line = binding.original.string
        if binding.key is not None:
            yield _span(binding.key, binding.value or "", line, at)
        at += len(line)


def _span(name: str, value: str, line: str, at: int) -> LeafSpan:
    before = _NAME.match(line)
    start = end = before.end() if before is not None else 0
    sign = "=" if line[start : start + 1] != "=" else ""
    if not sign:
        start = end = start + 1
    if quoted := _QUOTED.match(line, start):
        start, end = quoted.span(1)
    elif value:
        remainder = line[start:].splitlines()[0]
        start += len(remainder) - len(remainder.lstrip())
        end = start + len(_COMMENT.sub("", remainder.lstrip()).rstrip())
    written = line[start:end]
    return LeafSpan(text_leaf(name, value), at + start, at + end, partial(_written, written, sign))


def _written(before: str, sign: str, text: str) -> str:
    quote = before[:1] if before[:1] in ("'", '"') else ""
    if not quote and _BARE.fullmatch(text):
        return sign + text
    has_replaced = _REPLACED.search(text) is not None
    was_replaced = quote != "'" and _REPLACED.search(before) is not None
    is_single = quote != '"' if not has_replaced else not was_replaced
    if is_single and not _NOT_SINGLE.search(text):
        return f"{sign}'{text}'"
    if has_replaced and not _REPLACED.search(before):
        raise UnwritableLeaf(
            "cannot hold $ or ` together with ', \\ or a line break: a shell would change the text"
        )
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" not in before:
        text = text.replace("\n", "\\n")
    return f'{sign}"{text}"'.replace("\r", "\\r")
