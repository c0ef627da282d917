"""Question before the first edit of a managed Secret: whether to change the source of the Secret instead.

The source is the object or store from which a manager takes the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tui.model.errors import NotFound
from tui.model.managers.edit_effects import SourceKeys, at_source
from tui.model.managers.source.source import Remote, SealAction, SourceAction
from tui.model.secret.secret import Secret
from tui.model.text.counts import listed
from tui.model.text.times import age
from tui.session.source import FoundSource
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.base.missing_rights import lacking
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.panes import BrowserPanes
from tui.ui.browser.secret_warnings import failing, managing
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.text import Styled

_MOST_KEYS: Final = 3
Offered = tuple[SourceAction | SealAction, FoundSource]


class SourceOffer:
    """The managers of the open Secret, and the question before an edit."""

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    async def may_edit_here(self, keys: Iterable[str], over: TuiScreen[Any] | None = None) -> bool:
        """Ask before the first edit of a managed Secret. Returns True if the Secret itself may be edited."""
        screen = over or self.browser
        secret, edited_refs = self.browser.secret.secret, self.shared.session.sources.edited_here
        if secret is None or self.browser.secret.draft is not None or secret.ref in edited_refs:
            return True
        about, managers = at_source(secret, keys), self.managing
        is_absent = bool(managers) and all(isinstance(manager.error, NotFound) for manager in managers)
        if about is None or is_absent:
            return True
        edited_refs.add(secret.ref)
        offer, target, key = self.offer, self.browser.target, self.key
        lines = [*self.about_source("The manager", secret, about), *self._comes_from(about)]
        answers = ((key, source_verb(offer)), ("h", "edit here anyway"))
        title = f"{about.who} manages {secret.ref.name}"
        answer = await ask(screen, Question(title, lines, answers, default="h"))
        if answer == "h" and self.browser.target != target:
            screen.show_message("Nothing done: the selection changed.", "warning")
        elif answer == key:
            # Pass the key if only one key is edited. Without a key, a SealAction asks the user for a key.
            await self.go_to_source(offer, about.keys[0] if len(about.keys) == 1 else "", screen)
        return answer == "h" and self.browser.target == target

    @property
    def key(self) -> str:
        """Keyboard key of "show_source"; "M" if this key has more than one character, such as "ctrl+s"."""
        key = self.shared.keys.of("show_source")
        return key if len(key) == 1 else "M"

    @property
    def managing(self) -> list[FoundSource]:
        return managing(self.shared.session.sources.of_open)

    @property
    def offer(self) -> Offered | None:
        """The only action that the managers offer at the source, with its manager.

        Failing managers, and actions for which the user lacks a right, do not count. None if no action
        counts, if several count, or if the only one is idle (would do nothing).
        """
        sources = self.shared.session.sources.of_open
        offers: list[Offered] = []
        for manager in self.managing:
            if manager.obj is None or sources is None or failing(self.shared, manager, sources.secret):
                continue
            for offer in manager.source.offers(manager.obj, sources.secret):
                if isinstance(offer, SourceAction) and lacking(self.shared, offer, manager):
                    continue
                if isinstance(offer, (SourceAction, SealAction)):
                    offers.append((offer, manager))
        is_usable = len(offers) == 1 and not (isinstance(offers[0][0], SourceAction) and offers[0][0].idle)
        return offers[0] if is_usable else None

    def remote(self, key: str) -> Remote | None:
        """Place of a key's value in an external store, such as a path in Vault."""
        remotes = (
            manager.source.remote(manager.obj, key) for manager in self.managing if manager.obj is not None
        )
        return next((remote for remote in remotes if remote is not None), None)

    def about_source(self, who: str, secret: Secret, about: SourceKeys) -> Iterator[str | Styled]:
        """Say which keys the manager sets, what happens to an edit, and which managers fail.

        `who`: subject of the first sentence.
        """
        states = (
            manager.source.state(manager.obj, secret) for manager in self.managing if manager.obj is not None
        )
        state, now = next(states, None), self.shared.server_now()
        fate = state.edit if state is not None and state.edit else ""
        fate = (
            fate or f"An edit {'will' if about.is_sure or about.is_whole else 'may'} be reset {about.when}."
        )
        if state is not None and state.next is not None and state.next > now and "next refresh" in fate:
            fate += f" Next refresh in {age(state.next - now)}."
        keys = listed(about.keys, _MOST_KEYS)
        sets = "writes all keys" if about.is_whole else f"sets {keys}" if about.is_sure else f"may set {keys}"
        yield f"{who} {sets}. {fate}"
        for manager in self.managing:
            if why := failing(self.shared, manager, secret):
                yield Styled(f"! {why.text}", why.style)

    def _comes_from(self, about: SourceKeys) -> Iterator[str]:
        remotes = [(key, self.remote(key)) for key in about.keys[:_MOST_KEYS]]
        sentences = [f"{key} comes from {remote.words}." for key, remote in remotes if remote is not None]
        yield from sentences or [f"{about.instead}."]

    async def go_to_source(self, offer: Offered | None, key: str, over: TuiScreen[Any] | None = None) -> None:
        """Prepare the action of `offer`.

        If `offer` is None or no Secret is open, run the command "show_source" instead.
        """
        ref, screen = self.browser.secret.ref, over or self.browser
        if offer is None or ref is None:
            await screen.go_on_with("show_source")
        else:
            await router.act_at_source(screen, ref, *offer, key)


def source_verb(offer: Offered | None) -> str:
    """Label of the answer that calls `go_to_source`, such as "refresh"."""
    return "look at the source" if offer is None else f"{offer[0].title[:1].lower()}{offer[0].title[1:]}"
