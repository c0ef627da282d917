"""Workloads as readers of Secrets."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final, TypeAlias

from tui.model.api_object import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    REPLICA_SET,
    REPLICATION_CONTROLLER,
    STATEFUL_SET,
    ApiKind,
)
from tui.model.readers.controllers import KEPT
from tui.model.readers.pod_spec import PodSpec
from tui.model.readers.pod_use import PodUse, uses_of
from tui.model.readers.reader import ReaderInfo, ReaderKind
from tui.model.readers.source import NO_META, ObjectMeta, ObjectPart, ReaderSource
from tui.model.text.counts import counted
from tui.model.text.times import parse_time

Annotations: TypeAlias = tuple[tuple[str, str], ...]


class _Meta(ObjectMeta, frozen=True):
    annotations: dict[str, str] | None = None


class _PodSpec(PodSpec, frozen=True):
    service_account_name: str | None = None


class _Template(ObjectPart, frozen=True):
    metadata: _Meta = _Meta()
    spec: _PodSpec = _PodSpec()


class _JobSpec(ObjectPart, frozen=True):
    template: _Template = _Template()


class _JobTemplate(ObjectPart, frozen=True):
    spec: _JobSpec = _JobSpec()


class _Spec(ObjectPart, frozen=True):
    replicas: int | None = None
    paused: bool | None = None
    suspend: bool | None = None
    template: _Template | None = None
    job_template: _JobTemplate | None = None


class _Condition(ObjectPart, frozen=True):
    type: str = ""
    status: str = ""


class _Status(ObjectPart, frozen=True):
    ready_replicas: int | None = None
    number_ready: int | None = None
    desired_number_scheduled: int | None = None
    ready: int | None = None
    active: int | list[Any] | None = None
    """Number of running pods of a Job, or the running Jobs of a CronJob."""
    conditions: list[_Condition] | None = None


class WorkloadShape(ObjectPart, frozen=True):
    """An object of any workload kind, with the fields that concern Secrets and restarts."""

    metadata: _Meta = NO_META  # type: ignore[assignment]
    spec: _Spec = _Spec()
    status: _Status = _Status()


class WorkloadInfo(ReaderInfo, frozen=True, kw_only=True):
    """A workload. Its `controller` is the object that manages it.

    The controller of a ReplicaSet is usually a Deployment. The controller of a Job may be a CronJob.
    """

    uses: tuple[PodUse, ...]
    api: ApiKind
    annotations: Annotations
    """Annotations for restarts, e.g. by Reloader, from the workload and its pod template."""
    account: str
    ready: int = 0
    """Number of ready pods; of a CronJob, the number of its active Jobs."""

    SHARED: ClassVar[tuple[str, ...]] = (*ReaderInfo.SHARED, "annotations")

    @property
    def title(self) -> str:
        return f"{self.api.kind}/{self.name}"

    @property
    def pulls_by_account(self) -> bool:
        """True if the template lists no pull Secret.

        The pods then use the pull Secrets of their ServiceAccount.
        """
        return all(use.way != "image_pull" for use in self.uses)


def _read(api: ApiKind, kind: ReaderKind, shape: WorkloadShape) -> WorkloadInfo:
    meta, spec, status = shape.metadata, shape.spec, shape.status
    template = spec.job_template.spec.template if spec.job_template is not None else spec.template
    template = template or _Template()
    wanted = None
    if api == DAEMON_SET:
        wanted = status.desired_number_scheduled or 0
    elif api not in (JOB, CRON_JOB):
        wanted = 1 if spec.replicas is None else spec.replicas
    ready = status.ready_replicas or status.number_ready or status.ready or 0
    if isinstance(status.active, list):
        ready = len(status.active)
    is_held = bool(spec.paused or spec.suspend)
    owner = next((owner for owner in meta.owner_references or () if owner.controller), None)
    return WorkloadInfo(
        kind=kind,
        api=api,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        resource_version=meta.resource_version,
        controller=(owner.kind, owner.name) if owner is not None else None,
        created=parse_time(meta.creation_timestamp),
        status=_status(api, wanted, ready, is_held, status),
        uses=uses_of(template.spec),
        annotations=_kept((template.metadata.annotations or {}) | (meta.annotations or {})),
        account=template.spec.service_account_name or "default",
        ready=ready,
    )


def _status(api: ApiKind, wanted: int | None, ready: int, is_held: bool, status: _Status) -> str:
    if wanted is not None:
        readiness = f"{ready}/{wanted} ready" if wanted else "no pods"
        return f"paused, {readiness}" if is_held else readiness
    true_conditions = {condition.type for condition in status.conditions or () if condition.status == "True"}
    if api == JOB and true_conditions & {"Complete", "Failed"}:
        return "failed" if "Failed" in true_conditions else "done"
    if is_held:
        return "suspended"
    if api == CRON_JOB:
        return f"{counted(ready, 'job')} active" if ready else "between runs"
    return f"{counted(ready, 'pod')} ready" if ready else "active"


def _kept(annotations: dict[str, str]) -> Annotations:
    return tuple(sorted(item for item in annotations.items() if item[0].startswith(KEPT)))


def _source(api: ApiKind, one: str) -> ReaderSource:
    kind = ReaderKind(api.kind, one, f"{one}s", api.group)
    return ReaderSource(kind=kind, api=api, shape=WorkloadShape, read=partial(_read, api, kind))


WORKLOADS: Final = (
    _source(DEPLOYMENT, "deployment"),
    _source(STATEFUL_SET, "stateful set"),
    _source(DAEMON_SET, "daemon set"),
    _source(REPLICA_SET, "replica set"),
    _source(REPLICATION_CONTROLLER, "replication controller"),
    _source(JOB, "job"),
    _source(CRON_JOB, "cron job"),
)
"""Workload kinds, each as a `ReaderSource`."""
