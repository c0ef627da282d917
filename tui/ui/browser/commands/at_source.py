"""Offer the source of a managed Secret before it is edited here, once for each Secret and run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tui.model.errors import NotFound
from tui.model.managers.edit_effects import AtSource, at_source
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
    """Managers of the open Secret, and the question before an edit of it."""

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    async def may_edit_here(self, keys: Iterable[str], over: TuiScreen[Any] | None = None) -> bool:
        """Ask before the first edit of a managed Secret; False if a person goes to its source, or nowhere.

        `over`: the screen above the Secret that asks; None for the Secret itself.
        """
        screen = over or self.browser
        secret, asked = self.browser.secret.secret, self.shared.session.sources.edited_here
        if secret is None or self.browser.secret.draft is not None or secret.ref in asked:
            return True
        about, found = at_source(secret, keys), self.managing
        is_absent = bool(found) and all(isinstance(one.error, NotFound) for one in found)
        if about is None or is_absent:
            return True
        asked.add(secret.ref)
        offer, aim, key = self.offer, self.browser.aim, self.key
        lines = [*self.about_source("It", secret, about), *self._comes_from(about)]
        answers = ((key, source_verb(offer)), ("h", "edit here anyway"))
        title = f"{about.who} manages {secret.ref.name}"
        answer = await ask(screen, Question(title, lines, answers, default="h"))
        if answer == "h" and self.browser.aim != aim:
            screen.say("Nothing done: the selection changed.", "warning")
        elif answer == key:
            # Of several keys that are edited together, the person says which.
            await self.go_to_source(offer, about.keys[0] if len(about.keys) == 1 else "", screen)
        return answer == "h" and self.browser.aim == aim

    # What is known

    @property
    def key(self) -> str:
        """The letter of the answer that goes to the source: the key that shows it, if that is one."""
        key = self.shared.keys.of("show_source")
        return key if len(key) == 1 else "M"

    @property
    def managing(self) -> list[FoundSource]:
        """Managers of the open Secret, as far as they are read."""
        return managing(self.shared.session.sources.of_open)

    @property
    def offer(self) -> Offered | None:
        """Offer the way to a new value, if there is one only and nothing is known to hinder it."""
        looked = self.shared.session.sources.of_open
        found: list[Offered] = []
        for one in self.managing:
            if one.obj is None or looked is None or failing(self.shared, one, looked.secret):
                continue
            for offer in one.source.offers(one.obj, looked.secret):
                if isinstance(offer, SourceAction) and lacking(self.shared, offer, one):
                    continue
                if isinstance(offer, (SourceAction, SealAction)):
                    found.append((offer, one))
        is_one = len(found) == 1 and not (isinstance(found[0][0], SourceAction) and found[0][0].idle)
        return found[0] if is_one else None

    def remote(self, key: str) -> Remote | None:
        """Place of a key's value in a store."""
        found = (one.source.remote(one.obj, key) for one in self.managing if one.obj is not None)
        return next((one for one in found if one is not None), None)

    def about_source(self, who: str, secret: Secret, about: AtSource) -> Iterator[str | Styled]:
        """Tell what an edit comes to, in sentences; `who` begins the first."""
        states = (one.source.state(one.obj, secret) for one in self.managing if one.obj is not None)
        state, now = next(states, None), self.shared.server_now()
        fate = state.edit if state is not None and state.edit else ""
        fate = (
            fate or f"An edit {'will' if about.is_sure or about.is_whole else 'may'} be reset {about.when}."
        )
        if state is not None and state.next is not None and state.next > now and "next refresh" in fate:
            fate += f" That is in {age(state.next - now)}."
        keys = listed(about.keys, _MOST_KEYS)
        sets = "writes all keys" if about.is_whole else f"sets {keys}" if about.is_sure else f"may set {keys}"
        yield f"{who} {sets}. {fate}"
        for one in self.managing:
            if why := failing(self.shared, one, secret):
                yield Styled(f"! {why.text}", why.style)

    def _comes_from(self, about: AtSource) -> Iterator[str]:
        remotes = [(key, self.remote(key)) for key in about.keys[:_MOST_KEYS]]
        told = [f"{key} comes from {remote.words}." for key, remote in remotes if remote is not None]
        yield from told or [f"{about.instead}."]

    async def go_to_source(self, offer: Offered | None, key: str, over: TuiScreen[Any] | None = None) -> None:
        """Request what is offered, or show the source."""
        ref, screen = self.browser.secret.ref, over or self.browser
        if offer is None or ref is None:
            await screen.go_on_with("show_source")
        else:
            await router.act_at_source(screen, ref, *offer, key)


def source_verb(offer: Offered | None) -> str:
    """Words for what enter does at the source, in a question's footer."""
    return "look at the source" if offer is None else f"{offer[0].title[:1].lower()}{offer[0].title[1:]}"
