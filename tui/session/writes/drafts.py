"""Drafts of this run, by context. Only a write, a discard or quitting ends a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.session.cache.events import Events, Notice, SecretRead
from tui.session.writes.outcome import End, Sent, WriteBegun, WriteEnded, WriteTurn

DraftKey: TypeAlias = tuple[str, str, str]
Home: TypeAlias = tuple[str, str]
"""A context's name and server; the same name with another server is another home."""


class DraftBook:
    """Drafts of every context of this run; no context sees those of another."""

    def __init__(self) -> None:
        self._homes: dict[Home, dict[DraftKey, Draft]] = {}

    def at(self, home: Home, events: Events) -> Drafts:
        """The drafts of one context."""
        return Drafts(events, self._homes.setdefault(home, {}))

    def park(self, home: Home, draft: Draft) -> bool:
        """Keep a draft for another context; False, and it is not kept, if its Secret has a draft there."""
        drafts = self._homes.setdefault(home, {})
        if any(held.ref == draft.ref for held in drafts.values()):
            return False
        drafts[_key(draft)] = draft
        return True

    def elsewhere(self, home: Home) -> Sequence[tuple[Home, Draft]]:
        """The drafts of other contexts."""
        return [
            (other, draft)
            for other, drafts in sorted(self._homes.items())
            if other != home
            for draft in drafts.values()
        ]


