"""Find the leaves (single values) of YAML, and the fault in a changed value that is no longer YAML.

Only mappings and sequences are treated as YAML, because almost any line of text is valid YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml
from msgspec import Struct

from tui.model.secret.formats.leaf import inner_path
from tui.model.secret.formats.leaf_span import LeafSpan, empty_span, leaves_of, rewrite_of
from tui.model.secret.formats.limits import MAX_DEPTH, MAX_INPUT, UnreadableValue, bounded
from tui.model.secret.formats.value_format import Flaw, PageRow, RowName, ValueFormat, is_not_now
from tui.model.secret.formats.yaml_scalar import LOADER, scalar_span
from tui.model.text.counts import counted

_TEXTS: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Loader that reads every scalar as a text."""
_WHAT: Final = "YAML"
_FIELD: Final = re.compile(rb"^(?:- +)?[\"']?[A-Za-z_][\w.$/-]*[\"']? *:(?=[ \t\r\n]|$)", re.MULTILINE)
"""Matches a field name and its colon at the start of a line.

Prose rarely matches, because several words precede its colons.
"""
_CAUGHT: Final = (yaml.YAMLError, ValueError, RecursionError)


def _has_items(data: bytes) -> bool:
    """True if the data has a mapping or a sequence. Raises yaml.YAMLError for a syntax error."""
    events = list(yaml.parse(data.decode(), Loader=LOADER))  # a list, because an error may be near the end
    return any(isinstance(event, yaml.CollectionStartEvent) for event in events)


def yaml_parts(data: bytes) -> list[tuple[object, ...]] | None:
    """Type, anchor, tag and text of each parser event; None if `data` is not YAML or exceeds MAX_INPUT."""
    if len(data) > MAX_INPUT:
        return None
    try:
        events = list(yaml.parse(data.decode(), Loader=LOADER))
    except _CAUGHT:
        return None
    return [
        (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "value")))
        for event in events
    ]


def _recognizes(key: str, data: bytes) -> bool:
    if not key.endswith((".yaml", ".yml")) and len(data.splitlines()) < 2:
        return False
    try:
        return _has_items(data)
    except _CAUGHT:
        return False


def _flaw(data: bytes) -> Flaw | None:
    try:
        return None if _has_items(data) else Flaw("is plain text")
    except yaml.MarkedYAMLError as error:
        return is_not_now(data, error.problem_mark.line + 1 if error.problem_mark is not None else 0)
    except _CAUGHT:
        return is_not_now()


class YamlFacts(Struct, frozen=True):
    leaves: int
    """Number of scalars and aliases, without the names of fields."""
    is_collection: bool


