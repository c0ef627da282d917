"""What a write brings in: its body decoded and checked against the request, with the server's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tui.embedded.causes import invalid, quote
from tui.embedded.objects import json_text
from tui.embedded.objects.canonical import decoded, unknown_fields
from tui.embedded.objects.json_text import GO_NAMES, NotJson, Undecodable, repeated
from tui.embedded.objects.kinds import BY_NAME, Kind
from tui.embedded.status import ApiError, Obj, bad_request, unprocessable

_TYPE_META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)

_WORKLOADS: Final = frozenset(
    ("apps/v1", name) for name in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
) | {("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "ConfigMap"), ("v1", "Service")}
"""Kinds that the server knows, and this one only by name."""


@dataclass(frozen=True)
class Incoming:
    """An object that a request brings, and the keys whose values are null there (empty in `obj`)."""

    obj: Obj
    nulls: frozenset[str]

    @classmethod
    def of(cls, kind: Kind, raw: Obj) -> Incoming:
        """Raises Undecodable."""
        data = raw.get("data") if isinstance(raw, dict) else None
        nulls = [key for key, value in data.items() if value is None] if isinstance(data, dict) else ()
        return cls(decoded(kind, raw), frozenset(nulls))

    @property
    def written(self) -> Obj:
        """The object as its writer's fields are told from it: null is not empty, and empty data is none."""
        data = self.obj.get("data")
        if not data or self.obj["kind"] != "Secret":
            return {name: part for name, part in self.obj.items() if name != "data" or part}
        return self.obj | {"data": {key: None if key in self.nulls else value for key, value in data.items()}}


def read(kind: Kind, body: bytes, validation: str, warnings: list[str]) -> Incoming:
    """What a POST or PUT brings; what is odd about it goes to `warnings`. Raises ApiError (400)."""
    try:
        raw = _typed(json_text.decode(body))
    except NotJson as problem:
        raise unrecognized(kind.name, problem.why, body) from None
    except Undecodable as problem:
        raise unrecognized(kind.name, problem.why, body) from None
    name, version = raw.get("kind") or kind.name, raw.get("apiVersion") or kind.api_version
    where = f"{name} in version {quote(version.rpartition('/')[2])} cannot be handled as a {kind.name}"
    try:
        demand_kind(kind, raw)
        found = Incoming.of(kind, raw)
    except Undecodable as problem:
        raise bad_request(f"{where}: {problem.why}") from None
    odd = [*repeated(body), *unknown_fields(kind, raw)] if validation != "Ignore" else []
    if odd and validation == "Strict":
        raise bad_request(f"{where}: strict decoding error: {', '.join(odd)}")
    warnings += odd
    return found


