"""Restart after an internal error: the app is built again over its living session."""

from __future__ import annotations

import pytest

from tests.app_pilot import browser_shown, screen_text
from tests.helpers import until
from tests.ui.person import MASK, PASSWORD, in_secret, sitting_at
from tui.model.secret.secret import SecretRef


@pytest.mark.slow
async def test_new_screens_have_the_drafts_and_the_messages_and_no_value() -> None:
    async with in_secret(key="username", size=(80, 24)) as person:
        await person.edit("username", "n3w-made-up")
        await person.put_cursor("#key-table", "password")
        await person.presses("r", PASSWORD)
        listeners = len(person.session.events._listeners)
        said = [message.text for message in person.app.shared.messages]
        person.app.choose_theme("light")
        person.app.call_later(person.app.fail, KeyError(PASSWORD))
        await person.waits_for(lambda: not person.app.is_running, "the end of its screens")
        await person.app._shutdown()  # as at the end of a run
        person.app._exception = None  # Pilot would raise it at its end, in place of a failed assertion
        assert person.session.opened is not None
        app = person.app.reopened()
        assert app is not None and app.theme == "secret-light", "the theme that was chosen in this run"
        assert not person.session.fetched, "its values are dropped"
        async with app.run_test(size=(80, 24)) as pilot:
            await browser_shown(pilot)
            await until(pilot, lambda: "Internal error: " in screen_text(app), "the sentence")
            text = " ".join(screen_text(app).split())
            assert "! Internal error: KeyError at tui/ui/textual_fixes/crash_guard.py:" in text
            assert "Main screen reopened. 1 draft kept; w reviews it." in text and "1 draft admin" in text
            assert PASSWORD not in text
            assert [message.text for message in app.shared.messages][: len(said)] == said
            assert len(person.session.events._listeners) == listeners
            person.others_make(SecretRef("default", "later-made"), {"a": b"made-up"})
            await until(pilot, lambda: "later-made" in screen_text(app), "what others make")
            app.screen.open_secret(person.session.drafts.all()[0].ref)  # type: ignore[attr-defined]
            await until(pilot, lambda: MASK in screen_text(app), "its keys")
            assert app.reopened() is None, "it did not fail"


async def test_a_second_error_is_outlived_only_after_a_minute() -> None:
    async with sitting_at() as person:
        app = person.app
        assert app.outlives(KeyError())
        person.clock.advance(59)
        assert not app.outlives(KeyError())
        assert app.reopened() is None
        person.clock.advance(61)
        assert app.outlives(KeyError())


async def test_an_error_while_it_quits_opens_nothing_again() -> None:
    async with sitting_at() as person:
        person.app.exit()
        assert not person.app.outlives(KeyError())
        assert person.app.reopened() is None
