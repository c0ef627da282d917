"""Table of findings. Only the row under the cursor wraps its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import ClassVar, Final

from msgspec import Struct

from tui.model.health.finding import Finding, Level
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import MEASURED, VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone, width, wrap

LEVEL_TONES: Final[dict[Level, Tone]] = {
    "fails": "bad",
    "will fail": "bad",
    "old value": "warning",
    "old value?": "warning",
    "care": "warning",
    "unused": "muted",
}
LEVEL_SIGNS: Final[dict[Level, str]] = {
    "fails": "X",
    "will fail": "X",
    "old value": "!",
    "old value?": "!",
    "care": "!",
    "unused": "",
}
_NAMESPACE: Final = Column("namespace", "NAMESPACE", 12, most=16, cut="middle")
_COLUMNS: Final = (
    Column("sign", "", 1, gap=1),
    Column("secret", "SECRET", 12, most=24, cut="middle"),
    Column("says", "WHAT", 20, grow=1),
)


class FindingLine(Struct, frozen=True):
    finding: Finding | None
    """Finding of the line; None for the line "Certificates"."""
    words: Cell
    nth: int = 0


class FindingTable(VirtualTable[FindingLine]):
    HAS_HEADINGS: ClassVar[bool] = False

    def __init__(self, is_marked: Callable[[Finding], bool], *, has_namespaces: bool) -> None:
        columns = (_COLUMNS[0], _NAMESPACE, *_COLUMNS[1:]) if has_namespaces else _COLUMNS
        super().__init__(
            columns,
            key=_key,
            cells=self._cells,
            selectable=lambda line: not line.nth,
            id="finding-table",
        )
        self._has_namespaces, self._is_finding_marked = has_namespaces, is_marked
        self._findings: Sequence[Finding] = ()
        self._certificates = ""

    @property
    def finding_count(self) -> int:
        return len(self._findings)

    @property
    def most_lines(self) -> int:
        most = max((len(self._wrapped(each)) for each in islice(self._findings, MEASURED)), default=1)
        return len(self._findings) + most - 1 + bool(self._certificates)

    def lines(self, findings: Sequence[Finding], certificates: str) -> list[FindingLine]:
        """Keep the findings, and return their lines.

        `certificates`: text of an additional last line; "" adds no line.
        """
        self._findings, self._certificates = findings, certificates
        return self._lines_now()

    def is_marked(self, row: FindingLine) -> bool:
        return not row.nth and row.finding is not None and self._is_finding_marked(row.finding)

    def resized(self) -> None:
        self.show(self._lines_now())

    def on_virtual_table_highlighted(self) -> None:
        self.show(self._lines_now())

    def _lines_now(self) -> list[FindingLine]:
        rows = list[FindingLine]()
        for finding in self._findings:
            words = self._wrapped(finding) if finding.id == self.cursor_key else [_words(finding)]
            rows += [FindingLine(finding, part, nth) for nth, part in enumerate(words)]
        return [*rows, FindingLine(None, self._certificates)] if self._certificates else rows

    def _wrapped(self, finding: Finding) -> Sequence[Cell]:
        words, columns = _words(finding), self.width_of("says")
        if not columns or width(words) <= columns:
            return [words]
        return [
            Styled("".join(part.text for part in line), is_drawn=True)
            for line in wrap([words], columns, indent=2)
        ]

    def _cells(self, line: FindingLine) -> tuple[Cell, ...]:
        finding = line.finding
        if line.nth:
            return ("",) * (len(self.columns) - 1) + (line.words,)
        if finding is None:
            return ("",) * (len(self.columns) - 2) + (Styled("Certificates", "accent"), line.words)
        name = finding.ref.name if finding.ref is not None else ""
        place: tuple[Cell, ...] = (finding.namespace,) if self._has_namespaces else ()
        tone: Tone = "muted" if finding.level == "unused" else ""
        return (
            Styled(LEVEL_SIGNS[finding.level], LEVEL_TONES[finding.level]),
            *place,
            Styled(name, tone),
            Styled(line.words, tone) if isinstance(line.words, str) else line.words,
        )


def _key(line: FindingLine) -> str:
    if line.finding is None:
        return "certificates"
    return f"{line.finding.id}/{line.nth}" if line.nth else line.finding.id


def _words(finding: Finding) -> str:
    return finding.short or finding.says
