"""The words of the screen of restarts: a workload before its restart and on its way, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.draft.former_values import sentences
from tui.model.readers.controllers import restarted_by
from tui.model.readers.pods import FAILING, JUST_STARTING, PodInfo
from tui.model.rollout.failure import is_ready
from tui.model.rollout.owners import PodOwner
from tui.model.rollout.progress import replacing
from tui.model.rollout.restart import annotations_of, notes, why_not
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed
from tui.model.text.printable import cut_middle, pad, printable, width
from tui.model.text.times import age, clock
from tui.model.why import parse
from tui.session.health.known import secret_meta, why_no_start
from tui.session.rollouts.record import DID_WIDTH, RecordEntry
from tui.session.rollouts.rollout import NotRestarted, Order, Rollout, RolloutStep, StepState, owner_name
from tui.session.rollouts.rollouts import RestartCheck
from tui.ui.base.freshness import lost_words
from tui.ui.base.missing_rights import asks_for_role
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination_lines
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone, gauge, text_of

ALONE_FOR: Final = 60.0
"""Seconds after a change that a controller has to restart a workload by itself."""
ORDER_WORDS: Final[dict[Order, str]] = {
    "one at a time": "each waits until the pods before it are new and ready",
    "all at once": "all are sent together",
    "one first": "the others together, once you say so",
}
_SIGNS: Final[dict[StepState, Styled]] = {
    "queued": Styled(".", "muted"),
    "sending": Styled(">", "accent"),
    "rolling": Styled(">", "accent"),
    "looking": Styled("?", "warning"),
    "new": Styled("ok", "good"),
    "skipped": Styled("ok", "good"),
    "not seen": Styled("?", "warning"),
    "unknown": Styled("?", "bad"),
    "failed": Styled("X", "bad"),
    "not sent": Styled("X", "bad"),
    "stopped": Styled("!", "warning"),
}
_FAILURES: Final = ("failed", "unknown", "not sent")
_MOST_PODS: Final = 6
"""Pods of one workload that have a line each."""
_LONGEST_POD: Final = 40
"""Cells of a pod's name."""
_LONGEST_STATE: Final = 30
"""Cells of what is said of a state that its column shows whole on 80 columns."""


class Proposal(Struct, frozen=True):
    """Facts about a workload before its restart."""

    owner: PodOwner
    name: str
    """ "Deployment/web", with its namespace where there are Secrets of several."""
    old: tuple[str, ...]
    """Old Secrets of several, each with the key: "db/password", the worst first."""
    looked: RestartCheck
    cannot: str
    """Reason why it cannot be restarted here, without a full stop; "" if it can."""
    by_itself: str
    """Controller that should restart it, and whether that is still awaited, in words."""
    fails: str
    """Reason why a new pod of it would, or may, not start; "" if unknown."""
    rolls: str
    """Progress of a rollout that goes on by itself: "rolling out: 1 of 3 new pods made"; "" for none."""
    is_due: bool
    """True if a restart is proposed."""


def proposal(shared: ScreenContext, secrets: Sequence[SecretRef], owner: PodOwner) -> Proposal:
    """Build the proposal for an owner of pods that read these Secrets, as far as it was looked at."""
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
    """State for the column: why a restart is proposed, or why not."""
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
        return Styled("a manager undid the write", "warning")
    if found.owner.needs_restart:
        return _worst_of(found)
    word = found.owner.worst.short
    return Styled("files change within 2 min" if word == "by itself" else word, "muted")


def _needs_none(owner: PodOwner) -> bool:
    """True for a kind that cannot be restarted here, without a pod that has an old value."""
    return owner.ref is None and owner.idle is None and not owner.needs_restart


def _worst_of(found: Proposal) -> str:
    """ "old"; "old in 1 of 3 pods"; of several Secrets "old: db/password and 2 more"."""
    worst, verdicts = found.owner.worst, found.owner.verdicts
    count, said = sum(one.short == worst.short for one in verdicts), worst.short
    if found.old:
        said += f": {found.old[0]}"
        said += f" and {len(found.old) - 1} more" if len(found.old) > 1 else ""
    return said if count == len(verdicts) else f"{said} in {count} of {len(verdicts)} pods"


