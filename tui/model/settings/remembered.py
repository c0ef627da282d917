"""Names of a context that are remembered between runs; no other data is."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

MOST_RECENT: Final = 5
MOST_OPENED: Final = 100


class Remembered(Struct, frozen=True):
    """Names of a context that are remembered; immutable."""

    starred: tuple[str, ...] = ()
    """Starred namespaces in the order of their names."""
    recent: tuple[str, ...] = ()
    """The latest first."""
    opened: tuple[str, ...] = ()
    """Opened Secrets that were in no list, as namespace/name, the latest first."""

    def at(self, namespace: str) -> Remembered:
        """A person is there now."""
        others = (name for name in self.recent if name != namespace)
        return replace(self, recent=(namespace, *others)[:MOST_RECENT])

    def forgetting(self, namespace: str) -> Remembered:
        """Copy without a namespace that does not exist."""
        return replace(self, recent=tuple(name for name in self.recent if name != namespace))

    def opening(self, key: str) -> Remembered:
        """Copy with a Secret that exists but may not be listed."""
        others = (name for name in self.opened if name != key)
        return replace(self, opened=(key, *others)[:MOST_OPENED])

    def opened_in(self, namespace: str) -> tuple[str, ...]:
        """Names of Secrets that were opened in a namespace."""
        prefix = f"{namespace}/"
        return tuple(name.removeprefix(prefix) for name in self.opened if name.startswith(prefix))

    def starring(self, namespace: str) -> Remembered:
        """Copy with a namespace that is starred, or no longer."""
        others = tuple(name for name in self.starred if name != namespace)
        if len(others) == len(self.starred):
            return replace(self, starred=tuple(sorted((*others, namespace))))
        return replace(self, starred=others)
