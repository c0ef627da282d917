"""Table of Secrets, or of names if listing is refused."""

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
from tui.ui.widgets.table.columns import LABEL, REACH, Column, Need, need_of
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone, width

Known: TypeAlias = "SecretSummary | KnownName"
"""A row: a listed Secret, or a known name."""

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
"""Column that is shown once an expiry is known: lists hold no values."""
_FOUND: Final = Column("found", "FOUND IN", 12, most=40, grow=2)
"""Column in place of type and count, while the list shows the keys that hold a searched value."""
LAST_NEEDED: Final = 6
"""The `drop` of the last column that is shown unless all three panes are."""
BESIDE_A_SECRET: Final = READ_BY.drop
"""The `drop` of the last column that is shown beside an open Secret: signs, name and one column."""
_NAMES: Final = (
    Column("draft", "", 1, gap=1),
    Column("name", "NAME", 14, most=32, grow=3, cut="middle"),
    Column("right", "YOU MAY", 11, grow=1),
    Column("source", "KNOWN FROM", 11, most=24, grow=3, drop=1),
)
_TONES: Final[Mapping[str, Tone]] = {"X": "bad", "!": "warning"}
_TERMINATING: Final = "terminating"
_MEASURED: Final = 1_000
"""Number of rows that are measured for the columns' widths; more would be felt at each change of the list."""


class ListLook(Struct, frozen=True):
    """Facts for cells beyond the row; called only for rows on screen."""

    is_marked: Callable[[SecretRef], bool]
    has_draft: Callable[[SecretRef], bool]
    sign: Callable[[SecretSummary], str]
    """Sign "X" or "!" for known failures, now or soon; else ""."""
    read_by: Callable[[SecretSummary], Cell]
    """Number of objects that read it, and the reason of its sign."""
    expires: Callable[[SecretSummary], Cell]
    """Earliest expiry of its values; "" if that is not known."""
    found_in: Callable[[SecretRef], Collection[str]]
    """Keys in which a searched value was found, with the path in each."""
    now: Callable[[], float]
    """Seconds since the epoch, by the server's clock."""


class ShownColumns(Struct, frozen=True):
    """Optional columns that are shown, and the column that orders the rows."""

    namespaces: bool = False
    found: bool = False
    """True if the keys that hold a searched value are shown."""
    ends: bool = False
    """True if expiry is shown."""
    readers: bool = True
    order: str = "name"
    """The id of a column."""
    is_reversed: bool = False


class SecretTable(VirtualTable[Known]):
    """Table of the rows that the filter leaves; `show_columns` adds columns that only some lists have."""

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
        """Show or hide optional columns, and mark the column that orders the rows."""
        if shown != self._shown:
            self._shown = shown
            self._choose_columns()

    def show_names(self, names: Sequence[KnownName]) -> None:
        """Show names if listing is refused; without names show the list again."""
        if bool(names) != self._has_names:
            self._has_names = bool(names)
            self.show(())  # the rows on screen are of the other kind
            self._choose_columns()
        if names:
            self.show(names)

    def measure(self) -> list[Need]:
        """Measure many rows; counts and ages always fit. The last column stays visible beside any name."""
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
        at = next(nth for nth, column in enumerate(self.columns) if column.id == "name")
        after = list(zip(self.columns, needs, strict=True))[at + 1 : -1]
        name = self.columns[at]
        most = max(name.width, REACH - name.gap - sum(need.full + column.gap for column, need in after))
        needs[at] = Need(min(needs[at].full, most), min(needs[at].want, most))
        return [Need(need.full, max(need.full, min(need.want, LABEL))) for need in needs]

    def _choose_columns(self) -> None:
        shown, (marks, name, *rest) = self._shown, _COLUMNS
        namespace = (_NAMESPACE,) if shown.namespaces else ()
        rest = [_FOUND, *rest[2:]] if shown.found else rest
        if shown.ends:
            rest.insert(rest.index(READ_BY) + 1, EXPIRES)
        if not shown.readers:
            rest.remove(READ_BY)
        columns = [_with_arrow(column, shown) for column in (marks, *namespace, name, *rest)]
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
        what: tuple[Cell, ...] = (Styled(kind, "muted") if kind == OPAQUE else kind, _count(row.key_count))
        what = (self._found(row),) if shown.found else what
        cells += [
            Styled(row.ref.name, "accent") if look.is_marked(row.ref) else row.ref.name,
            *what,
            *((look.read_by(row),) if shown.readers else ()),
            *((look.expires(row),) if shown.ends else ()),
            _age(row.changed, now),
            _age(row.created, now),
            Styled(row.manager or "-", "muted"),
        ]
        return tuple(cells)


def _with_arrow(column: Column, shown: ShownColumns) -> Column:
    """Mark the column that the rows are ordered by: with an arrow up if they begin with the least."""
    if column.id != shown.order:
        return column
    title = f"{column.title} {'↓' if (column.id in LARGEST_FIRST) != shown.is_reversed else '↑'}"
    return replace(column, title=title, width=max(column.width, len(title)))


def _widths(texts: Collection[str]) -> set[int]:
    """Widths of texts. Names are plain: thousands of them are measured at each change of the list."""
    whole = "".join(texts)
    return set(map(len, texts)) if whole.isascii() and whole.isprintable() else set(map(width, texts))


def _count(keys: int) -> str:
    """Format a count: "9999"; "20k" for 20,000, which does not fit."""
    return str(keys) if keys < 10_000 else f"{keys // 1_000}k"


def _marks(sign: str, *, has_draft: bool) -> Cell:
    if not sign:
        return Styled("*", "accent") if has_draft else ""
    return Styled(f"{'*' if has_draft else ' '}{sign}", _TONES[sign])


def _age(at: float | None, now: float) -> Cell:
    return age(now - at) if at is not None else Styled("-", "muted")