def about_proposal(shared: ScreenContext, found: Proposal) -> Iterator[Line]:
    """Below the table, of the row under the cursor."""
    owner, looked = found.owner, found.looked
    yield from pod_lines(
        shared, [(pod, one.short) for pod, one in zip(owner.pods, owner.verdicts, strict=True)]
    )
    yield (_label("Reads"), listed(owner.how, 4))
    if found.old:
        yield (_label("Old"), listed(found.old, 4))
    if grounds := owner.worst.grounds:
        yield (_label("Why"), grounds)
    if found.by_itself:
        yield (_label("By itself"), found.by_itself)
    if looked.obj is not None:
        yield from ((Styled(f"  ! {note}", "warning"),) for note in notes(owner.kind, looked.obj))
    if found.cannot and _needs_none(owner):
        yield (_label("To restart"), Styled(found.cannot, "muted"))
    elif found.cannot and owner.idle is None:
        yield (Styled(f"  ! {found.cannot}", "warning"),)
        if looked.dry_run is not None:
            yield from asks_for_role(looked.dry_run.error, shared.keys)
    if found.fails:
        yield (Styled(f"  ! {found.fails}", "bad"),)
    if owner.idle is not None:
        yield (f"  {found.cannot[0].upper()}{found.cannot[1:]}.",)
    elif owner.ref is not None:
        yield (_label("Dry run"), _dry_run(looked, is_read_only=shared.session.read_only))


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
    yield (Styled(f"  ! not restarted, {left.keeps}: {left.why}", "warning"),)


def step_state(step: RolloutStep) -> tuple[Styled, Cell]:
    """Sign of a step, and the words for its column, while restarts are followed."""
    sign = _SIGNS[step.state]
    if step.state == "queued":
        return sign, Styled("waits", "muted")
    if step.state == "new" and step.sent is not None and step.ended is not None:
        return sign, Styled(f"new after {age(step.ended - step.sent)}", "good")
    is_told = step.said in ("", step.state)
    return sign, Styled(step.state if is_told else f"{step.state}: {step.said}", sign.style)


def pods_bar(new: int, count: int, cells: int) -> str:
    """A bar of the pods that are new, of all."""
    return "".join(map(text_of, gauge(new, count, cells)))


def whole_bar(counts: Iterable[tuple[int, int]], cells: int) -> list[Line]:
    """The same of all workloads together, in a line of so many cells; none where no pod is known."""
    new, count = (sum(each) for each in zip(*counts, strict=True))
    if not count:
        return []
    words = f"  {new} of {count} pods"
    tone: Tone = "good" if new == count else "accent"
    return [(*gauge(new, count, max(1, cells - len(words)), tone), Styled(words, tone))]


def about_step(
    shared: ScreenContext, run: Rollout, step: RolloutStep, owner: PodOwner | None, pods: Sequence[PodInfo]
) -> Iterator[Line]:
    """Below the table, of the row under the cursor. `owner`: the workload with its pods as they are now."""
    is_sent = step.sent is not None
    yield from pod_lines(
        shared, [(pod, "new" if is_sent and pod.uid not in step.stale else "old") for pod in pods]
    )
    if not step.is_over and width(step.said) > _LONGEST_STATE:  # the record says how others ended
        yield (_label("State"), step.said)
    if step.detail not in ("", step.said):
        yield (_label("Cluster says"), Styled(step.detail, "warning"))
    if owner is not None and (grounds := owner.worst.grounds):
        yield (_label("Why"), grounds)
    if run.order != "all at once":
        yield (_label("Order"), f"{run.order}: {ORDER_WORDS[run.order]}")


