"""What controllers look at on a Secret, as far as a session knows it without a request."""

from __future__ import annotations

from tui.model.readers.controllers import SecretMeta
from tui.model.secret.secret import Secret, SecretRef
from tui.session.session import Session


def secret_meta(session: Session, ref: SecretRef, secret: Secret | None = None) -> SecretMeta:
    """A list tells its labels; one that is open, its annotations too; a search, what writes it."""
    restarted = session.readers_of(ref.namespace).restarted_with(ref)
    held, row = session.held(ref), session.row_of(ref)
    if (secret := secret or (held.secret if held is not None else None)) is not None:
        return SecretMeta(ref, secret.labels, secret.annotations, restarted)
    return SecretMeta(ref, dict(row.labels) if row is not None else None, restarted=restarted)
