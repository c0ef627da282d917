"""Report of the subjects that can read one Secret, or all Secrets of a namespace or of the cluster."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from tui.model.access.grants import KIND_WORDS, Subject
from tui.model.access.who import Access, AccessWay, Pods
from tui.model.report import Cell, Report, bounded
from tui.model.text.counts import counted, joined, listed
from tui.model.text.printable import printable

COLUMNS: Final = ("way", "kind", "subject", "namespace", "objects", "rights", "binding", "role", "pods")


_MOST_SUBJECTS: Final = 3


class WhoReport(Report, frozen=True, kw_only=True):
    secret: str
    readers: str
    ask_for: tuple[str, ...]

    @property
    def summary(self) -> str:
        secret = f"Secret {printable(self.secret)}" if self.secret else "Secrets"
        return f"{secret}: {self.readers}."

    @property
    def remarks(self) -> Sequence[str]:
        asked = f"Ask for the right to {printable(joined(self.ask_for))}."
        return [*super().remarks, *([asked] if self.ask_for else [])]

    @property
    def facts(self) -> dict[str, Any]:
        return {"secret": self.secret or None, "askFor": list(self.ask_for)}


def rows(accesses: Iterable[Access], pods: Pods) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            access.way,
            access.subject.kind,
            bounded(str(access.subject)),
            access.namespace or "*",
            "not known" if access.way == "not known" else "by name" if access.is_by_name else "all",
            tuple(map(bounded, access.rights)),
            bounded(access.binding),
            bounded(access.role),
            tuple(f"{pod.namespace}/{pod.name}" for pod in pods.run_as(access.subject)),
        )
        for access in accesses
    )


def readers_words(accesses: Iterable[Access]) -> str:
    """Count the subjects that can read Secrets, e.g. "2 users can read, 1 user indirectly (exec)"."""
    by_way = defaultdict[AccessWay, set[Subject]](set)
    for access in accesses:
        by_way[access.way].add(access.subject)
    readers, unknown = by_way.pop("read", set()), by_way.pop("not known", set())
    others = set[Subject]().union(*by_way.values()) - readers
    words = [f"{_counts(readers) or 'no subject'} can read"]
    ways = sorted(way for way, subjects in by_way.items() if subjects & others)
    words += [f"{_counts(others)} indirectly ({listed(ways, 2)})"] if others else []
    unknown -= readers | others
    return ", ".join([*words, *([f"{_counts(unknown)} with unknown rights"] if unknown else [])])


def copy_words(more: Sequence[Subject], *, is_known: bool, ask_for: Sequence[str]) -> str:
    """Compare the readers of a Secret's copy with the readers of the original.

    `more`: subjects that can read only the copy. `is_known`: False if the readers of the copy are unknown.
    """
    if not is_known:
        asks = f": ask for the right to {listed(ask_for, 1)}" if ask_for else ""
        return f"readers of the copy are unknown{asks}"
    if not more:
        return "no more readers than the original"
    names = listed([str(subject) for subject in more], _MOST_SUBJECTS)
    return f"{counted(len(more), 'reader')} that the original lacks: {names}"


def _counts(subjects: Iterable[Subject]) -> str:
    counts = Counter(subject.kind for subject in subjects)
    return joined([counted(counts[kind], word) for kind, word in KIND_WORDS.items() if counts[kind]])
