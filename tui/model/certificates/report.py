"""Report of certificates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from tui.model.certificates.rows import CertificateRow
from tui.model.health.finding import LEVELS, Level
from tui.model.health.report import FOUND
from tui.model.readers.gaps import Gap, gap_words
from tui.model.report import Cell, Report, bounded, time_words
from tui.model.secret.formats.validity import LATEST
from tui.model.text.times import rfc3339

_COLUMNS: Final = (
    *("state", "certificate", "namespace", "secret", "expires", "issuer", "renews", "key"),
    *("ends", "names", "copies", "what", "do", "also", "served"),
)
_NARROW: Final = ("state", "certificate", "secret", "expires", "issuer", "what", "do", "also", "served")
_WIDER: Final = ((120, ("namespace", "renews")), (160, ("key",)))
"""Pairs (minimum width of a table in characters, columns added at this width)."""
_NOT_LOOKED_AT: Final = "Not checked: certificates in files on nodes, or inside texts such as YAML."


class CertificateReport(Report, frozen=True, kw_only=True):
    fail_on: Level
    is_found: bool
    states: Mapping[str, int]
    """Number of certificates in each state.

    "end later" counts the certificates that expire too late to get a row.
    """

    @property
    def code(self) -> int:
        return super().code or (FOUND if self.is_found else 0)

    @property
    def title(self) -> str:
        return "Certificates"

    def table_columns(self, columns: int) -> Collection[str]:
        return (*_NARROW, *(name for least, names in _WIDER if columns >= least for name in names))

    @property
    def summary(self) -> str:
        words = ", ".join(f"{count:,} {state}" for state, count in self.states.items() if count)
        return f"Certificates: {words or ('not known' if self.not_read else 'none')}."

    @property
    def remarks(self) -> Sequence[str]:
        return [*super().remarks, _NOT_LOOKED_AT]

    @property
    def facts(self) -> dict[str, Any]:
        return {"failOn": self.fail_on, "certificates": dict(self.states)}


def certificates_report(
    rows: Sequence[CertificateRow],
    gaps: Iterable[Gap],
    *,
    context: str,
    namespace: str,
    now: float,
    zone: tzinfo,
    fail_on: Level,
    within: float = math.inf,
) -> CertificateReport:
    """Build the report. Certificates that expire more than `within` seconds after `now` get no row.

    Certificates whose expiry is not known always get a row.
    """
    shown = [row for row in rows if math.isinf(row.ends) or row.ends - now <= within]
    counts = Counter(row.level for row in shown)
    worst = LEVELS[: LEVELS.index(fail_on) + 1]
    return CertificateReport(
        name="certificates",
        context=context,
        namespace=namespace,
        at=now,
        at_words=time_words(now, zone),
        columns=_COLUMNS,
        rows=tuple(_cells(row, now) for row in shown),
        not_read=tuple(gap_words(gaps)),
        fail_on=fail_on,
        is_found=any(counts[level] for level in worst),
        states={
            **{level: counts[level] for level in LEVELS if counts[level]},
            "ok": counts[None],
            "end later": len(rows) - len(shown),
        },
    )


def _cells(row: CertificateRow, now: float) -> tuple[Cell, ...]:
    place, leaf = row.first.place, row.leaf
    first = row.findings[0] if row.findings else None
    more = f" +{len(row.copies) - 1}" if len(row.copies) > 1 else ""
    cells: tuple[Cell, ...] = (
        row.level or "ok",
        row.title,
        place.namespace,
        f"{place.title}{more}",
        row.left(now),
        row.issuer,
        row.renewal,
        leaf.key if leaf is not None and not row.is_bundle else "",
        rfc3339(row.ends) if row.ends < LATEST else "",
        row.names,
        tuple(str(copy.place) for copy in row.copies),
        first.sentence if first is not None else "",
        first.do if first is not None else "",
        "; ".join(finding.sentence for finding in row.findings[1:]),
        row.served_by,
    )
    return tuple(bounded(cell) if isinstance(cell, str) else tuple(map(bounded, cell)) for cell in cells)
