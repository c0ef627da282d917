"""Text of a review: effect, warnings, dry run, destination, and affected readers (e.g. pods)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tui.model.draft.admission import will_alter
from tui.model.draft.draft import Change, Draft
from tui.model.draft.former_values import former_held, sentences
from tui.model.errors import AlreadyExists, Refused
from tui.model.managers.edit_effects import manager_warnings
from tui.model.readers.reader import (
    FAILS,
    MAY_FAIL,
    NOTHING,
    STAYS_OLD,
    Effect,
    ReaderId,
    ReaderKind,
    count_words,
)
from tui.model.rollout.effects import effects_on
from tui.model.secret.fields import is_key
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.secret.validation import data_problem
from tui.model.secret.value import MASK, Value, size_text
from tui.model.text.counts import counted, listed
from tui.model.text.printable import printable
from tui.model.text.times import clock
from tui.session.health.known import secret_meta
from tui.session.writes.review import Review
from tui.session.writes.undo import MOST_UNDO_BYTES
from tui.ui.base.freshness import has_already
from tui.ui.base.missing_rights import asks_for_role
from tui.ui.base.reader_words import mentioned, not_checked, readers_doubt, readers_word
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination_lines
from tui.ui.keymap import Keys
from tui.ui.review.affected_lines import ReaderEffect, effect_lines
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone

LEAD: Final = 2
"""Number of lines at the top of a screen's `text_pane` that stay in sight.

