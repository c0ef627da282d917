"""What demo.yaml leaves unwritten: uids, empty managedFields, values too long to write down."""

from __future__ import annotations

import base64
import uuid
from typing import Final

from tui.embedded.status import Obj

_STORY: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "story.example.test")
"""Names are hashed under it, so that an object has the same uid in every run."""


def fill(obj: Obj) -> Obj:
    """The object of the story, whole: a new dict; what is written in it stays.

    `x-fill: {key: size}`, beside data, becomes a value of that many bytes, in numbered lines.
    """
    meta = dict(obj["metadata"])
    namespace = meta.get("namespace", "")
    meta.setdefault("uid", _uid(obj["kind"], namespace, meta["name"]))
    meta.setdefault("managedFields", [])
    if "ownerReferences" in meta:
        meta["ownerReferences"] = [
            {"uid": _uid(owner["kind"], namespace, owner["name"])} | owner
            for owner in meta["ownerReferences"]
        ]
    whole = {key: value for key, value in obj.items() if key != "x-fill"} | {"metadata": meta}
    if "involvedObject" in obj:
        about = obj["involvedObject"]
        whole["involvedObject"] = {"uid": _uid(about["kind"], about["namespace"], about["name"])} | about
    if "x-fill" in obj:
        long = {key: base64.b64encode(lines(size)).decode() for key, size in obj["x-fill"].items()}
        whole["data"] = obj.get("data", {}) | long
    return whole


def lines(size: int) -> bytes:
    """`size` bytes of made-up addresses, one a line; the last line may be cut."""
    rows = (f"203.0.113.{number % 256}  made-up-{number:06}\n".encode() for number in range(size // 20 + 1))
    return b"".join(rows)[:size]


def _uid(kind: str, namespace: str, name: str) -> str:
    return str(uuid.uuid5(_STORY, f"{kind}/{namespace}/{name}"))
