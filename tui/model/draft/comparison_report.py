"""Report of a comparison of files and cluster.

Each row is a key that differs, or a Secret that is only in the files or only in the cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from tui.model.draft.comparison_rows import STATES, ComparedSecret, ComparisonState
from tui.model.report import Report, bounded, time_words
from tui.model.text.counts import counted

DIFFERS: Final = 1
"""Exit code if everything was read, and a Secret differs or is only in the files or only in the cluster."""
_COLUMNS: Final = ("state", "namespace", "secret", "key", "differs", "cluster", "files")
_WIDE: Final = 100
"""Width in cells. A narrower report of one namespace has no namespace column."""
_WORDS: Final[Mapping[ComparisonState, str]] = {"only here": "only in files", "only there": "only in cluster"}


class ComparisonReport(Report, frozen=True, kw_only=True):
    secrets: Mapping[str, int]

    @property
    def code(self) -> int:
        is_same = self.secrets.keys() <= {"same"}
        return super().code or (0 if is_same else DIFFERS)

    @property
    def title(self) -> str:
        return "Files and cluster"

    def table_columns(self, columns: int) -> Collection[str]:
        is_narrow = columns < _WIDE and self.namespace
        return [column for column in self.columns if column != "namespace" or not is_narrow]

    @property
    def summary(self) -> str:
        plural = {"differs": "differ"}
        counts = (
            (count, plural.get(state, state) if count > 1 else state) for state, count in self.secrets.items()
        )
        words = ", ".join(f"{count:,} {state}" for count, state in counts)
        return f"Secrets compared: {words or 'none'}."

    @property
    def facts(self) -> dict[str, Any]:
        return {"secrets": dict(self.secrets)}


def comparison_report(
    rows: Iterable[ComparedSecret], *, context: str, namespace: str, now: float, zone: tzinfo
) -> ComparisonReport:
    """Build the report of `rows`, in which "here" means the files and "there" the cluster."""
    secrets = sorted(rows, key=lambda row: row.here)
    counts = Counter(secret.state for secret in secrets)
    return ComparisonReport(
        name="compare",
        context=context,
        namespace=namespace,
        at=now,
        at_words=time_words(now, zone),
        columns=_COLUMNS,
        rows=tuple(tuple(map(bounded, cells)) for secret in secrets for cells in _cells(secret)),
        not_read=tuple(f"{secret.here}: {secret.why}".rstrip(".") for secret in secrets if secret.why),
        secrets={_WORDS.get(state, state): counts[state] for state in STATES if counts[state]},
    )


def _cells(secret: ComparedSecret) -> Iterator[tuple[str, ...]]:
    ref = secret.here
    if secret.state in ("only here", "only there"):
        yield (_WORDS[secret.state], ref.namespace, ref.name, "", "", "", counted(secret.same, "field"))
    for row in secret.keys:
        files, cluster = row.sides
        yield (_WORDS.get(row.state, row.state), ref.namespace, ref.name, row.key, row.by, cluster, files)
