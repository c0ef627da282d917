"""Pane widths: for names of any length a wider terminal shows no less of the list, a Secret open or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.test_widths import FRAME, inside
from tui.ui.browser.pane_widths import Needs, pane_count, pane_widths
from tui.ui.widgets.lists.secret_table import EXPIRES, LAST_NEEDED, SecretTable
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import ALL, LABEL, Need, need_of, place, whole_width
from tui.ui.widgets.table.row_painter import MARK

AROUND = MARK + THUMB + FRAME
ABOUT = 40
SIZES = st.lists(st.integers(1, 120), min_size=1, max_size=8)


@pytest.mark.slow
@given(
    st.fixed_dictionaries({"name": SIZES, "type": st.lists(st.integers(1, 24)), "manager": SIZES}),
    st.integers(22, 32),
    st.one_of(st.just(0), st.integers(40, 100)),
    st.booleans(),
)
def test_a_wider_terminal_shows_no_less_of_the_list(
    sizes: dict[str, list[int]], namespaces: int, secret: int, has_ends: bool
) -> None:
    first, rest = SecretTable.COLUMNS[:5], SecretTable.COLUMNS[5:]
    columns = (*first, EXPIRES, *rest) if has_ends else SecretTable.COLUMNS
    found = [need_of(column, sizes.get(column.id, [])) for column in columns]

    def need(last: int) -> Need:
        cells = whole_width(columns, found, last=last)
        return Need(cells.full + AROUND, cells.want + AROUND)

    steps = tuple(need(last) for last in range(LAST_NEEDED + 1))
    late = steps[EXPIRES.drop].full - steps[EXPIRES.drop - 1].full if secret else 0
    assert (late > 0) == (has_ends and secret > 0)
    needs = Needs(namespaces, steps, need(ALL), secret, late)
    gives_way = {"expires", "age"} if late else set()
    before: set[tuple[str, int]] = set()
    for total in range(80, 241):
        count = pane_count(total, needs)
        if count == 1 and secret:
            continue  # the list is not on screen
        widths = pane_widths(total, count, needs, at_namespaces=False)
        cells = inside(widths.secrets, total) - MARK - THUMB
        placed = place(columns, cells, found, last=widths.last)
        whole = {
            (at.column.id, size)
            for at in placed
            if at.column.id not in gives_way  # to the namespaces, which stay where they are
            for size in [0, *sizes.get(at.column.id, [])]
            if size <= min(at.width, LABEL)  # a longer name may be cut for one more pane
        }
        assert before <= whole, (total, widths, before - whole)
        before = whole
        assert widths.secret == 0 or widths.secret >= min(ABOUT, secret or ABOUT), "a preview of broken words"
        assert count == 1 or widths.namespaces + widths.secrets + widths.secret == total
