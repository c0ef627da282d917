"""Copy selected text, and show messages about a copy."""

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
from tui.ui.widgets.value.accept_text import TextField


async def copy_text(app: AutoHide, text: str, here: Screen[Any], interruptions: int) -> None:
    """Copy selected text, and show a message about the result.

    `here` and `interruptions` are `app.screen` and `app.interruptions` at the start of the command. If one of
    them has changed, nothing is copied.
    """
    message, tone = await _copied(app, text, here, interruptions)
    for screen in _screens(app)[-1:]:
        screen.show_message(message, tone)


async def _copied(app: AutoHide, text: str, here: Screen[Any], interruptions: int) -> tuple[str, Tone]:
    if app.shared.settings.no_reveal:
        return "No reveal: copying is off.", "warning"
    if app.shared.unasked(await app.lookout.fresh(), "copy"):
        key = app.keys_now.of("copy_value")
        return (
            f"Not copied: others may see this terminal. Press {key} in the Secret to copy anyway.",
            "warning",
        )
    if app.screen is not here or app.interruptions != interruptions:
        return "Not copied: the screen was left, covered or suspended.", "warning"
    if isinstance(here, router.EditorScreen):
        return await app.shared.copy_values(
            here.ref, (here.key,), text.encode(), here.key, "selected part"
        ), ""
    return await app.shared.clipboard.send(text.encode(), "selected text"), ""


def how_to_keep(app: AutoHide) -> str:
    """Sentence with the key that keeps the copied value in the clipboard; "" if no key does.

    While a text field has the focus, a letter key would only type, so the sentence names another key.
    """
    is_typing = isinstance(app.focused, Input | TextField)
    if any(screen.place not in BY_ID["keep_copied"].where for screen in _screens(app)[-1:]):
        return ""
    if is_typing and not app.keys_now.first("keep_copied", is_typing=True):
        return ""
    return f"{app.keys_now.of('keep_copied', is_typing=is_typing)} keeps it."


def show_cleared(app: AutoHide, copied: str, gone: str, tone: Tone) -> None:
    """Show `gone` in place of the message `copied`.

    `copied` is about a copy. `gone` tells whether this copy was cleared from the clipboard. If it was not
    cleared, `tone` is "warning", and `gone` is shown even if another message has replaced `copied`.
    """
    if not app.is_running:
        return
    lines = [line for screen in _screens(app) for line in screen.query(StatusLine)]
    stale = [line for line in lines if line.message.startswith(copied)]  # a hint may follow the message
    for line in stale:
        line.show_message(f"{gone}{line.message.removeprefix(copied)}", tone)
    if tone and not stale:
        for screen in _screens(app)[-1:]:
            screen.show_message(gone, tone)
    elif stale or any(message.text == copied for message in app.shared.messages[-1:]):
        app.shared.note(gone, tone)


def _screens(app: AutoHide) -> list[TuiScreen[Any]]:
    return [screen for screen in app.screen_stack if isinstance(screen, TuiScreen)]