def pod_lines(shared: ScreenContext, pods: Iterable[tuple[PodInfo, str]]) -> Iterator[Line]:
    """A line for each pod, the newest first: its name, whether its value is old, and its state."""
    newest = sorted(pods, key=lambda pod: (-(pod[0].created or 0.0), pod[0].name))
    names = [cut_middle(printable(pod.name), _LONGEST_POD) for pod, _ in newest[:_MOST_PODS]]
    widest, word_cells = max(map(width, names), default=0), max((len(word) for _, word in newest), default=0)
    for name, (pod, word) in zip(names, newest, strict=False):
        line = f"  {pad(name, widest)}  {word:<{word_cells}}  "
        yield (
            Styled(line, "warning" if word.startswith("old") else "", is_drawn=True),
            _pod_state(shared, pod),
        )
    if more := len(newest) - len(names):
        yield (Styled(f"  and {counted(more, 'more pod')}", "muted"),)


def _pod_state(shared: ScreenContext, pod: PodInfo) -> Cell:
    if pod.is_terminating:
        return Styled("ending", "muted")
    if pod.status in FAILING:
        return Styled(pod.status, "bad")
    if pod.status in (*JUST_STARTING, "pending"):
        return Styled("starting", "accent")
    started = max((start for _, start in pod.starts), default=None)
    since = f", started {shared.session.clock.moment(started)}" if started else ""
    return f"{'ready' if is_ready(pod) else f'{pod.status}, not ready'}{since}"


def record_lines(shared: ScreenContext, done: Iterable[RecordEntry]) -> Iterator[Line]:
    """The record as a table: when, what, to which object."""
    for entry in done:
        tone: Tone = "bad" if entry.did in _FAILURES else "good" if entry.did == "new" else "muted"
        at = clock(entry.at, shared.session.clock.tz)
        yield (Styled(f"  {at}  {entry.did:<{DID_WIDTH}}  ", tone), entry.what)


def _label(word: str) -> str:
    return f"  {word:<12}  "


def left_lines(shared: ScreenContext, secrets: Sequence[SecretRef]) -> list[Line]:
    """Lines for what no restart mends: keys that were changed again, and old values in other keys."""
    writes = shared.session.rollouts.writes
    return [
        (Styled(f"  ! {f'{ref}: ' if len(secrets) > 1 else ''}{said}", "warning"),)
        for ref in secrets
        for said in (
            *(lost_words(one, shared.keys) for one in writes.lost(ref)),
            *sentences(writes.left(ref)),
        )
    ]


def after_failure(shared: ScreenContext, secrets: Sequence[SecretRef], run: Rollout) -> Line:
    """Say what to press after a failed restart; no undo helps where the kubelet names another Secret."""
    keys, writes = shared.keys, shared.session.writes.undo.writes
    asked = (parse(step.detail or step.said) for step in run.steps if step.state == "failed")
    causes = {cause.secret: cause.key for cause in asked if cause is not None and cause.secret}
    if others := causes.keys() - {ref.name for ref in secrets}:
        other = min(others)
        lacks = f"{other} has no key {causes[other]}" if causes[other] else f"{other} is missing"
        words = f"The cause: {lacks}. {keys.of('go_back')}, mend that, {keys.of('restart_readers')} restarts"
        return (Styled(f"  {words} again.", "accent"),)
    can_undo = any(write.ref in secrets and not write.is_undone for write in writes)
    undoes = f"{keys.of('undo_write')} undoes the write, or " if can_undo else ""
    sets = f"{keys.of('go_back')}, set a value that works, {keys.of('restart_readers')} restarts again."
    return (Styled(f"  {undoes}{sets}", "accent"),)


def goes_to(
    shared: ScreenContext, secrets: Sequence[SecretRef], order: Order | None, first: str
) -> list[Line]:
    """Lines that stay in sight before the restarts are sent. `first`: the workload restarted first.

    `order`: None where nothing can be restarted.
    """
    namespaces = sorted({ref.namespace for ref in secrets})
    where = destination_lines(shared, _label("Restarts in"), "send_restarts", *namespaces)
    if order is None:
        return [*left_lines(shared, secrets), *where]
    named = f"{first} first" if order == "one first" and first else order
    words = f"{named}: {ORDER_WORDS[order]} ({shared.keys.of('change_order')} changes it)"
    return [*left_lines(shared, secrets), (_label("Order"), words), *where]
