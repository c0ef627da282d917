"""Names of Secrets that the session knows although listing is refused."""

from __future__ import annotations

from collections.abc import Collection

from tui.model import known_names as names
from tui.model.known_names import KnownName
from tui.model.readers.reader import count_words
from tui.model.secret.secret import SecretRef
from tui.session.session import Session


def known_names(session: Session, opened: Collection[str]) -> tuple[KnownName, ...]:
    """Those of the open namespace, by its rights and its readers; `opened` are from earlier."""
    namespace, readers = session.namespace, session.readers
    if namespace is None:
        return ()
    used = {
        name: count_words(readers.counts(SecretRef(namespace, name))) for name in readers.names_in(namespace)
    }
    return names.known_names(namespace, session.access.rights(namespace), used, opened)
