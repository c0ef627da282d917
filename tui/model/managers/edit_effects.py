"""Predict how a Secret's manager treats an edit, and name the place to edit instead.

Most managers, such as Helm, undo an edit of each key that they own in managedFields. A few managers keep
edits: `Manager.stays` explains their reaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.managers.detect import has_label, is_written_by
from tui.model.managers.registry import BY_HAND, KUBECTL, MANAGERS, UNKNOWN_MANAGER, Manager
from tui.model.managers.source.flux import is_excluded
from tui.model.managers.source.hints import kustomize_name
from tui.model.secret.secret import FieldOwner, Secret
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.text.counts import listed

IF_EDITED: Final = "if edited"
INSTEAD: Final = "instead"
_MOST_KEYS: Final = 3
_KUSTOMIZED: Final = "by the next apply of the kustomization, which creates a Secret with another name"
_SEALING_KEY: Final = "sealedsecrets.bitnami.com/sealed-secrets-key"


def manager_warnings(secret: Secret, keys: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return warnings to show before the user edits `keys`, or any key if `keys` is None.

    Each warning is one line.
    """
    asked_keys = None if keys is None else frozenset(keys)
    warnings = []
    if secret.type == HELM_RELEASE:
        warnings.append("Helm release record: an edit breaks the release")
    elif _SEALING_KEY in secret.labels:
        warnings.append("private key of Sealed Secrets: sealed values are lost without it")
    elif (writer := managed_by(secret)) is not None:
        warnings.append(f"{writer} {_does(secret, _row_of(secret), asked_keys)}")
    warnings += [f"{copier} copies every edit ({how})" for copier, how in _copied(secret)]
    return tuple(warnings)


def effects_of_edit(secret: Secret) -> tuple[tuple[str, str], ...]:
    """Return (label, words) for each fact that a user should know before an edit."""
    facts = list[tuple[str, str]]()
    if secret.type == HELM_RELEASE:
        facts.append((IF_EDITED, "The release breaks: no key of its record can be edited by hand."))
    elif _SEALING_KEY in secret.labels:
        facts.append(("if lost", "Sealed values cannot be decrypted without this private key."))
    elif managed_by(secret) is not None:
        row, by_hand = _row_of(secret), _written_by_persons(secret)
        if owned := _owned(secret, row):
            facts.append(("managed keys", listed(sorted(owned), _MOST_KEYS)))
        if edited := {key for owner in by_hand for key in owner.keys} & set(secret.data):
            editors = " and ".join(sorted({owner.manager for owner in by_hand if edited & set(owner.keys)}))
            resets = "" if row.stays else "; may be reset too"
            facts.append(
                ("by hand", f"{listed(sorted(edited), _MOST_KEYS)}, last written by {editors}{resets}")
            )
        if row.stays:
            facts.append((IF_EDITED, f"{row.stays[:1].upper()}{row.stays[1:]}."))
        else:
            modal = "will" if owned else "may"
            facts += [(IF_EDITED, f"An edit {modal} be reset {row.when}."), (INSTEAD, f"{row.instead}.")]
    facts += [
        ("copied", f"{copier} copies this Secret with each edit ({how}).") for copier, how in _copied(secret)
    ]
    return tuple(facts)


def _copied(secret: Secret) -> Iterator[tuple[str, str]]:
    copies = (
        (manager.name, annotation)
        for manager in MANAGERS
        for annotation in manager.copies
        if annotation in secret.annotations
    )
    for copier, annotation in islice(copies, 1):
        yield copier, f"{annotation.split('/')[-1]}: {secret.annotations[annotation]}"


class SourceKeys(Struct, frozen=True):
    """Keys that a manager will reset, and where to change them instead."""

    who: str
    """Manager: "ExternalSecret/db", "kustomize's generator db"."""
    keys: tuple[str, ...]
    """Edited keys that the manager writes."""
    when: str
    """Time or cause of the reset, in words that follow "will be reset"."""
    instead: str
    is_whole: bool
    """True if the manager writes all of `data` and removes other keys."""
    is_sure: bool = True
    """False if `keys` is a guess, because managedFields show no key of the manager `who`."""


