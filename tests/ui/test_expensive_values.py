"""Values made to choke whoever looks into them: presses are answered meanwhile, and the look has an end."""

from __future__ import annotations

import threading
from typing import Any, Final

import pytest

from tests.expensive_values import BOMBS, CERTIFICATE
from tests.ui.person import sitting_at
from tui.model.secret.secret import SecretRef
from tui.process import threads
from tui.ui.browser import secret_pane
from tui.ui.pages import describe

BOMB: Final = SecretRef("default", "bomb")


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
async def test_every_look_at_a_bomb_ends_and_the_next_press_counts(name: str) -> None:
    key, data = BOMBS[name]
    async with sitting_at(size=(80, 24)) as person:
        person.others_make(BOMB, {key: data})
        await person.open(BOMB)
        await person.presses("i", "no values here")
        await person.presses("escape r enter", key)
        await person.presses("G g escape", "READ BY")
    for thread in threading.enumerate():
        if thread.name == "secret-tui aside":  # given up after a second, it ends by itself
            thread.join()


@pytest.mark.parametrize(
    ("press", "where", "what"), [("i", describe, "about_inside"), ("", secret_pane, "look_inside")]
)
async def test_a_look_that_takes_too_long_is_given_up_and_no_press_waits_for_it(
    press: str, where: Any, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = threading.Event()
    begun = threading.Event()

    def never_done(*_: object) -> list[Any]:
        begun.set()
        ends.wait()
        return []

    monkeypatch.setattr(threads, "LONGEST_WORK", 0.2)
    monkeypatch.setattr(where, what, never_done)
    try:
        async with sitting_at(size=(80, 36)) as person:
            person.others_make(BOMB, {"tls.crt": CERTIFICATE})
            await person.open(BOMB)
            await person.press(*press)
            await person.sees("too large to read within a second.")
            await person.waits_for(begun.is_set, "the look")  # in the header another may be given up first
            assert not ends.is_set()
    finally:
        ends.set()
