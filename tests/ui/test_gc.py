"""The garbage collector is off until the first frame, and on afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.ui.person import sitting_at


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often the heap was frozen, by a program that was started with the collector off."""
    times: list[int] = []
    monkeypatch.setattr("tui.ui.app.app.gc.freeze", lambda: times.append(1))
    gc.disable()
    yield times
    gc.enable()


async def test_the_collector_is_on_once_the_first_frame_is_drawn(frozen: list[int]) -> None:
    async with sitting_at():
        assert (gc.isenabled(), len(frozen)) == (True, 1)
