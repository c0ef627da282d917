"""Base of screens with a status line, which shows messages and states.

Only messages, not states such as "Refreshing.", are kept in the list of messages.
"""

from __future__ import annotations

from math import inf
from typing import TypeVar

from textual import on
from textual.events import ScreenResume, ScreenSuspend

from tui.model.secret.secret import SecretRef
from tui.ui.base.min_size import MinSizeScreen
from tui.ui.base.screen_context import RunMessage, ScreenContext
from tui.ui.widgets import text as texts
from tui.ui.widgets.bars.status import StatusLine
from tui.ui.widgets.text import Tone

T = TypeVar("T")


class StatusScreen(MinSizeScreen[T]):
    """Screen with a status line."""

    def __init__(self, shared: ScreenContext) -> None:
        super().__init__()
        self.shared = shared
        self._message: RunMessage | None = None
        """Message in the status line; None while the line shows a state or nothing."""
        self._before_dead_key: tuple[str, Tone, RunMessage | None] | None = None
        """Text, tone and message that the status line had before `show_dead_key`; None at other times."""
        self._said_alone: tuple[str, Tone] = "", ""
        """Text and tone of the status line without the sentence of `show_more`."""
        self.drawn_at = inf
        """Time (`press_clock`) of the first drawing since this screen became the top screen.

        It is `inf` until this drawing.
        """

    @on(ScreenSuspend)
    def forget_drawing(self) -> None:
        self.drawn_at = inf

    @on(ScreenResume)
    def await_drawing(self) -> None:
        self.call_after_refresh(self._note_drawn)

    def _note_drawn(self) -> None:
        self.drawn_at = self.shared.app.press_clock()

    def on_unmount(self) -> None:
        """Drop the cache of drawn texts, because they may contain a value."""
        texts.forget()

    def leave_by_itself(self, answer: T | None = None) -> None:
        """Close without a key press. Drop repeats of the last key, which were meant for this screen."""
        self.shared.app.drop_repeated()
        self.dismiss(answer)

    def show_message(
        self, text: str, tone: Tone = "", *, stays: bool | SecretRef = False, hint: str = ""
    ) -> None:
        """Show a message in the status line, and add it to the list of messages."""
        self.draw_message(self.shared.note(text, tone, stays=stays, hint=hint).on_screen, tone)

    @property
    def has_status(self) -> bool:
        return any(line.message for line in self.query(StatusLine))

    def draw_message(self, text: str, tone: Tone = "") -> None:
        """Show `text` in the status line. `text` is the text of the latest message in the list."""
        self.show_status(text, tone)
        self._message = self.shared.messages[-1]

    def clear_message(self, beginning: str) -> None:
        """Remove the message from the status line if its text starts with `beginning`."""
        if self._message is not None and self._message.on_screen.startswith(beginning):
            self.show_status("")

    def renew_message(self, old: RunMessage, now: RunMessage) -> None:
        if self._message is old:
            self.draw_message(now.on_screen, now.tone)

    def clear_old_message(self, *, warnings: bool) -> None:
        """Remove an old message from the status line.

        If `message.stays` is a SecretRef, the message is old when this Secret is not open. Any other message
        is old if it is neither recent nor meant to stay.

        A warning or failure is removed only if `warnings` is True.
        """
        message = self._message
        if (
            message is not None
            and self._is_old(message)
            and (warnings or message.tone not in ("warning", "bad"))
        ):
            self.show_status("")

    def _is_old(self, message: RunMessage) -> bool:
        if isinstance(message.stays, SecretRef):
            return message.stays != self.shared.session.open_ref
        return not message.stays and not any(message is recent for recent in self.shared.messages.recent)

    def show_status(self, text: str, tone: Tone = "") -> None:
        """Show `text` in the status line, and do not add it to the list of messages."""
        self._message = self._before_dead_key = None
        self._said_alone = text, tone
        for line in self.query(StatusLine):  # there is no line before the screen is composed
            line.show_message(text, tone)

    def show_more(self, sentence: str) -> None:
        text, tone = self._said_alone
        for line in self.query(StatusLine):
            line.show_message(f"{text} {sentence}".strip(), tone or "warning")

    @property
    def has_refused(self) -> bool:
        recent = self.shared.messages.recent
        return self._before_dead_key is not None or any(
            message.tone in ("warning", "bad") for message in recent
        )

    def show_dead_key(self, text: str) -> None:
        """Show `text`, which says that the pressed key does nothing on this screen.

        The next key press restores the former text.
        """
        line = self.query_one(StatusLine)
        before = line.message, line.tone, self._message
        self.show_status(text, "muted")
        self._before_dead_key = before

    def forget_dead_key(self) -> None:
        if self._before_dead_key is not None:
            text, tone, message = self._before_dead_key
            self.show_status(text, tone)
            self._message = message
