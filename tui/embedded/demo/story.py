"""The tour's story: demo.yaml, read into objects."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import yaml

from tui.embedded.demo.managers import synced_version
from tui.embedded.demo.owners import Owners
from tui.embedded.status import Obj

STORY_TIME: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC).timestamp()
"""Time of the story: a certificate is about to expire then, and pods are days old."""
DEMO: Final = Path(__file__).with_name("demo.yaml")


def load(path: Path) -> list[Obj]:
    """The objects of a manifest: several documents, lists flattened.

    As for kubectl, the items of a SecretList need not say that they are Secrets.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    objects: list[Obj] = []
    with path.open(encoding="utf-8") as file:
        for document in yaml.load_all(file, Loader=loader):
            if document is not None:
                objects += _items(document)
    return objects


def _items(document: Obj) -> list[Obj]:
    kind = document.get("kind", "")
    if not kind.endswith("List"):
        return [document]
    if kind == "List":
        return list(document["items"])
    said = {"apiVersion": document["apiVersion"], "kind": kind.removesuffix("List")}
    return [said | item for item in document["items"]]


def load_story() -> list[Obj]:
    """Objects that the tour's cluster holds at its start."""
    story = [_filled(obj) for obj in load(DEMO)]
    return [*story, *Owners(story, _uid, STORY_TIME).made()]


_STORY: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "story.example.test")
"""Names are hashed under it, so that an object has the same uid in every run."""


def _filled(obj: Obj) -> Obj:
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
    if obj["kind"] == "ExternalSecret":
        whole["status"] = obj["status"] | {"syncedResourceVersion": synced_version(whole)}
    if "x-fill" in obj:
        long = {key: base64.b64encode(_lines(size)).decode() for key, size in obj["x-fill"].items()}
        whole["data"] = obj.get("data", {}) | long
    return whole


def _lines(size: int) -> bytes:
    """`size` bytes of made-up addresses, one a line; the last line may be cut."""
    rows = (f"203.0.113.{number % 256}  made-up-{number:06}\n".encode() for number in range(size // 20 + 1))
    return b"".join(rows)[:size]


def _uid(kind: str, namespace: str, name: str) -> str:
    return str(uuid.uuid5(_STORY, f"{kind}/{namespace}/{name}"))
