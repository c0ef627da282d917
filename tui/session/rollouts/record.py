"""The record of a change and its restarts, as one text for a ticket: names and times, no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.model.journal import Who
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only, printable
from tui.session.rollouts.rollout import Rollout
from tui.session.source import SourceRequest
from tui.session.writes.outcome import Outcome
from tui.session.writes.revert_watch import AfterWrite

if TYPE_CHECKING:
    from tui.model.draft.former_values import FormerHeld


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


def record(
    secrets: Sequence[SecretRef],
    written: Sequence[WriteRecord],
    asked: Sequence[SourceRequest],
    runs: Sequence[Rollout],
    who: Who,
    readers: Sequence[str] = (),
    searched: Sequence[str] = (),
    states: Sequence[str] = (),
    now: float = 0.0,
) -> str:
    """Lines with their ends; times are UTC.

    `asked`: the latest request to what manages each; `readers`: "Deployment/web (2 pods)"; `searched`: where
    readers were looked for, or were not; `states`: which value the pods have `now`.
    """
    are_several = len(secrets) > 1
    done = [(one.at, _of_write(one, f" of {one.secret}" * are_several)) for one in written]
    done += [(one.later.at, _of_later(one.later, are_several)) for one in written if one.later is not None]
    done += [
        (one.began, _of_request(one, f" of {one.prepared.request.secret}" if are_several else ""))
        for one in asked
    ]
    done += [(run.begun, _of_run(run)) for run in runs]
    lines = [
        f"Secret{'s' * are_several} {', '.join(map(str, secrets))}",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *([f"read by {', '.join(readers)}"] if readers else ()),
        *searched,
        *chain.from_iterable(told for _, told in sorted(done, key=itemgetter(0))),
        *([f"{_time(now)}  pods now: {'; '.join(states)}"] if states else ()),
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
    done = [(one.at, iter((f"{_time(one.at)}  {_of_outcome(one)}",))) for one in outcomes]
    done += [(one.at, _of_later(one)) for one in later if one.kind == "undone"]
    done += [(one.began, _of_request(one, f" of {one.prepared.request.secret}")) for one in asked]
    done += [(run.begun, _of_run(run)) for run in runs]
    lines = [
        f"{_time(now)}  record of this run of secret-tui",
        f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}",
        *chain.from_iterable(told for _, told in sorted(done, key=itemgetter(0))),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _of_outcome(one: Outcome) -> str:
    """Without the words of a server, which could hold anything."""
    what = f"{', '.join(one.keys)} of {one.ref}" if one.keys else str(one.ref)
    if one.is_done is None:
        return f"not known whether {one.intent.done}: {what}"
    stays = "; it stays until its finalizers finish" if one.is_pending else ""
    return f"{one.intent.done if one.is_done else one.intent.undone_word}: {what}{stays}"


def _of_write(one: WriteRecord, of: str) -> Iterator[str]:
    kept = "".join(f"; {key} keeps the old value of {former}" for key, former in one.kept)
    left = "".join(f"; {held.sentence}" for held in one.left)
    yield f"{_time(one.at)}  changed {', '.join(one.keys)}{of}{kept}{left}"


def _of_later(one: AfterWrite, names_secret: bool = True) -> Iterator[str]:
    keys = ", ".join(sorted(one.keys))
    what = f"{keys} of {one.ref}" if keys and names_secret else keys or one.ref
    yield f"{_time(one.at)}  {one.did}: {what}"


def _of_request(asked: SourceRequest, of: str) -> Iterator[str]:
    prepared = asked.prepared
    yield f"{_time(asked.began)}  asked at the source: {prepared.title} ({prepared.action.ref})"
    if asked.ended is not None:
        yield f"{_time(asked.ended)}  {prepared.title}: {asked.state}"
    if asked.keys:
        yield f"changed since the request: {', '.join(asked.keys)}{of}"


def _of_run(run: Rollout) -> Iterator[str]:
    order = f"{run.name(run.steps[0].ref)} first" if run.order == "one first" else run.order
    yield f"{_time(run.begun)}  restarts begun, {order}"
    told = []
    for step in run.steps:
        if step.sent is not None:
            told.append((step.sent, f"{run.name(step.ref)} restarted, for {counted(len(step.stale), 'pod')}"))
        if step.ended is not None:
            told.append((step.ended, f"{run.name(step.ref)} {step.state}: {step.said}"))
    yield from (f"{_time(at)}  {said}" for at, said in sorted(told, key=itemgetter(0)))
    yield from (f"not restarted: {left.said}" for left in run.left)
    yield run.end() if run.is_over else f"Not over: {run.line()}."


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
