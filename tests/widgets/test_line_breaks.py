"""Lines of a long text: all of it, in order, each within its width, and a press is never kept waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers import until
from tests.model.test_printable import TEXTS
from tests.widgets.show import Show
from tui.model.text.printable import printable, width
from tui.ui.widgets.value.value_lines import line_breaks
from tui.ui.widgets.value.value_view import ValueView

LARGE = 1 << 18


@given(TEXTS, st.integers(1, 12))
def test_every_character_is_on_a_line_that_fits(text: str, cells: int) -> None:
    lines = list(line_breaks(text, cells))
    assert "".join(text[start:end] for start, end in lines) == text
    for start, end in lines:
        body = text[start:end].rstrip("\r\n")
        assert len(body) == 1 or width(printable(body)) <= max(cells, width(printable(body[:1])))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "count"),
    [("\n", LARGE), ("\x01", 3_641), ("e\u0301", None), ("\u0301", None), ("漢é\x01\n", None)],
)
async def test_the_first_lines_of_a_large_text_are_there_at_once_and_the_last_on_request(
    unit: str, count: int | None
) -> None:
    view = ValueView()
    text = unit * (LARGE // len(unit))
    async with Show(view).run_test(size=(77, 20)) as pilot:
        view.show(text.encode())
        first = view.line_count
        assert first >= 20
        view.focus()
        await pilot.press("G", "g", "j")
        assert view.scroll_offset.y == 1
        await pilot.press("G")
        await until(pilot, lambda: view.scroll_offset.y > first, "the last line")
        assert view.scroll_offset.y == view.line_count - 20
        assert count is None or view.line_count == count


@pytest.mark.slow
async def test_masking_a_value_stops_the_layout_of_its_lines() -> None:
    view = ValueView()
    async with Show(view).run_test(size=(80, 20)) as pilot:
        view.show(b"\n" * LARGE)
        view.mask()
        await until(pilot, lambda: not list(view.app.workers), "the end of the work")
        assert view.line_count == 1
