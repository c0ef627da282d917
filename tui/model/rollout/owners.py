"""Which workloads keep an old value of a Secret until their pods restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal

from msgspec import Struct

from tui.model.api_object import ObjectRef
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import STAYS_OLD, Reader, secret_of
from tui.model.rollout.restart import KINDS, why_not_kind
from tui.model.text.counts import counted

Word = Literal["old value", "old value?", "not known", "new value"]
WORDS: Final[tuple[Word, ...]] = ("old value", "old value?", "not known", "new value")
"""The worst first."""


class Owner(Struct, frozen=True):
    """What keeps pods running that read the Secret; a bare pod is its own."""

    kind: str
    namespace: str
    name: str
    pods: tuple[PodInfo, ...]
    words: tuple[Word | None, ...]
    """Of each pod, the worst of its uses; None: all it reads arrives by itself."""
    how: tuple[str, ...]
    """How its pods read the Secret: "env PASSWORD"."""

    @property
    def title(self) -> str:
        """ "Deployment/web"."""
        return f"{self.kind}/{self.name}"

    @property
    def ref(self) -> ObjectRef | None:
        """The object to restart; None where only its own tool can."""
        return ObjectRef(KINDS[self.kind], self.namespace, self.name) if self.kind in KINDS else None

    @property
    def word(self) -> Word | None:
        """The worst of its pods."""
        return next((word for word in WORDS if word in self.words), None)

    @property
    def needs_restart(self) -> bool:
        """Does, or may, a pod keep an old value until it restarts?"""
        return self.word not in (None, "new value")

    @property
    def stale(self) -> frozenset[str]:
        """The uids of the pods that a restart is for."""
        pods = zip(self.pods, self.words, strict=True)
        return frozenset(pod.uid for pod, word in pods if word not in (None, "new value"))

    @property
    def why_not(self) -> str:
        """Why it cannot be restarted here, and what can be done; "" if it can."""
        return why_not_kind(self.kind, self.namespace, self.name)

    @property
    def counts(self) -> str:
        """ "2 pods: 1 old value, 1 new value"; pods of one word need no counts."""
        found = Counter[str](word or "by itself" for word in self.words)
        if len(found) == 1:
            return counted(len(self.pods), "pod")
        return f"{counted(len(self.pods), 'pod')}: " + ", ".join(
            f"{found[word]} {word}" for word in (*WORDS, "by itself") if found[word]
        )


def owners_of(readers: Iterable[Reader], word_of: Callable[[PodInfo, Reader], Word]) -> tuple[Owner, ...]:
    """The owners of the pods among these readers, those that need a restart first.

    `word_of` is asked of uses that never see a change by themselves. Pods that ended or are ending count not.
    """
    pods: dict[str, PodInfo] = {}
    words: dict[str, set[Word]] = {}
    ways: dict[tuple[str, str, str], dict[str, None]] = {}
    for reader in readers:
        info = reader.info
        if not isinstance(info, PodInfo) or info.is_terminating or info.phase in ("Succeeded", "Failed"):
            continue
        if reader.use.way == "image_pull":
            continue
        pods[info.uid] = info
        ways.setdefault(_owner(info), {})[reader.use.how()] = None
        found = words.setdefault(info.uid, set())
        if stays_old(reader):
            found.add(word_of(info, reader))
    groups: dict[tuple[str, str, str], list[PodInfo]] = {}
    for info in pods.values():
        groups.setdefault(_owner(info), []).append(info)
    owners = [
        Owner(
            *which,
            tuple(members),
            tuple(next((word for word in WORDS if word in words[pod.uid]), None) for pod in members),
            tuple(ways[which]),
        )
        for which, members in groups.items()
    ]
    return tuple(sorted(owners, key=lambda one: (not one.needs_restart, bool(one.why_not), one.title)))


def stays_old(reader: Reader) -> bool:
    """Does a changed value wait there for a restart?"""
    use = reader.use
    return use.effect("changed", secret_of(reader.info, use), use.key).severity == STAYS_OLD


def _owner(info: PodInfo) -> tuple[str, str, str]:
    kind, name = info.workload
    return kind, info.namespace, name
