"""Wait for the whole list of Secrets, before a command acts on all rows."""

from __future__ import annotations

from tui.session.cache.list_state import ListState
from tui.session.health.known import is_settled
from tui.session.session import Session
from tui.ui.base.job import is_still_here, reading
from tui.ui.browser.panes import BrowserPanes


def is_list_whole(session: Session) -> bool:
    state = session.secrets.state
    return state.is_complete or is_settled(state)


async def whole_list(browser: BrowserPanes) -> str | None:
    """Wait until the list of Secrets is complete or no longer loading.

    Return "" for a complete list, or a sentence about an incomplete list. Return None if the user goes to
    another screen or namespace meanwhile. For another namespace, also show a message.
    """
    session = browser.shared.session
    return _lacks(session.secrets.state) if is_list_whole(session) else await reading(browser, _wait(browser))


async def _wait(browser: BrowserPanes) -> str | None:
    session, stop = browser.shared.session, browser.shared.keys.of("stop_running")
    store = session.secrets

    def is_over() -> bool:
        if session.secrets is not store or is_list_whole(session):
            return True
        remaining = store.state.remaining
        of_all = f" of {len(store) + remaining:,}" if remaining else ""
        browser.show_status(f"Waiting for the list of Secrets: {len(store):,}{of_all} … ({stop} stops)")
        return False

    await session.events.until(is_over)
    if session.secrets is not store:
        browser.show_message("Nothing done: you chose another namespace.", "warning")
        return None
    if not is_still_here(browser):
        return None
    browser.show_status("")
    return _lacks(store.state)


def _lacks(state: ListState) -> str:
    if state.is_complete:
        return ""
    why = f" {state.error.sentence}" if state.error is not None else ""
    return f"The list is incomplete.{why}"