def at_source(secret: Secret, keys: Iterable[str]) -> SourceKeys | None:
    """Find which of the edited `keys` the manager will reset.

    If the manager owns no key in managedFields, assume that it resets each key of the Secret that no person
    edited by hand.

    Return None if the manager resets none of `keys`.

    If `Manager.acts` is False, also return None, except for a Secret that a generator of kustomize made. For
    such a Secret, return an SourceKeys whose `who` is the generator.
    """
    if is_excluded(secret):
        return None
    row = _row_of(secret)
    generator = kustomize_name(secret)
    wanted = tuple(sorted(set(keys)))
    if not row.acts and generator is not None and generator[1]:
        generator_title = f"kustomize's generator {generator[0]}"
        instead = "Change the generator's input, then apply the kustomization"
        return SourceKeys(generator_title, wanted, _KUSTOMIZED, instead, is_whole=True)
    if not row.acts or secret.manager is None:
        return None
    owned: Set[str] = _owned(secret, row)
    is_sure = bool(owned)
    if not owned:
        owned = secret.data.keys() - {key for owner in _written_by_persons(secret) for key in owner.keys}
    owned_keys = tuple(key for key in wanted if row.is_whole or key in owned)
    if not (owned_keys or row.is_whole):
        return None
    return SourceKeys(secret.manager, owned_keys, row.when, row.instead, row.is_whole, is_sure)


def managed_by(secret: Secret) -> str | None:
    """Return the Secret's manager; without one, "kubectl" if `kubectl apply` wrote the Secret, else None."""
    writers = {(owner.manager, owner.operation) for owner in secret.field_owners}
    is_applied = secret.has_last_applied or ("kubectl", "Apply") in writers
    return secret.manager or (KUBECTL.name if is_applied else None)


def _row_of(secret: Secret) -> Manager:
    if not secret.manager:
        return KUBECTL
    row = _known(secret.manager, secret.labels)
    is_owned = any(f"{owner.kind}/{owner.name}" == secret.manager for owner in secret.owners)
    if not (is_owned and row.when_owned):
        return row
    return replace(row, when=row.when_owned, lasts=row.lasts_owned)


def takes_edits(manager: str, labels: Mapping[str, str]) -> bool:
    return bool(_known(manager, labels).stays)


def _known(manager: str, labels: Mapping[str, str]) -> Manager:
    project = manager.partition("/")[0]
    named = (
        manager_row
        for manager_row in MANAGERS
        if project == manager_row.name or manager.startswith(manager_row.owners)
    )
    return next(
        (manager_row for manager_row in named if has_label(labels, manager_row.needs)), UNKNOWN_MANAGER
    )


def _does(secret: Secret, manager: Manager, wanted: frozenset[str] | None) -> str:
    """Describe the manager's reaction to an edit, in words that follow the manager's name."""
    if manager.takes:
        return manager.takes
    asked, noun = (frozenset(secret.data), "keys") if wanted is None else (wanted, "changed keys")
    if owned := _owned(secret, manager) & asked:
        lasts = f"an edit lasts {manager.lasts}" if manager.lasts else "it undoes an edit"
        return f"writes {_named(owned, asked, noun)}: {lasts}"
    if not manager.lasts:
        return "may undo an edit"
    keys = _named(asked, asked, noun) if wanted else "this Secret"
    return f"may write {keys}: an edit may last {manager.lasts}"


def _named(keys: frozenset[str], asked: frozenset[str], noun: str) -> str:
    if len(keys) == 1:
        return next(iter(keys))
    every = "both" if len(keys) == 2 else f"all {len(keys):,}"
    return f"{every} {noun}" if keys == asked else f"{len(keys):,} of {len(asked):,} {noun}"


def _owned(secret: Secret, manager: Manager) -> frozenset[str]:
    keys = {key for owner in secret.field_owners if _is_of(manager, owner.manager) for key in owner.keys}
    return frozenset(keys & set(secret.data))


def _written_by_persons(secret: Secret) -> list[FieldOwner]:
    return [owner for owner in secret.field_owners if owner.manager in BY_HAND]


def _is_of(manager: Manager, writer: str) -> bool:
    return is_written_by((*manager.writers, *manager.other_writers), writer)
