"""Changes that make the readers of a Secret read another Secret."""

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
"""Kinds with a pod template that `kubectl patch` can change."""
_FIXED: Final[Mapping[str, str]] = {
    "Pod": "cannot be changed: create it again",
    "Job": "cannot be changed: create it again",
    "Node": "change the manifest of the static pod on the node",
}
"""Keys are kinds of workloads that `kubectl edit` cannot point at another Secret. Values are advice."""
WITHOUT_ROLLOUT: Final = frozenset(("ReplicaSet", "ReplicationController"))
"""Kinds that do not replace their pods if the pod template changes."""
_LISTS: Final[Mapping[object, str]] = {None: "containers", "container": "containers", "ephemeral": ""}
"""Names of lists in a pod spec, by `PodUse.container_kind`.

The name is "" if `kubectl patch` cannot change the containers. Containers of other kinds are in the list
`initContainers`.
"""


def lines_to_change(readers: Iterable[Reader], old: str, new: str) -> Iterator[str]:
    """Yield a line for each workload, and after it two lines for each field that names the Secret.

    The first of the two lines describes the field. The second has the old and the new name of the Secret.
    """
    for (kind, name), workload_readers in _by_workload(readers):
        count = len({reader.info.id for reader in workload_readers})
        reader_kind = workload_readers[0].info.kind
        advice = _FIXED.get(kind, "")
        if not advice and kind != reader_kind.name:
            advice = counted(count, reader_kind.one, reader_kind.many)
            if kind in WITHOUT_ROLLOUT:
                advice += ": delete them after the change" if count > 1 else ": delete it after the change"
        yield f"{kind}/{name}   {advice}".rstrip()
        for use in _uses(workload_readers):
            where = f"container {use.place}, " if use.place else ""
            way = _WAYS.get(use.way) if isinstance(use, PodUse) else None
            yield f"  {where}{use.how()}" + (f"   {way.path}" if way is not None else "")
            field = f"{way.name_field}: " if way is not None else ""
            yield f"    {field}{old} → {field}{new}"


def kubectl_lines(
    readers: Iterable[Reader], namespace: str, new: str, options: KubectlOptions
) -> Iterator[str]:
    """Yield a `kubectl patch` or `kubectl edit` command for each workload, except kinds in `_FIXED`."""
    for (kind, name), workload_readers in _by_workload(readers):
        uses, at = _uses(workload_readers), f"{kind.lower()}/{name}"
        if kind in _FIXED:
            continue
        if kind in _TEMPLATES and all(use.way == "env" and _list_of(use) for use in uses):
            patch = json.dumps({"spec": {"template": {"spec": _patched(uses, new)}}}, separators=(",", ":"))
            command = ["patch", at, "-p", patch]
        else:
            command = ["edit", at]
        yield shlex.join(["kubectl", *options.flags, "-n", namespace, *command])


def _by_workload(readers: Iterable[Reader]) -> Iterator[tuple[tuple[str, str], list[Reader]]]:
    ordered = sorted(readers, key=lambda reader: reader.info.workload)
    for workload, group in groupby(ordered, key=lambda reader: reader.info.workload):
        yield workload, list(group)


def _uses(readers: Sequence[Reader]) -> list[Use]:
    uses: list[Use] = []
    for reader in readers:
        if reader.use not in uses:
            uses.append(reader.use)
    return uses


def _list_of(use: Use) -> str:
    return _LISTS.get(use.container_kind, "initContainers") if isinstance(use, PodUse) else ""


def _patched(uses: Sequence[Use], new: str) -> dict[str, Any]:
    """Build the pod spec of a strategic merge patch, which matches containers and variables by name."""
    spec: dict[str, Any] = {}
    for use in uses:
        containers = spec.setdefault(_list_of(use), [])
        container = next((entry for entry in containers if entry["name"] == use.container), None)
        if container is None:
            container = {"name": use.container, "env": []}
            containers.append(container)
        variable = {"name": use.target, "valueFrom": {"secretKeyRef": {"name": new}}}
        container["env"].append(variable)
    return spec
