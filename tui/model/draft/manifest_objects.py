"""Read the Secrets and all other objects of a manifest.

A manifest is refused if the API server or kubectl would refuse one of its Secrets. Sources: kubernetes
pkg/registry/core/secret strategy.go (stringData overrides data); Go's encoding/base64 (line breaks are
skipped).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from tui.model.draft.documents import DocumentMapping, ManifestProblem, documents, shown
from tui.model.json_decoder import HiddenRepr, converted
from tui.model.readers.needs import OtherObject
from tui.model.readers.pod_spec import PodSpec
from tui.model.readers.pod_use import uses_of
from tui.model.secret.fields import ANNOTATIONS, IMMUTABLE, LABELS, holds_values, keys_among
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.validation import (
    annotation_problem,
    key_problem,
    label_problem,
    name_problem,
    namespace_problem,
)
from tui.model.secret.value import MASK, Value

_SECRET_FIELDS: Final = frozenset(
    ("apiVersion", "kind", "metadata", "type", "immutable", "data", "stringData")
)
_NOT_TAKEN: Final = ("ownerReferences", "finalizers")
_META_FIELDS: Final = frozenset(
    (
        *("name", "namespace", "labels", "annotations", *_NOT_TAKEN),
        # The server sets these fields, and `kubectl get -o yaml` prints them.
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
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class SecretManifest(HiddenRepr, Struct, frozen=True):
    name: str
    namespace: str
    type: str
    fields: Mapping[str, Value]
    """Values by field name, such as "labels/app" (see tui/model/secret/fields.py).

    Annotations that hold a copy or a digest of the Secret's values are left out.
    """
    line: int
    """Line number in the file, counted from 1; 0 for JSON."""


class Manifest(Struct, frozen=True):
    secrets: tuple[SecretManifest, ...]
    others: tuple[OtherObject, ...]


def read_manifest(data: bytes) -> Manifest:
    objects = [obj for document in documents(data) for obj in _objects(document)]
    if not objects:
        raise ManifestProblem("holds no Kubernetes object")
    secrets = [obj for obj in objects if obj["kind"] == "Secret"]
    others = [obj for obj in objects if obj["kind"] != "Secret"]
    return Manifest(tuple(map(_secret, secrets)), tuple(map(_other, others)))


def keys_of_one(data: bytes) -> Mapping[str, Value]:
    """Read the keys and values of the only Secret in a manifest.

    Return {} if the manifest is refused, if it has no Secret or several, or if a value is the text MASK.
    """
    try:
        secrets = read_manifest(data).secrets if b"Secret" in data else ()
    except ManifestProblem:
        return {}
    if len(secrets) != 1:
        return {}
    values = {key: secrets[0].fields[key] for key in keys_among(secrets[0].fields)}
    return values if Value(MASK.encode()) not in values.values() else {}


def _objects(obj: Any, kind: str = "", version: str = "") -> Iterator[DocumentMapping]:
    """Yield `obj`. If its kind ends with "List", yield its items instead.

    An item of a SecretList gets the kind Secret if the item has none.
    """
    if not isinstance(obj, DocumentMapping):
        raise ManifestProblem("has a document or an item that is not an object")
    obj.setdefault("kind", kind)
    obj.setdefault("apiVersion", version)
    kind = _text(obj, "kind")
    if not kind:
        raise ManifestProblem("has an object without a kind", obj.line)
    if not kind.endswith("List"):
        yield obj
        return
    items = obj.get("items") or []
    if not isinstance(items, list):
        raise ManifestProblem("items must be a list", obj.line_of("items"))
    version = _text(obj, "apiVersion")
    for item in items:
        yield from _objects(item, kind.removesuffix("List"), version)


def _secret(obj: DocumentMapping) -> SecretManifest:
    if obj["apiVersion"] != "v1":
        raise ManifestProblem("a Secret needs apiVersion v1", obj.line_of("apiVersion"))
    _refuse_unknown(obj, _SECRET_FIELDS, "a Secret")
    meta = _fields(obj, "metadata")
    if "generateName" in meta:
        words = "generateName is not supported: give the Secret a name"
        raise ManifestProblem(words, meta.line_of("generateName"))
    _refuse_unknown(meta, _META_FIELDS, "metadata")
    name, namespace = _text(meta, "name", "metadata."), _text(meta, "namespace", "metadata.")
    for field, problem in (
        ("name", name_problem(name)),
        ("namespace", namespace_problem(namespace) if namespace else None),
    ):
        if problem is not None:
            raise ManifestProblem(problem.rstrip("."), meta.line_of(field))
    immutable = obj.get("immutable")
    if not isinstance(immutable, bool | None):
        raise ManifestProblem("immutable must be true or false", obj.line_of("immutable"))
    fields = {**_data(obj), **_notes(meta, LABELS), **_notes(meta, ANNOTATIONS)}
    if immutable:
        fields[IMMUTABLE] = Value(b"true")
    return SecretManifest(name, namespace, _text(obj, "type") or OPAQUE, fields, obj.line)


def _notes(meta: DocumentMapping, front: str) -> dict[str, Value]:
    kind, fields = front.removesuffix("/"), dict[str, Value]()
    for name, text in _texts(meta, kind, "metadata.").items():
        problem = label_problem(name, text) if front == LABELS else annotation_problem(name)
        if problem is not None:
            raise ManifestProblem(f"{kind}: {problem.rstrip('.')}", meta[kind].line_of(name))
        if not holds_values(f"{front}{name}"):
            fields[f"{front}{name}"] = Value(text.encode())
    return fields


def _data(obj: DocumentMapping) -> dict[str, Value]:
    """Merge the keys of `data` and `stringData`. If a key is in both, `stringData` takes precedence."""
    data: dict[str, Value] = {}
    for field in ("data", "stringData"):
        fields = _fields(obj, field)
        for key, text in _texts(obj, field).items():
            if (problem := key_problem(key)) is not None:
                raise ManifestProblem(f"{field}: {problem.rstrip('.')}", fields.line_of(key))
            if field == "stringData":
                data[key] = Value(text.encode())
            else:
                data[key] = Value(_decoded(text, key, fields.line_of(key)))
    return data


def _decoded(text: str, key: str, line: int) -> bytes:
    """Decode base64 like Go: skip line breaks, require the padding."""
    text = text.replace("\r", "").replace("\n", "")
    if len(text) % 4 or not _BASE64.fullmatch(text):
        raise ManifestProblem(f"data.{key} is not base64; plain text belongs in stringData", line)
    return b64decode(text)


def _other(obj: DocumentMapping) -> OtherObject:
    meta = obj.get("metadata")
    name, namespace = (
        str(meta.get(field) or "") if isinstance(meta, DocumentMapping) else ""
        for field in ("name", "namespace")
    )
    kind = obj["kind"]
    spec: Any = obj
    for field in _TEMPLATES.get(kind, ()):
        spec = spec.get(field) if isinstance(spec, DocumentMapping) else None
    if kind not in _TEMPLATES:
        return OtherObject(kind, name, namespace)
    try:
        return OtherObject(kind, name, namespace, uses_of(converted(spec, PodSpec)))
    except msgspec.ValidationError:
        return OtherObject(kind, name, namespace, None)


def _refuse_unknown(obj: DocumentMapping, known: frozenset[str], what: str) -> None:
    for name in obj:
        if name not in known:
            raise ManifestProblem(f"{shown(name)} is not a known field of {what}", obj.line_of(name))


def _fields(obj: DocumentMapping, name: str) -> DocumentMapping:
    value = obj.get(name)
    if value is not None and not isinstance(value, DocumentMapping):
        raise ManifestProblem(f"{name} must be an object", obj.line_of(name))
    return value or DocumentMapping(obj.line)


def _texts(obj: DocumentMapping, name: str, where: str = "") -> dict[str, str]:
    fields = _fields(obj, name)
    for key, value in fields.items():
        if value is None:
            words = f'{where}{name}.{shown(key)} has no value: write "" for an empty value'
            raise ManifestProblem(words, fields.line_of(key))
    return {key: _text(fields, key, f"{where}{name}.") for key in fields}


def _text(obj: DocumentMapping, name: str, where: str = "") -> str:
    value = obj.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):  # JSON can contain half of a surrogate pair
            raise ManifestProblem(f"{where}{shown(name)} is not valid Unicode", obj.line_of(name))
        return value
    is_word = isinstance(value, int)
    actual = ("a boolean" if isinstance(value, bool) else "a number") if is_word else "an object or a list"
    quotes = ": put it in quotes" if is_word else ""
    raise ManifestProblem(f"{where}{shown(name)} must be text, not {actual}{quotes}", obj.line_of(name))
