"""Write and its outcome, the events of both, and the outcome as a sentence without values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from enum import IntEnum
from typing import ClassVar, Final, Literal

from msgspec import Struct, field

from tui.cluster.client import Cluster
from tui.model.draft.admission import UNALTERED, Altered, has_altered
from tui.model.draft.draft import Changes, Draft
from tui.model.errors import ClusterError, Conflict, KeepsError, NotFound
from tui.model.journal import Act
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import joined
from tui.model.text.times import clock

EndKind = Literal["written", "not written", "unknown", "conflict", "deleted", "not deleted"]

_LATE: Final = 1.0
"""Seconds after which the time of sending is not shown as the time of the outcome."""
SURE_AFTER: Final = 65.0
"""Seconds after which a sent write cannot happen any more: the API server's own limit for a request
(--request-timeout, 60 s), and the 5 s that a connection may take to open."""


class Intent:
    """A kind of write: how it is sent, how its outcome is verified, and its words. See intents.py.

    Another kind is a subclass with a single instance; what a write sends is in Sent.
    """

    done: ClassVar[str]
    """The word for success: "written"."""
    doing: ClassVar[str] = ""
    """Precedes the target while the outcome is unknown: "creating "."""
    undone: ClassVar[EndKind] = "not written"
    undone_word: ClassVar[str] = "not written"
    conflict_word: ClassVar[str] = "changed by someone else"
    kept: ClassVar[str]
    """A sentence about the draft after a failure; "" without a draft."""
    act: ClassVar[Act] = "written"
    """The action in the journal."""
    how: ClassVar[str] = ""
    """A detail for the journal: "as a new Secret"."""
    resends: ClassVar[bool] = True
    """True if it is sent again for a newer version that does not touch what was reviewed."""

    def touches(self, sent: Sent) -> str:
        """The target in words: "password and username of default/mysecret"."""
        return str(sent.ref)

    def success(self, sent: Sent, end: End, when: str) -> str:
        raise NotImplementedError

    async def send(self, cluster: Cluster, sent: Sent) -> End:
        """Send it once. Raises ClusterErrors."""
        raise NotImplementedError

    async def after_conflict(self, cluster: Cluster, sent: Sent, error: Conflict) -> Sent | End:
        """Read the object after a conflict; returns what to send next, or the end."""
        raise NotImplementedError

    def missing(self, sent: Sent, error: NotFound) -> End:
        """The end if the object does not exist."""
        raise NotImplementedError

    def judge(self, sent: Sent, current: Secret | None, passed: float, skew: float) -> End | None:
        """End of a write, from a read `passed` seconds after it was sent; None if still unknown.

        `current` is the object of that name, None if there is none; `skew` is how far the server's clock is
        ahead of ours, in seconds.
        """
        raise NotImplementedError


class Sent(Struct, frozen=True):
    """Write that was sent, or is about to be, with everything needed to verify later if it happened."""

    intent: Intent
    ref: SecretRef
    uid: str
    """The uid; "" for a creation."""
    resource_version: str
    changes: Changes
    """Changes; for a creation `set` is its whole data; for a deletion both are empty."""
    before: Mapping[str, Value | None] = field(default_factory=dict)
    """The reviewed value of each touched key; None is absent."""
    base: Mapping[str, Value] | None = None
    """Values of that version; None if unknown."""
    foreseen: Altered = UNALTERED
    """The changes by admission that the dry run showed."""
    type: str = ""
    draft: Draft | None = None
    at: float = 0.0
    """Time when it was sent: seconds since the epoch."""
    started: float = 0.0
    """Time when it was sent, by the monotonic clock."""
    merged: int = 0
    """The number of newer versions on which it was sent again."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it touches, sorted."""
        return tuple(sorted({*self.changes.set, *self.changes.removed}))

    @property
    def how(self) -> str:
        """Remark for the journal: "as a new Secret", "DB_PASSWORD removed"."""
        removed = joined(sorted(self.changes.removed))
        return "; ".join(filter(None, (self.intent.how, removed and f"{removed} removed")))

    @property
    def what(self) -> str:
        """The target in words: "password and username of default/mysecret"."""
        return self.intent.touches(self)

    @property
    def being(self) -> str:
        """The state while it is in flight: "being written"."""
        return f"being {self.intent.done}"

    @property
    def still(self) -> str:
        """The beginning of a sentence that it is in flight."""
        return f"{self.ref} is still {self.being}"

    def held_in(self, secret: Secret) -> tuple[frozenset[str], frozenset[str]]:
        """Fields of the Secret that are as sent: the set ones, and the removed ones."""
        fields = secret.fields
        held = frozenset(key for key, value in self.changes.set.items() if fields.get(key) == value)
        return held, self.changes.removed - fields.keys()

    def __repr__(self) -> str:
        return f"<Sent {self.ref}, to be {self.intent.done}>"


