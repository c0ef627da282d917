"""The outcome of a write, as a sentence without values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Literal

from tui.model.draft.admission import UNALTERED, Altered, has_altered
from tui.model.draft.draft import Changes, Draft
from tui.model.errors import ClusterError, unframed
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.times import clock

Verb = Literal["write", "create", "delete"]
EndKind = Literal["written", "not written", "unknown", "conflict", "deleted", "not deleted"]

_LATE: Final = 1.0
"""Seconds after which the end of a write is not told as if it had happened when it was sent."""
SURE_AFTER: Final = 65.0
"""Seconds after which what was sent cannot happen any more: the API server's own limit for a request
(--request-timeout, 60 s), and the 5 s that a connection may take to stand."""


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A write that was sent, or is about to be: all that is needed to verify later whether it happened."""

    verb: Verb
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
        return f"<Sent {self.verb} {self.ref}>"


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
    ref: SecretRef
    keys: tuple[str, ...]
    at: float
    """Seconds since the epoch: when it was known; for "unknown" when it was sent."""
    sentence: str
    error: ClusterError | None = None
    merged: int = 0
    warnings: tuple[str, ...] = ()
    verb: Verb = "write"
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
        ref=sent.ref,
        keys=sent.keys,
        at=now,
        sentence=_sentence(sent, end, _when(sent, now, tz), clock(sent.at or now, tz)),
        error=end.error,
        merged=sent.merged,
        warnings=end.warnings,
        verb=sent.verb,
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
    what = f"{_DOING[sent.verb]}{what_of(sent)}"
    sentence = f"sent, outcome unknown since {since}: {what}.{why}"
    return Outcome(
        "unknown", sent.ref, sent.keys, sent.at, sentence, error, sent.merged, verb=sent.verb, is_done=None
    )


def what_of(sent: Sent) -> str:
    """What a write touches: "password and username of default/mysecret"."""
    if sent.verb != "write":
        return str(sent.ref)
    return keys_of(sent.ref, sent.keys)


def keys_of(ref: SecretRef, keys: Sequence[str]) -> str:
    """Some keys of it: "password and username of default/mysecret"."""
    return f"{_listed(keys)} of {ref}"


def being(verb: Verb) -> str:
    """What goes on while one is in flight: "being written"."""
    return f"being {DONE[verb]}"


def still(sent: Sent) -> str:
    """That it is in flight: the beginning of a sentence."""
    return f"{sent.ref} is still {being(sent.verb)}"


def last_words(outcome: Outcome) -> str:
    """Its sentence where the program ends, and every draft with it."""
    if outcome.kind not in ("not written", "conflict") or outcome.verb == "delete":
        return outcome.sentence
    return f"{outcome.sentence.removesuffix(KEPT).rstrip()} {_ENDED}"


KEPT: Final = "The draft is kept."
"""What the sentence of a write that was not done ends with, if it has advice."""
_ENDED: Final = "The draft is lost: secret-tui has ended."
DONE: Final[Mapping[Verb, str]] = {"write": "written", "create": "created", "delete": "deleted"}
_DOING: Final[Mapping[Verb, str]] = {"write": "", "create": "creating ", "delete": "deleting "}
_NOT: Final[Mapping[Verb, str]] = {"write": "not written", "create": "not created", "delete": "not deleted"}


def _sentence(sent: Sent, end: End, when: str, sent_at: str) -> str:
    if end.kind == "written" and end.altered:
        done = "created" if sent.verb == "create" else "written"
        return f"{done}, but the cluster {has_altered(end.altered)}. Sent at {sent_at}: {what_of(sent)}"
    if end.kind == "written" and sent.verb == "create":
        count = len(sent.changes.set)
        return f"created: {sent.ref} with {count} {'key' if count == 1 else 'keys'} {when}"
    if end.kind == "written":
        merged = ", on top of newer changes that do not touch your keys" if sent.merged else ""
        return f"written: {what_of(sent)} {when}{merged}" + (f". {end.why}" if end.why else "")
    why = end.why or (end.error.sentence if end.error else "")
    if end.kind == "deleted":
        pending = ", but it stays until its finalizers finish" if end.is_pending else ""
        return f"deleted: {sent.ref} {when}{pending}" + (f". {why}" if why else "")
    is_changed = end.kind == "conflict" and sent.verb != "create"
    verdict = end.verdict or ("changed by someone else" if is_changed else _NOT[sent.verb])
    return f"{verdict}: {what_of(sent)}. {why}"


def _listed(keys: Sequence[str]) -> str:
    if len(keys) > 3:
        return f"{keys[0]}, {keys[1]} and {len(keys) - 2} more keys"
    if len(keys) > 1:
        return f"{', '.join(keys[:-1])} and {keys[-1]}"
    return keys[0] if keys else "nothing"
