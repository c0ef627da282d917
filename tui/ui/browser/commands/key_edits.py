"""Change the keys of the open Secret: edit, set, load, paste, add, rename, trim, drop, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tui.model.draft.draft import Draft
from tui.model.known_names import near_keys
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import secret_type
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.counts import counted, joined, listed
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.base.value_facts import mistake_in, private_key_words
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.browser.commands.checks import no_value, not_changeable
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.value.canceled_edits import Canceled

_MOST_NAMED: Final = 4


class EditCommands:
    """Commands that change keys in the draft. The draft is sent only after the user has reviewed it."""

    def __init__(self, browser: BrowserPanes, source: SourceOffer) -> None:
        self.browser, self.shared, self.source = browser, browser.shared, source

    def _no_step(self) -> str | None:
        draft = self.browser.secret.draft
        is_none = draft is None or draft.last_step() is None
        return "No drafted change to undo." if is_none else None

    def _none_canceled(self) -> str | None:
        return self.browser.canceled.why_none()

    def set_all(self, values: Mapping[str, Value | None], message: str) -> None:
        """Set the keys of `values` in the draft; drop each key whose value is None.

        One undo reverts all these changes. The values are masked again, because the user may not have seen
        the new ones.
        """
        secret = self.browser.secret.secret
        self.browser.hide_values(self.browser.secret.uid, values.keys())
        self._make_step(lambda draft: draft.set_all(secret, values), message)

    def _make_step(self, step: Callable[[Draft], Draft], message: str) -> None:
        if (why_not := not_changeable(self)) is not None or (ref := self.browser.secret.ref) is None:
            self.browser.show_message(why_not or "", "warning")
            return
        try:
            self.shared.session.drafts.change(ref, self.browser.secret.secret, step)
        except ValueError as error:
            self.browser.show_message(str(error), "warning")
            return
        self.shared.session.events.notify_now()
        self.browser.show_message(message)

    async def _may_edit_value(self, why_not_else: Callable[[], str | None] = lambda: None) -> bool:
        if not await self.source.may_edit_here([self.browser.secret.key_and_value[0]]):
            return False
        if (why_not := not_changeable(self) or no_value(self) or why_not_else()) is not None:
            self.browser.show_message(why_not, "warning")
        return why_not is None

    def _nothing_to_edit(self) -> str | None:
        return None if self.browser.canceled.is_on_offer else no_value(self)

    @unless(not_changeable, _nothing_to_edit)
    async def run_edit_value(self) -> None:
        if await self.browser.canceled.offer_last(self.browser, self.run_bring_back):
            return
        if await self._may_edit_value():
            key, value = self.browser.secret.key_and_value
            await self.edit_value(key, value)

    @unless(not_changeable, no_value)
    async def run_set_unseen(self) -> None:
        if await self._may_edit_value():
            key, value = self.browser.secret.key_and_value
            await self.set_unseen(key, value)

    @unless(not_changeable)
    async def run_load_value(self) -> None:
        pane = self.browser.secret
        values = await router.load_value(self.browser, pane.key, lambda: pane.data)
        if values is not None:
            await self._take_values(values)

    async def _take_values(self, values: Mapping[str, Value], how: str = "Loaded") -> None:
        review = self.shared.keys.of("review_changes")
        new = {key: value for key, value in values.items() if value != self.browser.secret.value(key)}
        if not new:
            self.browser.show_message(f"Nothing changed: same bytes in {listed(values, _MOST_NAMED)}.")
            return
        sizes = [f"{key} ({size_text(value.size)})" for key, value in new.items()]
        self.set_all(new, f"{how} into the draft: {listed(sizes, _MOST_NAMED)}. {review} reviews the draft.")
        self.browser.secret.table.move_to(next(iter(new)))
        # After a paste, `pasted_values` has already offered to set tls.crt and tls.key.
        if len(new) == 1 and how == "Loaded":
            await self._offer_pair(*next(iter(new.items())))

    async def run_copy_upload(self) -> None:
        """Copy a shell command that prints a file as base64. The user then pastes the printed text."""
        await router.copy_upload(self.browser)

    async def paste(self, text: str) -> None:
        if self.browser.at == "secrets":
            if (why_not := self.browser.refusal(BY_ID["add_secret"])) is not None:
                self.browser.show_message(why_not, "warning")
            else:
                await router.draft_pasted(self.browser, text)
            return
        pane, command = self.browser.secret, BY_ID["copy_upload"]
        why_not, ref, uid = self.browser.refusal(command) or not_changeable(self), pane.ref, pane.uid
        if why_not is not None or ref is None:
            self.browser.lacking = self.browser.missing(command)
            self.browser.show_message(why_not or "", "warning")
            return

        onto = router.PasteTarget(ref, pane.key, pane.data, pane.secret)
        values = await router.pasted_values(self.browser, text, onto)
        if values is not None and (pane.ref, pane.uid) == (ref, uid):
            await self._take_values(values, "Pasted")

    async def _go_on_from(self, key: str) -> None:
        draft = self.browser.secret.draft
        if draft is None or not draft.is_new or key != secret_type(draft.type).first_key:
            return
        missing = [key for key, _ in secret_type(draft.type).problems(draft.data(None))]
        if missing and missing[0] != key:
            await self.edit_new_key(missing[0])

    async def _offer_pair(self, key: str, after: Value) -> bool:
        question = router.pair_question(key, after)
        if question is None:
            return False
        pair_question, pair = question
        if await ask(self.browser, pair_question) is not None:
            secret = self.browser.secret.secret
            values: dict[str, Value | None] = dict(pair)
            if secret is None or key not in secret.data:
                values.setdefault(key, None)
            names = joined(list(pair), most=_MOST_NAMED)
            message = f"{names} kept in the draft. {self.shared.keys.of('review_changes')} reviews it."
            self.set_all(values, message)
        return True

    async def edit_value(
        self,
        key: str,
        value: Value,
        *,
        is_new: bool = False,
        is_blank: bool = False,
        typed: Canceled | None = None,
    ) -> bool:
        """Edit a value and keep the result in the draft.

        Return False if no Secret is open, or if the present value may not be shown.
        """
        pane, is_shown = self.browser.secret, not (is_new or is_blank)
        ref, secret = pane.ref, pane.secret
        if ref is None or (is_shown and not self.browser.may_reveal(ref, {key}, "to edit")):
            return False
        editor = router.EditorScreen(
            *(self.shared, ref, key, value, self.warnings(key)),
            is_new=is_new,
            is_blank=is_blank,
            hint=pane.kind.hints.get(key, ""),
            words=lambda text: pane.kind.typed_words(key, {**pane.data, key: Value(text)}),
            typed=typed,
            on_server=secret.data.get(key) if secret is not None else None,
        )
        after = await ask(self.browser, editor)
        if isinstance(after, Canceled):
            reopen = partial(self.edit_value, key, value, is_new=is_new, is_blank=is_blank, typed=after)
            self.browser.canceled.hold(self.browser, f"Edit of {key}", reopen)
        elif after is not None:  # None: nothing was changed
            await self._keep_value(ref, secret, key, None if is_new else value, after)
        return True

    async def set_unseen(self, key: str, value: Value | None, typed: Canceled | None = None) -> bool:
        """Ask for a new value in an editor that masks it, and keep the value in the draft.

        Return False if no Secret is open.
        """
        ref, secret = self.browser.secret.ref, self.browser.secret.secret
        if ref is None:
            return False
        screen = router.BlindEditorScreen(self.shared, ref, key, value, self.warnings(key), typed)
        after = await ask(self.browser, screen)
        if isinstance(after, Canceled):
            reopen = partial(self.set_unseen, key, value, typed=after)
            self.browser.canceled.hold(self.browser, f"Setting {key}", reopen)
        elif after is not None:
            await self._keep_value(ref, secret, key, value, after, is_unseen=True)
        return True

    async def _keep_value(
        self,
        ref: SecretRef,
        secret: Secret | None,
        key: str,
        old: Value | None,
        after: Value,
        *,
        is_unseen: bool = False,
    ) -> None:
        """Keep the result of an editor in the draft.

        `secret`: the Secret when the edit began; None if the draft creates it. `old`: the value before the
        edit; None for a new key.
        """
        if after == old:
            self.browser.show_message(f"{key} is unchanged.")
            return
        old_size = "new key" if old is None else size_text(old.size)
        sizes = f"{old_size} → {size_text(after.size)}"
        if is_unseen:
            self.browser.hide_values(self.browser.secret.uid, {key})
        draft = self.shared.session.drafts.change(
            ref, secret, lambda draft: draft.edit(secret, key, old, after)
        )
        self.shared.session.events.notify_now()
        if key not in draft.changes().keys:
            self.browser.show_message(f"{key} is back to its value before the draft, {sizes}.")
        else:
            also = self._also() if old is not None else ""
            words = private_key_words(after)
            summary = (
                f": {words}" if words else f": {router.masked_facts(after)}" if is_unseen else f", {sizes}"
            )
            how = ("set unseen" if is_unseen else "kept in the draft") + summary
            before = secret.data.get(key) if secret is not None else None
            mistake = mistake_in(key, before, after)
            reviews = f"{self.shared.keys.of('review_changes')} reviews {'the draft' if mistake else 'it'}."
            message = f"{key} {how}. {mistake}{reviews}{also}"
            self.browser.show_message(message, "warning" if mistake else "")
        self.browser.secret.table.move_to(key)
        if not await self._offer_pair(key, after):
            await self._go_on_from(key)

    def _also(self) -> str:
        ref = self.browser.secret.ref
        count = len(self.shared.session.secrets.namesakes(ref)) if ref is not None else 0
        changes = self.shared.keys.of("change_elsewhere")
        return f" {changes} repeats the change in {counted(count, 'namespace')}." if count else ""

    @unless(_none_canceled, not_changeable)
    async def run_bring_back(self) -> None:
        await self.browser.canceled.bring_back()

    def warnings(self, key: str) -> tuple[str, ...]:
        secret = self.browser.secret.secret
        return manager_warnings(secret, [key]) if secret is not None else ()

    @unless(not_changeable)
    async def run_add_key(self) -> None:
        if await self.source.may_edit_here(()):
            await self._add_key()

    async def _add_key(self, typed: str = "") -> bool:
        wanted = NameRequest(
            *("Add a key", ("Name of the key",), self._new_key_problem, "add"),
            given=next(iter(self.browser.secret.missing_keys), ""),
            typed=typed,
        )
        screen = NameScreen(wanted)
        if (key := await ask(self.browser, screen)) is not None:
            await self.edit_new_key(key)
        elif screen.left_with:
            reopen = partial(self._add_key, screen.left_with)
            self.browser.canceled.hold(self.browser, "Adding a key", reopen)
        return True

    async def edit_new_key(self, key: str) -> None:
        if self.shared.settings.no_reveal:
            await self.set_unseen(key, None)
        else:
            await self.edit_value(key, Value(b""), is_new=True)

    def _new_key_problem(self, key: str) -> str | None:
        return key_problem(key) or (
            f"A key {key} already exists." if self.browser.secret.value(key) is not None else None
        )

    @unless(not_changeable, no_value)
    async def run_rename_key(self) -> None:
        if await self._may_edit_value():
            await self._rename_key(self.browser.secret.key_and_value[0])

    async def _rename_key(self, old: str, typed: str = "") -> bool:
        wanted = NameRequest(
            *(f"Rename {old}", ("New name; the value stays",), self._new_key_problem, "rename"),
            given=self._likely_name(old),
            typed=typed,
        )
        screen = NameScreen(wanted)
        new = await ask(self.browser, screen)
        if new is None:
            if screen.left_with:
                reopen = partial(self._rename_key, old, screen.left_with)
                self.browser.canceled.hold(self.browser, f"Renaming {old}", reopen)
        else:
            secret, review = self.browser.secret.secret, self.shared.keys.of("review_changes")
            message = f"{old} renamed to {new} in the draft. {review} reviews it."
            self._make_step(lambda draft: draft.rename(secret, old, new), message)
            self.browser.secret.table.move_to(new)
        return True

    def _likely_name(self, old: str) -> str:
        """Suggest a key that is similar to `old`, that readers use, and that the Secret lacks.

        Suggest `old` itself if readers use it, or if there is no such key.
        """
        if self.shared.session.readers_of(self.browser.here.namespace).of(self.browser.here, [old]):
            return old
        return next(iter(near_keys(old, self.browser.secret.missing_keys)), old)

    def _nothing_to_trim(self) -> str | None:
        key, value = self.browser.secret.key_and_value
        value_facts = facts(value)
        if not value_facts.is_text:
            return f"Not trimmed: {key} is not text."
        if value_facts.lines > 1:
            return f"Not trimmed: {key} has several lines. {self.shared.keys.of('edit_value')} edits it."
        can_trim = value_facts.has_final_newline or value_facts.has_edge_blank
        return None if can_trim else f"Nothing to trim: {key} has no line break or blank at either end."

    @unless(not_changeable, no_value, _nothing_to_trim)
    async def run_trim_value(self) -> None:
        """Remove blanks and line breaks at both ends of the value. `echo` and pastes often add them."""
        if not await self._may_edit_value(self._nothing_to_trim):
            return
        key, value = self.browser.secret.key_and_value
        trimmed = Value(value.reveal().strip(b" \t\r\n"))
        sizes = f"{size_text(value.size)} → {size_text(trimmed.size)}"
        review = self.shared.keys.of("review_changes")
        self.set_all({key: trimmed}, f"{key} trimmed in the draft, {sizes}. {review} reviews it.")

    @unless(not_changeable, no_value)
    async def run_drop_key(self) -> None:
        if not await self._may_edit_value():
            return
        pane, keys = self.browser.secret, self.shared.keys
        key, secret = pane.key_and_value[0], pane.secret
        hint = f"{keys.of('undo_step')} restores it, {keys.of('review_changes')} reviews the draft"
        self._make_step(lambda draft: draft.drop(secret, key), f"{key} dropped in the draft. {hint}.")

    @unless(_no_step)
    def run_undo_step(self) -> None:
        if (draft := self.browser.secret.draft) is not None:
            self._make_step(lambda draft: draft.undo(), f"Undone: {draft.last_step()}.")
            self.browser.secret.table.move_to(draft.steps[-1].keys[0])
