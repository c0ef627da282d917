"""Texts about the state of a list (loading, empty, refused, broken, not live), and about missing objects."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from tui.model import known_names as names
from tui.model.errors import ClusterError, Expired, Forbidden, LoadingStopped
from tui.model.known_names import KnownName, nearest
from tui.model.readers.reader import count_words as reader_words
from tui.model.secret.secret import SecretRef
from tui.model.text.times import clock as clock_text
from tui.session.cache.list_state import ListState
from tui.session.clock import Clock
from tui.session.session import Session
from tui.ui.base.screen_context import ScreenContext
from tui.ui.keymap import Keys
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_WHY: Final[dict[type[ClusterError], str]] = {Expired: ": 410", LoadingStopped: ": stopped"}


def note_of(
    shared: ScreenContext, state: ListState, what: str, *, has_rows: bool, empty: str = ""
) -> Note | None:
    """Note in place of rows; None if there are rows, even if the last request failed."""
    if has_rows:
        return None
    if state.kind in ("idle", "loading"):
        return Note("loading", (Styled(f"Loading {what} …", "muted", is_drawn=True),))
    if state.error is not None and state.kind != "ready":
        return failure_note(shared.keys, state.error, state.kind, again_words(state, shared.session.clock))
    return Note("empty", (empty or f"No {what} here.",))


def stale_lines(shared: ScreenContext, state: ListState, *, has_rows: bool) -> list[Line]:
    """Lines that say since when and why the rows are not live; [] without an error or without rows."""
    if state.error is None or not has_rows:
        return []
    clock, error = shared.session.clock, state.error
    if isinstance(error, Forbidden) and (error.verb, error.name) == ("watch", None) and state.since:
        return [(Styled(f"· {listed_alone(clock.moment(state.since), error)}", "muted"),)]
    keys, is_logged_out = shared.keys, state.kind == "expired"
    hint = f"{keys.of('log_in')} logs in again." if is_logged_out else f"{keys.of('refresh_now')} refreshes."
    next_step = again_words(state, clock) or hint
    return [(Styled(f"! {not_live(state, clock)} {next_step}", "warning"),)]


def listed_alone(since: str, error: Forbidden) -> str:
    """Text for rows that the user may list but not watch."""
    return f"as of {since}, refreshed now and then: {error.lack}"


def not_live(state: ListState, clock: Clock) -> str:
    since = f" since {clock.moment(state.since)}" if state.since is not None else ""
    return f"not live{since}: {state.error.sentence if state.error is not None else ''}"


def again_words(state: ListState, clock: Clock) -> str:
    """Sentence "Next try at …"; "" if no time is known."""
    return "" if state.again_at is None else f"Next try at {clock_text(state.again_at, clock.tz)}."


def failure_note(keys: Keys, error: ClusterError, kind: str, again: str = "") -> Note:
    """Note about a failure: the error, and what the user can do."""
    refreshes = f"{keys.of('refresh_now')} refreshes."
    if isinstance(error, Forbidden) and error.verb == "impersonate":
        hint = f"{keys.of('show_access')} shows the right to ask for. Or start secret-tui without --as."
        return Note("refused", (error.sentence, f"Nothing works without this right. {hint}"))
    if kind == "refused":
        hint = f"{refreshes} {keys.of('show_access')} shows the missing right."
        return Note("refused", (error.sentence, f"Everything else still works. {hint}"))
    hint = f"{keys.of('log_in')} logs in again." if kind == "expired" else refreshes
    return Note("broken", (error.sentence, f"{again} {hint}" if again else hint))


def count_words(state: ListState, shown: int, total: int) -> str:
    """Count of the rows.

    - "140", or "6 of 140" with a filter
    - "4,500…" while loading
    - "4,500, incomplete: 410" after an error
    - "not known" or "you may not list them here" for a failed list without rows
    """
    if state.kind == "refused" and not total:
        return "you may not list them here"
    if state.kind in ("broken", "expired") and not total:
        return "not known"
    if not state.is_complete and (total or state.kind == "loading"):
        return f"{total:,}{so_far(state)}" if total else so_far(state)
    return f"{total:,}" if shown == total else f"{shown:,} of {total:,}"


def so_far(state: ListState) -> str:
    """Suffix of an incomplete count, such as "…" or ", incomplete: 410"."""
    if state.is_complete:
        return ""
    return "…" if state.error is None else f", incomplete{_WHY.get(type(state.error), '')}"


def is_missing(shared: ScreenContext, namespace: str | None) -> bool:
    return namespace is not None and shared.session.namespaces.doubt(namespace) == "missing"


def with_doubt(shared: ScreenContext, namespace: str | None, note: Note | None) -> Note | None:
    """Add the sentences of `about_namespace` to `note` if `namespace` may not exist.

    If `namespace` certainly does not exist, these sentences replace the lines of `note`.
    """
    doubt = about_namespace(shared, namespace) if namespace is not None and note is not None else ()
    if note is None or not doubt:
        return note
    return Note("broken", doubt) if is_missing(shared, namespace) else Note(note.kind, (*note.lines, *doubt))


def about_namespace(shared: ScreenContext, namespace: str) -> tuple[str, ...]:
    """Sentences about a namespace that does not exist or may not exist; () if there is no doubt."""
    session = shared.session
    doubt, key = session.namespaces.doubt(namespace), shared.keys.of("choose_namespace")
    if not doubt:
        return ()
    kept = shared.names.kept
    names = {*session.namespaces.names, *session.access.names("namespaces"), *kept.starred, *kept.recent} - {
        namespace
    }
    near = nearest(namespace, names)
    if doubt == "not known":
        sentence = f"Namespace {namespace} may not exist: checking needs the right to get or list namespaces."
        return (sentence, _near(near, "")) if near and not _has_rights_in(shared, namespace) else (sentence,)
    return (f"Namespace {namespace} does not exist.", _near(near, f"{key} lists the namespaces."))


def _has_rights_in(shared: ScreenContext, namespace: str) -> bool:
    rights = shared.session.access.rights(namespace)
    return rights is not None and rights.concern_secrets()


def about_secret(shared: ScreenContext, ref: SecretRef) -> Iterator[str]:
    """Sentences about a missing Secret: doubts about its namespace, or what the user may have meant."""
    if shared.session.namespaces.doubt(ref.namespace):
        yield from about_namespace(shared, ref.namespace)
        return
    if shared.app.suggested is not None and shared.app.suggested[0] == ref:
        quits = shared.keys.of("quit_program")
        yield f"Did you mean the command {shared.app.suggested[1]}? {quits} quits."
    lists = f"{shared.keys.of('go_back')} lists the Secrets."
    yield _near(nearest(ref.name, _known_in(shared, ref.namespace) - {ref.name}), lists)


def _known_in(shared: ScreenContext, namespace: str) -> set[str]:
    session = shared.session
    secrets = {row.ref.name for row in session.secrets.rows if row.ref.namespace == namespace}
    if session.namespace == namespace:
        opened = shared.names.kept.opened_in(namespace)
        secrets |= {known.ref.name for known in known_names(session, opened)}
    return secrets


def _near(names: list[str], otherwise: str) -> str:
    return f"Did you mean {' or '.join(names)}? {otherwise}" if names else otherwise


def known_names(session: Session, opened: Collection[str]) -> tuple[KnownName, ...]:
    """Collect the names of Secrets in the listed namespace; () if all namespaces are listed.

    The names come from rights, readers, `opened` and the list of Secrets.
    """
    namespace, readers = session.namespace, session.readers
    if namespace is None:
        return ()
    used = {
        name: reader_words(readers.counts(SecretRef(namespace, name))) for name in readers.names_in(namespace)
    }
    listed = {row.ref.name for row in session.secrets.rows if row.ref.namespace == namespace}
    return names.known_names(namespace, session.access.rights(namespace), used, opened, listed)
