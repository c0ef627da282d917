"""Decide a conflict key by key: the server's value, yours, both changes, or another one."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from tui.model.draft.differences import merged, why_not_merged
from tui.model.draft.draft import Collision, Draft
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.fields import is_key
from tui.model.secret.value import Value
from tui.session.writes.review import Review, Target
from tui.ui.base.job import ask
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import unless
from tui.ui.review.change_screen import ChangeScreen
from tui.ui.value.cancelled_edits import Cancelled, CancelledEdits
from tui.ui.value.editor import EditorScreen
from tui.ui.widgets.lists.change_table import Taken


class ConflictCommands(ChangeScreen):
    """Of a draft under review, whose Secret changed meanwhile; the screen draws and begins the review."""

    def __init__(self, shared: ScreenContext, target: Target) -> None:
        super().__init__(shared)
        self._target = target
        self._taken: dict[str, Taken] = {}
        self._cancelled = CancelledEdits()

    @property
    def review(self) -> Review:
        """As far as it has come."""
        return self._target.review or Review(self.draft)

    @property
    def draft(self) -> Draft:
        return self._target.draft

    def start_review(self, draft: Draft) -> None:
        """Read the newest version, rebase, send the dry run."""
        raise NotImplementedError

    def _collisions(self) -> list[Collision]:
        """With what the draft has by now: one of yours may have been edited here."""
        return [replace(one, mine=self.draft.value(None, one.key)) for one in self.review.collisions]

    def _both(self, key: str) -> Value | None:
        """The key's value with both changes; None if they are in the same lines."""
        return next((merged(one) for one in self._collisions() if one.key == key), None)

    def _undecided(self) -> list[str]:
        return [collision.key for collision in self.review.collisions if collision.key not in self._taken]

    def run_take_server(self) -> None:
        """The server's value of this key stays; yours is dropped from the draft at the next review."""
        self._take("server")

    def run_take_yours(self) -> None:
        """Yours is written over the server's."""
        self._take("mine")

    def _not_merged(self) -> str | None:
        line = self.line()
        found = [one for one in self._collisions() if line is not None and one.key == line.key]
        return why_not_merged(found[0]) if found else None

    @unless(_not_merged)
    def run_take_both(self) -> None:
        """Yours with the lines that were changed on the server."""
        self._take("both")

    def _take(self, which: Taken) -> None:
        if (line := self.line()) is not None:
            self._taken[line.key] = which
            self.draw_values()

    def _not_a_key(self) -> str | None:
        if (line := self.line()) is None or is_key(line.key):
            return None
        return f"Not edited here: {self.shared.keys.of('describe_secret')} on the Secret changes {line.key}."

    @unless(_not_a_key)
    async def run_edit_value(self) -> None:
        """Edit your value of the colliding key; with both changes, if these are to be kept."""
        if (line := self.line()) is not None:
            both = self._both(line.key) if self._taken.get(line.key) == "both" else None
            await self._edit(line.key, line.after if both is None else both)

    def _none_cancelled(self) -> str | None:
        return self._cancelled.why_none()

    @unless(_none_cancelled)
    async def run_bring_back(self) -> None:
        """Open the edit that was cancelled last, with what was typed."""
        await self._cancelled.bring_back()

    async def _edit(self, key: str, mine: Value | None, typed: Cancelled | None = None) -> bool:
        """Edit your value and keep it; False if it may not be shown.

        `mine` None: the draft drops the key, and goes on to do so unless something is typed.
        """
        secret = self.review.secret
        if secret is None or not self.may_reveal(self.draft.ref, {key}, "to edit"):
            return False
        value = mine or Value(b"")
        warnings = manager_warnings(secret, [key])
        editor = EditorScreen(self.shared, self.draft.ref, key, value, warnings, typed=typed)
        after = await ask(self, editor)
        if isinstance(after, Cancelled):
            self._cancelled.hold(self, f"Edit of {key}", partial(self._edit, key, mine, after))
        elif after is not None and not (mine is None and not after.size):
            self._target.draft = self.draft.set(secret, key, after)
            self.shared.session.drafts.put(self.draft)
            self._taken[key] = "mine"
            self.say(f"{key} kept in the draft; {self.shared.keys.of('review_changes')} reviews again.")
            self.draw_values()
        return True

    def _unresolved(self) -> str | None:
        undecided, keys = self._undecided(), self.shared.keys
        ways = f"{keys.of('take_server')} takes the server's, {keys.of('take_yours')} keeps yours"
        return f"Resolve first: {', '.join(undecided)} ({ways})." if undecided else None

    @unless(_unresolved)
    def run_review_changes(self) -> None:
        """With every key decided, review what is left."""
        review = self.review
        if review.secret is None:
            return
        draft, opened = self.draft, self.shared.session.held(self.draft.ref)
        if opened is not None:
            opened.resolved(self._taken)
        for key, which in self._taken.items():
            if which == "both" and (both := self._both(key)) is not None:
                draft = draft.set(review.secret, key, both)
            draft = draft.resolve(key, review.secret, "server" if which == "server" else "mine")
        if draft.changes().is_empty:
            self.shared.session.drafts.drop(draft.ref, draft.uid)
            self.shared.session.writes.reviews.leave(self._target)
            self.say(f"The draft is empty now: {draft.ref} keeps the server's values.")
            self.dismiss()
            return
        self.shared.session.drafts.put(draft)
        self.start_review(draft)
