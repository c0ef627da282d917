"""Change one leaf, such as a JSON field, in the value of a key of the open Secret.

The draft contains the whole new value of the key.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from tui.model.secret.value import Value, size_text
from tui.session.writes.review import WriteTarget
from tui.ui import router
from tui.ui.base.job import ask, run_job
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.browser.commands.checks import not_changeable
from tui.ui.browser.commands.key_edits import EditCommands
from tui.ui.browser.commands.rotate import RotateCommands
from tui.ui.browser.panes import BrowserPanes
from tui.ui.value.canceled_edits import Canceled
from tui.ui.value.leaf_commands import LeafPlace, place_in, written


class LeafEdits:
    """Edits of leaves.

    Each edit is a job of the main screen, so that the typed text is kept if the value's viewer is closed.
    """

    def __init__(
        self,
        browser: BrowserPanes,
        source: SourceOffer,
        edits: EditCommands,
        rotate: RotateCommands,
        review: Callable[[WriteTarget], Coroutine[Any, Any, None]],
    ) -> None:
        self.browser, self.shared, self.source, self.edits = browser, browser.shared, source, edits
        self.canceled, self.why_not_rotated = browser.canceled, rotate.why_not
        self._rotate, self._review = rotate, review

    def value(self, key: str) -> Value | None:
        """Value of a key, with the draft's changes."""
        return self.browser.secret.value(key)

    def on_server(self, key: str) -> Value | None:
        secret = self.browser.secret.secret
        return secret.data.get(key) if secret is not None else None

    def why_not(self) -> str | None:
        return not_changeable(self, f"{self.shared.keys.of('go_back')}, then ")

    def why_not_reviewed(self) -> str | None:
        return None if self.browser.secret.draft is not None else "No draft to review."

    async def bring_back(self) -> None:
        await run_job(self.browser, self.canceled.bring_back())

    async def rotate(self, place: LeafPlace) -> None:
        await run_job(self.browser, self._rotate.rotate(place))

    async def review(self) -> bool:
        """Open the draft's review on top of the value's viewer.

        Return False if there is no draft, or if the draft copies another Secret.
        """
        draft = self.browser.secret.draft
        if draft is None or draft.source is not None:
            return False
        await run_job(self.browser, self._review_here(WriteTarget(draft)))
        return True

    async def _review_here(self, target: WriteTarget) -> None:
        """Open the review.

        After a write, close the value's viewer, because the viewer has no commands that undo the write or
        restart workloads.
        """
        await self._review(target)
        if target.outcome is not None and target.outcome.kind == "written":
            self.browser.close_screens()

    async def change(self, place: LeafPlace, *, is_unseen: bool) -> None:
        await run_job(self.browser, self._begin(place, is_unseen=is_unseen))

    async def _begin(self, place: LeafPlace, *, is_unseen: bool) -> None:
        if await self.source.may_edit_here([place.key], self.browser.on_top):
            await self._type(place, is_unseen=is_unseen)

    async def _bring_back(self, place: LeafPlace, typed: Canceled, *, is_unseen: bool) -> bool:
        """Reopen a canceled edit of a leaf. The leaf is looked up again, because the draft may have changed.

        If the leaf changed on the server and no draft changes the key of the leaf, edit the leaf as it was
        when the canceled edit began. The review then shows a conflict.
        """
        key_value = self.value(place.key)
        current_place = await place_in(key_value, place) if key_value is not None else None
        if current_place is None:
            message = f"Edit not brought back: {place.key} no longer has {place.path}."
            self.browser.on_top.show_message(message, "warning")
            return False
        if current_place.leaf != place.leaf and key_value is self.on_server(place.key):
            current_place = place
        return await self._type(current_place, is_unseen=is_unseen, typed=typed)

    async def _type(
        self, place: LeafPlace, *, is_unseen: bool, typed: Canceled | None = None, why: str = ""
    ) -> bool:
        screen, ref, secret = self.browser.on_top, self.browser.secret.ref, self.browser.secret.secret
        how = f"{place.path}, to edit"
        if ref is None or not (is_unseen or screen.may_reveal(ref, {place.key}, how)):
            return False
        warnings = (*filter(None, [why]), *self.edits.warnings(place.key))
        editor = (
            router.BlindEditorScreen(
                self.shared, ref, f"{place.key} / {place.path}", place.leaf, warnings, typed
            )
            if is_unseen
            else router.EditorScreen(
                *(self.shared, ref, place.key, place.leaf, warnings), typed=typed, path=place.path
            )
        )
        after = await ask(screen, editor)
        if isinstance(after, Canceled):
            reopen = partial(self._bring_back, place, after, is_unseen=is_unseen)
            verb = "Setting" if is_unseen else "Edit of"
            self.canceled.hold(self.browser.on_top, f"{verb} {place.path}", reopen)
        elif after == place.leaf:
            self.browser.on_top.show_message(f"{place.path} is unchanged.")
        elif after is not None:
            new_value = await written(place, after)
            if isinstance(new_value, str):
                why = f"Not kept: {place.path} {new_value}."
                return await self._type(place, is_unseen=is_unseen, typed=Canceled(after), why=why)
            draft = self.shared.session.drafts.change(
                ref, secret, lambda draft: draft.edit(secret, place.key, place.whole, new_value)
            )
            if is_unseen:
                self.browser.on_top.hide_values("", {place.name, place.key})
                self.browser.hide_values(self.browser.secret.uid, {place.key})
            self.shared.session.events.notify_now()
            self._show_kept(place, after, is_unseen=is_unseen, is_changed=place.key in draft.changes().keys)
        return True

    def _show_kept(self, place: LeafPlace, after: Value, *, is_unseen: bool, is_changed: bool) -> None:
        sizes = f"{size_text(place.leaf.size)} → {size_text(after.size)}"
        review = self.shared.keys.of("review_changes")
        if not is_changed:
            message = f"{place.key} is back to its value before the draft."
        elif is_unseen:
            message = f"{place.path} set unseen: {router.masked_facts(after)}. {review} reviews the draft."
        else:
            message = f"{place.path} kept in the draft, {sizes}. {review} reviews it."
        self.browser.on_top.show_message(message)
