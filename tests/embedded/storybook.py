"""The tour's story as its tests look at it, read without any of the program's own extractors."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from tui.embedded.demo.story import load_story
from tui.embedded.objects.store import Store

STILL: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""When the story plays: its clock stands still for pictures."""

Obj = dict[str, Any]


@cache
def held() -> Store:
    """A store that holds the story. Shared by all tests: nobody writes to it."""
    store = Store(STILL.timestamp)
    for obj in load_story():
        store.put(obj)
    return store


def all_of(plural: str) -> dict[str, Obj]:
    """The objects of one kind by "namespace/name"."""
    return {key: record.obj for key, record in held().shelves[plural].records.items()}


def secrets() -> dict[str, Obj]:
    return all_of("secrets")


def pods() -> dict[str, Obj]:
    return all_of("pods")


def data(secret: Obj) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}


def values() -> list[bytes]:
    """Every value of every Secret."""
    return [value for secret in secrets().values() for value in data(secret).values()]


def manager_names(secret: Obj) -> list[str]:
    return [entry["manager"] for entry in secret["metadata"].get("managedFields", [])]


class Reference(NamedTuple):
    """One place of a pod that names a secret. `key` is None where all keys are meant."""

    place: str
    secret: str
    key: str | None = None
    is_optional: bool = False


def references(pod: Obj) -> Iterator[Reference]:
    spec = pod["spec"]
    for pull in spec.get("imagePullSecrets", []):
        yield Reference("imagePullSecrets", pull["name"])
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(kind, []):
            yield from _of_container(kind, container)
    for volume in spec.get("volumes", []):
        yield from _of_volume(volume)


def _of_container(kind: str, container: Obj) -> Iterator[Reference]:
    for variable in container.get("env", []):
        ref = variable.get("valueFrom", {}).get("secretKeyRef")
        if ref:
            yield Reference(f"{kind}.env", ref["name"], ref["key"], ref.get("optional", False))
    for source in container.get("envFrom", []):
        ref = source["secretRef"]
        yield Reference(f"{kind}.envFrom", ref["name"], None, ref.get("optional", False))


def _of_volume(volume: Obj) -> Iterator[Reference]:
    for kind, source in volume.items():
        if kind == "secret":
            yield from _of_files(kind, source["secretName"], source)
        elif kind == "projected":
            parts = [part["secret"] for part in source["sources"] if "secret" in part]
            for part in parts:
                yield from _of_files(kind, part["name"], part)
        elif kind == "azureFile":
            yield Reference(kind, source["secretName"])
        elif kind == "csi":
            yield Reference(kind, source["nodePublishSecretRef"]["name"])
        elif kind != "name":
            yield Reference(kind, source["secretRef"]["name"])


def _of_files(place: str, name: str, source: Obj) -> Iterator[Reference]:
    is_optional = source.get("optional", False)
    if "items" not in source:
        yield Reference(place, name, None, is_optional)
    for item in source.get("items", []):
        yield Reference(f"{place}.items", name, item["key"], is_optional)
