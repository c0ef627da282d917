"""The kinds of readers that are followed from the start.

All others are searched once somebody asks: workloads (workloads.py), and what rules/ finds in other objects.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.pods import PODS
from tui.model.readers.source import ReaderSource
from tui.model.text.counts import joined

SOURCES: tuple[ReaderSource, ...] = (PODS,)
"""In the order in which screens name them."""

NOT_SEARCHED: Final = ("workloads without pods", "ingresses", "other kinds")
"""What else may read a Secret, as long as nobody searched all kinds."""


def kinds_word() -> str:
    """The kinds that have a source: "pods", "pods and ingresses"."""
    return joined([source.kind.many for source in SOURCES])


def one_of_them() -> str:
    """One object of these kinds: "pod", "pod or ingress"."""
    return joined([source.kind.one for source in SOURCES], "or")
