"""The words of the screen of restarts: a workload before its restart and on its way, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.draft.former_values import sentences
from tui.model.readers.controllers import restarted_by
from tui.model.rollout.owners import PodOwner
from tui.model.rollout.progress import replacing
from tui.model.rollout.restart import annotations_of, notes, why_not
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import listed
from tui.model.text.times import clock
from tui.session.health.known import secret_meta, why_no_start
from tui.session.rollouts.rollout import NotRestarted, Order, Rollout, RolloutStep, StepState, owner_name
from tui.session.rollouts.rollouts import RestartCheck
from tui.ui.base.freshness import lost_words
from tui.ui.base.missing_rights import asks_for_role
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination_lines
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone

ALONE_FOR: Final = 60.0
"""Seconds after a change that a controller has to restart a workload by itself."""
ORDER_WORDS: Final[dict[Order, str]] = {
    "one at a time": "the next one once the pods of the one before are new and ready",
    "all at once": "all are sent together",
    "one first": "the others together, once you say so",
}
_TONES: Final[dict[StepState, Tone]] = {
    "fresh": "good",
    "skipped": "good",
    "not seen": "warning",
    "failed": "bad",
    "unknown": "bad",
    "not sent": "bad",
    "looking": "warning",
    "queued": "muted",
    "stopped": "muted",
}


class Proposal(Struct, frozen=True):
    """What is to be said of a workload before its restart."""

    owner: PodOwner
    name: str
    """ "Deployment/web", with its namespace where there are Secrets of several."""
    old: tuple[str, ...]
    """Of several Secrets those that are old, with the key: "db/password", the worst first."""
    looked: RestartCheck
    cannot: str
    """Why it cannot be restarted here, without a full stop; "" if it can."""
    by_itself: str
    """What should restart it without us, and whether that is still to be waited for."""
    fails: str
    """Why a new pod of it would, or may, not start; "" if that is not known."""
    rolls: str
    """How far a rollout is that goes on without us: "rolling out: 1 of 3 new pods made"; "" for none."""
    is_due: bool
    """Is it proposed?"""


def proposal(shared: ScreenContext, secrets: Sequence[SecretRef], owner: PodOwner) -> Proposal:
    """Of one owner of readers of these Secrets, as far as it was looked at."""
    session = shared.session
    looked = (session.rollouts.looked.get(owner.ref) if owner.ref is not None else None) or RestartCheck()
    cannot = owner.why_not
    if not cannot and looked.obj is not None:
        cannot = why_not(owner.kind, looked.obj)
    if not cannot and looked.dry_run is not None and looked.dry_run.made == "not sent":
        cannot = looked.dry_run.why.rstrip(".")
    by_itself, is_awaited = _by_itself(shared, owner, looked)
    fails = why_no_start(session, owner)
    made = replacing(owner.kind, looked.obj) if looked.obj is not None and owner.needs_restart else ""
    rolls = f"rolling out: {made}" if made else ""
    is_due = owner.needs_restart and not (cannot or is_awaited or fails or rolls)
    name = owner_name(owner.title, owner.namespace, secrets)
    old = [f"{ref.name}/{key}" if key else ref.name for ref, key in owner.old] if len(secrets) > 1 else []
    return Proposal(owner, name, tuple(old), looked, cannot, by_itself, fails, rolls, is_due)


def _by_itself(shared: ScreenContext, owner: PodOwner, looked: RestartCheck) -> tuple[str, bool]:
    workload, noted = (owner.kind, owner.name), annotations_of(looked.obj or {})
    stale = list(dict.fromkeys(ref for ref, _ in owner.old)) or owner.reads
    found = (restarted_by(workload, noted, secret_meta(shared.session, ref)) for ref in stale)
    if (by := next(filter(None, found), None)) is None:
        return "", False
    changed = owner.worst.changed
    since = [shared.session.clock.now() - one.at for one in shared.session.rollouts.writes.of(*stale)[-1:]]
    since += [shared.server_now() - changed] if changed else []
    should = f"{by.name} {by.when_restarts}"
    if not owner.needs_restart or not since:
        return should, False
    return (should, True) if min(since) < ALONE_FOR else (f"{should}; not seen after {ALONE_FOR:g} s", False)


def proposed_state(found: Proposal) -> Cell:
    """For the column: why it is proposed, or why not."""
    if found.fails and (found.owner.idle is not None or not found.cannot):
        return Styled(found.fails, "bad")
    if found.owner.idle is not None:  # the column before says that nothing runs
        return Styled(found.cannot.partition("; ")[2], "muted")
    if found.cannot and not _needs_none(found.owner):
        return Styled(found.cannot, "warning" if found.owner.needs_restart else "muted")
    if found.rolls:
        return Styled(found.rolls, "warning")
    if found.by_itself:
        return Styled(found.by_itself, "warning" if found.is_due else "muted")
    if found.owner.is_reset:
        return Styled("what was written is gone", "warning")
    if found.owner.needs_restart:
        return _worst_of(found)
    word = "arrives by itself" if found.owner.worst.short == "by itself" else "new value"
    return Styled(found.owner.worst.instead or word if word == "new value" else word, "muted")


def _needs_none(owner: PodOwner) -> bool:
    """Is it of a kind that cannot be restarted here, and has no pod with an old value?"""
    return owner.ref is None and owner.idle is None and not owner.needs_restart


def _worst_of(found: Proposal) -> str:
    """ "old value"; "old value in 1 of 3 pods"; of several Secrets "old value of db/password and 2 more"."""
    worst, verdicts = found.owner.worst, found.owner.verdicts
    count, said = sum(one.short == worst.short for one in verdicts), worst.short
    if found.old:
        said += f"{' of' if worst.is_old else ':'} {found.old[0]}"
        said += f" and {len(found.old) - 1} more" if len(found.old) > 1 else ""
    return said if count == len(verdicts) else f"{said} in {count} of {len(verdicts)} pods"


def about_proposal(shared: ScreenContext, found: Proposal) -> Iterator[Line]:
    """Below the table, of the row under the cursor."""
    owner, looked = found.owner, found.looked
    yield ()
    yield (Styled(f"  {found.name}", "strong"), f"   {owner.counts}")
    yield ("  Reads              ", listed(owner.how, 4))
    if found.old:
        yield ("  Old, or may be     ", listed(found.old, 4))
    if grounds := owner.worst.grounds:
        yield ("  Why                ", grounds)
    if found.by_itself:
        yield ("  By itself          ", found.by_itself)
    if looked.obj is not None:
        yield from ((Styled(f"  ! {note}", "warning"),) for note in notes(owner.kind, looked.obj))
    if found.cannot and _needs_none(owner):
        yield ("  To restart it      ", Styled(found.cannot, "muted"))
    elif found.cannot and owner.idle is None:
        yield (Styled(f"  ! {found.cannot}", "warning"),)
        if looked.dry_run is not None:
            yield from asks_for_role(looked.dry_run.error, shared.keys)
    if found.fails:
        yield (Styled(f"  ! {found.fails}", "bad"),)
    if owner.idle is not None:
        yield (f"  {found.cannot[0].upper()}{found.cannot[1:]}.",)
    elif owner.ref is not None:
        yield ("  Server's dry run   ", _dry_run(looked, is_read_only=shared.session.read_only))


def _dry_run(looked: RestartCheck, *, is_read_only: bool) -> Cell:
    end = looked.dry_run
    if is_read_only:
        return Styled("none: this run is read-only", "muted")
    if end is None:
        return Styled("running …", "muted")
    return Styled("accepted", "good") if end.made == "sent" else Styled(end.why, "bad")


def left_out(found: Proposal) -> NotRestarted:
    """A workload that was not marked, and why."""
    why = found.cannot or found.fails or found.rolls or found.by_itself or "not marked"
    return NotRestarted(found.name, found.owner.keeps, why)


def about_left(left: NotRestarted) -> Iterator[Line]:
    """Below the table, of the row under the cursor."""
    yield ()
    yield (Styled(f"  {left.title}", "strong"),)
    yield (Styled(f"  ! not restarted, {left.keeps}: {left.why}", "warning"),)


def step_state(step: RolloutStep) -> Cell:
    """For the column, while restarts are followed."""
    word = "waits" if step.state == "queued" else step.state
    said = "" if step.state == "queued" else step.said
    return Styled(f"{word}: {said}" if said and said != word else word, _TONES.get(step.state, ""))


def about_step(
    shared: ScreenContext, run: Rollout, step: RolloutStep, owner: PodOwner | None
) -> Iterator[Line]:
    """Below the table, of the row under the cursor. `owner`: the workload with its pods as they are now."""
    zone = shared.session.clock.tz
    yield ()
    yield (Styled(f"  {run.name(step.ref)}", "strong"),)
    yield ("  State              ", step_state(step))
    if step.detail not in ("", step.said):
        yield ("  The cluster says   ", Styled(step.detail, "warning"))
    if step.state == "fresh" and owner is not None and owner.worst.word == "new value":
        yield ("  Why                ", owner.worst.grounds or "its files follow by themselves")
    if step.sent is not None:
        ended = f", {step.state} at {clock(step.ended, zone)}" if step.ended is not None else ""
        yield ("  Restarted          ", f"at {clock(step.sent, zone)}{ended}")
    if run.order != "all at once":
        yield ("  Order              ", f"{run.order}: {ORDER_WORDS[run.order]}")


def left_lines(shared: ScreenContext, secrets: Sequence[SecretRef]) -> list[Line]:
    """What a restart alone does not bring: keys that were changed again, and old values in other keys."""
    writes = shared.session.rollouts.writes
    return [
        (Styled(f"  ! {f'{ref}: ' if len(secrets) > 1 else ''}{said}", "warning"),)
        for ref in secrets
        for said in (
            *(lost_words(one, shared.keys) for one in writes.lost(ref)),
            *sentences(writes.left(ref)),
        )
    ]


def goes_to(
    shared: ScreenContext, secrets: Sequence[SecretRef], order: Order | None, first: str
) -> list[Line]:
    """What stays in sight before the restarts are sent. `first`: what the order "one first" begins with.

    `order`: None where nothing can be restarted.
    """
    namespaces = sorted({ref.namespace for ref in secrets})
    where = destination_lines(shared, "  Restarts in        ", "send_restarts", *namespaces)
    if order is None:
        return [*left_lines(shared, secrets), *where]
    named = f"{first} first" if order == "one first" and first else order
    words = f"{named}: {ORDER_WORDS[order]} ({shared.keys.of('change_order')} changes it)"
    return [*left_lines(shared, secrets), ("  Order              ", words), *where]
