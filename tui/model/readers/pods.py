"""Pods as readers of Secrets: PodShape (as decoded), PodInfo (as kept in memory), PODS (how to read them)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import intern
from typing import ClassVar, Final

from tui.model import api_object
from tui.model.readers.pod_spec import PodSpec
from tui.model.readers.pod_use import PodUse, containers_of, uses_of
from tui.model.readers.reader import ReaderInfo, ReaderKind
from tui.model.readers.source import NO_META, ObjectMeta, ObjectPart, ReaderSource
from tui.model.text.times import parse_time

POD_READER: Final = ReaderKind("Pod", "pod", "pods")


JUST_STARTING: Final = frozenset(("ContainerCreating", "PodInitializing"))
"""Reasons for which a container waits during a normal start, in the kubelet's words."""
PULLING: Final = frozenset(("ErrImagePull", "ImagePullBackOff"))
"""Reasons of a failed image pull."""
NOT_STARTED: Final = PULLING | {
    "CreateContainerConfigError",
    "CreateContainerError",
    "InvalidImageName",
    "RunContainerError",
}
FAILING: Final = NOT_STARTED | {"CrashLoopBackOff"}
"""Reasons of a waiting container that could not start, or that ended repeatedly."""


class Waiting(ObjectPart, frozen=True):
    reason: str | None = None
    message: str | None = None


class Running(ObjectPart, frozen=True):
    started_at: str | None = None


class Terminated(ObjectPart, frozen=True):
    reason: str | None = None
    exit_code: int = 0
    signal: int = 0


class ContainerState(ObjectPart, frozen=True):
    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(ObjectPart, frozen=True):
    name: str = ""
    ready: bool = False
    state: ContainerState | None = None


class PodStatus(ObjectPart, frozen=True):
    phase: str = ""
    reason: str | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    ephemeral_container_statuses: list[ContainerStatus] | None = None


_NO_SPEC: Final = PodSpec()
_NO_STATUS: Final = PodStatus()


class PodShape(ObjectPart, frozen=True):
    metadata: ObjectMeta = NO_META
    spec: PodSpec = _NO_SPEC
    status: PodStatus = _NO_STATUS


class PodInfo(ReaderInfo, frozen=True, kw_only=True):
    """A pod, with a `status` such as "running", "terminating" or "CreateContainerConfigError".

    `controller` is the owner of the pod. If the owner is a ReplicaSet, and its name and the pod's
    labels show its Deployment or Rollout, `controller` is that Deployment or Rollout.
    """

    kind: ReaderKind = POD_READER
    uses: tuple[PodUse, ...]
    phase: str
    """Phase of the pod, such as "Running"."""
    waiting: tuple[tuple[str, str, str], ...]
    """(container, reason, message) of each waiting container."""
    ready: str
    """Ready containers / all containers, such as "1/2". Only regular containers and sidecars count."""
    starts: tuple[tuple[str, float], ...]
    """(container, time of its start) of each running container of any kind."""
    is_terminating: bool
    account: str = "default"
    node: str = ""
    """Name of the node; "" until the pod is scheduled."""

    SHARED: ClassVar[tuple[str, ...]] = (*ReaderInfo.SHARED, "phase", "waiting", "ready", "account", "node")

    def started(self, container: str) -> float | None:
        return next((start for name, start in self.starts if name == container), None)

    @property
    def title(self) -> str:
        """Name without the kind, because most readers are pods."""
        return self.name

    @property
    def messages(self) -> tuple[str, ...]:
        texts = (
            message or reason for _, reason, message in self.waiting if message or reason.endswith("Error")
        )
        return tuple(f"kubelet: {words}" for words in dict.fromkeys(texts))


def pod_info(shape: PodShape) -> PodInfo:
    meta, status = shape.metadata, shape.status
    containers = containers_of(shape.spec)
    lasting = {container.shape.name for container in containers if container.kind in ("container", "sidecar")}
    statuses = [*(status.container_statuses or ()), *(status.init_container_statuses or ())]
    ready = sum(container.ready for container in statuses if container.name in lasting)
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
        starts=tuple(_starts(status)),
        is_terminating=meta.deletion_timestamp is not None,
        uses=uses_of(shape.spec),
        account=shape.spec.service_account_name or "default",
        node=shape.spec.node_name or "",
    )


def _controller(meta: ObjectMeta) -> tuple[str, str] | None:
    """Return the kind and name of the workload that controls the pod, or None if none does."""
    owner = next((owner for owner in meta.owner_references or () if owner.controller), None)
    return workload_of(owner.kind, owner.name, meta.labels or {}) if owner is not None else None


def workload_of(kind: str, name: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return the kind and name of the workload of a pod, from the kind and name of the pod's controller.

    If the controller is a ReplicaSet whose name ends in the hash from a label of the pod, return the
    Deployment or Rollout that owns the ReplicaSet.
    """
    if kind == "ReplicaSet":
        for label, owner in (("rollouts-pod-template-hash", "Rollout"), ("pod-template-hash", "Deployment")):
            ending = f"-{labels[label]}" if labels.get(label) else ""
            if ending and name.endswith(ending):
                return owner, name.removesuffix(ending)
    return kind, name


def _all_statuses(status: PodStatus) -> Iterator[ContainerStatus]:
    yield from status.init_container_statuses or ()
    yield from status.container_statuses or ()
    yield from status.ephemeral_container_statuses or ()


def _waiting(status: PodStatus) -> Iterator[tuple[str, str, str]]:
    for container in _all_statuses(status):
        if container.state is not None and container.state.waiting is not None:
            yield container.name, container.state.waiting.reason or "", container.state.waiting.message or ""


def _starts(status: PodStatus) -> Iterator[tuple[str, float]]:
    for container in _all_statuses(status):
        running = container.state.running if container.state is not None else None
        if running is not None and (started := parse_time(running.started_at)) is not None:
            yield intern(container.name), started  # pods of a workload share the name in memory


def _status(meta: ObjectMeta, status: PodStatus) -> str:
    if meta.deletion_timestamp is not None:
        return "terminating"
    if status.reason:
        return status.reason
    reasons = [reason for _container, reason, _message in _waiting(status) if reason]
    unusual = [reason for reason in reasons if reason not in JUST_STARTING]
    if unusual or reasons:
        return (unusual or reasons)[0]
    for container in _all_statuses(status):
        terminated = container.state.terminated if container.state is not None else None
        if (
            terminated is not None
            and (terminated.exit_code or terminated.signal)
            and status.phase != "Succeeded"
        ):
            return terminated.reason or "Error"
    return status.phase.lower() or "unknown"


PODS: Final = ReaderSource(kind=POD_READER, api=api_object.POD, shape=PodShape, read=pod_info)
