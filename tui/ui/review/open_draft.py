"""From a review to the Secret of its draft, to go on editing."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui.model.secret.secret import SecretRef
from tui.ui.base.screen import TuiScreen


def open_draft(screen: TuiScreen[Any], ref: SecretRef, key: str = "") -> None:
    """Go to the Secret, to that key; one that is still to be created is in no list yet."""
    keys, main = screen.shared.keys, screen.shared.app.navigator
    main.follow(partial(main.open_secret, ref, key))
    main.say(f"{keys.of('edit_value')} edits, {keys.of('review_changes')} reviews again.")
