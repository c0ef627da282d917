"""A pod reduced to what concerns Secrets: its uses, controller, status and start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tui.model.readers.effects import ChangeKind, Effect, effect, how, reads, when_seen
from tui.model.readers.pod_spec import PodShape
from tui.model.readers.pod_status import ContainerStatus, PodMeta, PodStatus
from tui.model.readers.pod_uses import ContainerKind, Use, containers_of, uses_of
from tui.model.text.times import parse_time

__all__ = [
    "ChangeKind",
    "ContainerKind",
    "Effect",
    "PodInfo",
    "Reader",
    "Use",
    "count_pods",
    "effect",
    "how",
    "pod_info",
    "reads",
    "uses_of",
    "when_seen",
]

_JUST_STARTING = frozenset(("ContainerCreating", "PodInitializing"))


class PodInfo(msgspec.Struct, frozen=True):
    """A pod, as far as it concerns Secrets. Times are seconds since the epoch."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    controller: tuple[str, str] | None
    """(kind, name) of what keeps it running: a Deployment rather than its ReplicaSet, where labels tell."""
    phase: str
    """"Pending", "Running", "Succeeded", "Failed", "Unknown"."""
    status: str
    """In a word: "running", "terminating", "CreateContainerConfigError"."""
    waiting: tuple[tuple[str, str, str], ...]
    """(container, reason, message) of every container that waits."""
    ready: str
    """Containers and sidecars that are ready, of all: "1/1"."""
    created: float | None
    started: float | None
    """When the oldest of its running containers and sidecars started: what that one read may be as old."""
    is_terminating: bool
    uses: tuple[Use, ...]

    @property
    def workload(self) -> tuple[str, str]:
        """(kind, name) of what it belongs to; a pod on its own is its own."""
        return self.controller or ("Pod", self.name)


class Reader(msgspec.Struct, frozen=True):
    """A pod, and one of its uses."""

    pod: PodInfo
    use: Use


def count_pods(readers: Iterable[Reader]) -> int:
    """How many pods they are: a pod with several uses is one."""
    return len({(reader.pod.namespace, reader.pod.name) for reader in readers})


def pod_info(shape: PodShape) -> PodInfo:
    """What the program keeps of a pod."""
    meta, status = shape.metadata, shape.status
    homes = containers_of(shape.spec)
    lasting = {home.shape.name for home in homes if home.kind in ("container", "sidecar")}
    told = [*(status.container_statuses or ()), *(status.init_container_statuses or ())]
    ready = sum(one.ready for one in told if one.name in lasting)
    return PodInfo(
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        resource_version=meta.resource_version,
        controller=_controller(meta),
        phase=status.phase,
        status=_status(meta, status),
        waiting=tuple(_waiting(status)),
        ready=f"{ready}/{len(lasting)}",
        created=parse_time(meta.creation_timestamp),
        started=min(_starts(told, lasting), default=None),
        is_terminating=meta.deletion_timestamp is not None,
        uses=uses_of(shape.spec),
    )


def _controller(meta: PodMeta) -> tuple[str, str] | None:
    """Whose pod it is. A ReplicaSet's name ends in the hash that the pod's labels repeat."""
    owner = next((owner for owner in meta.owner_references or () if owner.controller), None)
    if owner is None:
        return None
    labels = meta.labels or {}
    if owner.kind == "ReplicaSet":
        for label, kind in (("rollouts-pod-template-hash", "Rollout"), ("pod-template-hash", "Deployment")):
            ending = f"-{labels[label]}" if labels.get(label) else ""
            if ending and owner.name.endswith(ending):
                return kind, owner.name.removesuffix(ending)
    return owner.kind, owner.name


def _all_statuses(status: PodStatus) -> Iterator[ContainerStatus]:
    yield from status.init_container_statuses or ()
    yield from status.container_statuses or ()
    yield from status.ephemeral_container_statuses or ()


def _waiting(status: PodStatus) -> Iterator[tuple[str, str, str]]:
    for one in _all_statuses(status):
        if one.state is not None and one.state.waiting is not None:
            yield one.name, one.state.waiting.reason or "", one.state.waiting.message or ""


def _starts(told: list[ContainerStatus], lasting: set[str]) -> Iterator[float]:
    for one in told:
        running = one.state.running if one.state is not None else None
        if running is not None and one.name in lasting:
            started = parse_time(running.started_at)
            if started is not None:
                yield started


def _status(meta: PodMeta, status: PodStatus) -> str:
    if meta.deletion_timestamp is not None:
        return "terminating"
    if status.reason:
        return status.reason
    reasons = [reason for _container, reason, _message in _waiting(status) if reason]
    telling = [reason for reason in reasons if reason not in _JUST_STARTING]
    if telling or reasons:
        return (telling or reasons)[0]
    for one in _all_statuses(status):
        ended = one.state.terminated if one.state is not None else None
        if ended is not None and (ended.exit_code or ended.signal) and status.phase != "Succeeded":
            return ended.reason or "Error"
    return status.phase.lower() or "unknown"
