"""What a Secret is to hold, by a file or a copy: the draft that it comes to, or why there is none. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Draft, draft_problem
from tui.model.draft.manifest_objects import Manifest
from tui.model.json_decoder import Hidden
from tui.model.readers.needs import KnownKeys, OtherObject
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import type_for
from tui.model.secret.value import MASK, Value

SAME: Final = "the same already"
UNSEEN: Final = "not seen"
"""It may exist: it may not be read."""


class Plan(Hidden, Struct, frozen=True):
    """What is to be done at one place, compared by key. No value is in it but the draft's."""

    ref: SecretRef
    draft: Draft | None = None
    """What would be written; None if nothing is."""
    word: str = ""
    """Two or three words for a column: without a draft why there is none."""
    why: str = ""
    """Without a draft the same as a sentence."""
    same: tuple[str, ...] = ()
    """Of a Secret that is there, the fields that have the wanted value, another, or none."""
    differing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """Its keys that the copied Secret has not; they stay."""
    notes: tuple[str, ...] = ()
    """Sentences on what is left out."""
    source: str = ""
    """What is copied: "web/registry-pull", "secret.yaml"."""


class SecretInput(Struct, frozen=True):
    """What a Secret is to hold, by the names in fields.py; its other fields stay as they are."""

    ref: SecretRef
    fields: Mapping[str, Value]
    type: str = ""
    """"" = that of the Secret; of a new one what its keys stand for."""


class FileInputs(Struct, frozen=True):
    """What the files of the command line hold."""

    source: str
    """For a sentence: "secret.yaml", "2 files"."""
    secrets: tuple[SecretInput, ...] = ()
    others: tuple[OtherObject, ...] = ()
    """What is not applied."""
    apply: tuple[str, ...] = ()
    """What comes after `kubectl` in the line that applies these."""


def inputs_of(found: Manifest, namespace: str | None) -> FileInputs:
    """The Secrets of a manifest; `namespace` is for those that say none. Raises ValueError, a sentence."""
    secrets: dict[SecretRef, SecretInput] = {}
    for one in found.secrets:
        if (place := one.namespace or namespace) is None:
            raise ValueError(
                f"Nothing drafted: Secret {one.name} says no namespace. Go to one, and paste again."
            )
        ref = SecretRef(place, one.name)
        if ref in secrets:
            raise ValueError(f"Nothing drafted: Secret {ref} is there twice.")
        if Value(MASK.encode()) in one.fields.values():
            raise ValueError(f"Nothing drafted: the values of Secret {ref} are masked.")
        secrets[ref] = SecretInput(ref, one.fields, one.type)
    return FileInputs("the paste", tuple(secrets.values()))


def plan_input(wanted: SecretInput, there: Secret | None) -> Plan:
    """The draft of an input: of a new Secret, or one step that sets what differs."""
    ref, fields = wanted.ref, wanted.fields
    if there is None:
        type_ = wanted.type or type_for(fields)
        notes = () if wanted.type else (f"{ref} does not exist: this creates it, with the type {type_}.",)
        return Plan(ref, Draft.new(ref, type_).set_all(None, fields), notes=notes)
    held = {name: there.field(name) for name in sorted(fields)}
    plan = Plan(
        ref,
        same=tuple(name for name, value in held.items() if value == fields[name]),
        differing=tuple(name for name, value in held.items() if value not in (None, fields[name])),
        missing=tuple(name for name, value in held.items() if value is None),
    )
    if wanted.type not in ("", there.type):
        why = f"{ref} has the type {there.type}, which cannot change to {wanted.type}."
        return replace(plan, word="another type", why=why)
    if not plan.differing and not plan.missing:
        return replace(plan, word=SAME, why=f"{ref} holds all of it already.")
    if (problem := draft_problem(there, (*plan.differing, *plan.missing))) is not None:
        return replace(plan, word="being deleted" if there.is_terminating else "immutable", why=problem)
    return replace(plan, draft=Draft.of(there).set_all(there, fields))


def keys_after(plan: Plan, there: Secret | None) -> KnownKeys | None:
    """The keys once the draft is written; None if there is no Secret then."""
    if plan.draft is not None:
        return KnownKeys(frozenset(plan.draft.data(there)))
    return KnownKeys(frozenset(there.data)) if there is not None else None
