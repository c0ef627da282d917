"""Warnings above the keys of a Secret, and the summary of a row in the list of Secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.model.draft.draft import Draft
from tui.model.errors import Forbidden, NotFound
from tui.model.known_names import near_keys
from tui.model.managers.detect import A_PERSON, origin
from tui.model.managers.edit_effects import at_source, manager_warnings, takes_edits
from tui.model.managers.source.source import SourceVerdict
from tui.model.readers.reader import each_once, readers_count
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.types.registry import secret_type
from tui.model.text.counts import listed
from tui.model.text.times import age, age_at_least
from tui.session.health.known import why_no_start
from tui.session.marks import lack_words, lacks, mark_of
from tui.session.open_secret import REREADS_APART, Opened
from tui.session.session import Session
from tui.session.source import FoundSource, FoundSources
from tui.session.writes.outcome import sent_word
from tui.ui.base.freshness import arrival, lost_words
from tui.ui.base.list_state import again_words, not_live
from tui.ui.base.reader_words import readers_doubt, readers_word
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.lines import Line, cells_of
from tui.ui.widgets.lists.secret_table import Known
from tui.ui.widgets.text import Cell, Styled, Tone


def warnings(shared: ScreenContext, opened: Opened, draft: Draft | None) -> Iterator[Line]:
    """Lines above the keys of the Secret, the most important line first."""
    secret, keys_of, clock, writes = opened.secret, shared.keys, shared.session.clock, shared.session.writes
    if opened.gone is not None:
        yield _of_loss(shared, opened, draft)
    if secret is not None:
        is_kept = not is_gone(managing(shared.session.sources.of_open))
        yield from _of_missing(shared, secret, draft, is_kept=is_kept)
        yield from _of_source(shared, secret)
        if secret.is_terminating:
            yield _of_deletion(secret, keys_of.of("copy_as"))
        yield from _warnings_of(shared, secret, draft, is_kept=is_kept)
    run = shared.session.sources.requests.get(opened.ref)
    requested = opened.changed & frozenset(run.keys if run is not None else ())
    if run is not None and requested:
        request = f"{run.prepared.title[:1].lower()}{run.prepared.title[1:]}"
        yield (Styled(f"· changed since you asked to {request}: {', '.join(sorted(requested))}", "accent"),)
    if changed := opened.changed - requested:
        yield warning(f"changed on the server since you opened it: {', '.join(sorted(changed))}")
    if opened.secret is not None and opened.state.error is not None:
        yield warning(f"{not_live(opened.state, clock)} {again_words(opened.state, clock)}".rstrip())
    if (blocked := writes.blocked(opened.ref)) is not None:
        yield warning(blocked.sentence)
    elif (write := writes.busy_with(opened.ref)) is not None:
        yield (
            Styled(
                f"* {write.being} since {clock.moment(write.at or clock.now())}: {write.what}",
                "accent",
            ),
        )
    elif draft is not None and not draft.is_empty:
        sent = sent_word(writes.outcomes, draft)
        yield _with_key(
            Styled(f"* draft, {sent}: {draft.last_step()}", "accent"), keys_of.of("undo_step"), "undoes"
        )


def warning(words: str, tone: Tone = "warning", key: str = "", does: str = "") -> Line:
    """Line of a warning. If `key` is set, the line ends with this keyboard key and the effect `does`."""
    return _with_key(Styled(f"{'X' if tone == 'bad' else '!'} {words}", tone), key, does)


def _with_key(words: Styled, key: str, does: str) -> Line:
    return (words, Styled(f"   {key} {does}", "accent")) if key else (words,)


def _of_loss(shared: ScreenContext, opened: Opened, draft: Draft | None) -> Line:
    undo, review = shared.keys.of("undo_write"), shared.keys.of("review_changes")
    is_deleted = opened.gone == "deleted"
    how = "was deleted on the server" if is_deleted else "was deleted and created again"
    if draft is not None:
        key, does = review, "creates it again" if is_deleted else "applies it to the new one"
        return warning(f"{opened.ref.name} {how}; your draft is kept", "bad", key, does)
    if is_deleted and shared.session.writes.undo.keeps_deleted(opened.uid):
        return warning(f"{opened.ref.name} {how}", "bad", undo, "creates it again as it was")
    return warning(f"{opened.ref.name} {how}; its values were removed from memory", "bad")


def not_watched(session: Session, ref: SecretRef) -> list[Line]:
    """Line for an open Secret that is read at intervals because the user may not watch Secrets."""
    store, opened = session.secrets, session.opened
    error = store.state.error
    if opened is None or opened.secret is None or not store.covers(ref) or not isinstance(error, Forbidden):
        return []
    return [(Styled(f"· checked every {REREADS_APART:g} s: {error.lack}", "muted"),)]


def of_arrival(shared: ScreenContext, ref: SecretRef) -> list[Line]:
    summary = arrival(shared.session, ref)
    if not summary:
        return []
    if "old value" not in summary:
        return [(Styled(f"· {summary}", "muted"),)]
    key = "" if shared.session.read_only else shared.keys.of("restart_readers")
    owners = shared.session.rollouts.owners(ref)
    due = [owner for owner in owners if owner.needs_restart]
    if not due and any(owner.is_reset for owner in owners):
        lost_changes = shared.session.rollouts.writes.lost(ref)
        return [warning(lost_words(change, shared.keys)) for change in lost_changes]
    fails = [why_no_start(shared.session, owner) for owner in due]
    does = "shows why pods fail" if fails and all(fails) else "restarts"
    return [warning(summary, "warning", key, does)]


def _of_missing(
    shared: ScreenContext, secret: Secret, draft: Draft | None, *, is_kept: bool
) -> Iterator[Line]:
    """Lines for readers that fail because the Secret, with the draft's changes, lacks a key.

    `is_kept`: False if all managers of the Secret are gone (see `is_gone`).
    """
    data, keys = secret.data if draft is None else draft.data(secret), shared.keys
    missing_uses = lacks(shared.session.readers_of(secret.ref.namespace), secret.ref, data.keys())
    missing = sorted({lack.use.key or "" for lack in missing_uses})
    similar = listed(sorted({name for key in missing for name in near_keys(key, data)}))
    like = f", similar: {similar}" if similar else ""
    help_key = (keys.of("add_key"), "adds it")
    if is_kept and at_source(secret, missing) is not None:
        help_key = (keys.of("show_source"), "source")
    yield from (warning(f"{words}{like}", "bad", *help_key) for words in lack_words(missing_uses))


def _of_source(shared: ScreenContext, secret: Secret) -> Iterator[Line]:
    for manager in managing(shared.session.sources.of_open):
        if why := failing(shared, manager, secret):
            yield warning(why.text.rstrip("."), why.style, shared.keys.of("show_source"), "source")


def _of_deletion(secret: Secret, copy_key: str) -> Line:
    if not secret.finalizers:
        return warning("being deleted: it can no longer be changed", "bad")
    waits = f"being deleted: waits for {', '.join(secret.finalizers)}"
    return warning(waits, "bad", copy_key, "copies a patch that ends the wait")


def _warnings_of(
    shared: ScreenContext, secret: Secret, draft: Draft | None, *, is_kept: bool
) -> Iterator[Line]:
    """Warnings about the Secret, and about the values that it has after the draft's changes."""
    if is_kept:
        source = shared.keys.of("show_source")
        yield from (warning(words, "warning", source, "source") for words in manager_warnings(secret))
    data = secret.data if draft is None else draft.data(secret)
    for words in secret_type(secret.type).warnings(secret.ref.namespace, secret.ref.name, data):
        yield warning(words)
    if secret.is_immutable:
        yield warning("immutable: its data cannot change; only its labels and annotations can")
    if secret.has_last_applied:
        describe = shared.keys.of("describe_secret")
        yield warning(
            "kubectl's last-applied annotation has a copy of the values", "warning", describe, "describe"
        )


