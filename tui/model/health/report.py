"""Report of health: the findings, or each Secret and its readers. Names only."""

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
"""The checks of each report; none is all of them."""
_FINDING: Final = ("state", "namespace", "object", "secret", "key", "what", "do")
_READERS: Final = ("namespace", "secret", "type", "state", "readers", "by")

FOUND: Final = 1
"""The exit code; INCOMPLETE is the stronger."""


class HealthReport(Report, frozen=True, kw_only=True):
    """Problems of Secrets, or each Secret and its readers."""

    fail_on: Level
    is_found: bool
    """True if a finding has that level, or a worse one."""
    states: Mapping[str, int]
    states_words: str
    undecided: int
    """Pods of which it is not known which value they have, though everything was read."""
    not_checked: int
    """Secrets whose values would tell more, and were not asked for."""
    accepted: int
    """Risks that an annotation of their Secret accepts; they are no rows."""

    @property
    def code(self) -> int:
        """The exit code. A pod whose value is not known may have an old one, and nothing worse."""
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
        """Sentences about what was not read or checked, and is not known."""
        lines = [*super().remarks]
        if self.undecided:
            has = "has" if self.undecided == 1 else "have"
            lines.append(f"Not known: which value {counted(self.undecided, 'pod')} {has}.")
        if self.not_checked:
            count = counted(self.not_checked, "Secret")
            lines.append(f"Not checked without --values: {count}, ConfigMaps and variables.")
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
    """`readers`: what reads a Secret, in words. `not_checked` counts, with these, the Secrets of Report."""
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
        is_found=any(one.level in worst for one in findings),
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


def _row(one: Finding) -> tuple[Cell, ...]:
    name = one.ref.name if one.ref is not None else ""
    texts = (one.level, one.namespace, one.object, name, one.place, one.says, one.do)
    return tuple(map(bounded, texts))


def _reader_rows(evidence: Evidence, readers: Callable[[SecretRef], str]) -> Iterator[tuple[Cell, ...]]:
    by = defaultdict[SecretRef, set[str]](set)
    for info in evidence.infos:
        title = info.owner_title if "/" in info.owner_title else f"{info.kind.name}/{info.owner_title}"
        for use in info.uses:
            if not use.produces:
                by[secret_of(info, use)].add(bounded(title))
    for row in evidence.rows:
        if secret_type(row.type).is_for_pods and (ref := row.ref):
            texts = (ref.namespace, ref.name, row.type, evidence.usage(ref), readers(ref))
            mentions = {bounded(f"{title} (mentions it)") for title in evidence.mentions(ref)}
            yield (*map(bounded, texts), tuple(sorted(by[ref] or mentions)))
