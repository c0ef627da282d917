"""Say what a Secret's manager will do to an edit, and where to edit instead.

A key that one of the manager's field managers owns will be written again. A key that a person wrote since
may be one of those, and is named first as at risk; of other keys nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.managers.detect import has_label, is_written_by
from tui.model.managers.registry import BY_HAND, KUBECTL, MANAGERS, UNKNOWN, Manager
from tui.model.managers.source.flux import is_excluded
from tui.model.managers.source.hints import kustomize_name
from tui.model.secret.secret import FieldOwner, Secret
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.text.counts import listed

_MOST_KEYS: Final = 3
_KUSTOMIZED: Final = "by the next apply, which makes a Secret of another name for its readers"
_SEALING_KEY: Final = "sealedsecrets.bitnami.com/sealed-secrets-key"


def manager_warnings(
    secret: Secret, keys: Iterable[str] | None = None, *, source_key: str = ""
) -> tuple[str, ...]:
    """What must be said before these keys are edited, or any where None is given; whole sentences.

    `source_key`: what a person presses to act at the source; "" to leave that out.
    """
    wanted = None if keys is None else frozenset(keys)
    said = []
    if secret.type == HELM_RELEASE:
        what = f" {source_key} on a Secret of the release tells what it set." if source_key else ""
        said.append(f"Helm release record: an edit breaks the release.{what}")
    elif _SEALING_KEY in secret.labels:
        said.append("private key of Sealed Secrets: without it, sealed values cannot be decrypted.")
    elif (who := managed_by(secret)) is not None:
        row = _row_of(secret)
        acts = f" {source_key} on the Secret {row.acts}." if source_key and row.acts else ""
        said.append(_managed(secret, who, row, wanted) + acts)
    copied = ((known.name, note) for known in MANAGERS for note in known.copies if note in secret.annotations)
    for copier, note in islice(copied, 1):
        how = f"{note.split('/')[-1]}: {secret.annotations[note]}"
        said.append(f"{copier} copies it ({how}); your edit is copied too.")
    return tuple(said)


class AtSource(Struct, frozen=True):
    """Keys that a manager will write again, and that can be changed where it has them from."""

    who: str
    keys: tuple[str, ...]
    """Those of them; all that were asked about if it writes the whole Secret."""
    when: str
    """When it writes them again, to follow "will be reset"."""
    instead: str
    """Where to edit, a sentence without its full stop."""
    is_whole: bool
    """Does it write all of the data, so that a new key is removed too?"""
    is_sure: bool = True
    """Is it known that these are its keys?"""


def at_source(secret: Secret, keys: Iterable[str]) -> AtSource | None:
    """Which of these keys the manager will write again; None if none, or if nothing can be done there.

    A key that its field managers do not own is a person's. Where they own none at all, nothing tells that
    apart, and only the keys that a person wrote are left out.
    """
    if is_excluded(secret):
        return None
    row = _row_of(secret)
    generator = kustomize_name(secret)
    wanted = tuple(sorted(set(keys)))
    if not row.acts and generator is not None and generator[1]:
        who = f"kustomize's generator {generator[0]}"
        return AtSource(who, wanted, _KUSTOMIZED, "Change its input and apply it", is_whole=True)
    if not row.acts or secret.manager is None:
        return None
    owned = _owned(secret, row)
    is_sure = bool(owned)
    if not owned:
        owned = set(secret.data) - {key for owner in _written_by_persons(secret) for key in owner.keys}
    found = tuple(key for key in wanted if row.is_whole or key in owned)
    if not (found or row.is_whole):
        return None
    return AtSource(secret.manager, found, row.when, row.instead, row.is_whole, is_sure)


def managed_by(secret: Secret) -> str | None:
    """Who will write it again: its manager, or a person's manifest."""
    writers = {(owner.manager, owner.operation) for owner in secret.field_owners}
    is_applied = secret.has_last_applied or ("kubectl", "Apply") in writers
    return secret.manager or (KUBECTL.name if is_applied else None)


def _row_of(secret: Secret) -> Manager:
    if not secret.manager:
        return KUBECTL
    row = _known(secret.manager, secret.labels)
    is_owned = any(f"{owner.kind}/{owner.name}" == secret.manager for owner in secret.owners)
    return replace(row, when=row.when_owned) if is_owned and row.when_owned else row


def takes_edits(manager: str, labels: Mapping[str, str]) -> bool:
    """Is it one that does not reset what is edited?"""
    return bool(_known(manager, labels).stays)


def _known(manager: str, labels: Mapping[str, str]) -> Manager:
    """The row of a manager, such as "Flux/apps" or "ExternalSecret/db"."""
    project = manager.partition("/")[0]
    named = (one for one in MANAGERS if project == one.name or manager.startswith(one.owners))
    return next((one for one in named if has_label(labels, one.needs)), UNKNOWN)


def _managed(secret: Secret, who: str, known: Manager, wanted: frozenset[str] | None) -> str:
    if known.stays:
        return f"managed by {who}: {known.stays}."
    owned = _owned(secret, known)
    certain = sorted(owned if wanted is None else owned & wanted)
    keys = listed(certain, _MOST_KEYS)
    sure = f"an edit of {keys} would be" if wanted is None else f"{keys} will be"
    persons = _written_by_persons(secret)
    taken = {key for owner in persons for key in owner.keys} & set(secret.data if wanted is None else wanted)
    if taken:
        by = " and ".join(sorted({owner.manager for owner in persons if taken & set(owner.keys)}))
        names = f"{listed(sorted(taken), _MOST_KEYS)} (last written by {by}) may be"
        risk = f"{sure} reset {known.when}; {names}" if certain else f"{names} reset {known.when}"
    else:
        risk = f"{sure if certain else 'an edit may be'} reset {known.when}"
    return f"managed by {who}: {risk}. {known.instead}."


def _owned(secret: Secret, known: Manager) -> set[str]:
    """The keys that the manager wrote last."""
    found = {key for owner in secret.field_owners if _is_of(known, owner.manager) for key in owner.keys}
    return found & set(secret.data)


def _written_by_persons(secret: Secret) -> list[FieldOwner]:
    return [owner for owner in secret.field_owners if owner.manager in BY_HAND]


def _is_of(known: Manager, writer: str) -> bool:
    return is_written_by((*known.writers, *known.other_writers), writer)
