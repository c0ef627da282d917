"""The keys of one Secret: a row each, masked unless a person shows it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from tui.model.changes import KeyRow
from tui.model.value import MASK, Facts, Value, size_text
from tui.widgets.table import Column, VirtualTable
from tui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("key", "KEY", 12, most=32, grow=2, cut="middle"),
    Column("value", "VALUE", 10, most=28, grow=3, cut="end"),
    Column("size", "SIZE", 8, drop=1, align="right"),
    Column("readers", "READ BY", 10, drop=2),
)
_DRAWN: Final = 400
"""Characters of a shown value that a row draws; the value view has the rest."""
_BYTES: Final = 32


class KeyLine(Struct, frozen=True):
    """One key as the table draws it."""

    row: KeyRow
    known: Facts | None
    """None for a dropped key."""
    is_shown: bool
    read_by: Cell
    is_changed_there: bool = False
    """Did the server's value change since the Secret was opened?"""

    @property
    def key(self) -> str:
        """The key's name."""
        return self.row.key


class KeyTable(VirtualTable[KeyLine]):
    """A Secret's keys with their marks: + added, ~ changed, - dropped."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(_COLUMNS, key=lambda line: line.key, cells=_cells, id=id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Without a key under the cursor the press is the screen's, which says why nothing is gone into.
        return action != "open" or self.cursor_key is not None


def _cells(line: KeyLine) -> tuple[Cell, ...]:
    value = line.row.value
    if value is None or line.known is None:
        before = line.row.before
        size = size_text(before.size) if before is not None else ""
        return (
            Styled("-", "bad"),
            Styled(line.key, "struck"),
            Styled("dropped", "muted"),
            Styled(size, "muted"),
            line.read_by,
        )
    mark = Styled(line.row.mark, "accent") if line.row.mark else ""
    if line.is_changed_there and not line.row.mark:
        mark = Styled("!", "warning")
    return (
        mark,
        line.key,
        value_cell(value, line.known, is_shown=line.is_shown),
        size_text(value.size),
        line.read_by,
    )


def value_cell(value: Value, known: Facts, *, is_shown: bool) -> Cell:
    """A value for one line: the mask, what may be said of bytes that are no text, or the text itself."""
    if not known.size:
        return Styled("nothing", "muted")
    if not known.is_readable:
        start = value.reveal()[:_BYTES].hex(" ") + (" …" if value.size > _BYTES else "")
        return start if is_shown else Styled(known.kind, "muted")
    if not is_shown:
        return MASK if known.kind.startswith("text") else Styled(f"{MASK}  {known.kind}", "muted")
    return value.reveal()[: _DRAWN * 4].decode("utf-8", errors="ignore")[:_DRAWN]
