"""Delete a Secret: show its readers, then ask for its name; only the version on screen is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.model.readers.reader import FAILS, ReaderId, each_once, readers_count
from tui.model.rollout.effects import effects_on
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.counts import listed
from tui.session.health.known import secret_meta
from tui.session.session import Topic
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.secret_page import SecretPage
from tui.ui.base.value_facts import title_facts
from tui.ui.commands import Where
from tui.ui.dialogs.confirm_context import confirm_context, destination
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.review_page import FieldBelow, ReviewPage
from tui.ui.widgets.text import Styled, Tone

_LEAD: Final = 2
"""Lines on its readers that come first: a heading, the first of them."""
_LONGEST_IN_FIELD: Final = 24


class DeleteScreen(SecretPage[bool | None]):
    """Dismissed with True once the deletion was sent."""

    PLACE = Where.DELETE
    IS_TYPING = True

    def __init__(self, desk: ScreenContext, ref: SecretRef) -> None:
        super().__init__(desk, ref)
        self._shown: Secret | None = None
        """The version on screen: this one is deleted, or none."""
        self._readers: frozenset[str] | None = None
        """The workloads on screen that read it; None until all were looked at."""
        self._news: list[str] = []
        """What became another since the question was put, of all that it shows."""
        self._is_news_read = True

    def compose_body(self) -> ComposeResult:
        with Pane(id="delete", classes="-long" if self._is_long else ""):
            reading, asked = ReviewPage(), "the name above" if self._is_long else self._ref.name
            yield reading
            name: Line = ("Its name: ", Styled(self._ref.name, "strong"))
            yield Lines([name] if self._is_long else [], id="to-type")
            yield FieldBelow(reading.page, placeholder=f"type {asked} to delete", id="name", compact=True)

    @property
    def _is_long(self) -> bool:
        """Is its name longer than an empty field of the narrowest screen can say?"""
        return len(self._ref.name) > _LONGEST_IN_FIELD

    def begin(self) -> None:
        self.query_one(Pane).head(f"Delete {self._ref.name}", "nothing sent yet")
        name = self.query_one(Input)
        name.focus()
        self.desk.session.want_readers(self._ref.namespace)
        self._draw()

    def on_unmount(self) -> None:
        self._shown = None

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "readers"}:
            self._draw()

    def _draw(self) -> None:
        if news := [*self._changed_parts(), *self._new_readers()]:
            self._news, self._is_news_read = list(dict.fromkeys([*self._news, *news])), False
        changed = f"! changed since you opened this: {', '.join(self._news)}"
        before: list[Line] = [(Styled(changed, "warning"),)] if self._news else []
        before += self._about_secret()
        text = [*before, *self._about_readers()]
        if self._shown is not None:  # below the readers: they may be a thousand
            text += [(), (f"keys: {', '.join(sorted(self._shown.data)) or 'none'}",)]
        self.query_one(ReviewPage).tell(text, lead=len(before) + _LEAD, blocks=self._about_target())

    def _changed_parts(self) -> Iterator[str]:
        """What differs from the version that was on screen, by names alone."""
        old, new = self._shown, self.secret
        self._shown = new
        if old is None or new is None:
            return
        for key in sorted(old.data.keys() | new.data.keys()):
            if old.data.get(key) != new.data.get(key):
                is_there = key in old.data, key in new.data
                yield f"key {key} was {'changed' if all(is_there) else 'added' if is_there[1] else 'removed'}"
        if new.manager != old.manager:  # it may write the Secret again, or no longer
            yield f"managed by {new.manager or 'no known manager'}"

    def _new_readers(self) -> list[str]:
        """The readers that were not on screen; one that is gone has nothing to lose."""
        readers = self.desk.session.readers_of(self._ref.namespace)
        if not readers.pane.is_complete:
            return []
        old = self._readers
        self._readers = frozenset(" ".join(reader.info.workload) for reader in readers.of(self._ref))
        return [f"{one} reads it" for one in sorted(self._readers - old)] if old is not None else []

    def _about_secret(self) -> Iterator[Line]:
        secret, opened = self._shown, self.desk.session.held(self._ref)
        if secret is not None:
            yield (" · ".join(title_facts(secret, self.desk.server_now())),)
            if secret.is_terminating:
                waits = f", and stays until its finalizers finish: {', '.join(secret.finalizers)}"
                yield (
                    Styled(f"! it is being deleted already{waits if secret.finalizers else ''}", "warning"),
                )
            if secret.manager:
                yield (Styled(f"! managed by {secret.manager}, which may create it again", "warning"),)
            made = self.desk.session.readers_of(self._ref.namespace).producers_of(self._ref)
            if names := sorted({one.info.title for one in made if one.info.title != secret.manager}):
                said = f"! produced by {listed(names)}, which may create it again"
                yield (Styled(said, "warning"),)
            draft = self.desk.session.drafts.get(self._ref, secret.uid)
            if draft is not None and not draft.is_empty:
                kept = f"! your draft of {listed(draft.changes().keys)} is kept, and can create it again"
                yield (Styled(kept, "warning"),)
        elif opened is not None and opened.gone is not None:
            how = "deleted" if opened.gone == "deleted" else "deleted and created again"
            yield (Styled(f"It was already {how} by someone else.", "bad"),)
        elif opened is not None and opened.pane.error is not None:
            yield (Styled(opened.pane.error.sentence, "bad"),)
        else:
            yield (Styled("Loading …", "muted"),)
        if not self._is_long:  # on a small screen its name leaves three lines: the first reader is one
            yield ()

    def _about_readers(self) -> Iterator[Line]:
        held = self.desk.session.readers_of(self._ref.namespace)
        meta = secret_meta(self.desk.session, self._ref)
        readers = each_once(held.of(self._ref))
        many = f"   {readers_count(readers)}" if readers else ""
        yield (Styled("Who reads it, and what happens to them", "strong"), many)
        found: dict[ReaderId, list[tuple[int, str, str]]] = {}
        owners: dict[ReaderId, str] = {}
        for reader, what in effects_on(held.of(self._ref), "deleted", meta, None):
            info = reader.info
            found.setdefault(info.id, []).append((-what.severity, what.sentence, reader.use.how()))
            owners[info.id] = info.owner_title
        same: dict[tuple[int, str, str, str], list[ReaderId]] = {}
        for which, ways in found.items():
            severity, sentence, how = min(ways, key=lambda way: way[0])
            more = f" and {len(ways) - 1} more" if len(ways) > 1 else ""
            same.setdefault((severity, sentence, how + more, owners[which]), []).append(which)
        titles = {reader.info.id: reader.info.title for reader in readers}
        for (severity, sentence, how, owner), several in sorted(same.items(), key=lambda item: item[0][0]):
            tone: Tone = "bad" if severity == -FAILS else "muted"
            one, count = several[0], f"{owner}, {len(several)} {several[0][0].many}"
            title = titles[one] if len(several) == 1 else count
            yield (f"  {title}  {how}  ", Styled(sentence, tone, is_whole=True))
        if not readers:
            yield (Styled(f"  {self.desk.readers_word(held)}", "muted"),)
        elif doubt := self.desk.readers_doubt(held):
            yield (Styled(f"  ! {doubt}", "warning"),)
        yield from self.desk.not_checked(held)
        if held.search.phase == "not asked":
            back, search = self.desk.keys.of("go_back"), self.desk.keys.of("show_readers")
            if back and search:
                yield (Styled(f"  {back}, then {search} twice, searches these too", "muted"),)

    def _about_target(self) -> list[list[Line]]:
        until = "until you quit or switch the context"
        undo = self.desk.keys.of("undo_write") or "undo write"
        lost = f"{undo} can create it again {until}; its uid and owner references are lost."
        if not self.desk.session.writes.undo.keeps:
            lost = "Deleting cannot be undone: secret-tui keeps no copy of the values."
        blocks: list[list[Line]] = [[(lost,)]]
        if self.desk.guard_badge:
            said = f"{self.desk.guard_badge}: you must also type the context's name"
            blocks.append([(Styled(said, "warning"),)])
        return [*blocks, [destination(self.desk, "Deletes in  ", self._ref.namespace)]]

    @on(Input.Submitted)
    async def take_name(self) -> None:
        """The field has enter for itself; the command is the same."""
        await self.action_run_command("confirm_delete")

    def run_confirm_delete(self) -> None:
        """Delete it if the name was typed exactly."""
        if self.query_one(Input).value != self._ref.name:
            # A long name is shown above the field already; here it would push out the line with the cluster.
            more = "" if self._is_long else f" Type {self._ref.name}."
            self.say(f"Nothing sent: that is not its name.{more}", "warning")
            return
        if (secret := self._shown) is None:
            self.say("Nothing sent: the Secret is not loaded.", "warning")
            return
        if not self._is_news_read:
            self._is_news_read = True
            self.query_one(ReviewPage).page.action_scroll_edge("first")
            key = self.desk.keys.of("confirm_delete")
            self.say(f"Nothing sent: see what changed at the top, then press {key} to delete.", "warning")
            return
        if (problem := self.desk.session.writes.problem(self._ref)) is not None:
            self.say(problem, "warning")  # before the name of a guarded context is typed in vain
            return
        effect = f"Deletes the Secret {self._ref}."
        confirm_context(self, "delete", effect, [self._ref.namespace], partial(self._delete, secret))

    def _delete(self, secret: Secret, typed: str) -> None:
        problem = self.desk.session.writes.delete(secret, typed=typed)
        if problem is not None:
            self.say(problem, "warning")
            return
        self.dismiss(True)

    def run_leave_dialog(self) -> None:
        """Back; nothing is done."""
        self.dismiss(False)
