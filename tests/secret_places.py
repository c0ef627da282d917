"""Every place where an object can name a Secret, found by walking its type, whatever the program knows.

A place is a field that says "secret" in its name, its type or its description, or refers to an object.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

import msgspec

from tui.model.readers.pods import PODS
from tui.model.readers.rules.registry import rules_by_kind
from tui.model.readers.rules.rule import uses_in
from tui.model.readers.workloads import WORKLOADS

NAME: Final = "planted"
_KINDS_OF_REFERENCE: Final = ("Local", "Typed", "TypedLocal", "")
_REFERENCES: Final = tuple(f"{one}ObjectReference" for one in _KINDS_OF_REFERENCE)
_OF_EVERYBODY: Final = ("ObjectMeta", "ListMeta", "Status", "JSONSchemaProps")
Obj = dict[str, Any]


class Field(NamedTuple):
    """A field as a schema or a model describes it."""

    name: str
    about: str
    """Description of the field."""
    shape: str
    """Container of the type: "" for none, "[]" for a list, ".*" for a map."""
    type: str
    """The name of its type, without its group and version; "str" and the like."""
    key: Any
    """Key of the fields of the type; None if the type has none."""


class Place(NamedTuple):
    """A place where an object can name a Secret."""

    path: str
    """Path as the API writes it: "spec.tls[].secretName"."""
    type: str


def places(top: Any, fields: Callable[[Any], Iterator[Field]]) -> list[Place]:
    """All places in a type; `fields` gives the fields of a type by its key. A pod template is one place."""
    return list(_walk("", top, fields, (top,)))


def _walk(
    path: str, key: Any, fields: Callable[[Any], Iterator[Field]], above: tuple[Any, ...]
) -> Iterator[Place]:
    for field in fields(key):
        at = f"{path}.{field.name}{field.shape}".lstrip(".")
        is_reference = field.type in _REFERENCES or "Secret" in field.type
        says_so = "secret" in field.name.lower() or "secret" in field.about.lower()
        is_template = field.type == "PodSpec" and at != "spec"
        if is_reference or is_template or (says_so and field.key is None):
            yield Place(at, field.type)
        elif field.key is not None and field.key not in above and field.type not in _OF_EVERYBODY:
            yield from _walk(at, field.key, fields, (*above, field.key))


def of_model(model: Any) -> Iterator[Field]:
    """The fields of one of the client's models, by their annotations."""
    for name, field in model.model_fields.items():
        for shape, one in _types(field.annotation):
            is_model = hasattr(one, "model_fields")
            short = one.__name__.removeprefix("V1") if is_model else str(getattr(one, "__name__", one))
            json_name = field.serialization_alias or name
            yield Field(json_name, field.description or "", shape, short, one if is_model else None)


def _types(annotation: Any) -> Iterator[tuple[str, Any]]:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (list, dict):
        for shape, one in _types(parts[-1]):
            yield ("[]" if origin is list else ".*") + shape, one
    elif origin in (typing.Union, types.UnionType):
        for part in parts:
            if part is not type(None):
                yield from _types(part)
    elif origin is not None:  # Annotated, which says more of the first
        yield from _types(parts[0])
    else:
        yield "", annotation


def of_schemas(schemas: dict[str, Any]) -> Callable[[str], Iterator[Field]]:
    """The fields of a type by its name in the schemas of an OpenAPI v3 document."""

    def fields(key: str) -> Iterator[Field]:
        for name, field in schemas[key].get("properties", {}).items():
            shape, one = "", field
            while not (ref := _ref(one)) and (inner := one.get("items") or one.get("additionalProperties")):
                shape, one = shape + ("[]" if "items" in one else ".*"), inner
            about = field.get("description", "")
            yield Field(name, about, shape, ref.rpartition(".")[2] or one.get("type", ""), ref or None)

    return fields


def _ref(schema: dict[str, Any]) -> str:
    refs = [schema.get("$ref"), *(one.get("$ref") for one in schema.get("allOf", ()))]
    return next((str(ref).rpartition("/")[2] for ref in refs if ref), "")


def object_with(place: Place) -> Obj:
    """An object with a Secret's name at that place, and nothing else."""
    name = "secretName" if place.type == "SecretVolumeSource" else "name"
    value: Any = {name: NAME, "key": "made-up"}
    if place.type in ("str", "string"):
        value = NAME
    elif place.type == "PodSpec":
        value = {"containers": [], "imagePullSecrets": [{"name": NAME}]}
    return typing.cast(Obj, _built(place.path.split("."), value))


def _built(steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    name, is_list, _ = steps[0].partition("[]")
    inner = _built(steps[1:], value)
    return {name: [inner] if is_list else inner}


def names_read(group: str, kind: str, obj: Obj) -> set[str]:
    """The Secrets that the program finds in an object of that kind."""
    obj = {"metadata": {"name": "made-up", "namespace": "shop"}} | obj
    for source in (PODS, *WORKLOADS):
        if (source.api.group, source.api.kind) == (group, kind):
            return {use.secret for use in source.read(msgspec.convert(obj, source.shape)).uses}
    rule = rules_by_kind().get((group, kind))
    return {use.secret for use in uses_in(rule, obj)} if rule is not None else set()


NOT_READ: Final[dict[str, str]] = {
    "Secret *": "the Secret itself",
    "* spec.securityContext.fsGroupChangePolicy": "its description only tells that it is nothing for Secrets",
    "*.cephfs.secretFile": "a path on the node",
    "*.image.reference": "an image, which is pulled with the pod's own imagePullSecrets",
    "*.dataSource": "a snapshot or another claim",
    "*.dataSourceRef": "a snapshot or another claim",
    "* spec.azureFile.secretNamespace": "read as the namespace of the secretName beside it",
    "PersistentVolume spec.claimRef": "a claim; its namespace is read",
    "Ingress *.resource": "what answers requests, such as a bucket",
    "Ingress spec.tls[].hosts[]": "a host",
    "VolumeAttachment spec.source.inlineVolumeSpec.*": "of migrated drivers; the pod names the same Secret",
    "CSIDriver spec.serviceAccountTokenInSecrets": "which field of a request to the driver holds the token",
    "CronJob status.active[]": "its Jobs",
    "Binding target": "a node",
    "Endpoints *.targetRef": "a pod",
    "EndpointSlice *.targetRef": "a pod",
    "Event *": "what happened to it is no use of it",
    "*Role rules[].nonResourceURLs[]": "a path of a URL",
    "TokenRequest spec.boundObjectRef.kind": "asked for, and never stored",
}
"""Places that are not read, by patterns of a kind and a path, and why."""


def excuses(kind: str, place: Place) -> list[str]:
    """The patterns of NOT_READ that match the place of a kind."""
    plain = f"{kind} {place.path}".replace("[]", "")
    return [pattern for pattern in NOT_READ if fnmatchcase(plain, pattern.replace("[]", ""))]


def forgotten(group: str, kind: str, found: Iterable[Place]) -> list[str]:
    """The places of a kind that are neither read nor excused."""
    return [
        f"{kind} {place.path}"
        for place in found
        if not excuses(kind, place) and NAME not in names_read(group, kind, object_with(place))
    ]
