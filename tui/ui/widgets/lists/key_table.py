"""Table of a Secret's keys, with values masked until shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import KeyRow
from tui.model.secret.formats.registry import kind_of
from tui.model.secret.value import MASK, Facts, Value, size_text
from tui.model.text.printable import SPACE
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import ALL_COLUMNS, Column, ColumnNeed, needs_of
from tui.ui.widgets.table.row_painter import MARK
from tui.ui.widgets.table.table import MEASURED
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, drawn, wrap
from tui.ui.widgets.value.value_lines import LEAST, allot, fits, line_count, value_lines, with_end_blanks

_INDENT: Final = 2
"""Width in cells of the column before the keys."""
_TITLES: Final = 1
_DRAWN: Final = 400
"""Maximum number of characters of a shown value in its row."""
_BELOW: Final = Styled("shown below", "muted")
_BYTES: Final = 32
_SHORT: Final = 8
"""Values up to this size in bytes are no longer than the mask, and usually fit beside their keys."""


_HAS_NOW: Final = Column("now", "HAS IT NOW", 10, most=20, drop=3)
"""Column that counts the pods with an old value of the key, and the pods with its new value.

The column is shown only if at least one row has such counts."""


class KeyLine(Struct, frozen=True):
    row: KeyRow
    known: Facts | None
    """Facts about the value; None for a dropped key."""
    is_shown: bool
    read_by: Cell
    is_changed_there: bool = False
    """True if the value on the server changed since the Secret was opened."""
    name: str = ""
    """Description of the value, such as "boolean", shown even while the value is masked."""
    is_below: bool = False
    """True if the value is drawn below the key."""
    label: str = ""
    """Text drawn instead of the key."""
    note: str = ""
    """Text drawn on a line below the row."""
    facts: tuple[Styled, ...] = ()
    """Facts about a certificate, e.g. the expiry, drawn below the row even while the value is masked."""
    has_now: Cell = ""

    @property
    def key(self) -> str:
        return self.row.key


class ValueLine(Struct, frozen=True):
    """Line below a key: a part of its shown value, a fact or a note."""

    of: str
    number: int
    text: Styled

    @property
    def key(self) -> str:
        """Key of this table row: the Secret's key, NUL and the number. No key of a Secret contains NUL."""
        return f"{self.of}\0{self.number}"


class KeyTable(TableWithPage["KeyLine | ValueLine"]):
    """Table of a Secret's keys, with the marks + added, ~ changed, - dropped."""

    HAS_HEADINGS = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "", 1, gap=1),
        Column("key", "KEY", 20, most=32, grow=1, cut="middle"),
        Column("value", "VALUE", 10, most=28, grow=3, cut="middle"),
        Column("size", "SIZE", 6, drop=1, align="right"),
        Column("readers", "READ BY", 7, most=15, drop=2),
        _HAS_NOW,
    )

    def __init__(self, *, opens: str = "enter", id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            self.COLUMNS,
            key=lambda line: line.key,
            cells=self.cells_of,
            selectable=lambda line: isinstance(line, KeyLine),
            id=id,
        )
        self._opens = opens
        self._keys: list[KeyLine] = []
        self._most: int | None = None
        """Maximum height in rows; None if the style sheet sets the height."""
        self._room: tuple[object, int] = (None, 0)
        """Screen size, width and shown values of the last call of `_room_for`, and the result of the call."""

    def on_unmount(self) -> None:
        self._keys = []  # these lines hold values, and Textual may keep this object

    @property
    def keys(self) -> Sequence[KeyLine]:
        return self._keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # If the cursor is on no row, the screen handles the key press that would open a value.
        return action != "open" or self.cursor_key is not None

    def show(self, rows: Sequence[KeyLine | ValueLine]) -> None:
        self._keys = [row for row in rows if isinstance(row, KeyLine)]
        self.drop_beyond(ALL_COLUMNS if any(line.has_now for line in self._keys) else _HAS_NOW.drop - 1)
        cells = self.width_of("value")
        super().show(self._with_values(cells))
        if self.width_of("value") != cells:
            super().show(self._with_values(self.width_of("value")))
        if self._most is not None:
            self.styles.height = _TITLES + min(len(self.rows), self._most)

    def follow_rows(self, most: int | None) -> None:
        """Make the table as high as its rows, but at most `most` rows.

        If `most` is None, the style sheet sets the height.
        """
        if most != self._most:
            self._most, self.styles.height = most, None
            self.show(self._keys)

    def resized(self) -> None:
        if any(line.is_shown or line.note or line.facts for line in self._keys):
            self.show(self._keys)

    def measure(self) -> list[ColumnNeed]:
        """Return the width that each column needs for the first `MEASURED` keys, with masked values.

        For keys with values longer than `_SHORT`, the text "shown below" is measured too. So no column
        moves when a value is shown.
        """
        lines = self._keys[:MEASURED]
        masked = (replace(line, is_shown=False) for line in lines)
        below = (replace(line, is_below=True) for line in lines if line.known and line.known.size > _SHORT)
        return needs_of(self.columns, map(self.cells_of, (*masked, *below)))

    def cells_of(self, line: KeyLine | ValueLine) -> tuple[Cell, ...]:
        cells = (
            _cells(line) if isinstance(line, KeyLine) else (Styled("│", "muted"), line.text, "", "", "", "")
        )
        return cells[: len(self.COLUMNS)]

    def _with_values(self, cells: int) -> list[KeyLine | ValueLine]:
        width = self.size.width - MARK - THUMB - _INDENT
        if width <= 0:
            return list(self._keys)
        below = {
            line.key: (line.row.value, line.known)
            for line in self._keys
            if line.is_shown and line.row.value is not None and line.known is not None
            if not fits(line.row.value, line.known, cells)
        }
        room = self._room_for([(key, id(value)) for key, (value, _) in below.items()], width)
        most = max(LEAST, room)
        shares = allot([line_count(value, known, width, most) for value, known in below.values()], room)
        share_of_key = dict(zip(below, shares, strict=True))
        rows: list[KeyLine | ValueLine] = []
        for line in self._keys:
            parts = [part for fact in line.facts for part in _wrapped(fact, width)]
            if line.key in below:
                shown = value_lines(*below[line.key], width, share_of_key[line.key])
                parts += shown.lines
                if shown.more:
                    more = f"… {shown.more}; {self._opens} opens the value"
                    parts.append(Styled(more, "muted", flows=True))
            rows.append(replace(line, is_below=True) if line.key in below else line)
            if line.note:
                parts.append(Styled(f"{line.note}; {self._opens} opens the value", "muted", flows=True))
            rows += [ValueLine(line.key, nth, part) for nth, part in enumerate(parts)]
        return rows

    def _room_for(self, shown: list[tuple[str, int]], width: int) -> int:
        """Return how many lines are free for shown values below their keys.

        The number is kept while the same values are shown, so that a move of the cursor does not change it.
        """
        counted_for, facts = (self.app.size, width, shown), sum(len(line.facts) for line in self._keys)
        if self._room[0] != counted_for:
            lines = self.body_height if self._most is None else self._most
            self._room = (counted_for, max(0, lines - len(self._keys) - facts))
        return self._room[1]


