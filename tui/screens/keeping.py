"""Keeping in the draft what a screen comes back with that edited, or set, one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.model.draft import Draft
from tui.model.value import Value, size_text

if TYPE_CHECKING:
    from tui.screens.browser import BrowserScreen


def keeper(
    screen: BrowserScreen, key: str, seen: Value | None, told: Callable[[Value], str] | None = None
) -> Callable[[Value | None], None]:
    """To be called with the value to keep, or None; made when the editing begins.

    `seen` is what the person had before them, None for a key that is added. `told` says what is known of a
    value that nobody saw.
    """
    pane, drafts = screen.secret, screen.desk.session.drafts
    ref, secret = pane.ref, pane.secret

    def kept(after: Value | None) -> None:
        if after is None or ref is None:
            return  # the screen said why nothing was kept
        if after == seen:
            screen.say(f"{key} is unchanged.")
            return
        sizes = f"{size_text(seen.size if seen is not None else 0)} -> {size_text(after.size)}"
        # `secret` as it was when the screen opened: what the person saw is the base of the edit. It is
        # kept whatever became of the Secret meanwhile; only making a step anew asks how that is now.
        begun = drafts.get(ref, secret.uid if secret is not None else "")
        draft = begun or (Draft.of(secret) if secret is not None else Draft.new(ref))
        draft = draft.edit(secret, key, seen, after)
        drafts.put(draft)
        pane.update_all()
        if key not in draft.changes().keys:
            screen.say(f"{key} is what it was before the draft, {sizes}.")
        else:
            said = f"kept in the draft, {sizes}" if told is None else f"set unseen: {told(after)}"
            screen.say(f"{key} {said}. {screen.desk.keys.of('review_changes')} reviews.")
        pane.table.move_to(key)

    return kept
