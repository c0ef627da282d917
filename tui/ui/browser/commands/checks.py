"""Why a command of the main screen is not possible now, a sentence: what several groups check."""

from __future__ import annotations

from typing import Protocol

from tui.ui.browser.panes import BrowserPanes


class Group(Protocol):
    """An object with commands of the main screen."""

    @property
    def browser(self) -> BrowserPanes: ...


def no_secret(group: Group) -> str | None:
    """Why there is no Secret to act on."""
    if group.browser.subject is not None:
        return None
    is_loading = group.browser.shared.session.secrets.state.kind in ("idle", "loading")
    return "The Secrets are still loading." if is_loading else "No Secret selected."


def not_created(group: Group, more: str = "") -> str | None:
    """Why the cluster has no such Secret yet."""
    ref, pane = group.browser.subject, group.browser.secret
    return f"{ref} is not created yet{more}." if ref == pane.ref and pane.is_new else None


def nothing_to_copy(group: Group) -> str | None:
    return no_secret(group) or not_created(group, more="; write it first")
