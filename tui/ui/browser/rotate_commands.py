"""Rotate a key in one go: a new value, its review, and then the restarts of who keeps the old one."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui.model.draft.draft import Draft
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.secret import Secret
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value
from tui.session.writes.reviews import Target
from tui.ui import router
from tui.ui.base.revealed import RevealScreen
from tui.ui.browser.at_source import SourceChoice
from tui.ui.browser.secret_commands import SecretCommands
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.commands import BY_ID, unless
from tui.ui.dialogs.prompt import Question, QuestionScreen
from tui.ui.value.cancelled_edits import Cancelled


class RotateCommands:
    """One draft of its own; each screen leads on to the next."""

    def __init__(
        self, screen: RevealScreen[Any], pane: SecretPane, others: SecretCommands, choice: SourceChoice
    ) -> None:
        self._screen, self._pane, self._others, self._choice = screen, pane, others, choice
        self._desk = screen.desk

    def _not_rotatable(self) -> str | None:
        if self._pane.draft is not None:
            return f"Not rotated: there is a draft; {self._desk.keys.of('review_changes')} reviews it first."
        return self._screen.why_not(BY_ID["set_unseen"]) or self._choice.why_not_known()

    @unless(_not_rotatable)
    def run_rotate_key(self) -> None:
        """At its source, if what manages the Secret can act; else in the Secret."""
        key = self._pane.key
        if key is not None and not self._choice.rotates(key, self._rotate_here):
            self._rotate_here()

    def _rotate_here(self) -> None:
        """Ask whether the old value is kept beside the new one; then set that without showing it."""
        key, secret = self._pane.key, self._pane.secret
        if key is None or secret is None:
            return
        former = f"{key}_previous"
        lines = [
            "Set a new value, generated, typed or pasted; review it with its readers and write it; "
            "then restart who keeps the old value.",
        ]
        answers = [("enter", "new value")]
        if key_problem(former) is None:
            does = "is replaced by" if former in secret.data else "keeps"
            lines += ["", f"With k, {former} {does} the old value."]
            answers.append(("k", "and keep the old one"))
        question = Question(
            f"Rotate {key} of {secret.ref.name}", tuple(lines), (*answers, ("escape", "back"))
        )

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._edit(secret, key, former if answer == "k" else "")

        self._screen.app.push_screen(QuestionScreen(question), answered)

    def _edit(self, secret: Secret, key: str, former: str, typed: Cancelled | None = None) -> bool:
        warnings = manager_warnings(secret, [key], source_key=self._desk.keys.of("show_source"))
        screen = router.BlindEditorScreen(self._desk, secret.ref, key, secret.data[key], warnings, typed)
        self._screen.app.push_screen(screen, partial(self._edited, secret, key, former))
        return True

    def _edited(self, secret: Secret, key: str, former: str, after: Value | Cancelled | None) -> None:
        if isinstance(after, Cancelled):
            again = partial(self._edit, secret, key, former, after)
            self._others.cancelled.hold(self._screen, f"Rotating {key}", again)
        elif after == secret.data[key]:
            self._screen.say(f"{key} is unchanged.")
        elif after is not None:
            kept = {former: secret.data[key]} if former else {}
            draft = Draft.of(secret).set_all(secret, {key: after, **kept})
            self._desk.session.drafts.put(draft)
            self._pane.update_all()
            target = Target(draft)
            review = router.ReviewScreen(self._desk, target)
            self._screen.app.push_screen(review, lambda _: self._reviewed(target))

    def _reviewed(self, target: Target) -> None:
        if target.outcome is not None and target.outcome.kind == "written":
            self._screen.app.push_screen(router.RolloutScreen(self._desk, target.draft.ref))
