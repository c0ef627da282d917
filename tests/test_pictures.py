"""Pictures: what each scene draws, that nothing on it is cut, and that its room is used, at three sizes.

`pytest tests/test_pictures.py --snapshot-update` draws them again, on Python 3.11 alone: look at them then.
Only the main scenes have a picture for each size: pictures of all scenes at all sizes take 17 MB.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.app_pilot import NORMAL, SIZES, Stage
from tests.scenes import MAIN, SCENES, Scene, picture, playing, resized
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.table.columns import LABEL
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled, drawn, width

pytestmark = pytest.mark.slow
CORNERS = frozenset("┏┌━─")
_MOST_BLANK = 12
"""Rows between two parts that belong together."""
_SHORT = 16
"""Cells that a column may keep for words of rows out of sight."""


class SceneImage(SVGImageExtension):  # type: ignore[misc]
    """Kept as `test_scene[NAME-80x24].svg`."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: Any, index: Any = 0) -> str:
        return f"{test_location.snapshot_name.removesuffix(']')}-{index}]"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_scene(scene: Scene, snapshot: SnapshotAssertion) -> None:
    """Played in a small terminal, which is then made larger."""
    others = []
    async with playing(scene, SIZES[0]) as stage:
        for size in SIZES:
            await resized(stage, size)
            _no_border_is_cut(stage)
            _footer_keys_are_whole(stage)
            _cursor_is_in_sight(stage)
            if scene.name in MAIN:
                _room_is_used(stage)
            if size != NORMAL and scene.name not in MAIN:
                continue
            kept = snapshot(name=f"{size[0]}x{size[1]}", extension_class=SceneImage)
            if picture(stage, scene.name) != kept:
                others.append(size)
    assert others == [], "other than its picture at these sizes"


def _no_border_is_cut(stage: Stage) -> None:
    lines = stage.text.split("\n")
    whole = stage.app.screen.region
    panes = [pane for pane in stage.app.screen.query(Pane) if pane.display and pane.region]
    assert panes
    for pane in panes:
        region = pane.region
        assert whole.contains_region(region), f"{pane.id} reaches beyond the screen"
        assert lines[region.y][region.x] in CORNERS, f"the top of {pane.id} is cut"
        if pane.styles.border_bottom[0]:
            assert lines[region.bottom - 1][region.x] in "┗└━", f"the bottom of {pane.id} is cut"
            assert lines[region.bottom - 1][region.right - 1] in "┛┘━", f"the corner of {pane.id} is cut"


def _footer_keys_are_whole(stage: Stage) -> None:
    footer = stage.app.screen.query_one(KeyFooter)
    assert any(footer.laid_out(footer.size.width)), "no key in the footer"
    drawn = stage.text.split("\n")[footer.region.y : footer.region.bottom]
    for key, word in (item for line in footer.laid_out(footer.size.width) for item in line):
        assert any(f"{key} {word}".rstrip() in line for line in drawn), f"{key} {word} is cut"


def _cursor_is_in_sight(stage: Stage) -> None:
    focused = stage.app.focused
    if isinstance(focused, VirtualTable) and focused.cursor_key is not None:
        lines = stage.text.split("\n")[focused.region.y : focused.region.bottom]
        assert any(line[focused.region.x :].lstrip("┃│").startswith("▸") for line in lines), (
            "the cursor is off"
        )


def _room_is_used(stage: Stage) -> None:
    """Check that no text is cut beside blank cells, and that blank rows come last."""
    for table in _shown(stage, VirtualTable):
        assert _cut_beside_blanks(table) == [], f"#{table.id}"
    for pane in _shown(stage, Pane):
        assert max(_blank_runs(pane), default=0) <= _MOST_BLANK, f"#{pane.id}\n{stage.text}"


def _shown(stage: Stage, kind: type[Any]) -> list[Any]:
    """The widgets of this kind that have cells on the screen."""
    return [widget for widget in stage.app.screen.query(kind) if widget.is_on_screen and widget.size]


def _cut_beside_blanks(table: VirtualTable[Any]) -> list[str]:
    """Texts of a table that are cut though a column has cells that none of its rows needs."""
    rows = [table._painter.cells(row) for row in table.rows]
    cut, spare, last = list[str](), 0, len(table.columns) - 1
    for at in table._placed:
        cells = [row[at.nth] for row in rows]
        texts = [
            drawn(cell) for cell in cells if at.nth == last or not (isinstance(cell, Styled) and cell.flows)
        ]
        needed = max(map(width, (at.column.title, *texts)), default=0)
        cut += [text for text in texts if at.width < width(text) <= LABEL]
        spare += max(0, at.width - max(needed, min(at.column.width, _SHORT)))
    return cut if spare else []


def _blank_runs(pane: Pane) -> list[int]:
    """Lengths of the runs of blank rows between other rows of a pane."""
    rows = [strip.text for strip in pane.screen._compositor.render_strips()]
    region = pane.content_region
    inside = [bool(row[region.x : region.right].strip(" │┃┏┓┗┛━")) for row in rows[region.y : region.bottom]]
    runs = [(is_full, len(list(run))) for is_full, run in groupby(inside)]
    return [count for nth, (is_full, count) in enumerate(runs) if not is_full and 0 < nth < len(runs) - 1]
