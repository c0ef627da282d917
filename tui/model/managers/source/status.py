"""What most controllers write in the same way: conditions, times, durations, owners."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.model.api_object import Obj, at, text
from tui.model.managers.source.source import Progress, SourceState, SourceVerdict
from tui.model.secret.secret import Secret
from tui.model.text.times import parse_time

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_PART: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)")


def notes(obj: Obj) -> Obj:
    """Its annotations."""
    found = at(obj, "metadata.annotations", {})
    return found if isinstance(found, dict) else {}


def is_true(found: Obj) -> bool:
    """Is that condition true?"""
    return found.get("status") == "True"


def is_false(found: Obj) -> bool:
    """Is that condition false, not only unknown?"""
    return found.get("status") == "False"


def said(found: Obj) -> str:
    """A condition's own words: "SecretSyncedError: could not get secret data"."""
    return ": ".join(str(found[part]) for part in ("reason", "message") if found.get(part))


def ready_state(found: Obj) -> SourceState:
    """From a condition such as Ready alone."""
    verdict: SourceVerdict = "ok" if is_true(found) else "in error" if is_false(found) else "not known"
    name = str(found.get("type", "Ready"))
    told = (name, said(found) or str(found.get("status", "not known")))
    return SourceState(verdict, (told,), reason=word(found.get("reason")) if verdict == "in error" else "")


def moved(before: Obj, now: Obj, path: str) -> bool:
    """Is what is there now another than before, and not gone?"""
    return bool(text(now, path)) and text(now, path) != text(before, path)


def later(before: Obj, now: Obj, path: str) -> bool:
    """Is the time there later than it was?"""
    old, new = parse_time(text(before, path)), parse_time(text(now, path))
    return new is not None and (old is None or new > old)


def word(text: object) -> str:
    """A reason or phase, if it is one word as the API's conventions want it: fit for a sentence."""
    return text if isinstance(text, str) and _WORD.fullmatch(text) else ""


def failed(what: str, found: Obj) -> Progress:
    """It failed, with the condition that says so; its message is not part of the sentence."""
    reason = word(found.get("reason")) or "no reason given"
    return Progress("failed", f"{what} failed: {reason}.", str(found.get("message", "")))


def duration(text: str) -> float | None:
    """Go's text of a duration, such as "1h30m", in seconds; None if it is none."""
    if text in ("0", "+0", "-0"):
        return 0.0
    body = text.removeprefix("-")
    parts = _PART.findall(body)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != body:
        return None
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return -seconds if text.startswith("-") else seconds


def owner(secret: Secret, *kinds: str) -> str | None:
    """The name of its owner of one of these kinds.

    Of a Secret known from the list alone the manager's name tells: "ExternalSecret/db".
    """
    for one in secret.owners:
        if one.kind in kinds:
            return one.name
    kind, _, name = (secret.manager or "").partition("/")
    return name if kind in kinds and name else None


def how_owned(secret: Secret, kinds: Iterable[str]) -> str:
    """What says so."""
    wanted = frozenset(kinds)
    if any(one.kind in wanted for one in secret.owners):
        return "owner reference"
    return "field manager" if secret.field_owners else "owner reference or field manager"


def annotate(**annotations: str) -> Obj:
    """A merge patch that sets annotations."""
    return {"metadata": {"annotations": annotations}}
