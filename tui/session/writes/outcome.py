"""The outcome of a write, as a sentence without values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from tui.model.draft.admission import UNALTERED, Altered, has_altered
from tui.model.draft.draft import Changes, Draft
from tui.model.errors import ClusterError, Conflict, NotFound, unframed
from tui.model.journal import Act
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.times import clock

if TYPE_CHECKING:
    from tui.cluster.client import Cluster

EndKind = Literal["written", "not written", "unknown", "conflict", "deleted", "not deleted"]

_LATE: Final = 1.0
"""Seconds after which the end of a write is not told as if it had happened when it was sent."""
SURE_AFTER: Final = 65.0
"""Seconds after which what was sent cannot happen any more: the API server's own limit for a request
(--request-timeout, 60 s), and the 5 s that a connection may take to stand."""


class Intent:
    """One kind of write: how it is sent, how its outcome is verified, and its words. See intents.py.

    A class and one object of it are all that another kind needs; what it sends is in Sent.
    """

    done: ClassVar[str]
    """What it is when it is done: "written"."""
    doing: ClassVar[str] = ""
    """Before what it touches, while the outcome is unknown: "creating "."""
    undone: ClassVar[EndKind] = "not written"
    undone_word: ClassVar[str] = "not written"
    conflict_word: ClassVar[str] = "changed by someone else"
    kept: ClassVar[str]
    """What becomes of the draft if it is not done, as a sentence; "" where there is none."""
    act: ClassVar[Act] = "written"
    """In the journal."""
    how: ClassVar[str] = ""
    """More of that: "as a new Secret"."""
    resends: ClassVar[bool] = True
    """Is it sent again on a newer version that does not touch what was reviewed?"""
    has_history: ClassVar[bool] = False
    """Does the version after the one that it was written on tell whether it was written?"""

    def touches(self, sent: Sent) -> str:
        """What it touches: "password and username of default/mysecret"."""
        return str(sent.ref)

    def success(self, sent: Sent, end: End, when: str) -> str:
        """That it is done, as a sentence."""
        raise NotImplementedError

    async def send(self, cluster: Cluster, sent: Sent) -> End:
        """Send it once. Raises ClusterErrors."""
        raise NotImplementedError

    async def after_conflict(self, cluster: Cluster, sent: Sent, error: Conflict) -> Sent | End:
        """Look at what is there: what to send next, or how it ended."""
        raise NotImplementedError

    def missing(self, sent: Sent, error: NotFound) -> End:
        """How it ended where the server has no such object."""
        raise NotImplementedError

    def judge(self, sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
        """How it ended, after its answer was lost: see verify.judge."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A write that was sent, or is about to be: all that is needed to verify later whether it happened."""

    intent: Intent
    ref: SecretRef
    uid: str
    """Which life of it; "" for one that is created."""
    resource_version: str
    changes: Changes
    """For a creation `set` is its whole data; for a deletion both are empty."""
    before: Mapping[str, Value | None] = field(default_factory=dict)
    """What the review showed of each key that is touched; None is absent."""
    base: Mapping[str, Value] | None = None
    """All that it holds in that version; None where that is not known."""
    foreseen: Altered = UNALTERED
    """What the dry run said that admission makes of it."""
    type: str = ""
    draft: Draft | None = None
    at: float = 0.0
    """When it was sent: seconds since the epoch."""
    started: float = 0.0
    """The same by the monotonic clock."""
    merged: int = 0
    """Newer versions on which it was sent again; others may have written many more in between."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it touches, sorted."""
        return tuple(sorted({*self.changes.set, *self.changes.removed}))

    def held_in(self, secret: Secret) -> tuple[frozenset[str], frozenset[str]]:
        """Of the keys that were set, and of those that were removed, the ones that are so there."""
        held = frozenset(key for key, value in self.changes.set.items() if secret.data.get(key) == value)
        return held, self.changes.removed - secret.data.keys()

    def __repr__(self) -> str:
        return f"<Sent {self.ref}, to be {self.intent.done}>"


