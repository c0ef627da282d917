"""Names of namespaces and Secrets that are remembered between runs."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

MOST_RECENT: Final = 5
MOST_OPENED: Final = 100


class ContextMemory(Struct, frozen=True):
    """Namespaces (`starred`, `recent`) and Secrets (`opened`) that are remembered for one context."""

    starred: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    """Secrets that the user opened, as NAMESPACE/NAME. The most recent is first."""

    def at(self, namespace: str) -> ContextMemory:
        others = (name for name in self.recent if name != namespace)
        return replace(self, recent=(namespace, *others)[:MOST_RECENT])

    def forgetting(self, namespace: str) -> ContextMemory:
        return replace(self, recent=tuple(name for name in self.recent if name != namespace))

    def opening(self, key: str) -> ContextMemory:
        """Put the Secret `key`, written as NAMESPACE/NAME, first in `opened`."""
        others = (name for name in self.opened if name != key)
        return replace(self, opened=(key, *others)[:MOST_OPENED])

    def opened_in(self, namespace: str) -> tuple[str, ...]:
        prefix = f"{namespace}/"
        return tuple(name.removeprefix(prefix) for name in self.opened if name.startswith(prefix))

    def starring(self, namespace: str) -> ContextMemory:
        others = tuple(name for name in self.starred if name != namespace)
        if len(others) == len(self.starred):
            return replace(self, starred=tuple(sorted((*others, namespace))))
        return replace(self, starred=others)