In a review without a conflict, these lines show the reader with the worst effect.
"""
_MOST_READERS = 200
_HAS_ALREADY = Effect(NOTHING, "runs with this value already")


def marked(mark: str, tone: Tone, words: str, *more: Cell) -> Line:
    """Line with a mark, e.g. "X", and words in the same tone."""
    return (Styled(f" {mark:<4}", tone), Styled(words, tone), *more)


class AffectedReaders:
    """Readers of the keys that a draft changes, and the effect of the draft on each reader."""

    def __init__(self, shared: ScreenContext, review: Review) -> None:
        self._shared, self._review = shared, review
        self._effects, self._ids, self._causes = (
            list[ReaderEffect](),
            set[ReaderId](),
            set[tuple[int, str, bool]](),
        )
        self._find()

    def _find(self) -> None:
        """Find the effects.

        Pods of one workload share a ReaderEffect if they read changed keys in the same way and with the same
        effect.
        """
        shared, review = self._shared, self._review
        ref, is_new = review.draft.ref, review.draft.is_new
        ids_by_effect: dict[tuple[ReaderKind, str, str, str, int], set[ReaderId]] = {}
        readers = shared.session.readers_of(ref.namespace)
        meta = secret_meta(shared.session, ref, review.secret)
        for change in key_changes(review.draft):
            readers_of_key = readers.of(ref, [change.key])
            for reader, effect in effects_on(readers_of_key, change.kind, meta, change.key, is_new=is_new):
                info, use = reader.info, reader.use
                if effect.severity == STAYS_OLD and has_already(
                    shared.session, reader, change.key, review.draft
                ):
                    effect = _HAS_ALREADY
                sentence = _short(effect.sentence, ref, change.key)
                way = (info.kind, info.owner_title, use.how_without_place(), sentence, effect.severity)
                ids_by_effect.setdefault(way, set()).add(info.id)
                self._causes.add((effect.severity, change.key, change.kind == "removed"))
                self._ids.add(info.id)
        owners = {owner for _, owner, *_ in ids_by_effect}
        names = Counter(owner.rpartition("/")[2] for owner in owners)
        self._effects = sorted(
            ReaderEffect(
                -severity,
                owner.rpartition("/")[2]
                if names[owner.rpartition("/")[2]] == 1 and kind.name == "Pod"
                else owner,
                printable(how),
                sentence,
                frozenset(ids),
            )
            for (kind, owner, how, sentence, severity), ids in ids_by_effect.items()
        )

    @property
    def count(self) -> str:
        return _count_of(self._ids)

    @property
    def severity(self) -> int:
        return max((-effect.rank for effect in self._effects), default=NOTHING)

    def verdict(self) -> Line | None:
        """Line about the worst effect; None if no key changes."""
        if not key_changes(self._review.draft):
            return None
        worst = self.severity
        hit = frozenset[ReaderId]().union(*(effect.ids for effect in self._effects if effect.rank == -worst))
        causes = sorted((key, is_removed) for severity, key, is_removed in self._causes if severity == worst)
        removed = [key for key, is_removed in causes if is_removed]
        gone = f"{listed(removed)} {'is' if len(removed) == 1 else 'are'} removed" if removed else ""
        is_one, count = len(hit) == 1, _count_of(hit)
        its = "its" if is_one else "their"
        if worst == FAILS:
            return marked("X", "bad", f"{count} {'fails' if is_one else 'fail'} at {its} next start: {gone}")
        if worst == MAY_FAIL:
            return marked("!", "warning", f"{count} may fail{': ' if gone else ''}{gone}")
        if worst == STAYS_OLD:
            if len(removed) == len(causes):
                return marked("!", "warning", f"{count} {'loses' if is_one else 'lose'} {listed(removed)}")
            keeps = f"{'keeps' if is_one else 'keep'} the old value until a restart"
            return marked("!", "warning", f"{count} {keeps}")
        if hit:
            reads = "reads" if len(self._ids) == 1 else "read"
            return marked("ok", "good", f"no reader fails; {self.count} {reads} the changed keys")
        return marked("", "muted", self._no_reader())

    def _no_reader(self) -> str:
        ref, session = self._review.draft.ref, self._shared.session
        held = session.readers_of(ref.namespace)
        word = readers_word(held, ref, self._shared.keys, session.clock)
        return word if held.state.is_complete else f"Readers: {word}"

    def lines(self, width: int) -> Iterator[Line]:
        if not key_changes(self._review.draft):
            yield (Styled("  No key changes, so readers see no change.", "muted"),)
            return
        shown = self._effects[:_MOST_READERS]
        yield from effect_lines(shown, width)
        ref, session, keys = self._review.draft.ref, self._shared.session, self._shared.keys
        held = session.readers_of(ref.namespace)
        if shown and (doubt := readers_doubt(held, keys, session.clock)):
            yield (Styled(f"  ! {doubt}", "warning"),)
        yield from mentioned(held, ref)
        yield from not_checked(held, keys, session.clock, ref, command="search_readers")


def _short(sentence: str, ref: SecretRef, key: str) -> str:
    """Shorten the kubelet's words for a missing key to "no key KEY".

    The title of the review already names the Secret.
    """
    longer = f"couldn't find key {key} in Secret {ref}", f"references non-existent secret key: {key}"
    for words in longer:
        sentence = sentence.replace(words, f"no key {key}")
    return sentence


def _count_of(ids: Iterable[ReaderId]) -> str:
    return count_words(Counter(kind for kind, _namespace, _name in ids))


def verdict(
    shared: ScreenContext,
    review: Review,
    affected: AffectedReaders,
    inside: Sequence[Styled] = (),
    fix_key: str = "",
    *,
    shows_words: bool = False,
    opens: str = "",
) -> list[list[Line]]:
    """Return blocks of lines that must be in sight when the user sends the draft.

    The blocks are empty in a read-only run.

    `inside`: warnings about parts of values. `fix_key`: keyboard key that puts the new value into other keys
    that hold the old one; "" if the screen has no such key. `shows_words`: if the server refused the dry run,
    show the server's message, which may quote values. `opens`: keyboard key that opens the review from a list
    of drafts; "" on the screen of the review.
    """
    if shared.session.read_only:
        return [[], [], [], []]
    happening = affected.verdict()
    warnings = [*_about_source(shared, review), *(_flaw(warning) for warning in inside)]
    warnings += _warnings(shared, review, fix_key)
    return [
        [happening] if happening is not None else [],
        warnings,
        [*_dry_run(shared, review, opens, shows_words=shows_words)],
        [*_destination(shared, review)],
    ]


def _flaw(warning: Styled) -> Line:
    mark, _, words = warning.text.partition(" ")
    return marked(mark, warning.style, words) if len(mark) == 1 else marked("", warning.style, warning.text)


def conflict_verdict(keys_of: Keys, review: Review, undecided: int, mergeable: Sequence[str]) -> list[Line]:
    """Lines about a conflict, and the keyboard keys that resolve it.

    `undecided`: number of keys without a decision. `mergeable`: keys for which both changes can be kept.
    """
    changed = f"{review.draft.ref.name} changed on the server while you edited; the draft is kept"
    lines = [marked("!", "warning", changed)]
    for change in review.draft.change_list():
        if change.renamed_from in {collision.key for collision in review.collisions}:
            carries = f"{change.key} has the value that {change.renamed_from} had when you renamed it"
            lines.append(marked("!", "warning", f"{carries}; the server now has another value"))
    if review.secret is not None:
        lines += _manager_lines(keys_of, review.secret, [collision.key for collision in review.collisions])
    server, yours, edit = (keys_of.of(id_) for id_ in ("take_server", "take_yours", "edit_value"))
    choices = f"press {server} for the server's value, {yours} for yours, {edit} to edit"
    done = f"all resolved: {keys_of.of('review_changes')} reviews the draft again"
    lines.append(marked("", "accent", choices) if undecided else marked("ok", "good", done))
    if mergeable:
        both = f"{keys_of.of('take_both')} keeps both changes of {listed(mergeable)}"
        lines.append(marked("", "accent", f"{both}: they are in different lines"))
    return lines


def _manager_lines(keys_of: Keys, secret: Secret, keys: Sequence[str]) -> Iterator[Line]:
    source = Styled(f"   {keys_of.of('show_source')} source", "accent")
    for warning in manager_warnings(secret, keys):
        yield marked("!", "warning", warning, source)


def last_writers(review: Review) -> list[Line]:
    """Lines about the clients that last wrote the keys of a conflict, according to `managedFields`."""
    collisions = {collision.key for collision in review.collisions}
    owners = review.secret.field_owners if review.secret is not None else ()
    written = [(listed(sorted(set(owner.keys) & collisions)), owner.manager) for owner in owners]
    return [("  ", keys, Styled(f"  {manager}", "muted")) for keys, manager in written if keys]


def is_other_there(review: Review) -> bool:
    """True if another Secret now has the draft's name."""
    error = review.error
    return review.gone == "recreated" or (isinstance(error, AlreadyExists) and not error.is_leaving)