class Drafts:
    """Drafts by namespace, name and uid; the uid of a Secret still to be created is "".

    No event and no list changes a draft. It is created by a person's key, and ends with a write that is known
    to have happened, or when the server is seen to hold all of it.
    """

    def __init__(self, events: Events, held: dict[DraftKey, Draft] | None = None) -> None:
        """`held`: the dictionary that keeps them; it may already have some."""
        self._events = events
        self._drafts: dict[DraftKey, Draft] = {} if held is None else held
        self._sent: dict[DraftKey, Draft] = {}
        """Drafts as sent, whose write is in flight or of unknown outcome."""
        events.on(WriteBegun, lambda event: self._begun(event.sent))
        events.on(WriteEnded, lambda event: self._ended(event.sent, event.end), turn=WriteTurn.DRAFT)
        events.on(SecretRead, lambda event: self.seen(event.secret))

    def _tell(self) -> None:
        self._events.tell("drafts")

    def _say(self, text: str) -> None:
        self._events.say(Notice(text, "warning"), "drafts")

    def get(self, ref: SecretRef, uid: str | None = None) -> Draft | None:
        """Find the draft of the Secret with that uid; without `uid` the one changed last."""
        if uid is not None:
            return self._drafts.get((ref.namespace, ref.name, uid))
        drafts = [draft for draft in self._drafts.values() if draft.ref == ref]
        return drafts[-1] if drafts else None

    def put(self, draft: Draft) -> None:
        """Keep a draft. A draft without changes is dropped, unless it is for a new Secret.

        While an earlier state of it is being written it stays: a return to the former values is an edit then.
        """
        key = _key(draft)
        self._drafts.pop(key, None)
        if draft.is_new or not draft.is_empty or key in self._sent:
            self._drafts[key] = draft
        self._tell()

    def change(
        self,
        ref: SecretRef,
        secret: Secret | None,
        step: Callable[[Draft], Draft],
        type: str = OPAQUE,  # noqa: A002
    ) -> Draft:
        """Make a step on the draft of a Secret, or on a new draft of it, and keep that.

        `secret`: the version that the person saw, which is the base of the step even if it changed meanwhile;
        None if it is still to be created, of that type. Raises ValueError, a sentence, if the step is
        impossible.
        """
        begun = self.get(ref, secret.uid if secret is not None else "")
        new = Draft.of(secret) if secret is not None else Draft.new(ref, type)
        draft = step(begun or new)
        self.put(draft)
        return draft

    def add(self, draft: Draft) -> bool:
        """Keep a draft that no key made; False, without keeping it, if its Secret has a draft."""
        if self.get(draft.ref) is not None:
            return False
        self.put(draft)
        return True

    def begin(self, ref: SecretRef, type: str = OPAQUE) -> bool:  # noqa: A002
        """Start a draft of a new Secret; returns False if there is one already, which continues."""
        draft = self.get(ref, "")
        self.put(draft or Draft.new(ref, type))  # put again, it is the one that was changed last
        return draft is None

    def make_new(self, draft: Draft) -> Draft | None:
        """Turn the draft of a deleted Secret into a draft of a new Secret.

        Does nothing and returns None if a draft of that name was begun, and has another type or another value
        for one of the keys.
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
        """Move a draft to the Secret that has the name now.

        Does nothing and returns None if that Secret has a draft of its own.
        """
        if self.get(draft.ref, secret.uid) is not None:
            return None
        moved = draft.put_on(secret)
        self.drop(draft.ref, draft.uid)
        self.put(moved)
        return moved

    def drop(self, ref: SecretRef, uid: str | None = None) -> None:
        """Discard a draft; without `uid` every draft of that name."""
        dropped = [key for key, draft in self._drafts.items() if _is_of(draft, ref, uid)]
        for key in dropped:
            del self._drafts[key]
        if dropped:
            self._tell()

    def forget_empty(self, ref: SecretRef) -> bool:
        """Discard an empty draft of a new Secret that was not sent; true if there was one."""
        draft = self.get(ref, "")
        if draft is None or draft.fields(None) or _key(draft) in self._sent:
            return False
        self.drop(ref, "")
        return True

    def all(self) -> Sequence[Draft]:
        """Drafts by namespace and name."""
        return sorted(self._drafts.values(), key=lambda draft: (draft.ref, draft.uid))

    def unsent(self) -> Sequence[tuple[Draft, tuple[str, ...]]]:
        """Drafts that were not sent in their current state, by namespace and name.

        Each comes with the keys that differ from an earlier sent state; with no keys if none was sent.
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

    def _begun(self, sent: Sent) -> None:
        """Note that a write is about to be sent."""
        if sent.draft is not None:
            self.sent(sent.draft)

    def _ended(self, sent: Sent, end: End) -> None:
        """Remove from the draft, after a write, the keys that the server has."""
        if sent.draft is None:
            return
        if end.secret is not None and (end.kind == "written" or end.is_there):
            self.written(sent.draft, end.secret, end.altered.keys & sent.foreseen.keys)
        else:
            self.not_written(sent.draft, is_sure=end.kind == "not written")

    def sent(self, sent: Draft) -> None:
        """Note that the draft is sent; `written` or `not_written` follows at some time."""
        self._sent[_key(sent)] = sent

    def not_written(self, sent: Draft, *, is_sure: bool) -> None:
        """Keep a draft after a failed write; without `is_sure` it may have been written and changed by
        others."""
        self._sent.pop(_key(sent), None)
        held = self._drafts.get(_key(sent))
        if held is None or held.is_new:
            return
        kept = held if is_sure else held.after(sent)
        if kept != held or kept.is_empty:
            self.put(kept)

    def seen(self, secret: Secret) -> None:
        """Drop a draft that would no longer change the Secret, whose new version was read."""
        held = self.get(secret.ref, secret.uid)
        if held is None or held.is_empty or _key(held) in self._sent or not held.is_held_by(secret):
            return
        writers = secret.writers_of(held.changes().keys)
        by = f" (written by {writers})" if writers else ""
        self._say(f"Your draft of {secret.ref} ended: the server already holds all of it{by}.")
        self.drop(secret.ref, secret.uid)

    def written(self, sent: Draft, secret: Secret, foreseen: frozenset[str] = frozenset()) -> None:
        """Note that `sent` was written, as `secret`. Later changes stay as a draft on it.

        A key that admission changed stays too, unless it is `foreseen`: the review had shown that change.
        """
        self._sent.pop(_key(sent), None)
        held = self._drafts.pop(_key(sent), None)
        if held is None:
            return
        rest = _rest_of_new(held, sent, secret) if sent.is_new else _rest(held, sent, secret)
        for key in foreseen.difference(held.since(sent)):
            rest = rest.resolve(key, secret, "server")
        if rest.is_held_by(secret) and not set(rest.changes().keys) & set(held.since(sent)):
            rest = Draft.of(secret)  # what is left others did before the write: the review told
        if not rest.is_empty:
            begun = self._drafts.pop(_key(rest), None)
            if begun is not None:  # on the created Secret, before it was known that this write made it
                self._drafts[_key(held)], rest = held, begun
                self._say(f"Two drafts of {secret.ref} are kept: one changes it, one creates a new Secret.")
            self._drafts[_key(rest)] = rest
            self.seen(secret)
        self._tell()


def _rest(held: Draft, sent: Draft, secret: Secret) -> Draft:
    """Rest of a draft after a write; the sent keys are known to be ours.

    A key that others set to the draft's value stays in the draft: it was not sent, and they may change it
    back.
    """
    held = held.after(sent)
    for key in sent.changes().keys:
        held = held.resolve(key, secret, "mine")
    rebased = held.rebase(secret).draft
    return replace(rebased, base=held.base)


def _rest_of_new(held: Draft, sent: Draft, secret: Secret) -> Draft:
    wanted, server = held.fields(None), secret.fields
    rest = Draft.of(secret)
    for key, value in wanted.items():
        if server.get(key) != value:
            rest = rest.set(secret, key, value)
    for key in server:
        if key not in wanted and key in sent.fields(None):  # what admission added was not this person's
            rest = rest.drop(secret, key)
    return rest


def _key(draft: Draft) -> DraftKey:
    return (draft.ref.namespace, draft.ref.name, draft.uid)


def _is_of(draft: Draft, ref: SecretRef, uid: str | None) -> bool:
    return draft.ref == ref and uid in (None, draft.uid)
