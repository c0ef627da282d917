"""The record of a change and its restarts, as one text for a ticket: names and times, no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from tui.model.journal import Who
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
"""Cells for what was done, in a table."""


class WriteRecord(Struct, frozen=True):
    """A write of this run to a Secret."""

    secret: SecretRef
    at: float
    """Seconds since the epoch, by this computer."""
    keys: tuple[str, ...]
    kept: tuple[tuple[str, str], ...] = ()
    """(key, former key): the first one holds now what the former key held before."""
    left: tuple[FormerHeld, ...] = ()
    """The keys in which an old value was left."""
    later: AfterWrite | None = None
    """Who changed it again, or deleted it, within the time in which it is watched."""

    @property
    def lost(self) -> frozenset[str]:
        """The keys that somebody changed again."""
        return self.later.keys if self.later is not None else frozenset()


class RecordEntry(NamedTuple):
    """One thing that was done. Its words hold no value."""

    at: float
    did: str
    """One or two words: "written", "restarted", "new", "failed"."""
    what: str


def entries(
    written: Sequence[WriteRecord],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    *,
    are_several: bool,
) -> list[RecordEntry]:
    """What was written, asked for and restarted, in the order of time.

    `asked`: the latest request to what manages each Secret. Of `are_several` Secrets each is named.
    """
    done = [_of_write(one, f" of {one.secret}" * are_several) for one in written]
    done += [_of_later(one.later, are_several) for one in written if one.later is not None]
    done += chain.from_iterable(
        _of_request(one, f" of {one.prepared.request.secret}" if are_several else "") for one in asked
    )
    done += chain.from_iterable(map(_of_run, runs))
    return sorted(done, key=itemgetter(0))


def record(
    secrets: Sequence[SecretRef],
    done: Sequence[RecordEntry],
    who: Who,
    readers: Sequence[str] = (),
    searched: Sequence[str] = (),
    states: Sequence[str] = (),
    now: float = 0.0,
    not_over: str = "",
) -> str:
    """Lines with their ends; times are UTC.

    `readers`: "Deployment/web (2 pods)"; `searched`: where readers were looked for, or were not; `states`:
    which value the pods have `now`; `not_over`: how far restarts are.
    """
    lines = [
        f"Secret{'s' * (len(secrets) > 1)} {', '.join(map(str, secrets))}",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *([f"read by {', '.join(readers)}"] if readers else ()),
        *searched,
        *map(_line, done),
        *([_line(RecordEntry(now, "not over", not_over))] if not_over else ()),
        *([_line(RecordEntry(now, "now", "; ".join(states)))] if states else ()),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def record_of_run(
    outcomes: Sequence[Outcome],
    later: Sequence[AfterWrite],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    who: Who,
    now: float,
) -> str:
    """All that this run wrote, asked for and restarted in one context, in the order of time.

    `later`: what became of its writes.
    """
    done = [_of_outcome(one) for one in outcomes]
    done += [_of_later(one) for one in later if one.kind == "undone"]
    done += entries((), asked, runs, are_several=True)
    lines = [
        f"{_time(now)}  record of this run of secret-tui",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *map(_line, sorted(done, key=itemgetter(0))),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _of_outcome(one: Outcome) -> RecordEntry:
    """Without the words of a server, which could hold anything."""
    what = f"{', '.join(one.keys)} of {one.ref}" if one.keys else str(one.ref)
    if one.is_done is None:
        return RecordEntry(one.at, "not known", f"whether {one.intent.done}: {what}")
    stays = "; it stays until its finalizers finish" if one.is_pending else ""
    return RecordEntry(one.at, one.intent.done if one.is_done else one.intent.undone_word, f"{what}{stays}")


def _of_write(one: WriteRecord, of: str) -> RecordEntry:
    kept = "".join(f"; {key} keeps the old value of {former}" for key, former in one.kept)
    left = "".join(f"; {held.sentence}" for held in one.left)
    return RecordEntry(one.at, "written", f"{', '.join(one.keys)}{of}{kept}{left}")


def _of_later(one: AfterWrite, names_secret: bool = True) -> RecordEntry:
    keys = ", ".join(sorted(one.keys))
    what = f"{keys} of {one.ref}" if keys and names_secret else keys or one.ref
    did, _, by = one.did.partition(" ")
    return RecordEntry(one.at, did, f"{by}: {what}" if by else str(what))


def _of_request(asked: SourceRequest, of: str) -> Iterator[RecordEntry]:
    prepared = asked.prepared
    yield RecordEntry(asked.began, "asked", f"{prepared.title} ({prepared.action.ref})")
    if asked.ended is not None:
        yield RecordEntry(asked.ended, asked.state, prepared.title)
    if asked.keys:
        changed = f"{', '.join(asked.keys)}{of}, since the request"
        yield RecordEntry(asked.ended or asked.began, "changed", changed)


def _of_run(run: Rollout) -> Iterator[RecordEntry]:
    order = f"{run.name(run.steps[0].ref)} first" if run.order == "one first" else run.order
    yield RecordEntry(run.begun, "begun", f"restarts, {order}")
    yield from (RecordEntry(run.begun, "left out", left.said) for left in run.left)
    for step in run.steps:
        name = run.name(step.ref)
        if step.sent is not None:
            yield RecordEntry(step.sent, "restarted", f"{name}, {counted(len(step.stale), 'pod')}")
        if step.ended is not None:
            after = f" after {age(step.ended - step.sent)}" if step.sent is not None else ""
            yield RecordEntry(step.ended, step.state, f"{name}{after}: {step.said}")


def _line(entry: RecordEntry) -> str:
    return f"{_time(entry.at)}  {entry.did:<{DID_WIDTH}}  {entry.what}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
