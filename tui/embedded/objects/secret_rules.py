"""Secrets and other objects in the form in which the cluster stores them, and its rules for Secrets.

Source: kubernetes, pkg/apis/core/v1/conversion.go and pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from tui.embedded.objects.kinds import NAMESPACE, POD, SECRET, Kind
from tui.embedded.status import Cause, Obj

MOST_DATA: Final = 1024 * 1024
_KEY: Final = re.compile(r"(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}")
_SUBDOMAIN: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_FROZEN: Final = "the Secret is immutable"


def settled(raw: Obj, kind: Kind) -> Obj:
    """A given object in the form in which it is stored: stringData merged, keys sorted, no empty parts."""
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
    if kind is NAMESPACE:
        meta["labels"] = {"kubernetes.io/metadata.name": meta["name"]} | meta.get("labels", {})
        obj = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}} | obj
    elif kind is POD:
        obj.setdefault("status", {"phase": "Pending"})
    elif kind is SECRET:
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
    """Why this Secret may not be stored."""
    meta = obj["metadata"]
    name = meta.get("name", "")
    if not name:
        yield Cause("FieldValueRequired", "metadata.name")
    elif len(name) > 253 or not re.fullmatch(_SUBDOMAIN, name):
        yield Cause("FieldValueInvalid", "metadata.name", "not a DNS subdomain")
    data = obj.get("data") or {}
    for key in data:
        if not _KEY.fullmatch(key):
            yield Cause("FieldValueInvalid", f"data[{key}]", "not a valid key")
    if sum(len(value) // 4 * 3 - value[-2:].count("=") for value in data.values()) > MOST_DATA:
        yield Cause("FieldValueTooLong", "data")
    yield from _typed(obj["type"], data, meta.get("annotations") or {})


def update_causes(obj: Obj, old: Obj) -> Iterator[Cause]:
    """Why `obj` may not replace `old`."""
    yield from create_causes(obj)
    if obj["type"] != old["type"]:
        yield Cause("FieldValueInvalid", "type", "the type cannot change")
    if old.get("immutable"):
        for name in ("immutable", "data"):
            if obj.get(name) != old.get(name):
                yield Cause("FieldValueForbidden", name, _FROZEN)
    held, given = ((one["metadata"].get("finalizers") or ()) for one in (old, obj))
    if old["metadata"].get("deletionTimestamp") and set(given) - set(held):
        yield Cause("FieldValueForbidden", "metadata.finalizers", "the object is being deleted")


def _typed(kind: str, data: Obj, annotations: Obj) -> Iterator[Cause]:
    """What a Secret of this type lacks."""
    needed: tuple[str, ...] = ()
    if kind == "kubernetes.io/service-account-token":
        account = "kubernetes.io/service-account.name"
        if not annotations.get(account):
            yield Cause("FieldValueRequired", f"metadata.annotations[{account}]")
    elif kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(data):
        needed = ("username", "password")
    elif kind == "kubernetes.io/ssh-auth" and not data.get("ssh-privatekey"):
        needed = ("ssh-privatekey",)
    elif kind == "kubernetes.io/tls":
        needed = tuple(key for key in ("tls.crt", "tls.key") if key not in data)
    elif kind in ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"):
        key = f".{kind.removeprefix('kubernetes.io/')}"
        if key not in data:
            needed = (key,)
        elif not _is_object(base64.b64decode(data[key])):
            yield Cause("FieldValueInvalid", f"data[{key}]", "not a JSON object")
    for key in needed:
        yield Cause("FieldValueRequired", f"data[{key}]")


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(text), dict | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def pair_warning(obj: Obj) -> str:
    """What the server says of a certificate and a key that do not belong together; empty if they do."""
    if obj["type"] != "kubernetes.io/tls":
        return ""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    crt, key = (base64.b64decode(obj["data"][name]) for name in ("tls.crt", "tls.key"))
    try:
        public = load_pem_x509_certificate(crt).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "tls: failed to find any PEM data in certificate input"
    try:
        own = load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "tls: failed to parse private key"
    return "" if own == public else "tls: private key does not match public key"
