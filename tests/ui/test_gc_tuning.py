"""The lists leave the collector's sight once they are whole, and never while a value is in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.ui.person import MINE, sitting_at


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often the heap was frozen, by a program that was started with the collector off."""
    times: list[int] = []
    monkeypatch.setattr("tui.session.gc_tuning.gc.freeze", lambda: times.append(1))
    gc.disable()
    yield times
    gc.enable()


async def test_nothing_is_settled_while_a_secret_is_open(frozen: list[int]) -> None:
    async with sitting_at(start=MINE) as person:
        await person.sees("********")
        person.others_set("username", b"made-up")
        await person.sees("changed on the server")
        assert len(frozen) == 1
        await person.press("escape")
        person.others_set("username", b"made-up too")
        await person.waits_for(lambda: len(frozen) == 2, "the lists")
