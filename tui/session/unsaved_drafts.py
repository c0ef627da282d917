"""List the drafts that would be lost if the program ended now."""

from __future__ import annotations

from msgspec import Struct

from tui.model.text.printable import ascii_only
from tui.session.session import Session
from tui.session.writes.outcome import keys_of


class UnsavedDrafts(Struct, frozen=True):
    """Names of drafts that would be lost."""

    whole: tuple[str, ...]
    """Secrets with drafts that were never sent, in all contexts."""
    newer: tuple[str, ...]
    """Keys that were changed after the draft was sent."""


def unsaved_drafts(session: Session) -> UnsavedDrafts:
    """The drafts that would be lost if the program ended now."""
    unsent = session.drafts.unsent()
    parked = (f"{draft.ref} in {ascii_only(context)}" for (context, _), draft in session.parked)
    return UnsavedDrafts(
        whole=(*(str(draft.ref) for draft, keys in unsent if not keys), *parked),
        newer=tuple(keys_of(draft.ref, keys) for draft, keys in unsent if keys),
    )
