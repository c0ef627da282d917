"""Lines and the blank ones below them: the screen shows the present lines, whatever was there before."""

from __future__ import annotations

import pytest

from tests.widgets.show import Show, lines
from tui.ui.widgets.lines import Lines

LONG = [f"made-up line {n}" for n in range(6)]


@pytest.mark.parametrize("padding", [0, 1])
async def test_fewer_lines_and_more_again_are_seen_at_once(padding: int) -> None:
    shown = Lines(LONG)
    shown.styles.height, shown.styles.padding = 10, padding
    async with Show(shown).run_test() as pilot:
        for wanted in (LONG, LONG[:2], [], LONG[3:], LONG):
            shown.show(wanted)
            await pilot.pause()
            seen = [line.strip() for line in lines(shown) if line.strip()]
            assert seen == wanted


async def test_textual_keeps_no_line_that_was_removed() -> None:
    shown = Lines(LONG)
    shown.styles.height = 10
    async with Show(shown).run_test() as pilot:
        await pilot.pause()
        assert "line 5" in kept(shown)
        shown.show(LONG[:2])
        await pilot.pause()
        assert "line 1" in kept(shown) and "line 5" not in kept(shown)


async def test_no_line_is_cut_by_a_layout_that_another_widget_asked_for_meanwhile() -> None:
    shown, other = Lines(LONG[:2]), Lines(LONG[:1])
    async with Show(shown, other).run_test() as pilot:
        await pilot.pause()
        shown.show(LONG[:4])
        other.show(LONG[:2])
        other._check_refresh()
        shown.screen._refresh_layout()
        shown.show(LONG)
        await pilot.pause()
        assert shown.size.height == len(LONG)


def kept(widget: Lines) -> str:
    """Text of the lines that Textual keeps after drawing them."""
    return "\n".join(strip.text for strip in widget._styles_cache._cache.values())
