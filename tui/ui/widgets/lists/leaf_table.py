"""Table of the leaves (parts, e.g. JSON fields) of a decoded value."""

from __future__ import annotations

from typing import Final, Literal

from tui.model.draft.draft import KeyRow
from tui.model.secret.formats.leaf import Leaf
from tui.model.secret.value import facts
from tui.ui.widgets.lists.key_table import KeyLine, KeyTable, ValueLine
from tui.ui.widgets.table.columns import Column

_INDENT: Final = "  "
_MARKS: Final[dict[str, Literal["~", "+"]]] = {"changed": "~", "added": "+"}


class LeafTable(KeyTable):
    """Table of the parts of a value. Each part is followed by the parts that it contains."""

    COLUMNS = (
        Column("mark", "", 1, gap=1),
        Column("key", "NAME", 12, most=48, grow=2, cut="middle"),
        Column("value", "VALUE", 10, most=28, grow=3, cut="middle"),
        Column("size", "SIZE", 6, drop=1, align="right"),
    )

    def text_of_row(self, row: KeyLine | ValueLine) -> str:
        path = row.key if isinstance(row, KeyLine) else ""
        return f"{path} {super().text_of_row(row)}"


def leaf_line(leaf: Leaf, name: str, *, is_shown: bool, how: str = "") -> KeyLine:
    row = KeyRow(leaf.path, _MARKS.get(how, ""), leaf.value, None)
    indent = _INDENT * leaf.level
    note = f"{indent}not decoded further: {leaf.stops}" if leaf.stops else ""
    label = f"{indent}{leaf.name}"
    return KeyLine(row, facts(leaf.value), is_shown, "", name=leaf.kind or name, label=label, note=note)
