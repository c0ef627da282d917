"""Effects of a change of a Secret on its readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from tui.model.api_object import CRON_JOB
from tui.model.readers.controllers import SecretMeta, Workload, restarted_by, watching, when_seen
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import (
    ARRIVES,
    NOTHING,
    STAYS_OLD,
    ChangeKind,
    Effect,
    Reader,
    ReaderInfo,
    each_once,
)
from tui.model.readers.workloads import WorkloadInfo

_Workloads: TypeAlias = Mapping[Workload, WorkloadInfo]


def effects_on(
    readers: Iterable[Reader],
    change: ChangeKind,
    secret: SecretMeta,
    key: str | None,
    *,
    is_new: bool = False,
) -> Iterator[tuple[Reader, Effect]]:
    """Yield each reader with the effect of the change of `key`, or of the whole Secret if `key` is None.

    A workload whose pods are readers is left out. `is_new` means that the change creates the Secret.
    """
    all_readers = tuple(readers)
    workloads = {
        (reader.info.api.kind, reader.info.name): reader.info
        for reader in all_readers
        if isinstance(reader.info, WorkloadInfo)
    }
    for reader in each_once(all_readers):
        effect = _effect(reader, change, secret, key if key is not None else reader.use.key)
        if is_new and effect.severity <= ARRIVES and _waits_for(reader):
            effect = Effect(ARRIVES, "next start works: the missing Secret now exists")
        if action := _controller_action(reader, change, effect, secret, workloads):
            effect = Effect(effect.severity, f"{effect.sentence}; {action}")
        yield reader, effect


def _effect(reader: Reader, change: ChangeKind, secret: SecretMeta, key: str | None) -> Effect:
    info, effect = reader.info, reader.use.effect(change, secret.ref, key)
    if isinstance(info, PodInfo) and info.phase in ("Succeeded", "Failed"):
        return Effect(NOTHING, "has ended, and no longer reads the Secret")
    if change == "changed" and effect.severity == STAYS_OLD and _has_not_started(reader):
        return Effect(ARRIVES, "read when the pod starts")
    if watching(info, reader.use) is not None and effect.severity == ARRIVES:
        return Effect(ARRIVES, when_seen(info, reader.use, secret))
    if not isinstance(info, WorkloadInfo):
        return effect
    is_cron_job = info.api == CRON_JOB
    begins = "run" if is_cron_job else "start"
    is_read_next = is_cron_job or not info.ready
    if is_read_next and change in ("changed", "added") and effect.severity != NOTHING:
        idle = "" if info.ready else "no pod runs; "
        return Effect(ARRIVES, f"{idle}the next {begins} reads the new value")
    return Effect(effect.severity, effect.sentence.replace("next start", f"next {begins}"))


def _has_not_started(reader: Reader) -> bool:
    info, container = reader.info, reader.use.container or ""
    return isinstance(info, PodInfo) and info.phase == "Pending" and info.started(container) is None


def _waits_for(reader: Reader) -> bool:
    """True if the reader could not start without the Secret.

    An image pull does not count, because the image may be on the node.
    """
    info, use = reader.info, reader.use
    is_over = isinstance(info, PodInfo) and info.phase in ("Succeeded", "Failed")
    return isinstance(use, PodUse) and use.way != "image_pull" and not use.is_optional and not is_over


def _controller_action(
    reader: Reader, change: ChangeKind, effect: Effect, secret: SecretMeta, workloads: _Workloads
) -> str:
    info, controller = reader.info, watching(reader.info, reader.use)
    if controller is not None and effect.severity > ARRIVES:
        return f"{controller.name} {controller.at_once}" if controller.is_told_by(secret.labels or {}) else ""
    if not isinstance(info, PodInfo) or change == "deleted" or effect.severity < STAYS_OLD:
        return ""
    return restart_words(info, workloads.get(info.workload), secret)


def restart_words(info: ReaderInfo, owner: ReaderInfo | None, secret: SecretMeta) -> str:
    annotations = dict(owner.annotations) if isinstance(owner, WorkloadInfo) else {}
    controller = restarted_by(info.workload, annotations, secret)
    return f"{controller.name} {controller.when_restarts}" if controller is not None else ""
