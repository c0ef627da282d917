"""Delete a Secret: show its readers (e.g. pods) and ask for its name. Only the version shown is deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.model.secret.secret import Secret, SecretRef
from tui.session.session import Topic
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.secret_page import SecretPage
from tui.ui.base.value_facts import title_facts
from tui.ui.command_types import Where
from tui.ui.dialogs.confirm_context import confirm_context
from tui.ui.review.deletion import (
    AROUND,
    LateChanges,
    about_readers,
    affected_readers,
    comes_back,
    deletion_verdict,
    last_lines,
    stays,
)
from tui.ui.review.lines import marked
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.review_page import FieldBelow, ReviewPage
from tui.ui.widgets.text import Styled

_LEAD: Final = 2
"""Number of lines to keep in sight at the start of the text about readers: the heading and one reader."""
_LONGEST_IN_FIELD: Final = 24


class DeleteScreen(SecretPage[bool | None]):
    """Question before a deletion.

    Results:
    - True: the deletion has begun.
    - False: the user left the screen.
    - None: `may_go` returned False for the version on screen.
    """

    PLACE = Where.DELETE
    IS_TYPING = True

    def __init__(
        self, shared: ScreenContext, ref: SecretRef, may_go: Callable[[Secret], bool] = lambda _: True
    ) -> None:
        super().__init__(shared, ref)
        self._may_go = may_go
        self._shown: Secret | None = None
        """Version on screen, the only one that this screen deletes."""
        self._news = LateChanges()

    def compose_body(self) -> ComposeResult:
        with Pane(id="delete", classes="-long" if self._is_long else ""):
            review_page, name_words = ReviewPage(), "the name above" if self._is_long else self._ref.name
            yield review_page
            name: Line = ("Name: ", Styled(self._ref.name, "strong"))
            yield Lines([name] if self._is_long else [], id="to-type")
            yield FieldBelow(review_page.page, f"type {name_words} to delete")

    @property
    def _is_long(self) -> bool:
        return len(self._ref.name) > _LONGEST_IN_FIELD

    def begin(self) -> None:
        self.query_one(Pane).head(f"Delete {self._ref.name}", "nothing sent yet")
        name = self.query_one(Input)
        name.focus()
        self.shared.session.want_readers(self._ref.namespace)
        self._draw()

    def on_unmount(self) -> None:
        self._shown = None

    def on_resize(self) -> None:
        if self.is_mounted:
            self._draw()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "readers"}:
            self._draw()

    def _draw(self) -> None:
        news = self._news
        before = news.add([*self._changed_parts(), *news.readers(self.shared, {self._ref: "the Secret"})])
        before += self._about_secret()
        text = [*before, *self._about_readers()]
        if self._shown is not None:  # below the readers, because there may be a thousand keys
            text += [(), (Styled(f"keys: {', '.join(sorted(self._shown.data)) or 'none'}", "muted"),)]
        is_owned = self._shown is not None and bool(self._shown.owners)
        blocks = last_lines(self.shared, 1, self._ref.namespace, is_owned=is_owned)
        self.query_one(ReviewPage).set_text(text, lead=len(before) + _LEAD, blocks=blocks)

    def _changed_parts(self) -> Iterator[str]:
        """Replace the version on screen by the current one.

        Yield a phrase for each key that differs, and one for the manager if it differs.
        """
        old, new = self._shown, self.secret
        self._shown = new
        if old is None or new is None:
            return
        for key in sorted(old.data.keys() | new.data.keys()):
            if old.data.get(key) != new.data.get(key):
                is_there = key in old.data, key in new.data
                yield f"key {key} was {'changed' if all(is_there) else 'added' if is_there[1] else 'removed'}"
        if new.manager != old.manager:  # the manager may create the Secret again
            yield f"managed by {new.manager or 'no known manager'}"

    def _about_secret(self) -> Iterator[Line]:
        secret, opened = self._shown, self.shared.session.held(self._ref)
        if secret is not None:
            yield deletion_verdict(self.shared, self._ref, affected_readers(self.shared, self._ref))
            yield from stays(secret)
            yield from comes_back(self.shared, secret)
            yield marked("", "muted", " · ".join(title_facts(secret, self.shared.server_now())))
        elif opened is not None and opened.gone is not None:
            how = "deleted" if opened.gone == "deleted" else "deleted and created again"
            yield (Styled(f"The Secret was already {how} by someone else.", "bad"),)
        elif opened is not None and opened.state.error is not None:
            yield (Styled(opened.state.error.sentence, "bad"),)
        else:
            yield (Styled("Loading …", "muted"),)
        # A long name takes lines of its own, so a small screen then has no room for a blank line.
        if not self._is_long:
            yield ()

    def _about_readers(self) -> Iterator[Line]:
        width = self.app.size.width - AROUND
        yield from about_readers(self.shared, self._ref, width, command="go_back")

    @on(Input.Submitted)
    async def take_name(self) -> None:
        """Run `confirm_delete` at Enter, because the input field handles Enter before the bindings do."""
        await self.action_run_command("confirm_delete")

    async def run_confirm_delete(self) -> None:
        if self.query_one(Input).value != self._ref.name:
            # A long name is above the field already. In this message, it would push the line with the cluster
            # off the screen.
            more = "" if self._is_long else f" Type {self._ref.name}."
            self.show_message(f"Nothing sent: the typed name is wrong.{more}", "warning")
            return
        if (secret := self._shown) is None:
            self.show_message("Nothing sent: the Secret is not loaded.", "warning")
            return
        if not self._may_go(secret):
            self.dismiss(None)
            return
        if not self._news.is_seen(self):
            return
        if (problem := self.shared.session.writes.problem(self._ref)) is not None:
            self.show_message(problem, "warning")  # shown before the user has to type the context's name
            return
        effect = f"Deletes the Secret {self._ref}."
        typed = await confirm_context(self, "delete", effect, [self._ref.namespace])
        if typed is not None:
            self._delete(secret, typed)

    def _delete(self, secret: Secret, typed: str) -> None:
        problem = self.shared.session.writes.delete(secret, typed=typed)
        if problem is not None:
            self.show_message(problem, "warning")
            return
        self.dismiss(True)
        beneath = self.app.screen
        if isinstance(beneath, TuiScreen) and self.shared.session.writes.busy_with(self._ref) is not None:
            beneath.show_message(f"Deleting {self._ref} …")

    def run_leave_dialog(self) -> None:
        self.dismiss(False)
