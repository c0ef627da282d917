"""Data of a write (`SentWrite`), its result (`WriteResult`), its events, and its sentence (`Outcome`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from enum import IntEnum
from typing import ClassVar, Final, Literal

from msgspec import Struct, field

from tui.cluster.client import Cluster
from tui.model.draft.admission import UNALTERED, AlteredKeys, has_altered
from tui.model.draft.draft import Changes, Draft
from tui.model.errors import ClusterError, Conflict, ErrorHolder, NotFound
from tui.model.journal import Act
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import joined
from tui.model.text.times import clock

EndKind = Literal["written", "not written", "unknown", "conflict", "deleted", "not deleted"]

_LATE: Final = 1.0
"""Seconds. If the answer takes this long, the message gives the times of sending and of the answer."""
SURE_AFTER: Final = 65.0
"""Seconds after which a sent write can no longer happen.

The API server limits a request to 60 s (--request-timeout); 5 s are for opening the connection.
"""


class Intent:
    """Kind of write: how to send it, how to verify its outcome, and the words for it."""

    done: ClassVar[str]
    """Word for success, such as "written"."""
    doing: ClassVar[str] = ""
    """Word before the result of `touches` in the message about an unknown outcome, such as "creating "."""
    undone: ClassVar[EndKind] = "not written"
    undone_word: ClassVar[str] = "not written"
    conflict_word: ClassVar[str] = "changed by someone else"
    kept: ClassVar[str]
    """Sentence about the draft after a failure; "" if there is no draft."""
    act: ClassVar[Act] = "written"
    how: ClassVar[str] = ""
    """Detail in the journal, such as "as a new Secret"."""
    resends: ClassVar[bool] = True
    """True if `after_conflict` can return a write, False if it always returns a result."""

    def touches(self, sent: SentWrite) -> str:
        """Name the target, such as "default/mysecret" or "password and username of default/mysecret"."""
        return str(sent.ref)

    def success(self, sent: SentWrite, end: WriteResult, when: str) -> str:
        raise NotImplementedError

    async def send(self, cluster: Cluster, sent: SentWrite) -> WriteResult:
        """Send the write once. Raises ClusterErrors."""
        raise NotImplementedError

    async def after_conflict(
        self, cluster: Cluster, sent: SentWrite, error: Conflict
    ) -> SentWrite | WriteResult:
        """Read the Secret after a conflict. Returns the write to send next, or the result."""
        raise NotImplementedError

    def missing(self, sent: SentWrite, error: NotFound) -> WriteResult:
        """Return the result of a write whose Secret does not exist."""
        raise NotImplementedError

    def judge(
        self, sent: SentWrite, current: Secret | None, passed: float, skew: float
    ) -> WriteResult | None:
        """Return the result of a write whose answer was lost; None if unknown.

        `current`: the Secret, read after the write; None if the Secret does not exist.
        `passed`: seconds between the write and the read.
        `skew`: seconds by which the server's clock is ahead of this computer's.
        """
        raise NotImplementedError


class SentWrite(Struct, frozen=True):
    """Write that was sent or is about to be sent, with all facts to verify its outcome later."""

    intent: Intent
    ref: SecretRef
    uid: str
    """Uid of the Secret; "" for a creation."""
    resource_version: str
    changes: Changes
    before: Mapping[str, Value | None] = field(default_factory=dict)
    """Value of each changed key in the version that the user reviewed; None if the key was absent."""
    base: Mapping[str, Value] | None = None
    """All fields of the Secret at `resource_version`, if known."""
    foreseen: AlteredKeys = UNALTERED
    """Changes by admission that the dry run showed."""
    type: str = ""
    draft: Draft | None = None
    at: float = 0.0
    """Time of sending in seconds since the epoch; 0 before the write is sent."""
    started: float = 0.0
    """Time of sending in seconds of the monotonic clock."""
    merged: int = 0
    """Number of times that the write was sent again because the Secret had a newer version."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(sorted({*self.changes.set, *self.changes.removed}))

    @property
    def how(self) -> str:
        """Detail in the journal, such as "as a new Secret" or "DB_PASSWORD removed"."""
        removed = joined(sorted(self.changes.removed))
        return "; ".join(filter(None, (self.intent.how, removed and f"{removed} removed")))

    @property
    def what(self) -> str:
        return self.intent.touches(self)

    @property
    def being(self) -> str:
        return f"being {self.intent.done}"

    @property
    def still(self) -> str:
        """Beginning of a message about a write in flight, such as "default/db is still being written"."""
        return f"{self.ref} is still {self.being}"

    def held_in(self, secret: Secret) -> tuple[frozenset[str], frozenset[str]]:
        """Compare the Secret with the write.

        Returns two sets of fields: fields whose value in the Secret equals the sent value, and removed fields
        that are absent from the Secret.
        """
        fields = secret.fields
        held = frozenset(key for key, value in self.changes.set.items() if fields.get(key) == value)
        return held, self.changes.removed - fields.keys()

    def __repr__(self) -> str:
        return f"<SentWrite {self.ref}, to be {self.intent.done}>"


