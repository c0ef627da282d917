"""The message for a namespace or Secret that does not exist, with the nearest names."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tui.model import known_names as names
from tui.model.known_names import KnownName, nearest
from tui.model.readers.reader import count_words
from tui.model.secret.secret import SecretRef
from tui.session.session import Session
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.bars.note import Note


def is_missing(desk: ScreenContext, namespace: str | None) -> bool:
    """Is it known that this namespace does not exist?"""
    return namespace is not None and desk.session.namespaces.doubt(namespace) == "missing"


def with_doubt(desk: ScreenContext, namespace: str | None, note: Note | None) -> Note | None:
    """The note in place of a namespace's rows, and what is to be said of the namespace itself."""
    doubt = about_namespace(desk, namespace) if namespace is not None and note is not None else ()
    if note is None or not doubt:
        return note
    return Note("broken", doubt) if is_missing(desk, namespace) else Note(note.kind, (*note.lines, *doubt))


def about_namespace(desk: ScreenContext, namespace: str) -> tuple[str, ...]:
    """That it does not exist, and which names are like it; or that this is not known. Else nothing."""
    session = desk.session
    doubt, key = session.namespaces.doubt(namespace), desk.keys.of("choose_namespace")
    if doubt == "not known":
        said = f"Whether namespace {namespace} exists is not known: you may not get or list namespaces."
        return (said,)
    if doubt != "missing":
        return ()
    kept = desk.remembered
    names = {*session.namespaces.names, *session.access.names("namespaces"), *kept.starred, *kept.recent} - {
        namespace
    }
    return (
        f"Namespace {namespace} does not exist.",
        _near(nearest(namespace, names), f"{key} lists the namespaces."),
    )


def about_secret(desk: ScreenContext, ref: SecretRef) -> Iterator[str]:
    """What was probably meant by the name of a Secret that does not exist; sentences."""
    if desk.session.namespaces.doubt(ref.namespace):
        yield from about_namespace(desk, ref.namespace)
        return
    if desk.meant is not None and desk.meant[0] == ref:
        quits = desk.keys.of("quit_program")
        yield f"Did you mean the command {desk.meant[1]}? {quits} quits."
    back = f"{desk.keys.of('go_back')} lists the Secrets."
    yield _near(nearest(ref.name, _known_in(desk, ref.namespace) - {ref.name}), back)


def _known_in(desk: ScreenContext, namespace: str) -> set[str]:
    """The names of Secrets there that are known, whether or not they may be listed."""
    session = desk.session
    found = {row.ref.name for row in session.secrets.rows if row.ref.namespace == namespace}
    if session.namespace == namespace:
        opened = desk.remembered.opened_in(namespace)
        found |= {known.ref.name for known in known_names(session, opened)}
    return found


def _near(names: list[str], otherwise: str) -> str:
    return f"Did you mean {' or '.join(names)}? {otherwise}" if names else otherwise


def known_names(session: Session, opened: Collection[str]) -> tuple[KnownName, ...]:
    """Those of the open namespace, by its rights and its readers; `opened` are from earlier."""
    namespace, readers = session.namespace, session.readers
    if namespace is None:
        return ()
    used = {
        name: count_words(readers.counts(SecretRef(namespace, name))) for name in readers.names_in(namespace)
    }
    return names.known_names(namespace, session.access.rights(namespace), used, opened)
