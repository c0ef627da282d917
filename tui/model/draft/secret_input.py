"""Secrets as files describe them, to be drafted against those that are there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.copy_plan import SAME, CopyPlan
from tui.model.draft.draft import Draft, draft_problem
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import FAILS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

MISSING: Final = "does not exist"


class SecretInput(Struct, frozen=True):
    """What a Secret is to hold, by the names in fields.py; its other fields stay as they are."""

    ref: SecretRef
    fields: Mapping[str, Value]
    type: str = ""
    """"" = that of the Secret, which must exist then."""


class OtherObject(Struct, frozen=True):
    """An object that is no Secret: it is not applied."""

    kind: str
    name: str
    namespace: str
    uses: tuple[PodUse, ...] | None = ()
    """The Secrets that its pods name; None if its pods cannot be read."""


class FileInputs(Struct, frozen=True):
    """What the files of the command line hold."""

    source: str
    """For a sentence: "secret.yaml", "2 files"."""
    secrets: tuple[SecretInput, ...] = ()
    others: tuple[OtherObject, ...] = ()
    """What is not applied."""
    apply: tuple[str, ...] = ()
    """What comes after `kubectl` in the line that applies these."""


class Keys(Struct, frozen=True):
    """The keys of a Secret, as far as they are known."""

    names: frozenset[str]
    is_whole: bool = True
    """Are there no others?"""
    is_there: bool = True
    """Is the Secret known to exist?"""


def plan_input(wanted: SecretInput, there: Secret | None) -> CopyPlan:
    """The draft of an input: of a new Secret, or one step that sets what differs."""
    ref = wanted.ref
    if there is None:
        if not wanted.type:
            return CopyPlan(ref, word=MISSING, why=f"{ref} does not exist.")
        return CopyPlan(ref, Draft.new(ref, wanted.type).set_all(None, wanted.fields))
    if wanted.type not in ("", there.type):
        why = f"{ref} has the type {there.type}, which cannot change to {wanted.type}."
        return CopyPlan(ref, word="another type", why=why)
    held = {name: there.field(name) for name in sorted(wanted.fields)}
    plan = CopyPlan(
        ref,
        same=tuple(name for name, value in held.items() if value == wanted.fields[name]),
        differing=tuple(name for name, value in held.items() if value not in (None, wanted.fields[name])),
        missing=tuple(name for name, value in held.items() if value is None),
    )
    if not plan.differing and not plan.missing:
        return replace(plan, word=SAME, why=f"{ref} holds all of it already.")
    if (problem := draft_problem(there, (*plan.differing, *plan.missing))) is not None:
        return replace(plan, word="being deleted" if there.is_terminating else "immutable", why=problem)
    return replace(plan, draft=Draft.of(there).set_all(there, wanted.fields))


def keys_after(plan: CopyPlan, there: Secret | None) -> Keys | None:
    """The keys once the draft is written; None if there is no Secret then."""
    if plan.draft is not None:
        return Keys(frozenset(plan.draft.data(there)))
    return Keys(frozenset(there.data)) if there is not None else None


def lacking(use: PodUse, ref: SecretRef, keys: Keys | None) -> str:
    """What becomes of a use if its Secret has these keys (None: does not exist); "" if it has what it needs.

    In the kubelet's words, where the next start fails.
    """
    if keys is None:
        what = use.effect("deleted", ref, None)
        return what.sentence if what.severity == FAILS or use.way == "image_pull" else ""
    if not keys.is_there:
        return f"whether Secret {ref} exists is not known"
    if use.key is None or use.key in keys.names or use.is_optional:
        return ""
    if not keys.is_whole:
        return f"whether {ref} has the key {use.key} is not known"
    return use.effect("removed", ref, use.key).sentence