class WriteResult(ErrorHolder, Struct, frozen=True):
    """Result of a write, before it is put into words."""

    kind: EndKind
    secret: Secret | None = None
    error: ClusterError | None = None
    why: str = ""
    """Explanation of the result. If it is "", the message about a failed write gives `error.sentence`."""
    warnings: tuple[str, ...] = ()
    altered: AlteredKeys = UNALTERED
    verdict: str = ""
    """First words of the message, such as "not there"; "" for the usual words of `kind`."""
    happened: bool | None = False
    """Value of `is_done`, unless `kind` is "written", "deleted" or "unknown"."""
    is_there: bool = False
    """True if the Secret holds what was sent, but perhaps because of another write."""
    is_pending: bool = False
    """True if the deleted Secret waits for its finalizers."""

    @property
    def is_done(self) -> bool | None:
        """True if the write was done, False if not; None if unknown."""
        done: dict[EndKind, bool | None] = {"written": True, "deleted": True, "unknown": None}
        return done.get(self.kind, self.happened)

    def __repr__(self) -> str:
        return f"<End {self.kind}>"


class WriteBegun(Struct, frozen=True):
    """A write is about to be sent."""

    sent: SentWrite


class WriteTurn(IntEnum):
    """Order in which the parts of a session handle the result of a write."""

    DRAFT = 1
    """Drop the draft, or base it on the server's version."""
    UNDO = 2
    """Add an entry for the write to the UndoList."""
    CHANGES = 3
    """Record when each key was changed. This turn needs the entry that turn UNDO has added."""
    LOG = 4
    ROWS = 5
    """Update the rows and the Secrets that are open.

    This turn is last, because it emits events whose handlers use the results of the other turns.
    """


class WriteEnded(Struct, frozen=True):
    """The result of a write is known."""

    sent: SentWrite
    end: WriteResult


class NotWriting(Struct, frozen=True):
    """A write to the Secret is no longer in flight."""

    ref: SecretRef


class Outcome(ErrorHolder, Struct, frozen=True):
    """Result of a write in words."""

    kind: EndKind
    intent: Intent
    ref: SecretRef
    keys: tuple[str, ...]
    at: float
    """Time of the outcome in seconds since the epoch; for an unknown outcome, time of sending."""
    sentence: str
    error: ClusterError | None = None
    merged: int = 0
    warnings: tuple[str, ...] = ()
    altered: AlteredKeys = UNALTERED
    is_done: bool | None = False
    uid: str = ""
    how: str = ""
    is_pending: bool = False


def outcome_of(sent: SentWrite, end: WriteResult, now: float, tz: tzinfo) -> Outcome:
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


def unknown(sent: SentWrite, tz: tzinfo, error: ClusterError | None = None) -> Outcome:
    return outcome_of(sent, WriteResult("unknown", error=error), sent.at, tz)


def sent_word(outcomes: Sequence[Outcome], draft: Draft) -> str:
    """Tell in words whether a draft's changes were sent, such as "nothing sent yet".

    Only the latest outcome for the draft's Secret counts.
    """
    last = next((outcome for outcome in reversed(outcomes) if outcome.ref == draft.ref), None)
    if last is None or last.is_done or not set(last.keys).intersection(draft.changes().keys):
        return "nothing sent yet"
    return "not written" if last.is_done is False else "sent, outcome unknown"


def keys_of(ref: SecretRef, keys: Sequence[str]) -> str:
    """Name keys of a Secret, such as "password and username of default/mysecret"."""
    return f"{_listed(keys)} of {ref}"


def last_words(outcome: Outcome) -> str:
    """Return the sentence to print when the program ends.

    If a draft was not written, the sentence says that the draft is lost.
    """
    if outcome.kind not in ("not written", "conflict") or not outcome.intent.kept:
        return outcome.sentence
    return f"{outcome.sentence.removesuffix(DRAFT_KEPT).rstrip()} {_ENDED}"


DRAFT_KEPT: Final = "The draft is kept."
_ENDED: Final = "The draft is lost: secret-tui has ended."


def _sentence(sent: SentWrite, end: WriteResult, now: float, tz: tzinfo) -> str:
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
