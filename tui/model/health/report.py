"""Report: what was found, as a table, JSON, Markdown or CSV. Names only; what is foreign is made harmless."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.health.checks import judge, states, states_words, undecided
from tui.model.health.evidence import Evidence
from tui.model.health.finding import LEVELS, Finding, Level
from tui.model.health.missing_references import not_known, unknown_words
from tui.model.readers.gaps import gap_words
from tui.model.readers.reader import secret_of
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.text.counts import counted, listed
from tui.model.text.printable import cut_end, cut_middle, pad, printable, width
from tui.model.text.times import moment, rfc3339

Cell: TypeAlias = str | tuple[str, ...]
"""A text, or names."""

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "health": (),
    "missing": ("missing",),
    "stale": ("old value", "replaced"),
    "readers": ("unused",),
}
"""The checks of each report; none is all of them."""
_FINDING: Final = ("state", "namespace", "object", "secret", "key", "what", "do")
_READERS: Final = ("namespace", "secret", "type", "state", "readers", "by")
_BELOW: Final = {"what": "", "do": "\n→ ", "readers": "", "by": ": "}
"""The columns that a table has below the others, and what stands before each."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""A cell that begins so is calculated by a spreadsheet."""
_LONGEST: Final = 512
"""Characters of a text: names have at most 253, but anybody may write a type of a megabyte."""
_MOST_NAMES: Final = 50
"""In a cell. JSON has all."""
_NARROWEST: Final = 40
"""Cells of a table, however narrow the terminal is."""
_GAP: Final = "  "
_INDENT: Final = "    "

FOUND: Final = 1
INCOMPLETE: Final = 3
"""Exit codes; 3 is the stronger."""


