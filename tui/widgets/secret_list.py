"""The list of Secrets, or of names where no list is allowed: its columns, and what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from tui.model.secret import OPAQUE, SecretRef, SecretSummary, type_word
from tui.model.when import age
from tui.widgets.table import Column, VirtualTable
from tui.widgets.text import Cell, Styled

if TYPE_CHECKING:
    from tui.model.names import KnownName

Known: TypeAlias = "SecretSummary | KnownName"
"""What a row is of: a Secret that was listed, or a name."""

_WIDE: Final = 100
"""Cells from which the list says who manages a Secret too: below, the name needs them."""
_MORE: Final = (
    Column("manager", "MANAGED BY", 24, drop=7, cut="middle"),
    Column("changed", "CHANGED", 7, drop=6, align="right"),
)
_NAMESPACE: Final = Column("namespace", "NAMESPACE", 16, drop=1, cut="middle")
_COLUMNS: Final = (
    Column("draft", "", 1, gap=1),
    Column("name", "NAME", 18, grow=3, cut="middle"),
    Column("type", "TYPE", 9, grow=1, drop=3),
    Column("keys", "KEYS", 4, drop=4, align="right"),
    Column("readers", "READ BY", 10, drop=2),
    Column("age", "AGE", 5, drop=5, align="right"),
)
_NAMES: Final = (
    Column("draft", "", 1, gap=1),
    Column("name", "NAME", 14, grow=3, cut="middle"),
    Column("right", "YOU MAY", 11, grow=1),
    Column("source", "KNOWN FROM", 11, grow=3, drop=1),
)


class ListLook(Struct, frozen=True):
    """What the cells need beyond the row: asked only for rows on screen."""

    has_draft: Callable[[SecretRef], bool]
    read_by: Callable[[SecretRef], Cell]
    now: Callable[[], float]
    """Seconds since the epoch, by the server's clock."""


class SecretTable(VirtualTable[Known]):
    """The rows that the filter leaves; `show_namespaces` adds a column when all namespaces are listed."""

    def __init__(self, look: ListLook, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(_COLUMNS, key=lambda row: row.key, cells=self._cells, id=id)
        self._look = look
        self._with_namespace = False
        self._is_wide = False
        self._has_names = False

    def show_namespaces(self, is_wanted: bool) -> None:
        """Have a column for the namespace, or not."""
        if is_wanted == self._with_namespace:
            return
        self._with_namespace = is_wanted
        self._choose_columns()

    def show_names(self, names: Sequence[KnownName]) -> None:
        """Names in place of Secrets, which may not be listed; none of them puts the list back."""
        if bool(names) != self._has_names:
            self._has_names = bool(names)
            self.show(())  # the rows on screen are of the other kind
            self._choose_columns()
        if names:
            self.show(names)

    def on_resize(self) -> None:
        """More columns where there is room."""
        if (self.size.width >= _WIDE) != self._is_wide:
            self._is_wide = not self._is_wide
            self._choose_columns()

    def _choose_columns(self) -> None:
        if self._has_names:
            self.set_columns(_NAMES)
            return
        first, *rest, last = _COLUMNS
        namespace = (_NAMESPACE,) if self._with_namespace else ()
        more = _MORE if self._is_wide else ()
        self.set_columns((first, *namespace, *rest, *more, last))

    def _cells(self, row: Known) -> tuple[Cell, ...]:
        look, now = self._look, self._look.now()
        if not isinstance(row, SecretSummary):
            draft: Cell = Styled("*", "accent") if look.has_draft(row.ref) else ""
            return (draft, row.ref.name, Styled(row.right, "muted"), Styled(row.source, "muted"))
        kind = Styled("terminating", "warning") if row.is_terminating else type_word(row.type)
        cells: list[Cell] = [Styled("*", "accent") if look.has_draft(row.ref) else ""]
        if self._with_namespace:
            cells.append(row.ref.namespace)
        cells += [
            row.ref.name,
            Styled(kind, "muted") if kind == OPAQUE else kind,
            str(row.key_count),
            look.read_by(row.ref),
        ]
        if self._is_wide:
            cells += [Styled(row.manager or "-", "muted"), _age(row.changed, now)]
        cells.append(_age(row.created, now))
        return tuple(cells)


def _age(at: float | None, now: float) -> Cell:
    return age(now - at) if at is not None else Styled("-", "muted")