def key_changes(draft: Draft) -> list[Change]:
    """Return the changes of keys.

    Changes of other fields, such as labels, are left out, because readers do not see them.
    """
    return [change for change in draft.change_list() if is_key(change.key)]


def changes_words(draft: Draft) -> str:
    """Number of changes of each kind, e.g. "1 changed, 2 added, 1 dropped"."""
    kinds = Counter[str](change.kind for change in draft.change_list())
    words = (("changed", "changed"), ("added", "added"), ("removed", "dropped"))
    return ", ".join(f"{kinds[kind]} {word}" for kind, word in words if kinds[kind])


def what_is_sent(review: Review) -> tuple[str, str]:
    ref, keys = review.draft.ref, [change.key for change in review.draft.change_list()]
    if review.draft.is_new:
        return "create", f"Creates the Secret {ref} with {listed(keys) or 'no key'}."
    return "write", f"Writes the Secret {ref}: {listed(keys)}."


def unchanged(review: Review) -> list[str]:
    changed = {change.key for change in review.draft.change_list()}
    return (
        [key for key in sorted(review.secret.data) if key not in changed] if review.secret is not None else []
    )


def other_drafts(shared: ScreenContext, ref: SecretRef) -> list[Line]:
    count = sum(draft.ref != ref for draft in shared.session.drafts.all())
    if not count:
        return []
    leads = f"{shared.keys.of('go_back')}, then {shared.keys.of('review_drafts')}"
    return [marked("", "muted", f"{counted(count, 'other draft')}; {leads} reviews all drafts")]


