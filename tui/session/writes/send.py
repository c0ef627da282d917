"""Send one write until its answer is known or lost; resend after a conflict that touches nothing reviewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.model.draft.admission import UNALTERED, Altered, altered, has_altered
from tui.model.draft.draft import draft_problem
from tui.model.errors import (
    BadAnswer,
    ClusterError,
    Conflict,
    Exists,
    NotFound,
    OutcomeUnknown,
    PluginFailed,
    ServerTrouble,
    TimedOut,
    Unauthorized,
)
from tui.session.backoff import out_of_step
from tui.session.clock import Clock
from tui.session.writes.outcome import KEPT, End, Sent
from tui.session.writes.verify import holds, is_ours, is_untouched

if TYPE_CHECKING:
    from tui.cluster.client import Cluster

RESENDS: Final = 20
"""How often a write goes out again on a newer version that does not touch what it touches.

Between the look at that version and the arrival of the write lies one way to the server and back; a try fails
if somebody writes in that time. Measured with labels every 200 ms, 15 edits each: next to the server all were
written; 100 ms away 8, and 150 ms away 9, were not with five tries more, and all were with up to twenty, at
uneven distances (nine were the most that was needed).
"""

_LOST: Final = (OutcomeUnknown, TimedOut, ServerTrouble, BadAnswer)
"""After these the write may have happened: a server in trouble, or a proxy, can answer for one that did."""


async def send(
    cluster: Cluster, clock: Clock, sent: Sent, show: Callable[[Sent], None]
) -> tuple[Sent, End | None]:
    """Send it; with the end, or None where the answer was lost. What was sent last comes back with it.

    A version that changed underneath is read anew, and if nothing that the review shows differs there, the
    write goes out on it, up to a limit: a controller that writes all the time cannot starve a person.
    After a lost answer nothing is sent again.
    """
    for tries_left in range(RESENDS, -1, -1):
        sent = replace(sent, at=clock.now(), started=clock.monotonic())
        show(sent)
        try:
            return sent, await _once(cluster, sent)
        except _LOST:
            return sent, None
        except Exists as error:
            why = "It is still being deleted." if error.is_leaving else "It already exists."
            return sent, End("not written", error=error, why=f"{why} {KEPT}")
        except NotFound as error:
            return sent, _missing(sent, error)
        except Conflict as error:
            if sent.verb == "delete":
                return sent, await _why_kept(cluster, sent, error)
            await out_of_step(clock, RESENDS + 1 - tries_left)  # before the look: it must be a fresh one
            newer = await _newer(cluster, sent, error)
            if isinstance(newer, End):
                return sent, newer
            sent = newer
            if not tries_left:
                return sent, _starved(sent, error)
        except (Unauthorized, PluginFailed) as error:
            # Who is not known changes nothing: it was not even looked at.
            why = "The login expired." if sent.verb == "delete" else f"The login expired. {KEPT}"
            return sent, End("not deleted" if sent.verb == "delete" else "not written", error=error, why=why)
        except ClusterError as error:
            return sent, End("not deleted" if sent.verb == "delete" else "not written", error=error)
    raise AssertionError("the last try ends above")


async def _once(cluster: Cluster, sent: Sent) -> End:
    if sent.verb == "delete":
        is_gone = await cluster.delete(sent.ref, sent.uid, sent.resource_version)
        return End("deleted", is_pending=not is_gone)
    if sent.verb == "create":
        answer = await cluster.create(sent.ref, sent.type, sent.changes.set)
    else:
        answer = await cluster.write(sent.ref, sent.uid, sent.resource_version, sent.changes)
    base = sent.base
    made = altered(base, sent.changes, answer.secret.data) if base is not None else UNALTERED
    if made and answer.secret.data == base:
        return End("not written", answer.secret, why=put_back(made), warnings=answer.warnings)
    return End("written", answer.secret, warnings=answer.warnings, altered=made)


def put_back(made: Altered) -> str:
    """Why it is not written though the server took it."""
    return f"The cluster accepted it and {has_altered(made)} (an admission policy or webhook). {KEPT}"


async def _newer(cluster: Cluster, sent: Sent, error: Conflict) -> Sent | End:
    try:
        found = await cluster.open(sent.ref)
    except NotFound as gone:
        return _missing(sent, gone)
    except ClusterError as trouble:
        why = f"It changed on the server, and the newer version could not be read: {trouble.sentence}"
        return End("not written", error=trouble, why=f"{why} {KEPT}")
    if found.uid != sent.uid:
        why = f"It was deleted and created again since you opened it. {KEPT}"
        return End("not written", error=error, why=why)
    if holds(found, sent) and is_ours(found, sent, cluster.skew or 0.0):
        return End("written", found)  # something on the way sent it twice, and this answers the second
    if (problem := draft_problem(found)) is not None:
        return End("not written", found, error, f"{problem} {KEPT}")
    if not is_untouched(found, sent):
        why = f"Someone else changed the same keys since you opened it. {KEPT}"
        return End("conflict", found, error, why, verdict="not written")
    is_other = found.resource_version != sent.resource_version
    newer = replace(sent, resource_version=found.resource_version, base=found.data)
    return replace(newer, merged=sent.merged + is_other)


def _missing(sent: Sent, error: NotFound) -> End:
    if sent.verb == "delete":
        return End("not deleted", error=error, why="It was already gone.")
    if sent.verb == "create":
        return End("not written", error=error)
    return End("not written", error=error, why=f"It was deleted since you opened it. {KEPT}")


async def _why_kept(cluster: Cluster, sent: Sent, error: Conflict) -> End:
    """Why it was not deleted in the version that was looked at: by its metadata, for no value is needed."""
    try:
        found = await cluster.provenance(sent.ref)
    except NotFound as gone:
        return _missing(sent, gone)
    except ClusterError as trouble:
        why = f"The server reported a conflict, and the Secret could not be read: {trouble.sentence}"
        return End("not deleted", error=trouble, why=why)
    if found.uid != sent.uid:
        why = "It was deleted and created again since you opened it."
    elif found.resource_version != sent.resource_version:
        why = "It changed on the server since you opened it."
    else:
        why = "The server reported a conflict, but the Secret is unchanged."
    return End("not deleted", error=error, why=why)


def _starved(sent: Sent, error: Conflict) -> End:
    times = f"on each of {RESENDS + 1} attempts"
    if sent.merged > RESENDS:
        why = f"It changed on the server {times}."
    else:
        changed = "it did not change each time" if sent.merged else "it did not change"
        why = f"The server reported a conflict {times}, but {changed}."
    return End("not written", error=error, why=f"{why} {KEPT}")
