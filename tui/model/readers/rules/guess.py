"""Guess from field names whether a string that equals a Secret's name refers to the Secret."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from tui.model.api_object import Obj
from tui.model.readers.rules.path import Step
from tui.model.readers.rules.rule import ReferencePath

_TEXTS: Final = ("secretname", "secretref", "credentialname", "secret")
_LISTS: Final = ("secrets", "secretnames", "credentialnames")
_WRITTEN: Final = "writeConnectionSecretToRef"
"""Field of a Crossplane resource. It names the Secret that Crossplane writes."""
_REFERENCE: Final = frozenset(("name", "key", "namespace", "optional"))
_OTHER: Final = re.compile(r"config ?map|secret-?store|template$", re.I)
_PRIVATE: Final = re.compile(r"secret|credential|password|token|certificate", re.I)


def guessed_place(obj: Obj, steps: Sequence[Step]) -> ReferencePath | None:
    """Return a ReferencePath whose `path` is "" if a string seems to refer to a Secret, else None.

    `steps`: path of the string in `obj`.
    """
    holder: Any = obj
    for step in steps[:-1]:
        holder = holder[step]
    fields = [step for step in steps if isinstance(step, str)]
    field, around = fields[-1], fields[-2] if len(fields) > 1 else ""
    if isinstance(holder, list):
        return ReferencePath("") if field.lower().endswith(_LISTS) else None
    if not isinstance(holder.get(field), str):
        return None  # the string is the name of a field, not the value of a field
    if field == "name":
        return (
            ReferencePath("", produces=around == _WRITTEN) if _is_reference(holder, around, fields) else None
        )
    if not field.lower().endswith(_TEXTS):
        return None
    stem = field.removesuffix("Name").removesuffix("name")
    keys = [name for name in (f"{stem}Key", "secretKey", "key") if name in holder]
    return ReferencePath("", f"@{keys[0]}" if keys else "")


def _is_reference(holder: dict[str, Any], around: str, fields: Sequence[str]) -> bool:
    if _OTHER.search(around) or any(isinstance(value, dict) for value in holder.values()):
        return False
    if kind := holder.get("kind"):
        return kind == "Secret" and holder.get("apiVersion") in (None, "", "v1") and not holder.get("group")
    if "secret" in around.lower():
        return True
    is_selector = "key" in holder and _REFERENCE.issuperset(holder)
    return is_selector and _PRIVATE.search(" ".join(fields[-3:])) is not None
