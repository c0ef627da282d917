"""Index of readers: which pods use a Secret, how, and which keys."""

from __future__ import annotations

from collections.abc import Iterable

from tui.model.readers.usage import PodInfo, Reader
from tui.model.secret.secret import SecretRef


class ReaderIndex:
    """Maps a Secret to its readers. The cost of a pod's event depends on that pod's uses only."""

    def __init__(self) -> None:
        self._pods: dict[tuple[str, str], PodInfo] = {}
        self._by_secret: dict[SecretRef, set[tuple[str, str]]] = {}
        self._named: dict[SecretRef, frozenset[str]] = {}
        self.touched = 0
        """Number of entries added, replaced or removed since the start; for tests of the cost."""

    def of(self, ref: SecretRef, keys: Iterable[str] | None = None) -> tuple[Reader, ...]:
        """Every use of the Secret by a pod, by the pods' names; with `keys` only what reads one of them.

        A use of the whole Secret (`key` is None) reads every key.
        """
        wanted = None if keys is None else frozenset(keys)
        return tuple(
            Reader(pod=pod, use=use)
            for pod in (self._pods[key] for key in sorted(self._by_secret.get(ref, ())))
            for use in pod.uses
            if use.secret == ref.name and (wanted is None or use.key is None or use.key in wanted)
        )

    def count(self, ref: SecretRef) -> int:
        """How many pods use it."""
        return len(self._by_secret.get(ref, ()))

    def keys_named(self, ref: SecretRef) -> frozenset[str]:
        """The keys that pods name, apart from those that may be missing."""
        known = self._named.get(ref)
        if known is None:
            pods = (self._pods[key] for key in self._by_secret.get(ref, ()))
            known = self._named[ref] = frozenset(
                use.key
                for pod in pods
                for use in pod.uses
                if use.secret == ref.name and use.key is not None and not use.is_optional
            )
        return known

    def names_in(self, namespace: str) -> tuple[str, ...]:
        """The Secrets that pods of a namespace name, existing or not, sorted."""
        return tuple(sorted(ref.name for ref in self._by_secret if ref.namespace == namespace))

    def put(self, pod: PodInfo) -> None:
        """A pod appeared or changed."""
        key = (pod.namespace, pod.name)
        old, new = _refs(self._pods.get(key)), _refs(pod)
        self._pods[key] = pod
        for ref in old - new:
            self._remove(ref, key)
        for ref in new:
            self._by_secret.setdefault(ref, set()).add(key)
            self._touch(ref)

    def drop(self, key: tuple[str, str]) -> None:
        """A pod, by its namespace and name, is gone."""
        for ref in _refs(self._pods.pop(key, None)):
            self._remove(ref, key)

    def _remove(self, ref: SecretRef, key: tuple[str, str]) -> None:
        pods = self._by_secret[ref]
        pods.discard(key)
        if not pods:
            del self._by_secret[ref]
        self._touch(ref)

    def _touch(self, ref: SecretRef) -> None:
        self._named.pop(ref, None)
        self.touched += 1


def _refs(pod: PodInfo | None) -> frozenset[SecretRef]:
    if pod is None:
        return frozenset()
    return frozenset(SecretRef(pod.namespace, use.secret) for use in pod.uses)
