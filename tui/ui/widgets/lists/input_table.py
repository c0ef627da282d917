"""Table of inputs: the variables and files that containers get, and volumes that no container mounts.

A title row above the inputs names their container. For inputs without a container, the title is "the pod as a
whole".
"""

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
    Column("name", "INPUT", 16, most=28, grow=2, cut="path"),
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
    """Row for an input (a variable or a file), or title row above the inputs of a container."""

    input: ContainerInput
    heads: str = ""
    """Words of a title row; "" for an input."""

    @property
    def key(self) -> str:
        value = self.input
        if self.heads:
            return f"container {value.container}"
        return f"{value.container}/{value.way}/{value.name}/{value.source}/{value.number}"


class InputTable(TableWithPage[InputLine]):
    """Table of inputs."""

    def __init__(
        self, sign: Callable[[ContainerInput], Cell], state_cell: Callable[[ContainerInput], Cell]
    ) -> None:
        """`state_cell` returns the cell of the column STATE for an input whose state is not in `_STATES`."""
        super().__init__(
            _COLUMNS,
            key=lambda line: line.key,
            cells=self._cells,
            selectable=lambda line: not line.heads,
            id="changes",
        )
        self._sign, self._state_cell = sign, state_cell

    def _cells(self, line: InputLine) -> tuple[Cell, ...]:
        if line.heads:
            return (Styled(line.heads, "strong", flows=True), "", "", "", "")
        value = line.input
        word, tone = _STATES.get(value.state, ("", ""))
        state: Cell = Styled(word, tone) if word else self._state_cell(value)
        if value.state == "empty" and value.is_sub_path:
            state = Styled("empty directory", "warning")
        name_tone: Tone = "muted" if value.state in ("overridden", "hidden", "absent") else ""
        return (
            self._sign(value),
            Styled(value.name, name_tone),
            Styled(source_words(value), name_tone),
            state,
            Styled(", ".join(value.notes), "muted"),
        )


def source_words(value: ContainerInput) -> str:
    return f"literal {MASK}" if value.source.kind == "literal" else str(value.source)


def input_lines(inputs: Sequence[ContainerInput]) -> Iterator[InputLine]:
    """Yield a title row for each container, followed by the rows of its inputs."""
    for _, group in groupby(inputs, lambda each: each.container):
        in_container = list(group)
        yield InputLine(in_container[0], _container_words(in_container))
        yield from map(InputLine, in_container)


def _container_words(inputs: Sequence[ContainerInput]) -> str:
    first = inputs[0]
    if not first.container:
        return "the pod as a whole"
    kind = f" ({first.container_kind})" if first.container_kind != "container" else ""
    return f"{first.container}{kind}  {counts_words(inputs)}"


def counts_words(inputs: Sequence[ContainerInput]) -> str:
    """Number of inputs of each kind, e.g. "6 variables, 3 files"."""
    counts = (
        (sum(each.is_variable for each in inputs), "variable"),
        (sum(each.is_file for each in inputs), "file"),
    )
    return ", ".join(counted(count, word) for count, word in counts if count)
