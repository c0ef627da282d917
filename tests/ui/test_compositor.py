"""What a layout moves is sent to the terminal, whatever was asked before it was done."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.widgets.lines import Lines


class Two(MinSizeScreen[None]):
    """A block that is empty at first, above another one."""

    def compose(self) -> ComposeResult:
        for name in ("above", "below"):
            lines = Lines(["below"] if name == "below" else [], id=name)
            lines.styles.height = "auto"
            yield lines


@pytest.mark.parametrize("asks", [False, True])
async def test_what_moved_is_sent_also_if_its_place_was_asked_for_meanwhile(
    asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Two())
        await pilot.pause()
        compositor, rows = app.screen._compositor, set[int]()
        update = compositor.render_update

        def sending(*args: Any, **named: Any) -> Any:
            for region in compositor._dirty_regions:
                rows.update(range(region.y, region.bottom))
            return update(*args, **named)

        monkeypatch.setattr(compositor, "render_update", sending)
        above, below = app.screen.query_one("#above", Lines), app.screen.query_one("#below")
        above.show(["warning"])
        above._layout_cache.clear()
        app.screen._clear_arrangement_cache()
        if asks:
            # As a repaint of a widget without a place does, and then a look for what is under the mouse.
            app.screen._compositor._full_map_invalidated = True
            assert below.region.y == 1
        await pilot.pause()
        assert rows >= {0, 1}
