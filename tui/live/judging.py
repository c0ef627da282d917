"""What the object on the server says of a write whose answer was lost. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from tui.live.outcome import SURE_AFTER, End, Sent
from tui.model.errors import Exists, NotFound
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
    return _change(sent, found, passed)


def holds(secret: Secret, sent: Sent) -> bool:
    """Is everything there as it was sent?"""
    return all(secret.data.get(key) == value for key, value in sent.changes.set.items()) and not any(
        key in secret.data for key in sent.changes.removed
    )


def is_untouched(secret: Secret, sent: Sent) -> bool:
    """Is all that the review showed of it as it was: the same life of it, the same values before?"""
    return secret.uid == sent.uid and all(secret.data.get(key) == value for key, value in sent.before.items())


def _change(sent: Sent, found: Secret | None, passed: float) -> End | None:
    if found is None:
        return End(
            "conflict",
            error=NotFound(f"secret {sent.ref}"),
            why="It does not exist any more; whether it held your change before, nobody can tell. "
            "The draft is kept.",
        )
    if found.uid != sent.uid:
        return End(
            "conflict",
            found,
            why="It was deleted and created anew; whether it held your change before, nobody can tell. "
            "The draft is kept.",
        )
    if found.resource_version == sent.resource_version:
        return _too_late("not written", found, "holds the version from before") if _is_sure(passed) else None
    if holds(found, sent):
        return End("written", found)
    return End(
        "conflict",
        found,
        why="No answer came to what was sent, and the server holds a newer version without your change. "
        "The draft is kept.",
    )


def _creation(sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
    if found is None:
        # It may have been created and deleted since: only that it is not there is known.
        end = _too_late("not written", None, "has no such Secret")
        return replace(end, verdict="not there") if _is_sure(passed) else None
    is_ours = found.type == sent.type and dict(found.data) == dict(sent.changes.set)
    is_since = found.created is None or found.created + _CLOCKS >= sent.at + skew
    if is_ours and is_since:
        return End("written", found)
    return End(
        "conflict",
        found,
        Exists(str(sent.ref)),
        why="A Secret of that name exists, and it is not the one that was sent. The draft is kept.",
    )


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
