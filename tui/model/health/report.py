"""Health report without values: a row for each finding, or for each Secret and its readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from tui.model.health.checks import judge, states, states_words, undecided
from tui.model.health.evidence import Evidence
from tui.model.health.finding import LEVELS, Finding, Level
from tui.model.health.missing_references import not_known, unknown_words
from tui.model.health.risk_checks import accepted_count
from tui.model.readers.gaps import gap_words
from tui.model.readers.reader import secret_of
from tui.model.report import INCOMPLETE, Cell, Report, bounded, time_words
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.text.counts import counted

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "health": (),
    "missing": ("missing",),
    "stale": ("old value", "replaced"),
    "readers": ("unused",),
}
"""Checks of each report; () means all checks."""
_FINDING: Final = ("state", "namespace", "object", "secret", "key", "what", "do")
_READERS: Final = ("namespace", "secret", "type", "state", "readers", "by")

FOUND: Final = 1
"""Exit code if a finding is at least as severe as `fail_on`."""


class HealthReport(Report, frozen=True, kw_only=True):
    fail_on: Level
    """Least severe level that sets the exit code FOUND."""
    is_found: bool
    states: Mapping[str, int]
    states_words: str
    undecided: int
    not_checked: int
    """Number of Secrets whose values were not read. The report may lack problems of these Secrets."""
    accepted: int
    """Number of risks that an annotation or a setting accepts."""

    @property
    def code(self) -> int:
        """Return INCOMPLETE if `not_read` is not empty, FOUND if `is_found` is true, otherwise 0.

        `undecided` counts pods that may have an old value. If there are such pods, and an old value is at
        least as severe as `fail_on`, return INCOMPLETE instead of 0.
        """
        may_be_found = self.undecided and LEVELS.index(self.fail_on) >= LEVELS.index("old value")
        if self.not_read or (may_be_found and not self.is_found):
            return INCOMPLETE
        return FOUND if self.is_found else 0

    @property
    def is_known(self) -> bool:
        return super().is_known and not self.undecided

    @property
    def summary(self) -> str:
        return f"Secrets: {self.states_words}."

    @property
    def remarks(self) -> Sequence[str]:
        lines = [*super().remarks]
        if self.undecided:
            lines.append(f"Not known: whether the values in {counted(self.undecided, 'pod')} are old.")
        if self.not_checked:
            count = counted(self.not_checked, "Secret")
            lines.append(f"Not checked without --values: ConfigMaps, environment variables and {count}.")
        return lines

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "failOn": self.fail_on,
            "secrets": dict(self.states),
            "undecidedPods": self.undecided,
            "notChecked": self.not_checked,
            "acceptedRisks": self.accepted,
        }


def report(
    name: str,
    evidence: Evidence,
    readers: Callable[[SecretRef], str],
    *,
    context: str,
    namespace: str,
    fail_on: Level,
    not_checked: Callable[[Collection[SecretRef]], int],
) -> HealthReport:
    """Build a report of health; `name` is a key of `_CHECKS`."""
    unknown = not_known(evidence.infos, evidence.keys_of)
    findings = judge(evidence, _CHECKS[name])
    is_list, worst = name == "readers", LEVELS[: LEVELS.index(fail_on) + 1]
    return HealthReport(
        name=name,
        context=context,
        namespace=namespace,
        at=evidence.now,
        at_words=time_words(evidence.now, evidence.zone),
        columns=_READERS if is_list else _FINDING,
        rows=tuple(_reader_rows(evidence, readers) if is_list else map(_row, findings)),
        fail_on=fail_on,
        is_found=any(finding.level in worst for finding in findings),
        states=states(evidence),
        states_words=states_words(evidence),
        not_read=(
            *gap_words(evidence.gaps),
            *(unknown_words(unknown) if name in ("health", "missing") else ()),
        ),
        undecided=undecided(evidence) if name in ("health", "stale") else 0,
        not_checked=not_checked(unknown) if name == "health" else 0,
        accepted=accepted_count(evidence) if name == "health" else 0,
    )


def _row(finding: Finding) -> tuple[Cell, ...]:
    name = finding.ref.name if finding.ref is not None else ""
    texts = (finding.level, finding.namespace, finding.object, name, finding.place, finding.says, finding.do)
    return tuple(map(bounded, texts))


def _reader_rows(evidence: Evidence, readers: Callable[[SecretRef], str]) -> Iterator[tuple[Cell, ...]]:
    titles = defaultdict[SecretRef, set[str]](set)
    for info in evidence.infos:
        title = info.owner_title if "/" in info.owner_title else f"{info.kind.name}/{info.owner_title}"
        for use in info.uses:
            if not use.produces:
                titles[secret_of(info, use)].add(bounded(title))
    for row in evidence.rows:
        if secret_type(row.type).is_for_pods and (ref := row.ref):
            texts = (ref.namespace, ref.name, row.type, evidence.usage(ref), readers(ref))
            mentions = {bounded(f"{title} (mentions it)") for title in evidence.mentions(ref)}
            yield (*map(bounded, texts), tuple(sorted(titles[ref] or mentions)))
