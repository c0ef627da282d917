"""The table of what containers get: one row per variable or file, below the line of its container."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from tui.model.readers.inputs.container_input import ContainerInput, InputState
from tui.model.secret.value import MASK
from tui.model.text.counts import counted
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone

_COLUMNS: Final = (
    Column("sign", "", 1, gap=1),
    Column("name", "GETS", 16, most=28, grow=2, cut="path"),
    Column("source", "FROM", 18, most=48, grow=4, cut="middle"),
    Column("state", "STATE", 12, most=17, grow=3),
    Column("notes", "NOTES", 8, most=32, grow=1, drop=2, is_late=True),
)
_STATES: Final[dict[InputState, tuple[str, Tone]]] = {
    "missing": ("missing", "bad"),
    "absent": ("missing, optional", "muted"),
    "overridden": ("overridden", "muted"),
    "hidden": ("hidden", "warning"),
    "empty": ("no keys", "muted"),
    "not mounted": ("not mounted", "muted"),
    "not known": ("keys not known", "muted"),
}


class InputLine(Struct, frozen=True):
    """A variable or file, or the container of those that follow."""

    input: ContainerInput
    heads: str = ""

    @property
    def key(self) -> str:
        one = self.input
        if self.heads:
            return f"container {one.container}"
        return f"{one.container}/{one.way}/{one.name}/{one.source}/{one.number}"


class InputTable(TableWithPage[InputLine]):
    """The inputs of some containers. The cursor skips the lines of containers."""

    def __init__(
        self, sign: Callable[[ContainerInput], Cell], told: Callable[[ContainerInput], Cell]
    ) -> None:
        """`sign` marks what is wrong; `told` says which value it is, or when a change is seen."""
        super().__init__(
            _COLUMNS,
            key=lambda line: line.key,
            cells=self._cells,
            selectable=lambda line: not line.heads,
            id="changes",
        )
        self._sign, self._told = sign, told

    def _cells(self, line: InputLine) -> tuple[Cell, ...]:
        if line.heads:
            return (Styled(line.heads, "strong", flows=True), "", "", "", "")
        one = line.input
        word, tone = _STATES.get(one.state, ("", ""))
        state: Cell = Styled(word, tone) if word else self._told(one)
        if one.state == "empty" and one.is_sub_path:
            state = Styled("empty directory", "warning")
        is_lost: Tone = "muted" if one.state in ("overridden", "hidden", "absent") else ""
        return (
            self._sign(one),
            Styled(one.name, is_lost),
            Styled(source_words(one), is_lost),
            state,
            Styled(", ".join(one.notes), "muted"),
        )


def source_words(one: ContainerInput) -> str:
    return f"literal {MASK}" if one.source.kind == "literal" else str(one.source)


def input_lines(inputs: Sequence[ContainerInput]) -> Iterator[InputLine]:
    """The lines of these inputs, below those of their containers."""
    for _, group in groupby(inputs, lambda one: one.container):
        found = list(group)
        yield InputLine(found[0], _container_words(found))
        yield from map(InputLine, found)


def _container_words(found: Sequence[ContainerInput]) -> str:
    first = found[0]
    if not first.container:
        return "the pod as a whole"
    kind = f" ({first.container_kind})" if first.container_kind != "container" else ""
    return f"{first.container}{kind}  {counts_words(found)}"


def counts_words(inputs: Sequence[ContainerInput]) -> str:
    """ "6 variables, 3 files"."""
    counts = (
        (sum(one.is_variable for one in inputs), "variable"),
        (sum(one.is_file for one in inputs), "file"),
    )
    return ", ".join(counted(count, word) for count, word in counts if count)
