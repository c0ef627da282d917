"""The marks before a name in the list (X, !), found without fetching a value."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tui.model.secret.formats.validity import time_problem
from tui.model.secret.secret import SecretSummary
from tui.session.session import Session


class Mark(Struct, frozen=True):
    """The worst fact about a Secret as a sign, and all facts in words."""

    sign: Literal["X", "!"]
    words: tuple[str, ...]


def mark_of(session: Session, row: SecretSummary, now: float) -> Mark | None:
    """Mark of a listed Secret `now`, in seconds since the epoch; None without a finding."""
    failing, soon = list[str](), list[str]()
    for key, times in session.certificates.of(row).items():
        if problem := time_problem(times, now):
            (soon if problem.is_valid else failing).append(f"{key}: the {problem.what} {problem.words}")
    for finding in session.problems.get((row.ref, row.resource_version), ()):
        (failing if finding.level == "fails" else soon).append(finding.short or finding.says)
    readers = session.readers_of(row.ref.namespace)
    failing += readers.missing(row.ref, lambda named: missing_keys(named, row))
    if failing or soon:
        return Mark("X" if failing else "!", (*failing, *soon))
    return None


def missing_keys(named: frozenset[str], row: SecretSummary) -> list[str]:
    """The named keys that it lacks; none unless managedFields account for every key that there is."""
    if row.keys is None or len(row.keys) != row.key_count:
        return []
    return sorted(named.difference(row.keys))
