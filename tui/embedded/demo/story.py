"""Story: the objects that the demo cluster has at its start.

The objects come from demo.yaml. The owners of the pods, such as ReplicaSets, are added.
"""

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
"""Start of the demo, in seconds since the epoch. A certificate in the demo expires soon after this time."""
DEMO: Final = Path(__file__).with_name("demo.yaml")


def load(path: Path) -> list[Obj]:
    """Load the objects of a YAML file. Replace an object such as a List or SecretList with its items.

    Items of a SecretList need no kind.
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
    type_meta = {"apiVersion": document["apiVersion"], "kind": kind.removesuffix("List")}
    return [type_meta | item for item in document["items"]]


def load_story() -> list[Obj]:
    story = [_filled(obj) for obj in load(DEMO)]
    return [*story, *Owners(story, _uid, STORY_TIME).made()]


_STORY: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "story.example.test")
"""UUID from which the uids of objects are computed. It is fixed, so every run has the same uids."""


def _filled(obj: Obj) -> Obj:
    """Add the fields that demo.yaml leaves out, such as uids.

    `x-fill: {key: size}` becomes a key whose value is `size` bytes of numbered lines.
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
    rows = (f"203.0.113.{number % 256}  made-up-{number:06}\n".encode() for number in range(size // 20 + 1))
    return b"".join(rows)[:size]


def _uid(kind: str, namespace: str, name: str) -> str:
    return str(uuid.uuid5(_STORY, f"{kind}/{namespace}/{name}"))
