"""The Secrets of a manifest, and the pods and workloads beside them. Pure.

Refused is what the API server, or kubectl before it, refuses. Sources: kubernetes pkg/registry/core/secret
strategy.go (stringData over data); encoding/base64 (line breaks in it are skipped).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from tui.model.draft.documents import ManifestProblem, Mapped, documents, shown
from tui.model.json_decoder import Hidden, converted
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


def keys_of_one(data: bytes) -> Mapping[str, Value]:
    """The keys of the one Secret in a manifest; none of anything else, and of masked values."""
    try:
        found = read_manifest(data).secrets if b"Secret" in data else ()
    except ManifestProblem:
        return {}
    if len(found) != 1:
        return {}
    values = {key: found[0].fields[key] for key in keys_among(found[0].fields)}
    return values if Value(MASK.encode()) not in values.values() else {}


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
