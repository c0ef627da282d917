"""A draft's changes, and the keys on which it collides with the server: masked unless shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tui.model.draft import Change, Collision
from tui.model.shapes import shapes
from tui.model.value import MASK, Value, facts, size_text
from tui.widgets.key_table import value_cell
from tui.widgets.onward import Onward
from tui.widgets.table import Column
from tui.widgets.text import Cell, Styled, Tone, text_of

CHANGE_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 16, grow=2, cut="middle"),
    Column("change", "CHANGE", 8, drop=1),
    Column("size", "SIZE", 19),
    Column("shape", "WAS, IS", 24, grow=3),
)
NARROW_COLUMNS: Final = CHANGE_COLUMNS[:-1]
"""Without the last one: there what becomes another stands in a line of its own."""
ROOM_FOR_CHANGES: Final = 68
"""Cells from which all columns of a change but the droppable one are whole."""
COLLISION_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 8, grow=1, cut="middle"),
    Column("take", "TAKE", 6),
    Column("base", "AT YOUR START", 14, grow=1, drop=1),
    Column("server", "SERVER NOW", 13, grow=1),
    Column("mine", "YOURS", 13, grow=1),
)
_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "added": ("+", "good"),
    "changed": ("~", "accent"),
    "removed": ("-", "bad"),
}


@dataclass(frozen=True, eq=False)
class ChangeLine:
    """One row; `is_key` rows carry the cursor, the others go on from the row above."""

    key: str
    cells: tuple[Cell, ...]
    after: Value | None
    is_key: bool = True
    part: str = ""


class ChangeTable(Onward[ChangeLine]):
    """Rows of one draft's review or conflict."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            CHANGE_COLUMNS,
            key=lambda line: f"{line.key}\0{line.part}",
            cells=lambda line: line.cells,
            selectable=lambda line: line.is_key,
            id=id,
        )


def change_lines(
    changes: Sequence[Change], shown: frozenset[str], *, is_narrow: bool = False
) -> list[ChangeLine]:
    """A row for each change; with its values below it where they are shown."""
    lines: list[ChangeLine] = []
    for change in changes:
        words = Styled(shapes(change.before, change.after), "muted", flows=True)
        lines.append(ChangeLine(change.key, (*_change_cells(change), words), change.after))
        if is_narrow:
            below = ("", words, "", "")
            lines.append(ChangeLine(change.key, below, None, is_key=False, part="shapes"))
        if change.key in shown:
            values = (("was", change.before), ("is", change.after))
            lines += [
                ChangeLine(change.key, _shown_cells(word, value), None, is_key=False, part=word)
                for word, value in values
            ]
    return lines


def _change_cells(change: Change) -> tuple[Cell, ...]:
    mark, tone = _MARKS[change.kind]
    name = change.key if change.renamed_from is None else f"{change.key} (was {change.renamed_from})"
    sizes = " -> ".join(
        size_text(value.size) if value is not None else "(absent)" for value in (change.before, change.after)
    )
    return (Styled(mark, tone), name, change.kind, sizes)


def _shown_cells(word: str, value: Value | None) -> tuple[Cell, ...]:
    text = "(absent)" if value is None else text_of(value_cell(value, facts(value), is_shown=True))
    return ("", Styled(f"{word:<5}{text}", "muted" if value is None else "", flows=True), "", "", "")


def collision_lines(
    collisions: Sequence[Collision], taken: Mapping[str, Literal["server", "mine"]], shown: frozenset[str]
) -> list[ChangeLine]:
    """A row for each key on which draft and server differ, with what was decided."""
    words: dict[str | None, Cell] = {
        None: Styled("ask", "warning"),
        "server": Styled("theirs", "accent"),
        "mine": Styled("yours", "accent"),
    }
    return [
        ChangeLine(
            collision.key,
            (
                Styled("!", "warning"),
                collision.key,
                words[taken.get(collision.key)],
                _side(collision.base, collision.key in shown),
                _side(collision.server, collision.key in shown),
                _side(collision.mine, collision.key in shown),
            ),
            collision.mine,
        )
        for collision in collisions
    ]


def _side(value: Value | None, is_shown: bool) -> Cell:
    if value is None:
        return Styled("(absent)", "muted")
    if is_shown:
        return value_cell(value, facts(value), is_shown=True)
    return f"{MASK} {size_text(value.size)}"
