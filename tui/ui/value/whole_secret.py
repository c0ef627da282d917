"""Edit a Secret as one text, in the built-in editor or in $EDITOR; what is kept is one step of its draft."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tui.model.draft.draft import Draft, draft_problem
from tui.model.draft.whole_text import FieldChanges, TextProblem, changes, first_line, to_text, with_fields
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.fields import keys_among
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.ui.base.revealed import RevealScreen
from tui.ui.value.cancelled_edits import Cancelled, CancelledEdits
from tui.ui.value.whole_editor import EditingAll, WholeEditorScreen, cannot_load, edit_all_outside

_MOST_NAMED = 3
"""Fields that are named when they are kept."""


class WholeSecret:
    """One edit of a whole Secret, from what is on screen when it begins."""

    def __init__(
        self,
        screen: RevealScreen[Any],
        ref: SecretRef,
        secret: Secret | None,
        draft: Draft | None,
        cancelled: CancelledEdits,
        kept: Callable[[], object],
    ) -> None:
        """`secret` is None for one still to be created; `kept` is called after the draft changed."""
        self._screen, self._secret, self._cancelled, self._kept = screen, secret, cancelled, kept
        self._desk = screen.desk
        shown = secret or Secret(ref, "", "", draft.type if draft is not None else "", {})
        self._shown = with_fields(shown, draft.fields(secret)) if draft is not None else shown
        self._text = Value(to_text(self._shown).encode())

    def edit(self, typed: Cancelled | None = None) -> bool:
        """Open the editor, with what was typed in it before; False if it may not be opened."""
        if not self._screen.revealed.may_show(self._shown.ref, self._shown.data, "to edit"):
            return False
        self._open(typed)
        return True

    def edit_outside(self) -> None:
        """In $EDITOR; a text that cannot be read goes to the built-in editor, which says its line."""
        hold = partial(self._cancelled.hold, self._screen)
        edit_all_outside(self._screen, self._editing(), self._take, hold=hold)

    def _take(self, after: Value) -> str | None:
        try:
            fields = self._read(after.reveal().decode())
        except UnicodeDecodeError:
            return "The text is not UTF-8."
        except TextProblem as problem:
            if cannot_load(after):
                return str(problem)
            self._open(Cancelled(after))
        else:
            self._keep(fields)
        return None

    def _read(self, text: str) -> FieldChanges:
        """What the text changes. Raises TextProblem, also for what this Secret does not take."""
        fields = changes(text, self._shown)
        if self._secret is not None and (why_not := draft_problem(self._secret, fields)) is not None:
            raise TextProblem(why_not, first_line(text))
        return fields

    def _editing(self, typed: Cancelled | None = None) -> EditingAll:
        keys = tuple(self._shown.data)
        source, secret = self._desk.keys.of("show_source"), self._secret
        warnings = manager_warnings(secret, keys, source_key=source) if secret is not None else ()
        return EditingAll(self._shown.ref, keys, self._text, self._read, warnings, typed)

    def _open(self, typed: Cancelled | None) -> None:
        def closed(answer: FieldChanges | Cancelled | None) -> None:
            if isinstance(answer, Cancelled):
                what = f"Edit of all keys of {self._shown.ref.name}"
                self._cancelled.hold(self._screen, what, lambda: self.edit(answer))
            elif answer is not None:
                self._keep(answer)

        self._screen.app.push_screen(WholeEditorScreen(self._desk, self._editing(typed)), closed)

    def _keep(self, fields: FieldChanges) -> None:
        """Base the step on what was on screen, even if the Secret changed since."""
        screen, drafts, secret, ref = self._screen, self._desk.session.drafts, self._secret, self._shown.ref
        if not fields:
            screen.say("Nothing changed.")
            return
        uid = secret.uid if secret is not None else ""
        begun = Draft.of(secret) if secret is not None else Draft.new(ref, self._shown.type)
        drafts.put((drafts.get(ref, uid) or begun).edit_all(secret, self._shown.fields, fields))
        screen.revealed.hide(uid, keys_among(fields))
        self._kept()
        names = ", ".join(fields) if len(fields) <= _MOST_NAMED else counted(len(fields), "change")
        screen.say(f"{names} kept in the draft. {self._desk.keys.of('review_changes')} reviews.")
