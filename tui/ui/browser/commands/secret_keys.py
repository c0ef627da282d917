"""Commands of the open Secret: show, copy, edit, add, drop, rename, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from textual.events import Paste

from tui.model.draft.draft import Draft, draft_problem
from tui.model.errors import Forbidden
from tui.model.health.missing_references import near_keys
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.secret.types.secret_type import SecretType
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.counts import counted, joined, listed
from tui.ui import router
from tui.ui.base.job import ask, run_job
from tui.ui.base.missing_rights import source_key
from tui.ui.base.value_facts import mistake_in, private_key_words
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.command_types import Where, unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import NameScreen, NameWanted
from tui.ui.value.cancelled_edits import Cancelled

_MOST_NAMED: Final = 4
"""Keys that a message names."""


class KeyCommands(SourceOffer):
    """Commands on the key under the cursor. Each step makes a new draft and keeps it with the session."""

    # Why something is not possible now

    def not_ready(self) -> str | None:
        """Why nothing can be done with the open Secret yet, as a sentence."""
        opened = self.shared.session.opened
        if self.secret.is_ready or opened is None:
            return None
        name = opened.ref.name
        if opened.gone is not None:
            return f"{name} was deleted."
        error = opened.state.error
        more = f" {self.shared.keys.of('show_access')} shows the Role to ask for."
        if error is None:
            return f"{name} is still loading."
        return f"{name} is not open. {error.sentence}{more if isinstance(error, Forbidden) else ''}"

    def run_refresh_now(self) -> None:
        """Open the one that has this name now, where the one that was open is gone."""
        if self.place is Where.SECRET and self.secret.is_recreated and self.secret.ref is not None:
            self.open_secret(self.secret.ref)
        super().run_refresh_now()

    def _no_key(self) -> str | None:
        return self.not_ready() or ("No key selected." if self.secret.key is None else None)

    def _no_value(self) -> str | None:
        key = self.secret.key
        if (why := self._no_key()) is not None or key is None or self.secret.value(key) is not None:
            return why
        return f"{key} is dropped in the draft; {self.shared.keys.of('undo_step')} restores it."

    def _not_changeable(self, way: str = "") -> str | None:
        """`way`: what to press first where the key for a changed copy does nothing."""
        secret = self.secret.secret
        why = self.not_ready() or (draft_problem(secret) if secret is not None else None)
        if why is None or secret is None or not secret.is_immutable or secret.is_terminating:
            return why
        copies = f"{way}{self.shared.keys.of('replace_secret')} makes a changed copy under a new name"
        return f"{secret.ref} is immutable: its data cannot change. {copies}."

    def _no_step(self) -> str | None:
        draft = self.secret.draft
        is_none = draft is None or draft.last_step() is None
        return "Nothing to undo in this draft." if is_none else None

    def _none_cancelled(self) -> str | None:
        return self.cancelled.why_none()

    @property
    def _here(self) -> tuple[SecretRef, str, Value]:
        """The key under the cursor and what it holds; asked only where `_no_value` finds one."""
        key = self.secret.key or ""
        value = self.secret.value(key)
        assert value is not None
        return self.here, key, value

    # Showing

    @unless(_no_value)
    def run_reveal_key(self) -> None:
        ref, key, _ = self._here
        self.toggle_values(ref, self.secret.uid, {key})

    @unless(_no_key)
    def run_reveal_all(self) -> None:
        """Show every key, or hide them if all are shown."""
        self.toggle_values(self.here, self.secret.uid, [key for _, key in self.every_value()])

    def every_value(self) -> list[tuple[str, str]]:
        uid, lines = self.secret.uid, self.secret.table.keys
        return [(uid, line.key) for line in lines if line.row.value is not None]

    def run_filter_keys(self) -> None:
        """Type words that the names of keys hold."""
        self.secret.start_filter()

    def run_hide_all(self) -> None:
        self.hide_shown()
        self.say("All values are hidden.")

    async def open_value(self) -> None:
        """The whole value under the cursor, as masked or shown as it is here."""
        ref, key = self._here[:2]  # a viewer that stays open reads the value anew
        is_shown = (self.secret.uid, key) in self.revealed
        why_not = self._not_changeable(f"{self.shared.keys.of('go_back')}, then ") or ""
        value = partial(self.secret.value, key)
        screen = router.ValueScreen(self.shared, ref, key, value, is_shown=is_shown, why_not_edit=why_not)
        if (answer := await ask(self, screen)) is not None:
            await self.go_on_with("edit_value" if answer == "edit" else "set_unseen")

    @unless(_no_value)
    async def run_copy_value(self) -> None:
        """The value under the cursor, to the clipboard, without showing it."""
        await router.copy_value(self, *self._here)

    @unless(_no_value)
    async def run_copy_as(self) -> None:
        """As something else: asks as what."""
        await router.copy_as(self, *self._here)

    @unless(_no_value)
    async def run_save_value(self) -> None:
        """The value under the cursor, to a file that the person names."""
        await router.save_value(self, *self._here)

    @unless(_no_value)
    def run_check_value(self) -> None:
        """Whether a value that is typed unseen is the one under the cursor, the draft's if that has one."""
        (ref, key, _), draft = self._here, self.secret.draft
        whose = "the draft's value" if draft is not None and key in draft.changes().keys else ""
        value = partial(self.secret.value, key)
        self.app.push_screen(router.CompareScreen(self.shared, f"{ref.name} / {key}", value, whose))

    # Changing: only the draft; nothing is sent before the review

    def _set_all(self, values: Mapping[str, Value | None], said: str) -> None:
        """One step that sets these keys. Nobody saw the values, so none of them is shown."""
        secret = self.secret.secret
        self.hide_values(self.secret.uid, values.keys())
        self._make_step(lambda draft: draft.set_all(secret, values), said)

    def _make_step(self, step: Callable[[Draft], Draft], said: str) -> None:
        """Make a step on the draft as it is now, or say why not."""
        if (why_not := self._not_changeable()) is not None or (ref := self.secret.ref) is None:
            self.say(why_not or "", "warning")
            return
        try:
            self.shared.session.drafts.change(ref, self.secret.secret, step)
        except ValueError as error:
            self.say(str(error), "warning")
            return
        self.secret.update_all()
        self.say(said)

    async def _may_edit_value(self, *whys: Callable[[], str | None]) -> bool:
        """Ask before the value under the cursor is edited; then check again why not, `whys` too.

        Others may have changed or dropped it while the question was open.
        """
        if not await self.may_edit_here([self._here[1]]):
            return False
        checks = (self._not_changeable, self._no_value, *whys)
        if (why_not := next(filter(None, (check() for check in checks)), None)) is not None:
            self.say(why_not, "warning")
        return why_not is None

    @unless(_not_changeable, _no_value)
    async def run_edit_value(self) -> None:
        """Edit the value under the cursor."""
        if await self._may_edit_value():
            _, key, value = self._here
            await self._edit_value(key, value)

    @unless(_not_changeable, _no_value)
    async def run_set_unseen(self) -> None:
        """Set the value under the cursor without showing it."""
        if await self._may_edit_value():
            _, key, value = self._here
            await self._set_unseen(key, value)

    @unless(_not_changeable)
    async def run_load_value(self) -> None:
        """The value under the cursor from a file, or several keys from a folder."""
        values = await router.load_value(self, self.secret.key, lambda: self._held_data)
        if values is not None:
            await self._take_values(values)

    async def _take_values(self, values: Mapping[str, Value], how: str = "Loaded") -> None:
        """Set keys from a file or a paste in the draft."""
        review = self.shared.keys.of("review_changes")
        new = {key: value for key, value in values.items() if value != self.secret.value(key)}
        if not new:
            self.say(f"{listed(values, _MOST_NAMED)}: the same bytes as before.")
            return
        what = [f"{key} ({size_text(value.size)})" for key, value in new.items()]
        self._set_all(new, f"{how} into the draft: {listed(what, _MOST_NAMED)}. {review} reviews.")
        self.secret.table.move_to(next(iter(new)))
        if len(new) == 1 and how == "Loaded":  # of a paste it was asked
            await self._offer_pair(*next(iter(new.items())))

    async def run_copy_upload(self) -> None:
        """The command whose output can be pasted, for a file of another machine."""
        await router.copy_upload(self)

    async def on_paste(self, event: Paste) -> None:
        """Take a paste that no field takes."""
        if self.takes_paste:
            event.stop()
            await run_job(self, self._paste(event.text))

    async def _paste(self, text: str) -> None:
        """Onto keys: ask what of it to set, under the same conditions as `s`. Onto the list: a manifest."""
        if self.at == "secrets":
            if (why_not := self.refusal(BY_ID["add_secret"])) is not None:
                self.say(why_not, "warning")
            else:
                await router.draft_pasted(self, text)
            return
        pane, command = self.secret, BY_ID["copy_upload"]
        why_not, ref, life = self.refusal(command) or self._not_changeable(), pane.ref, pane.uid
        if why_not is not None or ref is None:
            self.lacking = self.missing(command)
            self.say(why_not or "", "warning")
            return

        onto = router.PastedOnto(ref, pane.key, self._held_data, pane.secret)
        values = await router.pasted_values(self, text, onto)
        if values is not None and (pane.ref, pane.uid) == (ref, life):
            await self._take_values(values, "Pasted")

    @property
    def _kind(self) -> SecretType:
        secret, draft = self.secret.secret, self.secret.draft
        return secret_type(secret.type if secret is not None else draft.type if draft is not None else "")

    @property
    def _held_data(self) -> Mapping[str, Value]:
        """What the keys hold, the draft's where it changes them."""
        secret, draft = self.secret.secret, self.secret.draft
        if draft is not None:
            return draft.data(secret)
        return secret.data if secret is not None else {}

    async def _go_on_from(self, key: str) -> None:
        """Type the next key that a new Secret of this type needs, after the first one."""
        draft = self.secret.draft
        if draft is None or not draft.is_new or key != secret_type(draft.type).first_key:
            return
        missing = [key for key, _ in secret_type(draft.type).problems(draft.data(None))]
        if missing and missing[0] != key:
            await self.edit_new_key(missing[0])

    async def _offer_pair(self, key: str, after: Value) -> bool:
        """Offer to set tls.crt and tls.key from certificates and a key in one value; False if it has none."""
        question = router.pair_question(key, after)
        if question is None:
            return False
        asked, pair = question
        if await ask(self, asked) is not None:
            secret = self.secret.secret
            values: dict[str, Value | None] = dict(pair)
            if secret is None or key not in secret.data:
                values.setdefault(key, None)
            kept = joined(list(pair), most=_MOST_NAMED)
            said = f"{kept} kept in the draft. {self.shared.keys.of('review_changes')} reviews."
            self._set_all(values, said)
        return True

    async def _edit_value(
        self,
        key: str,
        value: Value,
        *,
        is_new: bool = False,
        is_blank: bool = False,
        typed: Cancelled | None = None,
    ) -> bool:
        """Edit a value, with `is_blank` from an empty editor, and keep it; False if it may not be shown."""
        ref, secret, is_shown = self.secret.ref, self.secret.secret, not (is_new or is_blank)
        if ref is None or (is_shown and not self.may_reveal(ref, {key}, "to edit")):
            return False
        editor = router.EditorScreen(
            *(self.shared, ref, key, value, self._warnings(key)),
            is_new=is_new,
            is_blank=is_blank,
            hint=self._kind.hint if key == self._kind.first_key else "",
            typed=typed,
            on_server=secret.data.get(key) if secret is not None else None,
        )
        after = await ask(self, editor)
        if isinstance(after, Cancelled):
            again = partial(self._edit_value, key, value, is_new=is_new, is_blank=is_blank, typed=after)
            self.cancelled.hold(self, f"Edit of {key}", again)
        elif after is not None:  # else the screen said why nothing was kept
            await self._keep_value(ref, secret, key, None if is_new else value, after)
        return True

    async def _set_unseen(self, key: str, value: Value | None, typed: Cancelled | None = None) -> bool:
        """Type a value that is not shown, and keep it; False if no Secret is open."""
        ref, secret = self.secret.ref, self.secret.secret
        if ref is None:
            return False
        screen = router.BlindEditorScreen(self.shared, ref, key, value, self._warnings(key), typed)
        after = await ask(self, screen)
        if isinstance(after, Cancelled):
            again = partial(self._set_unseen, key, value, typed=after)
            self.cancelled.hold(self, f"Setting {key}", again)
        elif after is not None:
            await self._keep_value(ref, secret, key, value, after, is_unseen=True)
        return True

    async def _keep_value(
        self,
        ref: SecretRef,
        secret: Secret | None,
        key: str,
        seen: Value | None,
        after: Value,
        *,
        is_unseen: bool = False,
    ) -> None:
        """Keep what an editor left in the draft, and go on to what belongs to it.

        `secret`, `seen`: as they were when the editor opened, None for a new key.
        """
        if after == seen:
            self.say(f"{key} is unchanged.")
            return
        was = "new key" if seen is None else size_text(seen.size)
        sizes = f"{was} → {size_text(after.size)}"
        if is_unseen:
            self.hide_values(self.secret.uid, {key})
        draft = self.shared.session.drafts.change(
            ref, secret, lambda draft: draft.edit(secret, key, seen, after)
        )
        self.secret.update_all()
        if key not in draft.changes().keys:
            self.say(f"{key} is back to its value before the draft, {sizes}.")
        else:
            also = self._also() if seen is not None else ""
            words = private_key_words(after)
            what = f": {words}" if words else f": {router.told(after)}" if is_unseen else f", {sizes}"
            how = ("set without showing" if is_unseen else "kept in the draft") + what
            before = secret.data.get(key) if secret is not None else None
            wrong = mistake_in(key, before, after)
            said = f"{key} {how}. {wrong}{self.shared.keys.of('review_changes')} reviews.{also}"
            self.say(said, "warning" if wrong else "")
        self.secret.table.move_to(key)
        if not await self._offer_pair(key, after):
            await self._go_on_from(key)

    def _also(self) -> str:
        """That the same change can be made in other namespaces, where that is known."""
        ref = self.secret.ref
        count = len(self.shared.session.secrets.namesakes(ref)) if ref is not None else 0
        changes = self.shared.keys.of("change_elsewhere")
        return f" {changes} also in {counted(count, 'namespace')}." if count else ""

    @unless(_none_cancelled, _not_changeable)
    async def run_bring_back(self) -> None:
        """Open the edit that was cancelled last, with what was typed."""
        await self.cancelled.bring_back()

    def _warnings(self, key: str) -> tuple[str, ...]:
        secret = self.secret.secret
        source = source_key(self.shared)
        return manager_warnings(secret, [key], source_key=source) if secret is not None else ()

    @unless(_not_changeable)
    async def run_add_key(self) -> None:
        """A name first, then its value."""
        if await self.may_edit_here(()):
            await self._add_key()

    async def _add_key(self, typed: str = "") -> bool:
        wanted = NameWanted(
            *("Add a key", ("Name of the key",), self._new_key_problem, "add"),
            given=next(iter(self.secret.missing_keys), ""),
            typed=typed,
        )
        screen = NameScreen(wanted)
        if (key := await ask(self, screen)) is not None:
            await self.edit_new_key(key)
        elif screen.left_with:
            self.cancelled.hold(self, "Adding a key", partial(self._add_key, screen.left_with))
        return True

    async def edit_new_key(self, key: str) -> None:
        """Type the value of a new key."""
        if self.shared.settings.no_reveal:
            await self._set_unseen(key, None)
        else:
            await self._edit_value(key, Value(b""), is_new=True)

    def _new_key_problem(self, key: str) -> str | None:
        return key_problem(key) or (
            f"A key {key} already exists." if self.secret.value(key) is not None else None
        )

    @unless(_not_changeable, _no_value)
    async def run_rename_key(self) -> None:
        """Another name for the key under the cursor; its bytes stay as they are."""
        if await self._may_edit_value():
            await self._rename_key(self._here[1])

    async def _rename_key(self, old: str, typed: str = "") -> bool:
        wanted = NameWanted(
            *(f"Rename {old}", ("New name; the value stays",), self._new_key_problem, "rename"),
            given=self._likely_name(old),
            typed=typed,
        )
        screen = NameScreen(wanted)
        new = await ask(self, screen)
        if new is None:
            if screen.left_with:
                self.cancelled.hold(self, f"Renaming {old}", partial(self._rename_key, old, screen.left_with))
        else:
            secret, review = self.secret.secret, self.shared.keys.of("review_changes")
            said = f"{old} is {new} in the draft. {review} reviews."
            self._make_step(lambda draft: draft.rename(secret, old, new), said)
            self.secret.table.move_to(new)
        return True

    def _likely_name(self, old: str) -> str:
        """Suggest a missing key with a similar name if no reader names this one; else the old name."""
        if self.shared.session.readers_of(self.here.namespace).of(self.here, [old]):
            return old
        return next(iter(near_keys(old, self.secret.missing_keys)), old)

    def _nothing_to_trim(self) -> str | None:
        _, key, value = self._here
        told = facts(value)
        if told.is_text and told.lines > 1:
            return f"{key} has several lines; {self.shared.keys.of('edit_value')} edits it."
        is_any = told.is_text and (told.has_final_newline or told.has_edge_blank)
        return None if is_any else f"{key} has no line break or blank at its ends."

    @unless(_not_changeable, _no_value, _nothing_to_trim)
    async def run_trim_value(self) -> None:
        """Remove line breaks and blanks around the text, as `echo` and pastes leave them."""
        if not await self._may_edit_value(self._nothing_to_trim):
            return
        _, key, value = self._here
        trimmed = Value(value.reveal().strip(b" \t\r\n"))
        sizes = f"{size_text(value.size)} → {size_text(trimmed.size)}"
        review = self.shared.keys.of("review_changes")
        self._set_all({key: trimmed}, f"{key} trimmed in the draft, {sizes}. {review} reviews.")

    @unless(_not_changeable, _no_value)
    async def run_drop_key(self) -> None:
        """Drop the key under the cursor; its row stays until it is written."""
        if not await self._may_edit_value():
            return
        (_, key, _), secret, keys = self._here, self.secret.secret, self.shared.keys
        more = f"{keys.of('undo_step')} restores it, {keys.of('review_changes')} reviews"
        self._make_step(lambda draft: draft.drop(secret, key), f"{key} dropped in the draft. {more}.")

    @unless(_no_step)
    def run_undo_step(self) -> None:
        """Take back the last step; the cursor goes to its key, if that is there then."""
        if (draft := self.secret.draft) is not None:
            self._make_step(lambda draft: draft.undo(), f"Undone: {draft.last_step()}.")
            self.secret.table.move_to(draft.steps[-1].keys[0])