def summary_of(shared: ScreenContext, row: Known, found: str, *, has_time: bool = True) -> list[Line]:
    """Summary of a row in the list of Secrets. Sends no request.

    `found`: words that say where a search found a value in the Secret, or "".
    """
    if isinstance(row, SecretSummary):
        return list(_summary(shared, row, found, has_time))
    if (summary := shared.session.secrets.get(row.ref)) is not None:
        return list(_summary(shared, summary, found, has_time))
    return [
        (Styled("  this Secret may not exist; open it to check", "muted"),),
        (f"  you may {row.right} it" if row.is_granted else f"  {row.right}",),
        (Styled(f"  known from: {row.source}", "muted"),),
        ("  read by  ", *_reader_cells(shared, row.ref)),
    ]


def _summary(shared: ScreenContext, row: SecretSummary, found: str, has_time: bool) -> Iterator[Line]:
    now = shared.server_now()
    count = f"{row.key_count} key" + ("" if row.key_count == 1 else "s")
    if found:
        yield (f"  {row.type} · {count}, ", Styled(found, "accent"))
    else:
        names = f": {'  '.join(row.keys)}" if row.keys else ""
        yield (f"  {row.type} · {count}{names}",)
    if (row_mark := mark_of(shared.session, row, now)) is not None and row_mark.words:
        tone: Tone = "bad" if row_mark.sign == "X" else "warning"
        yield (Styled(f"  {row_mark.sign} {'; '.join(row_mark.words)}", tone),)
    if has_time and row.changed is not None:
        by = f", by {row.changed_by}" if row.changed_by else ""
        yield (f"  last change {age_at_least(row.changed, row.created, now)}{by}",)
    elif has_time:
        yield (Styled("  time of last change unknown", "muted"),)
    if row.manager:
        if takes_edits(row.manager, dict(row.labels)):
            yield (Styled(f"  managed by {row.manager}", "muted"),)
        else:
            yield (Styled(f"  ! managed by {row.manager}, which may undo your changes", "warning"),)
    elif (made := origin(row.type, row.manager)) != A_PERSON:
        yield (Styled(f"  made by {made}", "muted"),)
    yield ("  read by  ", *_reader_cells(shared, row.ref))
    yield from (("  ", *cells_of(line)) for line in of_arrival(shared, row.ref))


