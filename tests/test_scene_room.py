"""The main scenes at every size: no text is cut beside blank cells, and blank rows come last."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from tests.app_pilot import SIZES, Stage
from tests.scenes import MAIN, SCENES, Scene, playing
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.table.columns import LABEL
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled, drawn, width

pytestmark = pytest.mark.slow

_MOST_BLANK = 12
"""Rows between two parts that belong together."""
_SHORT = 16
"""A column so wide keeps its place for words that other rows have."""


def shown(stage: Stage, kind: type[Any]) -> list[Any]:
    """The widgets of this kind that have cells on the screen."""
    return [widget for widget in stage.app.screen.query(kind) if widget.is_on_screen and widget.size]


def cut_beside_blanks(table: VirtualTable[Any]) -> list[str]:
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


def blank_runs(pane: Pane) -> list[int]:
    """How many blank rows stand between two others of a pane, run by run."""
    rows = [strip.text for strip in pane.screen._compositor.render_strips()]
    region = pane.content_region
    inside = [bool(row[region.x : region.right].strip(" │┃┏┓┗┛━")) for row in rows[region.y : region.bottom]]
    runs = [(is_full, len(list(run))) for is_full, run in groupby(inside)]
    return [count for nth, (is_full, count) in enumerate(runs) if not is_full and 0 < nth < len(runs) - 1]


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.name in MAIN], ids=lambda scene: scene.name
)
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_main_scene_cuts_no_text_beside_blanks_and_keeps_what_belongs_together(
    scene: Scene, size: tuple[int, int]
) -> None:
    async with playing(scene, size) as stage:
        for table in shown(stage, VirtualTable):
            assert cut_beside_blanks(table) == [], f"#{table.id}"
        for pane in shown(stage, Pane):
            assert max(blank_runs(pane), default=0) <= _MOST_BLANK, f"#{pane.id}\n{stage.text}"
