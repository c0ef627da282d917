"""The server's own rules for what may be stored, with its causes word for word.

Source: kubernetes, pkg/apis/core/validation/validation.go; apimachinery, pkg/api/validation and
pkg/util/validation.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

from tui.embedded.causes import Cause, forbidden_field, invalid, required, too_long
from tui.embedded.objects import json_text, pods
from tui.embedded.objects.kinds import POD, SECRET, Kind
from tui.embedded.objects.metadata import common_causes, metadata_causes, metadata_update_causes
from tui.embedded.status import Obj

MOST_DATA: Final = 1024 * 1024
_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
    "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_FROZEN: Final = "field is immutable when `immutable` is set"
_REDACTED: Final = "<secret contents redacted>"


def create_causes(kind: Kind, obj: Obj) -> list[Cause]:
    """Why `obj` may not be created."""
    found = list(metadata_causes(kind, obj["metadata"]))
    if kind is POD:
        found += pods.causes(obj)
    return [*found, *(_secret(obj) if kind is SECRET else ())]


def update_causes(kind: Kind, obj: Obj, old: Obj) -> list[Cause]:
    """Why `obj` may not replace `old`."""
    meta = obj["metadata"]
    found = [*common_causes(meta), *metadata_update_causes(meta, old["metadata"])]
    if kind is not SECRET:
        return [*found, *metadata_causes(kind, meta)]
    if obj["type"] != old["type"]:
        found.append(invalid("type", obj["type"], "field is immutable"))
    if old.get("immutable"):
        if not obj.get("immutable"):
            found.append(forbidden_field("immutable", _FROZEN))
        if obj.get("data") != old.get("data"):
            found.append(forbidden_field("data", _FROZEN))
    return [*found, *metadata_causes(kind, meta), *_secret(obj)]


def _secret(obj: Obj) -> Iterator[Cause]:
    data = obj.get("data") or {}
    for key in data:
        yield from (invalid(f"data[{key}]", key, why) for why in _key_problems(key))
    if sum(_decoded_length(value) for value in data.values()) > MOST_DATA:
        yield too_long("data", MOST_DATA)
    yield from _typed(obj["type"], data, obj["metadata"].get("annotations") or {})


def _key_problems(key: str) -> Iterator[str]:
    if len(key.encode()) > 253:
        yield "must be no more than 253 characters"
    if not _KEY.fullmatch(key):
        yield _KEY_RULE
    if key == ".":
        yield "must not be '.'"
    elif key == "..":
        yield "must not be '..'"
    elif key.startswith(".."):
        yield "must not start with '..'"


def _decoded_length(text: str) -> int:
    return len(text) // 4 * 3 - text[-2:].count("=")


def _typed(kind: str, data: Obj, annotations: Obj) -> Iterator[Cause]:
    if kind == "kubernetes.io/service-account-token":
        if not annotations.get("kubernetes.io/service-account.name"):
            yield required("metadata.annotations[kubernetes.io/service-account.name]")
    elif kind in _DOCKER:
        yield from _docker(_DOCKER[kind], data)
    elif kind == "kubernetes.io/basic-auth":
        if "username" not in data and "password" not in data:
            yield required("data[username]")
            yield required("data[password]")
    elif kind == "kubernetes.io/ssh-auth":
        if not data.get("ssh-privatekey"):
            yield required("data[ssh-privatekey]")
    elif kind == "kubernetes.io/tls":
        yield from (required(f"data[{key}]") for key in ("tls.crt", "tls.key") if key not in data)


_DOCKER: Final = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def _docker(key: str, data: Obj) -> Iterator[Cause]:
    if key not in data:
        yield required(f"data[{key}]")
        return
    problem = json_text.object_problem(base64.b64decode(data[key]))
    if problem:
        yield invalid(f"data[{key}]", _REDACTED, problem)
