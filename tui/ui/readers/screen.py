"""List of the readers of one Secret, or of all Secrets in one or all namespaces.

A reader is a pod, workload or other object that uses a Secret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from tui.model.readers.controllers import CONTROLLER
from tui.model.readers.pods import FAILING
from tui.model.readers.reader import (
    Reader,
    ReaderInfo,
    Use,
    each_once,
    mentions_words,
    readers_count_words,
    secret_of,
    told_once,
)
from tui.model.readers.rules.mention import Mention
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed
from tui.session.cache.readers import Readers
from tui.ui.base.freshness import (
    is_spread,
    old_counts,
    seen_words,
    value_word,
    verdict_lines,
    verdict_of,
    words_of_pods,
)
from tui.ui.base.list_state import note_of, so_far
from tui.ui.base.reader_words import NO_READER, not_checked, readers_doubt
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.readers.workload import WorkloadScreen
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.reader_table import (
    Judge,
    Presence,
    ReaderLine,
    ReaderTable,
    lines_of,
    use_words,
)
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled


class ReadersScreen(RowsScreen[ReaderLine]):
    """Table of readers with a row for each use of a Secret."""

    PLACE = Where.PODS
    TOPICS = frozenset({"readers", "secrets", "opened"})

    def __init__(self, shared: ScreenContext, *, ref: SecretRef | None = None) -> None:
        is_everywhere = ref is None and shared.session.namespace is None
        table = ReaderTable(
            with_secret=ref is None,
            with_namespace=is_everywhere,
            judge=Judge(
                partial(verdict_of, shared.session), self._has_new, partial(seen_words, shared.session)
            ),
            id="pod-table",
        )
        where = "namespace, " if is_everywhere else ""
        super().__init__(shared, table, f"words in {where}reader, secret, key, way or value")
        self.table: ReaderTable
        self._ref, self._is_everywhere = ref, is_everywhere
        self._orders = ("reader", "status", "age")
        self._order = self._orders[0]
        self._is_reversed = False
        self._spread: dict[tuple[SecretRef, str | None], bool] = {}
        """Results of `is_spread` by Secret and key. They are cleared before the rows are drawn again."""

    @property
    def subject(self) -> SecretRef | None:
        return self.shared.session.open_ref

    @property
    def about(self) -> SecretRef | None:
        return self._ref

    def first_key(self) -> str:
        rows = self.table.rows if self._ref is not None else ()
        return next((line.key for line in rows if line.presence in ("no key", "no secret")), "")

    # Drawing

    def rows(self) -> list[ReaderLine]:
        self._spread.clear()
        self.table.show_controllers(not self._has_owners)
        return list(self._lines(self._held))

    def head(self) -> tuple[str, list[str]]:
        held, lines = self._held, self.table.rows
        shown = {line.info.id for line in lines if not line.heads and not (line.use and line.use.produces)}
        mentions = {line.info.id for line in lines if self._ref is not None and isinstance(line.use, Mention)}
        summary = readers_count_words(Counter(kind for kind, *_ in shown - mentions)) or self._none(held)
        summary += f", {counted(len(mentions), 'mention')}" if mentions else ""
        summary += so_far(held.state)
        if troubles := self._troubles():
            summary += f": {', '.join(troubles)}"
        order = f"by {self._order}{', reversed' if self._is_reversed else ''}"
        orders = [order] if self._is_reversed or self._order != self._orders[0] else []
        return self._title(), [
            summary,
            *orders,
            "live" if held.state.is_live else "not live",
        ]

    def _troubles(self) -> list[str]:
        lines = [line for line in self.table.rows if not line.heads]
        failing = {line.info.id for line in lines if line.lacks_it or line.info.status in FAILING}
        fails = f"{len(failing)} {'fails' if len(failing) == 1 else 'fail'}"
        readers = [Reader(line.info, line.use) for line in lines if line.use is not None]
        return [*([fails] if failing else []), *old_counts(self.shared.session, readers)]

    def note(self) -> Note | None:
        held = self._held
        where = self.shared.session.namespace or "any namespace"
        empty = "No reader known." if self._ref is not None else f"No pods in {where}."
        if self.filter_words:
            empty = f"No matches. {self.shared.keys.of('go_back')} clears the filter."
        return note_of(self.shared, held.state, "pods", has_rows=bool(self.table.rows), empty=empty)

    def _none(self, held: Readers) -> str:
        if self.filter_words:
            return "no matches"
        return "0 pods" if held.search.phase == "not asked" else NO_READER

    def _lines(self, held: Readers) -> Iterator[ReaderLine]:
        lines = partial(lines_of, presence=self._presence)
        readers = self._readers()
        if self._ref is not None:
            producers = {producer.info.id: producer.info for producer in held.producers_of(self._ref)}
            yield from self._matching(lines(list(producers.values()), self._is_made))
        if self._has_owners:
            value = partial(words_of_pods, self.shared.session, self._is_wanted)
            yield from lines(readers, self._is_wanted, owner=held.owner_of, get=held.owner, value=value)
        else:
            yield from self._matching(lines(readers, self._is_wanted))
        yield from self._mentions(held)

    def _mentions(self, held: Readers) -> Iterator[ReaderLine]:
        if self._ref is None:
            return
        mentions = held.mentions_of(self._ref)
        lines = [ReaderLine(each.info, 0, each.use, depth=int(self._has_owners)) for each in mentions]
        if lines and self._has_owners:
            heads = mentions_words(len(lines), self._ref.name)
            yield ReaderLine(lines[0].info, 0, None, heads=heads, is_known=False)
        yield from filter(self._matches, lines)

    def _matching(self, lines: Iterable[ReaderLine]) -> Iterator[ReaderLine]:
        last_id = None
        for line in filter(self._matches, lines):
            yield replace(line, names_it=line.info.id != last_id)
            last_id = line.info.id

    @property
    def _has_owners(self) -> bool:
        return self._order == self._orders[0] and not self.is_filtered

    def page(self, row: ReaderLine | None) -> RowPage:
        about: list[Line] = []
        if row is not None:
            about.append(use_words(row, self._seen_words, with_namespace=self._is_everywhere))
            about += verdict_lines(self.shared.session, row.info, row.use)
            about += self._about_account(row)
        doubt = self._doubt() if row is not None else ""
        stale: list[Line] = [(Styled(f"! {doubt}", "warning"),)] if doubt else []
        keys, clock = self.shared.keys, self.shared.session.clock
        unseen = not_checked(self._held, keys, clock, self._ref, command="search_readers")
        return RowPage([*stale, *about, *unseen])

    def _about_account(self, line: ReaderLine) -> list[Line]:
        info = line.info
        if info.kind.name != "ServiceAccount" or line.use is None or "imagePullSecrets" not in line.use.how():
            return []
        names = [workload.title for workload in self._held.pulling_by(info.namespace, info.name)]
        named = "; pods that name no service account use default" if info.name == "default" else ""
        return [f"  pulls images for {listed(names) or 'no known workload'}{named}"]

    def _doubt(self) -> str:
        return readers_doubt(self._held, self.shared.keys, self.shared.session.clock)

    @property
    def _held(self) -> Readers:
        session, about = self.shared.session, self._ref
        return session.readers if about is None else session.readers_of(about.namespace)

    def _title(self) -> str:
        if self._ref is not None:
            return f"Readers of {self._ref.name}"
        namespace = self.shared.session.namespace
        is_searched = self._held.search.phase != "not asked"
        kinds = "Readers" if is_searched else "Pods"
        return f"{kinds} of {namespace or 'all namespaces'}"

    def _readers(self) -> Sequence[ReaderInfo]:
        held = self._held
        if self._ref is not None:
            readers = each_once(held.of(self._ref))
            infos = list({reader.info.id: reader.info for reader in readers}.values())
        else:
            infos = list(told_once(held.rows))
        return sorted(infos, key=self._place_of, reverse=self._is_reversed)

    def _place_of(self, info: ReaderInfo) -> tuple[str | float, ...]:
        first = {"status": (info.status,), "age": (-(info.created or 0),)}.get(self._order, ())
        owner = self._held.owner_of(info) if self._has_owners else None
        by = (owner[1], owner[0]) if owner is not None else (info.name, "")
        return (*first, info.namespace, *by, info.name)

    def _is_wanted(self, info: ReaderInfo, use: Use) -> bool:
        return self._ref is None or (not use.produces and self._is_of(info, use))

    def _is_made(self, info: ReaderInfo, use: Use) -> bool:
        return use.produces and self._is_of(info, use)

    def _is_of(self, info: ReaderInfo, use: Use) -> bool:
        """True if the use refers to `_ref`, or if `_ref` is None.

        If the namespace of the used Secret is not known, only its name must match.
        """
        secret = secret_of(info, use)
        return self._ref is None or (
            secret.name == self._ref.name and secret.namespace in ("", self._ref.namespace)
        )

    def _matches(self, line: ReaderLine) -> bool:
        if not self.is_filtered:
            return True
        info = line.info
        parts = [f"{info.namespace}/{info.title}" if self._is_everywhere else info.title, line.message]
        if line.use is not None:
            parts += [line.use.secret, line.use.key_word, line.use.container or "", line.use.how()]
        text = " ".join([*parts, info.status])
        # The words of the other columns take longer to compute, so the filter tries them last.
        return self.has_words(text) or self.has_words(f"{text} {self.table.says(line)}")

    def _has_new(self, info: ReaderInfo, use: Use) -> bool:
        secret_and_key = secret_of(info, use), use.key
        if secret_and_key not in self._spread:
            self._spread[secret_and_key] = is_spread(self.shared.session, *secret_and_key)
        reader = Reader(info, use)
        return bool(value_word(self.shared.session, use.key, reader, is_spread=self._spread[secret_and_key]))

    def _seen_words(self, info: ReaderInfo, use: Use) -> str:
        verdict = verdict_of(self.shared.session, info, use)
        is_new = verdict is not None and verdict.word == "new value" and self._has_new(info, use)
        return "" if is_new else seen_words(self.shared.session, info, use)

    def _presence(self, info: ReaderInfo, use: Use) -> Presence:
        """Look up the Secret and the key that `use` names.

        Return "not known" if the session cannot tell whether both exist.
        """
        session = self.shared.session
        ref = secret_of(info, use)
        if not session.secrets.covers(ref) or not session.secrets.state.is_complete:
            return "not known"
        if (row := session.secrets.get(ref)) is None:
            return "no secret"
        if use.key is None:
            return "there"
        if (opened := session.held(ref)) is not None and opened.secret is not None:
            return "there" if use.key in opened.secret.data else "no key"
        if row.keys is not None and use.key in row.keys:
            return "there"
        # `row.keys` come from managedFields, which may lack keys. `row.keys` is complete if it has
        # `row.key_count` elements.
        if row.keys is not None and len(row.keys) == row.key_count:
            return "no key"
        return "not known"

    # Commands

    def open_row(self, row: ReaderLine) -> None:
        if row.info.kind == CONTROLLER:
            self.show_message(f"{row.info.title} is known only by a label, so there is no object to open.")
        else:
            self.app.push_screen(WorkloadScreen(self.shared, row.info, row.use))

    def again(self) -> ReadersScreen:
        screen = ReadersScreen(self.shared, ref=self._ref)
        screen.pane.begin_as(self.pane)
        screen._order, screen._is_reversed = self._order, self._is_reversed
        return screen

    def run_show_pods(self) -> None:
        if self._ref is None:
            self.show_message("All known readers are shown already.")
            return
        self.app.push_screen(ReadersScreen(self.shared))

    def _no_use(self) -> str | None:
        line = self.row
        is_one = line is not None and (line.use is not None or line.heads)
        return None if is_one else "No reader selected."

    @unless(_no_use)
    def run_restart_readers(self) -> None:
        line = self.row
        if (ref := self._ref) is None and line is not None and line.use is not None:
            ref = secret_of(line.info, line.use)
        if ref is not None and line is not None:
            self.app.push_screen(RolloutScreen(self.shared, ref, only=[line.info.workload]))

    def title_of(self, command: Command) -> str:
        if command.id == "search_readers" and self._held.search.phase == "ended":
            return "read ConfigMaps"
        return super().title_of(command)

    def is_in_footer(self, command: Command) -> bool:
        search = self._held.search
        is_done = search.with_texts or search.phase not in ("not asked", "ended")
        return super().is_in_footer(command) and not (command.id == "search_readers" and is_done)

    def run_search_readers(self) -> None:
        """Search all kinds of objects for readers.

        If an earlier search has ended, also search ConfigMaps and the literal values of variables in
        workloads.
        """
        self.shared.session.search_more(self._held.namespace)
        self.draw()

    def run_refresh_now(self) -> None:
        super().run_refresh_now()
        if self._held.search.phase != "not asked":
            self.shared.session.search_readers(self._held.namespace)
            self.draw()

    async def run_copy_name(self) -> None:
        if (line := self.row) is not None:
            self.show_message(
                await self.shared.clipboard.send(line.info.name.encode(), f"the name {line.info.name}")
            )

    def run_order_list(self) -> None:
        self._order_by(
            self._orders[(self._orders.index(self._order) + 1) % len(self._orders)],
            is_reversed=self._is_reversed,
        )

    def run_reverse_order(self) -> None:
        self._order_by(self._order, is_reversed=not self._is_reversed)

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        if column in self._orders:
            self._order_by(column, is_reversed=column == self._order and not self._is_reversed)
        else:
            self.show_message(f"Readers can be ordered only by {', '.join(self._orders)}.")

    def _order_by(self, order: str, *, is_reversed: bool) -> None:
        self._order, self._is_reversed = order, is_reversed
        self.draw()
        self.show_message(f"Ordered by {order}{', reversed' if is_reversed else ''}.")

    def run_go_back(self) -> None:
        if self._held.search.is_running:
            super().run_stop_running()
        else:
            super().run_go_back()
