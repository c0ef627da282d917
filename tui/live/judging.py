"""What the object on the server says of a write whose answer was lost. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from tui.live.outcome import KEPT, SURE_AFTER, End, Sent
from tui.model.errors import Exists, NotFound
from tui.model.managers import OURS
from tui.model.secret import Secret

_CLOCKS: Final = 2.0
"""Seconds by which creationTimestamp (whole seconds) and two clocks may disagree."""


def judge(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    """How it ended, from a look that began `passed` seconds after it was sent; None is not known yet.

    `found` is the object of that name, None where there is none; `skew` is how far the server's clock is
    ahead of ours, in seconds.
    """
    if sent.verb == "create":
        return _creation(sent, found, passed, skew)
    if sent.verb == "delete":
        return _deletion(sent, found, passed)
    return _change(sent, found, passed, skew)


def holds(secret: Secret, sent: Sent) -> bool:
    """Is everything there as it was sent?"""
    return all(secret.data.get(key) == value for key, value in sent.changes.set.items()) and not any(
        key in secret.data for key in sent.changes.removed
    )


def is_ours(secret: Secret, sent: Sent, skew: float) -> bool | None:
    """Did this program write the keys that were set, since they were sent? None: managedFields do not tell.

    Of a key that was removed they never tell.
    """
    owners = [[owner for owner in secret.field_owners if key in owner.keys] for key in sent.changes.set]
    if not owners or not all(owners):
        return None
    since = sent.at + skew - _CLOCKS
    return all(
        any(owner.manager == OURS and (owner.time is None or owner.time >= since) for owner in of_key)
        for of_key in owners
    )


def _writers(secret: Secret, sent: Sent) -> str:
    """Who wrote the keys that were set."""
    names = {owner.manager for owner in secret.field_owners if set(owner.keys) & set(sent.changes.set)}
    return " and ".join(sorted(names))


def is_untouched(secret: Secret, sent: Sent) -> bool:
    """Is all that the review showed of it as it was: the same life of it, the same values before?"""
    return secret.uid == sent.uid and all(secret.data.get(key) == value for key, value in sent.before.items())


def _change(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    if found is None:
        return End(
            "conflict",
            error=NotFound(f"secret {sent.ref}"),
            why=f"It does not exist any more; whether it held your change before, nobody can tell. {KEPT}",
        )
    if found.uid != sent.uid:
        return End(
            "conflict",
            found,
            why="It was deleted and created anew; whether it held your change before, nobody can tell. "
            f"{KEPT}",
        )
    if found.resource_version == sent.resource_version:
        return _too_late("not written", found, "holds the version from before") if _is_sure(passed) else None
    if holds(found, sent):
        return _there(sent, found, skew)
    return End(
        "conflict",
        found,
        why="No answer came to what was sent, and the server holds a newer version without your change. "
        f"{KEPT}",
    )


def _there(sent: Sent, found: Secret, skew: float) -> End:
    """All is as it was sent; by whom, is another question."""
    if is_ours(found, sent, skew) is False:
        return End(
            "conflict",
            found,
            why=f"No answer came to what was sent, and the same was written by {_writers(found, sent)}; "
            "whether yours was too, nobody can tell.",
            verdict="there already",
            is_there=True,
        )
    if not sent.changes.set:
        return End("written", found, why="No answer came, and it is gone there, whoever removed it")
    return End("written", found)


def _creation(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    if found is None:
        # It may have been created and deleted since: only that it is not there is known.
        end = _too_late("not written", None, "has no such Secret")
        return replace(end, verdict="not there") if _is_sure(passed) else None
    is_same = found.type == sent.type and dict(found.data) == dict(sent.changes.set)
    is_since = found.created is None or found.created + _CLOCKS >= sent.at + skew
    by_us = is_ours(found, sent, skew)
    if is_same and is_since and by_us is not False:
        return End("written", found)
    was_there = "whether yours was there before, nobody can tell"
    may_be = is_since and any(owner.manager == OURS for owner in found.field_owners)
    which = f"does not hold what was sent; {was_there}" if may_be else "is not the one that was sent"
    why = f"A Secret of that name exists, and it {which}. {KEPT}"
    return End("conflict", found, Exists(str(sent.ref)), why=why)


def _deletion(sent: Sent, found: Secret | None, passed: float) -> End | None:
    if found is None:
        return End("deleted")
    if found.uid != sent.uid:
        return End("deleted", found, why="Another Secret of that name exists since.")
    if found.is_terminating:
        return End("deleted", found, is_pending=True)
    if found.resource_version != sent.resource_version:
        return End("not deleted", found, why="It changed on the server since you looked at it.")
    return _too_late("not deleted", found, "still has it") if _is_sure(passed) else None


def _is_sure(passed: float) -> bool:
    return passed >= SURE_AFTER


def _too_late(kind: Literal["not written", "not deleted"], found: Secret | None, what: str) -> End:
    return End(kind, found, why=f"No answer came, and more than a minute later the server {what}.")
