"""Rollout: restarts that a person sent for one Secret or several, and the progress of each."""

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
    "skipped": ("restarted by someone else", "by others"),
    "not sent": ("refused", "refused"),
    "stopped": ("not restarted", "not restarted"),
}
"""States after which nothing follows, in the words of a sentence and in a few words."""
NEW: Final[frozenset[StepState]] = frozenset(("new", "not seen"))
"""The states of a restart of which no failure is known."""


class RolloutStep(Struct, frozen=True):
    """Restart of a workload. Times are seconds since the epoch, by this computer."""

    ref: ObjectRef
    stale: frozenset[str]
    """The uids of the pods that are to be replaced."""
    state: StepState = "queued"
    """State. "looking": no answer came, so the object is read to learn if it was restarted. "unknown": that
    could not be learned. "not seen": it was restarted, and its pods were not followed to the end."""
    said: str = ""
    """The state in words, without a full stop."""
    detail: str = ""
    """A whole message, or the latest Warning event of a pod that is not ready; only to be drawn."""
    before: str = ""
    """Value of restartedAt before; "" for none."""
    sent: float | None = None
    ended: float | None = None
    at_end: tuple[int, int] = (0, 0)
    """Number of its pods that were new and ready at its end, and of all its pods."""
    reads: tuple[SecretRef, ...] = ()
    """Secrets that it is restarted for."""

    @property
    def is_over(self) -> bool:
        """True if nothing follows."""
        return self.state in ENDED

    def new_pods(self, pods: Sequence[PodInfo]) -> tuple[int, int]:
        """Count the pods that are new and ready, and the pods that are to be new.

        `pods`: its pods now. Ending pods do not count.
        """
        if self.ended is not None:
            return self.at_end
        staying = [pod for pod in pods if not pod.is_terminating]
        is_restarted = self.sent is not None or self.state == "skipped"
        new = sum(is_ready(pod) for pod in staying if pod.uid not in self.stale) if is_restarted else 0
        if self.state in ("new", "skipped"):
            return new, len(staying)
        return new, max(len(self.stale), new if is_restarted else len(staying))


class NotRestarted(Struct, frozen=True):
    """Workload with an old value that is not among the steps."""

    title: str
    """Name, with the namespace if there are Secrets of several: "Deployment/web"."""
    keeps: str
    """ "1 pod keeps the old value"."""
    why: str
    """Reason, without a full stop."""

    @property
    def said(self) -> str:
        """Entry of the record."""
        return f"{self.title}, {self.keeps}: {self.why}"


class Rollout(Struct, eq=False):
    """Restarts in an order; `steps` are replaced as they progress."""

    secrets: tuple[SecretRef, ...]
    order: Order
    steps: list[RolloutStep]
    typed: str
    """The context's name, as it was typed for this run in a guarded context."""
    begun: float
    go: asyncio.Event
    """Event that is set once the others may follow the first one."""
    left: tuple[NotRestarted, ...] = ()
    waits_for_go: bool = False
    is_told: bool = False
    """True once its end was on a screen."""

    def put(self, number: int, **changes: object) -> RolloutStep:
        """Change one step."""
        self.steps[number] = step = replace(self.steps[number], **changes)
        return step

    def name(self, ref: ObjectRef) -> str:
        """Name of a workload: "Deployment/web"; with its namespace if there are Secrets of several."""
        return owner_name(str(ref), ref.namespace, self.secrets)

    @property
    def is_over(self) -> bool:
        """True if every step has ended."""
        return all(step.is_over for step in self.steps)

    @property
    def has_failed(self) -> bool:
        """True if a restarted workload does not come up, or it is unknown if it was restarted."""
        return any(step.state in ("failed", "unknown") for step in self.steps)

    @property
    def number(self) -> int:
        """Number of the current step, from 1."""
        return next((at for at, step in enumerate(self.steps, 1) if not step.is_over), len(self.steps))

    def line(self) -> str:
        """Progress of the run: "restarting 2 of 3: Deployment/web"; "" once it is over.

        Of several at once: "restarting 2 at once; 1 of 3 ended".
        """
        if self.is_over:
            return ""
        if self.waits_for_go:
            first = next(step for step in self.steps if step.state in NEW)
            is_new = "is new" if first.state == "new" else "is restarted, its pods not seen"
            left = sum(not step.is_over for step in self.steps)
            return f"{self.name(first.ref)} {is_new}; {counted(left, 'other')} not restarted yet"
        on_way = sum(not step.is_over and step.state != "queued" for step in self.steps)
        if on_way > 1:
            ended = sum(step.is_over for step in self.steps)
            return f"restarting {on_way} at once; {ended} of {len(self.steps)} ended"
        current = self.name(self.steps[self.number - 1].ref)
        return f"restarting {self.number} of {len(self.steps)}: {current}"

    def end(self) -> str:
        """Result of the run, as a sentence."""
        counts = ", ".join(f"{counted(count, 'workload')} {words}" for count, words, _ in _counts(self.steps))
        left = (
            f" Not restarted: {listed([workload.title for workload in self.left], 3)}." if self.left else ""
        )
        return f"{'Not all restarted' if self.has_failed else 'Restarted'}: {counts}.{left}"

    def word(self) -> str:
        """Counts in a few words: "1 new, 1 failed, 2 left out"."""
        told = [f"{count} {word}" for count, _, word in _counts(self.steps)]
        return ", ".join([*told, *([f"{len(self.left)} left out"] if self.left else ())])


def owner_name(title: str, namespace: str, secrets: Iterable[SecretRef]) -> str:
    """Name a workload that reads these Secrets, with its namespace if they are of several."""
    return f"{title} in {namespace}" if len({ref.namespace for ref in secrets}) > 1 else title


def _counts(steps: Sequence[RolloutStep]) -> Iterator[tuple[int, str, str]]:
    for state, (words, word) in ENDED.items():
        if count := sum(step.state == state for step in steps):
            yield count, words, word
