"""PodOwner: owner of pods that read changed Secrets. It knows which of these pods may need a restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from tui.model.api_object import CRON_JOB, ObjectRef
from tui.model.readers.freshness import Verdict, pods_words, rank, worst
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import STAYS_OLD, Reader, secret_of
from tui.model.readers.workloads import WorkloadInfo
from tui.model.rollout.progress import RESTARTABLE
from tui.model.rollout.restart import why_not_kind
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted

_BY_ITSELF: Final = Verdict("new value", "", "automatic")

_OVER: Final = ("done", "failed")
_COUNTED: Final = {"next start": "not started", "automatic": "new within 2 min"}


class PodOwner(Struct, frozen=True):
    """Owner of pods that read the changed Secrets, or a workload without pods.

    A pod without a controller is its own owner.
    """

    kind: str
    namespace: str
    name: str
    pods: tuple[PodInfo, ...]
    verdicts: tuple[Verdict, ...]
    how: tuple[str, ...]
    reads: tuple[SecretRef, ...] = ()
    old: tuple[tuple[SecretRef, str], ...] = ()
    """(Secret, key) of each old value that a pod may keep until a restart.

    The value with the worst verdict comes first. The key is "" if the pod reads all keys of the Secret.
    """
    idle: WorkloadInfo | None = None
    is_reset: bool = False
    """True if tools reverted the writes to the Secrets, so no pod needs a restart."""

    @property
    def title(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def ref(self) -> ObjectRef | None:
        """Reference for a restart; None if the program cannot restart this kind."""
        return (
            ObjectRef(RESTARTABLE[self.kind].api, self.namespace, self.name)
            if self.kind in RESTARTABLE
            else None
        )

    @property
    def worst(self) -> Verdict:
        return worst(self.verdicts) or _BY_ITSELF

    @property
    def needs_restart(self) -> bool:
        return bool(self.stale) and not self.is_reset

    @property
    def stale(self) -> frozenset[str]:
        """Uids of the pods that may keep an old value until a restart."""
        return frozenset(
            pod.uid for pod, verdict in zip(self.pods, self.verdicts, strict=True) if _is_stale(verdict)
        )

    @property
    def keeps(self) -> str:
        stale, pods = self.stale, zip(self.pods, self.verdicts, strict=True)
        return pods_words(verdict for pod, verdict in pods if pod.uid in stale).partition(" until ")[0]

    @property
    def why_not(self) -> str:
        """Reason why the program offers no restart of the owner, with advice; "" if it offers one."""
        if self.idle is not None:
            return (
                f"no pod runs; the next {'run' if self.kind == CRON_JOB.kind else 'pod'} gets the new value"
            )
        return why_not_kind(self.kind, self.namespace, self.name)

    @property
    def uses(self) -> tuple[PodUse, ...]:
        return tuple(use for pod in self.pods or (self.idle,) if pod is not None for use in pod.uses)

    @property
    def counts(self) -> str:
        """Count the pods, in total and by verdict: "2 pods: 1 old, 1 new".

        If all pods have the same verdict, return only the total. Without pods, return the workload's status.
        """
        if self.idle is not None:
            return self.idle.status
        counts = Counter(_COUNTED.get(verdict.short, verdict.short) for verdict in self.verdicts)
        many = counted(len(self.pods), "pod")
        return (
            many if len(counts) == 1 else f"{many}: {', '.join(f'{n} {word}' for word, n in counts.items())}"
        )

    @property
    def state(self) -> str:
        """Return `counts`. If all pods share one verdict, add the verdict: "2 pods: new".

        Return "" for a workload without pods.
        """
        if self.idle is not None:
            return ""
        words = {_COUNTED.get(verdict.short, verdict.short) for verdict in self.verdicts}
        return f"{self.counts}{f': {words.pop()}' if len(words) == 1 else ''}"


def owners_of(
    readers: Iterable[Reader], verdict_of: Callable[[PodInfo, PodUse], Verdict]
) -> tuple[PodOwner, ...]:
    """Group the readers by owner. Owners that need a restart come first.

    Image pulls, ended pods and pods being deleted do not count.
    """
    readers = tuple(readers)
    pods: dict[str, PodInfo] = {}
    uses: dict[str, list[tuple[PodUse, Verdict]]] = {}
    for info, use in ((reader.info, reader.use) for reader in readers):
        if not isinstance(info, PodInfo) or not isinstance(use, PodUse) or use.way == "image_pull":
            continue
        if info.is_terminating or info.phase in ("Succeeded", "Failed"):
            continue
        pods[info.uid] = info
        effect = use.effect("changed", secret_of(info, use), use.key)
        verdict = verdict_of(info, use) if effect.severity == STAYS_OLD else _BY_ITSELF
        uses.setdefault(info.uid, []).append((use, verdict))
    groups: dict[tuple[str, str, str], list[PodInfo]] = {}
    for info in pods.values():
        kind, name = info.workload
        groups.setdefault((kind, info.namespace, name), []).append(info)
    owners = [_owner(identity, members, uses) for identity, members in groups.items()]
    owners += _idle(readers, groups)
    return tuple(
        sorted(
            owners,
            key=lambda owner: (
                not owner.needs_restart,
                bool(owner.why_not),
                owner.title,
                owner.namespace,
            ),
        )
    )


def _owner(
    which: tuple[str, str, str],
    pods: Sequence[PodInfo],
    uses_of: Mapping[str, Sequence[tuple[PodUse, Verdict]]],
) -> PodOwner:
    uses = [(secret_of(pod, use), use, verdict) for pod in pods for use, verdict in uses_of[pod.uid]]
    stale = sorted(
        (use_verdict for use_verdict in uses if _is_stale(use_verdict[2])),
        key=lambda use_verdict: rank(use_verdict[2]),
    )
    return PodOwner(
        *which,
        tuple(pods),
        tuple(worst(verdict for _, verdict in uses_of[pod.uid]) or _BY_ITSELF for pod in pods),
        how=tuple(dict.fromkeys(use.how_without_place() for _, use, _ in uses)),
        reads=tuple(dict.fromkeys(ref for ref, _, _ in uses)),
        old=tuple(dict.fromkeys((ref, use.key or "") for ref, use, _ in stale)),
    )


def _is_stale(verdict: Verdict) -> bool:
    return verdict.word != "new value" and not verdict.instead


def _idle(readers: Iterable[Reader], with_pods: Collection[tuple[str, str, str]]) -> Iterator[PodOwner]:
    """Yield an owner for each workload that has no pods and no controller, unless its status is in `_OVER`.

    A workload with `ready` pods is left out, even if `readers` has none of its pods.
    """
    uses_by_workload: dict[WorkloadInfo, dict[PodUse, None]] = {}
    busy = set(with_pods)
    for info, use in ((reader.info, reader.use) for reader in readers):
        if not isinstance(info, WorkloadInfo) or not isinstance(use, PodUse) or use.way == "image_pull":
            continue
        if info.controller is None and info.status not in _OVER:
            uses_by_workload.setdefault(info, {})[use] = None
        if info.controller is not None and (info.ready or (info.api.kind, info.namespace, info.name) in busy):
            kind, name = info.controller
            busy.add((kind, info.namespace, name))
    for info, uses in uses_by_workload.items():
        if not info.ready and (info.api.kind, info.namespace, info.name) not in busy:
            descriptions = tuple(dict.fromkeys(use.how_without_place() for use in uses))
            reads = tuple(dict.fromkeys(secret_of(info, use) for use in uses))
            yield PodOwner(info.api.kind, info.namespace, info.name, (), (), descriptions, reads, idle=info)
