"""Read the conditions, times and owners of objects. Most controllers write these fields in the same way."""

from __future__ import annotations

import re
from typing import Final

from tui.model.api_object import ApiKind, Obj, at, text
from tui.model.managers.source.source import Progress, Request, SourcePlace, SourceState, SourceVerdict
from tui.model.secret.secret import Secret
from tui.model.text.times import parse_time

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")


def notes(obj: Obj) -> Obj:
    values = at(obj, "metadata.annotations", {})
    return values if isinstance(values, dict) else {}


def is_true(condition: Obj) -> bool:
    return condition.get("status") == "True"


def is_false(condition: Obj) -> bool:
    """True only if the status is "False", not if it is "Unknown" or missing."""
    return condition.get("status") == "False"


def condition_text(condition: Obj) -> str:
    """Join the reason and message of a condition."""
    return ": ".join(str(condition[part]) for part in ("reason", "message") if condition.get(part))


def ready_state(condition: Obj) -> SourceState:
    verdict: SourceVerdict = (
        "ok" if is_true(condition) else "in error" if is_false(condition) else "not known"
    )
    words = condition_text(condition) if verdict != "ok" else ""
    facts = [(str(condition.get("type", "Ready")), words)] if words else []
    if verdict == "in error" and (since := text(condition, "lastTransitionTime")):
        facts.append(("in error since", since))
    return SourceState(
        verdict, tuple(facts), reason=word(condition.get("reason")) if verdict == "in error" else ""
    )


def moved(before: Obj, now: Obj, path: str) -> bool:
    """True if the text at `path` differs between `before` and `now`, and is not empty in `now`."""
    return bool(text(now, path)) and text(now, path) != text(before, path)


def later(before: Obj, now: Obj, path: str) -> bool:
    """True if the time at `path` is later in `now` than in `before`, or if only `now` has a time."""
    old, new = parse_time(text(before, path)), parse_time(text(now, path))
    return new is not None and (old is None or new > old)


def word(text: object) -> str:
    """Return `text` if it is a single word; otherwise "".

    A single word is safe in a sentence. It has only ASCII letters, digits and underscores.
    """
    return text if isinstance(text, str) and _WORD.fullmatch(text) else ""


def failed(what: str, condition: Obj) -> Progress:
    """Build a failed Progress: its sentence has the condition's reason; its detail is the message."""
    reason = word(condition.get("reason")) or "no reason given"
    return Progress("failed", f"{what} failed: {reason}.", str(condition.get("message", "")))


def owned_by(secret: Secret, kinds: tuple[ApiKind, ...]) -> SourcePlace | None:
    """Return the place of the Secret's owner that has the wanted kind.

    If no owner has the wanted kind, return the place of the Secret's manager, such as "ExternalSecret/db".
    Return None if the manager has another kind, or is unknown.

    `kinds`: the wanted kind in each API version.
    """
    wanted = kinds[0].kind
    for owner in secret.owners:
        if owner.kind == wanted:
            return SourcePlace(kinds, secret.ref.namespace, owner.name, "owner reference")
    kind, _, name = (secret.manager or "").partition("/")
    if kind != wanted or not name:
        return None
    known_by = "field manager" if secret.field_owners else "owner reference or field manager"
    return SourcePlace(kinds, secret.ref.namespace, name, known_by)


def is_of_another(secret: Secret, project: str) -> bool:
    """True if the Secret's manager is known, and is not the program `project` (e.g. "Flux").

    A label of `project` does not prove that `project` manages the Secret, because External Secrets and
    replicators copy labels.
    """
    return bool(secret.manager) and (secret.manager or "").partition("/")[0] != project


def is_set(path: str, value: bool, done: str, before: Obj, now: Obj, request: Request) -> Progress:
    """Report the progress of a request that sets one field to true or false."""
    if (at(now, path) is True) == value:
        return Progress("done", done)
    return Progress("waiting", f"{path} is not {str(value).lower()} yet.")


def annotate(**annotations: str) -> Obj:
    return {"metadata": {"annotations": annotations}}
