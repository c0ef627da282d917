"""Table of Secrets, or of known names if the user may not list Secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.known_names import KnownName
from tui.model.query import LARGEST_FIRST
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import OPAQUE, type_word
from tui.model.text.times import age
from tui.ui.widgets.table.columns import LABEL, REACH, Column, ColumnNeed, need_of
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone, width

Known: TypeAlias = "SecretSummary | KnownName"

_NAMESPACE: Final = Column("namespace", "NAMESPACE", 11, most=16, long=32, grow=1, drop=1, cut="middle")
READ_BY: Final = Column("readers", "READ BY", 15, drop=2)
_COLUMNS: Final = (
    Column("marks", "", 2, gap=1),
    Column("name", "NAME", 16, most=36, grow=3, cut="middle"),
    Column("type", "TYPE", 9, most=24, grow=1, drop=3),
    Column("keys", "KEYS", 4, drop=4, align="right"),
    READ_BY,
    Column("changed", "CHANGED", 7, drop=7, is_late=True, align="right"),
    Column("age", "AGE", 4, drop=6, align="right"),
    Column("manager", "MANAGED BY", 12, most=32, grow=1, drop=8, is_late=True, cut="middle"),
)
EXPIRES: Final = Column("expires", "EXPIRES", 8, drop=5, align="right")
"""Column that appears once an expiry is known. A response to a list request contains no expiries."""
_FOUND: Final = Column("found", "FOUND IN", 12, most=40, grow=2)
"""Column in place of TYPE and KEYS while the list shows the results of a search in values."""
LAST_NEEDED: Final = 6
"""Maximum `drop` of the shown columns if the list is not zoomed and three panes do not fit on the screen."""
BESIDE_A_SECRET: Final = READ_BY.drop
"""Maximum `drop` of the shown columns if the list is beside an open Secret."""
_NAMES: Final = (
    Column("draft", "", 1, gap=1),
    Column("name", "NAME", 14, most=32, grow=3, cut="middle"),
    Column("right", "YOU MAY", 11, grow=1),
    Column("source", "KNOWN FROM", 11, most=24, grow=3, drop=1),
)
_TONES: Final[Mapping[str, Tone]] = {"X": "bad", "!": "warning"}
_TERMINATING: Final = "terminating"
_MEASURED: Final = 1_000
"""Maximum number of rows that are measured for column widths. More rows would slow down the list."""


class ListLook(Struct, frozen=True):
    """Functions that return facts that no row has. They are called only for drawn or measured rows."""

    is_marked: Callable[[SecretRef], bool]
    has_draft: Callable[[SecretRef], bool]
    sign: Callable[[SecretSummary], str]
    """Sign of the Secret: "X" for a known failure, "!" for a failure that is due soon, "" for none."""
    read_by: Callable[[SecretSummary], Cell]
    """Number of readers (objects that use the Secret), and the reason for the Secret's sign."""
    expires: Callable[[SecretSummary], Cell]
    """Earliest expiry of the Secret's values."""
    found_in: Callable[[SecretRef], Collection[str]]
    """Keys whose values match a search, each with the path inside the value."""
    now: Callable[[], float]
    """Current time on the server, in seconds since the epoch."""


class ShownColumns(Struct, frozen=True):
    """Optional columns, and the column that sorts the rows."""

    namespaces: bool = False
    found: bool = False
    ends: bool = False
    readers: bool = True
    order: str = "name"
    """Id of the column that sorts the rows."""
    is_reversed: bool = False


