"""What a Secret is to hold, of files or of another Secret: the draft that it comes to, or why none. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Draft, draft_problem
from tui.model.json_decoder import Hidden
from tui.model.managers.registry import MANAGERS
from tui.model.readers.needs import KnownKeys, OtherObject
from tui.model.secret.fields import HIDDEN, LABELS, is_key
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE, SERVICE_ACCOUNT_TOKEN
from tui.model.secret.validation import MAX_NAME
from tui.model.secret.value import Value

SAME: Final = "the same already"
MISSING: Final = "does not exist"


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
    """Sentences on what a copy leaves out."""
    source: str = ""
    """What is copied: "web/registry-pull", "secret.yaml"."""
    is_comparison: bool = False
    """Is it only to tell how the two differ? Then its draft is never kept or sent."""

    @property
    def sides(self) -> tuple[str, str]:
        """The place and what is copied there: their namespaces, if that is all that differs."""
        namespace, _, name = self.source.partition("/")
        return (self.ref.namespace, namespace) if name == self.ref.name else (str(self.ref), self.source)


class SecretInput(Struct, frozen=True):
    """What a Secret is to hold, by the names in fields.py; its other fields stay as they are."""

    ref: SecretRef
    fields: Mapping[str, Value]
    type: str = ""
    """"" = that of the Secret, which must exist then."""


class FileInputs(Struct, frozen=True):
    """What the files of the command line hold."""

    source: str
    """For a sentence: "secret.yaml", "2 files"."""
    secrets: tuple[SecretInput, ...] = ()
    others: tuple[OtherObject, ...] = ()
    """What is not applied."""
    apply: tuple[str, ...] = ()
    """What comes after `kubectl` in the line that applies these."""


def plan_input(wanted: SecretInput, there: Secret | None) -> Plan:
    """The draft of an input: of a new Secret, or one step that sets what differs."""
    ref, fields = wanted.ref, wanted.fields
    if there is None:
        if not wanted.type:
            return Plan(ref, word=MISSING, why=f"{ref} does not exist.")
        return Plan(ref, Draft.new(ref, wanted.type).set_all(None, fields))
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


SAME_OLD: Final = "the same old value"
OTHER_OLD: Final = "another value"
_TRACKING: Final = frozenset(("app.kubernetes.io/managed-by", "app.kubernetes.io/instance"))
"""Helm's, and the label by which Argo CD tracks what it may prune."""
_MANAGERS_DOMAINS: Final = frozenset(
    (
        *(mark.partition("/")[0] for one in MANAGERS for mark in (*one.marks, *one.names, *one.copies)),
        *(name.partition("/")[0] for name in HIDDEN),
        *("helm.sh", "meta.helm.sh", "kubectl.kubernetes.io", "applyset.kubernetes.io"),
    )
)
"""Before the slash of their labels and annotations."""
_NUMBERED: Final = re.compile(r"(.+-v?)(\d{1,6})")


def plan_copy(
    source: Secret, ref: SecretRef, there: Secret | None, keys: Collection[str] | None = None
) -> Plan:
    """Put the Secret, or only these keys of it, there: create it, or set what differs in one step.

    A new one gets labels, annotations and immutability too, unless only `keys` are copied.
    """
    if source.type == SERVICE_ACCOUNT_TOKEN:
        instead = f"create a token of the account in {ref.namespace}"
        why = f"{source.ref} is a token of one service account; {instead}."
        return Plan(ref, word="cannot be copied", why=why)
    wanted = {key: value for key, value in source.data.items() if keys is None or key in keys}
    metadata, notes = _metadata(source) if there is None and keys is None else ({}, ())
    plan = plan_input(SecretInput(ref, {**wanted, **metadata}, source.type), there)
    plan = replace(plan, source=str(source.ref))
    if there is not None and keys is None:
        plan = replace(plan, extra=tuple(sorted(there.data.keys() - source.data.keys())))
    if plan.draft is None and plan.word != SAME:
        return replace(plan, why=f"{plan.why} {_elsewhere(ref)}")
    return replace(plan, notes=notes)


def _metadata(source: Secret) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    """What a new copy gets beside its keys, and sentences on what it does not get."""
    fields = {name: value for name, value in source.fields.items() if not is_key(name)}
    kept = {name: value for name, value in fields.items() if not _is_managers(name, source.type)}
    left = sorted(name.partition("/")[2] for name in fields.keys() - kept.keys())
    notes = []
    if left:
        notes.append(f"Left out, for its manager would claim or prune the copy: {', '.join(left)}.")
    if source.owners:
        notes.append("Left out: its owner references.")
    if source.is_immutable:
        notes.append("The copy is immutable too.")
    return kept, tuple(notes)


def _elsewhere(ref: SecretRef) -> str:
    name = next_name(ref.name, lambda name: False)
    return f"Copy to another name there{f', such as {ref.namespace}/{name}' if name else ''}."


def _is_managers(name: str, kind: str) -> bool:
    """Is it of what manages the Secret? So are annotations with a copy of the values."""
    where, _, mark = name.partition("/")
    is_helms = kind == HELM_RELEASE and where == LABELS.rstrip("/")  # by these Helm finds its releases
    return is_helms or mark in _TRACKING or mark.partition("/")[0] in _MANAGERS_DOMAINS


def plan_same_change(there: Secret, key: str, before: Value, after: Value) -> Plan:
    """Set the key of another Secret to the value after, whatever it holds; the word says what that is."""
    ref, now = there.ref, there.data.get(key)
    if now is None:
        return Plan(ref, word="no such key", why=f"{ref} has no key {key}.")
    if now == after:
        return Plan(ref, word=SAME, why=f"{key} of {ref} has the new value already.")
    if (problem := draft_problem(there)) is not None:
        return Plan(ref, word="being deleted" if there.is_terminating else "immutable", why=problem)
    return Plan(ref, Draft.of(there).set(there, key, after), SAME_OLD if now == before else OTHER_OLD)


def next_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """A name for the next one: db → db-2, db-2 → db-3, db-v2 → db-v3; "" if it would be too long."""
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (f"{name}-", 1)
    number += 1
    while is_taken(f"{stem}{number}"):
        number += 1
    return f"{stem}{number}" if len(f"{stem}{number}") <= MAX_NAME else ""
