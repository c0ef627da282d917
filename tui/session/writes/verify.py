"""Judge from the object on the server whether a write whose answer was lost took place. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from tui.model.errors import Exists, NotFound
from tui.model.managers.registry import OURS
from tui.model.secret.fields import keys_among, parts
from tui.model.secret.secret import Secret
from tui.session.writes.outcome import KEPT, SURE_AFTER, End, Sent

_CLOCKS: Final = 2.0
"""Seconds by which creationTimestamp (whole seconds) and two clocks may disagree."""


def holds(secret: Secret, sent: Sent) -> bool:
    """Does the Secret have everything as sent?"""
    held, gone = sent.held_in(secret)
    return held == sent.changes.set.keys() and gone == sent.changes.removed


def is_ours(secret: Secret, sent: Sent, skew: float) -> bool | None:
    """Did this program write the set keys since sending? None if managedFields do not tell.

    Of a key that was removed, of labels and of annotations they never tell.
    """
    owners = [
        [owner for owner in secret.field_owners if key in owner.keys] for key in keys_among(sent.changes.set)
    ]
    if not owners or not all(owners):
        return None
    since = sent.at + skew - _CLOCKS
    return all(
        any(owner.manager == OURS and (owner.time is None or owner.time >= since) for owner in of_key)
        for of_key in owners
    )


def _writers(secret: Secret, sent: Sent) -> str:
    """The writers of the set keys."""
    names = {owner.manager for owner in secret.field_owners if set(owner.keys) & set(sent.changes.set)}
    return " and ".join(sorted(names))


def is_untouched(secret: Secret, sent: Sent) -> bool:
    """Is everything that the review showed unchanged: same uid, same old values?"""
    return secret.uid == sent.uid and all(secret.field(key) == value for key, value in sent.before.items())


def judge_change(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    unknown = "whether your change was written before is not known"
    if found is None:
        why = f"It no longer exists; {unknown}. {KEPT}"
        return End("conflict", error=NotFound(f"secret {sent.ref}"), why=why, happened=None)
    if found.uid != sent.uid:
        why = f"It was deleted and created again; {unknown}. {KEPT}"
        return End("conflict", found, why=why, happened=None)
    if found.resource_version == sent.resource_version:
        return _too_late("not written", found, "still has the old version") if _is_sure(passed) else None
    if holds(found, sent):
        return _there(sent, found, skew)
    why = f"No answer came, and it was changed on the server; {unknown}. {KEPT}"
    return End("conflict", found, why=why, happened=None)


def _there(sent: Sent, found: Secret, skew: float) -> End:
    """Everything is as sent; the writer may be unknown."""
    if is_ours(found, sent, skew) is False:
        who = _writers(found, sent)
        why = f"No answer came, and {who} wrote the same; whether yours was written too is not known."
        return End("conflict", found, why=why, verdict="there already", happened=None, is_there=True)
    if not sent.changes.set:
        return End("written", found, why="No answer came, but the key is gone from the server")
    return End("written", found)


def judge_creation(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    if found is None:
        # It may have been created and deleted since: only its absence is known.
        end = _too_late("not written", None, "has no such Secret")
        return replace(end, verdict="not there", happened=None) if _is_sure(passed) else None
    is_same = (
        found.type == sent.type and dict(found.data) == parts(sent.changes.set).data and holds(found, sent)
    )
    is_since = found.created is None or found.created + _CLOCKS >= sent.at + skew
    by_us = is_ours(found, sent, skew)
    if is_same and is_since and by_us is not False:
        return End("written", found)
    which = "is not yours"
    if is_since:
        which = "differs from what you sent; whether yours was there before is not known"
    why = f"A Secret with that name exists and {which}. {KEPT}"
    error = Exists(str(sent.ref))
    if is_since:
        return End("conflict", found, error, why=why, verdict="not there", happened=None)
    return End("conflict", found, error, why=why)


def judge_deletion(sent: Sent, found: Secret | None, passed: float) -> End | None:
    if found is None:
        return End("deleted")
    if found.uid != sent.uid:
        return End("deleted", found, why="A new Secret with that name exists now.")
    if found.is_terminating:
        return End("deleted", found, is_pending=True)
    if found.resource_version != sent.resource_version:
        return End("not deleted", found, why="It changed on the server since you opened it.")
    return _too_late("not deleted", found, "still has it") if _is_sure(passed) else None


def _is_sure(passed: float) -> bool:
    return passed >= SURE_AFTER


def _too_late(kind: Literal["not written", "not deleted"], found: Secret | None, what: str) -> End:
    return End(kind, found, why=f"No answer came, and more than a minute later the server {what}.")
