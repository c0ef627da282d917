"""Convert objects to their stored form, and check Secrets against the API server's rules.

Source: kubernetes, pkg/apis/core/v1/conversion.go and pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Final

from tui.embedded.objects.kinds import NAMESPACE_KIND, POD_KIND, SECRET_KIND, Kind
from tui.embedded.status import Cause, Obj
from tui.model.secret.formats.pem import key_matches
from tui.model.secret.types.registry import SSH_KEY, TLS, secret_type
from tui.model.secret.validation import MAX_DATA, key_problem
from tui.model.secret.value import Value

_FROZEN: Final = "the Secret is immutable"


def settled(raw: Obj, kind: Kind) -> Obj:
    """Return the object in the form in which the API server stores it.

    stringData is merged into data, keys are sorted, and defaults are added. Null parts of the object and
    empty parts of its metadata are left out, but managedFields is kept.
    """
    obj: Obj = {"kind": kind.name, "apiVersion": kind.api}
    obj |= {name: part for name, part in raw.items() if name not in obj and part is not None}
    obj["metadata"] = meta = {
        name: part
        for name, part in (raw.get("metadata") or {}).items()
        if name == "managedFields" or part not in (None, "", {}, [])
    }
    for name in ("labels", "annotations"):
        if name in meta:
            meta[name] = {key: value or "" for key, value in sorted(meta[name].items())}
    if kind is NAMESPACE_KIND:
        meta["labels"] = {"kubernetes.io/metadata.name": meta["name"]} | meta.get("labels", {})
        obj = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}} | obj
    elif kind is POD_KIND:
        obj.setdefault("status", {"phase": "Pending"})
    elif kind is SECRET_KIND:
        _settle_secret(obj)
    return obj


def _settle_secret(obj: Obj) -> None:
    data = {key: value or "" for key, value in obj.pop("data", {}).items()}
    for key, text in obj.pop("stringData", {}).items():
        data[key] = base64.b64encode(text.encode()).decode()
    if data:
        obj["data"] = dict(sorted(data.items()))
    obj["type"] = obj.get("type") or "Opaque"


def create_causes(obj: Obj) -> Iterator[Cause]:
    meta, kind = obj["metadata"], obj["type"]
    data = {key: Value(base64.b64decode(text)) for key, text in (obj.get("data") or {}).items()}
    for key in data:
        if (problem := key_problem(key)) is not None:
            yield Cause("FieldValueInvalid", f"data[{key}]", problem)
    if sum(value.size for value in data.values()) > MAX_DATA:
        yield Cause("FieldValueTooLong", "data")
    for key, problem in secret_type(kind).problems(data):
        # an empty docker config counts as invalid, an empty SSH key as missing
        is_there = key in data and (data[key].size or key != SSH_KEY)
        yield Cause("FieldValueInvalid" if is_there else "FieldValueRequired", f"data[{key}]", problem)
    account = secret_type(kind).account
    if account and not (meta.get("annotations") or {}).get(account):
        yield Cause("FieldValueRequired", f"metadata.annotations[{account}]")


def update_causes(obj: Obj, old: Obj) -> Iterator[Cause]:
    yield from create_causes(obj)
    if old.get("immutable"):
        for name in ("immutable", "data"):
            if obj.get(name) != old.get(name):
                yield Cause("FieldValueForbidden", name, _FROZEN)


def pair_warning(obj: Obj) -> str:
    """Warning if the certificate and key of a TLS Secret do not match or cannot be parsed, else ""."""
    if obj["type"] != TLS:
        return ""
    crt, key = (base64.b64decode(obj["data"][name]) for name in ("tls.crt", "tls.key"))
    match key_matches(crt, key):
        case True:
            return ""
        case False:
            return "tls: private key does not match public key"
        case None:
            return "tls: failed to parse certificate or private key"
