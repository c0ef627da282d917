"""Before a managed Secret is edited here: offer its source instead, once for each Secret and run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from tui.model.errors import NotFound
from tui.model.managers.edit_effects import AtSource, at_source
from tui.model.managers.source.source import Remote, SealAction, SourceAction, SourceState
from tui.model.secret.secret import Secret
from tui.model.text.counts import listed
from tui.model.text.times import age
from tui.session.source import Found
from tui.ui import router
from tui.ui.base.manager_state import failing, managing
from tui.ui.base.revealed import RevealScreen
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.dialogs.prompt import Question, QuestionScreen
from tui.ui.widgets.text import Styled

_MOST_KEYS: Final = 3
_Offer = tuple[SourceAction | SealAction, Found]


class SourceChoice:
    """Two questions about the open Secret: before an edit, and before a rotation."""

    def __init__(self, screen: RevealScreen[Any], pane: SecretPane) -> None:
        self._screen, self._pane = screen, pane
        self._desk = screen.desk

    # Before an edit

    def is_first(self, command: str, keys: Iterable[str]) -> bool:
        """Is the source offered before this command goes on? Then the answer runs it, or does not."""
        secret, asked = self._pane.secret, self._desk.session.sources.edited_here
        if secret is None or self._pane.draft is not None or secret.ref in asked:
            return False
        about = at_source(secret, keys)
        if about is None or self._is_gone:
            return False
        asked.add(secret.ref)
        offer, key, aim = self._offer, self._key, self._screen.aim
        does = _verb(offer[0]) if offer is not None else "look at the source"
        lines = [*self._about("It", secret, about), *self._comes_from(about)]
        answers = ((key, does), ("enter", "edit here anyway"), ("escape", "back"))

        def answered(answer: str | None) -> None:
            if answer == "enter" and self._screen.aim != aim:
                self._screen.say("Nothing done: the selection changed.", "warning")
            elif answer == "enter":
                self._screen.call_later(self._screen.action_run_command, command)
            elif answer == key:
                # Of several keys that are edited together, the person says which.
                self._go(offer, about.keys[0] if len(about.keys) == 1 else "")

        title = f"{about.who} manages {secret.ref.name}"
        self._screen.app.push_screen(QuestionScreen(Question(title, tuple(lines), answers)), answered)
        return True

    # Before a rotation

    def why_not_known(self) -> str | None:
        """Why it cannot be told yet whether its source can act, as a sentence."""
        looked = self._desk.session.sources.of_open
        is_read = looked is None or looked.found is not None
        return None if is_read else "Not rotated: what manages it is still being read. Try again in a moment."

    def rotates(self, key: str, here: Callable[[], object]) -> bool:
        """Is the rotation of this key offered at its source? `here` rotates it in the Secret instead."""
        secret = self._pane.secret
        about = at_source(secret, [key]) if secret is not None else None
        if secret is None or about is None or not any(one.obj for one in self._managing):
            return False
        offer, remote = self._offer, self._remote(key)
        lines: list[str | Styled] = [*self._about(about.who, secret, about), ""]
        lines += [f"{number}. {step}" for number, step in enumerate(_steps(offer, about, remote), 1)]
        does = _verb(offer[0]) if offer is not None else "look at the source"
        copies = (("c", "copy the path"),) if remote is not None else ()
        answers = (("enter", does), *copies, ("h", "set it here anyway"), ("escape", "back"))

        async def copy() -> None:
            if remote is not None:
                self._screen.say(await self._desk.clipboard.send(remote.path.encode(), "the path"))

        def answered(answer: str | None) -> None:
            if answer == "h":
                here()
            elif answer == "enter":
                self._go(offer, key)
            elif answer == "c":
                self._screen.run_worker(copy(), group="copy")
                self.rotates(key, here)

        title = f"Rotate {key} of {secret.ref.name} at its source"
        self._screen.app.push_screen(QuestionScreen(Question(title, tuple(lines), answers)), answered)
        return True

    # What is known

    @property
    def _managing(self) -> list[Found]:
        return managing(self._desk.session.sources.of_open)

    @property
    def _is_gone(self) -> bool:
        """Does nothing of what is to manage it exist any more?"""
        found = self._managing
        return bool(found) and all(isinstance(one.error, NotFound) for one in found)

    @property
    def _key(self) -> str:
        key = self._desk.keys.of("show_source")
        return key if len(key) == 1 else "M"

    @property
    def _offer(self) -> _Offer | None:
        """What brings a new value, if that is one thing and nothing is known to hinder it."""
        looked = self._desk.session.sources.of_open
        found: list[_Offer] = []
        for one in self._managing:
            if one.obj is None or looked is None or failing(self._desk, one, looked.secret):
                continue
            for offer in one.source.offers(one.obj, looked.secret):
                if isinstance(offer, (SourceAction, SealAction)):
                    found.append((offer, one))
        is_one = len(found) == 1 and not (isinstance(found[0][0], SourceAction) and found[0][0].idle)
        return found[0] if is_one else None

    def _state(self, secret: Secret) -> SourceState | None:
        return next(
            (one.source.state(one.obj, secret) for one in self._managing if one.obj is not None), None
        )

    def _remote(self, key: str) -> Remote | None:
        found = (one.source.remote(one.obj, key) for one in self._managing if one.obj is not None)
        return next((one for one in found if one is not None), None)

    def _about(self, who: str, secret: Secret, about: AtSource) -> Iterator[str | Styled]:
        state, now = self._state(secret), self._desk.server_now()
        fate = state.edit if state is not None and state.edit else f"An edit will be reset {about.when}."
        if state is not None and state.next is not None and state.next > now and "next refresh" in fate:
            fate += f" That is in {age(state.next - now)}."
        keys = listed(about.keys, _MOST_KEYS)
        sets = "writes all keys" if about.is_whole else f"sets {keys}" if about.is_sure else f"may set {keys}"
        yield f"{who} {sets}. {fate}"
        for one in self._managing:
            if why := failing(self._desk, one, secret):
                yield Styled(f"! {why.text}", why.style)

    def _comes_from(self, about: AtSource) -> Iterator[str]:
        remotes = [(key, self._remote(key)) for key in about.keys[:_MOST_KEYS]]
        told = [f"{key} comes from {remote.words}." for key, remote in remotes if remote is not None]
        yield from told or [f"{about.instead}."]

    def _go(self, offer: _Offer | None, key: str) -> None:
        ref = self._pane.ref
        if offer is None or ref is None:
            self._screen.run_if_possible("show_source")
        else:
            router.act_at_source(self._screen, ref, *offer, key)


def _verb(offer: SourceAction | SealAction) -> str:
    return f"{offer.title[:1].lower()}{offer.title[1:]}"


def _steps(offer: _Offer | None, about: AtSource, remote: Remote | None) -> Iterator[str]:
    what = offer[0] if offer is not None else None
    brings = what.brings if isinstance(what, SourceAction) else ""
    if brings and remote is not None:
        yield f"Set the new value in {remote.words}."
    elif brings or what is None:
        yield brings or f"{about.instead}."
    if what is not None:
        yield f"{what.title}. {what.does}"
    yield "Then restart who keeps the old value."
