"""The still clock: time moves when it is told to, and wakes who waits, in order."""

from __future__ import annotations

import asyncio

from tests.session.samples import START
from tui.session.clock import StillClock, SystemClock


async def test_a_sleeper_is_woken_when_its_time_has_come_and_not_before() -> None:
    clock = StillClock(START)
    woken: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    tasks = [asyncio.create_task(sleeper(*args)) for args in (("late", 3.0), ("soon", 1.0), ("never", 9.0))]
    await asyncio.sleep(0)
    assert list(clock.waits) == [1.0, 3.0, 9.0]
    clock.advance(0.5)
    await asyncio.sleep(0)
    assert woken == []
    clock.advance(4)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert woken == ["soon", "late"]
    assert (clock.now(), clock.monotonic()) == (START + 4.5, 4.5)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert list(clock.waits) == []
    clock.advance(100)


async def test_the_computers_clock_agrees_with_itself() -> None:
    clock = SystemClock()
    before, wall = clock.monotonic(), clock.now()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert clock.now() - wall < 60