def _cells(line: KeyLine) -> tuple[Cell, ...]:
    if (value := line.row.value) is None or line.known is None:
        before = line.row.before
        size = size_text(before.size) if before is not None else ""
        return (
            Styled("-", "bad"),
            Styled(line.key, "struck"),
            Styled("dropped", "muted"),
            Styled(size, "muted"),
            line.read_by,
            line.has_now,
        )
    mark = Styled(line.row.mark, "accent") if line.row.mark else ""
    if line.is_changed_there and not line.row.mark:
        mark = Styled("!", "warning")
    return (
        mark,
        line.label or line.key,
        _BELOW if line.is_below else value_cell(value, line.known, line.name, is_shown=line.is_shown),
        # A size of 4 B would reveal that a boolean is "true".
        size_text(value.size) if line.is_shown or line.name != "boolean" else "",
        line.read_by,
        line.has_now,
    )


def _wrapped(fact: Styled, width: int) -> Iterator[Styled]:
    for parts in wrap([fact], width):
        yield Styled("".join(part.text for part in parts), fact.style, flows=True, is_drawn=True)


def value_cell(value: Value, known: Facts, name: str, *, is_shown: bool) -> Cell:
    if not known.size:
        return Styled("empty", "muted")
    if not known.is_readable:
        start = value.reveal()[:_BYTES].hex(" ") + (" …" if value.size > _BYTES else "")
        return start if is_shown else Styled(name or kind_of(value), "muted")
    if not is_shown:
        kind = name or kind_of(value)
        odd_end = _odd_end(known) if kind.startswith("text") else kind
        return Styled(f"{MASK}  {odd_end}", "muted") if odd_end else MASK
    text = value.reveal()[: _DRAWN * 4].decode("utf-8", errors="ignore")[:_DRAWN]
    without_blanks = text.lstrip(" ")
    if without_blanks == text or "\n" in text or "\r" in text:
        return with_end_blanks(text)
    # Draw signs for blanks at the start too, because blanks there would be invisible.
    return Styled(
        f"{SPACE * (len(text) - len(without_blanks))}{drawn(with_end_blanks(without_blanks))}", is_drawn=True
    )


def _odd_end(known: Facts) -> str:
    if known.lines > 1:
        return ""
    return (
        "final line break"
        if known.has_final_newline
        else "blank at start/end"
        if known.has_edge_blank
        else ""
    )
