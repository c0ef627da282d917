"""The pods of one namespace or of all, each with the Secrets that it uses."""

from __future__ import annotations

from typing import TypeAlias

from tui.model.readers.usage import PodInfo
from tui.session.cache.reader_index import ReaderIndex
from tui.session.cache.resource_store import ResourceStore

PodKey: TypeAlias = tuple[str, str]


class PodStore(ResourceStore[PodKey, "PodInfo"]):
    """Pods by namespace and name, and their reader index, updated together."""

    def __init__(self, namespace: str | None) -> None:
        super().__init__(lambda pod: (pod.namespace, pod.name), namespace)
        self.readers = ReaderIndex()

    def covers(self, namespace: str) -> bool:
        """Does this store hold the pods of that namespace?"""
        return self.namespace in (None, namespace)

    def changed(self, before: PodInfo | None, after: PodInfo | None) -> None:
        if after is not None:
            self.readers.put(after)
        elif before is not None:
            self.readers.drop(self.key(before))
