"""Looking through a long list: in slices that can be stopped, and only once for all that came meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.secret_store import SecretStore
from tui.ui.base.state import SLICE, State
from tui.ui.browser import row_filter
from tui.ui.browser.row_filter import RowFilter

COUNT = 3 * SLICE


def row(number: int, version: int = 1) -> SecretSummary:
    return SecretSummary(SecretRef("a", f"s{number:06}"), f"u{number}", str(version), "Opaque", 1, None)


class Seat:
    """A store, what was chosen, and how often it was shown."""

    def __init__(self, count: int = COUNT) -> None:
        self.store = SecretStore("a")
        for number in range(count):
            self.store.put(row(number))
        self.desk = cast(
            "Any", SimpleNamespace(session=SimpleNamespace(secrets=self.store), state=State("a"))
        )
        self.shows = 0
        self.told: list[int | None] = []
        self.running: list[asyncio.Task[None]] = []
        self.choosing = RowFilter(self.desk, self.start, self.show, self.tell)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self.running.append(asyncio.ensure_future(work))
        return self.running[-1]

    def show(self) -> None:
        self.shows += 1

    def tell(self) -> None:
        self.told.append(self.choosing.percent)

    def filter(self, text: str) -> None:
        self.desk.state = self.desk.state.filtered(text)
        self.choosing.choose()

    @property
    def names(self) -> list[str]:
        return [found.ref.name for found in self.desk.state.rows.shown]

    async def rests(self) -> None:
        await asyncio.gather(*self.running, return_exceptions=True)

    @property
    def is_resting(self) -> bool:
        return all(task.done() for task in self.running)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_filter, "AT_ONCE", 10)


async def test_all_rows_are_looked_through_once_and_then_only_what_changes() -> None:
    seat = Seat()
    seat.choosing.choose()
    assert seat.shows == 0, "it is not done at one go"
    seat.store.put(row(COUNT))
    seat.choosing.choose()
    await seat.rests()
    assert len(seat.names) == COUNT + 1, "what came meanwhile is there"
    before = seat.shows
    seat.store.put(row(COUNT + 1))
    seat.store.gone(SecretRef("a", "s000000"), "u0")
    seat.choosing.choose()
    assert (seat.shows, seat.is_resting) == (before + 1, True), "at once"
    assert (seat.names[0], seat.names[-1]) == ("s000001", f"s{COUNT + 1:06}")


async def test_another_choice_takes_over_at_once() -> None:
    seat = Seat()
    seat.choosing.choose()
    await asyncio.sleep(0)
    seat.filter("s00001")
    await seat.rests()
    assert seat.names == [f"s00001{number}" for number in range(10)]
    assert seat.shows == 2, "the first look was never shown; then what was found, and what came meanwhile"


async def test_a_look_that_is_stopped_leaves_the_former_rows_and_says_so() -> None:
    seat = Seat()
    seat.choosing.choose()
    await seat.rests()
    seat.filter("s00001")
    await asyncio.sleep(0)
    assert seat.choosing.stop()
    assert not seat.choosing.stop()
    assert (len(seat.names), seat.choosing.stopped) == (COUNT, (seat.desk.state.choice, seat.store))
    seat.store.put(row(COUNT))
    seat.choosing.choose()
    await asyncio.sleep(0)
    assert (len(seat.names), seat.is_resting) == (COUNT, True), "an event does not begin it again"
    seat.choosing.go_on()
    await seat.rests()
    assert (len(seat.names), seat.choosing.stopped) == (10, None)


async def test_how_far_it_is_is_told() -> None:
    seat = Seat(25 * SLICE)
    seat.choosing.choose()
    await seat.rests()
    first = seat.told[0]
    assert first is not None
    assert 0 < first < 100
    assert seat.choosing.percent is None


async def test_another_namespace_is_another_list() -> None:
    seat = Seat(5)
    seat.choosing.choose()
    seat.store = seat.desk.session.secrets = SecretStore("b", version=seat.store.version + 1)
    seat.store.put(row(1))
    seat.desk.state = seat.desk.state.at_namespace("b")
    seat.choosing.choose()
    assert seat.names == ["s000001"]


async def test_what_was_stopped_in_one_namespace_is_not_stopped_in_the_next() -> None:
    seat = Seat()
    seat.choosing.choose()
    await asyncio.sleep(0)
    assert seat.choosing.stop()
    seat.desk.session.secrets = SecretStore("b", version=seat.store.version + 1)
    seat.desk.session.secrets.put(row(1))
    seat.desk.state = seat.desk.state.at_namespace("b")
    seat.choosing.choose()
    assert seat.names == ["s000001"]
    await seat.rests()
