"""What a layout moves is sent to the terminal, whatever was asked before it was done."""

from __future__ import annotations

import pytest

from tests.ui.moved_rows import painted_rows
from tui.ui.base.min_size import MinSizeScreen


@pytest.mark.parametrize("asks", [False, True])
async def test_what_moved_is_sent_also_if_its_place_was_asked_for_meanwhile(
    asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await painted_rows(MinSizeScreen, monkeypatch, asks=asks) >= {0, 1}
