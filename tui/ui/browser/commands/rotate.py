"""Rotate a key: set a new value, review and write it, then restart the pods that still use the old value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tui.model.draft.draft import Draft
from tui.model.managers.edit_effects import SourceKeys, at_source, manager_warnings
from tui.model.managers.source.source import Remote, SourceAction
from tui.model.secret.secret import Secret
from tui.model.secret.validation import key_problem
from tui.session.writes.review import WriteTarget
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.browser.commands.at_source import Offered, SourceOffer, source_verb
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import Question
from tui.ui.value.canceled_edits import Canceled
from tui.ui.value.leaf_commands import LeafPlace, place_in, written
from tui.ui.widgets.text import Styled


class RotateCommands:
    """Command that rotates a key. The command is refused, for example, while the Secret has a draft."""

    def __init__(self, browser: BrowserPanes, source: SourceOffer) -> None:
        self.browser, self.shared, self.source = browser, browser.shared, source

    def why_not(self) -> str | None:
        if self.browser.secret.draft is not None:
            review = self.shared.keys.of("review_changes")
            return f"Not rotated: this Secret has a draft. Review it first ({review})."
        sources = self.shared.session.sources.of_open
        is_reading = sources is not None and sources.found is None
        wait = "Not rotated: the manager of this Secret is still being read. Try again in a moment."
        return self.browser.why_not(BY_ID["set_unseen"]) or (wait if is_reading else None)

    @unless(why_not)
    async def run_rotate_key(self) -> None:
        await self.rotate()

    async def rotate(self, place: LeafPlace | None = None) -> None:
        key, secret = self.browser.secret.key, self.browser.secret.secret
        if key is None or secret is None:
            return
        about = at_source(secret, [key])
        if about is None or not any(manager.obj for manager in self.source.managing):
            await self._rotate_here(secret, key, place)
            return
        offer, remote = self.source.offer, self.source.remote(key)
        lines: list[str | Styled] = [*self.source.about_source(about.who, secret, about), ""]
        lines += [f"{number}. {step}" for number, step in enumerate(_steps(offer, about, remote), 1)]
        copies = (("c", "copy the path"),) if remote is not None else ()
        source = self.source.key
        answers = ((source, source_verb(offer)), *copies, ("h", "rotate here anyway"))
        title = f"Rotate {_what(key, place)} of {secret.ref.name} at its source"
        while (
            answer := await ask(self.browser.on_top, Question(title, lines, answers, default=source))
        ) == "c" and remote is not None:
            self.browser.on_top.show_message(
                await self.shared.clipboard.send(remote.path.encode(), "the path")
            )
        if answer == "h":
            await self._rotate_here(secret, key, place)
        elif answer == source:
            await self.source.go_to_source(offer, key, self.browser.on_top)

    async def _rotate_here(self, secret: Secret, key: str, place: LeafPlace | None) -> None:
        former = f"{key}_previous"
        lines = (
            f"Next: generate the new value ({self.shared.keys.of('generate_value')}), type it or paste it.",
            "Then you review and write it, and restart the workloads that use the old value.",
        )
        answers = [("n", "new value")]
        if place is None and key_problem(former) is None:
            verb = "replaces" if former in secret.data else "goes to"
            answers.append(("o", f"new value; the old value {verb} {former}"))
        title = f"Rotate {_what(key, place)} of {secret.ref.name}"
        answer = await ask(self.browser.on_top, Question(title, lines, answers, default="n"))
        if answer is not None:
            await self._set_new(secret, key, former if answer == "o" else "", place)

    async def _bring_back(
        self, secret: Secret, key: str, former: str, place: LeafPlace | None, typed: Canceled
    ) -> bool:
        """Reopen a canceled rotation.

        `secret` is the Secret as it was in the canceled rotation. If `place` is given and its leaf still has
        the same value, start from the Secret as it is now. Otherwise, start from `secret`, so that the review
        shows a conflict if the key's value has changed.
        """
        if (why_not := self.why_not()) is not None:
            self.browser.on_top.show_message(why_not, "warning")
            return False
        current = self.browser.secret.secret
        key_value = current.data.get(key) if current is not None else None
        current_place = (
            await place_in(key_value, place) if place is not None and key_value is not None else None
        )
        if (
            current is not None
            and current_place is not None
            and place is not None
            and current_place.leaf == place.leaf
        ):
            secret, place = current, current_place
        await self._set_new(secret, key, former, place, typed)
        return True

    async def _set_new(
        self,
        secret: Secret,
        key: str,
        former: str,
        place: LeafPlace | None,
        typed: Canceled | None = None,
        not_kept: str = "",
    ) -> None:
        """Ask for the new value, then review and write it.

        `former`: key that gets the old value, or "". `typed`: text with which the editor starts.
        `not_kept`: sentence that says why `typed` was not kept, or "".
        """
        warnings = manager_warnings(secret, [key])
        warnings = (not_kept, *warnings) if not_kept else warnings
        before, where = (secret.data[key], key) if place is None else (place.leaf, f"{key} / {place.path}")
        screen = router.BlindEditorScreen(self.shared, secret.ref, where, before, warnings, typed)
        after = await ask(self.browser.on_top, screen)
        if isinstance(after, Canceled):
            reopen = partial(self._bring_back, secret, key, former, place, after)
            self.browser.canceled.hold(self.browser.on_top, f"Rotating {where}", reopen)
        elif after == before:
            self.browser.on_top.show_message(f"{where} is unchanged.")
        elif after is not None:
            if place is not None:
                value = await written(place, after)
                if isinstance(value, str):
                    why = f"Not kept: {place.path} {value}."
                    await self._set_new(secret, key, former, place, Canceled(after), why)
                    return
                after = value
            kept = {former: secret.data[key]} if former else {}
            draft = Draft.of(secret).set_all(secret, {key: after, **kept})
            self.shared.session.drafts.put(draft)
            target = WriteTarget(draft)
            await ask(self.browser.on_top, router.ReviewScreen(self.shared, target))
            if target.outcome is not None and target.outcome.kind == "written":
                self.browser.close_screens()  # the main screen can undo the write, the value viewer cannot
                self.shared.app.show_restarts(secret.ref)


def _what(key: str, place: LeafPlace | None) -> str:
    return f"{place.path} in {key}" if place is not None else key


def _steps(offer: Offered | None, about: SourceKeys, remote: Remote | None) -> Iterator[str]:
    action = offer[0] if offer is not None else None
    change_there = action.brings if isinstance(action, SourceAction) else ""
    if change_there and remote is not None:
        yield f"Set the new value in {remote.words}."
    elif change_there or action is None:
        yield change_there or f"{about.instead}."
    if action is not None:
        yield f"{action.title}. {action.does}"
    yield "Then restart the workloads that use the old value."
