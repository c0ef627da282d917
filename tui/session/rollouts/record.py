"""Records of writes, restarts and leak searches: texts for a ticket, with names and times but no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from tui.model.journal import JournalIdentity
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only, printable
from tui.model.text.times import age
from tui.session.rollouts.rollout import Rollout
from tui.session.source import SourceRequest
from tui.session.writes.outcome import Outcome
from tui.session.writes.revert_watch import AfterWrite

if TYPE_CHECKING:
    from tui.model.draft.former_values import FormerHeld


DID_WIDTH: Final = 9
"""Width in cells of the column `RecordEntry.did`."""


class WriteRecord(Struct, frozen=True):
    secret: SecretRef
    at: float
    """Time in seconds since the epoch, by this computer's clock."""
    keys: tuple[str, ...]
    kept: tuple[tuple[str, str], ...] = ()
    """(new key, old key) for each copy: the write saved the former value of the old key under the new key."""
    left: tuple[FormerHeld, ...] = ()
    """Keys that still hold the old value of a written key, such as a URL with the old password."""
    later: AfterWrite | None = None
    """Change of the written keys, or deletion of the Secret, by others after this write.

    None if no such change is known.
    """

    @property
    def lost(self) -> frozenset[str]:
        return self.later.keys if self.later is not None else frozenset()


class RecordEntry(NamedTuple):
    at: float
    did: str
    """Kind of entry, such as "written", "restarted" or "not read"."""
    what: str


def entries(
    written: Sequence[WriteRecord],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    *,
    are_several: bool,
) -> list[RecordEntry]:
    """List writes, later changes by others, requests to sources of Secrets, and restarts; sorted by time.

    `are_several`: True if the entries concern several Secrets, so that each entry must name its Secret.
    """
    done = [_of_write(write, f" of {write.secret}" * are_several) for write in written]
    done += [_of_later(write.later, are_several) for write in written if write.later is not None]
    done += chain.from_iterable(
        _of_request(request, f" of {request.prepared.request.secret}" if are_several else "")
        for request in asked
    )
    done += chain.from_iterable(map(_of_run, runs))
    return sorted(done, key=itemgetter(0))


