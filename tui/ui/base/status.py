"""Status line of a screen: messages, which the run keeps, and states, which it does not."""

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
    """Screen with a status line. A message stays until the next key press, unless it says that it stays."""

    def __init__(self, shared: ScreenContext) -> None:
        super().__init__()
        self.shared = shared
        self._message: RunMessage | None = None
        """The message on screen, unless it is a state shown by `show_status`."""
        self._before_dead_key: tuple[str, Tone, RunMessage | None] | None = None
        """Message that was replaced by the one about a dead key, while that is shown."""
        self._said_alone: tuple[str, Tone] = "", ""
        """Text of the status line without the sentence added by `say_more`, and its tone."""
        self.drawn_at = inf
        """Time when it was drawn after it came on top, by the clock of key presses."""

    @on(ScreenSuspend)
    def forget_drawing(self) -> None:
        """Forget that it was drawn: the terminal shows nothing of it any more."""
        self.drawn_at = inf

    @on(ScreenResume)
    def await_drawing(self) -> None:
        """Note when it is drawn."""
        self.call_after_refresh(self._note_drawn)

    def _note_drawn(self) -> None:
        self.drawn_at = self.shared.app.press_clock()

    def on_unmount(self) -> None:
        """Drop all drawn text, since it may have been a value."""
        texts.forget()

    def leave_by_itself(self, answer: T | None = None) -> None:
        """Close without a key, because its purpose is done."""
        self.shared.app.drop_repeated()
        self.dismiss(answer)

    def say(self, text: str, tone: Tone = "", *, stays: bool | SecretRef = False, hint: str = "") -> None:
        """Show a message in the status line, and keep it among the messages of this run.

        `stays`: until the next message, even if the person goes elsewhere; or until they leave that Secret.
        """
        self.show_message(self.shared.note(text, tone, stays=stays, hint=hint).on_screen, tone)

    @property
    def has_status(self) -> bool:
        """True if the status line shows a message."""
        return any(line.said for line in self.query(StatusLine))

    def show_message(self, text: str, tone: Tone = "") -> None:
        """Show the last message of this run, in these words."""
        self.show_status(text, tone)
        self._message = self.shared.messages[-1]

    def unsay(self, beginning: str) -> None:
        """Remove a message that is no longer true; the list of messages keeps it."""
        if self._message is not None and self._message.on_screen.startswith(beginning):
            self.show_status("")

    def renew_message(self, old: RunMessage, now: RunMessage) -> None:
        """Show a message in other words, if it is still shown."""
        if self._message is old:
            self.show_message(now.on_screen, now.tone)

    def clear_old_message(self, *, warnings: bool) -> None:
        """Remove an old message; the list of messages keeps it.

        `warnings`: a warning or failure too, because a Secret or a screen is opened or left.
        """
        message = self._message
        if (
            message is not None
            and self._is_old(message)
            and (warnings or message.tone not in ("warning", "bad"))
        ):
            self.show_status("")

    def _is_old(self, message: RunMessage) -> bool:
        """True if it is older than the last key or click, and may be removed."""
        if isinstance(message.stays, SecretRef):
            return message.stays != self.shared.session.open_ref
        return not message.stays and not any(message is recent for recent in self.shared.messages.recent)

    def show_status(self, text: str, tone: Tone = "") -> None:
        """Show a state in the status line, without adding it to the messages."""
        self._message = self._before_dead_key = None
        self._said_alone = text, tone
        for line in self.query(StatusLine):  # none yet where it has only just been put up
            line.say(text, tone)

    def say_more(self, sentence: str) -> None:
        text, tone = self._said_alone
        for line in self.query(StatusLine):
            line.say(f"{text} {sentence}".strip(), tone or "warning")

    @property
    def has_refused(self) -> bool:
        recent = self.shared.messages.recent
        return self._before_dead_key is not None or any(
            message.tone in ("warning", "bad") for message in recent
        )

    def say_dead_key(self, text: str) -> None:
        """Say that a key does nothing here, until the next key."""
        line = self.query_one(StatusLine)
        before = line.said, line.tone, self._message
        self.show_status(text, "muted")
        self._before_dead_key = before

    def forget_dead_key(self) -> None:
        """Remove the message about a dead key after another key, and restore the message before."""
        if self._before_dead_key is not None:
            text, tone, message = self._before_dead_key
            self.show_status(text, tone)
            self._message = message
