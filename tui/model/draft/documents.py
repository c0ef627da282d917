"""Read YAML and JSON documents into plain objects with line numbers.

Anchors, aliases, merge keys and tags are refused, because YAML readers differ about them. A word without
quotes is text only if kubectl and PyYAML both read it as text. Sources: go-yaml v2 resolve.go, which kubectl
uses; PyYAML resolver.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

NOT_YAML: Final = "is not valid YAML"
_DEEPEST: Final = 50
_BOOLEANS: Final = {
    **dict.fromkeys(("y", "yes", "on", "true"), True),
    **dict.fromkeys(("n", "no", "off", "false"), False),
}
_NUMBER: Final = re.compile(
    r"[-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\.(inf|Inf|INF)"
    r"|(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?)|\.(nan|NaN|NAN)"
)
_PLAIN_NAME: Final = re.compile(r"[-._/A-Za-z0-9]{1,253}")


class ManifestProblem(Exception):
    """Reason why a manifest is refused, in words that follow the file's name, such as "is not UTF-8".

    The words contain no value.
    """

    def __init__(self, words: str, line: int = 0) -> None:
        super().__init__(words)
        self.words, self.line = words, line


class DocumentMapping(dict[str, Any]):
    """Mapping in a YAML or JSON document. Numbers are read as 0, because callers do not need them."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line, self.lines = line, dict[str, int]()
        """Line number of the mapping, and of each field; 0 for JSON."""

    def put(self, name: str, value: Any, line: int = 0) -> None:
        """Add a field. Raises ManifestProblem if the mapping already has a field with this name."""
        if name in self:
            raise ManifestProblem(f"{shown(name)} occurs twice", line)
        self[name] = value
        self.lines[name] = line

    def line_of(self, name: str) -> int:
        return self.lines.get(name, self.line)


def shown(name: str) -> str:
    """Return the name, or "a field" if the name is not safe to show."""
    return name if _PLAIN_NAME.fullmatch(name) else "a field"


def documents(data: bytes) -> list[Any]:
    """Read each document of a YAML or JSON text; empty documents are left out. Raises ManifestProblem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ManifestProblem("is not UTF-8", line) from None
    values = _json(text) if text.lstrip().startswith("{") else None
    return [value for value in (_yaml(text) if values is None else values) if value is not None]


def flat_texts(text: str) -> dict[str, str]:
    """Read YAML that has only `name: text` lines; return {} for other YAML, such as lists or numbers."""
    texts = dict[str, str]()
    events = _events(text)
    try:
        start = [next(events) for _ in range(3)][2]
        if not isinstance(start, yaml.MappingStartEvent) or start.flow_style or start.anchor or start.tag:
            return {}
        for name in _until(yaml.MappingEndEvent, events):
            value = next(events)
            if not (_is_text(name) and _is_text(value)) or name.value in texts:
                return {}
            texts[name.value] = value.value
        ends = [type(event) for event in events]
    except (yaml.YAMLError, StopIteration):
        return {}
    return texts if ends == [yaml.DocumentEndEvent, yaml.StreamEndEvent] else {}


def _is_text(event: Any) -> bool:
    if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
        return False
    start: Any = event.start_mark
    end: Any = event.end_mark
    is_one_line = start.line == end.line
    return not event.implicit[0] or (is_one_line and _plain(event.value) is not None)


def cut_by_comment(text: str) -> int | None:
    """Return the line number of the first value without quotes that a comment follows; otherwise None.

    YAML reads " #" as the start of a comment. Such a comment may really be the end of a password.
    """
    lines = text.split("\n")
    for event in _events(text):
        if isinstance(event, yaml.ScalarEvent) and not event.style:
            end: Any = event.end_mark
            if lines[end.line][end.column :].lstrip().startswith("#"):
                return int(end.line) + 1
    return None


def _events(text: str) -> Iterator[Any]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


def _json(text: str) -> list[Any] | None:
    def fields(pairs: list[tuple[str, Any]]) -> DocumentMapping:
        mapping = DocumentMapping()
        for name, value in pairs:
            mapping.put(name, value)
        return mapping

    def number(text: str) -> int:
        return 0

    decoder = json.JSONDecoder(
        object_pairs_hook=fields, parse_int=number, parse_float=number, parse_constant=number
    )
    values, offset = [], 0
    try:
        while remaining := text[offset:].lstrip():
            value, end = decoder.raw_decode(remaining)
            values.append(value)
            offset = len(text) - len(remaining) + end
    except ValueError:
        return None
    except RecursionError:
        raise _too_deep(0) from None
    return values


def _yaml(text: str) -> list[Any]:
    events = _events(text)
    try:
        return [_node(next(events), events) for event in events if isinstance(event, yaml.DocumentStartEvent)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ManifestProblem(NOT_YAML, mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise ManifestProblem("has a character that YAML does not allow", line) from None


def _node(event: Any, events: Iterator[Any], depth: int = 0) -> Any:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent):
        raise ManifestProblem("has an alias *: write its value instead", line)
    if event.anchor is not None:
        raise ManifestProblem("has an anchor &: remove it", line)
    if event.tag is not None:
        raise ManifestProblem("has a tag !: remove it", line)
    if isinstance(event, yaml.ScalarEvent):
        return _plain(event.value) if event.implicit[0] else event.value
    if depth == _DEEPEST:
        raise _too_deep(line)
    if isinstance(event, yaml.SequenceStartEvent):
        return [_node(item, events, depth + 1) for item in _until(yaml.SequenceEndEvent, events)]
    mapping = DocumentMapping(line)
    for name in _until(yaml.MappingEndEvent, events):
        name_line = name.start_mark.line + 1
        key = _node(name, events, depth + 1)
        if not isinstance(key, str):
            raise ManifestProblem("has a field name that is not text: put it in quotes", name_line)
        if key == "<<":
            raise ManifestProblem("has a merge key <<: write its fields instead", name_line)
        mapping.put(key, _node(next(events), events, depth + 1), name_line)
    return mapping


def _until(end: type, events: Iterator[Any]) -> Iterator[Any]:
    while not isinstance(event := next(events), end):
        yield event


def _plain(text: str) -> Any:
    if text in ("", "~") or text.lower() == "null":
        return None
    if (truth := _BOOLEANS.get(text.lower())) is not None:
        return truth
    return 0 if _NUMBER.fullmatch(text) else text


def _too_deep(line: int) -> ManifestProblem:
    return ManifestProblem(f"is nested more than {_DEEPEST} levels deep", line)
