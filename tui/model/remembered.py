"""What is remembered of one context from run to run: names of namespaces, and nothing else."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

MOST_RECENT: Final = 5
MOST_STARRED: Final = 100


class Remembered(Struct, frozen=True):
    """Changed by pure transitions."""

    starred: tuple[str, ...] = ()
    """In the order of their names."""
    recent: tuple[str, ...] = ()
    """The latest first."""

    def at(self, namespace: str) -> Remembered:
        """A person is there now."""
        others = (name for name in self.recent if name != namespace)
        return replace(self, recent=(namespace, *others)[:MOST_RECENT])

    def starring(self, namespace: str) -> Remembered:
        """Starred from now on, or no more."""
        others = tuple(name for name in self.starred if name != namespace)
        if len(others) == len(self.starred):
            return replace(self, starred=tuple(sorted((*others, namespace)))[:MOST_STARRED])
        return replace(self, starred=others)
