"""Draw the pictures of README and docs again: `python -m screenshots`, of the demo with a fixed clock.

With `--sheets` all scenes are drawn on a contact sheet for each size, to look at; git ignores these (18 MB).
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape as xml_text

from screenshots.movie import moving
from screenshots.rotation import rotation
from tests.app_pilot import NORMAL, SIZES, SMALL
from tests.scenes import SCENES, Scene, picture, playing

HERE: Final = Path(__file__).parent
SHOWN: Final = (
    *("revealed", "review", "conflict", "new-pull-secret", "copies", "all-keys", "diff", "paste", "undo"),
    *("all-kinds", "old-values", "restart", "restarted", "source", "health"),
    *("certificates", "who"),
    *("rotate", "rotate-review", "rotate-source", "found", "named-values", "release-values"),
)
"""Scenes that README and the pages in docs show."""
SHOWN_SMALL: Final = ("decoded-value", "decoded-keystore", "leaf-review")
"""Scenes among them that a small terminal shows whole."""

_GAP, _TITLE, _ACROSS = 24, 34, 3


async def main(*, are_sheets: bool) -> None:
    """Draw the pictures of README and docs, or contact sheets of every scene, one sheet for each size."""
    if not are_sheets:
        for scene in (scene for scene in SCENES if scene.name in (*SHOWN, *SHOWN_SMALL)):
            size = SMALL if scene.name in SHOWN_SMALL else NORMAL
            _write(f"{scene.name}.svg", await _drawn(scene, size))
        _write("rotation.svg", moving(await rotation()))
        return
    for size in SIZES:
        drawn = {scene.name: await _drawn(scene, size) for scene in SCENES}
        _write(f"contact-sheet-{size[0]}x{size[1]}.svg", sheet(drawn))


async def _drawn(scene: Scene, size: tuple[int, int]) -> str:
    async with playing(scene, size) as stage:
        return picture(stage, f"{scene.name}-{size[0]}x{size[1]}")


def sheet(pictures: dict[str, str]) -> str:
    """Pictures beside each other, each under its name."""
    width, height = _size(next(iter(pictures.values())))
    rows = -(-len(pictures) // _ACROSS)
    total = (_ACROSS * (width + _GAP) + _GAP, rows * (height + _TITLE + _GAP) + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total[0]:.0f} {total[1]:.0f}">',
        '<rect width="100%" height="100%" fill="#22262b"/>',
    ]
    for at, (name, svg) in enumerate(pictures.items()):
        x = _GAP + (at % _ACROSS) * (width + _GAP)
        y = _GAP + (at // _ACROSS) * (height + _TITLE + _GAP)
        parts.append(
            f'<text x="{x:.0f}" y="{y + 22:.0f}" fill="#e0e0e0" font-family="sans-serif" font-size="20">'
            f"{xml_text(name)}</text>"
        )
        placed = f'<svg x="{x:.0f}" y="{y + _TITLE:.0f}" width="{width:.0f}" height="{height:.0f}" '
        parts.append(svg[svg.index("<svg") :].replace("<svg ", placed, 1))
    return "\n".join([*parts, "</svg>"])


def _size(svg: str) -> tuple[float, float]:
    match = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert match is not None
    return float(match[1]), float(match[2])


def _write(name: str, svg: str) -> None:
    (HERE / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(are_sheets="--sheets" in sys.argv[1:]))
