"""The table of the leaves of one decoded value; as that of a Secret's keys, and words are found in it."""

from __future__ import annotations

from typing import Final

from tui.model.draft.draft import KeyRow
from tui.model.secret.formats.leaf import Leaf
from tui.model.secret.value import facts
from tui.model.text.printable import lowered
from tui.ui.widgets.lists.key_table import KeyLine, KeyTable, ValueLine
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.text import text_of

_INDENT: Final = "  "
"""Before a leaf for each leaf that it is in."""


class LeafTable(KeyTable):
    """Leaves by their paths, those in a leaf below it. A shown one wraps below its path."""

    COLUMNS = (
        Column("mark", "", 1, gap=1),
        Column("key", "NAME", 12, most=48, grow=2, cut="middle"),
        Column("value", "VALUE", 10, most=28, grow=3, cut="end"),
        Column("size", "SIZE", 6, drop=1, align="right"),
    )
    sought = ""
    """The words that were searched last."""

    @property
    def has_text(self) -> bool:
        return bool(self.rows)

    @property
    def line_count(self) -> int:
        return len(self.rows)

    def next_line(self, words: str) -> int | None:
        """The next row with these words, in any case: after the cursor's, at last that one."""
        own = self.own_rows()
        numbers = [*range(own.stop, len(self.rows)), *range(own.stop)]
        small = lowered(words)
        return next((number for number in numbers if self._has_words(number, small)), None)

    def show_found(self, number: int) -> None:
        """Put the cursor on the leaf of this row."""
        row = self.rows[number]
        self.move_to(row.of if isinstance(row, ValueLine) else row.key)

    def _has_words(self, number: int, words: str) -> bool:
        row = self.rows[number]
        path = row.key if isinstance(row, KeyLine) else ""
        return words in lowered(" ".join((path, *map(text_of, self.cells_of(row)))))


def leaf_line(leaf: Leaf, name: str, *, is_shown: bool) -> KeyLine:
    """A leaf as a row. `name`: what it is; used for a text."""
    row = KeyRow(leaf.path, "", leaf.value, None)
    indent = _INDENT * leaf.level
    note = f"{indent}not decoded further: {leaf.stops}" if leaf.stops else ""
    label = f"{indent}{leaf.name}"
    return KeyLine(row, facts(leaf.value), is_shown, "", name=leaf.kind or name, label=label, note=note)
