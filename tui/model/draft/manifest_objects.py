"""The Secrets of a manifest, and the pods and workloads beside them; its documents know their lines. Pure.

Refused is what the API server, or kubectl before it, refuses, and what kubectl and another YAML reader could
take differently: anchors, aliases, merge keys and tags, and plain words that are no text to one of them.
Sources: kubernetes pkg/registry/core/secret strategy.go (stringData over data); encoding/base64 (line breaks
in it are skipped); go-yaml v2 resolve.go, with which kubectl reads; PyYAML resolver.py.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import yaml
from msgspec import Struct

from tui.model.json_decoder import Hidden, converted
from tui.model.readers.needs import OtherObject
from tui.model.readers.pod_spec import PodSpec
from tui.model.readers.pod_use import uses_of
from tui.model.secret.fields import ANNOTATIONS, IMMUTABLE, LABELS, holds_values
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.validation import (
    annotation_problem,
    key_problem,
    label_problem,
    name_problem,
    namespace_problem,
)
from tui.model.secret.value import Value

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
    """Why a manifest is not read, in words that follow the file's name. They quote no value."""

    def __init__(self, words: str, line: int = 0) -> None:
        """`line` 0 is not known."""
        super().__init__(words)
        self.words, self.line = words, line


class Mapped(dict[str, Any]):
    """An object of a document. Its numbers are all 0: nothing here is to be one."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line, self.lines = line, dict[str, int]()
        """Where it begins, and each of its fields; 0 and empty for JSON."""

    def put(self, name: str, value: Any, line: int = 0) -> None:
        """Add a field. Raises ManifestProblem for one that is there."""
        if name in self:
            raise ManifestProblem(f"{shown(name)} is there twice", line)
        self[name] = value
        self.lines[name] = line

    def line_of(self, name: str) -> int:
        """The line of a field, or of the object."""
        return self.lines.get(name, self.line)


def shown(name: str) -> str:
    """A field's name, if it looks like one."""
    return name if _PLAIN_NAME.fullmatch(name) else "a field"


