"""The gauge: a bar for a part of a whole."""

from __future__ import annotations

import pytest

from tui.ui.widgets.text import gauge


@pytest.mark.parametrize(
    ("part", "whole", "drawn"),
    [
        (0, 4, "────────"),
        (2, 4, "━━━━────"),
        (4, 4, "━━━━━━━━"),
        (5, 4, "━━━━━━━━"),
        (-1, 4, "────────"),
        (1, 1000, "━───────"),
        (999, 1000, "━━━━━━━─"),
        (0, 0, "────────"),
    ],
)
def test_a_bar_is_full_or_empty_only_if_the_part_is(part: float, whole: float, drawn: str) -> None:
    over, left = gauge(part, whole, 8)
    assert over.text + left.text == drawn


def test_a_bar_of_one_cell_has_one_cell() -> None:
    over, left = gauge(1, 2, 1)
    assert len(over.text + left.text) == 1
