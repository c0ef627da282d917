"""Wait for the whole list of Secrets before a command acts on all its rows."""

from __future__ import annotations

from tui.session.cache.list_state import ListState
from tui.session.health.known import is_settled
from tui.ui.base.job import reading
from tui.ui.browser.panes import BrowserPanes


class WholeListCommands(BrowserPanes):
    """Every command that acts on all rows asks here whether they are all there."""

    @property
    def is_list_whole(self) -> bool:
        """Is the list whole, or is nothing more of it on its way?"""
        state = self.shared.session.secrets.state
        return state.is_complete or is_settled(state)

    async def whole_list(self) -> str | None:
        """Wait until the list is whole; what it lacks, a sentence, "" if nothing.

        None, which is said, if the person went to another screen or namespace meanwhile.
        """
        if self.is_list_whole:
            return _lacks(self.shared.session.secrets.state)
        return await reading(self, self._wait_for_list())

    async def _wait_for_list(self) -> str | None:
        session, stop = self.shared.session, self.shared.keys.of("stop_running")
        store = session.secrets

        def is_over() -> bool:
            if session.secrets is not store or self.is_list_whole:
                return True
            rest = store.state.remaining
            of_all = f" of {len(store) + rest:,}" if rest else ""
            self.show_status(f"Waiting for the list: {len(store):,}{of_all} Secrets … ({stop} stops)")
            return False

        await session.events.until(is_over)
        if session.secrets is not store:
            self.say("Nothing done: another namespace was chosen meanwhile.", "warning")
            return None
        if not self.is_still_here():
            return None
        self.show_status("")
        return _lacks(store.state)


def _lacks(state: ListState) -> str:
    if state.is_complete:
        return ""
    why = f" {state.error.sentence}" if state.error is not None else ""
    return f"The list is incomplete.{why}"
