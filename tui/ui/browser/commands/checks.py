"""Functions that check whether a command is possible now. Several groups of commands share them.

Each function returns a sentence if the command is impossible, and None if it is possible.
"""

from __future__ import annotations

from typing import Protocol

from tui.model.draft.draft import draft_problem
from tui.model.errors import Forbidden
from tui.ui.browser.panes import BrowserPanes


class CommandGroup(Protocol):
    """An object with commands of the main screen."""

    @property
    def browser(self) -> BrowserPanes: ...


def no_secret(group: CommandGroup) -> str | None:
    if group.browser.subject is not None:
        return None
    is_loading = group.browser.shared.session.secrets.state.kind in ("idle", "loading")
    return "The Secrets are still loading." if is_loading else "No Secret selected."


def not_created(group: CommandGroup, more: str = "") -> str | None:
    ref, pane = group.browser.subject, group.browser.secret
    return f"{ref} is not created yet{more}." if ref == pane.ref and pane.is_new else None


def nothing_to_copy(group: CommandGroup) -> str | None:
    return no_secret(group) or not_created(group, more="; write the draft first")


def not_ready(group: CommandGroup) -> str | None:
    shared, pane = group.browser.shared, group.browser.secret
    opened = shared.session.opened
    if pane.is_ready or opened is None:
        return None
    name, error = opened.ref.name, opened.state.error
    if opened.gone is not None:
        return f"{name} was deleted."
    if error is None:
        return f"{name} is still loading."
    hint = f" {shared.keys.of('show_access')} shows the Role to ask for."
    return f"{name} is not open. {error.sentence}{hint if isinstance(error, Forbidden) else ''}"


def no_key(group: CommandGroup) -> str | None:
    return not_ready(group) or ("No key selected." if group.browser.secret.key is None else None)


def no_value(group: CommandGroup) -> str | None:
    pane = group.browser.secret
    if (why := no_key(group)) is not None or pane.key is None or pane.value(pane.key) is not None:
        return why
    return f"{pane.key} is dropped in the draft; {group.browser.shared.keys.of('undo_step')} restores it."


def not_changeable(group: CommandGroup, way: str = "") -> str | None:
    secret = group.browser.secret.secret
    why = not_ready(group) or (draft_problem(secret) if secret is not None else None)
    if why is None or secret is None or not secret.is_immutable or secret.is_terminating:
        return why
    copies = f"{way}{group.browser.shared.keys.of('replace_secret')} makes a changed copy under a new name"
    return f"{secret.ref} is immutable: its data cannot change. {copies}."
