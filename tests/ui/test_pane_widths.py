"""Pane widths: an open Secret has the room; for names of any length a wider terminal shows no less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.test_widths import FRAME, inside
from tui.ui.browser.pane_widths import Needs, Widths, pane_count, pane_widths
from tui.ui.widgets.lists.secret_table import BESIDE_A_SECRET, EXPIRES, LAST_NEEDED, SecretTable
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import LABEL, ColumnNeed, need_of, place, whole_width
from tui.ui.widgets.table.row_painter import MARK

AROUND = MARK + THUMB + FRAME
ABOUT = 40
PEM = 65 + MARK + 2 + THUMB + FRAME
"""An open Secret in which a line of a PEM stands below its key, with the sign for its end."""
SIZES = st.lists(st.integers(1, 120), min_size=1, max_size=8)
LIST = Needs(24, ColumnNeed(80, 80), ColumnNeed(120, 120))
"""Namespaces of 24 cells, and a list of usual names."""


def widths(total: int, needs: Needs, *, at_namespaces: bool = False) -> Widths:
    return pane_widths(total, pane_count(total, needs), needs, at_namespaces=at_namespaces)


@pytest.mark.parametrize(
    ("total", "panes"),
    [(100, (0, 24, 76)), (120, (0, 41, 79)), (159, (0, 46, 113)), (160, (24, 46, 90)), (200, (24, 46, 130))],
)
def test_an_open_secret_has_the_room_and_its_list_keeps_the_name_and_one_column(
    total: int, panes: tuple[int, int, int]
) -> None:
    opened = widths(total, LIST._replace(is_open=True))
    assert opened == (*panes, BESIDE_A_SECRET, False)
    assert opened.secret >= PEM
    assert opened.has_readers_beside == (total == 200)


def test_a_pane_alone_has_the_whole_width_and_below_100_columns_each_has() -> None:
    assert widths(200, LIST._replace(is_open=True, is_alone=True))[:3] == (200, 200, 200)
    assert widths(99, LIST._replace(is_open=True))[:3] == (99, 99, 99)


def test_the_namespaces_are_shown_in_place_of_the_secret_where_there_is_no_room_for_three() -> None:
    needs = LIST._replace(is_open=True)
    assert widths(120, needs, at_namespaces=True)[:3] == (24, 96, 0)
    assert widths(160, needs, at_namespaces=True)[:3] == widths(160, needs)[:3]


@pytest.mark.slow
@given(
    st.fixed_dictionaries({"name": SIZES, "type": st.lists(st.integers(1, 24)), "manager": SIZES}),
    st.integers(22, 32),
    st.booleans(),
    st.booleans(),
)
def test_a_wider_terminal_shows_no_less_of_the_list(
    sizes: dict[str, list[int]], namespaces: int, is_open: bool, has_ends: bool
) -> None:
    first, rest = SecretTable.COLUMNS[:5], SecretTable.COLUMNS[5:]
    columns = (*first, EXPIRES, *rest) if has_ends else SecretTable.COLUMNS
    found = [need_of(column, sizes.get(column.id, [])) for column in columns]

    def need(last: int | None = None) -> ColumnNeed:
        cells = whole_width(columns, found) if last is None else whole_width(columns, found, last=last)
        return ColumnNeed(cells.full + AROUND, cells.want + AROUND)

    needs = Needs(namespaces, need(LAST_NEEDED), need(), is_open)
    before: set[tuple[str, int]] = set()
    for total in range(80, 241):
        count = pane_count(total, needs)
        if count == 1 and is_open:
            continue  # the list is not on screen
        panes = pane_widths(total, count, needs, at_namespaces=False)
        cells = inside(panes.secrets, total) - MARK - THUMB
        placed = place(columns, cells, found, last=panes.last)
        whole = {
            (at.column.id, size)
            for at in placed
            for size in [0, *sizes.get(at.column.id, [])]
            if size <= min(at.width, LABEL)  # a longer name may be cut for one more pane
        }
        assert before <= whole, (total, panes, before - whole)
        before = whole
        assert panes.secret == 0 or is_open or panes.secret >= ABOUT, "a preview of broken words"
        assert count == 1 or panes.namespaces + panes.secrets + panes.secret == total