def documents(data: bytes) -> list[Any]:
    """The documents of a file, without empty ones. Raises ManifestProblem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ManifestProblem("is not UTF-8", line) from None
    found = _json(text) if text.lstrip().startswith("{") else None
    return [one for one in (_yaml(text) if found is None else found) if one is not None]


def _json(text: str) -> list[Any] | None:
    """The JSON values of a text, one after the other; None if it is no JSON, but may be YAML."""

    def fields(pairs: list[tuple[str, Any]]) -> Mapped:
        made = Mapped()
        for name, value in pairs:
            made.put(name, value)
        return made

    def number(text: str) -> int:
        return 0

    decoder = json.JSONDecoder(
        object_pairs_hook=fields, parse_int=number, parse_float=number, parse_constant=number
    )
    found, at = [], 0
    try:
        while rest := text[at:].lstrip():
            value, end = decoder.raw_decode(rest)
            found.append(value)
            at = len(text) - len(rest) + end
    except ValueError:
        return None
    except RecursionError:
        raise _too_deep(0) from None
    return found


def _yaml(text: str) -> list[Any]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = yaml.parse(text, Loader=loader)
    try:
        return [_node(next(events), events) for event in events if isinstance(event, yaml.DocumentStartEvent)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ManifestProblem(NOT_YAML, mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise ManifestProblem("has a character that YAML does not allow", line) from None


def _node(event: Any, events: Iterator[Any], depth: int = 0) -> Any:
    """The value that begins with this event."""
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent):
        raise ManifestProblem("has an alias *: write out what it stands for", line)
    if event.anchor is not None:
        raise ManifestProblem("has an anchor &: leave it out", line)
    if event.tag is not None:
        raise ManifestProblem("has a tag !: leave it out", line)
    if isinstance(event, yaml.ScalarEvent):
        return _plain(event.value) if event.implicit[0] else event.value
    if depth == _DEEPEST:
        raise _too_deep(line)
    if isinstance(event, yaml.SequenceStartEvent):
        return [_node(one, events, depth + 1) for one in _until(yaml.SequenceEndEvent, events)]
    made = Mapped(line)
    for name in _until(yaml.MappingEndEvent, events):
        at = name.start_mark.line + 1
        key = _node(name, events, depth + 1)
        if not isinstance(key, str):
            raise ManifestProblem("has a field whose name is no text: put it in quotes", at)
        if key == "<<":
            raise ManifestProblem("has a merge key <<: write out what it stands for", at)
        made.put(key, _node(next(events), events, depth + 1), at)
    return made


def _until(end: type, events: Iterator[Any]) -> Iterator[Any]:
    while not isinstance(event := next(events), end):
        yield event


def _plain(text: str) -> Any:
    """What a word without quotes is to kubectl or to another reader: text only if all of them say so."""
    if text in ("", "~") or text.lower() == "null":
        return None
    if (truth := _BOOLEANS.get(text.lower())) is not None:
        return truth
    return 0 if _NUMBER.fullmatch(text) else text


def _too_deep(line: int) -> ManifestProblem:
    return ManifestProblem(f"is nested more than {_DEEPEST} levels deep", line)


_SECRET_FIELDS: Final = frozenset(
    ("apiVersion", "kind", "metadata", "type", "immutable", "data", "stringData")
)
_NOT_TAKEN: Final = ("ownerReferences", "finalizers")
_META_FIELDS: Final = frozenset(
    (
        *("name", "namespace", "labels", "annotations", *_NOT_TAKEN),
        # Set by the server; in what `kubectl get -o yaml` prints.
        *("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"),
        *("deletionTimestamp", "deletionGracePeriodSeconds"),
    )
)
_TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"),
        ("spec", "template", "spec"),
    ),
}
"""Where the spec of their pods is."""
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class SecretManifest(Hidden, Struct, frozen=True):
    """A Secret as it is written in a file."""

    name: str
    namespace: str
    """"" = not said."""
    type: str
    fields: Mapping[str, Value]
    """By their names in fields.py, without annotations that copy the values."""
    line: int


class Manifest(Struct, frozen=True):
    """What a file holds."""

    secrets: tuple[SecretManifest, ...]
    others: tuple[OtherObject, ...]


def read_manifest(data: bytes) -> Manifest:
    """Raises ManifestProblem."""
    objects = [one for document in documents(data) for one in _objects(document)]
    if not objects:
        raise ManifestProblem("holds no object")
    secrets = [one for one in objects if one["kind"] == "Secret"]
    others = [one for one in objects if one["kind"] != "Secret"]
    return Manifest(tuple(map(_secret, secrets)), tuple(map(_other, others)))


def _objects(found: Any, kind: str = "", version: str = "") -> Iterator[Mapped]:
    """The objects of a document or a list, whose kind they have if they say none."""
    if not isinstance(found, Mapped):
        raise ManifestProblem("has a document that is no object")
    found.setdefault("kind", kind)
    found.setdefault("apiVersion", version)
    kind = _text(found, "kind")
    if not kind:
        raise ManifestProblem("has an object without a kind", found.line)
    if not kind.endswith("List"):
        yield found
        return
    items = found.get("items") or []
    if not isinstance(items, list):
        raise ManifestProblem("items must be a list", found.line_of("items"))
    version = _text(found, "apiVersion")
    for item in items:
        yield from _objects(item, kind.removesuffix("List"), version)


def _secret(found: Mapped) -> SecretManifest:
    if found["apiVersion"] != "v1":
        raise ManifestProblem("a Secret has the apiVersion v1", found.line_of("apiVersion"))
    _refuse_unknown(found, _SECRET_FIELDS, "a Secret")
    meta = _fields(found, "metadata")
    if "generateName" in meta:
        words = "generateName is not taken: give the Secret a name"
        raise ManifestProblem(words, meta.line_of("generateName"))
    _refuse_unknown(meta, _META_FIELDS, "metadata")
    name, namespace = _text(meta, "name", "metadata."), _text(meta, "namespace", "metadata.")
    for field, problem in (
        ("name", name_problem(name)),
        ("namespace", namespace_problem(namespace) if namespace else None),
    ):
        if problem is not None:
            raise ManifestProblem(problem.rstrip("."), meta.line_of(field))
    immutable = found.get("immutable")
    if not isinstance(immutable, bool | None):
        raise ManifestProblem("immutable must be true or false", found.line_of("immutable"))
    fields = {**_data(found), **_notes(meta, LABELS), **_notes(meta, ANNOTATIONS)}
    if immutable:
        fields[IMMUTABLE] = Value(b"true")
    return SecretManifest(name, namespace, _text(found, "type") or OPAQUE, fields, found.line)


def _notes(meta: Mapped, front: str) -> dict[str, Value]:
    """Labels or annotations."""
    kind, found = front.removesuffix("/"), dict[str, Value]()
    for name, text in _texts(meta, kind, "metadata.").items():
        problem = label_problem(name, text) if front == LABELS else annotation_problem(name)
        if problem is not None:
            raise ManifestProblem(f"{kind}: {problem.rstrip('.')}", meta[kind].line_of(name))
        if not holds_values(f"{front}{name}"):
            found[f"{front}{name}"] = Value(text.encode())
    return found


def _data(found: Mapped) -> dict[str, Value]:
    """Both maps; a key of both has the value of stringData."""
    data: dict[str, Value] = {}
    for field in ("data", "stringData"):
        fields = _fields(found, field)
        for key, text in _texts(found, field).items():
            if (problem := key_problem(key)) is not None:
                raise ManifestProblem(f"{field}: {problem.rstrip('.')}", fields.line_of(key))
            if field == "stringData":
                data[key] = Value(text.encode())
            else:
                data[key] = Value(_decoded(text, key, fields.line_of(key)))
    return data


def _decoded(text: str, key: str, line: int) -> bytes:
    """As Go does: line breaks are skipped, the padding must be there."""
    text = text.replace("\r", "").replace("\n", "")
    if len(text) % 4 or not _BASE64.fullmatch(text):
        raise ManifestProblem(f"data.{key} is not base64; plain text belongs in stringData", line)
    return b64decode(text)


def _other(found: Mapped) -> OtherObject:
    meta = found.get("metadata")
    name, namespace = (
        str(meta.get(field) or "") if isinstance(meta, Mapped) else "" for field in ("name", "namespace")
    )
    kind = found["kind"]
    spec: Any = found
    for field in _TEMPLATES.get(kind, ()):
        spec = spec.get(field) if isinstance(spec, Mapped) else None
    if kind not in _TEMPLATES:
        return OtherObject(kind, name, namespace)
    try:
        return OtherObject(kind, name, namespace, uses_of(converted(spec, PodSpec)))
    except msgspec.ValidationError:
        return OtherObject(kind, name, namespace, None)


def _refuse_unknown(found: Mapped, known: frozenset[str], what: str) -> None:
    for name in found:
        if name not in known:
            raise ManifestProblem(f"{what} has no field {shown(name)}", found.line_of(name))


def _fields(found: Mapped, name: str) -> Mapped:
    """A field that is an object; an empty one where there is none."""
    value = found.get(name)
    if value is not None and not isinstance(value, Mapped):
        raise ManifestProblem(f"{name} must be an object", found.line_of(name))
    return value or Mapped(found.line)


def _texts(found: Mapped, name: str, where: str = "") -> dict[str, str]:
    """A field that is an object of texts."""
    fields = _fields(found, name)
    for key, value in fields.items():
        if value is None:
            words = f'{where}{name}.{shown(key)} has no value: write "" for an empty one'
            raise ManifestProblem(words, fields.line_of(key))
    return {key: _text(fields, key, f"{where}{name}.") for key in fields}


def _text(found: Mapped, name: str, where: str = "") -> str:
    """A field that is text; "" where there is none."""
    value = found.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):  # half of a pair, in JSON
            raise ManifestProblem(f"{where}{shown(name)} is not valid Unicode", found.line_of(name))
        return value
    is_word = isinstance(value, int)
    what = ("true or false" if isinstance(value, bool) else "a number") if is_word else "an object or a list"
    quotes = ": put it in quotes" if is_word else ""
    raise ManifestProblem(f"{where}{shown(name)} must be text, not {what}{quotes}", found.line_of(name))
