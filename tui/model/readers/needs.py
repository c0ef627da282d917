"""Secrets and keys that pods of a file need, and whether they exist. Pure."""

from __future__ import annotations

from msgspec import Struct

from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import MAY_FAIL, Effect, Use
from tui.model.secret.secret import SecretRef


class OtherObject(Struct, frozen=True):
    """An object that is no Secret: it is not applied."""

    kind: str
    name: str
    namespace: str
    uses: tuple[PodUse, ...] | None = ()
    """The Secrets that its pods name; None if its pods cannot be read."""


class KnownKeys(Struct, frozen=True):
    """The keys of a Secret or ConfigMap, as far as they are known."""

    names: frozenset[str]
    is_whole: bool = True
    """True if there are no other keys."""
    is_there: bool = True
    """True if the object is known to exist."""
    binary: frozenset[str] = frozenset()
    """Names in a ConfigMap's `binaryData`: files, never variables."""


def lacking(use: Use, ref: SecretRef, keys: KnownKeys | None) -> Effect | None:
    """Return the effect of these keys (None: no Secret) on a use, in the kubelet's words.

    None if it has what it needs.
    """
    if keys is None:
        what = use.effect("deleted", ref, None)
        return what if what.severity >= MAY_FAIL else None
    if not keys.is_there:
        return Effect(MAY_FAIL, f"whether Secret {ref} exists is not known")
    if use.key is None or use.key in keys.names or use.is_optional:
        return None
    if not keys.is_whole:
        return Effect(MAY_FAIL, f"whether {ref} has the key {use.key} is not known")
    return use.effect("removed", ref, use.key)