def _events(data: bytes) -> Iterator[yaml.Event]:
    """Yield the events of the YAML parser.

    Raises UnreadableValue if the data is not YAML, is longer than MAX_INPUT, or is nested too deep.
    """
    depth = 0
    try:
        for event in yaml.parse(bounded(data, _WHAT).decode("utf-8-sig"), Loader=LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise UnreadableValue(_WHAT, "it is nested too deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            yield event
    except yaml.YAMLError:
        raise UnreadableValue(_WHAT) from None
    except (UnicodeDecodeError, RecursionError):
        raise UnreadableValue(_WHAT) from None


def read_yaml(data: bytes) -> YamlFacts:
    """Count the leaves of all documents. Raises UnreadableValue."""
    # `waiting` has an entry for each open collection: None in a sequence, True in a mapping before a name,
    # and False in a mapping before a value.
    waiting, leaves, is_collection = list[bool | None](), 0, False
    for event in _events(data):
        is_node = isinstance(event, yaml.ScalarEvent | yaml.AliasEvent | yaml.CollectionStartEvent)
        is_name = is_node and bool(waiting) and waiting[-1] is True
        if is_node and waiting and waiting[-1] is not None:
            waiting[-1] = not waiting[-1]
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) and not is_name:
            leaves += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            is_collection = True
            waiting.append(True if isinstance(event, yaml.MappingStartEvent) else None)
        elif isinstance(event, yaml.CollectionEndEvent):
            waiting.pop()
    return YamlFacts(leaves, is_collection)


def yaml_fields(data: bytes) -> object:
    """Load the first document, with every scalar as a text. Raises UnreadableValue."""
    for _ in _events(data):
        pass  # `_events` checks the depth first, because the loader's recursion has no limit
    try:
        return next(iter(yaml.load_all(data.decode(), Loader=_TEXTS)), None)
    except _CAUGHT:
        raise UnreadableValue(_WHAT) from None


def yaml_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the leaves (single values) of each document, in order. Raises UnreadableValue."""
    anchors, shared = dict[str, int](), set[int]()
    for event in _events(data):  # checks the depth too, because the composer's recursion has no limit
        if isinstance(event, yaml.AliasEvent):
            shared.add(anchors.get(event.anchor or "", -1))
        elif isinstance(event, yaml.NodeEvent) and event.anchor and event.start_mark is not None:
            anchors[event.anchor] = event.start_mark.index
    text = data.decode("utf-8-sig")
    try:
        documents = list(yaml.compose_all(text, Loader=LOADER))
    except _CAUGHT:
        raise UnreadableValue(_WHAT) from None
    for number, document in enumerate(documents, start=1):
        path = f"document {number}" if len(documents) > 1 else ""
        yield from _node_spans(_Tree(text, shared), document, path, 0, is_shared=False)


class _Tree(NamedTuple):
    text: str
    shared: set[int]
    """Offsets of the nodes to which an alias refers."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _node_spans(
    tree: _Tree, node: yaml.Node | None, path: str, depth: int, *, is_shared: bool
) -> Iterator[LeafSpan]:
    """Yield the leaves of a node. `depth` is limited, because a node can contain an alias of itself."""
    if depth > MAX_DEPTH:
        raise UnreadableValue(_WHAT, "it is nested too deep")
    if node is None:
        return
    is_shared = is_shared or node.start_mark.index in tree.shared
    if isinstance(node, yaml.ScalarNode):
        yield scalar_span(tree.text, node, path, is_shared=is_shared)
        return
    parts: list[tuple[object, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        parts = [
            (name.value if isinstance(name, yaml.ScalarNode) else "?", part) for name, part in node.value
        ]
    elif isinstance(node, yaml.SequenceNode):
        parts = list(enumerate(node.value))
    for name, part in parts:
        yield from _node_spans(tree, part, inner_path(path, name), depth + 1, is_shared=is_shared)
    if not parts:
        yield empty_span(path, is_object=isinstance(node, yaml.MappingNode))


def items_of(mapping: object, name: str) -> list[dict[str, Any]]:
    """Return the mappings in the list `mapping[name]`; [] if there is no such list."""
    parts = mapping.get(name) if isinstance(mapping, dict) else None
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def field_of(part: object, *names: str) -> object:
    for name in names:
        part = part.get(name) if isinstance(part, dict) else None
    return part


def text_of_field(part: object, *names: str) -> str:
    """Return the field at the path `names` in `part` if the field is a text; otherwise "".

    Mappings and lists are not converted to text, because nested aliases could take all memory.
    """
    field = field_of(part, *names)
    return field if isinstance(field, str) else ""


def _row(key: str, data: bytes) -> RowName | None:
    is_named = key.endswith((".yaml", ".yml"))
    if not is_named and (data.count(b"\n", 0, -1) < 1 or len(_FIELD.findall(data)) < 2):
        return None
    document = read_yaml(data)
    return (
        RowName(_WHAT, f"YAML, {counted(document.leaves, 'leaf', 'leaves')}")
        if document.is_collection
        else None
    )


YAML: Final = ValueFormat(
    "valid YAML",
    recognizes=_recognizes,
    flaw=_flaw,
    row=_row,
    leaves=leaves_of(yaml_spans),
    rewrite=rewrite_of(yaml_spans),
    page=(
        PageRow(
            "YAML",
            "YAML, 12 leaves",
            "names of fields, kinds and sizes of leaves",
            "each leaf",
            "each leaf that no alias shares",
        ),
    ),
)
