"""What pods of a file need of Secrets, and whether it is there. Pure."""

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
    """Are there no others?"""
    is_there: bool = True
    """Is the Secret known to exist?"""
    binary: frozenset[str] = frozenset()
    """Of a ConfigMap the names in `binaryData`: files, never variables."""


def lacking(use: Use, ref: SecretRef, keys: KnownKeys | None) -> Effect | None:
    """What becomes of a use if its Secret has these keys (None: does not exist), in the kubelet's words.

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
