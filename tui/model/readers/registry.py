"""The registry of reader sources. To add a kind of reader, add its source here."""

from __future__ import annotations

from typing import Final

from tui.model.readers.pods import PODS
from tui.model.readers.source import ReaderSource
from tui.model.text.counts import joined

SOURCES: tuple[ReaderSource, ...] = (PODS,)
"""In the order in which screens name them."""

_WORKLOADS: Final = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
)
_KNOWN: Final = ((_WORKLOADS, "workloads without pods"), (("Ingress",), "ingresses"))
"""Kinds that read Secrets, by their names in the API, and in words as long as one of them has no source."""


def kinds_word() -> str:
    """The kinds that have a source: "pods", "pods and ingresses"."""
    return joined([source.kind.many for source in SOURCES])


def one_of_them() -> str:
    """One object of these kinds: "pod", "pod or ingress"."""
    return joined([source.kind.one for source in SOURCES], "or")


def not_checked() -> list[str]:
    """What may read a Secret and has no source, in words."""
    sources = {source.kind.name for source in SOURCES}
    return [*(words for kinds, words in _KNOWN if not sources.issuperset(kinds)), "other kinds"]
