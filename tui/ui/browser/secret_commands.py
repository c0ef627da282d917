"""Commands of the open Secret: show, copy, edit, add, drop, rename, undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from tui.model.draft.draft import Draft, draft_problem
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, size_text
from tui.ui import router
from tui.ui.base.reveal_timer import RevealTimer, shown_words
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.dialogs.copy_as import copy_as, copy_value
from tui.ui.dialogs.prompt import NameScreen, NameWanted
from tui.ui.value.cancelled_edits import Cancelled, CancelledEdits

_CHANGING: Final = frozenset(("edit_value", "set_unseen", "drop_key", "rename_key", "add_key"))
_OF_A_KEY: Final = (_CHANGING - {"add_key"}) | {"reveal_key", "copy_value", "copy_as", "check_value"}


class SecretCommands:
    """Commands on the key under the cursor. Each step makes a new draft and keeps it with the session."""

    def __init__(self, screen: TuiScreen[Any], pane: SecretPane) -> None:
        self._screen, self._pane = screen, pane
        self._desk = screen.desk
        self._timer = RevealTimer(screen, self.hide_everything, "reveal_key")
        self.cancelled = CancelledEdits()

    def is_useful(self, command_id: str) -> bool:
        """Would it do something now?"""
        pane = self._pane
        if command_id in _CHANGING and pane.secret is not None and draft_problem(pane.secret) is not None:
            return False
        if command_id in _OF_A_KEY:
            return pane.is_ready and pane.key is not None
        if command_id == "add_key":
            return pane.is_ready
        if command_id in ("review_changes", "undo_step"):
            return pane.draft is not None
        if command_id == "show_yaml":
            return pane.secret is not None
        if command_id == "show_readers":
            return pane.secret is not None or pane.draft is None or not pane.draft.is_new
        if command_id == "bring_back":
            return bool(self.cancelled)
        return True

    def _say_not_ready(self) -> None:
        opened = self._desk.session.opened
        if opened is not None and opened.gone is not None:
            self._screen.say(f"Nothing done: {opened.ref.name} was deleted.", "warning")
        elif opened is not None and opened.pane.error is not None:
            self._screen.say(f"Nothing done: {opened.ref.name} is not open.", "warning")
        else:
            self._screen.say("Nothing done: still loading.", "warning")

    def _key(self) -> str | None:
        """The key under the cursor; says why there is none."""
        if not self._pane.is_ready:
            self._say_not_ready()
            return None
        key = self._pane.key
        if key is None:
            self._screen.say("No key selected.", "warning")
        return key

    def _value(self, key: str, how: str = "in the draft") -> Value | None:
        """What it holds; says so where the draft drops it."""
        value = self._pane.value(key)
        if value is None:
            back = f"{self._desk.keys.of('undo_step')} restores it"
            self._screen.say(f"{key} is dropped {how}; {back}.", "warning")
        return value

    # Showing

    def run_reveal_key(self) -> None:
        """Show or hide the value under the cursor."""
        key = self._key()
        if key is None or self._value(key) is None:
            return
        if self._desk.state.shown.has(self._pane.uid, key):
            self._hide({key})
        elif self._may_show({key}):
            self._show({key})

    def run_reveal_all(self) -> None:
        """Show every key, or hide them if all are shown."""
        if self._key() is None:
            return
        keys = {line.key for line in self._pane.table.keys if line.row.value is not None}
        shown = self._desk.state.shown
        hidden = {key for key in keys if not shown.has(self._pane.uid, key)}
        if not hidden:
            self._hide(keys)
        elif self._may_show(hidden):
            self._show(keys)

    def _may_show(self, keys: set[str], how: str = "") -> bool:
        """Write down that they are shown; says why they must not be."""
        ref = self._pane.ref
        why = ref and self._desk.session.journal.note("shown", ref, tuple(keys), how=how)
        if why:
            self._screen.say(why, "warning")
        return not why

    def run_hide_all(self) -> None:
        """Hide everything that is shown."""
        self.hide_everything()
        self._screen.say("All values are hidden.")

    def hide_everything(self) -> None:
        """Nothing is shown any more; also when the time is over."""
        self._timer.stop()
        if self._desk.state.shown.keys:
            self._desk.state = self._desk.state.all_hidden()
            self._pane.update_all()
            self._screen.show_status("")

    def stay_shown(self) -> None:
        """A press: what is shown stays for its time again."""
        if self._desk.state.shown.keys:
            self._timer.restart(self._shown_words())

    def _show(self, keys: set[str]) -> None:
        self._desk.state = self._desk.state.showing(self._pane.uid, frozenset(keys))
        self._pane.update_all()
        self._timer.restart(self._shown_words())

    def _hide(self, keys: set[str]) -> None:
        self._desk.state = self._desk.state.hiding(self._pane.uid, frozenset(keys))
        self._pane.update_all()
        if self._desk.state.shown.keys:
            self._timer.tell(self._shown_words())
        else:
            self.hide_everything()
            self._screen.show_status("")

    def _shown_words(self) -> str:
        return shown_words({key for _, key in self._desk.state.shown.keys})

    def run_go_in(self) -> None:
        """Go into the value under the cursor."""
        if (key := self._key()) is not None:
            self.enter_value(key)

    def enter_value(self, key: str) -> None:
        """The whole value, as masked or shown as it is here."""
        ref = self._pane.ref
        if ref is None or self._value(key) is None:
            return
        is_shown, secret = self._desk.state.shown.has(self._pane.uid, key), self._pane.secret
        why_not = (secret and draft_problem(secret)) or ""
        value = partial(self._pane.value, key)
        self._screen.app.push_screen(
            router.ValueScreen(self._desk, ref, key, value, is_shown=is_shown, why_not_edit=why_not),
            self._left_value,
        )

    def _left_value(self, answer: str | None) -> None:
        if answer == "edit":
            self.run_edit_value()
        elif answer == "set":
            self.run_set_unseen()

    async def run_copy_value(self) -> None:
        """The value under the cursor, to the clipboard, without showing it."""
        if (found := self._copyable()) is not None:
            await copy_value(self._screen, *found)

    def run_copy_as(self) -> None:
        """As something else: asks as what."""
        if (found := self._copyable()) is not None:
            copy_as(self._screen, *found)

    def _copyable(self) -> tuple[SecretRef, str, Value] | None:
        key, ref = self._key(), self._pane.ref
        value = self._pane.value(key) if key is not None else None
        return (ref, key, value) if key is not None and value is not None and ref is not None else None

    def run_check_value(self) -> None:
        """Whether a value that is typed unseen is the one under the cursor, the draft's if that has one."""
        key, ref, draft = self._key(), self._pane.ref, self._pane.draft
        if key is None or ref is None or self._value(key) is None:
            return
        whose = "the draft's value" if draft is not None and key in draft.changes().keys else ""
        value = partial(self._pane.value, key)
        self._screen.app.push_screen(router.CompareScreen(self._desk, f"{ref.name} / {key}", value, whose))

    # Changing: only the draft; nothing is sent before the review

    def _changeable(self) -> tuple[Draft, Secret | None] | None:
        """The draft to step on, and the Secret as it is on screen; says why there can be none."""
        secret, draft, ref = self._pane.secret, self._pane.draft, self._pane.ref
        if ref is None or not self._pane.is_ready:
            self._say_not_ready()
            return None
        if secret is not None:
            problem = draft_problem(secret)
            if problem is not None:
                self._screen.say(problem, "warning")
                return None
        if draft is not None:
            return draft, secret
        return (Draft.of(secret), secret) if secret is not None else None

    def _step(self, change: Callable[[Draft], Draft], said: str) -> None:
        """Make a step on the draft as it is now."""
        begun = self._changeable()
        if begun is None:
            return
        try:
            draft = change(begun[0])
        except ValueError as error:
            self._screen.say(str(error), "warning")
            return
        self._desk.session.drafts.put(draft)
        self._pane.update_all()
        self._screen.say(said)

    def run_edit_value(self) -> None:
        """Edit the value under the cursor."""
        self._change_value(self._edit)

    def run_set_unseen(self) -> None:
        """Set the value under the cursor without showing it."""
        self._change_value(self._set_unseen)

    def _change_value(self, change: Callable[[str, Value], object]) -> None:
        key = self._key()
        if key is not None and self._changeable() is not None:
            value = self._value(key)
            if value is not None:
                change(key, value)

    def _edit(self, key: str, value: Value, *, is_new: bool = False, typed: Cancelled | None = None) -> bool:
        """Open the editor; False if it may not."""
        ref = self._pane.ref
        if ref is None or not (is_new or self._may_show({key}, "to edit")):
            return False

        def cancelled(typed: Cancelled) -> None:
            again = partial(self._edit, key, value, is_new=is_new, typed=typed)
            self.cancelled.hold(self._screen, f"Edit of {key}", again)

        editing = router.Editing(ref, key, value, self._warnings(key), is_new, typed)
        kept = self._keeper(key, None if is_new else value, cancelled)
        self._screen.app.push_screen(router.EditorScreen(self._desk, editing), kept)
        return True

    def _set_unseen(self, key: str, value: Value | None, typed: Cancelled | None = None) -> bool:
        """Open the screen for it; False if no Secret is open."""
        ref = self._pane.ref
        if ref is None:
            return False

        def cancelled(typed: Cancelled) -> None:
            self.cancelled.hold(self._screen, f"Setting {key}", partial(self._set_unseen, key, value, typed))

        screen = router.BlindEditorScreen(self._desk, ref, key, value, self._warnings(key), typed)
        self._screen.app.push_screen(screen, self._keeper(key, value, cancelled, router.told))
        return True

    def _keeper(
        self,
        key: str,
        seen: Value | None,
        cancelled: Callable[[Cancelled], None],
        told: Callable[[Value], str] | None = None,
    ) -> Callable[[Value | Cancelled | None], None]:
        """To be called with the value to keep, with what was typed and cancelled, or None.

        Made when the editing begins. `seen` is what the person had before them, None for a key that is added.
        `told` says what is known of a value that nobody saw.
        """
        screen, pane, drafts = self._screen, self._pane, self._desk.session.drafts
        ref, secret = pane.ref, pane.secret

        def kept(after: Value | Cancelled | None) -> None:
            if after is None or ref is None:
                return  # the screen said why nothing was kept
            if isinstance(after, Cancelled):
                cancelled(after)
                return
            if after == seen:
                screen.say(f"{key} is unchanged.")
                return
            was = "new key" if seen is None else size_text(seen.size)
            sizes = f"{was} → {size_text(after.size)}"
            # `secret` as it was when the screen opened: what the person saw is the base of the edit. It is
            # kept whatever became of the Secret meanwhile; only making a step anew asks how that is now.
            begun = drafts.get(ref, secret.uid if secret is not None else "")
            draft = begun or (Draft.of(secret) if secret is not None else Draft.new(ref))
            draft = draft.edit(secret, key, seen, after)
            drafts.put(draft)
            pane.update_all()
            if key not in draft.changes().keys:
                screen.say(f"{key} is back to its value before the draft, {sizes}.")
            else:
                how = f"kept in the draft, {sizes}" if told is None else f"set without showing: {told(after)}"
                screen.say(f"{key} {how}. {self._desk.keys.of('review_changes')} reviews.")
            pane.table.move_to(key)

        return kept

    def run_bring_back(self) -> None:
        """Open the edit that was cancelled last, with what was typed."""
        if self._changeable() is not None:
            self.cancelled.bring_back(self._screen)

    def _warnings(self, key: str) -> tuple[str, ...]:
        secret = self._pane.secret
        return manager_warnings(secret, [key]) if secret is not None else ()

    def run_add_key(self) -> None:
        """A name first, then its value."""
        if self._changeable() is not None:
            self._ask_for_key()

    def _ask_for_key(self, typed: str = "") -> bool:
        def cancelled(typed: str) -> None:
            self.cancelled.hold(self._screen, "Adding a key", partial(self._ask_for_key, typed))

        wanted = NameWanted(
            "Add a key", ("Name of the key",), self._new_key_problem, "add", typed=typed, cancelled=cancelled
        )

        def named(key: str | None) -> None:
            if key is None:
                return
            if self._desk.grade.is_no_reveal:
                self._set_unseen(key, None)
            else:
                self._edit(key, Value(b""), is_new=True)

        self._screen.app.push_screen(NameScreen(wanted), named)
        return True

    def _new_key_problem(self, key: str) -> str | None:
        return key_problem(key) or (
            f"A key {key} already exists." if self._pane.value(key) is not None else None
        )

    def run_rename_key(self) -> None:
        """Another name for the key under the cursor; its bytes stay as they are."""
        old = self._key()
        if old is not None and self._changeable() is not None:
            self._ask_for_new_name(old)

    def _ask_for_new_name(self, old: str, typed: str = "") -> bool:
        def cancelled(typed: str) -> None:
            self.cancelled.hold(self._screen, f"Renaming {old}", partial(self._ask_for_new_name, old, typed))

        wanted = NameWanted(
            *(f"Rename {old}", ("New name; the value stays",), self._new_key_problem, "rename", old),
            typed=typed,
            cancelled=cancelled,
        )

        def named(new: str | None) -> None:
            if new is not None:
                secret = self._pane.secret
                said = f"{old} is {new} in the draft. {self._desk.keys.of('review_changes')} reviews."
                self._step(lambda draft: draft.rename(secret, old, new), said)
                self._pane.table.move_to(new)

        self._screen.app.push_screen(NameScreen(wanted), named)
        return True

    def run_drop_key(self) -> None:
        """Drop the key under the cursor; its row stays until it is written."""
        key = self._key()
        if key is None:
            return
        secret, keys = self._pane.secret, self._desk.keys
        if self._value(key, "already") is None:
            return
        more = f"{keys.of('undo_step')} restores it, {keys.of('review_changes')} reviews"
        self._step(lambda draft: draft.drop(secret, key), f"{key} dropped in the draft. {more}.")

    def run_undo_step(self) -> None:
        """Take back the last step."""
        draft = self._pane.draft
        if draft is None or draft.last_step() is None:
            self._screen.say("Nothing to undo in this draft.", "warning")
            return
        self._step(lambda draft: draft.undo(), f"Undone: {draft.last_step()}.")
