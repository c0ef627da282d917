"""Check whether the Secrets and keys that a reader needs exist."""

from __future__ import annotations

from msgspec import Struct

from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import MAY_FAIL, NOTHING, Effect, Use
from tui.model.secret.secret import SecretRef


class OtherObject(Struct, frozen=True):
    """Object in a manifest, of another kind than Secret. The program shows but does not apply it."""

    kind: str
    name: str
    namespace: str
    uses: tuple[PodUse, ...] | None = ()
    """Uses of Secrets by the pods of the object; None if its pod spec cannot be read."""


class KnownKeys(Struct, frozen=True):
    """Keys of a Secret or ConfigMap, as far as they are known."""

    names: frozenset[str]
    is_whole: bool = True
    is_there: bool = True
    """False if the object may be missing."""
    binary: frozenset[str] = frozenset()
    """Keys in `binaryData` of a ConfigMap, which can become files but not variables."""


def lacking(use: Use, ref: SecretRef, keys: KnownKeys | None) -> Effect | None:
    """Return the effect on a reader whose Secret or key is missing or may be missing.

    Return None if both exist, or if the reader works without them. `keys` is None for a missing Secret.
    If it is unknown whether the Secret exists (`keys.is_there` is False), an optional use may fail too.
    """
    deleted = use.effect("deleted", ref, None)
    if deleted.severity == NOTHING:
        return None
    if keys is None:
        return deleted if deleted.severity >= MAY_FAIL else None
    if not keys.is_there:
        return Effect(MAY_FAIL, f"could not check if Secret {ref} exists")
    if use.key is None or use.key in keys.names or use.is_optional:
        return None
    if not keys.is_whole:
        return Effect(MAY_FAIL, f"could not check if Secret {ref} has the key {use.key}")
    return use.effect("removed", ref, use.key)
