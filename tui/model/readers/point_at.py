"""Changes that make the readers of a Secret read another one, as text. Pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from tui.model.rbac.rights import KubectlOptions
from tui.model.readers.pod_spec import WAYS
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import Reader, Use
from tui.model.text.counts import counted

_WAYS: Final = {way.id: way for way in WAYS}
_TEMPLATES: Final = frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"))
"""Kinds with a pod template that can be patched."""
_POD: Final = "cannot be changed: create it again"
_LISTS: Final[Mapping[object, str]] = {None: "containers", "container": "containers", "ephemeral": ""}
"""The list of a pod spec in which containers of this kind are; any other kind is in initContainers."""


def lines_to_change(readers: Iterable[Reader], old: str, new: str) -> Iterator[str]:
    """List for each workload the places that name the old Secret and what they would say instead."""
    for (kind, name), found in _by_workload(readers):
        count = len({reader.info.id for reader in found})
        one = found[0].info.kind
        how = _POD if kind == "Pod" else "" if kind == one.name else counted(count, one.one, one.many)
        yield f"{kind}/{name}   {how}".rstrip()
        for use in _uses(found):
            where = f"container {use.place}, " if use.place else ""
            way = _WAYS.get(use.way) if isinstance(use, PodUse) else None
            yield f"  {where}{use.how()}" + (f"   {way.path}" if way is not None else "")
            field = f"{way.name_field}: " if way is not None else ""
            yield f"    {field}{old} → {field}{new}"


def kubectl_lines(
    readers: Iterable[Reader], namespace: str, new: str, options: KubectlOptions
) -> Iterator[str]:
    """Build a kubectl line for each workload: a patch if all its uses are variables, else an editor.

    The lines use the same cluster and person. A ReplicaSet is changed by the Deployment of its name; a pod
    on its own has no line, since it cannot be changed.
    """
    for (kind, name), found in _by_workload(readers):
        if kind == "ReplicaSet" and "-" in name:
            kind, name = "Deployment", name.rpartition("-")[0]
        uses, at = _uses(found), f"{kind.lower()}/{name}"
        if kind == "Pod":
            continue
        if kind in _TEMPLATES and all(use.way == "env" and _list_of(use) for use in uses):
            patch = json.dumps({"spec": {"template": {"spec": _patched(uses, new)}}}, separators=(",", ":"))
            does = ["patch", at, "-p", patch]
        else:
            does = ["edit", at]
        yield shlex.join(["kubectl", *options.flags, "-n", namespace, *does])


def _by_workload(readers: Iterable[Reader]) -> Iterator[tuple[tuple[str, str], list[Reader]]]:
    ordered = sorted(readers, key=lambda reader: reader.info.workload)
    for workload, found in groupby(ordered, key=lambda reader: reader.info.workload):
        yield workload, list(found)


def _uses(readers: Sequence[Reader]) -> list[Use]:
    """Uses of the readers, each once: the pods of one workload have the same."""
    uses: list[Use] = []
    for reader in readers:
        if reader.use not in uses:
            uses.append(reader.use)
    return uses


def _list_of(use: Use) -> str:
    return _LISTS.get(use.container_kind, "initContainers") if isinstance(use, PodUse) else ""


def _patched(uses: Sequence[Use], new: str) -> dict[str, Any]:
    """A strategic merge patch of a pod spec: containers and variables are found by their names."""
    spec: dict[str, Any] = {}
    for use in uses:
        containers = spec.setdefault(_list_of(use), [])
        container = next((one for one in containers if one["name"] == use.container), None)
        if container is None:
            container = {"name": use.container, "env": []}
            containers.append(container)
        variable = {"name": use.target, "valueFrom": {"secretKeyRef": {"name": new}}}
        container["env"].append(variable)
    return spec
