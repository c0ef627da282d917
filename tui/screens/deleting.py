"""Deleting a Secret: who reads it first, then its name typed; that version of that life, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.commands import Where
from tui.live.session import Topic
from tui.model.secret import Secret, SecretRef
from tui.model.usage import effect, how
from tui.screens.base import TuiScreen
from tui.screens.desk import NOT_LOOKED_AT, Desk
from tui.screens.guarding import ask_for_context, destination
from tui.screens.secret_notes import secret_facts
from tui.widgets.drawn import Line, Lines
from tui.widgets.frame import Pane
from tui.widgets.in_order import Field
from tui.widgets.page import Page
from tui.widgets.text import Styled, Tone


class DeleteScreen(TuiScreen[bool | None]):
    """Dismissed with True once the deletion was sent."""

    BINDINGS = TuiScreen.bindings_for(Where.DELETE)
    PLACE = Where.DELETE
    IS_TYPING = True

    def __init__(self, desk: Desk, ref: SecretRef) -> None:
        super().__init__(desk)
        self._ref = ref
        opened = desk.session.opened
        self._former = opened.ref if opened is not None else None
        """What was open before; it is open again when this is left."""

    def compose_body(self) -> ComposeResult:
        with Pane(id="delete"):
            yield Page(id="about")
            yield Lines(id="verdict")
            yield Field(placeholder=f"type {self._ref.name} to delete it", id="name", compact=True)

    @property
    def subject(self) -> SecretRef:
        return self._ref

    def on_mount(self) -> None:
        self.query_one(Pane).head(f"Delete {self._ref.name}", "nothing sent yet")
        name = self.query_one(Input)
        name.cursor_blink = False
        name.focus()
        if self._former != self._ref:
            self.desk.session.open(self._ref)
        self.desk.session.want_pods(self._ref.namespace)
        self._draw()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "pods"}:
            self._draw()

    @property
    def _secret(self) -> Secret | None:
        opened = self.desk.session.opened
        return opened.secret if opened is not None and opened.ref == self._ref else None

    def _draw(self) -> None:
        self.query_one(Page).show([*self._about_secret(), *self._about_readers()])
        self.query_one("#verdict", Lines).show(self._about_target())

    def _about_secret(self) -> Iterator[Line]:
        secret, opened = self._secret, self.desk.session.opened
        if secret is not None:
            yield (" · ".join(secret_facts(secret, self.desk.server_now())),)
            yield (f"keys: {', '.join(sorted(secret.data)) or 'none'}",)
            if secret.manager:
                yield (Styled(f"! managed by {secret.manager}: it may make it again", "warning"),)
        elif opened is not None and opened.pane.error is not None:
            yield (Styled(opened.pane.error.sentence, "bad"),)
        else:
            yield (Styled("Asking for it …", "muted"),)
        yield ()

    def _about_readers(self) -> Iterator[Line]:
        readers = self.desk.session.pods_of(self._ref.namespace).readers.of(self._ref)
        yield (Styled("Who reads it, and what becomes of them", "strong"),)
        for pod, uses in groupby(readers, key=lambda reader: reader.pod.name):
            ways = [
                (effect(reader.use, "deleted", self._ref, reader.use.key or ""), reader) for reader in uses
            ]
            worst, reader = max(ways, key=lambda way: way[0].severity)
            tone: Tone = "bad" if "FAILS" in worst.sentence else "muted"
            more = f" and {len(ways) - 1} more" if len(ways) > 1 else ""
            yield (f"  {pod}  {how(reader.use)}{more}  ", Styled(worst.sentence, tone))
        if not readers:
            yield (Styled(f"  {self.desk.readers_word(self._ref)}", "muted"),)
        elif doubt := self.desk.readers_doubt(self._ref):
            yield (Styled(f"  ! {doubt}", "warning"),)
        yield NOT_LOOKED_AT

    def _about_target(self) -> Iterator[Line]:
        yield destination(self.desk, "Deletes in  ", self._ref.namespace)
        if self.desk.guard:
            yield (Styled(f"{self.desk.guard}: after its name, the context's name is asked for", "warning"),)
        yield ("Its values are not kept by this program; a deleted Secret does not come back.",)

    @on(Input.Submitted)
    async def take_name(self) -> None:
        """The field has enter for itself; the command is the same."""
        await self.action_run_command("confirm_delete")

    def run_confirm_delete(self) -> None:
        """Delete it if the name was typed exactly."""
        if self.query_one(Input).value != self._ref.name:
            self.say(f"That is not its name; nothing was sent. It is {self._ref.name}.", "warning")
            return
        secret = self._secret
        if secret is None:
            self.say("It is not fetched, so nothing was sent.", "warning")
            return
        if self.desk.session.guard and self.desk.session.writes.problem(self._ref) is None:
            where = destination(self.desk, "", self._ref.namespace)
            effect = f"Deletes the Secret {self._ref}; it does not come back."
            ask_for_context(self, "delete", effect, where, partial(self._delete, secret))
        else:
            self._delete(secret)

    def _delete(self, secret: Secret, typed: str = "") -> None:
        problem = self.desk.session.writes.delete(secret, typed=typed)
        if problem is not None:
            self.say(problem, "warning")
            return
        self._leave(was_sent=True)

    def run_leave_dialog(self) -> None:
        """Back; nothing is done."""
        self._leave(was_sent=False)

    def _leave(self, *, was_sent: bool) -> None:
        session = self.desk.session
        if self._former is None:
            session.leave()
        elif self._former != self._ref:
            session.open(self._former)
        self.dismiss(was_sent)
