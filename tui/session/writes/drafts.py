"""Keep the drafts of each context in memory until they are written or discarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.session.cache.events import Events, Notice, SecretRead
from tui.session.writes.outcome import SentWrite, WriteBegun, WriteEnded, WriteResult, WriteTurn

DraftKey: TypeAlias = tuple[str, str, str]
Home: TypeAlias = tuple[str, str]
"""Name and server of a context, because a context's server may change."""


class DraftBook:
    def __init__(self) -> None:
        self._homes: dict[Home, dict[DraftKey, Draft]] = {}

    def at(self, home: Home, events: Events) -> Drafts:
        return Drafts(events, self._homes.setdefault(home, {}))

    def park(self, home: Home, draft: Draft) -> bool:
        """Keep a draft in the context `home`. Returns False if `home` already has a draft for the Secret."""
        drafts = self._homes.setdefault(home, {})
        if any(held.ref == draft.ref for held in drafts.values()):
            return False
        drafts[_key(draft)] = draft
        return True

    def elsewhere(self, home: Home) -> Sequence[tuple[Home, Draft]]:
        return [
            (other, draft)
            for other, drafts in sorted(self._homes.items())
            if other != home
            for draft in drafts.values()
        ]


class Drafts:
    """Drafts of one context, by namespace, name and uid. A Secret to be created has the uid "".

    Listing or watching Secrets changes no draft.
    """

    def __init__(self, events: Events, held: dict[DraftKey, Draft] | None = None) -> None:
        self._events = events
        self._drafts: dict[DraftKey, Draft] = {} if held is None else held
        self._sent: dict[DraftKey, Draft] = {}
        """Drafts as they were sent, while their write is in flight or its outcome is unknown."""
        events.on(WriteBegun, lambda event: self._begun(event.sent))
        events.on(WriteEnded, lambda event: self._ended(event.sent, event.end), turn=WriteTurn.DRAFT)
        events.on(SecretRead, lambda event: self.seen(event.secret))

    def _notify(self) -> None:
        self._events.notify("drafts")

    def _warn(self, text: str) -> None:
        self._events.publish(Notice(text, "warning"), "drafts")

    def get(self, ref: SecretRef, uid: str | None = None) -> Draft | None:
        """Find the draft of a Secret. Without `uid`, find the draft for `ref` that was changed last."""
        if uid is not None:
            return self._drafts.get((ref.namespace, ref.name, uid))
        drafts = [draft for draft in self._drafts.values() if draft.ref == ref]
        return drafts[-1] if drafts else None

    def put(self, draft: Draft) -> None:
        """Keep a draft, or drop it if it changes nothing.

        A draft of a new Secret is always kept. A draft is also kept while an earlier state of it is being
        written. If the user has undone the sent changes meanwhile, this draft is empty. When the write ends,
        the draft gets changes that restore the old values, unless it is certain that nothing was written.
        """
        key = _key(draft)
        self._drafts.pop(key, None)
        if draft.is_new or not draft.is_empty or key in self._sent:
            self._drafts[key] = draft
        self._notify()

    def change(
        self,
        ref: SecretRef,
        secret: Secret | None,
        step: Callable[[Draft], Draft],
        type: str = OPAQUE,  # noqa: A002
    ) -> Draft:
        """Apply `step` to the draft of a Secret, or to a new draft if the Secret has none. Keep the result.

        `step` raises ValueError with a message for the user if it cannot change the draft.
        """
        begun = self.get(ref, secret.uid if secret is not None else "")
        new = Draft.of(secret) if secret is not None else Draft.new(ref, type)
        draft = step(begun or new)
        self.put(draft)
        return draft

    def add(self, draft: Draft) -> bool:
        """Keep a draft. Returns False and keeps nothing if the Secret already has a draft."""
        if self.get(draft.ref) is not None:
            return False
        self.put(draft)
        return True

    def begin(self, ref: SecretRef, type: str = OPAQUE) -> bool:  # noqa: A002
        """Start a draft of a new Secret. Returns False if `ref` already has a draft of a new Secret."""
        draft = self.get(ref, "")
        # An existing draft also moves to the end, so that it counts as the last changed draft.
        self.put(draft or Draft.new(ref, type))
        return draft is None

    def make_new(self, draft: Draft) -> Draft | None:
        """Turn the draft of a deleted Secret into a draft of a new Secret.

        If a draft of a new Secret with this name already has changes, that draft gets the fields of `draft`.
        Returns None and changes nothing if these two drafts differ in the type, or in the value of a field
        that both have.
        """
        new, begun = draft.as_new(None), self.get(draft.ref, "")
        if begun is not None and begun.steps:
            wanted, held = new.fields(None), begun.fields(None)
            if begun.type != new.type or any(held.get(key, value) != value for key, value in wanted.items()):
                return None
            new = begun
            for key, value in wanted.items():
                new = new.set(None, key, value)
        self.drop(draft.ref, draft.uid)
        self.put(new)
        return new

    def put_on(self, draft: Draft, secret: Secret) -> Draft | None:
        """Move the draft of a deleted Secret to `secret`, a new Secret with the same name.

        Returns None and changes nothing if `secret` already has a draft.
        """
        if self.get(draft.ref, secret.uid) is not None:
            return None
        moved = draft.put_on(secret)
        self.drop(draft.ref, draft.uid)
        self.put(moved)
        return moved

    def drop(self, ref: SecretRef, uid: str | None = None) -> None:
        """Discard the draft of a Secret. Without `uid`, discard all drafts for this namespace and name."""
        dropped = [key for key, draft in self._drafts.items() if _is_of(draft, ref, uid)]
        for key in dropped:
            del self._drafts[key]
        if dropped:
            self._notify()

    def forget_empty(self, ref: SecretRef) -> bool:
        """Discard the draft of a new Secret if it is empty and was not sent. Returns True if so."""
        draft = self.get(ref, "")
        if draft is None or draft.fields(None) or _key(draft) in self._sent:
            return False
        self.drop(ref, "")
        return True

    def all(self) -> Sequence[Draft]:
        return sorted(self._drafts.values(), key=lambda draft: (draft.ref, draft.uid))

    def unsent(self) -> Sequence[tuple[Draft, tuple[str, ...]]]:
        """List the drafts that have unsent changes, sorted by namespace and name.

        Each draft comes with the keys that the user changed after the draft was sent. There are no keys if
        the draft was not sent at all.
        """
        unsent = []
        for draft in self.all():
            sent = self._sent.get(_key(draft))
            keys = draft.since(sent) if sent is not None else ()
            if sent is None or keys:
                unsent.append((draft, keys))
        return unsent

    def __len__(self) -> int:
        return len(self._drafts)

    def _begun(self, sent: SentWrite) -> None:
        if sent.draft is not None:
            self.sent(sent.draft)

    def _ended(self, sent: SentWrite, end: WriteResult) -> None:
        if sent.draft is None:
            return
        if end.secret is not None and (end.kind == "written" or end.is_there):
            self.written(sent.draft, end.secret, end.altered.keys & sent.foreseen.keys)
        else:
            self.not_written(sent.draft, is_sure=end.kind == "not written")

    def sent(self, sent: Draft) -> None:
        """Record that a draft is sent. A call of `written` or `not_written` follows."""
        self._sent[_key(sent)] = sent

    def not_written(self, sent: Draft, *, is_sure: bool) -> None:
        """Update the draft after a write that failed, or whose outcome stays unknown.

        `is_sure` is True if it is certain that nothing was written.
        """
        self._sent.pop(_key(sent), None)
        held = self._drafts.get(_key(sent))
        if held is None or held.is_new:
            return
        kept = held if is_sure else held.after(sent)
        if kept != held or kept.is_empty:
            self.put(kept)

    def seen(self, secret: Secret) -> None:
        """Drop the draft of `secret` if `secret` already has all changes of the draft."""
        held = self.get(secret.ref, secret.uid)
        if held is None or held.is_empty or _key(held) in self._sent or not held.is_held_by(secret):
            return
        writers = secret.writers_of(held.changes().keys)
        by = f" (written by {writers})" if writers else ""
        self._warn(f"Draft of {secret.ref} dropped: the server already has its changes{by}.")
        self.drop(secret.ref, secret.uid)

    def written(self, sent: Draft, secret: Secret, foreseen: frozenset[str] = frozenset()) -> None:
        """Update the draft after `sent` was written and became `secret`.

        Changes that the user made after the sending stay in the draft. A key that admission changed also
        stays, unless the review showed this change (`foreseen`).
        """
        self._sent.pop(_key(sent), None)
        held = self._drafts.pop(_key(sent), None)
        if held is None:
            return
        remaining = _rest_of_new(held, sent, secret) if sent.is_new else _rest(held, sent, secret)
        for key in foreseen.difference(held.since(sent)):
            remaining = remaining.resolve(key, secret, "server")
        if remaining.is_held_by(secret) and not set(remaining.changes().keys) & set(held.since(sent)):
            # The server has all values of `remaining`, and the user changed none of them since the write.
            remaining = Draft.of(secret)
        if not remaining.is_empty:
            begun = self._drafts.pop(_key(remaining), None)
            if begun is not None:  # the user began a second draft before the outcome was known
                self._drafts[_key(held)], remaining = held, begun
                self._warn(f"{secret.ref} has two drafts: one changes the Secret, one creates a Secret.")
            self._drafts[_key(remaining)] = remaining
            self.seen(secret)
        self._notify()


def _rest(held: Draft, sent: Draft, secret: Secret) -> Draft:
    """Return the draft that remains after its earlier state `sent` was written.

    The write left out keys that others had already set to the draft's values. These keys stay in the draft,
    because others may change them again.
    """
    held = held.after(sent)
    for key in sent.changes().keys:
        held = held.resolve(key, secret, "mine")
    rebased = held.rebase(secret).draft
    return replace(rebased, base=held.base)


def _rest_of_new(held: Draft, sent: Draft, secret: Secret) -> Draft:
    wanted, server = held.fields(None), secret.fields
    draft = Draft.of(secret)
    for key, value in wanted.items():
        if server.get(key) != value:
            draft = draft.set(secret, key, value)
    for key in server:
        # A sent key missing from the draft was removed by the user. A key that was not sent
        # was added by admission, and stays.
        if key not in wanted and key in sent.fields(None):
            draft = draft.drop(secret, key)
    return draft


def _key(draft: Draft) -> DraftKey:
    return (draft.ref.namespace, draft.ref.name, draft.uid)


def _is_of(draft: Draft, ref: SecretRef, uid: str | None) -> bool:
    return draft.ref == ref and uid in (None, draft.uid)
