"""Scalars of YAML: their offsets, and functions that write a new text in the style of the old one.

Source: YAML 1.2, sections 5.7 (escaped characters) and 8.1 (block scalar styles).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

import yaml

from tui.model.secret.formats.leaf import WHOLE, LeafKind, UnwritableLeaf, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, refused

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS: Final[Mapping[str, LeafKind]] = {
    "tag:yaml.org,2002:int": "number",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "boolean",
    "tag:yaml.org,2002:null": "null",
    "tag:yaml.org,2002:timestamp": "time",
}
_KIND_WORDS: Final[Mapping[LeafKind, str]] = {
    "number": "must stay a number",
    "boolean": "must stay true or false",
    "time": "must stay a time",
}
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s*)*")
"""Anchor and tag before a scalar."""
_NUMBER_LIKE: Final = re.compile(
    r"[-+]?\.?[0-9][0-9a-fox_.:+-]*|[-+]?\.(?:inf|nan)|y|n|yes|no|on|off|true|false|null|~", re.IGNORECASE
)
"""Texts that some YAML readers read as a number, a boolean or null."""
_NESTING: Final = re.compile(r"[\[\]{},]|^[-?](?: |$)")
"""Sign of a list or a mapping, which the YAML composer reads with unlimited recursion."""
_NOT_ALIKE: Final = re.compile(r"=|<<|.*\?.*")
"""Texts that libyaml reads as text but PyYAML's own reader does not."""
_BYTES: Final = "tag:yaml.org,2002:binary"
_UNSEEN: Final = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_HEADER: Final = re.compile(r"([|>])([0-9]*)([-+]?)([0-9]*)([ \t]*(?:[ \t]#[^\r\n]*)?)(\r\n|\n|\r)")
_LINE: Final = re.compile(r"( *)([^\r\n]*)(?:\r\n|\n|\r|\Z)")


def scalar_span(text: str, node: yaml.ScalarNode, path: str, *, is_shared: bool) -> LeafSpan:
    """Return the leaf of a scalar, the offsets of the scalar, and a function that writes a new text.

    A scalar that is shared through YAML aliases (`is_shared`) cannot be changed alone.
    """
    kind = _KINDS.get(node.tag, "")
    leaf = text_leaf(path, node.value, kind)
    if is_shared:
        return LeafSpan(leaf, 0, 0, refused(f"is shared through a YAML alias; {WHOLE}"))
    if node.tag == _BYTES:
        return LeafSpan(leaf, 0, 0, refused(f"is binary data in base64; {WHOLE}"))
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(text, start, end)
    begin = properties.end() if properties is not None else start
    is_tagged_null = kind == "null" and "!" in text[start:begin]
    if begin > start and (begin == end or text[begin] == "#" or is_tagged_null):
        return LeafSpan(leaf, 0, 0, refused(f"has a tag or an anchor, but no text; {WHOLE}"))
    if node.style in ("|", ">"):
        return _block_span(text, leaf.path, node.value, begin)
    if begin == end:
        return LeafSpan(leaf, begin, end, partial(_inserted, text[:begin]))
    return LeafSpan(leaf, begin, end, partial(_written, kind, node.style or ""))


def _written(kind: LeafKind, style: str, text: str) -> str:
    if kind in _KIND_WORDS:
        if _plain_kind(text) != kind:
            raise UnwritableLeaf(f"{_KIND_WORDS[kind]}; to make it a text, {WHOLE}")
        return text
    is_alike = not _NUMBER_LIKE.fullmatch(text) and not _NOT_ALIKE.fullmatch(text)
    if not style and is_alike and _plain_kind(text) == "":
        return text
    if style != '"' and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda unseen: f"\\u{ord(unseen[0]):04x}", quoted)


def _plain_kind(text: str) -> LeafKind | None:
    """Return the kind that YAML gives to `text` without quotes, such as "number"; "" for a text.

    Return None if `text` needs quotes, as "[a, b]" does.
    """
    if not text.isprintable() or _NESTING.search(text):
        return None
    try:
        tree = yaml.compose(f"[{text}]", Loader=LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    items: list[yaml.Node] = tree.value if isinstance(tree, yaml.SequenceNode) else []
    if len(items) != 1 or not isinstance(items[0], yaml.ScalarNode) or items[0].style:
        return None
    is_whole = items[0].value == text and items[0].end_mark.index == len(text) + 1
    return _KINDS.get(items[0].tag, "") if is_whole else None


def _inserted(before: str, text: str) -> str:
    if before.rstrip(" \t")[-1:] not in (":", "-"):
        raise UnwritableLeaf(f"has no value to replace; {WHOLE}")
    blank = "" if before[-1] in " \t" else " "
    return f"{blank}{_written('', '', text)}"


class _Block(NamedTuple):
    header: re.Match[str]
    indent: int
    has_final_break: bool
    """True if a line break follows the block in the YAML text."""
    line_breaks: int
    """Number of line breaks at the end of the block's value."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _block_span(text: str, path: str, value: str, start: int) -> LeafSpan:
    leaf = text_leaf(path, value)
    header = _HEADER.match(text, start)
    first = next((line for line in value.split("\n") if line.strip(" ")), None)
    if header is None or first is None:
        return LeafSpan(leaf, 0, 0, refused(f"is an empty block; {WHOLE}"))
    at = end = header.end()
    indent = None
    while at < len(text) and (line := _LINE.match(text, at)) is not None:
        if line[2] and indent is None:
            indent = len(line[1]) - (len(first) - len(first.lstrip(" ")))
        if line[2] and len(line[1]) < (indent or 0):
            break
        if line[2] or header[3] == "+" or len(line[1]) > (indent or len(text)):
            end = line.end(2)
        at = line.end()
    if not indent or indent < 0:
        return LeafSpan(leaf, 0, 0, refused(f"is a block with unclear indentation; {WHOLE}"))
    block = _Block(header, indent, end < len(text), len(value) - len(value.rstrip("\n")))
    return LeafSpan(leaf, start, end, partial(_block_written, block))


def _block_written(block: _Block, text: str) -> str:
    style, digit, sign, more_digit, comment, line_end = block.header.groups()
    body = text.rstrip("\n")
    breaks = len(text) - len(body)
    if not body.strip(" \n"):
        raise UnwritableLeaf(f"cannot be emptied: it is a YAML block; {WHOLE}")
    if style == ">" and re.search(r"^[ \t]", body, re.MULTILINE):
        raise UnwritableLeaf(f"is a folded YAML block: no line may begin with a blank; {WHOLE}")
    if body.lstrip("\n").startswith(" ") and not digit + more_digit:
        raise UnwritableLeaf(f"cannot begin with a blank: it is a YAML block; {WHOLE}")
    if breaks != block.line_breaks:
        sign = "-" if not breaks else "" if breaks == 1 else "+"
    if style == ">":
        body = re.sub(r"\n+", lambda run: run[0] + "\n", body)
    lines = [line and " " * block.indent + line for line in body.split("\n")]
    lines += [""] * (breaks - 1 if sign == "+" else 0)
    final = line_end if breaks and not block.has_final_break else ""
    return f"{style}{digit}{sign}{more_digit}{comment}{line_end}{line_end.join(lines)}{final}"
