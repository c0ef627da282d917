"""Table of changes, conflicts or compared keys. Each value is masked until the user shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.differences import shapes, texts
from tui.model.draft.draft import Change, Collision
from tui.model.draft.leaf_changes import known_leaf_changes
from tui.model.secret.value import MASK, Value, facts, size_text
from tui.model.text.counts import counted, listed
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.row_painter import MARK
from tui.ui.widgets.table.table import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone, text_of
from tui.ui.widgets.text import width as cells
from tui.ui.widgets.value.value_lines import value_lines

CHANGE_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 12, most=32, cut="middle"),
    Column("size", "SIZE", 13, most=22),
    Column("shape", "OLD → NEW", 15, most=24, grow=1),
)
NARROW_COLUMNS: Final = (*CHANGE_COLUMNS[:-2], Column("size", "SIZE", 13, most=22, grow=1))
"""Columns of a narrow table. The texts of OLD → NEW are in rows of their own."""
_LONG_KEY: Final = 32
"""Maximum width of the column KEY, in terminal cells. A longer key is cut."""
_GAPS: Final = MARK + 2 + 2 + 2 + THUMB
"""Width of the marks, the gaps and the scroll bar of a row, in terminal cells."""
COLLISION_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 8, grow=1, cut="middle"),
    Column("take", "TAKE", 6),
    Column("base", "BEFORE EDIT", 14, most=16, grow=1, drop=1),
    Column("server", "SERVER NOW", 13, most=16, grow=1),
    Column("mine", "YOURS", 13, most=16, grow=1),
)
_INDENT: Final = 2
"""Width of the column "mark" with its gap, in terminal cells."""
MOST_LINES: Final = 500
"""Maximum number of lines of a value or of its differences, because more would delay each key press."""
Taken: TypeAlias = Literal["server", "mine", "both"]
"""Side whose value is taken for a key in a conflict; "both" merges the lines that each side changed."""


class Diff(Protocol):
    """Function that draws the differences of a changed value in rows of `width` cells."""

    def __call__(self, change: Change, width: int, *, is_shown: bool) -> Sequence[Styled]: ...


_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "added": ("+", "good"),
    "changed": ("~", "accent"),
    "removed": ("-", "bad"),
}
_MOST_TITLE: Final = 24
"""Maximum length of a title that names both sides of a comparison. A longer title becomes THERE → HERE."""
_COMPARED: Final = {"added": "only here", "changed": "differs", "removed": "only there"}
_COMPARED_COLUMN: Final = Column("change", "", max(map(len, _COMPARED.values())), drop=1)


class ChangeLine(Struct, frozen=True, eq=False):
    """Row of the table. The cursor may be on the row only if `is_key` is True."""

    key: str
    cells: tuple[Cell, ...]
    after: Value | None
    before: Value | None = None
    is_key: bool = True
    part: str = ""


class ChangeTable(TableWithPage[ChangeLine]):
    """Table of the changes in a review, the keys in a conflict, or the keys in a comparison."""

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
    changes: Sequence[Change],
    shown: frozenset[str],
    diff: Diff,
    *,
    width: int,
    is_narrow: bool = False,
    is_comparison: bool = False,
) -> list[ChangeLine]:
    """Return a row for each change, with further rows below it.

    If `is_narrow`, the first further row shows OLD → NEW. For a changed key, further rows show the
    differences. For an added or removed key, further rows show the value if `shown` contains the key.
    """
    lines: list[ChangeLine] = []
    for change in changes:
        words = Styled(_shape_words(change, is_comparison=is_comparison), "muted", flows=True)
        mark, _, kind, sizes = change_cells(change, is_comparison=is_comparison)
        kinds = (kind,) if is_comparison else ()
        cells = (mark, change.key, *kinds, sizes, *(() if is_narrow else (words,)))
        lines.append(ChangeLine(change.key, cells, change.after, change.before))
        blanks = ("",) * (len(cells) - 2)
        if is_narrow:
            lines.append(ChangeLine(change.key, ("", words, *blanks), None, is_key=False, part="shapes"))
        is_shown = change.key in shown
        if change.before is not None and change.after is not None:
            rows = diff(change, width - MARK - THUMB - _INDENT, is_shown=is_shown)
            lines += _diff_rows(change, rows, blanks)
        elif is_shown:
            mark, value = ("+", change.after) if change.before is None else ("-", change.before)
            lines += _value_rows(change.key, f"{mark} ", value, width, blanks)
    return lines


def fits_in_rows(changes: Sequence[Change], width: int, *, is_comparison: bool = False) -> bool:
    """True if each change fits in one row of `width` cells, with its sizes and its text of OLD → NEW."""
    room = width - _GAPS - (_COMPARED_COLUMN.width + _COMPARED_COLUMN.gap if is_comparison else 0)
    shapes = (_shape_words(change, is_comparison=is_comparison) for change in changes)
    sizes = (text_of(change_cells(change, is_comparison=is_comparison)[-1]) for change in changes)
    parts = zip(changes, sizes, shapes, strict=True)
    columns = [(min(cells(change.key), _LONG_KEY), len(size), cells(shape)) for change, size, shape in parts]
    return not columns or sum(map(max, zip(*columns, strict=True))) <= room


def unchanged_line(keys: Sequence[str], *, is_narrow: bool) -> ChangeLine:
    blanks = ("",) * (len(NARROW_COLUMNS if is_narrow else CHANGE_COLUMNS) - 2)
    words = Styled(f"{listed(keys)}   unchanged, not sent", "muted", flows=True)
    return ChangeLine("", (Styled("=", "muted"), words, *blanks), None, is_key=False, part="unchanged")


def _shape_words(change: Change, *, is_comparison: bool = False) -> str:
    words = shapes(change.before, change.after)
    if is_comparison:
        return (
            f"absent → {words.removeprefix('new → ')}"
            if change.before is None
            else words.removeprefix("differs · ")
        )
    words = words.removeprefix("new → ").removesuffix(" → absent")
    return words if change.renamed_from is None else f"was {change.renamed_from} · {words}"


def _diff_rows(
    change: Change, rows: Sequence[Styled], blanks: tuple[Cell, ...], part: str = "diff"
) -> Iterator[ChangeLine]:
    rows_in_table = rows if len(rows) <= MOST_LINES else rows[: MOST_LINES - 1]
    for row_number, cell in enumerate(rows_in_table):
        yield _below(change.key, f"{part} {row_number}", cell, blanks)
    if len(rows_in_table) < len(rows):
        more = Styled(f"  … {counted(len(rows) - len(rows_in_table), 'more line')}", "muted", flows=True)
        yield _below(change.key, f"{part} more", more, blanks)


def _below(key: str, part: str, cell: Cell, blanks: tuple[Cell, ...]) -> ChangeLine:
    return ChangeLine(key, (Styled("│", "muted"), cell, *blanks), None, is_key=False, part=part)


def comparison_columns(
    columns: Sequence[Column], other: str, here: str, *, is_by_path: bool = False
) -> tuple[Column, ...]:
    shape = f"{other} → {here}"
    titles = {"shape": shape if len(shape) <= _MOST_TITLE else "THERE → HERE"}
    if is_by_path:
        titles["key"] = "PATH"
    mark, key, *more_columns = (
        replace(column, title=titles.get(column.id, column.title)) for column in columns
    )
    return mark, key, _COMPARED_COLUMN, *more_columns


def change_cells(change: Change, *, is_comparison: bool = False) -> tuple[Cell, ...]:
    """Return four cells: mark, key, kind of change, and sizes."""
    mark, tone = _MARKS[change.kind]
    name = change.key if change.renamed_from is None else f"{change.key} (was {change.renamed_from})"
    was, now = (
        size_text(value.size) if value is not None else "(absent)" for value in (change.before, change.after)
    )
    if is_comparison:
        return (Styled(mark, tone), name, _COMPARED[change.kind], f"{was} → {now}")
    sizes = now if change.before is None else f"{was} → {'gone' if change.after is None else now}"
    return (Styled(mark, tone), name, change.kind, sizes)


def _value_rows(
    key: str, word: str, value: Value | None, width: int, blanks: tuple[Cell, ...]
) -> Iterator[ChangeLine]:
    texts: list[Cell] = [Styled(f"{word}(absent)", "muted", flows=True)]
    if value is not None:
        drawn_lines = value_lines(value, facts(value), width - MARK - THUMB - _INDENT - len(word), MOST_LINES)
        parts = [*drawn_lines.lines] or [Styled("", flows=True)]
        texts = [
            replace(part, text=f"{word if not row_number else ' ' * len(word)}{part.text}")
            for row_number, part in enumerate(parts)
        ]
        if drawn_lines.more:
            texts.append(Styled(f"{' ' * len(word)}… {drawn_lines.more}", "muted", flows=True))
    for row_number, cell in enumerate(texts):
        yield _below(key, f"{word.strip()} {row_number}", cell, blanks)


def collision_lines(
    collisions: Sequence[Collision],
    taken: Mapping[str, Taken],
    shown: frozenset[str],
    diffs: tuple[Diff, Diff],
    *,
    width: int,
) -> list[ChangeLine]:
    """Return a row for each key in a conflict, with the side that the user chose.

    For a key in `shown`, rows with the changes of both sides follow. If one of the values `base`, `server`
    and `mine` is absent, or if they cannot be compared, rows with all three values follow instead.
    """
    words: dict[str | None, Cell] = {
        None: Styled("choose", "warning"),
        "server": Styled("theirs", "accent"),
        "mine": Styled("yours", "accent"),
        "both": Styled("both", "accent"),
    }
    blanks = ("",) * 4
    lines: list[ChangeLine] = []
    for collision in collisions:
        sides = (("before", collision.base), ("server", collision.server), ("yours", collision.mine))
        choice = words[taken.get(collision.key)]
        cells = (Styled("!", "warning"), collision.key, choice, *(_side(value) for _, value in sides))
        lines.append(ChangeLine(collision.key, cells, collision.mine))
        if collision.key not in shown:
            continue
        changes = [
            Change(collision.key, "changed", collision.base, side)
            for side in (collision.server, collision.mine)
            if collision.base is not None and side is not None
        ]
        rows = [
            diff(change, width - MARK - THUMB - _INDENT, is_shown=True)
            for change, diff in zip(changes, diffs, strict=False)
        ]
        if len(rows) < len(diffs) or (texts(collision) is None and not all(map(is_by_leaves, changes))):
            for word, value in sides:
                lines += _value_rows(collision.key, f"{word:<8}", value, width, blanks)
            continue
        heads = ("the server changed", "you changed")
        for (word, _), head, change, cells_below in zip(sides[1:], heads, changes, rows, strict=True):
            lines.append(_below(collision.key, head, Styled(head, "muted", flows=True), blanks))
            lines += _diff_rows(change, cells_below, blanks, f"{word} diff")
    return lines


def is_by_leaves(change: Change) -> bool:
    """True if the values were compared already, and differ only in leaves (parts, e.g. JSON fields)."""
    if change.before is None or change.after is None:
        return False
    known = known_leaf_changes(change.key, change.before, change.after)
    return known is not None and known.leaves is not None


def _side(value: Value | None) -> Cell:
    return f"{MASK} {size_text(value.size)}" if value is not None else Styled("(absent)", "muted")
