"""Record of one revision of a Helm release, with its chart, values and manifest.

The key "release" holds base64 of JSON that is usually packed with gzip. Source: helm
pkg/storage/driver/secrets.go and util.go, and pkg/release/v1 for the fields.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final, Literal, NamedTuple

import msgspec
import yaml

from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.secret.formats.json_text import json_tree
from tui.model.secret.formats.leaf import Leaf, UnwritableLeaf, joined_path, text_leaf
from tui.model.secret.formats.leaf_span import Scalar, Tree, spans_in
from tui.model.secret.formats.limits import MAX_INFLATED, UnreadableValue
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, PageRow, RowName, ValueFormat
from tui.model.secret.formats.yaml_scalar import LOADER
from tui.model.secret.formats.yaml_text import field_of, yaml_fields
from tui.model.secret.value import Value
from tui.model.text.counts import counted, joined
from tui.model.text.times import in_utc, parse_time

RECORD_KEY: Final = "release"
NOT_WRITTEN: Final = "Helm records are read-only: change the chart's values and upgrade the release."
_WHAT: Final = "a Helm release"
_GZIP: Final = b"\x1f\x8b\x08"
_PACKED: Final = (b"H4sI", b"eyJ")
"""First characters of gzip data in base64, and of a JSON object in base64."""
_MOST_RECORD: Final = 2_000_000
_IN_PATHS: Final = re.compile(r"[.,=\[\]{}\\]")
_BETWEEN: Final = re.compile(r"(?m)^---(?:[ \t].*)?$")
_MOST_HEAD: Final = 5000
"""Maximum number of YAML events that are read to find the kind and name of an object."""
_ITEM: Final = "[]"
_NOTHING: Final = msgspec.Raw(b"null")
_PUBLIC: Final = re.compile(
    r"(?:Install|Upgrade|Uninstallation|Dry run) complete|Initial install underway|Preparing upgrade"
    r"|Rollback to \d+|Deletion in progress \(or silently failed\)"
)
"""Descriptions that Helm itself writes. Any other description may quote a value."""
_LEVELS: Final[Mapping[str, Literal["good", "bad", "muted"]]] = {
    "deployed": "good",
    "failed": "bad",
    "superseded": "muted",
    "uninstalled": "muted",
}


def status_level(status: str) -> Literal["good", "bad", "muted", "warning"]:
    return _LEVELS.get(status, "warning")


class _Info(HiddenStruct):
    first_deployed: str = ""
    last_deployed: str = ""
    description: str = ""
    status: str = ""
    notes: str = ""


class _ChartName(HiddenStruct):
    name: str = ""
    version: str = ""
    app_version: str = msgspec.field(default="", name="appVersion")


class _Chart(HiddenStruct):
    metadata: _ChartName = msgspec.field(default_factory=_ChartName)
    values: msgspec.Raw = _NOTHING


class _Hook(HiddenStruct):
    manifest: str = ""


class HelmRecord(HiddenStruct):
    version: int
    name: str = ""
    namespace: str = ""
    manifest: str = ""
    info: _Info = msgspec.field(default_factory=_Info)
    chart: _Chart = msgspec.field(default_factory=_Chart)
    config: msgspec.Raw = _NOTHING
    """Values that the user passed to Helm."""
    hooks: list[_Hook] | None = None

    @property
    def chart_name(self) -> str:
        """Name and version, such as "redis 18.1.0"."""
        return plain_name(f"{self.chart.metadata.name} {self.chart.metadata.version}".strip())

    @property
    def status(self) -> str:
        return plain_name(self.info.status)

    @property
    def description(self) -> str:
        """Description that Helm itself wrote; "" for any other description, because it may quote a value."""
        return self.info.description if _PUBLIC.fullmatch(self.info.description) else ""


def read_record(data: bytes) -> HelmRecord:
    """Decode the value of the key "release". Raises UnreadableValue."""
    try:
        packed = b64decode(data, validate=True)
        return decoded(_inflated(packed) if packed.startswith(_GZIP) else packed, HelmRecord)
    except (NotBase64, zlib.error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise UnreadableValue(_WHAT) from None


def _inflated(packed: bytes) -> bytes:
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    data = inflating.decompress(packed, MAX_INFLATED)
    if not inflating.eof:
        is_longer = bool(inflating.unconsumed_tail)
        raise UnreadableValue(_WHAT, "unpacked data exceeds 8 MB" if is_longer else "it is cut off")
    return data


def config_leaves(values: msgspec.Raw, path: str = "", *, is_for_set: bool = False) -> Iterator[Leaf]:
    """Yield a leaf for each single value that a release or a chart sets.

    With `is_for_set`, the paths are escaped for `helm --set`. Raises UnreadableValue.
    """
    try:
        tree = json_tree(bytes(values).decode())
    except (ValueError, RecursionError):
        raise UnreadableValue(_WHAT, "its values are nested too deep") from None
    if isinstance(tree, Scalar) or not tree:
        return iter(())
    return (span.leaf for span in spans_in(_for_set(tree) if is_for_set else tree, path))


def _for_set(tree: Tree) -> Tree:
    """Escape the names in a tree for `helm --set`: put a backslash before each match of `_IN_PATHS`."""
    if isinstance(tree, Scalar):
        return tree
    if not isinstance(tree, Mapping):
        return [*map(_for_set, tree)]
    return {_IN_PATHS.sub(r"\\\g<0>", name): _for_set(part) for name, part in tree.items()}


def documents_of(manifest: str) -> Iterator[str]:
    for document in _BETWEEN.split(manifest):
        if any(line.strip() and not line.lstrip().startswith("#") for line in document.splitlines()):
            yield document


class ObjectName(NamedTuple):
    kind: str
    namespace: str
    name: str


def object_name(document: str) -> ObjectName | None:
    """Read kind, namespace and name from the start of a document."""
    # `path` has an entry for each open collection: _ITEM for a list, the current key for a mapping, or None
    # before the next key of a mapping.
    texts, path = dict[str, str](), list[str | None]()
    try:
        for event in islice(yaml.parse(document, Loader=LOADER), _MOST_HEAD):
            is_key = bool(path) and path[-1] is None
            if isinstance(event, yaml.CollectionStartEvent):
                path.append(None if isinstance(event, yaml.MappingStartEvent) else _ITEM)
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                path.pop()
                if path == ["metadata"] and "kind" in texts:
                    break
                is_key = bool(path) and path[-1] is None
            elif not isinstance(event, yaml.NodeEvent):
                continue
            elif not is_key:
                texts.setdefault(".".join(filter(None, path)), getattr(event, "value", ""))
            if path and path[-1] != _ITEM:
                path[-1] = getattr(event, "value", "?") if is_key else None
    except (yaml.YAMLError, ValueError):
        return None
    kind, name = texts.get("kind", ""), texts.get("metadata.name", "")
    return ObjectName(kind, texts.get("metadata.namespace", ""), name) if kind and name else None


def _object_leaves(document: str, number: int, namespace: str, before: str) -> Iterator[Leaf]:
    name = object_name(document)
    elsewhere = f" in {name.namespace}" if name is not None and name.namespace not in ("", namespace) else ""
    path = f"{before}{name.kind}/{name.name}{elsewhere}" if name is not None else f"{before}object {number}"
    parts = list[Leaf]()
    if name is not None and name.kind == "Secret":
        with suppress(UnreadableValue):
            parts = [*_secret_leaves(document, path)]
    yield from parts or (text_leaf(path, document.strip("\n") + "\n", "object"),)


def _secret_leaves(document: str, path: str) -> Iterator[Leaf]:
    """Yield a leaf for each key of a Secret. Keys of `stringData` replace the same keys of `data`.

    Raises UnreadableValue.
    """
    fields, values = yaml_fields(document.encode()), dict[str, bytes]()
    for name in ("data", "stringData"):
        part = field_of(fields, name)
        for key, text in part.items() if isinstance(part, dict) else ():
            if isinstance(text, str):
                values[str(key)] = _from_base64(text) if name == "data" else text.encode()
    for key, data in values.items():
        yield Leaf(joined_path(path, key), Value(data))


def _from_base64(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text.encode()


def record_leaves(data: bytes) -> Iterator[Leaf]:
    """Yield the leaves of a record. Raises UnreadableValue."""
    record = read_record(data)
    yield from config_leaves(record.config, "values")
    if record.info.description and not record.description:
        yield text_leaf("description", record.info.description)
    if record.info.notes:
        yield text_leaf("notes", record.info.notes)
    manifests = [("", record.manifest), *(("hook ", hook.manifest) for hook in record.hooks or ())]
    documents = ((before, document) for before, manifest in manifests for document in documents_of(manifest))
    for number, (before, document) in enumerate(documents, start=1):
        yield from _object_leaves(document, number, record.namespace, before)


def _row(key: str, data: bytes) -> RowName | None:
    if not data.startswith(_PACKED):
        return None
    try:
        record = read_record(data)
    except UnreadableValue:
        is_helm = key == RECORD_KEY and data.startswith(_PACKED[0])
        return RowName("Helm release") if is_helm else None
    if not record.chart.metadata.name:
        return None
    words = f"{record.chart_name} rev {record.version}" + (f", {record.status}" if record.status else "")
    return RowName("Helm release", words if record.chart_name else "")


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> tuple[Fact, ...]:
    try:
        record = read_record(data) if data.startswith(_PACKED) else None
    except UnreadableValue:
        return ()
    return tuple(_record_facts(record)) if record is not None and record.chart.metadata.name else ()


def _record_facts(record: HelmRecord) -> Iterator[Fact]:
    name, app = plain_name(record.name), plain_name(record.chart.metadata.app_version)
    words = f"release {name}, revision {record.version:,}" if name else f"revision {record.version:,}"
    comma = ", " if record.status else ""
    yield Fact(f"{words}{comma}", record.status, status_level(record.status))
    if record.chart_name:
        yield Fact(f"chart {record.chart_name}" + (f", app version {app}" if app else ""))
    times = (("first deployed", record.info.first_deployed), ("last deployed", record.info.last_deployed))
    if times_words := [
        f"{label} {in_utc(at)}" for label, text in times if (at := parse_time(text)) is not None
    ]:
        yield Fact(", ".join(times_words))
    if record.description:
        yield Fact(record.description)
    yield Fact(joined([*_counts(record)]) or "no notes, no objects, no hooks", level="muted")


def _counts(record: HelmRecord) -> Iterator[str]:
    objects = sum(1 for _ in documents_of(record.manifest))
    hooks = sum(1 for hook in record.hooks or () for _ in documents_of(hook.manifest))
    if lines := len(record.info.notes.splitlines()):
        yield f"notes of {counted(lines, 'line')}"
    if objects:
        yield counted(objects, "object")
    if hooks:
        yield counted(hooks, "hook")


def _not_rewritten(key: str, data: bytes, path: str, text: str) -> bytes:
    raise UnwritableLeaf("is part of a Helm record; change the chart's values and upgrade the release")


HELM: Final = ValueFormat(
    _WHAT,
    rewrite=_not_rewritten,
    row=_row,
    facts=_facts,
    leaves=lambda key, data: record_leaves(data),
    most=_MOST_RECORD,
    page=(
        PageRow(
            "Helm release (base64, gzip, JSON)",
            "ledger 1.4.2 rev 8, deployed",
            "chart, version, revision, status, dates, names of values and objects",
            "values, notes, manifest",
            "no: only an upgrade changes it",
        ),
    ),
)
