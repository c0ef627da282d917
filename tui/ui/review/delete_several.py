"""Delete several Secrets: show the effects of each deletion, and later the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.model.readers.reader import FAILS, ReaderId, count_words, each_once, readers_count
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import type_word
from tui.model.text.counts import counted, listed
from tui.model.text.times import age, clock
from tui.session.session import Topic
from tui.session.writes.intents import DELETE
from tui.session.writes.outcome import Outcome
from tui.ui.base.reader_words import NO_READER, mentioned, not_checked, readers_doubt
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.dialogs.confirm_context import confirm_context, destination
from tui.ui.review.affected_lines import effect_lines
from tui.ui.review.deletion import AROUND, LateChanges, affected_readers, comes_back, last_lines, stays
from tui.ui.review.lines import marked
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import FieldBelow, ReviewPage
from tui.ui.widgets.text import Styled, Tone

_MOST_READERS: Final = 5
"""Maximum number of workloads listed for a Secret, so that other Secrets stay in sight."""
_LEAD: Final = 5


class _About(Struct, frozen=True):
    severity: float
    failing: frozenset[ReaderId]
    has_readers: bool
    comes_back: bool
    stays: bool
    name: str
    lines: list[Line]

    def order(self) -> tuple[object, ...]:
        return (-self.severity, not self.comes_back, self.name)


class DeleteSeveralScreen(TuiScreen[tuple[SecretRef, ...]]):
    """Screen that asks before several deletions, then shows their outcomes.

    The result is the deleted Secrets.
    """

    PLACE = Where.DELETE
    IS_TYPING = True

    def __init__(self, shared: ScreenContext, refs: Sequence[SecretRef]) -> None:
        super().__init__(shared)
        self._refs = refs
        self._rows: dict[SecretRef, SecretSummary] = {}
        """Secrets as shown on the screen. Only these versions are deleted."""
        self._latest: dict[SecretRef, SecretSummary] = {}
        self._news = LateChanges()
        self._sent: Sequence[SecretSummary] = ()
        self._before = 0

    def compose_body(self) -> ComposeResult:
        with Pane(id="delete"):
            review_page = ReviewPage()
            yield review_page
            yield FieldBelow(review_page.page)

    def on_mount(self) -> None:
        session = self.shared.session
        for namespace in self._namespaces:
            session.access.ask_rights(namespace)
        session.want_readers(*self._namespaces)
        self.query_one(Input).focus()
        self._draw()

    @property
    def subject(self) -> None:
        return None

    @property
    def target(self) -> object:
        return tuple(self._ready)

    @property
    def _namespaces(self) -> list[str]:
        return sorted({ref.namespace for ref in self._refs})

    @property
    def _ready(self) -> list[SecretSummary]:
        return [row for row in self._rows.values() if not self._left(row.ref)]

    def _left(self, ref: SecretRef) -> str:
        session = self.shared.session
        if session.may("delete", "secrets", ref.namespace, ref.name) is False:
            return "you may not delete this Secret"
        is_read = session.may("get", "secrets", ref.namespace, ref.name) is not False
        return (
            ""
            if is_read or not session.writes.undo.keeps
            else "you may not read this Secret, so undo is impossible"
        )

    def title_of(self, command: Command) -> str:
        return f"delete {len(self._ready)}" if command.id == "confirm_delete" else super().title_of(command)

    def on_resize(self) -> None:
        if self.is_mounted:
            self._draw()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"secrets", "readers", "rights", "drafts", "writes"}:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        if self._sent:
            self._draw_sent()
            return
        changed = list(self._changed_rows())
        names = {ref: str(ref) for ref in self._rows}
        news = self._news.add([*changed, *self._news.readers(self.shared, names)])
        effects = sorted(map(self._about, self._rows.values()), key=_About.order)
        field, count = self.query_one(Input), len(self._ready)
        them = "it" if count == 1 else "them"
        field.placeholder = f"type {self._to_type} to delete {them}" if count else "nothing to delete"
        self.query_one(Pane).head(f"Delete {counted(len(self._rows), 'Secret')}", "nothing sent yet")
        text: list[Line] = [*news, *_summary(effects), *self._not_looked_at(), ()]
        text += [line for effect in effects for line in effect.lines]
        blocks = last_lines(self.shared, count, *self._namespaces)
        self.query_one(ReviewPage).set_text(text, lead=len(news) + _LEAD, blocks=blocks)
        self.refresh_footer()

    def _changed_rows(self) -> Iterator[str]:
        """Replace the rows on screen by the current ones, and yield a phrase for each Secret that changed."""
        store, old = self.shared.session.secrets, self._rows
        rows = [row for ref in self._refs if (row := store.get(ref)) is not None]
        self._rows = {row.ref: row for row in rows}
        latest, self._latest = self._latest, self._latest | self._rows
        for ref, before in latest.items():
            now = self._rows.get(ref)
            if now is None:
                if ref in old:
                    yield f"{ref} was deleted"
            elif now.uid != before.uid:
                yield f"{ref} was deleted and created again"
            elif _facts(now) != _facts(before):
                yield f"{ref} was changed"

    def _about(self, row: SecretSummary) -> _About:
        ref, held = row.ref, self.shared.session.readers_of(row.ref.namespace)
        lost, back = affected_readers(self.shared, ref), list(comes_back(self.shared, row))
        known = readers_count(each_once(held.of(ref)))
        unknown = NO_READER if held.state.is_complete else "readers not known"
        worst = max((-effect.rank for effect in lost), default=0.5 * (not held.state.is_complete))
        failing = frozenset[ReaderId]().union(*(effect.ids for effect in lost if effect.rank == -FAILS))
        is_bad = worst >= FAILS
        readers = Styled(known or unknown, "bad" if is_bad else "" if known else "muted", is_whole=True)
        lines: list[Line] = [(*self._head(row), readers)]
        if why := self._left(ref):
            lines.append(marked("!", "warning", f"not deleted: {why}"))
        lines += [*stays(row), *back, *effect_lines(lost[:_MOST_READERS], self.app.size.width - AROUND)]
        if more := len(lost) - _MOST_READERS:
            lines += [(Styled(f"  and {more} more, none affected worse", "muted"),)] if more > 0 else []
        lines += mentioned(held, ref)
        return _About(worst, failing, bool(known), bool(back), bool(row.finalizers), str(ref), lines)

    def _head(self, row: SecretSummary) -> tuple[Styled | str, ...]:
        name = row.ref.name if self.shared.session.namespace is not None else str(row.ref)
        old = f" · {age(self.shared.server_now() - row.created)}" if row.created is not None else ""
        facts = f"   {type_word(row.type)} · {counted(row.key_count, 'key')}{old}   "
        return Styled(name, "strong"), Styled(facts, "muted")

    def _not_looked_at(self) -> list[Line]:
        namespaces_of = dict[tuple[Line, ...], list[str]]()
        session, keys = self.shared.session, self.shared.keys
        for namespace in self._namespaces:
            held = session.readers_of(namespace)
            doubt = readers_doubt(held, keys, session.clock)
            lines: list[Line] = [(Styled(f"  ! {doubt}", "warning"),)] if doubt else []
            lines += not_checked(held, keys, session.clock, command="go_back")
            namespaces_of.setdefault(tuple(lines), []).append(namespace)
        text = list[Line]()
        for same, namespaces in namespaces_of.items():
            text += [(Styled(f"  {listed(namespaces)}:", "muted"),)] if len(namespaces_of) > 1 else []
            text += same
        return text

    # After sending

    def _draw_sent(self) -> None:
        writes, ends = self.shared.session.writes, [(row, self._end_of(row)) for row in self._sent]
        kinds = [end.kind for _, end in ends if end is not None]
        is_over = writes.busy is None and not writes.following
        is_gone = (end is not None and end.kind == "deleted" and not end.is_pending for _, end in ends)
        if is_over and all(is_gone):
            self._leave_all_deleted()
            return
        parts = [(kinds.count("not deleted"), "not deleted"), (kinds.count("unknown"), "unknown")]
        parts.append((len(ends) - len(kinds), "not sent" if is_over else "to go"))
        more = "".join(f" · {number} {word}" for number, word in parts if number)
        self.query_one(Pane).head("Delete", f"{kinds.count('deleted')} of {len(ends)} deleted{more}")
        if is_over:
            ends.sort(key=lambda end: end[1] is not None and end[1].kind == "deleted")
        lines = [line for row, end in ends for line in self._about_end(row, end)]
        lines += [(*self._head(row), Styled(f"not deleted: {why}", "warning")) for row, why in self._kept]
        where = destination(self.shared, "Deletes in  ", *self._namespaces)
        self.query_one(ReviewPage).set_text(lines, lead=_LEAD, blocks=[[where]])
        self.refresh_footer()

    @property
    def _kept(self) -> list[tuple[SecretSummary, str]]:
        return [(row, why) for row in self._rows.values() if (why := self._left(row.ref))]

    def _end_of(self, row: SecretSummary) -> Outcome | None:
        ends = self.shared.session.writes.outcomes[self._before :]
        own = (end for end in ends if (end.ref, end.uid, end.intent) == (row.ref, row.uid, DELETE))
        return next(reversed(list(own)), None)

    def _about_end(self, row: SecretSummary, end: Outcome | None) -> Iterator[Line]:
        head, writes = self._head(row), self.shared.session.writes
        if end is None:
            is_busy, waits = writes.busy_with(row.ref) is not None, bool(writes.following)
            word = "being deleted …" if is_busy else "waits" if waits else "not sent"
            yield (*head, Styled(word, "accent" if is_busy else "muted"))
        elif end.kind == "deleted":
            at = clock(end.at, self.shared.session.clock.tz)
            yield (*head, Styled(f"deleted at {at}", "good"))
        else:
            tone: Tone = "warning" if end.kind == "unknown" else "bad"
            yield (*head, Styled("sent, outcome unknown" if end.kind == "unknown" else "not deleted", tone))
        if end is not None and (end.kind != "deleted" or end.is_pending):
            yield (Styled(f"  {end.sentence[:1].upper()}{end.sentence[1:]}", "muted"),)

    def _leave_all_deleted(self) -> None:
        keys = self.shared.keys
        undo, every = keys.of("undo_write"), keys.of("show_messages")
        is_one = len(self._sent) == 1
        again = f" {undo} undoes it." if is_one else f" {undo} offers to create them again."
        undoes = again if self.shared.session.writes.undo.keeps else ""
        left = f"; {count} not deleted, still marked" if (count := len(self._kept)) else ""
        message = f"Deleted: {counted(len(self._sent), 'Secret')}{left}. {every} lists each deletion.{undoes}"
        self.shared.app.show_news()
        self.show_message(message, "warning" if left else "good")
        self.leave_by_itself(self._deleted)

    @property
    def _deleted(self) -> tuple[SecretRef, ...]:
        ends = ((row.ref, self._end_of(row)) for row in self._sent)
        return tuple(ref for ref, end in ends if end is not None and end.kind == "deleted")

    # Deleting

    @property
    def _to_type(self) -> str:
        return f"delete {len(self._ready)}"

    def _is_over(self) -> str | None:
        if self._sent:
            return f"These deletions were sent. {self.shared.keys.of('leave_dialog')} leaves this screen."
        return (
            None
            if self._ready
            else "Nothing to delete: each Secret is gone, or you may not delete or read it."
        )

    @on(Input.Submitted)
    async def take_words(self) -> None:
        """Run `confirm_delete` at Enter, because the input field handles Enter before the bindings do."""
        await self.action_run_command("confirm_delete")

    @unless(_is_over)
    async def run_confirm_delete(self) -> None:
        rows, writes = self._ready, self.shared.session.writes
        if self.query_one(Input).value.split() != self._to_type.split():
            self.show_message(f"Nothing sent: type {self._to_type}.", "warning")
            return
        if not self._news.is_seen(self):
            return
        if problem := next((why for row in rows if (why := writes.problem(row.ref))), None):
            self.show_message(problem, "warning")
            return
        effect = f"Deletes {counted(len(rows), 'Secret')}: {listed([str(row.ref) for row in rows])}."
        namespaces = sorted({row.ref.namespace for row in rows})
        if (typed := await confirm_context(self, "delete", effect, namespaces)) is not None:
            self._delete(rows, typed)

    def _delete(self, rows: Sequence[SecretSummary], typed: str) -> None:
        writes = self.shared.session.writes
        before = len(writes.outcomes)
        if (problem := writes.delete_all(rows, typed=typed)) is not None:
            self.show_message(problem, "warning")
            return
        self._sent, self._before = rows, before
        field = self.query_one(Input)
        field.value, field.placeholder = "", ""
        self.show_status(f"Deleting {counted(len(rows), 'Secret')} …")
        self._draw()

    def close_for_cover(self) -> None:
        self.run_leave_dialog()

    def run_leave_dialog(self) -> None:
        """Leave the screen. Deletions that are not sent yet will not be sent."""
        if self._sent and (count := self.shared.session.writes.stop_following()):
            self.show_message(f"Stopped: {counted(count, 'Secret')} not deleted.", "warning")
        self.dismiss(self._deleted)


def _summary(effects: Sequence[_About]) -> Iterator[Line]:
    read, back = sum(about.has_readers for about in effects), sum(about.comes_back for about in effects)
    failing = frozenset[ReaderId]().union(*(about.failing for about in effects))
    of_all = f"{read} of {counted(len(effects), 'Secret')}"
    have = f"{of_all} {'has' if read == 1 else 'have'} known readers"
    if failing:
        its = "its" if len(failing) == 1 else "their"
        counts = count_words(Counter(kind for kind, _namespace, _name in failing))
        yield marked("X", "bad", f"{have}; {counts} would fail at {its} next start")
    else:
        yield marked("!", "warning", have) if read else marked("", "muted", "no reader known")
    if back:
        yield marked("!", "warning", f"{counted(back, 'Secret')} may be created again")
    if stay := sum(about.stays for about in effects):
        yield marked(
            "!",
            "warning",
            f"{counted(stay, 'Secret')} {'stays' if stay == 1 else 'stay'} until finalizers finish",
        )


def _facts(row: SecretSummary) -> tuple[object, ...]:
    return row.type, row.key_count, row.keys, row.changed, row.manager, row.finalizers, row.is_terminating
