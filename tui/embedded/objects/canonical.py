"""Objects as the server reads them: types checked, unknown fields dropped, stringData merged.

Source: api/core/v1 Secret and its conversion (pkg/apis/core/v1/conversion.go); apimachinery, pkg/runtime.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from typing import Any, Final

from tui.embedded.causes import quote
from tui.embedded.objects import base64_text, times
from tui.embedded.objects.json_text import Undecodable, mismatch
from tui.embedded.objects.kinds import BY_NAME, EVENT, NAMESPACE, SECRET, Kind
from tui.embedded.status import Obj

META_ORDER: Final = (
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
)
"""The fields of ObjectMeta, in the order in which the server encodes them."""
_TOP: Final[Mapping[str, frozenset[str]]] = {
    "Secret": frozenset({"data", "stringData", "type", "immutable"}),
    "Namespace": frozenset({"spec", "status"}),
    "Pod": frozenset({"spec", "status"}),
    "ServiceAccount": frozenset({"secrets", "imagePullSecrets", "automountServiceAccountToken"}),
    "Event": frozenset(
        {
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "type",
            "eventTime",
            "series",
            "action",
            "related",
            "reportingComponent",
            "reportingInstance",
        }
    ),
}


def unknown_fields(kind: Kind, raw: Obj) -> list[str]:
    """What fieldValidation complains of, in the decoder's words."""
    known = _TOP[kind.name] | {"kind", "apiVersion", "metadata"}
    found: list[str] = []
    for key, value in raw.items():
        if key not in known:
            found.append(key)
        elif key == "metadata" and isinstance(value, dict):
            found += [f"metadata.{name}" for name in value if name not in META_ORDER]
    return [f"unknown field {quote(path)}" for path in found]


def decoded(kind: Kind, raw: Any) -> Obj:
    """A new object in the server's form. Raises Undecodable."""
    if not isinstance(raw, dict):
        raise Undecodable(mismatch(raw, f"value of type v1.{kind.name}"))
    obj: Obj = {"kind": kind.name, "apiVersion": kind.api_version}
    obj["metadata"] = _metadata(kind, raw.get("metadata"))
    for key in raw:
        if key in _TOP[kind.name] and raw[key] is not None and (kind is SECRET or raw[key] not in ([], {})):
            obj[key] = copy.deepcopy(raw[key])
    if kind is EVENT:
        obj = obj | {"eventTime": None, "reportingComponent": "", "reportingInstance": ""} | obj
    if kind is SECRET:
        _decode_secret(obj)
    return obj


def _metadata(kind: Kind, raw: Any) -> Obj:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Undecodable(mismatch(raw, f"struct field {kind.name}.metadata of type v1.ObjectMeta"))
    meta: Obj = {}
    for key, value in raw.items():
        if key not in META_ORDER or value is None:
            continue
        _check_meta(key, value)
        if key in {"labels", "annotations"}:
            value = _string_map(value, f"ObjectMeta.metadata.{key}")
        if value not in ("", {}, [], 0) or key == "managedFields":
            meta[key] = value
    return meta


_GO_TYPES: Final[Mapping[str, tuple[type, str]]] = {
    **dict.fromkeys(("name", "generateName", "namespace", "resourceVersion", "selfLink"), (str, "string")),
    "uid": (str, "types.UID"),
    "generation": (int, "int64"),
    "deletionGracePeriodSeconds": (int, "int64"),
    "labels": (dict, "map[string]string"),
    "annotations": (dict, "map[string]string"),
    "ownerReferences": (list, "[]v1.OwnerReference"),
    "finalizers": (list, "[]string"),
    "managedFields": (list, "[]v1.ManagedFieldsEntry"),
}


_PARTS: Final[Mapping[str, tuple[type, str]]] = {
    "finalizers": (str, "string"),
    "ownerReferences": (dict, "v1.OwnerReference"),
}


def _check_meta(key: str, value: Any) -> None:
    """Raises Undecodable for a value of the wrong type."""
    if key in {"creationTimestamp", "deletionTimestamp"}:
        if not isinstance(value, str):
            raise Undecodable(mismatch(value, f"struct field ObjectMeta.metadata.{key} of type string"))
        try:
            times.parse(value)
        except ValueError:
            layout = "2006-01-02T15:04:05Z07:00"
            text = f"parsing time {quote(str(value))} as {quote(layout)}: cannot parse {quote(str(value))}"
            raise Undecodable(f'{text} as "2006"') from None
        return
    wanted, name = _GO_TYPES[key]
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise Undecodable(mismatch(value, f"struct field ObjectMeta.metadata.{key} of type {name}"))
    part, name = _PARTS.get(key, (object, ""))
    for one in value if isinstance(value, list) else ():
        if not isinstance(one, part):
            raise Undecodable(mismatch(one, f"struct field ObjectMeta.metadata.{key} of type {name}"))


def _string_map(raw: Any, where: str) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise Undecodable(mismatch(raw, f"struct field {where} of type map[string]string"))
    for value in raw.values():
        if value is not None and not isinstance(value, str):
            raise Undecodable(mismatch(value, f"struct field {where} of type string"))
    return {key: value or "" for key, value in sorted(raw.items())}


def _decode_secret(obj: Obj) -> None:
    given = obj.pop("data", None)
    data = _bytes_map(given)
    extra = obj.pop("stringData", None)
    if extra is not None:
        for key, text in _string_map(extra, "Secret.stringData").items():
            data[key] = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    if data or given is not None:
        # An empty map that was given is not the same as none, to an immutable Secret.
        obj["data"] = dict(sorted(data.items()))
    kind = obj.pop("type", "")
    if not isinstance(kind, str):
        raise Undecodable(mismatch(kind, "struct field Secret.type of type v1.SecretType"))
    obj["type"] = kind or "Opaque"
    immutable = obj.get("immutable")
    if immutable is not None and not isinstance(immutable, bool):
        raise Undecodable(mismatch(immutable, "struct field Secret.immutable of type bool"))


def _bytes_map(raw: Any) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Undecodable(mismatch(raw, "struct field Secret.data of type map[string][]uint8"))
    return {key: base64_text.read(value) for key, value in raw.items()}


def drop_empty_data(obj: Obj) -> None:
    """Empty maps are not stored."""
    if obj.get("data") == {}:
        del obj["data"]


def settled(raw: Obj) -> Obj:
    """A given object (a story's, a test's) in the server's form, its status kept. Raises Undecodable."""
    kind = BY_NAME[raw["kind"]]
    obj = decoded(kind, raw)
    drop_empty_data(obj)
    if kind is NAMESPACE:
        obj.setdefault("spec", {"finalizers": ["kubernetes"]})
        obj.setdefault("status", {"phase": "Active"})
    return obj
