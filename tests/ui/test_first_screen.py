"""The first frame names the cluster that the program connects to; keys pressed at it do nothing."""

from __future__ import annotations

import pytest
from textual.events import Key

from tests.app_pilot import NORMAL, SMALL, screen_text
from tests.helpers import eventually
from tests.ui.person import sitting_at
from tui.model.secret.secret import SecretRef
from tui.ui.app.app import SecretTui

MYSECRET = SecretRef("default", "mysecret")


def at_first_frame(monkeypatch: pytest.MonkeyPatch, *keys: str) -> list[str]:
    """Press keys while the first frame is shown; return its texts."""
    seen: list[str] = []
    ready = SecretTui.on_ready

    async def on_ready(app: SecretTui) -> None:
        seen.append(screen_text(app))
        for key in keys:
            event = Key(key, None)
            event.time = app.press_clock()
            await app.on_event(event)
        await eventually(lambda: not app.is_answering)
        assert app.has_waiting == bool(keys), "no press is for this screen"
        await ready(app)

    monkeypatch.setattr(SecretTui, "on_ready", on_ready)
    return seen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_first_frame_names_the_cluster_the_namespace_and_what_is_loading(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = at_first_frame(monkeypatch)
    async with sitting_at(size=size) as person:
        await person.sees("mysecret")
    async with sitting_at(size=size, start=MYSECRET, settles=False) as person:
        await person.sees("password")
    first, named = seen
    assert "DEMO  payments-cluster › default" in first and "Loading Secrets …" in first
    assert "Opening mysecret …" in named


async def test_a_key_pressed_at_the_first_frame_does_nothing_in_the_browser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_first_frame(monkeypatch, "enter")
    async with sitting_at() as person:
        await person.sees("mysecret")
        await person.waits_for(lambda: not person.app.is_answering, "the presses")
        assert person.session.opened is None and person.status == ""


async def test_the_key_that_quits_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    at_first_frame(monkeypatch, "ctrl+q")
    async with sitting_at(settles=False) as person:
        await person.waits_for(lambda: person.app.return_code == 0, "the end")
