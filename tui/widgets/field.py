"""Field: one line for a name or a filter."""

from __future__ import annotations

from textual.reactive import Reactive
from textual.widgets import Input

from tui.widgets.in_order import InOrder, own_actions, press_of


class Field(InOrder, Input):
    """A plain one-line field for names and filters."""

    cursor_blink: Reactive[bool] = Reactive(False, init=False)
    OWN_ACTIONS = own_actions(Input)
    way_back = f"{press_of(OWN_ACTIONS, 'delete_left_all')} empties it"
