"""Watch events that never pause: all else goes on, and key presses go first."""

from __future__ import annotations

import asyncio

import pytest

from tests.flood import Flood
from tests.helpers import eventually
from tests.session.cluster_session import cluster_session
from tui.session.cache import events


async def test_a_flood_of_events_lets_all_else_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = Flood(monkeypatch)
    async with cluster_session() as here:
        flood.begin(lambda: here.session.secrets.rows)
        await eventually(lambda: flood.sent > 500, "events")
        row = here.session.secrets.rows[0]
        await eventually(lambda: here.session.secrets.rows[0] != row, "still more events")


async def test_while_a_press_is_answered_no_event_is_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_RESTS", 10**9)
    flood = Flood(monkeypatch)
    async with cluster_session() as here:
        here.session.events.is_pressed = lambda: True
        flood.begin(lambda: here.session.secrets.rows)
        await eventually(lambda: flood.sent, "the first event")
        rows = here.session.secrets.rows
        for _ in range(1_000):
            await asyncio.sleep(0)
        assert (flood.sent, here.session.secrets.rows) == (1, rows)
        here.session.events.is_pressed = lambda: False
        await eventually(lambda: flood.sent > 500, "events after the answer")


async def test_an_answer_that_waits_for_an_event_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = Flood(monkeypatch)
    async with cluster_session() as here:
        here.session.events.is_pressed = lambda: True
        flood.begin(lambda: here.session.secrets.rows)
        await eventually(lambda: flood.sent > 1, "more than the first event")
