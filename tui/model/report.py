"""Report: rows of text as a table, JSON, Markdown or CSV. Text from the cluster is escaped."""

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
"""A text, or names."""

_BELOW: Final = {
    **{"what": "", "do": "\n→ ", "readers": "", "by": ": "},
    **{"also": "\nalso: ", "served": "\nserved by "},
    **{"rights": "", "binding": " by ", "role": " with ", "pods": "\npods: "},
}
"""Columns that a table draws below the others, and the words before each."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""First characters of a cell that a spreadsheet would calculate."""
_LONGEST: Final = 512
"""Maximum characters of a text. A name has at most 253, but a Secret's type can have a megabyte."""
_MOST_NAMES: Final = 50
"""Limit of names in a cell. JSON has all."""
_NARROWEST: Final = 40
"""Minimum width of a table in terminal cells, even in a narrower terminal."""
_GAP: Final = "  "
_INDENT: Final = "    "

INCOMPLETE: Final = 3
"""The exit code if not everything was read."""


class Report(Struct, frozen=True, kw_only=True):
    """A report. Its rows have a cell for each column. Subclasses add the objects of their rows."""

    name: str
    context: str
    namespace: str
    """Namespace; "" for all."""
    at: float
    """Time of the report in seconds since the epoch."""
    at_words: str
    """Same time, in the time zone of all times in the report."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    not_read: tuple[str, ...]
    """Kinds and objects that were refused, failed or not checked, a line each. Empty: everything was read."""

    @property
    def code(self) -> int:
        """The exit code."""
        return INCOMPLETE if self.not_read else 0

    @property
    def title(self) -> str:
        return f"Secrets: {self.name}"

    def table_columns(self, columns: int) -> Collection[str]:
        """Names of the columns to show in a table of this width."""
        return self.columns

    @property
    def is_known(self) -> bool:
        """True if everything was read: anything that the rows lack does not exist."""
        return not self.not_read

    @property
    def summary(self) -> str:
        """A line below the rows."""
        raise NotImplementedError

    @property
    def remarks(self) -> Sequence[str]:
        """Sentences about what was not read."""
        return [f"Not read: {printable(words)}." for words in self.not_read]

    @property
    def facts(self) -> dict[str, Any]:
        """Fields of the JSON beside the rows."""
        return {}


def time_words(at: float, zone: tzinfo) -> str:
    """ "2026-11-24 14:00:00 UTC"."""
    return f"{moment(at, None, zone)} {datetime.fromtimestamp(at, zone).tzname()}"


def bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(cell: Cell) -> str:
    return printable(cell if isinstance(cell, str) else listed(cell, _MOST_NAMES))


def as_table(told: Report, columns: int) -> str:
    """Write a line for each row, with its `_BELOW` columns below; no line is wider than `columns`."""
    columns = max(columns, _NARROWEST)
    shown = told.table_columns(columns)
    places = [place for place, column in enumerate(told.columns) if column in shown]
    titles = [told.columns[place] for place in places]
    names = sum(column not in _BELOW for column in titles)
    before = [_BELOW[column] for column in titles[names:]]
    rows = [tuple(_words(row[place]) for place in places) for row in told.rows]
    heads = [tuple(map(str.upper, titles[:names])), *(row[:names] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*heads, strict=True)]
    while sum(widths) + len(_GAP) * (names - 1) > columns and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    lines = [_GAP.join(map(pad, map(cut_middle, head, widths), widths)).rstrip() for head in heads]
    text = lines[:1] if rows else []
    for line, row in zip(lines[1:], rows, strict=True):
        below = "".join(sign + words for sign, words in zip(before, row[names:], strict=True) if words)
        below = below.removeprefix("\n")
        text += [line, *(part for words in below.splitlines() for part in _wrapped(words, columns, _INDENT))]
    closing = [part for line in _closing(told) for part in _wrapped(line, columns)]
    return "".join(f"{line}\n" for line in [*text, *([""] if text else []), *closing])


def _wrapped(text: str, columns: int, indent: str = "") -> Iterator[str]:
    """Lines of at most this many cells, broken at blanks; those after the first are indented by two more."""
    line = indent
    for word in text.split(" "):
        if line.strip() and width(line) + 1 + width(word) > columns:
            yield line
            line = f"{indent}  "
        line += f" {word}" if line.strip() else word
        while width(line) > columns:  # a word longer than the line
            head = cut_end(line, columns).removesuffix("…")
            yield head
            line = f"{indent}  {line.removeprefix(head)}"
    yield line


def as_markdown(told: Report, _columns: int = 0) -> str:
    """Heading, table, and a list of what was not read."""
    where = told.namespace or "all namespaces"
    lines = [f"## {told.title} of {_escaped(where)}", ""]
    if told.rows:
        lines += [f"| {' | '.join(told.columns)} |", f"|{'---|' * len(told.columns)}"]
        lines += [f"| {' | '.join(map(_escaped, row))} |" for row in told.rows]
        lines.append("")
    lines += [f"- {_escaped(line)}" for line in _closing(told)]
    return "".join(f"{line}\n" for line in lines)


def as_json(told: Report, _columns: int = 0) -> str:
    """Write a JSON object, in ASCII."""
    fields = {
        "report": told.name,
        "time": rfc3339(told.at),
        "context": told.context,
        "namespace": told.namespace or None,
        "complete": not told.not_read,
        "rows": [dict(zip(told.columns, row, strict=True)) for row in told.rows],
        "notRead": list(told.not_read),
        **told.facts,
    }
    return json.dumps(fields, indent=2) + "\n"


def as_csv(told: Report, _columns: int = 0) -> str:
    """Write CSV: a header and the rows, quoted as in RFC 4180 but with LF; no other text."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(told.columns)
    lines.writerows(map(_inert, map(_words, row)) for row in told.rows)
    return text.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


TABLE: Final = "table"
"""The format that is printed unless another is asked for."""
REPORT_WRITERS: Final[dict[str, Callable[[Report, int], str]]] = {
    "table": as_table,
    "json": as_json,
    "markdown": as_markdown,
    "csv": as_csv,
}
"""Writers of the formats. Each takes the columns of the terminal."""


def _closing(told: Report) -> list[str]:
    lines = [] if told.rows else ["Nothing found." if told.is_known else "Nothing found in what is known."]
    where = f"namespace {printable(told.namespace)}" if told.namespace else "all namespaces"
    made = f"Context {printable(told.context)}, {where}, as of {told.at_words}."
    return [*lines, told.summary, *told.remarks, made]


def _escaped(cell: Cell) -> str:
    return _SPECIAL.sub(r"\\\1", _words(cell))
