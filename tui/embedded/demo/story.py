"""The tour's story: demo.yaml, read into objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from tui.embedded.demo.fill import fill
from tui.embedded.status import Obj

DEMO: Final = Path(__file__).with_name("demo.yaml")


def load(path: Path) -> list[Obj]:
    """The objects of a manifest: several documents, lists flattened. Times become text again.

    As for kubectl, the items of a SecretList need not say that they are Secrets.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    objects: list[Obj] = []
    with path.open(encoding="utf-8") as file:
        for document in yaml.load_all(file, Loader=_without_times(loader)):
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


def _without_times(loader: Any) -> Any:
    """The loader, with 2026-11-24T15:00:00Z left as text."""
    resolvers = {
        first: [(tag, test) for tag, test in tests if tag != "tag:yaml.org,2002:timestamp"]
        for first, tests in loader.yaml_implicit_resolvers.items()
    }
    return type("Loader", (loader,), {"yaml_implicit_resolvers": resolvers})


def load_story() -> list[Obj]:
    """What the tour's cluster holds at its start."""
    return [fill(obj) for obj in load(DEMO)]