class SecretTable(VirtualTable[Known]):
    """Table of the filtered Secrets, or of known names after `show_names`."""

    COLUMNS: ClassVar[tuple[Column, ...]] = _COLUMNS
    KEEPS_LINES = True

    def __init__(self, look: ListLook, *, id: str | None = None) -> None:  # noqa: A002
        self._shown = ShownColumns()
        columns = [_with_arrow(column, self._shown) for column in _COLUMNS]
        super().__init__(columns, key=lambda row: row.key, cells=self._cells, id=id)
        self._look = look
        self._has_names = False

    def is_marked(self, row: Known) -> bool:
        return self._look.is_marked(row.ref)

    @property
    def shows_ends(self) -> bool:
        return self._shown.ends

    def show_columns(self, shown: ShownColumns) -> None:
        if shown != self._shown:
            self._shown = shown
            self._choose_columns()

    def show_names(self, names: Sequence[KnownName]) -> None:
        """Show `names` instead of listed Secrets. If `names` is empty, restore the columns for Secrets."""
        if bool(names) != self._has_names:
            self._has_names = bool(names)
            self.show(())  # rows of the other type are on screen
            self._choose_columns()
        if names:
            self.show(names)

    def measure(self) -> list[ColumnNeed]:
        """Measure the columns. The width of NAME is limited, so that the last column stays near the names."""
        if self._has_names:
            return super().measure()
        rows = [row for row in self.rows[:_MEASURED] if isinstance(row, SecretSummary)]
        types = {_TERMINATING if row.is_terminating else row.type for row in rows}
        texts: dict[str, Collection[str]] = {
            "namespace": {row.ref.namespace for row in rows},
            "name": [row.ref.name for row in rows],
            "type": set(map(type_word, types)),
            "manager": {row.manager or "-" for row in rows},
            "found": {self._found(row) for row in rows} if self._shown.found else (),
        }
        needs = [need_of(column, _widths(texts.get(column.id, ()))) for column in self.columns]
        name_index = next(nth for nth, column in enumerate(self.columns) if column.id == "name")
        after = list(zip(self.columns, needs, strict=True))[name_index + 1 : -1]
        name = self.columns[name_index]
        name_limit = max(name.width, REACH - name.gap - sum(need.full + column.gap for column, need in after))
        needs[name_index] = ColumnNeed(
            min(needs[name_index].full, name_limit), min(needs[name_index].want, name_limit)
        )
        return [ColumnNeed(need.full, max(need.full, min(need.want, LABEL))) for need in needs]

    def _choose_columns(self) -> None:
        shown, (marks, name, *more_columns) = self._shown, _COLUMNS
        namespace = (_NAMESPACE,) if shown.namespaces else ()
        more_columns = [_FOUND, *more_columns[2:]] if shown.found else more_columns
        if shown.ends:
            more_columns.insert(more_columns.index(READ_BY) + 1, EXPIRES)
        if not shown.readers:
            more_columns.remove(READ_BY)
        columns = [_with_arrow(column, shown) for column in (marks, *namespace, name, *more_columns)]
        self.set_columns(_NAMES if self._has_names else columns)

    def _found(self, row: SecretSummary) -> str:
        return ", ".join(self._look.found_in(row.ref))

    def _cells(self, row: Known) -> tuple[Cell, ...]:
        look, now = self._look, self._look.now()
        if not isinstance(row, SecretSummary):
            draft: Cell = Styled("*", "accent") if look.has_draft(row.ref) else ""
            return (draft, row.ref.name, Styled(row.right, "muted"), Styled(row.source, "muted"))
        kind = Styled(_TERMINATING, "warning") if row.is_terminating else type_word(row.type)
        cells: list[Cell] = [_marks(look.sign(row), has_draft=look.has_draft(row.ref))]
        shown = self._shown
        if shown.namespaces:
            cells.append(row.ref.namespace)
        type_and_count: tuple[Cell, ...] = (
            Styled(kind, "muted") if kind == OPAQUE else kind,
            _count(row.key_count),
        )
        type_and_count = (self._found(row),) if shown.found else type_and_count
        cells += [
            Styled(row.ref.name, "accent") if look.is_marked(row.ref) else row.ref.name,
            *type_and_count,
            *((look.read_by(row),) if shown.readers else ()),
            *((look.expires(row),) if shown.ends else ()),
            _age(row.changed, now),
            _age(row.created, now),
            Styled(row.manager or "-", "muted"),
        ]
        return tuple(cells)


def _with_arrow(column: Column, shown: ShownColumns) -> Column:
    if column.id != shown.order:
        return column
    title = f"{column.title} {'↓' if (column.id in LARGEST_FIRST) != shown.is_reversed else '↑'}"
    return replace(column, title=title, width=max(column.width, len(title)))


def _widths(texts: Collection[str]) -> set[int]:
    """Return the widths of the texts. The width of a printable ASCII text is its length."""
    joined_texts = "".join(texts)
    return (
        set(map(len, texts))
        if joined_texts.isascii() and joined_texts.isprintable()
        else set(map(width, texts))
    )


def _count(keys: int) -> str:
    """Format a number of keys; from 10,000 up in thousands ("20k"), because the column KEYS is narrow."""
    return str(keys) if keys < 10_000 else f"{keys // 1_000}k"


def _marks(sign: str, *, has_draft: bool) -> Cell:
    if not sign:
        return Styled("*", "accent") if has_draft else ""
    return Styled(f"{'*' if has_draft else ' '}{sign}", _TONES[sign])


def _age(at: float | None, now: float) -> Cell:
    return age(now - at) if at is not None else Styled("-", "muted")
