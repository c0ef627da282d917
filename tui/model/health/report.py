"""Report: what was found, as a table, JSON or Markdown. Names only; what is foreign is made harmless."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct

from tui.model.health.checks import judge, states, states_words, undecided
from tui.model.health.evidence import Evidence
from tui.model.health.finding import Finding
from tui.model.health.missing_references import not_known, unknown_words
from tui.model.readers.gaps import gap_words
from tui.model.readers.reader import secret_of
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.text.counts import counted
from tui.model.text.printable import printable

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "health": (),
    "missing": ("missing",),
    "stale": ("old value", "replaced"),
    "readers": ("unused",),
}
"""The checks of each report; none is all of them."""
_FINDING: Final = ("state", "namespace", "object", "secret", "key", "what", "do")
_READERS: Final = ("namespace", "secret", "type", "state", "readers", "by")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")

FOUND: Final = 1
INCOMPLETE: Final = 3
"""Exit codes; 3 is the stronger."""


class Report(Struct, frozen=True, kw_only=True):
    """One report. Its rows have a text for each column."""

    name: str
    context: str
    namespace: str
    """ "" for all."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_found: bool
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
        """The exit code."""
        if self.not_read or (self.undecided and not self.is_found):
            return INCOMPLETE
        return FOUND if self.is_found else 0


def report(
    name: str,
    evidence: Evidence,
    readers: Callable[[SecretRef], str],
    *,
    context: str,
    namespace: str,
    not_checked: Callable[[Collection[SecretRef]], int],
) -> Report:
    """`readers`: what reads a Secret, in words. `not_checked` counts, with these, the Secrets of Report."""
    unknown = not_known(evidence.infos, evidence.keys_of)
    findings = judge(evidence, _CHECKS[name])
    is_list = name == "readers"
    return Report(
        name=name,
        context=context,
        namespace=namespace,
        columns=_READERS if is_list else _FINDING,
        rows=tuple(_reader_rows(evidence, readers) if is_list else map(_row, findings)),
        is_found=bool(findings),
        states=states(evidence),
        states_words=states_words(evidence),
        not_read=(
            *gap_words(evidence.gaps),
            *(unknown_words(unknown) if name in ("health", "missing") else ()),
        ),
        undecided=undecided(evidence) if name in ("health", "stale") else 0,
        not_checked=not_checked(unknown) if name == "health" else 0,
    )


def _row(one: Finding) -> tuple[str, ...]:
    name = one.ref.name if one.ref is not None else ""
    return one.level, one.namespace, one.object, name, one.key, one.says, one.do


def _reader_rows(evidence: Evidence, readers: Callable[[SecretRef], str]) -> Sequence[tuple[str, ...]]:
    by = defaultdict[SecretRef, set[str]](set)
    for info in evidence.infos:
        title = info.owner_title if "/" in info.owner_title else f"{info.kind.name}/{info.owner_title}"
        for use in info.uses:
            if not use.produces:
                by[secret_of(info, use)].add(title)
    return [
        (ref.namespace, ref.name, row.type, evidence.usage(ref), readers(ref), ", ".join(sorted(by[ref])))
        for row in evidence.rows
        if secret_type(row.type).is_for_pods and (ref := row.ref)
    ]


def as_table(told: Report) -> str:
    """Columns as wide as their texts, as kubectl prints them."""
    lines = [tuple(map(str.upper, told.columns)), *(tuple(map(printable, row)) for row in told.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["   ".join(map(str.ljust, line, widths)).rstrip() for line in lines] if told.rows else []
    return "".join(f"{line}\n" for line in [*text, *([""] if text else []), *_closing(told)])


def as_markdown(told: Report) -> str:
    """A heading, a table, and what was not read as a list."""
    where = told.namespace or "all namespaces"
    lines = [f"## Secrets: {told.name} of {_escaped(where)}", ""]
    if told.rows:
        lines += [f"| {' | '.join(told.columns)} |", f"|{'---|' * len(told.columns)}"]
        lines += [f"| {' | '.join(map(_escaped, row))} |" for row in told.rows]
        lines.append("")
    lines += [f"- {_escaped(line)}" for line in _closing(told)]
    return "".join(f"{line}\n" for line in lines)


def as_json(told: Report) -> str:
    """One object, in ASCII."""
    found = {
        "report": told.name,
        "context": told.context,
        "namespace": told.namespace or None,
        "complete": not told.not_read,
        "rows": [_object(told.columns, row) for row in told.rows],
        "secrets": dict(told.states),
        "notRead": list(told.not_read),
        "undecidedPods": told.undecided,
        "notChecked": told.not_checked,
    }
    return json.dumps(found, indent=2) + "\n"


def _object(columns: Sequence[str], row: Sequence[str]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = dict(zip(columns, row, strict=True))
    if "by" in found:
        found["by"] = row[-1].split(", ") if row[-1] else []
    return found


FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "table": as_table,
    "json": as_json,
    "markdown": as_markdown,
}


def _closing(told: Report) -> list[str]:
    lines = [f"Secrets: {told.states_words}."]
    if not told.rows:
        lines.insert(0, "Nothing found." if told.code == 0 else "Nothing found in what is known.")
    lines += [f"Not read: {printable(words)}." for words in told.not_read]
    if told.undecided:
        has = "has" if told.undecided == 1 else "have"
        lines.append(f"Not known: which value {counted(told.undecided, 'pod')} {has}.")
    if told.not_checked:
        count = counted(told.not_checked, "Secret")
        lines.append(f"Not checked without --values: the contents of {count}.")
    return lines


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))
