"""Screen of a Secret's source: the objects that manage the Secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.events import Key, Paste

from tui.model.draft.helm_values import value_hints
from tui.model.errors import ClusterError, Forbidden, NotFound
from tui.model.managers.edit_effects import managed_by
from tui.model.managers.source.flux import storage_namespace
from tui.model.managers.source.hints import hints
from tui.model.managers.source.source import (
    Hint,
    Offer,
    ReleaseValues,
    Revisions,
    SealAction,
    SourceAction,
)
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.secret import Owner, Secret, SecretRef, SecretSummary
from tui.model.text.counts import joined
from tui.session.health.known import writers_of
from tui.session.session import Topic
from tui.session.several.comparison import PlaceComparison
from tui.session.several.revisions import compare_revisions, find_values
from tui.session.source import FoundSource
from tui.ui.base.job import run_job
from tui.ui.base.missing_rights import lacking
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import READING, ScreenContext
from tui.ui.base.secret_page import SecretPage
from tui.ui.command_types import Where, unless
from tui.ui.review.comparison import ComparisonListScreen
from tui.ui.source.ask import act_at_source, take_certificate
from tui.ui.source.lines import page_lines
from tui.ui.source.panes import SourcePanes
from tui.ui.widgets.lines import Line
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (Column("offer", "DO", 24, grow=2), Column("note", "", 10, grow=1, drop=1))


class OfferRow(Struct, frozen=True):
    number: int
    offer: Offer
    found: FoundSource | None = None
    note: str = ""

    @property
    def key(self) -> str:
        return f"{self.number}"


class SourceScreen(SecretPage[None]):
    """Facts about the objects that manage a Secret, and a table of actions."""

    PLACE = Where.SOURCE

    def __init__(self, shared: ScreenContext, ref: SecretRef, key: str = "") -> None:
        super().__init__(shared, ref)
        self._key = key
        self._value_hints: Sequence[Hint] = ()
        """Hints that `_find_values` made; () before its first run."""
        self._has_used_whole = False
        """True once `_look` has used the whole Secret, not only its row in the list of Secrets."""
        self._table = VirtualTable[OfferRow](
            _COLUMNS, key=lambda row: row.key, cells=_cells, has_header=False, id="offers"
        )
        self._panes = SourcePanes(self._table)

    def compose_body(self) -> ComposeResult:
        yield self._panes

    def begin(self) -> None:
        self._look()
        self._draw()
        self._table.focus()

    def on_unmount(self) -> None:
        self.shared.session.sources.leave()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "secrets", "readers"}:
            self._look()
        if topics & {"opened", "secrets", "sources", "rights"} or self.shared.session.sources.looked is None:
            self._draw()

    # Search for the managing objects

    @property
    def _error(self) -> ClusterError | None:
        return self.held.state.error if self.held is not None and self.secret is None else None

    @property
    def _why_not_whole(self) -> str:
        error = self._error
        if isinstance(error, NotFound):
            return "The Secret does not exist."
        return error.sentence if error is not None else ""

    def _look(self) -> None:
        """Search for the objects that manage the Secret, using the fields of the whole Secret.

        If the whole Secret cannot be read, use its row in the list of Secrets. If the Secret does not exist
        and has no row, search for the objects that would write the Secret.
        """
        sources, whole = self.shared.session.sources, self.secret
        row = self.shared.session.secrets.get(self._ref)
        if whole is not None and not self._has_used_whole:
            self._has_used_whole = True
            sources.look(whole)
        elif whole is None and self._why_not_whole and row is not None and sources.looked is None:
            sources.look(_from_row(row))
        elif whole is None and isinstance(self._error, NotFound):
            self._look_for_writers()

    def _look_for_writers(self) -> None:
        session = self.shared.session
        held, writers = session.readers_of(self._ref.namespace), writers_of(session, self._ref)
        if writers and session.sources.looked is None:
            session.sources.look(_to_be_written(self._ref, writers))
        elif not writers and held.search.phase == "not asked":
            session.search_readers(held.namespace)

    def _not_looked(self) -> str:
        if not self._why_not_whole:
            return f"Loading {self._ref.name} …"
        if not isinstance(self._error, NotFound):
            return self._why_not_whole
        search = self.shared.session.readers_of(self._ref.namespace).search
        if search.is_running:
            return f"{self._why_not_whole} Searching for its writers: {search.progress} …"
        return f"{self._why_not_whole} No known object writes the Secret."

    def _draw(self) -> None:
        looked, run = self.shared.session.sources.looked, self.shared.session.sources.requests.get(self._ref)
        who = managed_by(looked.secret) if looked is not None else None
        title, right = f"Source of {self._ref.name}", f"managed by {who}" if who else ""
        if looked is None:
            self._panes.about.show(title, right, [(Styled(f"  {self._not_looked()}", "muted"),)])
            self._panes.share()
            return
        secret = self.secret or looked.secret
        prefix = "" if isinstance(self._error, NotFound) else "The Secret is listed, but not loaded. "
        doubt = f"{prefix}{self._why_not_whole}" if self._why_not_whole else ""
        self._panes.about.show(title, right, page_lines(self.shared, secret, looked, run, doubt))
        self._table.show(list(self._rows()))
        self._show_row_facts()

    def _rows(self) -> Iterator[OfferRow]:
        looked = self.shared.session.sources.looked
        if looked is None or looked.found is None:  # the rows are numbered once all sources are found
            return
        offers: list[tuple[Offer, FoundSource | None]] = [
            (offer, source)
            for source in looked.found
            if source.obj is not None
            for offer in source.source.offers(source.obj, looked.secret)
        ]
        whole = self.secret
        offers += [(hint, None) for hint in hints(whole or looked.secret, is_whole=whole is not None)]
        offers += [(hint, None) for hint in self._value_hints]
        for number, (offer, source) in enumerate(offers, 1):
            yield OfferRow(number, offer, source, self._note(offer, source))

    def _note(self, offer: Offer, found: FoundSource | None) -> str:
        if not isinstance(offer, SourceAction) or found is None:
            return ""
        if offer.idle:
            return f"would do nothing: {offer.idle}"
        right = lacking(self.shared, offer, found)
        return f"needs {right}" if right else ""

    @on(VirtualTable.Highlighted)
    def _show_row_facts(self) -> None:
        row, looked = self._table.cursor_row_value, self.shared.session.sources.looked
        found = looked.found if looked is not None else None
        is_refused = any(isinstance(source.error, Forbidden) for source in found or ())
        no_action = "No action is possible at the source."
        if is_refused:
            key = self.shared.keys.of("show_access")
            no_action = f"The possible actions are not known; {key} shows the Role to ask for."
        about: list[Line] = []
        if row is not None:
            about = [(f"  {row.offer.does}",)]
        elif found is not None:
            about = [(Styled(f"  {no_action}", "warning" if is_refused else "muted"),)]
        if row is not None and row.note:
            about.append((Styled(f"  ! {row.note[:1].upper()}{row.note[1:]}", "warning"),))
        if row is not None and isinstance(row.offer, Hint) and row.offer.line:
            about.append(("  ", Styled(row.offer.line, "strong")))
        self._panes.show_offer(about)
        self.refresh_footer()

    # Commands

    def _still_looking(self) -> str | None:
        looked = self.shared.session.sources.looked
        if looked is None:
            return self._not_looked()
        return f"Reading the managers of {self._ref.name} …" if looked.found is None else None

    def _nothing_offered(self) -> str | None:
        if self._table.cursor_row_value is not None:
            return None
        return self._still_looking() or "No action is possible at the source."

    @unless(_nothing_offered)
    def run_go_in(self) -> None:
        self._table.open_row()

    @on(VirtualTable.Opened)
    async def choose(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if (row := self._table.cursor_row_value) is None:
            return
        if isinstance(row.offer, Revisions):
            self.run_worker(self._compare(row.offer), group=READING, exclusive=True)
        elif isinstance(row.offer, ReleaseValues):
            self.run_worker(self._find_values(row.offer), group=READING, exclusive=True)
        elif not isinstance(row.offer, Hint):
            if row.found is not None:
                await run_job(self, act_at_source(self, self._ref, row.offer, row.found))
        elif row.offer.goes_to is not None:
            ref = row.offer.goes_to
            main = self.shared.app.navigator
            main.follow(partial(main.open_secret, ref))
        elif (why_not := self._no_line()) is not None:
            self.show_message(why_not)
        else:
            await self.run_copy_line()

    def _places_of(self, namespaces: Sequence[str]) -> Sequence[str]:
        """Namespaces that may hold records of a release.

        The storage namespaces of the found HelmReleases come before `namespaces`.
        """
        looked = self.shared.session.sources.looked
        objects = (source.obj for source in (looked.found if looked is not None else None) or ())
        named = (storage_namespace(obj) for obj in objects if obj is not None)
        return tuple(dict.fromkeys((*filter(None, named), *namespaces)))

    async def _find_values(self, of: ReleaseValues) -> None:
        """Read the record of the release. For each key, add a row with the Helm values that set the key."""
        session, places = self.shared.session, self._places_of(of.namespaces)
        self.show_status(f"Reading {self._ref} and the record of release {of.release.name} …")
        try:
            found = await find_values(session, self._ref, of.release.name, places)
        except (ClusterError, UnreadableValue) as error:
            why = error.sentence if isinstance(error, ClusterError) else str(error)
            self.show_message(f"Helm values not read. {why}", "bad")
            return
        if self.app.screen is not self:
            return
        self.show_status("")
        if found is None:
            self._show_no_record(of.release.name, places)
            return
        revision, sources = found
        self._value_hints = tuple(value_hints(of, revision, sources))
        self._draw()
        first = len(self._table.rows) - len(sources) + 1
        position = next((nth for nth, source in enumerate(sources) if source.key == self._key), 0)
        self._table.move_to(f"{first + position}")

    def _show_no_record(self, release: str, places: Sequence[str]) -> None:
        self.show_message(f"No Secret in {joined(places, 'or')} is a record of release {release}.", "warning")

    async def _compare(self, of: Revisions) -> None:
        places = self._places_of(of.namespaces)

        async def read(screen: TuiScreen[Any]) -> list[PlaceComparison]:
            screen.show_status(f"Reading {self._ref} and the records of release {of.release} …")
            return await compare_revisions(self.shared.session, self._ref, of.release, places)

        try:
            found = await read(self)
        except ClusterError as error:
            self.show_message(f"Not compared. {error.sentence}", "bad")
            return
        if self.app.screen is not self:
            return
        self.show_status("")
        if not found:
            self._show_no_record(of.release, places)
            return
        others = f"the revisions of release {of.release}"
        self.app.push_screen(ComparisonListScreen(self.shared, found, read, others))

    def on_key(self, event: Key) -> None:
        why_not = self._still_looking() if event.key.isdecimal() else None
        if why_not is not None:
            self.show_message(why_not)
        if why_not is not None or self._table.move_to(event.key):
            event.stop()
            event.prevent_default()  # keeps the base class from saying that the key does nothing

    def _no_line(self) -> str | None:
        row = self._table.cursor_row_value
        has_line = row is not None and isinstance(row.offer, Hint) and row.offer.line
        return None if has_line else "No row with a line to copy is selected."

    @unless(_no_line)
    async def run_copy_line(self) -> None:
        if (row := self._table.cursor_row_value) is not None and isinstance(row.offer, Hint):
            self.show_message(await self.shared.clipboard.send(row.offer.line.encode(), "the line"))

    def run_refresh_now(self) -> None:
        whole, sources = self.secret, self.shared.session.sources
        looked = whole or (sources.looked.secret if sources.looked is not None else None)
        if looked is not None:
            sources.look(looked)
        super().run_refresh_now()

    def again(self) -> SourceScreen:
        return SourceScreen(self.shared, self._ref, self._key)

    @property
    def takes_paste(self) -> bool:
        return any(isinstance(row.offer, SealAction) for row in self._table.rows)

    def on_paste(self, event: Paste) -> None:
        """Take a pasted certificate of Sealed Secrets, if a row offers to seal a value."""
        if self.takes_paste:
            event.stop()
            self.show_message(take_certificate(self.shared, event.text))


def _cells(row: OfferRow) -> tuple[Cell, ...]:
    title = row.offer.title
    if row.found is not None and row.found.source.is_reader and row.found.ref is not None:
        title = f"{title} ({row.found.ref})"
    note = Styled(row.note, "muted")
    return Styled(f"{row.number}  {title}", "muted" if row.note else ""), note


def _from_row(row: SecretSummary) -> Secret:
    return Secret(
        *(row.ref, row.uid, row.resource_version, row.type, {}),
        created=row.created,
        labels=dict(row.labels),
        manager=row.manager,
    )


def _to_be_written(ref: SecretRef, writers: Sequence[str]) -> Secret:
    owners = tuple(Owner(kind, name) for kind, _, name in (writer.partition("/") for writer in writers))
    return Secret(ref, "", "", "", {}, owners=owners, manager=writers[0])