def _about_source(shared: ScreenContext, review: Review) -> Iterator[Line]:
    source, newer = review.draft.source, review.newer
    if source is None or newer is None:
        return
    changed = sorted((*newer.taken, *newer.kept))
    takes = f"{shared.keys.of('refresh_now')} takes the new value{'s' * (len(changed) > 1)}"
    edits = f", your edit of {listed(newer.kept)} stays" if newer.kept else ""
    words = f"{source.secret.ref} changed since it was copied: {listed(changed)} ({takes}{edits})"
    yield marked("!", "warning", words)


def _warnings(shared: ScreenContext, review: Review, fix_key: str) -> Iterator[Line]:
    secret, draft = review.secret, review.draft
    if secret is not None:
        fix: tuple[Cell, ...] = (
            (Styled(f"   {fix_key} puts the new value in other keys too", "accent"),) if fix_key else ()
        )
        for sentence in sentences(former_held(draft, secret)):
            yield marked("!", "warning", sentence, *fix)
        yield from _manager_lines(shared.keys, secret, [change.key for change in draft.change_list()])
    if secret is not None and secret.has_last_applied:
        yield marked("!", "warning", "kubectl's last-applied annotation keeps the old values")
    if secret is None and not draft.is_new:
        return  # the Secret was not read, so its other keys are not known
    data = draft.data(secret)
    if (problem := data_problem(draft.type, data)) is not None:
        yield marked("!", "bad", problem)
    for warning in secret_type(draft.type).warnings(draft.ref.namespace, draft.ref.name, data):
        yield marked("!", "warning", warning)


def _size(review: Review) -> str:
    secret, draft = review.secret, review.draft
    if secret is None and not draft.is_new:
        return ""
    return f"   {size_text(sum(value.size for value in draft.data(secret).values()))} of 1 MiB"


def _dry_run(shared: ScreenContext, review: Review, opens: str, *, shows_words: bool) -> Iterator[Line]:
    keys, dry_run, ref = shared.keys, review.dry_run, review.draft.ref
    again = Styled(f"   {keys.of('refresh_now')} retries", "accent")
    if review.gone is not None:
        gone = "was deleted" if review.gone == "deleted" else "was deleted and created again"
        yield marked("!", "bad", f"{ref} {gone}; the draft is kept")
        if review.gone == "deleted":
            makes = f"{keys.of('make_new')} creates a new Secret from the keys in this draft"
            yield marked("", "", f"{makes}; other keys are lost")
        else:
            yield _puts_on(shared, review)
    elif review.stage == "broken" and review.error is not None:
        if is_other_there(review):
            yield marked("!", "bad", f"{ref} already exists; the draft is kept")
            yield _puts_on(shared, review)
            return
        yield marked("X", "bad", f"dry run: {review.error.sentence}", again)
        yield from asks_for_role(review.error, keys)
    elif review.problem:
        yield marked("X", "bad", f"{review.problem} Your draft is kept.")
    elif not review.has_changes:
        yield marked("", "", "nothing to write: the server already has these values")
    elif dry_run.kind == "pending":
        yield marked("…", "muted", f"dry run running …{_size(review)}")
    elif dry_run.kind == "accepted":
        at = clock(dry_run.at or 0, shared.session.clock.tz)
        count = counted(len(dry_run.warnings), "warning")
        warns = f"{count}: {'; '.join(dry_run.warnings)}" if dry_run.warnings else "no warnings"
        accepted = marked(
            "ok", "good", f"dry run accepted at {at}", f", {warns}", Styled(_size(review), "muted")
        )
        yield accepted
        if dry_run.altered:
            yield marked("!", "warning", f"an admission policy or webhook {will_alter(dry_run.altered)}")
    else:
        why = dry_run.error.sentence if dry_run.error is not None else "no answer"
        is_warning, is_unanswered = dry_run.kind == "cannot", dry_run.kind == "unanswered"
        mark: tuple[str, Tone] = ("!", "warning") if is_warning else ("X", "bad")
        yield marked(*mark, f"dry run: {why}", *([again] if is_unanswered else []))
        yield from asks_for_role(dry_run.error, keys)
        yield from _refusal(shared, review, opens, shows_words=shows_words)


