"""Plan: a draft with values from a file, a paste or another Secret, or a reason why there is no draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Draft, draft_problem
from tui.model.draft.manifest_objects import Manifest
from tui.model.json_decoder import HiddenRepr
from tui.model.readers.needs import KnownKeys, OtherObject
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import type_for
from tui.model.secret.value import MASK, Value

SAME_ALREADY: Final = "already the same"
UNSEEN: Final = "not seen"
"""`Plan.word` for a Secret that may exist but cannot be read."""


class Plan(HiddenRepr, Struct, frozen=True):
    ref: SecretRef
    draft: Draft | None = None
    word: str = ""
    """Result in a few words, for a table of plans."""
    why: str = ""
    """Reason, as a sentence, why there is no draft."""
    same: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """Keys that only the existing Secret has. The draft keeps them."""
    notes: tuple[str, ...] = ()
    source: str = ""
    """Source of the values: "web/registry-pull", "secret.yaml"."""


class SecretInput(Struct, frozen=True):
    """Wanted fields of a Secret. Other fields stay as they are."""

    ref: SecretRef
    fields: Mapping[str, Value]
    """Values by field name (see tui/model/secret/fields.py): "password" is a key, "labels/app" a label."""
    type: str = ""


class FileInputs(Struct, frozen=True):
    """Secrets and other objects from files named on the command line, or from a paste."""

    source: str
    secrets: tuple[SecretInput, ...] = ()
    others: tuple[OtherObject, ...] = ()
    """Objects that the program does not apply."""
    apply: tuple[str, ...] = ()
    """Arguments of the `kubectl` command that applies `others`."""


def inputs_of(manifest: Manifest, namespace: str | None) -> FileInputs:
    """Return the Secrets of a pasted manifest. A Secret without a namespace gets `namespace`.

    Raises ValueError for a Secret without a namespace if `namespace` is None. Also raises ValueError for a
    Secret that occurs twice, and for a value that equals `MASK`. The error's text is a sentence for the user.
    """
    secrets: dict[SecretRef, SecretInput] = {}
    for obj in manifest.secrets:
        if (place := obj.namespace or namespace) is None:
            raise ValueError(
                f"Nothing drafted: Secret {obj.name} has no namespace. Open a namespace and paste again."
            )
        ref = SecretRef(place, obj.name)
        if ref in secrets:
            raise ValueError(f"Nothing drafted: Secret {ref} occurs twice in the paste.")
        if Value(MASK.encode()) in obj.fields.values():
            raise ValueError(f"Nothing drafted: a value of Secret {ref} is masked.")
        secrets[ref] = SecretInput(ref, obj.fields, obj.type)
    return FileInputs("the paste", tuple(secrets.values()))


def plan_input(wanted: SecretInput, current: Secret | None) -> Plan:
    """Plan a draft that sets the fields of `wanted` in the Secret `current`.

    If `current` is None, the draft creates the Secret.

    If no change is needed or possible, the plan has a reason instead of a draft.
    """
    ref, fields = wanted.ref, wanted.fields
    if current is None:
        type_ = wanted.type or type_for(fields)
        notes = () if wanted.type else (f"{ref} does not exist: the draft creates it with the type {type_}.",)
        return Plan(ref, Draft.new(ref, type_).set_all(None, fields), notes=notes)
    current_values = {name: current.field(name) for name in sorted(fields)}
    plan = Plan(
        ref,
        same=tuple(name for name, value in current_values.items() if value == fields[name]),
        differing=tuple(name for name, value in current_values.items() if value not in (None, fields[name])),
        missing=tuple(name for name, value in current_values.items() if value is None),
    )
    if wanted.type not in ("", current.type):
        why = f"{ref} has the type {current.type}, which cannot change to {wanted.type}."
        return replace(plan, word="another type", why=why)
    if not plan.differing and not plan.missing:
        return replace(plan, word=SAME_ALREADY, why=f"{ref} already has all of these values.")
    if (problem := draft_problem(current, (*plan.differing, *plan.missing))) is not None:
        return replace(plan, word="being deleted" if current.is_terminating else "immutable", why=problem)
    return replace(plan, draft=Draft.of(current).set_all(current, fields))


def keys_after(plan: Plan, current: Secret | None) -> KnownKeys | None:
    """Return the keys that the Secret has after the draft is written.

    Without a draft, return the keys of `current`, or None if the Secret does not exist.
    """
    if plan.draft is not None:
        return KnownKeys(frozenset(plan.draft.data(current)))
    return KnownKeys(frozenset(current.data)) if current is not None else None
