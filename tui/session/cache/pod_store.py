"""The pods of one namespace or of all, each with the Secrets that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from tui.session.cache.list_state import Pane
from tui.session.cache.reader_index import ReaderIndex
from tui.session.cache.sorted_rows import Rows

if TYPE_CHECKING:
    from tui.model.readers.usage import PodInfo

PodKey: TypeAlias = tuple[str, str]


class PodStore:
    """Pods sorted by namespace and name, and the index of who reads what, kept in step with them."""

    def __init__(self, namespace: str | None, *, version: int = 0) -> None:
        self.namespace = namespace
        """What is listed here; None is all namespaces."""
        self.pane = Pane()
        self.readers = ReaderIndex()
        self._first_version = version
        self._rows: Rows[PodKey, PodInfo] = Rows(lambda pod: (pod.namespace, pod.name))

    def covers(self, namespace: str) -> bool:
        """Is this the store that would hold the pods there?"""
        return self.namespace in (None, namespace)

    @property
    def version(self) -> int:
        """Grows with every change of a pod, and with the choice of another namespace."""
        return self._first_version + self._rows.version

    def all(self) -> tuple[PodInfo, ...]:
        """All pods, sorted by namespace and name; the same tuple until the next change."""
        return self._rows.view()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, namespace: str, name: str) -> PodInfo | None:
        """The pod of that name."""
        return self._rows.get((namespace, name))

    def put(self, pod: PodInfo) -> bool:
        """Take a sighting; False if it says nothing new."""
        is_new = self._rows.put(pod)
        if is_new:
            self.readers.put(pod)
        return is_new

    def gone(self, namespace: str, name: str, uid: str) -> bool:
        """That life of it was deleted; False if it was not held."""
        is_new = self._rows.gone((namespace, name), uid)
        if is_new:
            self.readers.drop((namespace, name))
        return is_new

    def begin(self) -> None:
        """A whole list is asked for now; the pods held stay until it ends."""
        self._rows.begin()

    def page(self, pods: Iterable[PodInfo]) -> None:
        """A page of that list."""
        for pod in pods:
            if self._rows.listed(pod):
                self.readers.put(pod)

    def end(self, resource_version: str) -> None:
        """The list has arrived as of that version: what it did not name is gone."""
        for pod in self._rows.end(resource_version):
            self.readers.drop((pod.namespace, pod.name))
