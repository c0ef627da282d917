"""Review of several drafts: words for the state of a draft, and lines of the page about a draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tui.model.draft.plan import SAME_ALREADY, UNSEEN, Plan
from tui.model.errors import AlreadyExists
from tui.model.readers.reader import MAY_FAIL, each_once
from tui.model.secret.fields import keys_among
from tui.model.text.counts import counted, listed
from tui.model.text.printable import ascii_only
from tui.model.text.times import clock
from tui.session.writes.outcome import Outcome
from tui.session.writes.review import Review, WriteTarget
from tui.ui.base.reader_words import read_by
from tui.ui.base.screen_context import ScreenContext
from tui.ui.review.deletion import (
    about_readers,
    affected_readers,
    comes_back,
    deletion_verdict,
    stays,
    undo_line,
)
from tui.ui.review.lines import AffectedReaders, marked, verdict
from tui.ui.widgets.lines import Line, cells_of
from tui.ui.widgets.lists.change_table import change_cells
from tui.ui.widgets.text import Cell, Styled, Tone, tone_of


def is_pending(review: Review) -> bool:
    if review.stage == "loading":
        return True
    needs_dry_run = (
        not review.draft.deletes and review.stage == "ready" and review.has_changes and not review.problem
    )
    return needs_dry_run and review.dry_run.kind == "pending"


def state_of(shared: ScreenContext, target: WriteTarget) -> Styled:
    writes, review, outcome = shared.session.writes, target.review, target.outcome
    if target.context:
        return Styled(f"in context {ascii_only(target.context)}", "muted")
    if (left_out := _left_out(target)) is not None:
        return Styled(left_out.word, "muted" if left_out.word == SAME_ALREADY else "warning")
    if outcome is not None and outcome.kind in ("written", "deleted"):
        at = clock(outcome.at, shared.session.clock.tz)
        needs_look = outcome.altered or outcome.is_pending
        return Styled(f"{outcome.intent.done} at {at}", "warning" if needs_look else "good")
    if (sent := writes.busy_with(target.draft.ref)) is not None:
        return Styled(f"{sent.being} …", "accent")
    if review is not None and review in writes.following:
        return Styled("waiting to be sent", "muted")
    if writes.blocked(target.draft.ref) is not None:
        return Styled("sent, outcome unknown", "warning")
    word, tone = _review_word(review)
    if not _has_failed(outcome):
        return Styled(word, tone)
    can_retry = review is not None and review.can_write
    failed = "not deleted" if target.draft.deletes else "not written"
    return Styled(failed if can_retry else f"{failed}, {word}", "bad" if can_retry else tone)


def _has_failed(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.kind in ("not written", "not deleted", "conflict")


def _review_word(review: Review | None) -> tuple[str, Tone]:
    if review is None or is_pending(review):
        return "checking …", "muted"
    if review.stage == "conflict":
        return f"{counted(len(review.collisions), 'key')} to resolve", "warning"
    if review.gone is not None:
        return "deleted" if review.gone == "deleted" else "deleted and created again", "bad"
    if review.stage == "broken":
        if isinstance(review.error, AlreadyExists):
            return "still being deleted" if review.error.is_leaving else "already exists", "bad"
        return "not readable", "bad"
    if review.problem:
        return "Secret changed" if review.draft.deletes else "cannot be changed", "bad"
    if review.draft.deletes:
        return "ready", "good"
    if not review.has_changes:
        return "nothing to write", "muted"
    words: dict[str, tuple[str, Tone]] = {
        "accepted": ("ready", "good"),
        "cannot": ("ready, no dry run", "warning"),
        "refused": ("dry run refused", "bad"),
    }
    return words.get(review.dry_run.kind, ("dry run failed", "bad"))


def changes_of(target: WriteTarget) -> str:
    if _left_out(target) is not None:
        return ""
    if target.draft.deletes:
        return "delete"
    names = _keys_of(target)
    keys = keys_among(names)
    changes = counted(len(keys), "key") if len(keys) == len(names) else counted(len(names), "change")
    return f"new, {changes}" if target.draft.is_new else changes


def readers_of_changes(shared: ScreenContext, target: WriteTarget) -> Cell:
    """Number of readers of the changed keys or, for a deletion, of the whole Secret.

    "" if the draft is in another context, or if the plan of `target` has no draft.
    """
    if target.context or _left_out(target) is not None:
        return ""
    ref = target.draft.ref
    keys = None if target.draft.deletes else keys_among(_keys_of(target))
    held = shared.session.readers_of(ref.namespace)
    readers = each_once(held.of(ref, keys))
    return read_by(held, ref, Counter(kind for kind, *_ in {reader.info.id for reader in readers}))


def _keys_of(target: WriteTarget) -> Sequence[str]:
    if target.outcome is not None and target.outcome.kind == "written":
        return target.outcome.keys
    return [change.key for change in target.draft.change_list()]


class TargetPage(NamedTuple):
    lines: list[Line]
    needs_care: bool = False


def about_target(
    shared: ScreenContext, target: WriteTarget, inside: Sequence[Styled], width: int, *, copy_words: str = ""
) -> TargetPage:
    if target.context:
        goes, name = shared.keys.of("go_in"), ascii_only(target.context)
        waits = f"  This draft waits in context {name}. {goes} opens the context to write the draft."
        return TargetPage([waits])
    plan = target.plan
    compared = [*about_plan(plan, target.review)] if plan is not None else []
    compared += [(f"  {copy_words[:1].upper()}{copy_words[1:]}",)] if copy_words else []
    if (left_out := _left_out(target)) is not None:
        is_same = left_out.word == SAME_ALREADY
        tone: Tone = "muted" if is_same else "warning"
        return TargetPage([(Styled(f"  {left_out.why}", tone),), *compared], not is_same)
    review, lines = target.review, [*_about_outcome(target.outcome), *compared]
    if review is None:
        return TargetPage(lines, _has_warning(lines))
    if review.draft.deletes:
        lines += [*_why_not_deleted(review), *_about_deletion(shared, review, width)]
        lines += [("  ", *cells_of(undo_line(shared, 1)))]
        return TargetPage(lines, _has_warning(lines))
    opens = shared.keys.of("go_in")
    if review.stage == "conflict":
        keys = ", ".join(collision.key for collision in review.collisions)
        lines.append(
            marked("!", "warning", f"draft and cluster both changed {keys}; {opens} opens the conflict")
        )
        return TargetPage([*lines, (), *_changes(review)], needs_care=True)
    affected = AffectedReaders(shared, review)
    happens, warnings, dry_run, _ = verdict(shared, review, affected, inside, opens=opens)
    needs_care = affected.severity >= MAY_FAIL or _has_warning([*lines, *warnings, *dry_run])
    lines += [*happens, *warnings, *dry_run, (), *_changes(review), ()]
    if not shared.session.read_only:
        lines.append((Styled("  Affected readers, worst first", "strong"), f"   {affected.count}"))
        lines += affected.lines(width)
    return TargetPage(lines, needs_care)


def _changes(review: Review) -> Iterator[Line]:
    for change in review.draft.change_list():
        mark, key, _, sizes = change_cells(change)
        yield ("  ", mark, " ", key, "  ", sizes)


def _about_deletion(shared: ScreenContext, review: Review, width: int) -> Iterator[Line]:
    ref = review.draft.ref
    if (row := shared.session.secrets.get(ref)) is not None and row.uid == review.draft.uid:
        yield deletion_verdict(shared, ref, affected_readers(shared, ref))
        yield from (*stays(row), *comes_back(shared, row))
    yield from about_readers(shared, ref, width)


def _why_not_deleted(review: Review) -> Iterator[Line]:
    if review.gone is not None:
        gone = "was deleted already" if review.gone == "deleted" else "was deleted and created again"
        yield (Styled(f"  ! {review.draft.ref} {gone}.", "warning"),)
    elif review.error is not None:
        yield (Styled(f"  ! {review.error.sentence}", "bad"),)
    elif review.problem:
        yield (Styled(f"  ! {review.problem} The Secret is not deleted.", "bad"),)


def about_plan(plan: Plan, review: Review | None) -> Iterator[Line]:
    is_new = plan.draft is not None and plan.draft.is_new
    if is_new and review is not None and (isinstance(review.error, AlreadyExists) or not review.draft.is_new):
        return  # the Secret was created after the plan was made
    keys_by_word = (
        ("same", plan.same),
        ("differs", plan.differing),
        ("missing in target", plan.missing),
        ("only in target", plan.extra),
    )
    parts = (
        ["target does not exist yet"]
        if is_new
        else [f"{word}: {listed(keys)}" for word, keys in keys_by_word if keys]
    )
    if parts and plan.word != UNSEEN:
        yield (f"  Compared by key   {' · '.join(parts)}",)
    yield from ((Styled(f"  {note}", "muted"),) for note in plan.notes)


def _left_out(target: WriteTarget) -> Plan | None:
    return target.plan if target.plan is not None and target.plan.draft is None else None


def _about_outcome(outcome: Outcome | None) -> Iterator[Line]:
    if outcome is None:
        return
    tone: Tone = "bad" if _has_failed(outcome) else "warning" if outcome.kind == "unknown" else ""
    yield (Styled(f"  {outcome.sentence[:1].upper()}{outcome.sentence[1:]}", tone),)


def _has_warning(lines: Iterable[Line]) -> bool:
    return any(tone_of(cell) in ("warning", "bad") for line in lines for cell in cells_of(line))
