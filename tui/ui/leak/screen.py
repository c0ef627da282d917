"""Screen of a leaked token: the places that hold it, their readers, and the next steps."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tui.model.access.report import readers_words
from tui.model.access.who import Access, SecretScope
from tui.model.leak import LeakPlace, short_warning
from tui.model.readers.gaps import gap_words
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import FACTS
from tui.model.text.counts import counted, joined, listed
from tui.session.access_check import AccessCheck
from tui.session.rollouts.record import LeakFacts, record_of_leak
from tui.session.several.leak_search import LeakSearch
from tui.session.writes.audit import who_of
from tui.ui.base.job import reading, start_job
from tui.ui.base.reader_words import read_by, readers_word
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.readers.screen import ReadersScreen
from tui.ui.review.plans import replace_found
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.screen import SourceScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("place", "FOUND IN", 16, most=44, grow=2, cut="middle"),
    Column("key", "KEY", 8, most=28, grow=1, cut="middle"),
    Column("how", "HOW", 16, grow=3),
    Column("readers", "READ BY", 7, most=16),
    Column("who", "CAN READ", 8, drop=1),
    Column("next", "NEXT", 11, most=16),
)
_MOST_NAMED: Final = 4
_DROPPED: Final = "The cover dropped the token. Type :leak to search again."


class LeakScreen(RowsScreen[LeakPlace]):
    """Screen with a table of the places that hold the leaked token."""

    PLACE = Where.LEAK
    TOPICS = frozenset({"readers", "writes", "drafts", "sources", "rollouts"})

    def __init__(self, shared: ScreenContext, token: str = "", search: LeakSearch | None = None) -> None:
        table = TableWithPage[LeakPlace](_COLUMNS, key=_key_of, cells=self._cells, id="changes")
        super().__init__(shared, table, "words in a place, a key or HOW")
        names_leaves = shared.settings.facts == FACTS[0]
        self._search = search or LeakSearch(shared.session, token, names_leaves=names_leaves)
        self._warning = short_warning(token)
        self._places: Sequence[LeakPlace] = self._search.places
        self._check = AccessCheck(shared.session.cluster, SecretScope(self._search.namespace))
        self._accesses = dict[SecretRef, Sequence[Access]]()
        self._before = list[LeakFacts]()
        self._former = set[SecretRef]()

    def on_mount(self) -> None:
        super().on_mount()
        if not self._search.began:
            start_job(self, self._read())
        else:
            self._want_readers()

    # Reading

    async def _read(self) -> None:
        try:
            await reading(self, self._search.run(self._show_progress))
        finally:
            if is_staying(self):
                self._places = self._search.places
                self._want_readers()
                self.draw()
        self.show_message(self._outcome())

    def _outcome(self) -> str:
        if not self._places:
            return f"Token not found. Searched: {self._search.read_words}."
        keys, session = self.shared.keys, self.shared.session
        can_replace = not session.read_only and any(place.is_replaceable for place in self._places)
        does = f" {keys.of('replace_found')} sets a new value in Secrets." if can_replace else ""
        return f"Found in {self._search.found_words}.{does}"

    def _show_progress(self) -> None:
        if is_staying(self):
            if words := self._search.progress:
                self.show_status(f"{words} ({self.shared.keys.of('stop_running')} stops)")
            self._places = self._search.places
            self.draw()

    def _want_readers(self) -> None:
        self.shared.session.want_readers(*{ref.namespace for ref in self._refs})

    def run_refresh_now(self) -> None:
        if not self._search.has_token:
            self.show_message(_DROPPED, "warning")
            return
        self._before.append(self._facts())
        self._former.update(self._refs)
        self._accesses.clear()
        start_job(self, self._read())

    def run_stop_running(self) -> None:
        if not self.stop_reading("Stopped; places found so far stay."):
            super().run_stop_running()

    def run_go_back(self) -> None:
        """Stop the search, clear the filter, or leave. Leaving drops the token from memory."""
        if self.stop_reading("Stopped; places found so far stay."):
            return
        if not self.pane.clear_filter():
            self._search.forget()
            self.dismiss()

    # Drawing

    @property
    def _refs(self) -> list[SecretRef]:
        return list(dict.fromkeys(place.ref for place in self._places if place.kind == "Secret"))

    @property
    def _every_secret(self) -> list[SecretRef]:
        return sorted({*self._refs, *self._former})

    def rows(self) -> list[LeakPlace]:
        return [place for place in self._places if self.has_words(_words(place))]

    def head(self) -> tuple[str, Sequence[Cell]]:
        count = counted(len(self._places), "place")
        where = self._search.namespace or "all namespaces"
        right: list[Cell] = [count] if self._search.is_done else ["search not finished"]
        if not self._search.is_done and self._places:
            right.insert(0, count)
        return f"Leaked token in {where}", right

    def note(self) -> Note | None:
        keys = self.shared.keys
        if self.table.rows:
            return None
        if words := self._search.progress:
            return Note("loading", (Styled(words, "muted", is_drawn=True),))
        if self._places:
            return Note("empty", (f"No matches. {keys.of('go_back')} clears the filter.",))
        if not self._search.is_done:
            return Note(
                "empty", ("The search was not finished.", f"Press {keys.of('refresh_now')} to search again.")
            )
        unread = tuple(f"Not read: {words}" for words in self._not_read())
        return Note("empty", (f"Token not found. Searched: {self._search.read_words}.", *unread))

    def _not_read(self) -> list[str]:
        unread = self._search.result.unread
        more = [f"{counted(len(unread), 'Secret')}. {unread[0][1]}"] if unread else []
        stopped = [] if self._search.is_done else ["the rest, because the search was not finished"]
        return [*gap_words(self._search.gaps), *more, *stopped]

    def page(self, row: LeakPlace | None) -> RowPage:
        head: list[Line] = []
        if not self._search.progress:
            found, read = self._search.found_words or "no place", self._search.read_words
            head = [(Styled(f"Found in {found}", "strong"), Styled(f"  searched {read}", "muted"))]
            head += [(Styled(f"! Not read: {words}", "warning"),) for words in self._not_read()]
            head += [(Styled(f"! {self._warning}", "warning"),)] if self._warning and self._places else []
        return RowPage([(), *self._about(row)] if row is not None else [], head=head)

    def _about(self, place: LeakPlace) -> Iterator[Line]:
        keys = self.shared.keys
        yield (f"  {place.title}", Styled(f"  {place.holding.key}", "strong"))
        yield (Styled("  how       ", "muted"), place.holding.words)
        if place.kind == "Secret":
            yield (Styled("  read by   ", "muted"), self._readers(place.ref))
            yield (Styled("  can read  ", "muted"), self._who(place.ref))
        yield (Styled("  next      ", "muted"), self._step(place))
        if place.kind == "Secret":
            yield (Styled(f"  {keys.of('go_in')} opens the Secret", "accent"),)

    def _readers(self, ref: SecretRef) -> str:
        session = self.shared.session
        if owners := session.rollouts.owners(ref):
            words = [f"{owner.title} ({counted(len(owner.pods), 'pod')})" for owner in owners]
            return listed(words, _MOST_NAMED)
        return readers_word(session.readers_of(ref.namespace), ref, self.shared.keys, session.clock)

    def _who(self, ref: SecretRef) -> str:
        if ref not in self._accesses:
            return (
                f"{self.shared.keys.of('count_who')} counts the subjects that roles allow to read the Secret"
            )
        asks = joined([right.words for right in self._check.ask_for])
        unsure = f"; incomplete: ask for the right to {asks}" if asks else ""
        return f"{readers_words(self._accesses[ref])}{unsure}"

    def _step(self, place: LeakPlace) -> str:
        keys, (namespace, name) = self.shared.keys, (place.ref.namespace, place.ref.name)
        if words := self._changed(place):
            return f"{words}; {keys.of('refresh_now')} searches again"
        if place.kind == "ConfigMap":
            return shlex.join(["kubectl", "edit", "configmap", name, "-n", namespace])
        if place.kind == "Helm record":
            return "change the chart's value and upgrade the release; old revisions keep the token"
        if place.source:
            return f"{place.source} writes the Secret: {keys.of('show_source')} opens the source"
        if self.shared.session.read_only:
            return "this run is read-only: it changes no Secret"
        return f"{keys.of('replace_found')} sets a new value in all Secrets that can be changed"

    def _changed(self, place: LeakPlace) -> str:
        session, key = self.shared.session, place.holding.key
        if place.kind == "ConfigMap":  # writes and drafts of this ref concern a Secret of the same name
            return ""
        for write in reversed(session.rollouts.writes.of(place.ref)):
            if write.at >= self._search.began and key in write.keys and key not in write.lost:
                return f"changed {session.clock.moment(write.at)}"
        request = session.sources.requests.get(place.ref)
        if request is not None and request.began >= self._search.began and place.kind == "Secret":
            return f"asked {session.clock.moment(request.began)}"
        draft = session.drafts.get(place.ref)
        return "draft" if draft is not None and key in {change.key for change in draft.change_list()} else ""

    def _cells(self, place: LeakPlace) -> tuple[Cell, ...]:
        session, is_secret = self.shared.session, place.kind == "Secret"
        title = place.title
        if self._search.namespace is not None:
            title = title.replace(str(place.ref), place.ref.name)
        changed = self._changed(place)
        return (
            title,
            place.holding.key,
            Styled(place.holding.words, "muted"),
            read_by(session.readers_of(place.ref.namespace), place.ref) if is_secret else "",
            self._count(place.ref) if is_secret else "",
            Styled(changed, "good") if changed else Styled(self._short_step(place), "accent"),
        )

    def _short_step(self, place: LeakPlace) -> str:
        keys = self.shared.keys
        if place.kind != "Secret":
            return "kubectl" if place.kind == "ConfigMap" else "upgrade"
        if place.source:
            return f"{keys.of('show_source')} source"
        return "" if self.shared.session.read_only else f"{keys.of('replace_found')} new value"

    def _count(self, ref: SecretRef) -> Cell:
        if ref not in self._accesses:
            return Styled("·", "muted")
        subjects = {access.subject for access in self._accesses[ref] if access.way == "read"}
        return f"{len(subjects):,}{'+' if self._check.gaps else ''}"

    # Commands

    @property
    def subject(self) -> SecretRef | None:
        row = self.row
        return row.ref if row is not None and row.kind != "ConfigMap" else None

    def _no_secret(self) -> str | None:
        if self.row is None:
            return "No place selected."
        return None if self.subject is not None else "The selected place is a ConfigMap, not a Secret."

    def open_row(self, row: LeakPlace) -> None:
        if row.kind == "ConfigMap":
            self.show_message(f"{row.title} is no Secret. To edit it: {self._step(row)}")
            return
        main = self.shared.app.navigator
        main.follow(partial(main.open_secret, row.ref, row.holding.key))

    @unless(_no_secret)
    def run_show_readers(self) -> None:
        self.app.push_screen(ReadersScreen(self.shared, ref=self.subject))

    @unless(_no_secret)
    def run_show_source(self) -> None:
        if self.subject is not None and self.row is not None:
            self.app.push_screen(SourceScreen(self.shared, self.subject, self.row.holding.key))

    @unless(_no_secret)
    def run_show_who(self) -> None:
        if (ref := self.subject) is not None:
            self.shared.app.show_who(ref)

    def _still_reading(self) -> str | None:
        return "The search still runs." if self._search.progress else None

    def _nothing_found(self) -> str | None:
        return self._still_reading() or (None if self._refs else "No Secret holds the token.")

    @unless(_nothing_found)
    async def run_count_who(self) -> None:
        await reading(self, self._count_all())
        if self._check.ask_for:
            rights = joined([right.words for right in self._check.ask_for])
            self.show_message(f"The count is incomplete. Ask for the right to {rights}.", "warning")
        else:
            self.show_message(f"Counted the subjects that can read {counted(len(self._refs), 'Secret')}.")

    async def _count_all(self) -> None:
        stops = self.shared.keys.of("stop_running")
        await self._check.run(lambda: self.show_status(f"{self._check.progress} ({stops} stops)"))
        self._accesses = {ref: await self._check.of(ref) for ref in self._refs}
        if is_staying(self):
            self.draw()

    def _not_replaceable(self) -> str | None:
        if (nothing := self._nothing_found()) is not None:
            return nothing
        if not self._search.has_token:
            return _DROPPED
        is_any = any(place.is_replaceable for place in self._places)
        return None if is_any else "No place in the list can be changed. The column NEXT says what to do."

    @unless(_not_replaceable)
    async def run_replace_found(self) -> None:
        """Ask for a new value, draft it for each changeable Secret that was found, and review the drafts."""
        await replace_found(self, self._search.result)

    def _nothing_to_restart(self) -> str | None:
        return self._still_reading() or (None if self._every_secret else "No Secret holds the token.")

    @unless(_nothing_to_restart)
    def run_restart_readers(self) -> None:
        self.app.push_screen(RolloutScreen(self.shared, *self._every_secret))

    @unless(_still_reading)
    async def run_copy_record(self) -> None:
        """Copy a record of the searches, and of changes since the first search. The record has no values."""
        self.show_message(await self.shared.clipboard.send(self._record().encode(), "the record"))

    def _facts(self) -> LeakFacts:
        search = self._search
        where = f"namespace {search.namespace}" if search.namespace is not None else "all namespaces"
        return LeakFacts(
            search.began,
            search.found_words,
            f"{search.read_words} of {where}",
            self._not_read(),
            [self._record_words(place) for place in self._places],
        )

    def _record(self) -> str:
        session, searches = self.shared.session, [*self._before, self._facts()]
        refs = self._every_secret
        requests = session.sources.requests
        return record_of_leak(
            searches,
            [_place_words(place) for place in self._places if not self._changed(place)],
            session.rollouts.writes.of(*refs),
            [requests[ref] for ref in refs if ref in requests],
            session.rollouts.all_runs(*refs),
            who_of(session.cluster.target, session.access.identity),
            session.clock.now(),
        )

    def _record_words(self, place: LeakPlace) -> str:
        words = f"{_place_words(place)}: {place.holding.words}"
        if place.kind != "Secret":
            return words
        can_read = f"; {readers_words(self._accesses[place.ref])}" if place.ref in self._accesses else ""
        return f"{words}; read by {self._readers(place.ref)}{can_read}"

    def let_go(self) -> Callable[[], None]:
        self._search.forget()
        return super().let_go()

    def again(self) -> LeakScreen:
        screen = LeakScreen(self.shared, search=self._search)
        screen.pane.begin_as(self.pane)
        screen._check, screen._accesses, screen._warning = self._check, self._accesses, self._warning
        screen._before, screen._former = self._before, self._former
        return screen


def _key_of(place: LeakPlace) -> str:
    return f"{place.kind} {place.ref} {place.holding.key}"


def _place_words(place: LeakPlace) -> str:
    return f"{place.title} {place.holding.key}"


def _words(place: LeakPlace) -> str:
    return f"{_key_of(place)} {place.holding.words} {place.source}"
