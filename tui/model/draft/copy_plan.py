"""Plan a copy of a Secret to another name or namespace, or explain why the Secret cannot be copied."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import CopySource, Draft, draft_problem
from tui.model.draft.plan import SAME_ALREADY, Plan, SecretInput, plan_input
from tui.model.json_decoder import HiddenRepr
from tui.model.managers.registry import MANAGERS
from tui.model.secret.fields import LABELS, MASKED_ANNOTATIONS, is_key
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE, SERVICE_ACCOUNT_TOKEN
from tui.model.secret.validation import MAX_NAME
from tui.model.secret.value import Value

SAME_OLD: Final = "the old value"
OTHER_OLD: Final = "another value"
_TRACKING: Final = frozenset(("app.kubernetes.io/managed-by", "app.kubernetes.io/instance"))
"""Labels that a copy does not get: Helm sets `managed-by`, and Argo CD may prune objects with `instance`."""
_MANAGERS_DOMAINS: Final = frozenset(
    (
        *(
            mark.partition("/")[0]
            for known in MANAGERS
            for mark in (*known.marks, *known.names, *known.copies)
        ),
        *(name.partition("/")[0] for name in MASKED_ANNOTATIONS),
        *("helm.sh", "meta.helm.sh", "kubectl.kubernetes.io", "applyset.kubernetes.io"),
    )
)
"""Domains of labels and annotations that managers set: "helm.sh" for "helm.sh/chart"."""
_NUMBERED: Final = re.compile(r"(.+-v?)(\d{1,6})")


class NewerCopy(HiddenRepr, Struct, frozen=True):
    """Draft of a copy, updated after a change of the copied Secret."""

    draft: Draft
    taken: tuple[str, ...]
    kept: tuple[str, ...]
    """Fields that changed in the source but keep their edits in the copy."""


def plan_copy(
    source: Secret, ref: SecretRef, current: Secret | None, keys: Collection[str] | None = None
) -> Plan:
    """Plan a copy of `source`, or only of its `keys`, at `ref`.

    `current`: Secret that already exists at `ref`. If both `keys` and `current` are None, the copy also gets
    labels, annotations and immutability.
    """
    if source.type == SERVICE_ACCOUNT_TOKEN:
        why = f"{source.ref} is a service account token. Create a token in {ref.namespace} instead."
        return Plan(ref, word="cannot be copied", why=why)
    wanted, notes = _wanted(source, keys, is_new=current is None)
    plan = plan_input(SecretInput(ref, wanted, source.type), current)
    plan = replace(plan, source=str(source.ref))
    if current is not None and keys is None:
        plan = replace(plan, extra=tuple(sorted(current.data.keys() - source.data.keys())))
    if plan.draft is None and plan.word != SAME_ALREADY:
        return replace(plan, why=f"{plan.why} {_elsewhere(ref)}")
    return replace(plan, notes=notes)


def from_source(plan: Plan, source: CopySource) -> Plan:
    draft = replace(plan.draft, source=source) if plan.draft is not None else None
    return replace(plan, draft=draft)


def source_of(
    secret: Secret, keys: Collection[str] | None = None, *, is_replaced: bool = False
) -> CopySource:
    data = {key: value for key, value in secret.data.items() if keys is None or key in keys}
    return CopySource(replace(secret, data=data), keys, is_replaced)


def source_changes(draft: Draft, now: Secret) -> Mapping[str, Value | None]:
    """Return the fields that have changed in the source since it was copied, with their new values.

    The new value is None for a field that was removed.
    """
    old, new = _copied(draft), _copied(draft, now)
    return {name: new.get(name) for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)}


def copy_again(draft: Draft, now: Secret, current: Secret | None) -> NewerCopy | None:
    """Give the copy the current values of its source, but keep the fields that were edited in the copy.

    Return None if the source has not changed since it was copied, or if `draft` is no copy.
    """
    source, old, changes = draft.source, _copied(draft), source_changes(draft, now)
    if source is None or not changes:
        return None
    taken = {name: value for name, value in changes.items() if draft.value(current, name) == old.get(name)}
    newest = source_of(now, source.keys, is_replaced=source.is_replaced)
    newer = replace(draft.set_all(current, taken), source=newest)
    return NewerCopy(newer, tuple(taken), tuple(name for name in changes if name not in taken))


def _copied(draft: Draft, now: Secret | None = None) -> Mapping[str, Value]:
    if (source := draft.source) is None:
        return {}
    return _wanted(now or source.secret, source.keys, is_new=draft.is_new or source.is_replaced)[0]


def _wanted(
    source: Secret, keys: Collection[str] | None, *, is_new: bool
) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    wanted = {key: value for key, value in source.data.items() if keys is None or key in keys}
    metadata, notes = _metadata(source) if is_new and keys is None else ({}, ())
    return {**wanted, **metadata}, notes


def _metadata(source: Secret) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    fields = {name: value for name, value in source.fields.items() if not is_key(name)}
    kept = {name: value for name, value in fields.items() if not _belongs_to_manager(name, source.type)}
    left_out = sorted(name.partition("/")[2] for name in fields.keys() - kept.keys())
    notes = []
    if left_out:
        notes.append(
            f"Labels and annotations left out: {', '.join(left_out)}. "
            "With them, the original's manager would claim or prune the copy."
        )
    if source.owners:
        notes.append("Left out: the original's owner references.")
    if source.is_immutable:
        notes.append("The copy is immutable too.")
    return kept, tuple(notes)


def _elsewhere(ref: SecretRef) -> str:
    name = next_name(ref.name, lambda name: False)
    return f"Copy to another name{f', such as {ref.namespace}/{name}' if name else ''}."


def _belongs_to_manager(name: str, kind: str) -> bool:
    where, _, mark = name.partition("/")
    # Helm finds a release by the labels of its Secret. With these labels, Helm would find the copy too.
    is_release_label = kind == HELM_RELEASE and where == LABELS.rstrip("/")
    return is_release_label or mark in _TRACKING or mark.partition("/")[0] in _MANAGERS_DOMAINS


def plan_same_change(secret: Secret, key: str, before: Value, after: Value) -> Plan:
    """Build a plan that repeats a change of another Secret: set `key` of `secret` to `after`.

    In the other Secret, `key` was changed from `before` to `after`.
    """
    ref, held = secret.ref, secret.data.get(key)
    if held is None:
        return Plan(ref, word="no such key", why=f"{ref} has no key {key}.")
    if held == after:
        return Plan(ref, word=SAME_ALREADY, why=f"{key} of {ref} already has the new value.")
    if (problem := draft_problem(secret)) is not None:
        return Plan(ref, word="being deleted" if secret.is_terminating else "immutable", why=problem)
    return Plan(ref, Draft.of(secret).set(secret, key, after), SAME_OLD if held == before else OTHER_OLD)


def next_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Suggest a name for a copy: db → db-2, db-2 → db-3, db-v2 → db-v3.

    Return "" if the suggested name would be too long.
    """
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (f"{name}-", 1)
    number += 1
    while is_taken(f"{stem}{number}"):
        number += 1
    return f"{stem}{number}" if len(f"{stem}{number}") <= MAX_NAME else ""
