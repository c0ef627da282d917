"""The driver: what it does with what is written while a shell has the terminal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tui.screens.driver import LeavingNothing
from tui.terminal.ways import in_pieces, osc52


@pytest.mark.parametrize("wrapped", [str, in_pieces])
def test_the_last_word_to_the_clipboard_waits_for_the_terminal_and_nothing_else_does(wrapped: Any) -> None:
    sent: list[str] = []
    driver: Any = LeavingNothing.__new__(LeavingNothing)  # with no terminal, and no signal's handler
    driver._writer_thread = SimpleNamespace(write=sent.append)
    driver._is_behind = True
    for data in ("made-up frame", wrapped(osc52(b"made-up")), wrapped(osc52(b"")), "made-up title"):
        driver.write(data)
    assert sent == []
    driver._is_behind = False
    driver.write("first")
    driver.write("second")
    assert sent == [f"{wrapped(osc52(b''))}first", "second"]
