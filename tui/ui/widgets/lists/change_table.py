"""The table of a draft's changes, or of its conflicts; values masked unless shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from tui.model.draft.differences import shapes
from tui.model.draft.draft import Change, Collision
from tui.model.secret.value import MASK, Value, facts, size_text
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.row_painter import MARK
from tui.ui.widgets.table.table import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone
from tui.ui.widgets.value.value_lines import value_lines

CHANGE_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 16, grow=2, cut="middle"),
    Column("change", "CHANGE", 8, drop=1),
    Column("size", "SIZE", 19),
    Column("shape", "OLD → NEW", 24, grow=3),
)
NARROW_COLUMNS: Final = CHANGE_COLUMNS[:-1]
"""The columns without the last one, whose text is a line of its own then."""
ROOM_FOR_CHANGES: Final = 68
"""Cells from which all columns but the droppable one fit whole."""
COLLISION_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 8, grow=1, cut="middle"),
    Column("take", "TAKE", 6),
    Column("base", "BEFORE EDIT", 14, grow=1, drop=1),
    Column("server", "SERVER NOW", 13, grow=1),
    Column("mine", "YOURS", 13, grow=1),
)
_INDENT: Final = 2
"""Cells of the column before the keys."""
_MOST_LINES: Final = 500
"""Lines of one shown value: more would take longer to lay out than a press may."""
_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "added": ("+", "good"),
    "changed": ("~", "accent"),
    "removed": ("-", "bad"),
}


class ChangeLine(Struct, frozen=True, eq=False):
    """One row; `is_key` rows carry the cursor, the others go on from the row above."""

    key: str
    cells: tuple[Cell, ...]
    after: Value | None
    is_key: bool = True
    part: str = ""


class ChangeTable(TableWithPage[ChangeLine]):
    """Rows of one draft's review or conflict."""

    HAS_HEADINGS = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            CHANGE_COLUMNS,
            key=lambda line: f"{line.key}\0{line.part}",
            cells=lambda line: line.cells,
            selectable=lambda line: line.is_key,
            id=id,
        )


def change_lines(
    changes: Sequence[Change], shown: frozenset[str], *, width: int, is_narrow: bool = False
) -> list[ChangeLine]:
    """A row for each change; with its values below it, `width` cells wide, where they are shown."""
    lines: list[ChangeLine] = []
    for change in changes:
        words = Styled(shapes(change.before, change.after), "muted", flows=True)
        lines.append(ChangeLine(change.key, (*change_cells(change), words), change.after))
        if is_narrow:
            below = ("", words, "", "")
            lines.append(ChangeLine(change.key, below, None, is_key=False, part="shapes"))
        if change.key in shown:
            values = (("was", change.before), ("now", change.after))
            blanks = ("",) * (3 if is_narrow else 4)
            for word, value in values:
                lines += _value_rows(change.key, f"{word:<5}", value, width, blanks[1:])
    return lines


def change_cells(change: Change) -> tuple[Cell, ...]:
    """Its mark, its key, what it is, and the sizes."""
    mark, tone = _MARKS[change.kind]
    name = change.key if change.renamed_from is None else f"{change.key} (was {change.renamed_from})"
    was = size_text(change.before.size) if change.before is not None else "new key"
    now = size_text(change.after.size) if change.after is not None else "(absent)"
    return (Styled(mark, tone), name, change.kind, f"{was} → {now}")


def _value_rows(
    key: str, word: str, value: Value | None, width: int, blanks: tuple[Cell, ...]
) -> Iterator[ChangeLine]:
    """A shown value, whole but for very many lines; they belong to the key above, and scroll with it."""
    texts: list[Cell] = [Styled(f"{word}(absent)", "muted", flows=True)]
    if value is not None:
        found = value_lines(value, facts(value), width - MARK - THUMB - _INDENT - len(word), _MOST_LINES)
        parts = [*found.lines] or [""]
        texts = [
            Styled(f"{word if not nth else ' ' * len(word)}{part}", flows=True)
            for nth, part in enumerate(parts)
        ]
        if found.more:
            texts.append(Styled(f"{' ' * len(word)}… {found.more}", "muted", flows=True))
    for nth, cell in enumerate(texts):
        cells = (Styled("│", "muted"), cell, *blanks)
        yield ChangeLine(key, cells, None, is_key=False, part=f"{word.strip()} {nth}")


def collision_lines(
    collisions: Sequence[Collision],
    taken: Mapping[str, Literal["server", "mine"]],
    shown: frozenset[str],
    *,
    width: int,
) -> list[ChangeLine]:
    """A row for each key on which draft and server differ, with what was decided; shown values below it."""
    words: dict[str | None, Cell] = {
        None: Styled("ask", "warning"),
        "server": Styled("theirs", "accent"),
        "mine": Styled("yours", "accent"),
    }
    lines: list[ChangeLine] = []
    for collision in collisions:
        sides = (("before", collision.base), ("server", collision.server), ("yours", collision.mine))
        decided = words[taken.get(collision.key)]
        cells = (Styled("!", "warning"), collision.key, decided, *(_side(value) for _, value in sides))
        lines.append(ChangeLine(collision.key, cells, collision.mine))
        if collision.key in shown:
            for word, value in sides:
                lines += _value_rows(collision.key, f"{word:<8}", value, width, ("",) * 4)
    return lines


def _side(value: Value | None) -> Cell:
    return f"{MASK} {size_text(value.size)}" if value is not None else Styled("(absent)", "muted")
