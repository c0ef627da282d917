"""The text of a review: readers and effects, warnings, dry run, destination."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.draft.admission import will_alter
from tui.model.draft.draft import Change, Draft
from tui.model.draft.former_values import former_held, sentences
from tui.model.errors import Exists, Refused
from tui.model.managers.edit_effects import manager_warnings
from tui.model.readers.reader import FAILS, NOTHING, STAYS_OLD, Effect, ReaderId, ReaderKind, count_words
from tui.model.rollout.effects import effects_on
from tui.model.secret.fields import is_key
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.secret.validation import data_problem
from tui.model.secret.value import MASK, Value, size_text
from tui.model.text.counts import counted, listed
from tui.model.text.printable import cut_middle, pad, printable
from tui.model.text.printable import width as cells
from tui.model.text.times import clock
from tui.session.health.known import secret_meta
from tui.session.writes.review import Review
from tui.session.writes.undo import MOST_BYTES
from tui.ui.base.freshness import has_already
from tui.ui.base.missing_rights import asks_for_role
from tui.ui.base.reader_words import mentioned, not_checked, readers_doubt, readers_word
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination_lines
from tui.ui.keymap import Keys
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled, Tone

LEAD: Final = 3
"""How many lines the review begins with: a blank, a heading, the reader that is hit worst."""
_MOST_READERS = 200
_HAS_ALREADY = Effect(NOTHING, "runs with this value already")
_NAME = 30
"""The least cells of a name that needs them; it gets more where the line has room."""
_AROUND = 4
"""Cells of a frame, a scroll bar and a blank beside a line."""
_ALIGNED = 90
"""Screen width (cells) from which the effects on readers are aligned in a column, even if some do not fit
there and go below their reader."""


def about_review(shared: ScreenContext, review: Review, width: int) -> list[Line]:
    """The lines below the table of changes, which scroll; none in a read-only run. `width`: the screen's."""
    if shared.session.read_only:
        return []
    return [*_readers(shared, review, width - _AROUND), *_untouched(review)]


def verdict(
    shared: ScreenContext,
    review: Review,
    inside: Sequence[Styled] = (),
    fix_key: str = "",
    *,
    shows_words: bool = False,
    opens: str = "",
) -> list[list[Line]]:
    """The lines that are in sight before `W` is pressed: warnings, the dry run, where it goes.

    `inside`: what is wrong with the values that would be written. `fix_key`: the key that puts a new value
    where the old one is left. `shows_words`: show the server's message of a refusal, which can quote values.
    `opens`: the key that opens the review, where these lines are of one in a list.
    """
    if shared.session.read_only:
        return [[], [], []]
    warnings = [*_about_source(shared, review), *(("  ", warning) for warning in inside)]
    warnings += _warnings(review, fix_key)
    return [
        warnings,
        [*_dry_run(shared, review, opens, shows_words=shows_words)],
        [*_destination(shared, review)],
    ]


def about_conflict(keys_of: Keys, review: Review, undecided: int, mergeable: Sequence[str]) -> list[Line]:
    """The lines below the table of collisions. `mergeable`: the keys for which both changes can be kept."""
    lines: list[Line] = [("  Nothing was written; your draft is kept. Both sides changed these keys.",)]
    if review.secret is not None:
        for owner in review.secret.field_owners:
            keys = sorted(set(owner.keys) & {collision.key for collision in review.collisions})
            if keys:
                said = f"  {listed(keys)}: last written by {owner.manager}, according to the cluster"
                lines.append((Styled(said, "muted"),))
    for change in review.draft.change_list():
        if change.renamed_from in {collision.key for collision in review.collisions}:
            carries = f"  {change.key} has the value of {change.renamed_from} from when you renamed it"
            lines.append((Styled(f"{carries}, not the server's.", "warning"),))
    lines.append(())
    server, mine, edit = (keys_of.of(id_) for id_ in ("take_server", "take_yours", "edit_value"))
    left = f"  {undecided} to resolve: {server} takes the server's, {mine} keeps yours, {edit} edits."
    done = f"  {keys_of.of('review_changes')} reviews again."
    lines.append((Styled(left, "warning") if undecided else Styled(done, "accent"),))
    if mergeable:
        both = f"  {keys_of.of('take_both')} keeps both changes of {listed(mergeable)}: different lines."
        lines.append((Styled(both, "accent"),))
    return lines