@dataclass(frozen=True, slots=True, repr=False)
class End:
    """The result of a write, before it is put into words."""

    kind: EndKind
    secret: Secret | None = None
    """The Secret as the server holds it now, where that was seen."""
    error: ClusterError | None = None
    why: str = ""
    """What is known, as a sentence; for an end that an error's own sentence does not tell."""
    warnings: tuple[str, ...] = ()
    altered: Altered = UNALTERED
    """What the cluster holds otherwise than was sent, by admission."""
    verdict: str = ""
    """The words before the colon, where the kind's own would claim more than is known."""
    happened: bool | None = False
    """Of a conflict, or of one that is not there: was it written, before others wrote? None: not known."""
    is_there: bool = False
    """Not known to be ours, and yet the server holds all that was sent?"""
    is_pending: bool = False
    """Deleted, and still there until its finalizers are done?"""

    def __post_init__(self) -> None:
        unframed(self.error)

    @property
    def is_done(self) -> bool | None:
        """Was it written, or deleted, whatever became of that? None: not known."""
        done: dict[EndKind, bool | None] = {"written": True, "deleted": True, "unknown": None}
        return done.get(self.kind, self.happened)

    def __repr__(self) -> str:
        return f"<End {self.kind}>"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a write in words. `sentence` is complete."""

    kind: EndKind
    intent: Intent
    ref: SecretRef
    keys: tuple[str, ...]
    at: float
    """Seconds since the epoch: when it was known; for "unknown" when it was sent."""
    sentence: str
    error: ClusterError | None = None
    merged: int = 0
    warnings: tuple[str, ...] = ()
    altered: Altered = UNALTERED
    is_done: bool | None = False
    """Was it written, or deleted? None: not known, or not yet."""
    later: str = ""
    """What became of it before its end was known: "then overwritten"."""

    def __post_init__(self) -> None:
        unframed(self.error)


def outcome_of(sent: Sent, end: End, now: float, tz: tzinfo) -> Outcome:
    """Put an end in words."""
    return Outcome(
        kind=end.kind,
        intent=sent.intent,
        ref=sent.ref,
        keys=sent.keys,
        at=now,
        sentence=_sentence(sent, end, _when(sent, now, tz), clock(sent.at or now, tz)),
        error=end.error,
        merged=sent.merged,
        warnings=end.warnings,
        altered=end.altered,
        is_done=end.is_done,
        later=end.verdict.partition(", ")[2] if end.is_done else "",
    )


def _when(sent: Sent, now: float, tz: tzinfo) -> str:
    """ "at 14:02:10"; where no answer told, between the time it was sent and the time it was seen."""
    sent_at, known_at = clock(sent.at or now, tz), clock(now, tz)
    return f"between {sent_at} and {known_at}" if now - (sent.at or now) >= _LATE else f"at {sent_at}"


def unknown(sent: Sent, tz: tzinfo, error: ClusterError | None = None) -> Outcome:
    """The words for what nobody knows yet; `error` is why it cannot be looked into now."""
    since = clock(sent.at, tz)[:5]
    why = f" Cannot check now: {error.sentence}" if error else ""
    what = f"{sent.intent.doing}{what_of(sent)}"
    sentence = f"sent, outcome unknown since {since}: {what}.{why}"
    return Outcome(
        "unknown", sent.intent, sent.ref, sent.keys, sent.at, sentence, error, sent.merged, is_done=None
    )


def what_of(sent: Sent) -> str:
    """What a write touches: "password and username of default/mysecret"."""
    return sent.intent.touches(sent)


def keys_of(ref: SecretRef, keys: Sequence[str]) -> str:
    """Some keys of it: "password and username of default/mysecret"."""
    return f"{_listed(keys)} of {ref}"


def being(sent: Sent) -> str:
    """What goes on while one is in flight: "being written"."""
    return f"being {sent.intent.done}"


def still(sent: Sent) -> str:
    """That it is in flight: the beginning of a sentence."""
    return f"{sent.ref} is still {being(sent)}"


def last_words(outcome: Outcome) -> str:
    """Its sentence where the program ends, and every draft with it."""
    if outcome.kind not in ("not written", "conflict") or not outcome.intent.kept:
        return outcome.sentence
    return f"{outcome.sentence.removesuffix(KEPT).rstrip()} {_ENDED}"


KEPT: Final = "The draft is kept."
"""What the sentence of a write that was not done ends with, if it has advice."""
_ENDED: Final = "The draft is lost: secret-tui has ended."


def _sentence(sent: Sent, end: End, when: str, sent_at: str) -> str:
    intent = sent.intent
    if end.kind == "written" and end.altered:
        return (
            f"{intent.done}, but the cluster {has_altered(end.altered)}. Sent at {sent_at}: {what_of(sent)}"
        )
    if end.kind in ("written", "deleted"):
        return intent.success(sent, end, when)
    why = end.why or (end.error.sentence if end.error else "")
    verdict = end.verdict or (intent.conflict_word if end.kind == "conflict" else intent.undone_word)
    return f"{verdict}: {what_of(sent)}. {why}"


def _listed(keys: Sequence[str]) -> str:
    if len(keys) > 3:
        return f"{keys[0]}, {keys[1]} and {len(keys) - 2} more keys"
    if len(keys) > 1:
        return f"{', '.join(keys[:-1])} and {keys[-1]}"
    return keys[0] if keys else "nothing"
