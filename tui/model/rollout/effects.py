"""What a change of a Secret does to each of its readers, for the review and before a deletion. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tui.model.api_object import CRON_JOB
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ARRIVES, NOTHING, STAYS_OLD, ChangeKind, Effect, Reader, each_once
from tui.model.readers.workloads import WorkloadInfo
from tui.model.rollout.restart import restarts_by_itself
from tui.model.secret.secret import SecretRef


def effects_on(
    readers: Iterable[Reader],
    change: ChangeKind,
    ref: SecretRef,
    key: str | None,
    annotations: Mapping[str, str] | None = None,
) -> Iterator[tuple[Reader, Effect]]:
    """Each reader and what it will see; a workload only where no pod of it tells that.

    `key` is None where the whole Secret is deleted: of each use its own key counts. `annotations` are the
    Secret's. Who restarts pods by itself is told of workloads that are among the readers.
    """
    found = tuple(readers)
    workloads = {
        (one.info.namespace, one.info.api.kind, one.info.name): one.info
        for one in found
        if isinstance(one.info, WorkloadInfo)
    }
    for reader in each_once(found):
        effect = _effect(reader, change, ref, key if key is not None else reader.use.key)
        owner = workloads.get((reader.info.namespace, *reader.info.workload))
        if change != "deleted" and effect.severity == STAYS_OLD and owner is not None:
            by = restarts_by_itself(dict(owner.annotations), ref.name, annotations or {})
            effect = Effect(STAYS_OLD, f"{effect.sentence}; {by} should restart it") if by else effect
        yield reader, effect


def _effect(reader: Reader, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    info, effect = reader.info, reader.use.effect(change, ref, key)
    if isinstance(info, PodInfo) and info.phase in ("Succeeded", "Failed"):
        return Effect(NOTHING, "has ended, and reads nothing more")
    if not isinstance(info, WorkloadInfo):
        return effect
    begins = "run" if info.api == CRON_JOB else "start"
    if change in ("changed", "added") and effect.severity != NOTHING:
        return Effect(ARRIVES, f"no pod runs; the next {begins} reads the new value")
    return Effect(effect.severity, effect.sentence.replace("next start", f"next {begins}"))
