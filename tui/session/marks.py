"""Marks before the names of listed Secrets: X if something fails, ! for a warning.

No value of a Secret is read to make a mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, Literal

from msgspec import Struct

from tui.model.health.missing_references import MissingReference, is_done, lacks_of
from tui.model.readers.needs import KnownKeys
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import FAILS, MAY_FAIL
from tui.model.readers.workloads import WorkloadInfo
from tui.model.secret.formats.validity import time_problem
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.text.counts import listed
from tui.session.cache.readers import Readers
from tui.session.session import Session

_MOST_NAMES: Final = 2
_UNKNOWN: Final = KnownKeys(frozenset(), is_there=False)
_WHEN: Final = ("fail{}", "fail{} at the next start", "may fail at the next start", "get{} no value")
"""Effects of a missing key on readers, the worst first. "{}" becomes "s" for one reader, "" for several."""


class Mark(Struct, frozen=True):
    """Sign before the name of a Secret, and the reasons for the sign."""

    sign: Literal["X", "!"]
    words: tuple[str, ...]


def mark_of(session: Session, row: SecretSummary, now: float) -> Mark | None:
    """Return the mark of a listed Secret; None if it needs no mark. `now`: seconds since the epoch."""
    failing, soon = list[str](), list[str]()
    for key, times in session.certificates.of(row).items():
        if problem := time_problem(times, now):
            (soon if problem.is_valid else failing).append(f"{key}: the {problem.what} {problem.words}")
    for finding in session.problems.get((row.ref, row.resource_version), ()):
        (failing if finding.level == "fails" else soon).append(finding.short or finding.says)
    failing += lack_words(lacks_of_row(session, row))
    if failing or soon:
        return Mark("X" if failing else "!", (*failing, *soon))
    return None


def lacks_of_row(session: Session, row: SecretSummary) -> list[MissingReference]:
    """List the references of readers to keys that a listed Secret does not have.

    The result is empty unless all keys of the Secret are known from its managedFields.
    """
    if row.keys is None or len(row.keys) != row.key_count:
        return []
    return lacks(session.readers_of(row.ref.namespace), row.ref, row.keys)


def lacks(readers: Readers, ref: SecretRef, keys: Collection[str]) -> list[MissingReference]:
    """List the references of a Secret's readers to keys that are not in `keys`.

    Only pods, and objects without a controller, count as readers. A pod or Job that has ended does not count.
    """
    missing = frozenset(key for _, named in readers.keys_named(ref) for key in named).difference(keys)
    if not missing:
        return []
    infos = {reader.info.id: reader.info for reader in readers.of(ref, missing)}.values()
    whole = KnownKeys(frozenset(keys))
    return [
        lack
        for info in infos
        if (info.controller is None or isinstance(info, PodInfo)) and not is_done(info)
        for lack in lacks_of(info, lambda other: whole if other == ref else _UNKNOWN)
        if lack.ref == ref and lack.use.key in missing
    ]


def lack_words(missing: Iterable[MissingReference]) -> list[str]:
    """Return lines such as "web, worker fail: no key db-password", the worst effect first."""
    owners = defaultdict[str, list[MissingReference]](list)
    for lack in missing:
        is_run = isinstance(lack.info, PodInfo | WorkloadInfo)
        owners[lack.info.workload[1] if is_run else lack.info.title].append(lack)
    by_effect = defaultdict[tuple[str, tuple[str, ...]], list[str]](list)
    for name, lacks_of_name in sorted(owners.items()):
        keys = tuple(sorted({lack.use.key or "" for lack in lacks_of_name}))
        by_effect[min(map(_when, lacks_of_name), key=_WHEN.index), keys].append(name)
    return [
        f"{listed(names, _MOST_NAMES)} {when.format('' if len(names) > 1 else 's')}: no key {', '.join(keys)}"
        for (when, keys), names in sorted(by_effect.items(), key=lambda item: _WHEN.index(item[0][0]))
    ]


def _when(lack: MissingReference) -> str:
    fails_now, next_start, perhaps, other = _WHEN
    if lack.waits:
        return fails_now
    return {FAILS: next_start, MAY_FAIL: perhaps}.get(lack.effect.severity, other)
