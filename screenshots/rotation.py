"""README's moving picture: a password is rotated, also in the URL that holds it; three workloads restart."""

from __future__ import annotations

from typing import Final

from screenshots.movie import Film, Frame
from tests.app_pilot import Stage
from tests.scene_steps import act, sees
from tests.scenes import Scene, playing
from tui.embedded.demo.controllers import step

SIZE: Final = (100, 28)
_LIST: Final = Scene("rotation", act(Stage.settles, sees("cart-redis")), namespace="web")
_PACE: Final = 0.35
"""Seconds for a step of the controllers."""
_KEY: Final = "REDIS_PASSWORD"


async def rotation() -> list[Frame]:
    """Play the rotation and return its frames, about 25 s."""
    async with playing(_LIST, SIZE) as stage:
        film = Film(stage)
        await _sets(film)
        await _writes(film)
        await _restarts(film)
    return film.frames


async def _sets(film: Film) -> None:
    """Go from the list to a new value in the draft."""
    stage = film.stage
    while "▸" not in _row_of(stage, "cart-redis"):
        await stage.press("down")
        film.keep(0.15)
    film.keep(0.8)
    await _presses(film, "enter", "enter: open the Secret", "Read by: REDIS_PASSWORD", seconds=2.0)
    await _presses(film, "t", "t: rotate this key", f"Rotate {_KEY}", seconds=2.0)
    await _presses(film, "enter", "enter: set it unseen", f"/ {_KEY}", seconds=1.2)
    await _presses(film, "ctrl+g", "ctrl+g: generate a value", "generated: ", seconds=1.5)


async def _writes(film: Film) -> None:
    """Review the draft, put the new value into the other key too, and write."""
    still = "REDIS_URL still holds the old value"
    await _presses(film, "enter", "enter: review", still, "accepted", seconds=3.5)
    await _presses(film, "W", "W: write", "An old value remains", seconds=1.8)
    await _presses(film, "i", "i: put the new value in there too", "accepted", "2 changed", seconds=2.2)
    await _presses(film, "W", "W: write both", "Written", "accepted", seconds=2.5)


async def _restarts(film: Film) -> None:
    """Restart one workload after the other, pod by pod."""
    stage = film.stage
    for key in ("down", "down", "up", "up"):
        await stage.press(key)
        await stage.sees("accepted")  # of the workload under the cursor: all have their dry run then
    await _presses(film, "W", "W: restart the three that keep the old value", "restarting 1", seconds=0.6)
    while "Restarted: 3 workloads" not in stage.text:
        before = stage.text
        is_changed = step(stage.cluster.store)
        await stage.pilot.pause(0.1)
        stage.clock.advance(_PACE)
        await stage.pilot.pause(0.1)
        if is_changed and stage.text != before:
            film.keep(_PACE)
    film.keep(4.0)


async def _presses(film: Film, key: str, caption: str, *texts: str, seconds: float) -> None:
    await film.stage.press(key)
    await film.stage.sees(*texts)
    film.keep(seconds, caption)


def _row_of(stage: Stage, text: str) -> str:
    return next((row for row in stage.text.splitlines() if text in row), "")
