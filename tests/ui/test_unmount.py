"""Unmounting: work that ends while a screen is removed finds its widgets gone, and draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.screen import Screen

from tests.ui.person import in_secret
from tui.model.viewers import Viewers
from tui.session.writes.review import WriteTarget
from tui.ui.browser.screen import BrowserScreen
from tui.ui.dialogs.palette import Palette
from tui.ui.dialogs.prompt import Question
from tui.ui.pages.messages import MessagesScreen
from tui.ui.readers.screen import ReadersScreen
from tui.ui.review.screen import ReviewScreen
from tui.ui.widgets.bars.header import HeaderLine


@pytest.mark.parametrize("what", ["others look", "the computer slept", "nobody pressed", "the focus is lost"])
async def test_hiding_values_while_the_program_exits_does_not_crash(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def hear(screen: BrowserScreen) -> None:
        assert not screen.query(HeaderLine), "its parts go before it does"
        app: Any = screen.app
        match what:
            case "others look":
                app._others_look(Viewers(("tmux pipe-pane",)))
            case "the computer slept":
                app.slept()
            case "nobody pressed":
                app.cover()
            case _:
                app.hide_shown()
        heard.append(what)

    async with in_secret() as person:
        await person.press("r")
        monkeypatch.setattr(BrowserScreen, "on_unmount", hear, raising=False)
    assert heard == [what]
    assert person.app.return_code in (None, 0), "it did not crash"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["question", "pods", "messages", "review", "browser", "palette"])
@pytest.mark.parametrize("is_asked", [False, True])
async def test_a_screen_opened_as_the_program_exits_does_not_run_or_send_a_patch(
    name: str, is_asked: bool
) -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        shared, draft = person.app.shared, person.session.drafts.all()[0]
        browser: Any = person.app.screen
        made: dict[str, Callable[[], Screen[Any]]] = {
            "question": lambda: Question("Show values?", lines=(), answers=(("y", "show"),)),
            "pods": lambda: ReadersScreen(shared),
            "messages": lambda: MessagesScreen(shared),
            "review": lambda: ReviewScreen(shared, WriteTarget(draft)),
            "browser": lambda: BrowserScreen(shared),
            "palette": lambda: Palette(browser),
        }
        opens = made[name]()
        person.app.push_screen(opens)
        if is_asked:
            person.app.exit()
    assert not opens.is_running
    assert person.app.return_code in (None, 0), "it did not crash"
    assert not person.asked("PATCH"), "nothing is reviewed or sent"
