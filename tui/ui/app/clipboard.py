"""Copy a selection, and show messages about a copy: how to keep it, and that it was cleared."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from tui.ui import router
from tui.ui.app.auto_hide import AutoHide
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import BY_ID
from tui.ui.widgets.bars.status import StatusLine
from tui.ui.widgets.text import Tone
from tui.ui.widgets.text_field import TextField


class ClipboardApp(AutoHide):
    """Mixed into the App."""

    def copy_to_clipboard(self, text: str) -> None:
        """What a text field copies or cuts goes the same way, and stays nowhere in Textual."""
        self.run_worker(self._copy_text(text, self.screen, self.interruptions), group="clipboard")

    async def _copy_text(self, text: str, here: Screen[Any], interruptions: int) -> None:
        said, tone = await self._copied(text, here, interruptions)
        for screen in self._screens[-1:]:
            screen.say(said, tone)

    async def _copied(self, text: str, here: Screen[Any], interruptions: int) -> tuple[str, Tone]:
        """What became of it; it was pressed `here`, after so many interruptions."""
        if self.shared.settings.no_reveal:
            return "No reveal: copying is off.", "warning"
        if self.shared.unasked(await self.lookout.fresh(), "copy"):
            key = self.keys_now.of("copy_value")
            return f"Not copied: others may see this terminal. Press {key} in the Secret.", "warning"
        if self.screen is not here or self.interruptions != interruptions:
            return "Not copied: the screen with the selection is gone.", "warning"
        if isinstance(here, router.EditorScreen):
            return await self.shared.copy_values(
                here.ref, (here.key,), text.encode(), here.key, "selected part"
            ), ""
        return await self.shared.clipboard.send(text.encode(), "selected text"), ""

    def how_to_keep(self) -> str:
        """A sentence: what keeps a copy. "" where no press does: where one types, letters are text."""
        is_typing = isinstance(self.focused, Input | TextField)
        if any(screen.place not in BY_ID["keep_copied"].where for screen in self._screens[-1:]):
            return ""
        if is_typing and not self.keys_now.first("keep_copied", is_typing=True):
            return ""
        return f"{self.keys_now.of('keep_copied', is_typing=is_typing)} keeps it."

    def say_gone(self, said: str, gone: str, tone: Tone) -> None:
        """A copy was cleared: replace the message about it, where it is still shown."""
        if not self.is_running:
            return
        lines = [line for screen in self._screens for line in screen.query(StatusLine)]
        stale = [line for line in lines if line.said.startswith(said)]  # more may follow it
        for line in stale:
            line.say(f"{gone}{line.said.removeprefix(said)}", tone)
        if stale or any(message.text == said for message in self.shared.messages[-1:]):
            self.shared.note(gone, tone)

    @property
    def _screens(self) -> list[TuiScreen[Any]]:
        return [screen for screen in self.screen_stack if isinstance(screen, TuiScreen)]
