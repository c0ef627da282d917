"""Reports: rows of text, written as a table, JSON, Markdown or CSV. Text from the cluster is escaped."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, TypeAlias

from msgspec import Struct

from tui.model.text.counts import listed
from tui.model.text.printable import cut_end, cut_middle, pad, printable, width
from tui.model.text.times import moment, rfc3339

Cell: TypeAlias = str | tuple[str, ...]

_BELOW: Final = {
    **{"what": "", "do": "\n→ ", "readers": "", "by": ": "},
    **{"also": "\nalso: ", "served": "\nserved by "},
    **{"rights": "", "binding": " by ", "role": " with ", "pods": "\npods: "},
}
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""Characters with which a spreadsheet formula can begin."""
_LONGEST: Final = 512
"""Maximum number of characters in one text of a cell. A Secret's type can be a megabyte long."""
_MOST_NAMES: Final = 50
"""Maximum number of texts that a cell shows. JSON contains all of them."""
_NARROWEST: Final = 40
_GAP: Final = "  "
_INDENT: Final = "    "

INCOMPLETE: Final = 3
"""Exit code if something could not be read."""


class Report(Struct, frozen=True, kw_only=True):
    """Base of every report, such as the health report."""

    name: str
    context: str
    namespace: str
    """Namespace; "" for all namespaces."""
    at: float
    """Time of the report in seconds since the epoch."""
    at_words: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    not_read: tuple[str, ...]

    @property
    def code(self) -> int:
        """Exit code of the report command."""
        return INCOMPLETE if self.not_read else 0

    @property
    def title(self) -> str:
        return f"Secrets: {self.name}"

    def table_columns(self, columns: int) -> Collection[str]:
        return self.columns

    @property
    def is_known(self) -> bool:
        return not self.not_read

    @property
    def summary(self) -> str:
        raise NotImplementedError

    @property
    def remarks(self) -> Sequence[str]:
        return [f"Not read: {printable(words)}." for words in self.not_read]

    @property
    def facts(self) -> dict[str, Any]:
        return {}


def time_words(at: float, zone: tzinfo) -> str:
    return f"{moment(at, None, zone)} {datetime.fromtimestamp(at, zone).tzname()}"


def bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(cell: Cell) -> str:
    return printable(cell if isinstance(cell, str) else listed(cell, _MOST_NAMES))


def as_table(report: Report, columns: int) -> str:
    columns = max(columns, _NARROWEST)
    shown_columns = report.table_columns(columns)
    indexes = [index for index, column in enumerate(report.columns) if column in shown_columns]
    titles = [report.columns[index] for index in indexes]
    main_count = sum(column not in _BELOW for column in titles)
    separators = [_BELOW[column] for column in titles[main_count:]]
    rows = [tuple(_words(row[index]) for index in indexes) for row in report.rows]
    heads = [tuple(map(str.upper, titles[:main_count])), *(row[:main_count] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*heads, strict=True)]
    while sum(widths) + len(_GAP) * (main_count - 1) > columns and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    lines = [_GAP.join(map(pad, map(cut_middle, head, widths), widths)).rstrip() for head in heads]
    output = lines[:1] if rows else []
    for line, row in zip(lines[1:], rows, strict=True):
        below = "".join(
            separator + words for separator, words in zip(separators, row[main_count:], strict=True) if words
        )
        below = below.removeprefix("\n")
        output += [
            line,
            *(part for words in below.splitlines() for part in _wrapped(words, columns, _INDENT)),
        ]
    closing = [part for line in _closing(report) for part in _wrapped(line, columns)]
    return "".join(f"{line}\n" for line in [*output, *([""] if output else []), *closing])


def _wrapped(text: str, columns: int, indent: str = "") -> Iterator[str]:
    line = indent
    for word in text.split(" "):
        if line.strip() and width(line) + 1 + width(word) > columns:
            yield line
            line = f"{indent}  "
        line += f" {word}" if line.strip() else word
        while width(line) > columns:
            head = cut_end(line, columns).removesuffix("…")
            yield head
            line = f"{indent}  {line.removeprefix(head)}"
    yield line


def as_markdown(report: Report, _columns: int = 0) -> str:
    place = report.namespace or "all namespaces"
    lines = [f"## {report.title} of {_escaped(place)}", ""]
    if report.rows:
        lines += [f"| {' | '.join(report.columns)} |", f"|{'---|' * len(report.columns)}"]
        lines += [f"| {' | '.join(map(_escaped, row))} |" for row in report.rows]
        lines.append("")
    lines += [f"- {_escaped(line)}" for line in _closing(report)]
    return "".join(f"{line}\n" for line in lines)


def as_json(report: Report, _columns: int = 0) -> str:
    fields = {
        "report": report.name,
        "time": rfc3339(report.at),
        "context": report.context,
        "namespace": report.namespace or None,
        "complete": not report.not_read,
        "rows": [dict(zip(report.columns, row, strict=True)) for row in report.rows],
        "notRead": list(report.not_read),
        **report.facts,
    }
    return json.dumps(fields, indent=2) + "\n"


def as_csv(report: Report, _columns: int = 0) -> str:
    """Write CSV as in RFC 4180, but with LF line ends."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(report.columns)
    lines.writerows(map(_inert, map(_words, row)) for row in report.rows)
    return text.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


TABLE: Final = "table"
REPORT_WRITERS: Final[dict[str, Callable[[Report, int], str]]] = {
    "table": as_table,
    "json": as_json,
    "markdown": as_markdown,
    "csv": as_csv,
}
"""Keys are names of formats. Values are functions that write a report.

The second argument of these functions is the terminal's width in columns.
"""


def _closing(report: Report) -> list[str]:
    lines = (
        []
        if report.rows
        else ["Nothing found." if report.is_known else "Nothing found, but some objects could not be read."]
    )
    place = f"namespace {printable(report.namespace)}" if report.namespace else "all namespaces"
    origin = f"Context {printable(report.context)}, {place}, as of {report.at_words}."
    return [*lines, report.summary, *report.remarks, origin]


def _escaped(cell: Cell) -> str:
    return _SPECIAL.sub(r"\\\1", _words(cell))