def _refusal(shared: ScreenContext, review: Review, opens: str, *, shows_words: bool) -> Iterator[Line]:
    """Lines with the server's message, if the server refused the dry run.

    The message is masked until the user shows it, because it may quote values.
    """
    if (words := refusal_words(review)) is None:
        return
    title, shows = "     Server says  ", f"{opens}, then " * bool(opens) + shared.keys.of("reveal_all")
    if shows_words:
        for line in words.reveal().decode().splitlines():
            yield (title, line)
            title = " " * len(title)
    elif shared.settings.no_reveal:
        yield (title, MASK, Styled("  masked: it may quote values", "muted"))
    else:
        yield (title, MASK, Styled(f"  {shows} shows it; it may quote values", "muted"))


def refusal_words(review: Review) -> Value | None:
    error = review.dry_run.error
    return error.words if isinstance(error, Refused) else None


def _puts_on(shared: ScreenContext, review: Review) -> Line:
    ref, keys = review.draft.ref, shared.keys
    if shared.session.may("patch", "secrets", ref.namespace, ref.name) is False:
        role = f"{keys.of('show_access')} shows the Role to ask for"
        return marked("", "muted", f"You may not patch the existing Secret; {role}")
    puts = f"{keys.of('change_existing')} makes this a draft of the existing Secret"
    return marked("", "", f"{puts}; its other keys stay, and you resolve differences first")


def undo_limits(shared: ScreenContext, drafts: Sequence[Draft], deletions: int = 0) -> Iterator[Line]:
    """Lines about writes that cannot be undone. `drafts` must be in the order in which they are written."""
    session, key = shared.session, shared.keys.of("undo_write")
    if not session.writes.undo.keeps:
        what = "writing" if not deletions else "writing and deleting" if drafts else "deleting"
        yield marked("", "muted", f"{what} cannot be undone: secret-tui keeps no old values")
        return
    created = [draft.ref for draft in drafts if draft.is_new]
    stuck = [ref for ref in created if session.may("delete", "secrets", ref.namespace, ref.name) is False]
    if stuck:
        refs = listed([*map(str, stuck)])
        yield marked("!", "warning", f"{key} cannot undo {refs}: you may not delete these Secrets")
    if (kept := session.writes.undo.kept_of(drafts)) < len(drafts):
        limit = f"secret-tui keeps {MOST_UNDO_BYTES >> 20} MiB of old values"
        yield marked("!", "warning", f"{key} can undo only the last {kept} of {len(drafts)}: {limit}")
    # The Secrets to delete were not read, so their sizes are unknown; each has at most 1 MiB.
    elif deletions > MOST_UNDO_BYTES >> 20:
        limit = f"the last {MOST_UNDO_BYTES >> 20} MiB of deleted Secrets"
        yield marked("!", "warning", f"{key} may undo only some deletions: secret-tui keeps {limit}")


def _destination(shared: ScreenContext, review: Review) -> Iterator[Line]:
    session = shared.session
    verb = "Creates in" if review.draft.is_new else "Writes to"
    where = review.draft.ref.namespace
    yield from undo_limits(shared, [review.draft])
    yield from destination_lines(shared, f"     {verb}  ", "write_changes", where)
    if (blocked := session.writes.blocked(review.draft.ref)) is not None:
        yield marked("!", "warning", blocked.sentence)
