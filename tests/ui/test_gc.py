"""The garbage collector is off until the first frame, and on afterwards; closed screens are freed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from textual.widget import Widget

from tests.ui.person import in_secret, sitting_at


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Record each freeze of the heap by a program that was started with the collector off."""
    times: list[int] = []
    monkeypatch.setattr("tui.ui.app.app.gc.freeze", lambda: times.append(1))
    gc.disable()
    yield times
    gc.enable()


async def test_the_collector_is_on_once_the_first_frame_is_drawn(frozen: list[int]) -> None:
    async with sitting_at():
        assert (gc.isenabled(), len(frozen)) == (True, 1)


async def test_the_paint_caches_of_a_closed_screen_are_freed() -> None:
    async with in_secret() as person:
        await person.press("d")
        painted = [weakref.ref(widget._styles_cache) for widget in person.app.screen.query(Widget)]
        await person.press("escape")
        await person.settles()
        gc.collect()
        assert painted and not [cache for cache in painted if cache() is not None]
