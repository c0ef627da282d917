"""Lines of the restart screen: proposed and running restarts, their record, kube context and namespaces."""

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
from tui.session.rollouts.rollout import Order, Rollout, RolloutStep, SkippedWorkload, StepState, owner_name
from tui.session.rollouts.rollouts import RestartCheck
from tui.ui.base.freshness import lost_words
from tui.ui.base.missing_rights import asks_for_role
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination_lines
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone, gauge, text_of

_CONTROLLER_WAIT: Final = 60.0
"""Maximum seconds from the change of a Secret until a controller restarts a workload.

After this time, the screen proposes a restart.
"""
ORDER_WORDS: Final[dict[Order, str]] = {
    "one at a time": "each restart waits for new, ready pods of the previous workload",
    "all at once": "all restarts are sent together",
    "one first": "the others follow once you confirm",
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
"""Maximum number of pods that are listed for a workload."""
_LONGEST_POD: Final = 40
_LONGEST_STATE: Final = 30


class Proposal(Struct, frozen=True):
    """Facts about a workload, and whether a restart is proposed."""

    owner: PodOwner
    name: str
    old: tuple[str, ...]
    """Keys ("db/password") or whole Secrets ("db") whose old value a pod uses, the worst first.

    () if the screen covers one Secret only.
    """
    looked: RestartCheck
    cannot: str
    """Reason why the workload cannot be restarted, without a full stop; "" if none is known."""
    by_itself: str
    """Tells which controller restarts the workload, e.g. "Reloader should restart it"; "" if none does."""
    fails: str
    rolls: str
    """Progress of a rollout that is running now, e.g. "rolling out: 1 of 3 new pods made".

    "" if no rollout is known, or if the workload needs no restart.
    """
    is_due: bool


def proposal(shared: ScreenContext, secrets: Sequence[SecretRef], owner: PodOwner) -> Proposal:
    session = shared.session
    looked = (session.rollouts.looked.get(owner.ref) if owner.ref is not None else None) or RestartCheck()
    cannot = owner.why_not
    if not cannot and looked.obj is not None:
        cannot = why_not(owner.kind, looked.obj)
    if not cannot and looked.dry_run is not None and looked.dry_run.made == "not sent":
        cannot = looked.dry_run.why.rstrip(".")
    by_itself, is_awaited = _by_itself(shared, owner, looked)
    fails = why_no_start(session, owner)
    progress = replacing(owner.kind, looked.obj) if looked.obj is not None and owner.needs_restart else ""
    rolls = f"rolling out: {progress}" if progress else ""
    is_due = owner.needs_restart and not (cannot or is_awaited or fails or rolls)
    name = owner_name(owner.title, owner.namespace, secrets)
    old = [f"{ref.name}/{key}" if key else ref.name for ref, key in owner.old] if len(secrets) > 1 else []
    return Proposal(owner, name, tuple(old), looked, cannot, by_itself, fails, rolls, is_due)


def _by_itself(shared: ScreenContext, owner: PodOwner, looked: RestartCheck) -> tuple[str, bool]:
    workload, annotations = (owner.kind, owner.name), annotations_of(looked.obj or {})
    stale = list(dict.fromkeys(ref for ref, _ in owner.old)) or owner.reads
    controllers = (restarted_by(workload, annotations, secret_meta(shared.session, ref)) for ref in stale)
    if (controller := next(filter(None, controllers), None)) is None:
        return "", False
    changed = owner.worst.changed
    ages = [shared.session.clock.now() - write.at for write in shared.session.rollouts.writes.of(*stale)[-1:]]
    ages += [shared.server_now() - changed] if changed else []
    words = f"{controller.name} {controller.when_restarts}"
    if not owner.needs_restart or not ages:
        return words, False
    return (
        (words, True)
        if min(ages) < _CONTROLLER_WAIT
        else (f"{words}; no restart seen after {_CONTROLLER_WAIT:g} s", False)
    )


def proposed_state(proposed: Proposal) -> Cell:
    if proposed.fails and (proposed.owner.idle is not None or not proposed.cannot):
        return Styled(proposed.fails, "bad")
    if proposed.owner.idle is not None:  # the column PODS already shows that nothing runs
        return Styled(proposed.cannot.partition("; ")[2], "muted")
    if proposed.cannot and not _needs_none(proposed.owner):
        return Styled(proposed.cannot, "warning" if proposed.owner.needs_restart else "muted")
    if proposed.rolls:
        return Styled(proposed.rolls, "warning")
    if proposed.by_itself:
        return Styled(proposed.by_itself, "warning" if proposed.is_due else "muted")
    if proposed.owner.is_reset:
        return Styled("a manager undid the write", "warning")
    if proposed.owner.needs_restart:
        return _worst_of(proposed)
    word = proposed.owner.worst.short
    return Styled("files change within 2 min" if word == "automatic" else word, "muted")


def _needs_none(owner: PodOwner) -> bool:
    """True if the owner has pods that need no restart, and the program could not restart them anyway."""
    return owner.ref is None and owner.idle is None and not owner.needs_restart


def _worst_of(proposed: Proposal) -> str:
    worst, verdicts = proposed.owner.worst, proposed.owner.verdicts
    count, words = sum(verdict.short == worst.short for verdict in verdicts), worst.short
    if proposed.old:
        words += f": {proposed.old[0]}"
        words += f" and {len(proposed.old) - 1} more" if len(proposed.old) > 1 else ""
    return words if count == len(verdicts) else f"{words} in {count} of {len(verdicts)} pods"


def about_proposal(shared: ScreenContext, proposed: Proposal) -> Iterator[Line]:
    owner, looked = proposed.owner, proposed.looked
    yield from pod_lines(
        shared, [(pod, verdict.short) for pod, verdict in zip(owner.pods, owner.verdicts, strict=True)]
    )
    yield (_label("Reads"), listed(owner.how, 4))
    if proposed.old:
        yield (_label("Old"), listed(proposed.old, 4))
    if grounds := owner.worst.grounds:
        yield (_label("Why"), grounds)
    if proposed.by_itself:
        yield (_label("Automatic"), proposed.by_itself)
    if looked.obj is not None:
        yield from ((Styled(f"  ! {note}", "warning"),) for note in notes(owner.kind, looked.obj))
    if proposed.cannot and _needs_none(owner):
        yield (_label("To restart"), Styled(proposed.cannot, "muted"))
    elif proposed.cannot and owner.idle is None:
        yield (Styled(f"  ! {proposed.cannot}", "warning"),)
        if looked.dry_run is not None:
            yield from asks_for_role(looked.dry_run.error, shared.keys)
    if proposed.fails:
        yield (Styled(f"  ! {proposed.fails}", "bad"),)
    if owner.idle is not None:
        yield (f"  {proposed.cannot[0].upper()}{proposed.cannot[1:]}.",)
    elif owner.ref is not None:
        yield (_label("Dry run"), _dry_run(looked, is_read_only=shared.session.read_only))


def _dry_run(looked: RestartCheck, *, is_read_only: bool) -> Cell:
    end = looked.dry_run
    if is_read_only:
        return Styled("none: secret-tui runs read-only", "muted")
    if end is None:
        return Styled("running …", "muted")
    return Styled("accepted", "good") if end.made == "sent" else Styled(end.why, "bad")


def left_out(proposed: Proposal) -> SkippedWorkload:
    why = proposed.cannot or proposed.fails or proposed.rolls or proposed.by_itself or "not marked"
    return SkippedWorkload(proposed.name, proposed.owner.keeps, why)


def about_left(left: SkippedWorkload) -> Iterator[Line]:
    yield (Styled(f"  ! not restarted, {left.keeps}: {left.why}", "warning"),)


def step_state(step: RolloutStep) -> tuple[Styled, Cell]:
    sign = _SIGNS[step.state]
    if step.state == "queued":
        return sign, Styled("waits", "muted")
    if step.state == "new" and step.sent is not None and step.ended is not None:
        return sign, Styled(f"new after {age(step.ended - step.sent)}", "good")
    has_no_words = step.message in ("", step.state)
    return sign, Styled(step.state if has_no_words else f"{step.state}: {step.message}", sign.style)


def pods_bar(new: int, count: int, cells: int) -> str:
    return "".join(map(text_of, gauge(new, count, cells)))


def whole_bar(counts: Iterable[tuple[int, int]], cells: int) -> list[Line]:
    """Draw a bar that shows how many of the pods of all workloads are new; [] if there are no pods.

    `counts`: (number of new pods, number of all pods) of each workload.
    """
    new, count = (sum(numbers) for numbers in zip(*counts, strict=True))
    if not count:
        return []
    words = f"  {new} of {count} pods"
    tone: Tone = "good" if new == count else "accent"
    return [(*gauge(new, count, max(1, cells - len(words)), tone), Styled(words, tone))]


def about_step(
    shared: ScreenContext, run: Rollout, step: RolloutStep, owner: PodOwner | None, pods: Sequence[PodInfo]
) -> Iterator[Line]:
    is_sent = step.sent is not None
    yield from pod_lines(
        shared, [(pod, "new" if is_sent and pod.uid not in step.stale else "old") for pod in pods]
    )
    if (
        not step.is_over and width(step.message) > _LONGEST_STATE
    ):  # `record_lines` shows `message` of an ended step
        yield (_label("State"), step.message)
    if step.detail not in ("", step.message):
        yield (_label("Cluster says"), Styled(step.detail, "warning"))
    if owner is not None and (grounds := owner.worst.grounds):
        yield (_label("Why"), grounds)
    if run.order != "all at once":
        yield (_label("Order"), f"{run.order}: {ORDER_WORDS[run.order]}")


def pod_lines(shared: ScreenContext, pods: Iterable[tuple[PodInfo, str]]) -> Iterator[Line]:
    """Yield a line for each of the newest pods, and a line that counts the older pods.

    `pods`: each pod with a word for the value that it uses, e.g. "old".
    """
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
        return Styled("terminating", "muted")
    if pod.status in FAILING:
        return Styled(pod.status, "bad")
    if pod.status in (*JUST_STARTING, "pending"):
        return Styled("starting", "accent")
    started = max((start for _, start in pod.starts), default=None)
    since = f", started {shared.session.clock.moment(started)}" if started else ""
    return f"{'ready' if is_ready(pod) else f'{pod.status}, not ready'}{since}"


def record_lines(shared: ScreenContext, done: Iterable[RecordEntry]) -> Iterator[Line]:
    for entry in done:
        tone: Tone = "bad" if entry.did in _FAILURES else "good" if entry.did == "new" else "muted"
        at = clock(entry.at, shared.session.clock.tz)
        yield (Styled(f"  {at}  {entry.did:<{DID_WIDTH}}  ", tone), entry.what)


def _label(word: str) -> str:
    return f"  {word:<12}  "


def left_lines(shared: ScreenContext, secrets: Sequence[SecretRef]) -> list[Line]:
    writes = shared.session.rollouts.writes
    return [
        (Styled(f"  ! {f'{ref}: ' if len(secrets) > 1 else ''}{sentence}", "warning"),)
        for ref in secrets
        for sentence in (
            *(lost_words(change, shared.keys) for change in writes.lost(ref)),
            *sentences(writes.left(ref)),
        )
    ]


def after_failure(shared: ScreenContext, secrets: Sequence[SecretRef], run: Rollout) -> Line:
    """Return a line that advises the user what to do after a failed restart.

    If the kubelet names a Secret that is not in `secrets` as the cause, the advice is to fix that Secret.
    Otherwise, the advice is to set a working value, or to undo a write to one of `secrets` if such a write is
    not undone yet.
    """
    keys, writes = shared.keys, shared.session.writes.undo.writes
    parsed = (parse(step.detail or step.message) for step in run.steps if step.state == "failed")
    causes = {cause.secret: cause.key for cause in parsed if cause is not None and cause.secret}
    if others := causes.keys() - {ref.name for ref in secrets}:
        other = min(others)
        lacks = f"has no key {causes[other]}" if causes[other] else "is missing"
        again = f"restart with {keys.of('restart_readers')}"
        words = f"Cause: Secret {other} {lacks}. Press {keys.of('go_back')}, fix that Secret, and {again}."
        return (Styled(f"  {words}", "accent"),)
    can_undo = any(write.ref in secrets and not write.is_undone for write in writes)
    press = f"{keys.of('undo_write')} undoes the write. Or press" if can_undo else "Press"
    again = f"restart with {keys.of('restart_readers')}"
    advice = f"{press} {keys.of('go_back')}, set a working value, and {again}."
    return (Styled(f"  {advice}", "accent"),)


def goes_to(
    shared: ScreenContext, secrets: Sequence[SecretRef], order: Order | None, first: str
) -> list[Line]:
    namespaces = sorted({ref.namespace for ref in secrets})
    where = destination_lines(shared, _label("Restarts in"), "send_restarts", *namespaces)
    if order is None:
        return [*left_lines(shared, secrets), *where]
    order_words = f"{first} first" if order == "one first" and first else order
    words = f"{order_words}: {ORDER_WORDS[order]} ({shared.keys.of('change_order')} changes the order)"
    return [*left_lines(shared, secrets), (_label("Order"), words), *where]
