"""A copy that is still in progress when all copies are taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from tests.helpers import eventually
from tests.terminal.test_clipboard import VALUE, Bench, FakeDesktop


@pytest.fixture(autouse=True)
def _no_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.ways._CONTAINERS", ())


class SlowDesktop(FakeDesktop):
    """A desktop that takes a value once the test lets it, and holds it even if no caller waits."""

    def __init__(self) -> None:
        super().__init__(takes=True)
        self.may, self.abandoned = asyncio.Event(), 0

    async def copy(self, data: bytes) -> str | None:
        self.asked += 1
        await self.may.wait()
        self.holds = data
        return None

    def abandon(self, data: bytes) -> str:
        self.abandoned += 1
        return ""


async def sending(
    env: Mapping[str, str], data: bytes = VALUE
) -> tuple[Bench, SlowDesktop, asyncio.Task[str]]:
    """Start a copy that ends once the test sets `may`."""
    bench, desktop = Bench(env), SlowDesktop()
    bench.clipboard._local = desktop
    task = asyncio.create_task(bench.clipboard.send(data, "password"))
    await eventually(lambda: desktop.asked, "the copy to be on its way")
    return bench, desktop, task


async def test_a_copy_on_its_way_that_cannot_be_cleared_is_not_said_to_be_cleared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def not_cleared(desktop: SlowDesktop, data: bytes) -> bool:
        return False

    monkeypatch.setattr(SlowDesktop, "clear", not_cleared)
    bench, desktop, task = await sending({})
    await bench.clipboard.empty()
    desktop.may.set()
    assert "Clipboard not cleared at 14:03:0" in await task


async def test_a_cleared_copy_is_not_reported_as_left_because_of_the_next_one_in_progress() -> None:
    bench, desktop = Bench({}), SlowDesktop()
    bench.clipboard._local = desktop
    desktop.may.set()
    first = await bench.clipboard.send(VALUE, "password")
    desktop.may.clear()
    task = asyncio.create_task(bench.clipboard.send(b"other-made-up", "username"))
    await eventually(lambda: desktop.asked == 2, "the next copy to be in progress")
    await bench.clipboard.empty()
    desktop.may.set()
    assert bench.told == [(first, "Clipboard cleared at 14:03:0.", "")]
    assert (await task).endswith("Clipboard cleared at 14:03:0.")


@pytest.mark.parametrize("ends", ["covered", "killed"])
async def test_a_copy_in_progress_does_not_outlive_the_end_of_all_copies(ends: str) -> None:
    bench, desktop, task = await sending({})
    if ends == "covered":
        await bench.clipboard.empty()
    else:
        bench.clipboard.abandon()
        assert desktop.abandoned
    desktop.may.set()
    assert (await task).endswith("copied to this desktop's clipboard. Clipboard cleared at 14:03:0.")
    assert (desktop.holds, bench.clipboard.is_holding, bench.clock.waits) == (b"", False, ())


async def test_before_a_suspend_a_copy_in_progress_is_waited_for_and_taken_back() -> None:
    bench, desktop, task = await sending({})
    back = asyncio.create_task(bench.clipboard.take_back())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not back.done()
    desktop.may.set()
    await back
    assert (desktop.holds, bench.clipboard.is_holding) == (b"", False)
    await task