def is_other_there(review: Review) -> bool:
    """Does another Secret, on which this draft was not begun, have the name?"""
    error = review.error
    return review.gone == "recreated" or (isinstance(error, Exists) and not error.is_leaving)


def key_changes(draft: Draft) -> list[Change]:
    """What readers see of a draft: its keys, without labels and the like."""
    return [change for change in draft.change_list() if is_key(change.key)]


def changes_word(draft: Draft) -> str:
    """How many keys differ in the end; with labels and the like, how many changes there are."""
    changes, keys = draft.change_list(), key_changes(draft)
    return counted(len(keys), "changed key") if len(keys) == len(changes) else counted(len(changes), "change")


def what_is_sent(review: Review) -> tuple[str, str]:
    """For the question of a guarded context: the verb, and a sentence with what would be sent."""
    ref, keys = review.draft.ref, [change.key for change in review.draft.change_list()]
    if review.draft.is_new:
        return "create", f"Creates the Secret {ref} with {listed(keys) or 'no key'}."
    return "write", f"Writes the Secret {ref}: {listed(keys)}."


def _untouched(review: Review) -> Iterator[Line]:
    changed = {change.key for change in review.draft.change_list()}
    there = review.secret.data if review.secret is not None else {}
    others = [key for key in sorted(there) if key not in changed]
    if not others:
        return
    shown = listed(others)
    yield ()
    yield (Styled(f"  = {shown}", ""), Styled("   unchanged, not sent", "muted"))


def other_drafts(shared: ScreenContext, ref: SecretRef) -> list[Line]:
    """How to write this draft together with the others of the context, if there are others."""
    count = sum(draft.ref != ref for draft in shared.session.drafts.all())
    if not count:
        return []
    leads = f"{shared.keys.of('go_back')}, then {shared.keys.of('review_drafts')}"
    return [(), (Styled(f"  {counted(count, 'other draft')}; {leads} reviews them together", "muted"),)]


class _Effect(Struct, frozen=True, order=True):
    """What some readers of one kind and controller will see."""

    rank: int
    """The worst first: severity, negated."""
    sentence: str
    name: str
    """Of the one reader, or of what keeps several running."""
    count: str
    """Of several: ", 3 pods"."""
    how: str

    def readers(self, room: int) -> str:
        """Name and count in at most so many cells."""
        return cut_middle(self.name, room - len(self.count)) + self.count


def _readers(shared: ScreenContext, review: Review, width: int) -> Iterator[Line]:
    yield ()
    if not key_changes(review.draft):
        return
    ref = review.draft.ref
    held, tz = shared.session.readers_of(ref.namespace), shared.session.clock.tz
    effects, count = _effects(shared, review)
    many = f"   {count}" if count else ""
    yield (Styled("  Who reads the changed keys, worst first", "strong"), many)
    shown = effects[:_MOST_READERS]
    names = max((cells(found.name + found.count) for found in shown), default=0)
    ways = max((cells(printable(found.how)) for found in shown), default=0)
    said = max((cells(found.sentence) for found in shown), default=0)
    room = min(names, max(_NAME, width - ways - said - 6))
    is_wide = room + ways + said + 6 <= width
    # An effect that does not fit goes below its reader; the others keep their column.
    fitting = [found for found in shown if names + cells(printable(found.how) + found.sentence) + 6 <= width]
    if not is_wide and width >= _ALIGNED and fitting:
        ways, is_wide = max(cells(printable(found.how)) for found in fitting), True
    for found in shown:
        tone: Tone = "bad" if found.rank == -FAILS else "muted"
        how = printable(found.how)
        how = pad(how, max(ways, cells(how))) if is_wide else how
        # A long name may take the whole line: its sentence goes below it.
        name = found.readers(max(room, width - cells(how) - 6))
        yield (
            "  ",
            Styled(pad(name, max(room, cells(name))), is_drawn=True),
            Styled(f"  {how}  ", is_drawn=True),
            Styled(found.sentence, tone, is_whole=True),
        )
    if not effects:
        yield (Styled(f"  {readers_word(held, ref, shared.keys, tz)}", "muted"),)
    elif doubt := readers_doubt(held, shared.keys, tz):
        yield (Styled(f"  ! {doubt}", "warning"),)
    yield from mentioned(held, ref)
    yield from not_checked(held, shared.keys, tz, ref, command="search_readers")


