"""Resolve a conflict between a draft and the server.

For each key that both changed, the user keeps the server's value or the draft's value, merges both
values, or types another value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from tui.model.draft.differences import merged, why_not_merged
from tui.model.draft.draft import Collision, Draft
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.fields import is_key
from tui.model.secret.value import Value
from tui.session.writes.review import WriteTarget
from tui.ui.base.job import ask
from tui.ui.command_types import unless
from tui.ui.review.change_screen import ChangeScreen
from tui.ui.value.canceled_edits import Canceled, CanceledEdits
from tui.ui.value.editor import EditorScreen
from tui.ui.widgets.lists.change_table import Taken


class ConflictCommands:
    """Commands for a draft whose keys were changed on the server too."""

    def __init__(
        self, screen: ChangeScreen, target: WriteTarget, start_review: Callable[[Draft], None]
    ) -> None:
        self.screen, self.shared = screen, screen.shared
        self._target, self._start_review = target, start_review
        self._steps: list[tuple[str, Taken, Draft]] = []
        """Decisions as (key, choice, draft before the decision)."""
        self._canceled = CanceledEdits()

    @property
    def taken(self) -> dict[str, Taken]:
        return {key: which for key, which, _ in self._steps}

    def start_over(self) -> None:
        self._steps.clear()

    def collisions(self) -> list[Collision]:
        draft, review = self._target.draft, self._target.current_review
        return [replace(collision, mine=draft.value(None, collision.key)) for collision in review.collisions]

    def both(self, key: str) -> Value | None:
        return next((merged(collision) for collision in self.collisions() if collision.key == key), None)

    def undecided(self) -> list[str]:
        keys = (collision.key for collision in self._target.current_review.collisions)
        return [key for key in keys if key not in self.taken]

    def run_take_server(self) -> None:
        self._take("server")

    def run_take_yours(self) -> None:
        self._take("mine")

    def _not_merged(self) -> str | None:
        line = self.screen.line()
        matches = [
            collision for collision in self.collisions() if line is not None and collision.key == line.key
        ]
        return why_not_merged(matches[0]) if matches else None

    @unless(_not_merged)
    def run_take_both(self) -> None:
        self._take("both")

    def _take(self, which: Taken) -> None:
        if (line := self.screen.line()) is not None:
            self._steps.append((line.key, which, self._target.draft))
            self.screen.draw_values()

    def _nothing_taken(self) -> str | None:
        return None if self._steps else "Nothing to undo: no key is decided yet."

    @unless(_nothing_taken)
    def run_undo_step(self) -> None:
        key, _, draft = self._steps.pop()
        if draft is not self._target.draft:
            self._target.draft = draft
            self.shared.session.drafts.put(draft)
        self.screen.show_message(f"Undone: the last choice for {key}.")
        self.screen.draw_values()

    def _not_a_key(self) -> str | None:
        if (line := self.screen.line()) is None or is_key(line.key):
            return None
        edits = self.shared.keys.of("describe_secret")
        return f"This screen does not edit {line.key}: press {edits} on the Secret."

    @unless(_not_a_key)
    async def run_edit_value(self) -> None:
        if await self._canceled.offer_last(self.screen, self._canceled.bring_back):
            return
        if (line := self.screen.line()) is not None:
            both = self.both(line.key) if self.taken.get(line.key) == "both" else None
            await self._edit(line.key, line.after if both is None else both)

    def _none_canceled(self) -> str | None:
        return self._canceled.why_none()

    @unless(_none_canceled)
    async def run_bring_back(self) -> None:
        """Open the last canceled edit again, with its text."""
        await self._canceled.bring_back()

    async def _edit(self, key: str, mine: Value | None, typed: Canceled | None = None) -> bool:
        """Open an editor with the value `mine`, and keep the result in the draft.

        Return False if no editor was opened. `mine` is None if the draft deletes the key. In that case,
        an empty text changes nothing.
        """
        secret, ref = self._target.current_review.secret, self._target.draft.ref
        if secret is None or not self.screen.may_reveal(ref, {key}, "to edit"):
            return False
        value = mine or Value(b"")
        warnings = manager_warnings(secret, [key])
        editor = EditorScreen(self.shared, ref, key, value, warnings, typed=typed)
        after = await ask(self.screen, editor)
        if isinstance(after, Canceled):
            self._canceled.hold(self.screen, f"Edit of {key}", partial(self._edit, key, mine, after))
        elif after is not None and not (mine is None and not after.size):
            self._steps.append((key, "mine", self._target.draft))
            self._target.draft = draft = self._target.draft.set(secret, key, after)
            self.shared.session.drafts.put(draft)
            reviews = f"{self.shared.keys.of('review_changes')} reviews the draft again"
            self.screen.show_message(f"{key} kept in the draft; {reviews}.")
            self.screen.draw_values()
        return True

    def _unresolved(self) -> str | None:
        undecided, keys = self.undecided(), self.shared.keys
        ways = f"{keys.of('take_server')} takes the server's value, {keys.of('take_yours')} keeps yours"
        return f"Resolve first: {', '.join(undecided)} ({ways})." if undecided else None

    @unless(_unresolved)
    def run_review_changes(self) -> None:
        review = self._target.current_review
        if review.secret is None:
            return
        draft = self._target.draft
        if (opened := self.shared.session.held(draft.ref)) is not None:
            opened.resolved(self.taken)
        for key, which in self.taken.items():
            if which == "both" and (both := self.both(key)) is not None:
                draft = draft.set(review.secret, key, both)
            draft = draft.resolve(key, review.secret, "server" if which == "server" else "mine")
        if draft.changes().is_empty:
            self.shared.session.drafts.drop(draft.ref, draft.uid)
            self.shared.session.writes.reviews.leave(self._target)
            self.screen.show_message(f"The draft is empty now: {draft.ref} keeps the server's values.")
            self.screen.dismiss()
            return
        self.shared.session.drafts.put(draft)
        self._start_review(draft)
