"""What most controllers write in the same way: conditions, times, owners."""

from __future__ import annotations

import re
from typing import Final

from tui.model.api_object import ApiKind, Obj, at, text
from tui.model.managers.source.source import Progress, Request, SourcePlace, SourceState, SourceVerdict
from tui.model.secret.secret import Secret
from tui.model.text.times import parse_time

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")


def notes(obj: Obj) -> Obj:
    """Its annotations."""
    found = at(obj, "metadata.annotations", {})
    return found if isinstance(found, dict) else {}


def is_true(found: Obj) -> bool:
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
    words = said(found) if verdict != "ok" else ""
    told = [(str(found.get("type", "Ready")), words)] if words else []
    if verdict == "in error" and (since := text(found, "lastTransitionTime")):
        told.append(("in error since", since))
    return SourceState(
        verdict, tuple(told), reason=word(found.get("reason")) if verdict == "in error" else ""
    )


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


def owned_by(secret: Secret, kinds: tuple[ApiKind, ...]) -> SourcePlace | None:
    """Its owner of this kind, in the namespace of the Secret.

    Of a Secret known from the list alone the manager's name tells: "ExternalSecret/db".
    """
    wanted = kinds[0].kind
    for one in secret.owners:
        if one.kind == wanted:
            return SourcePlace(kinds, secret.ref.namespace, one.name, "owner reference")
    kind, _, name = (secret.manager or "").partition("/")
    if kind != wanted or not name:
        return None
    known_by = "field manager" if secret.field_owners else "owner reference or field manager"
    return SourcePlace(kinds, secret.ref.namespace, name, known_by)


def is_of_another(secret: Secret, project: str) -> bool:
    """Does another project manage it? External Secrets and replicators copy labels, also those by which a
    tool of GitOps knows what it applied; such a label then tells of what the Secret is made from.
    """
    return bool(secret.manager) and (secret.manager or "").partition("/")[0] != project


def is_set(path: str, value: bool, done: str, before: Obj, now: Obj, request: Request) -> Progress:
    """The progress of a request that sets one field to true or false."""
    if (at(now, path) is True) == value:
        return Progress("done", done)
    return Progress("waiting", "It is not set yet.")


def annotate(**annotations: str) -> Obj:
    """A merge patch that sets annotations."""
    return {"metadata": {"annotations": annotations}}