def _effects(shared: ScreenContext, review: Review) -> tuple[list[_Effect], str]:
    """A line for each group of readers, and how many readers there are in all.

    A group has one controller, reads the Secret in the same way and sees the same effect.
    """
    ref = review.draft.ref
    affected: set[ReaderId] = set()
    found: dict[tuple[ReaderKind, str, str, str, int], list[str]] = {}
    readers = shared.session.readers_of(ref.namespace)
    meta = secret_meta(shared.session, ref, review.secret)
    for change in key_changes(review.draft):
        found_readers = readers.of(ref, [change.key])
        is_new = review.draft.is_new
        for reader, what in effects_on(found_readers, change.kind, meta, change.key, is_new=is_new):
            info, use = reader.info, reader.use
            if what.severity == STAYS_OLD and has_already(shared.session, reader, change.key, review.draft):
                what = _HAS_ALREADY
            same = (info.kind, info.owner_title, use.how(), what.sentence, what.severity)
            found.setdefault(same, []).append(info.title)
            affected.add(info.id)
    effects = sorted(
        _Effect(-severity, sentence, *_named(kind, owner, names), way)
        for (kind, owner, way, sentence, severity), names in found.items()
    )
    return effects, count_words(Counter(kind for kind, _namespace, _name in affected))


def _named(kind: ReaderKind, owner: str, titles: list[str]) -> tuple[str, str]:
    """The name of the one reader, or of the controller of several; and their count: ", 3 pods"."""
    names = sorted(set(titles))
    return (printable(names[0]), "") if len(names) == 1 else (printable(owner), f", {len(names)} {kind.many}")


def _about_source(shared: ScreenContext, review: Review) -> Iterator[Line]:
    """What changed in a copied Secret since it was read."""
    source, newer = review.draft.source, review.newer
    if source is None or newer is None:
        return
    changed = sorted((*newer.taken, *newer.kept))
    takes = f"{shared.keys.of('refresh_now')} takes the new value{'s' * (len(changed) > 1)}"
    edits = f", your edit of {listed(newer.kept)} stays" if newer.kept else ""
    said = f"  ! {source.secret.ref} changed since it was copied: {listed(changed)}; {takes}{edits}."
    yield (Styled(said, "warning"),)


def _warnings(review: Review, fix_key: str) -> Iterator[Line]:
    secret, draft = review.secret, review.draft
    if secret is not None:
        fix = f"; {fix_key} puts the new one there too" if fix_key else ""
        for said in sentences(former_held(draft, secret)):
            yield (Styled(f"  ! {said}{fix}", "warning"),)
        changed = [change.key for change in draft.change_list()]
        yield from ((Styled(f"  ! {said}", "warning"),) for said in manager_warnings(secret, changed))
    if secret is not None and secret.has_last_applied:
        yield (Styled("  ! kubectl's last-applied annotation keeps the old values", "warning"),)
    if secret is None and not draft.is_new:
        return  # what else it holds is not known
    data = draft.data(secret)
    if (problem := data_problem(draft.type, data)) is not None:
        yield (Styled(f"  ! {problem}", "bad"),)
    for said in secret_type(draft.type).warnings(draft.ref.namespace, draft.ref.name, data):
        yield (Styled(f"  ! {said}", "warning"),)
    size = sum(value.size for value in data.values())
    yield ("  New size           ", f"{size_text(size)} (limit 1 MiB)")