def _reader_cells(shared: ScreenContext, ref: SecretRef) -> Iterator[Cell]:
    readers_here = shared.session.readers_of(ref.namespace)
    if not (readers := each_once(readers_here.of(ref))):
        yield Styled(readers_word(readers_here, ref, shared.keys, shared.session.clock), "muted")
        return
    ways: dict[str, str] = {}
    for reader in readers:
        ways.setdefault(reader.info.title, reader.use.how().split(" ", 1)[0])
    shown = list(ways.items())[:3]
    yield f"{readers_count(readers)}:  "
    yield "   ".join(f"{name} ({way})" for name, way in shown)
    if len(ways) > len(shown):
        yield Styled(f"   and {len(ways) - len(shown)} more", "muted")
    if doubt := readers_doubt(readers_here, shared.keys, shared.session.clock):
        yield Styled(f"   {doubt}", "warning")


_BAD: Final[dict[SourceVerdict, str]] = {
    "in error": "is in error",
    "suspended": "is suspended",
    "out of sync": "is out of sync",
}


def managing(looked: FoundSources | None) -> list[FoundSource]:
    """Managers of the open Secret; [] while they are unknown."""
    return [
        source
        for source in (looked.found if looked is not None else None) or ()
        if not source.source.is_reader
    ]


def is_gone(found: list[FoundSource]) -> bool:
    """True if `found` is not empty, and no manager in it exists.

    A manager in another cluster, or one that could not be read, counts as existing.
    """
    absent = [
        source for source in found if isinstance(source.error, NotFound) and not source.place.is_elsewhere
    ]
    return bool(found) and len(absent) == len(found)


def failing(shared: ScreenContext, manager: FoundSource, secret: Secret) -> Styled | None:
    """Sentence that says why this manager does not update the Secret now.

    The result is None if no problem of the manager is known.
    """
    if is_gone([manager]):
        return Styled(f"{manager.place.title} does not exist, so it does not update this Secret.", "bad")
    if manager.obj is None:
        return None
    state = manager.source.state(manager.obj, secret)
    if state.verdict not in _BAD:
        return None
    reason = f" ({state.reason})" if state.reason else ""
    last = f"; last run {age(shared.server_now() - state.last)} ago" if state.last is not None else ""
    sentence = f"{manager.place.title} {_BAD[state.verdict]}{reason}{last}."
    return Styled(sentence, "bad" if state.verdict == "in error" else "warning")