class Report(Struct, frozen=True, kw_only=True):
    """One report. Its rows have a cell for each column."""

    name: str
    context: str
    namespace: str
    """ "" for all."""
    at: float
    """When it was made, seconds since the epoch."""
    at_words: str
    """The same in the time zone of all times in it."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    fail_on: Level
    is_found: bool
    """Was anything found of that level, or worse?"""
    states: Mapping[str, int]
    states_words: str
    not_read: tuple[str, ...]
    """What was refused, failed or not looked at, a line each. Empty: everything was read."""
    undecided: int
    """Pods of which it is not known which value they have, though everything was read."""
    not_checked: int
    """Secrets whose values would tell more, and were not asked for."""

    @property
    def code(self) -> int:
        """The exit code. A pod whose value is not known may have an old one, and nothing worse."""
        may_be_found = self.undecided and LEVELS.index(self.fail_on) >= LEVELS.index("old value")
        if self.not_read or (may_be_found and not self.is_found):
            return INCOMPLETE
        return FOUND if self.is_found else 0


def report(
    name: str,
    evidence: Evidence,
    readers: Callable[[SecretRef], str],
    *,
    context: str,
    namespace: str,
    fail_on: Level,
    not_checked: Callable[[Collection[SecretRef]], int],
) -> Report:
    """`readers`: what reads a Secret, in words. `not_checked` counts, with these, the Secrets of Report."""
    unknown = not_known(evidence.infos, evidence.keys_of)
    findings = judge(evidence, _CHECKS[name])
    is_list, worst = name == "readers", LEVELS[: LEVELS.index(fail_on) + 1]
    now, zone = evidence.now, evidence.zone
    return Report(
        name=name,
        context=context,
        namespace=namespace,
        at=now,
        at_words=f"{moment(now, None, zone)} {datetime.fromtimestamp(now, zone).tzname()}",
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
    )


def _row(one: Finding) -> tuple[Cell, ...]:
    name = one.ref.name if one.ref is not None else ""
    texts = (one.level, one.namespace, one.object, name, one.key, one.says, one.do)
    return tuple(map(_bounded, texts))


def _reader_rows(evidence: Evidence, readers: Callable[[SecretRef], str]) -> Iterator[tuple[Cell, ...]]:
    by = defaultdict[SecretRef, set[str]](set)
    for info in evidence.infos:
        title = info.owner_title if "/" in info.owner_title else f"{info.kind.name}/{info.owner_title}"
        for use in info.uses:
            if not use.produces:
                by[secret_of(info, use)].add(_bounded(title))
    for row in evidence.rows:
        if secret_type(row.type).is_for_pods and (ref := row.ref):
            texts = (ref.namespace, ref.name, row.type, evidence.usage(ref), readers(ref))
            mentions = {_bounded(f"{title} (mentions it)") for title in evidence.mentions(ref)}
            yield (*map(_bounded, texts), tuple(sorted(by[ref] or mentions)))


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(cell: Cell) -> str:
    return printable(cell if isinstance(cell, str) else listed(cell, _MOST_NAMES))


def as_table(told: Report, columns: int) -> str:
    """A line of names for each row, and below it the sentences; no line is longer than `columns`."""
    columns = max(columns, _NARROWEST)
    names = sum(column not in _BELOW for column in told.columns)
    before = [_BELOW[column] for column in told.columns[names:]]
    rows = [tuple(map(_words, row)) for row in told.rows]
    heads = [tuple(map(str.upper, told.columns[:names])), *(row[:names] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*heads, strict=True)]
    while sum(widths) + len(_GAP) * (names - 1) > columns and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    lines = [_GAP.join(map(pad, map(cut_middle, head, widths), widths)).rstrip() for head in heads]
    text = lines[:1] if rows else []
    for line, row in zip(lines[1:], rows, strict=True):
        below = "".join(sign + words for sign, words in zip(before, row[names:], strict=True) if words)
        text += [line, *(part for words in below.splitlines() for part in _wrapped(words, columns, _INDENT))]
    closing = [part for line in _closing(told) for part in _wrapped(line, columns)]
    return "".join(f"{line}\n" for line in [*text, *([""] if text else []), *closing])


def _wrapped(text: str, columns: int, indent: str = "") -> Iterator[str]:
    """Lines of at most so many cells, broken at blanks; those after the first are indented by two more."""
    line = indent
    for word in text.split(" "):
        if line.strip() and width(line) + 1 + width(word) > columns:
            yield line
            line = f"{indent}  "
        line += f" {word}" if line.strip() else word
        while width(line) > columns:  # one word
            head = cut_end(line, columns).removesuffix("…")
            yield head
            line = f"{indent}  {line.removeprefix(head)}"
    yield line


def as_markdown(told: Report, _columns: int = 0) -> str:
    """A heading, a table, and what was not read as a list."""
    where = told.namespace or "all namespaces"
    lines = [f"## Secrets: {told.name} of {_escaped(where)}", ""]
    if told.rows:
        lines += [f"| {' | '.join(told.columns)} |", f"|{'---|' * len(told.columns)}"]
        lines += [f"| {' | '.join(map(_escaped, row))} |" for row in told.rows]
        lines.append("")
    lines += [f"- {_escaped(line)}" for line in _closing(told)]
    return "".join(f"{line}\n" for line in lines)


def as_json(told: Report, _columns: int = 0) -> str:
    """One object, in ASCII."""
    found = {
        "report": told.name,
        "time": rfc3339(told.at),
        "context": told.context,
        "namespace": told.namespace or None,
        "failOn": told.fail_on,
        "complete": not told.not_read,
        "rows": [dict(zip(told.columns, row, strict=True)) for row in told.rows],
        "secrets": dict(told.states),
        "notRead": list(told.not_read),
        "undecidedPods": told.undecided,
        "notChecked": told.not_checked,
    }
    return json.dumps(found, indent=2) + "\n"


def as_csv(told: Report, _columns: int = 0) -> str:
    """The names of the columns and the rows, as RFC 4180 has them; nothing else."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(told.columns)
    lines.writerows(map(_inert, map(_words, row)) for row in told.rows)
    return text.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


FORMATS: Final[dict[str, Callable[[Report, int], str]]] = {
    "table": as_table,
    "json": as_json,
    "markdown": as_markdown,
    "csv": as_csv,
}
"""Each takes the columns of the terminal."""


def remarks(told: Report) -> Sequence[str]:
    """What was not read or checked, and is not known, a sentence each."""
    lines = [f"Not read: {printable(words)}." for words in told.not_read]
    if told.undecided:
        has = "has" if told.undecided == 1 else "have"
        lines.append(f"Not known: which value {counted(told.undecided, 'pod')} {has}.")
    if told.not_checked:
        count = counted(told.not_checked, "Secret")
        lines.append(f"Not checked without --values: the contents of {count}.")
    return lines


def _closing(told: Report) -> list[str]:
    is_known = not (told.not_read or told.undecided)
    nothing = "Nothing found." if is_known else "Nothing found in what is known."
    lines = [] if told.rows else [nothing]
    where = f"namespace {printable(told.namespace)}" if told.namespace else "all namespaces"
    made = f"Context {printable(told.context)}, {where}, as of {told.at_words}."
    return [*lines, f"Secrets: {told.states_words}.", *remarks(told), made]


def _escaped(cell: Cell) -> str:
    return _SPECIAL.sub(r"\\\1", _words(cell))
