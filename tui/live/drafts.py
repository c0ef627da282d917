"""The drafts of one context: what a person changed and did not write yet. Only quitting ends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from tui.model.secret import Secret, SecretRef

if TYPE_CHECKING:
    from tui.model.draft import Draft

DraftKey: TypeAlias = tuple[str, str, str]


class Drafts:
    """Drafts by namespace, name and uid; the uid of a Secret that is still to be created is "".

    No event and no list touches one: what is here was put here by a person's key, or taken off by a
    write that is known to have happened.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._drafts: dict[DraftKey, Draft] = {}

    def get(self, ref: SecretRef, uid: str | None = None) -> Draft | None:
        """The draft of that life of a Secret; without `uid` the one that was changed last."""
        if uid is not None:
            return self._drafts.get((ref.namespace, ref.name, uid))
        found = [draft for draft in self._drafts.values() if draft.ref == ref]
        return found[-1] if found else None

    def put(self, draft: Draft) -> None:
        """Keep it. One that changes nothing any more is let go of, unless it is of a Secret to be created."""
        key = _key(draft)
        self._drafts.pop(key, None)
        if draft.is_new or not draft.is_empty:
            self._drafts[key] = draft
        self._tell()

    def drop(self, ref: SecretRef, uid: str | None = None) -> None:
        """Discard; without `uid` every draft of that name."""
        kept = {key: draft for key, draft in self._drafts.items() if not _is_of(draft, ref, uid)}
        if len(kept) != len(self._drafts):
            self._drafts = kept
            self._tell()

    def all(self) -> Sequence[Draft]:
        """Every draft, by namespace and name."""
        return sorted(self._drafts.values(), key=lambda draft: (draft.ref, draft.uid))

    def __len__(self) -> int:
        return len(self._drafts)

    def written(self, sent: Draft, secret: Secret) -> None:
        """`sent` is on the server now, as `secret`. What the person changed meanwhile stays a draft on it."""
        held = self._drafts.get(_key(sent))
        if held is None:
            return
        del self._drafts[_key(sent)]
        rest = _rest_of_new(held, secret) if sent.is_new else _rest(held, sent, secret)
        if not rest.is_empty:
            self._drafts[_key(rest)] = rest
        self._tell()


def _rest(held: Draft, sent: Draft, secret: Secret) -> Draft:
    """What is left of a draft: what the server holds of the keys that were sent is known to be ours."""
    changes = sent.changes()
    for key in (*changes.set, *changes.removed):
        held = held.resolve(key, secret, "mine")
    return held.rebase(secret).draft


def _rest_of_new(held: Draft, secret: Secret) -> Draft:
    from tui.model.draft import Draft

    wanted = held.data(None)
    rest = Draft.of(secret)
    for key, value in wanted.items():
        if secret.data.get(key) != value:
            rest = rest.set(secret, key, value)
    for key in secret.data:
        if key not in wanted:
            rest = rest.drop(secret, key)
    return rest


def _key(draft: Draft) -> DraftKey:
    return (draft.ref.namespace, draft.ref.name, draft.uid)


def _is_of(draft: Draft, ref: SecretRef, uid: str | None) -> bool:
    return draft.ref == ref and uid in (None, draft.uid)
