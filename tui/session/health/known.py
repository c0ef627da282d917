"""What is known of Secrets and their readers, to judge by; without a request beyond the lists.

So are the marks before a name in the list (X, !, -).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from tui.model.readers.controllers import SecretMeta
from tui.model.readers.needs import KnownKeys
from tui.model.secret.formats.pem import SOON, expiry_words
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.types.registry import secret_type
from tui.session.cache.list_state import ListState
from tui.session.session import Session


def known_keys(session: Session, ref: SecretRef) -> KnownKeys | None:
    """The keys of a Secret as far as they are known; None: it does not exist."""
    opened = session.held(ref)
    if opened is not None and opened.secret is not None:
        return KnownKeys(frozenset(opened.secret.data))
    store = session.secrets
    row = store.get(ref)
    if row is None:
        if store.covers(ref) and store.pane.is_complete:
            return None
        return KnownKeys(frozenset(), is_whole=False, is_there=False)
    # managedFields tell an absence only where they account for every key that there is.
    keys = frozenset(row.keys or ())
    return KnownKeys(keys, is_whole=len(keys) == row.key_count)


def secret_meta(session: Session, ref: SecretRef, secret: Secret | None = None) -> SecretMeta:
    """What controllers look at: a list tells its labels, one that is open its annotations too, a search what
    writes it."""
    restarted = session.readers_of(ref.namespace).restarted_with(ref)
    held, row = session.held(ref), session.row_of(ref)
    if (secret := secret or (held.secret if held is not None else None)) is not None:
        return SecretMeta(ref, secret.labels, secret.annotations, restarted)
    return SecretMeta(ref, dict(row.labels) if row is not None else None, restarted=restarted)


def writers_of(session: Session, ref: SecretRef) -> list[str]:
    """What is to write a Secret, as far as it was searched: "ExternalSecret/db"."""
    held = session.readers_of(ref.namespace)
    return list(dict.fromkeys(f"{one.info.kind.name}/{one.info.name}" for one in held.producers_of(ref)))


def is_settled(pane: ListState) -> bool:
    """Did the list come, or the reason why it does not?"""
    return pane.kind not in ("idle", "loading")


async def until(session: Session, is_true: Callable[[], bool]) -> None:
    """Wait until it is so; asked again whenever something in the session changed."""
    changed = asyncio.Event()
    unsubscribe = session.events.subscribe(lambda topics: changed.set())
    try:
        while not is_true():
            await changed.wait()
            changed.clear()
    finally:
        unsubscribe()


class Mark(Struct, frozen=True):
    """The worst fact about a Secret as a sign, and all facts in words."""

    sign: Literal["X", "!", "-"]
    words: tuple[str, ...]


def mark_of(session: Session, row: SecretSummary, now: float) -> Mark | None:
    """What is known of a listed Secret `now`, in seconds since the epoch; None: there is nothing to say."""
    failing, soon = list[str](), list[str]()
    ends = session.certificates.of(row)
    if ends:
        for key, end in ends.items():
            if end < now + SOON:
                (failing if end < now else soon).append(f"{key}: the certificate {expiry_words(end, now)}")
    readers = session.readers_of(row.ref.namespace)
    failing += readers.missing(row.ref, lambda named: missing_keys(named, row))
    if failing or soon:
        return Mark("X" if failing else "!", (*failing, *soon))
    is_unread = readers.pane.is_complete and not readers.count(row.ref)
    return Mark("-", ()) if is_unread and secret_type(row.type).is_for_pods else None


def missing_keys(named: frozenset[str], row: SecretSummary) -> list[str]:
    """The named keys that it lacks; none unless managedFields account for every key that there is."""
    if row.keys is None or len(row.keys) != row.key_count:
        return []
    return sorted(named.difference(row.keys))