def record(
    secrets: Sequence[SecretRef],
    done: Sequence[RecordEntry],
    who: JournalIdentity,
    readers: Sequence[str] = (),
    searched: Sequence[str] = (),
    states: Sequence[str] = (),
    now: float = 0.0,
    not_over: str = "",
) -> str:
    """Return the record of these Secrets as text: a line for each entry, with times in UTC.

    `not_over`: progress of restarts that are not over; "" if there are none.
    """
    lines = [
        f"Secret{'s' * (len(secrets) > 1)} {', '.join(map(str, secrets))}",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *([f"read by {', '.join(readers)}"] if readers else ()),
        *searched,
        *map(_line, done),
        *([_line(RecordEntry(now, "not ended", not_over))] if not_over else ()),
        *([_line(RecordEntry(now, "now", "; ".join(states)))] if states else ()),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def record_of_run(
    outcomes: Sequence[Outcome],
    later: Sequence[AfterWrite],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    who: JournalIdentity,
    now: float,
) -> str:
    """Return the record of everything that was done in one context since the program started.

    The record contains writes, changes by others that undid a write, requests to sources, and restarts.
    """
    done = [_of_outcome(outcome) for outcome in outcomes]
    done += [_of_later(after) for after in later if after.kind == "undone"]
    done += entries((), asked, runs, are_several=True)
    lines = [
        f"{_time(now)}  record of this run of secret-tui",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *map(_line, sorted(done, key=itemgetter(0))),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


class LeakFacts(Struct, frozen=True):
    """Result of a search for a leaked token, in words without the token."""

    began: float
    """Start of the search, in seconds since the epoch by this computer's clock."""
    found: str
    """Objects that hold the token, such as "2 Secrets and 1 ConfigMap"; "" if none."""
    read: str
    """Objects that were searched, such as "214 Secrets and 12 ConfigMaps of default"."""
    not_read: Sequence[str]
    places: Sequence[str]
    """Descriptions of the keys that hold the token, each with the readers of the key."""

    @property
    def entries(self) -> Iterator[RecordEntry]:
        yield RecordEntry(self.began, "searched", f"{self.read}; token found in {self.found or 'none'}")
        yield from (RecordEntry(self.began, "not read", words) for words in self.not_read)
        yield from (RecordEntry(self.began, "found", words) for words in self.places)


def record_of_leak(
    searches: Sequence[LeakFacts],
    left: Sequence[str],
    written: Sequence[WriteRecord],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    who: JournalIdentity,
    now: float,
) -> str:
    """Return the record of a leak: the searches, and what was done after the first search began.

    Items of `written`, `asked` and `runs` from before that time are left out.

    `left`: keys in which the last search found the token, and for which nothing was done since then.
    """
    began = searches[0].began
    done = entries(
        [item for item in written if item.at >= began],
        [item for item in asked if item.began >= began],
        [run for run in runs if run.begun >= began],
        are_several=True,
    )
    done += chain.from_iterable(search.entries for search in searches)
    done += [RecordEntry(now, "left", f"{words}: not changed in this run") for words in left]
    lines = [
        "Leaked token",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *map(_line, sorted(done, key=itemgetter(0))),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _of_outcome(outcome: Outcome) -> RecordEntry:
    """Describe an outcome. The server's message is left out, because it may quote a value."""
    what = f"{', '.join(outcome.keys)} of {outcome.ref}" if outcome.keys else str(outcome.ref)
    if outcome.is_done is None:
        return RecordEntry(outcome.at, "not known", f"maybe {outcome.intent.done}: {what}")
    stays = "; it stays until its finalizers finish" if outcome.is_pending else ""
    return RecordEntry(
        outcome.at, outcome.intent.done if outcome.is_done else outcome.intent.undone_word, f"{what}{stays}"
    )


def _of_write(write: WriteRecord, of: str) -> RecordEntry:
    moved_values = "".join(f"; {key} keeps the old value of {former}" for key, former in write.kept)
    former_values = "".join(f"; {held.sentence}" for held in write.left)
    return RecordEntry(write.at, "written", f"{', '.join(write.keys)}{of}{moved_values}{former_values}")


def _of_later(later: AfterWrite, names_secret: bool = True) -> RecordEntry:
    keys = ", ".join(sorted(later.keys))
    what = f"{keys} of {later.ref}" if keys and names_secret else keys or later.ref
    did, _, by = later.did.partition(" ")
    return RecordEntry(later.at, did, f"{by}: {what}" if by else str(what))


def _of_request(asked: SourceRequest, of: str) -> Iterator[RecordEntry]:
    prepared = asked.prepared
    yield RecordEntry(asked.began, "requested", f"{prepared.title} ({prepared.action.ref})")
    if asked.ended is not None:
        yield RecordEntry(asked.ended, asked.state, prepared.title)
    if asked.keys:
        changed = f"{', '.join(asked.keys)}{of}, since the request"
        yield RecordEntry(asked.ended or asked.began, "changed", changed)


def _of_run(run: Rollout) -> Iterator[RecordEntry]:
    order = f"{run.name(run.steps[0].ref)} first" if run.order == "one first" else run.order
    yield RecordEntry(run.begun, "begun", f"restarts, {order}")
    yield from (RecordEntry(run.begun, "left out", not_restarted.summary) for not_restarted in run.left)
    for step in run.steps:
        name = run.name(step.ref)
        if step.sent is not None:
            yield RecordEntry(step.sent, "restarted", f"{name}, {counted(len(step.stale), 'pod')}")
        if step.ended is not None:
            after = f" after {age(step.ended - step.sent)}" if step.sent is not None else ""
            yield RecordEntry(step.ended, step.state, f"{name}{after}: {step.message}")


def _line(entry: RecordEntry) -> str:
    return f"{_time(entry.at)}  {entry.did:<{DID_WIDTH}}  {entry.what}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
