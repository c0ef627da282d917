"""ReaderIndex: find the objects of one kind that read, write or mention a Secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from tui.model.readers.reader import Reader, ReaderInfo, Use, secret_of
from tui.model.secret.secret import SecretRef

_BySecret: TypeAlias = dict[SecretRef, set[tuple[str, str]]]
_UsesOf: TypeAlias = Callable[[ReaderInfo], Iterable[Use]]


class ReaderIndex:
    """Index of the objects of one kind by the Secrets that they use."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], ReaderInfo] = {}
        self._by_secret: _BySecret = {}
        self._made: _BySecret = {}
        self._mentioned: _BySecret = {}
        """Keys are Secrets; values are objects that contain the Secret's name outside of known references."""
        self._named: dict[SecretRef, frozenset[str]] = {}
        self.touched = 0
        """Counter, increased when an object that uses a Secret is added, updated or removed."""

    def of(self, ref: SecretRef, keys: Iterable[str] | None = None) -> tuple[Reader, ...]:
        """List the uses that read the Secret, sorted by object.

        With `keys`, list only uses that read or may read one of these keys. If `keys` is empty, list only
        uses whose `key` is None.
        """
        readers = self._uses(self._by_secret, ref, _read)
        wanted = None if keys is None else frozenset(keys)
        return tuple(reader for reader in readers if wanted is None or _reads(reader.use, wanted))

    def producers_of(self, ref: SecretRef) -> tuple[Reader, ...]:
        return tuple(self._uses(self._made, ref, _written))

    def mentions_of(self, ref: SecretRef) -> tuple[Reader, ...]:
        return tuple(self._uses(self._mentioned, ref, _mentions))

    def _uses(self, by_secret: _BySecret, ref: SecretRef, uses_of: _UsesOf) -> Iterator[Reader]:
        for key in sorted(by_secret.get(ref, ())):
            info = self._objects[key]
            yield from (Reader(info, use) for use in uses_of(info) if secret_of(info, use) == ref)

    def __len__(self) -> int:
        """Count Secrets that are read, written or mentioned.

        A Secret that is read, written and mentioned counts three times.
        """
        return len(self._by_secret) + len(self._made) + len(self._mentioned)

    def count(self, ref: SecretRef) -> int:
        return len(self._by_secret.get(ref, ()))

    def is_mentioned(self, ref: SecretRef) -> bool:
        return ref in self._mentioned

    def keys_named(self, ref: SecretRef) -> frozenset[str]:
        """Return the keys that objects require in the Secret.

        Objects with a controller, such as a Deployment's ReplicaSet, are ignored. Pods are never ignored.
        """
        if ref not in self._by_secret:
            return frozenset()
        if ref not in self._named:
            self._named[ref] = frozenset(
                reader.use.key
                for reader in self._uses(self._by_secret, ref, _read)
                if reader.use.key is not None and not reader.use.is_optional
                if reader.info.controller is None or reader.info.kind.name == "Pod"
            )
        return self._named[ref]

    @property
    def named(self) -> Iterable[SecretRef]:
        """Secrets that objects read, even missing Secrets."""
        return self._by_secret.keys()

    def names_in(self, namespace: str) -> tuple[str, ...]:
        """Return the sorted names of a namespace's Secrets that objects read, even of missing Secrets."""
        return tuple(sorted(ref.name for ref in self._by_secret if ref.namespace == namespace))

    def put(self, info: ReaderInfo) -> None:
        key = (info.namespace, info.name)
        former = self._objects.get(key)
        self._objects[key] = info
        self._move(key, former, info)

    def drop(self, key: tuple[str, str]) -> None:
        self._move(key, self._objects.pop(key, None), None)

    def _move(self, key: tuple[str, str], before: ReaderInfo | None, after: ReaderInfo | None) -> None:
        indexes = ((self._by_secret, _read), (self._made, _written), (self._mentioned, _mentions))
        for by_secret, uses_of in indexes:
            old, new = _refs(before, uses_of), _refs(after, uses_of)
            for ref in old - new:
                keys = by_secret[ref]
                keys.discard(key)
                if not keys:
                    del by_secret[ref]
                self._touch(ref)
            for ref in new:
                by_secret.setdefault(ref, set()).add(key)
                self._touch(ref)

    def _touch(self, ref: SecretRef) -> None:
        self._named.pop(ref, None)
        self.touched += 1


def _reads(use: Use, wanted: frozenset[str]) -> bool:
    return use.key in wanted if use.key is not None else not wanted or any(map(use.reads, wanted))


def _read(info: ReaderInfo) -> Iterable[Use]:
    return (use for use in info.uses if not use.produces)


def _written(info: ReaderInfo) -> Iterable[Use]:
    return (use for use in info.uses if use.produces)


def _mentions(info: ReaderInfo) -> Iterable[Use]:
    return info.mentions


def _refs(info: ReaderInfo | None, uses_of: _UsesOf) -> frozenset[SecretRef]:
    if info is None:
        return frozenset()
    return frozenset(secret_of(info, use) for use in uses_of(info))
