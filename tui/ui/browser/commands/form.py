"""Fill the form of a type, or paste what it holds into an empty editor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from tui.model.secret.value import Value
from tui.ui import router
from tui.ui.browser.commands.secret_keys import KeyCommands
from tui.ui.command_types import unless
from tui.ui.commands import BY_ID

_MOST_NAMED: Final = 4
"""Keys that a message names."""


class FormCommands(KeyCommands):
    """A type without a form has all its keys edited as one text."""

    def _no_form(self) -> str | None:
        if self.has_form:
            return self._not_changeable()
        if self.shared.grade.is_no_reveal:
            return (
                f"The type {self._kind.word} has no form; {self.shared.keys.of('set_unseen')} sets a value."
            )
        return self.why_not(BY_ID["edit_all"])

    @property
    def has_form(self) -> bool:
        """Has its type a form, or an editor of its own?"""
        return self._kind.form is not None or bool(self._kind.first_key)

    @unless(KeyCommands.not_ready, _no_form)
    def run_edit_form(self) -> None:
        """Fill the form of its type, or paste into an empty editor; a type without either: all keys."""
        kind, ref = self._kind, self.secret.ref
        if not self.has_form:
            # As a command of its own: it shows values, which may be asked about.
            self.call_later(self.action_run_command, "edit_all")
        elif self.offers_source("edit_form", self._held_data):
            pass
        elif kind.form is not None and ref is not None:
            hold = partial(self.cancelled.hold, self)
            form = kind.form(ref.name, self.shared.server_now())
            uses = (one.use for one in self.shared.session.readers_of(ref.namespace).of(ref))
            hosts = {host for use in uses if use.way == "image_pull" for host in use.target.split()}
            if others := sorted(hosts - {"docker.io"}):
                form = form.giving("server", others[0])
            router.fill_form(self, form, ref, lambda: self._held_data, self._take_form, hold)
        elif self.shared.grade.is_no_reveal:
            self._set_unseen(kind.first_key, self.secret.value(kind.first_key))
        else:
            now = self.secret.value(kind.first_key)
            self._edit_value(kind.first_key, now or Value(b""), is_new=now is None, is_blank=True)

    def _take_form(self, values: Mapping[str, Value | None]) -> None:
        review = self.shared.keys.of("review_changes")
        is_changed = any(value != self.secret.value(key) for key, value in values.items())
        what = ", ".join(values) if len(values) <= _MOST_NAMED else f"{len(values)} keys"
        kept = f"{what} kept in the draft. {review} reviews."
        self._set_all(values, kept if is_changed else "Nothing changed.")
