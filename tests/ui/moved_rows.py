"""A screen whose second block moves down a row, and the rows that are painted then."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen

from tui.ui.widgets.lines import Lines


async def painted_rows(base: type[Screen[None]], monkeypatch: pytest.MonkeyPatch, *, asks: bool) -> set[int]:
    """Let the first block, empty so far, grow by a row on a screen of this base; the rows painted for it.

    `asks`: the place of the moved block is asked for before the layout is done, as a look for what is under
    the mouse does after the repaint of a widget without a place.
    """

    class Blocks(base):  # type: ignore[valid-type, misc]
        def compose(self) -> ComposeResult:
            for name in ("above", "below"):
                lines = Lines(["below"] if name == "below" else [], id=name)
                lines.styles.height = "auto"
                yield lines

    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Blocks())
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
            compositor._full_map_invalidated = True
            assert below.region.y == 1
        await pilot.pause()
    return rows