def _typed(raw: Any) -> Obj:
    """The document, if kind and version can be read from it. Raises Undecodable."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        given = GO_NAMES[type(raw)]
        text = f"json: cannot unmarshal {given} into Go value of type {_TYPE_META}"
        raise Undecodable(f"couldn't get version/kind; json parse error: {text}")
    for key, field in (("apiVersion", "apiVersion"), ("kind", "kind")):
        if raw.get(key) is not None and not isinstance(raw[key], str):
            given = GO_NAMES[type(raw[key])]
            text = f"json: cannot unmarshal {given} into Go struct field .{field} of type string"
            raise Undecodable(f"couldn't get version/kind; json parse error: {text}")
    return raw


def unrecognized(kind: str, why: str, body: bytes) -> ApiError:
    """400 for a body that is not even JSON, or no object; it shows the start of the body."""
    if not why.startswith("couldn't"):
        why = f"couldn't get version/kind; json parse error: {why}"
    start = body[:30].decode("utf-8", "replace") if body.startswith(b"{") else body[:30].hex()
    summary = (start + (" ..." if len(body) > 30 else "")) or "<empty>"
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({summary})")


def demand_kind(kind: Kind, raw: Obj) -> None:
    """Raises Undecodable if the document says that it is something else."""
    name, version = raw.get("kind") or kind.name, raw.get("apiVersion") or kind.api_version
    if name == kind.name and version == kind.api_version:
        return
    if (name in BY_NAME and version == kind.api_version) or (version, name) in _WORKLOADS:
        raise Undecodable(f"converting (v1.{name}) to (core.{kind.name}): unknown conversion")
    raise Undecodable(unregistered(name, version))


def unregistered(name: str, version: str) -> str:
    where = "pkg/runtime/scheme.go:111"
    return f"no kind {quote(name)} is registered for version {quote(version)} in scheme {quote(where)}"


def patched_object(
    kind: Kind, raw: Any, validation: str, odd: Iterable[str], warnings: list[str], told: str | None = None
) -> Incoming:
    """What a patch made; what is odd about it, and `odd` of the patch, goes to `warnings`.

    Raises ApiError (422): a result that does not decode is echoed whole, values included, as the real
    server does it; of a strategic merge `told`, the patch alone.
    """
    try:
        if isinstance(raw, dict):
            demand_kind(kind, _typed(raw))
        found = Incoming.of(kind, raw)
    except Undecodable as problem:
        why = problem.why if told is None else _restoring(problem.why)
        raise _echo(raw if told is None else told, why) from None
    strange = [*odd, *unknown_fields(kind, raw)] if validation != "Ignore" else []
    if strange and validation == "Strict":
        raise _echo(raw if told is None else told, f"strict decoding error: {', '.join(strange)}")
    warnings += strange
    return found


def go_text(value: Any) -> str:
    """A decoded JSON value as Go prints it: map[data:map[k:YQ==]]."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_text(part)}' for key, part in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(go_text(part) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)


def merged_up(patch: Any, held: Any) -> Any:
    """A strategic merge as it is left when it was applied: nulls are gone where there was no map yet."""
    if not isinstance(patch, dict):
        return patch
    is_there = isinstance(held, dict)
    return {
        key: merged_up(part, held.get(key) if is_there else None)
        for key, part in patch.items()
        if is_there or part is not None
    }


def _restoring(why: str) -> str:
    """The words of the converter, which a strategic merge goes through instead of the decoder."""
    found = re.search(r"json: cannot unmarshal (\w+) into .* of type (\S+)$", why)
    if not found:
        return why if why.startswith("parsing time") else f"error decoding from json: {why}"
    if "creationTimestamp" in why or "deletionTimestamp" in why:
        return f"json: cannot unmarshal {found[1]} into Go value of type string"
    given, wanted = {"number": "int64", "object": "map", "array": "slice"}.get(found[1], found[1]), found[2]
    if wanted.startswith("[]"):
        return f"cannot restore slice from {given}"
    if wanted.startswith("map["):
        return f"cannot restore map from {given}"
    if wanted in ("v1.ObjectMeta", "v1.OwnerReference"):
        return f"cannot restore struct from: {given}"
    is_text = wanted not in ("bool", "int64")
    if given == "int64" and is_text:
        return f"cannot convert int64 to {wanted}"
    return f"unrecognized type: {'string' if is_text else wanted}"


def _echo(raw: Any, why: str) -> ApiError:
    text = raw if isinstance(raw, str) else msgspec.json.encode(raw).decode()
    return unprocessable("", "", [invalid("patch", text, why)])


def patch_document(body: bytes) -> Any:
    """The patch itself. Raises ApiError (400)."""
    try:
        return json_text.decode(body)
    except NotJson:
        raise bad_request("invalid JSON patch") from None


def place(kind: Kind, namespace: str, obj: Obj) -> None:
    """Gives the object the namespace of its request. Raises ApiError (400) if it names another."""
    meta = obj["metadata"]
    given = meta.get("namespace", "")
    if given and given != namespace:
        text = "the namespace of the provided object does not match the namespace sent on the request"
        raise bad_request(text)
    if kind.is_namespaced:
        meta["namespace"] = namespace


def check_name(obj: Obj, name: str) -> None:
    """Raises ApiError (400) unless the object has the name of its URL."""
    given = obj["metadata"].get("name", "")
    if not given:
        text = f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
        raise bad_request(text)
    if given != name:
        raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")
