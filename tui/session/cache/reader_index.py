"""Index of readers of one kind: which objects use a Secret, how, and which keys."""

from __future__ import annotations

from collections.abc import Iterable

from tui.model.readers.reader import Reader, ReaderInfo, secret_of
from tui.model.secret.secret import SecretRef


class ReaderIndex:
    """Maps a Secret to its readers. The cost of an object's event depends on that object's uses only."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], ReaderInfo] = {}
        self._by_secret: dict[SecretRef, set[tuple[str, str]]] = {}
        self._named: dict[SecretRef, frozenset[str]] = {}
        self.touched = 0
        """Number of entries added, replaced or removed since the start; for tests of the cost."""

    def of(self, ref: SecretRef, keys: Iterable[str] | None = None) -> tuple[Reader, ...]:
        """Every use of the Secret, by the objects' names; with `keys` only what reads one of them.

        A use of the whole Secret (`key` is None) reads every key.
        """
        wanted = None if keys is None else frozenset(keys)
        return tuple(
            Reader(info, use)
            for info in (self._objects[key] for key in sorted(self._by_secret.get(ref, ())))
            for use in info.uses
            if secret_of(info, use) == ref and (wanted is None or use.key is None or use.key in wanted)
        )

    def count(self, ref: SecretRef) -> int:
        """How many objects use it."""
        return len(self._by_secret.get(ref, ()))

    def keys_named(self, ref: SecretRef) -> frozenset[str]:
        """The keys that are named, apart from those that may be missing."""
        known = self._named.get(ref)
        if known is None:
            objects = (self._objects[key] for key in self._by_secret.get(ref, ()))
            known = self._named[ref] = frozenset(
                use.key
                for info in objects
                for use in info.uses
                if secret_of(info, use) == ref and use.key is not None and not use.is_optional
            )
        return known

    def names_in(self, namespace: str) -> tuple[str, ...]:
        """The Secrets that objects of a namespace name, existing or not, sorted."""
        return tuple(sorted(ref.name for ref in self._by_secret if ref.namespace == namespace))

    def put(self, info: ReaderInfo) -> None:
        """An object appeared or changed."""
        key = (info.namespace, info.name)
        old, new = _refs(self._objects.get(key)), _refs(info)
        self._objects[key] = info
        for ref in old - new:
            self._remove(ref, key)
        for ref in new:
            self._by_secret.setdefault(ref, set()).add(key)
            self._touch(ref)

    def drop(self, key: tuple[str, str]) -> None:
        """An object, by its namespace and name, is gone."""
        for ref in _refs(self._objects.pop(key, None)):
            self._remove(ref, key)

    def _remove(self, ref: SecretRef, key: tuple[str, str]) -> None:
        keys = self._by_secret[ref]
        keys.discard(key)
        if not keys:
            del self._by_secret[ref]
        self._touch(ref)

    def _touch(self, ref: SecretRef) -> None:
        self._named.pop(ref, None)
        self.touched += 1


def _refs(info: ReaderInfo | None) -> frozenset[SecretRef]:
    if info is None:
        return frozenset()
    return frozenset(secret_of(info, use) for use in info.uses)
