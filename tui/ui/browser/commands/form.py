"""Edit a Secret in a form with its type's fields, or in an empty editor into which the user can paste."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from tui.model.secret.secret import SecretRef
from tui.model.secret.types.form import Form, Typed
from tui.model.secret.value import Value
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.browser.commands.checks import not_changeable, not_ready
from tui.ui.browser.commands.key_edits import EditCommands
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import Question

_MOST_NAMED: Final = 4
_NEW: Final = "a"


class FormCommands:
    """Commands that edit a Secret in a form or in an empty editor."""

    def __init__(self, browser: BrowserPanes, source: SourceOffer, edits: EditCommands) -> None:
        self.browser, self.shared, self.source, self.edits = browser, browser.shared, source, edits

    def _no_form(self) -> str | None:
        kind = self.browser.secret.kind
        if kind.has_editor:
            return not_changeable(self)
        if self.shared.settings.no_reveal:
            return f"The type {kind.word} has no form; {self.shared.keys.of('set_unseen')} sets a value."
        return self.browser.why_not(BY_ID["edit_all"])

    @unless(not_ready, _no_form)
    async def run_edit_form(self) -> None:
        pane = self.browser.secret
        kind, ref = pane.kind, pane.ref
        if not kind.has_editor:
            # `edit_all` runs as a separate command, because it shows values and may ask the user first.
            self.browser.call_later(self.browser.action_run_command, "edit_all")
        elif ref is None or not await self.source.may_edit_here(pane.data):
            pass
        elif (form := kind.form) is not None:
            uses = (reader.use for reader in self.shared.session.readers_of(ref.namespace).of(ref))
            hosts = {host for use in uses if use.way == "image_pull" for host in use.target.split()}
            if others := sorted(hosts - {"docker.io"}):
                form = form.giving("server", others[0])
            await self._fill_form(form, ref)
        elif self.shared.settings.no_reveal:
            await self.edits.set_unseen(kind.first_key, pane.value(kind.first_key))
        else:
            now = pane.value(kind.first_key)
            await self.edits.edit_value(kind.first_key, now or Value(b""), is_new=now is None, is_blank=True)

    async def _fill_form(self, form: Form, ref: SecretRef) -> None:
        try:
            parts = form.parts(self.browser.secret.data) if form.parts is not None else ()
        except ValueError as error:
            self.browser.show_message(str(error), "warning")
            return
        part: str | None = None
        if len(parts) == 1:
            part = parts[0]
        elif parts:
            question = Question(
                title=f"Which {form.title.lower()} of {ref.name}?",
                lines=(),
                answers=[
                    *((str(number), part) for number, part in enumerate(parts, 1)),
                    (_NEW, "add an entry"),
                ],
                default="1",
            )
            if (answer := await ask(self.browser, question)) is None:
                return
            part = "" if answer == _NEW else parts[int(answer) - 1]
        await self._fill_part(form, ref, part)

    async def _fill_part(
        self, form: Form, ref: SecretRef, part: str | None, typed: Typed | None = None
    ) -> bool:
        """Show the form, and keep the typed fields in the draft.

        `part`: the entry that the form changes, such as a registry; "" for a new entry beside others. None
        if the Secret has no entries yet, or if `form.parts` is None.

        `typed`: fields that were typed before the user canceled the form.

        Always return True, because `canceled.hold` takes False as a failure to open the form.
        """
        is_new = not (part if form.parts is not None else self.browser.secret.data)

        def problem(typed: Typed) -> str | None:
            try:
                form.write(self.browser.secret.data, typed)
            except ValueError as error:
                return str(error)
            return None

        values = {**({form.part: part} if part is not None else {}), **(typed or {})}
        lines = (form.wanted, *((f"To add an entry, type another {form.part}.",) if part else ()))
        title, keys = f"{form.title}  {ref.name}", self.shared.keys
        screen = router.FormScreen(router.FormRequest(title, lines, form, values, problem, keys, is_new))
        filled = await ask(self.browser, screen)
        if filled is None:
            if screen.left_with is not None:
                reopen = partial(self._fill_part, form, ref, part, screen.left_with)
                self.browser.canceled.hold(self.browser, f"The form of {ref.name}", reopen)
        elif (why_not := problem(filled)) is not None:  # the Secret may have changed meanwhile
            self.browser.show_message(why_not, "warning")
        elif filled == ({form.part: part or ""} if form.parts is not None else {}) and not is_new:
            self.browser.show_message("Nothing changed.")
        else:
            self._take_form(form.write(self.browser.secret.data, filled))
        return True

    def _take_form(self, values: Mapping[str, Value | None]) -> None:
        review = self.shared.keys.of("review_changes")
        is_changed = any(value != self.browser.secret.value(key) for key, value in values.items())
        names = ", ".join(values) if len(values) <= _MOST_NAMED else f"{len(values)} keys"
        message = f"{names} kept in the draft. {review} reviews it."
        self.edits.set_all(values, message if is_changed else "Nothing changed.")