class End(KeepsError, Struct, frozen=True):
    """The result of a write, before it is put into words."""

    kind: EndKind
    secret: Secret | None = None
    """The Secret on the server, if it was read."""
    error: ClusterError | None = None
    why: str = ""
    """A sentence with the reason, if there is no error or its sentence is not enough."""
    warnings: tuple[str, ...] = ()
    altered: Altered = UNALTERED
    """The changes by admission."""
    verdict: str = ""
    """The words before the colon, if the kind's own would claim too much."""
    happened: bool | None = False
    """True if a `kind` such as "conflict" was written all the same; None if unknown."""
    is_there: bool = False
    """True if the server has everything that was sent, although the writer is unknown."""
    is_pending: bool = False
    """True if it is deleted, but waits for finalizers."""

    @property
    def is_done(self) -> bool | None:
        """True if it was written or deleted; None if unknown."""
        done: dict[EndKind, bool | None] = {"written": True, "deleted": True, "unknown": None}
        return done.get(self.kind, self.happened)

    def __repr__(self) -> str:
        return f"<End {self.kind}>"


class WriteBegun(Struct, frozen=True):
    """Event: a write is about to be sent."""

    sent: Sent


class WriteTurn(IntEnum):
    """Order in which the parts of a session handle the end of a write."""

    DRAFT = 1
    """The draft is dropped, or has the server's version as its base."""
    UNDO = 2
    """Keep what undoes the write."""
    CHANGES = 3
    """Record the changed values: the numbers of former ones belong to what the turn before kept."""
    LOG = 4
    """Record the reason for restarts."""
    ROWS = 5
    """Update rows and open Secrets, whose listeners read everything above."""


class WriteEnded(Struct, frozen=True):
    """Event: a write ended, and how is known."""

    sent: Sent
    end: End


class NotWriting(Struct, frozen=True):
    """Event: no write to the Secret is in flight any more."""

    ref: SecretRef


class Outcome(KeepsError, Struct, frozen=True):
    """Result of a write in words. `sentence` is complete."""

    kind: EndKind
    intent: Intent
    ref: SecretRef
    keys: tuple[str, ...]
    at: float
    """Seconds since the epoch: when the outcome was known; for "unknown" when it was sent."""
    sentence: str
    error: ClusterError | None = None
    merged: int = 0
    warnings: tuple[str, ...] = ()
    altered: Altered = UNALTERED
    is_done: bool | None = False
    """True if it was written or deleted; None if unknown, or not yet known."""
    uid: str = ""
    """The uid; "" for a creation."""
    how: str = ""
    """Remark for the journal, as of what was sent."""
    is_pending: bool = False
    """True if it is deleted, but waits for finalizers."""


def outcome_of(sent: Sent, end: End, now: float, tz: tzinfo) -> Outcome:
    """Put the end of a write into words; an unknown end is dated by its sending."""
    return Outcome(
        kind=end.kind,
        intent=sent.intent,
        ref=sent.ref,
        keys=sent.keys,
        at=now,
        sentence=_sentence(sent, end, now, tz),
        error=end.error,
        merged=sent.merged,
        warnings=end.warnings,
        altered=end.altered,
        is_done=end.is_done,
        uid=sent.uid,
        how=sent.how,
        is_pending=end.is_pending,
    )


def unknown(sent: Sent, tz: tzinfo, error: ClusterError | None = None) -> Outcome:
    """The unknown outcome; `error` is why it cannot be verified now."""
    return outcome_of(sent, End("unknown", error=error), sent.at, tz)


def sent_word(outcomes: Sequence[Outcome], draft: Draft) -> str:
    """Say if a draft's changes were sent already, by the latest outcome for its Secret."""
    last = next((outcome for outcome in reversed(outcomes) if outcome.ref == draft.ref), None)
    if last is None or last.is_done or not set(last.keys).intersection(draft.changes().keys):
        return "nothing sent yet"
    return "not written" if last.is_done is False else "sent, outcome unknown"


def keys_of(ref: SecretRef, keys: Sequence[str]) -> str:
    """Keys of a Secret in words: "password and username of default/mysecret"."""
    return f"{_listed(keys)} of {ref}"


def last_words(outcome: Outcome) -> str:
    """Sentence for the end of the program, when every draft is lost."""
    if outcome.kind not in ("not written", "conflict") or not outcome.intent.kept:
        return outcome.sentence
    return f"{outcome.sentence.removesuffix(DRAFT_KEPT).rstrip()} {_ENDED}"


DRAFT_KEPT: Final = "The draft is kept."
"""The end of a sentence about a failed write."""
_ENDED: Final = "The draft is lost: secret-tui has ended."


def _sentence(sent: Sent, end: End, now: float, tz: tzinfo) -> str:
    intent, sent_at = sent.intent, clock(sent.at or now, tz)
    if end.kind == "unknown":
        why = f" Cannot check now: {end.error.sentence}" if end.error else ""
        return f"sent, outcome unknown since {sent_at[:5]}: {intent.doing}{sent.what}.{why}"
    if end.kind == "written" and end.altered:
        return f"{intent.done}, but the cluster {has_altered(end.altered)}. Sent at {sent_at}: {sent.what}"
    if end.kind in ("written", "deleted"):
        is_late = now - (sent.at or now) >= _LATE
        when = f"between {sent_at} and {clock(now, tz)}" if is_late else f"at {sent_at}"
        return intent.success(sent, end, when)
    why = end.why or (end.error.sentence if end.error else "")
    verdict = end.verdict or (intent.conflict_word if end.kind == "conflict" else intent.undone_word)
    return f"{verdict}: {sent.what}. {why}"


def _listed(keys: Sequence[str]) -> str:
    if len(keys) > 3:
        return f"{keys[0]}, {keys[1]} and {len(keys) - 2} more keys"
    return joined(keys) or "nothing"
