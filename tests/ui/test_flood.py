"""Watch events that never pause: presses are answered, and the program ends."""

from __future__ import annotations

import pytest

from tests.flood import Flood
from tests.ui.person import sitting_at


async def test_under_a_flood_of_events_help_opens_and_the_program_quits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flood = Flood(monkeypatch)
    async with sitting_at(size=(80, 24)) as person:
        flood.begin(lambda: person.session.secrets.rows)
        await person.waits_for(lambda: flood.sent > 500, "events")
        await person.presses("?", "Keys that work here")
        sent = flood.sent
        await person.press("escape")
        await person.waits_for(lambda: flood.sent > sent, "events go on")
        await person.press("ctrl+q")
        await person.waits_for(lambda: person.app.return_code == 0, "the end")
        assert person.session.events.is_pressed(), "no event is handled while the program ends"
