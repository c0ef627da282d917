"""The table of leaves: while masked no cell shows a secret part of any format."""

from __future__ import annotations

import pytest

from tests.model.test_row_names import EVERY
from tests.model.value_shapes import MARKER, NOW, Shape
from tui.model.secret.formats.registry import decoded_value
from tui.model.secret.value import Value
from tui.ui.base.value_facts import fact_line, name_of
from tui.ui.widgets.lines import cells_of
from tui.ui.widgets.lists.leaf_table import LeafTable, leaf_line
from tui.ui.widgets.text import text_of


@pytest.mark.parametrize("shape", [shape for shape in EVERY if shape.id != "JSON-4"])  # its name is public
def test_masked_leaves_of_any_format_show_no_secret_part(shape: Shape) -> None:
    decoded = decoded_value(shape.key, Value(shape.data), NOW)
    cells = [cell for fact in decoded.facts for cell in cells_of(fact_line(fact))]
    for leaf in decoded.leaves:
        name = name_of(leaf.path, leaf.value, NOW, "names")
        cells += LeafTable().cells_of(leaf_line(leaf, name, is_shown=False))
    assert MARKER not in " ".join(map(text_of, cells)).lower()