def _dry_run(shared: ScreenContext, review: Review, opens: str, *, shows_words: bool) -> Iterator[Line]:
    title, keys = "  Server's dry run   ", shared.keys
    again = f"{' ' * len(title)}{keys.of('refresh_now')} retries"
    dry_run = review.dry_run
    if review.gone is not None:
        gone = "was deleted" if review.gone == "deleted" else "was deleted and created again"
        yield (Styled(f"  ! {review.draft.ref} {gone}. Your draft is kept.", "bad"),)
        if review.gone == "deleted":
            makes = f"  {keys.of('make_new')} creates a new Secret from the keys in this draft"
            yield (f"{makes}; its other keys are lost.",)
        else:
            yield _puts_on(shared, review)
        return
    if review.stage == "broken" and review.error is not None:
        if is_other_there(review):
            yield (Styled(f"  ! {review.draft.ref} already exists. Your draft is kept.", "bad"),)
            yield _puts_on(shared, review)
            return
        yield (title, Styled(review.error.sentence, "bad"))
        yield from asks_for_role(review.error, keys)
        yield (Styled(f"{again}; the draft is kept.", "muted"),)
    elif review.problem:
        yield (Styled(f"  ! {review.problem} Your draft is kept.", "bad"),)
    elif not review.has_changes:
        yield (title, "nothing to write: the server already has these values")
    elif dry_run.kind == "pending":
        yield (title, Styled("running …", "muted"))
    elif dry_run.kind == "accepted":
        at = clock(dry_run.at or 0, shared.session.clock.tz)
        count = counted(len(dry_run.warnings), "warning")
        said = f"{count}: {'; '.join(dry_run.warnings)}" if dry_run.warnings else "no warnings"
        yield (title, Styled(f"accepted at {at}", "good"), f", {said}")
        if dry_run.altered:
            does = will_alter(dry_run.altered)
            yield (Styled(f"  ! An admission policy or webhook {does}.", "warning"),)
    else:
        why = dry_run.error.sentence if dry_run.error is not None else "no answer"
        yield (title, Styled(why, "warning" if dry_run.kind == "cannot" else "bad"))
        yield from asks_for_role(dry_run.error, keys)
        if (words := refusal_words(review)) is not None:
            title, shows = "  What it says       ", f"{opens}, then " * bool(opens) + keys.of("reveal_all")
            if shows_words:
                for line in words.reveal().decode().splitlines():
                    yield (title, line)
                    title = " " * len(title)
            elif shared.settings.no_reveal:
                yield (title, MASK, Styled("  not shown: it may quote values", "muted"))
            else:
                yield (title, MASK, Styled(f"  {shows} shows it; it may quote values", "muted"))
        if dry_run.kind == "unanswered":
            yield (Styled(f"{again}; nothing is written until then.", "muted"),)


def refusal_words(review: Review) -> Value | None:
    """What the server said when admission refused the dry run."""
    error = review.dry_run.error
    return error.words if isinstance(error, Refused) else None


def _puts_on(shared: ScreenContext, review: Review) -> Line:
    """How to apply a draft to the Secret that has its name now."""
    ref, keys = review.draft.ref, shared.keys
    if shared.session.may("patch", "secrets", ref.namespace, ref.name) is False:
        role = f"{keys.of('show_access')} shows the Role to ask for"
        return (Styled(f"  You may not patch the existing Secret; {role}.", "muted"),)
    puts = f"  {keys.of('change_existing')} puts the draft on it"
    return (f"{puts}: you resolve what differs, other keys stay.",)


def undo_limits(shared: ScreenContext, drafts: Sequence[Draft], deletions: int = 0) -> Iterator[Line]:
    """What could not be undone once these are written, in this order, and so many Secrets deleted."""
    session, key = shared.session, shared.keys.of("undo_write")
    if not session.writes.undo.keeps:
        yield (Styled("  Writing cannot be undone: secret-tui keeps no former values.", "muted"),)
        return
    created = [draft.ref for draft in drafts if draft.is_new]
    stuck = [ref for ref in created if session.may("delete", "secrets", ref.namespace, ref.name) is False]
    if stuck:
        said = f"  ! {key} cannot undo {listed([*map(str, stuck)])}: you may not delete Secrets there."
        yield (Styled(said, "warning"),)
    if (kept := session.writes.undo.kept_of(drafts)) < len(drafts):
        most = f"secret-tui keeps {MOST_BYTES >> 20} MiB of former values"
        yield (Styled(f"  ! {key} can undo only the last {kept} of {len(drafts)}: {most}.", "warning"),)
    elif deletions > MOST_BYTES >> 20:  # a Secret has at most 1 MiB; their sizes are not known unread
        most = f"the last {MOST_BYTES >> 20} MiB of what is deleted"
        yield (Styled(f"  ! {key} may undo only a part: secret-tui keeps {most}.", "warning"),)


def _destination(shared: ScreenContext, review: Review) -> Iterator[Line]:
    session = shared.session
    verb = "Creates in " if review.draft.is_new else "Writes to  "
    where = review.draft.ref.namespace
    yield from undo_limits(shared, [review.draft])
    yield from destination_lines(shared, f"  {verb}        ", "write_changes", where)
    if (blocked := session.writes.blocked(review.draft.ref)) is not None:
        yield (Styled(f"  ! {blocked.sentence}", "warning"),)
