"""The record of a change and its restarts, as one text for a ticket: names and times, no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tui.model.journal import Who
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only, printable
from tui.session.rollouts.run import Run
from tui.session.source import Run as Asked


class Written(Struct, frozen=True):
    """A write of this run to the Secret."""

    at: float
    """Seconds since the epoch, by this computer."""
    keys: tuple[str, ...]


def record(
    secret: SecretRef, written: Sequence[Written], asked: Asked | None, run: Run | None, who: Who
) -> str:
    """Lines with their ends; times are UTC. `asked`: the latest request to what manages it."""
    return "".join(f"{printable(line)}\n" for line in _lines(secret, written, asked, run, who))


def _lines(
    secret: SecretRef, written: Sequence[Written], asked: Asked | None, run: Run | None, who: Who
) -> Iterator[str]:
    yield f"Secret {secret}"
    yield f"in {ascii_only(who.context)} ({ascii_only(who.server)}) by {ascii_only(who.user or who.login)}"
    for one in written:
        yield f"{_time(one.at)}  changed {', '.join(one.keys)}"
    if asked is not None:
        yield f"{_time(asked.began)}  {asked.prepared.title} ({asked.prepared.action.ref}): {asked.state}"
    if run is None:
        return
    yield f"{_time(run.begun)}  restarts begun, {run.order}"
    for step in run.steps:
        if step.sent is not None:
            yield f"{_time(step.sent)}  {step.ref} restarted, for {counted(len(step.stale), 'pod')}"
        if step.ended is not None:
            yield f"{_time(step.ended)}  {step.ref} {step.state}: {step.said}"
    yield run.end() if run.is_over else f"Not over: {run.line()}."


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
