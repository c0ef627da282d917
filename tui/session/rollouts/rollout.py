"""Rollout: the workloads that a user restarts for one or more Secrets, and the progress of each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import ObjectRef
from tui.model.readers.pods import PodInfo
from tui.model.rollout.failure import is_ready
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed

Order = Literal["one at a time", "all at once", "one first"]
RESTART_ORDERS: Final[tuple[Order, ...]] = ("one at a time", "all at once", "one first")
StepState = Literal[
    "queued",
    "sending",
    "looking",
    "rolling",
    "new",
    "not seen",
    "failed",
    "unknown",
    "not sent",
    "skipped",
    "stopped",
]
ENDED: Final[dict[StepState, tuple[str, str]]] = {
    "failed": ("failed", "failed"),
    "unknown": ("perhaps restarted", "not known"),
    "new": ("with new pods", "new"),
    "not seen": ("whose pods were not seen", "not seen"),
    "skipped": ("restarted by someone else", "restarted by others"),
    "not sent": ("that could not be restarted", "refused"),
    "stopped": ("not restarted", "not restarted"),
}
"""Keys are final states. Values are words for "2 workloads failed", and for the shorter "2 failed"."""
NEW: Final[frozenset[StepState]] = frozenset(("new", "not seen"))
"""Final states of a step that restarted its workload without a known failure."""


class RolloutStep(Struct, frozen=True):
    """Restart of a workload. Times are seconds since the epoch by this computer's clock."""

    ref: ObjectRef
    stale: frozenset[str]
    """Uids of the pods that the restart must replace."""
    state: StepState = "queued"
    """"looking": the answer to the restart request was lost, so the workload is read.

    "unknown": the reads did not show whether this step restarted the workload. "not seen": the
    workload was restarted, but its new pods were not followed to the end.
    """
    message: str = ""
    """State in words without a full stop, such as "2 of 3 pods new and ready"."""
    detail: str = ""
    """Message of a failure, or the latest Warning event. Shown on screen, but not in a RecordEntry."""
    before: str = ""
    """Value of the restartedAt annotation before the restart."""
    sent: float | None = None
    ended: float | None = None
    at_end: tuple[int, int] = (0, 0)
    """Result of `new_pods` at the end of the step."""
    reads: tuple[SecretRef, ...] = ()
    """Secrets for which the workload is restarted."""

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    def new_pods(self, pods: Sequence[PodInfo]) -> tuple[int, int]:
        """Return two numbers: pods that are new and ready, and pods expected at the end.

        Terminating pods in `pods` do not count.
        """
        if self.ended is not None:
            return self.at_end
        staying = [pod for pod in pods if not pod.is_terminating]
        is_restarted = self.sent is not None or self.state == "skipped"
        new = sum(is_ready(pod) for pod in staying if pod.uid not in self.stale) if is_restarted else 0
        if self.state in ("new", "skipped"):
            return new, len(staying)
        return new, max(len(self.stale), new if is_restarted else len(staying))


class SkippedWorkload(Struct, frozen=True):
    """Workload that the rollout does not restart, although its pods use an old value."""

    title: str
    """Name such as "Deployment/web".

    If the rollout is for Secrets of several namespaces, the name is like "Deployment/web in default".
    """
    keeps: str
    """State of its pods, such as "1 pod keeps the old value"."""
    why: str

    @property
    def summary(self) -> str:
        return f"{self.title}, {self.keeps}: {self.why}"


class Rollout(Struct, eq=False):
    """Restarts of one or more workloads.

    Steps are immutable: `put` replaces a step by its changed copy.
    """

    secrets: tuple[SecretRef, ...]
    order: Order
    steps: list[RolloutStep]
    typed: str
    begun: float
    go: asyncio.Event
    """Event that starts all restarts after the first one, if `order` is "one first"."""
    left: tuple[SkippedWorkload, ...] = ()
    waits_for_go: bool = False
    is_shown: bool = False
    """True after a screen has shown the end of the rollout."""

    def put(self, number: int, **changes: object) -> RolloutStep:
        """Replace the step with this index by a copy with other field values, and return the copy."""
        self.steps[number] = step = replace(self.steps[number], **changes)
        return step

    def name(self, ref: ObjectRef) -> str:
        return owner_name(str(ref), ref.namespace, self.secrets)

    @property
    def is_over(self) -> bool:
        return all(step.is_over for step in self.steps)

    @property
    def has_failed(self) -> bool:
        """True if a workload failed after its restart, or if the outcome of a restart is unknown."""
        return any(step.state in ("failed", "unknown") for step in self.steps)

    @property
    def number(self) -> int:
        """Number (from 1) of the first step that has not ended, or of the last step if all have ended."""
        return next(
            (number for number, step in enumerate(self.steps, 1) if not step.is_over), len(self.steps)
        )

    def line(self) -> str:
        """Describe the progress, such as "restarting 2 of 3: Deployment/web"; "" if the rollout is over."""
        if self.is_over:
            return ""
        if self.waits_for_go:
            first = next(step for step in self.steps if step.state in NEW)
            is_new = "has new pods" if first.state == "new" else "was restarted, but its pods were not seen"
            not_ended = sum(not step.is_over for step in self.steps)
            return f"{self.name(first.ref)} {is_new}; {counted(not_ended, 'workload')} not restarted yet"
        on_way = sum(not step.is_over and step.state != "queued" for step in self.steps)
        if on_way > 1:
            ended = sum(step.is_over for step in self.steps)
            return f"restarting {on_way} at once; {ended} of {len(self.steps)} ended"
        current = self.name(self.steps[self.number - 1].ref)
        return f"restarting {self.number} of {len(self.steps)}: {current}"

    def end(self) -> str:
        is_whole = all(step.state in NEW or step.state == "skipped" for step in self.steps)
        title = "Restarted" if is_whole else "Restarts incomplete"
        counts = ", ".join(f"{counted(count, 'workload')} {words}" for count, words, _ in _counts(self.steps))
        left_out = f" Left out: {listed([workload.title for workload in self.left], 3)}." if self.left else ""
        return f"{title}: {counts}.{left_out}"

    def word(self) -> str:
        """Summarize the result, such as "1 failed, 1 new, 2 left out"."""
        parts = [f"{count} {word}" for count, _, word in _counts(self.steps)]
        return ", ".join([*parts, *([f"{len(self.left)} left out"] if self.left else ())])


def owner_name(title: str, namespace: str, secrets: Iterable[SecretRef]) -> str:
    """Return a workload's name; add its namespace if the Secrets are of several namespaces."""
    return f"{title} in {namespace}" if len({ref.namespace for ref in secrets}) > 1 else title


def _counts(steps: Sequence[RolloutStep]) -> Iterator[tuple[int, str, str]]:
    for state, (words, word) in ENDED.items():
        if count := sum(step.state == state for step in steps):
            yield count, words, word
