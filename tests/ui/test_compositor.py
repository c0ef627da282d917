"""Widgets that a layout moves are sent to the terminal, even if their place was asked for before."""

from __future__ import annotations

import pytest

from tests.ui.moved_rows import painted_rows
from tui.ui.base.min_size import MinSizeScreen


@pytest.mark.parametrize("asks", [False, True])
async def test_a_moved_widget_is_sent_even_if_its_place_was_asked_for_meanwhile(
    asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await painted_rows(MinSizeScreen, monkeypatch, asks=asks) >= {0, 1}
