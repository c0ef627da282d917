"""The screen of readers: of one Secret, of all pods in a namespace, or of one pod."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.model.readers.usage import PodInfo, Use, how
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.session.cache.pod_store import PodStore
from tui.session.session import Topic
from tui.ui.base.list_state import note_of, so_far
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import NOT_LOOKED_AT, ScreenContext
from tui.ui.commands import Where
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import NoteView
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.lists.pod_table import PodLine, PodTable, Presence, pod_lines, use_words
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled

_ORDERS: Final = ("pod", "status", "age")


class ReadersScreen(TuiScreen[SecretRef | None]):
    """Dismissed with a Secret to open, or None."""

    BINDINGS = TuiScreen.bindings_for(Where.PODS)
    PLACE = Where.PODS

    def __init__(
        self, desk: ScreenContext, *, ref: SecretRef | None = None, pod: PodInfo | None = None
    ) -> None:
        super().__init__(desk)
        self._ref = ref
        self._pod = pod
        self._filter = ""
        self._order = _ORDERS[0]
        self._is_reversed = False

    def compose_body(self) -> ComposeResult:
        where = "namespace, " if self._is_everywhere else ""
        with Pane(id="pods"):
            yield PodTable(with_secret=self._ref is None, with_namespace=self._is_everywhere, id="pod-table")
            yield NoteView()
            yield Lines(id="pods-about")
            yield Field(placeholder=f"words in {where}pod, secret, key or way", id="filter", compact=True)

    def on_mount(self) -> None:
        filter_input = self.query_one(Input)
        filter_input.display = False
        self._draw()
        self.query_one(PodTable).focus()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"readers", "secrets", "opened"}:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        lines = list(pod_lines(self._pods(), self._is_wanted, self._presence))
        lines = [line for line in lines if self._matches(line)]
        self.query_one(PodTable).show(lines)
        many = counted(len({(line.pod.namespace, line.pod.name) for line in lines}), "pod")
        pane = self._store.pane
        right = [many + so_far(pane), "live" if pane.is_live else "not live"]
        self.query_one(Pane).head(self._title(), right)
        empty = "No known pod reads it." if self._ref is not None else "No pods here."
        note = note_of(self.desk, pane, "pods", has_rows=bool(lines), empty=empty)
        self.query_one(NoteView).show(note)
        self.query_one(Pane).set_class(note is not None, "-noted")
        self._tell_use()

    @on(VirtualTable.Highlighted)
    def _tell_use(self) -> None:
        line = self.query_one(PodTable).cursor_row_value
        about: list[Line] = []
        if line is not None:
            about.append(use_words(line, with_namespace=self._is_everywhere))
        doubt = self._doubt() if line is not None else ""
        stale: list[Line] = [(Styled(f"! {doubt}", "warning"),)] if doubt else []
        self.query_one("#pods-about", Lines).show([*stale, *about, NOT_LOOKED_AT])

    def _doubt(self) -> str:
        store, pod = self._store, self._pod
        if pod is not None and store.pane.is_complete and store.get((pod.namespace, pod.name)) is None:
            return "this pod is gone; showing its last state"
        return self.desk.pods_doubt(store.pane)

    @property
    def _is_everywhere(self) -> bool:
        """Are they of several namespaces?"""
        return self._ref is None and self._pod is None and self.desk.session.namespace is None

    @property
    def _store(self) -> PodStore:
        """Where these pods are held."""
        session, about = self.desk.session, self._ref or self._pod
        return session.pods if about is None else session.pods_of(about.namespace)

    def _title(self) -> str:
        if self._ref is not None:
            return f"Readers of {self._ref.name}"
        if self._pod is not None:
            return f"Pod {self._pod.name}"
        namespace = self.desk.session.namespace
        return f"Pods of {namespace}" if namespace else "Pods of all namespaces"

    def _pods(self) -> Sequence[PodInfo]:
        store = self._store
        if self._ref is not None:
            found = {
                (reader.pod.namespace, reader.pod.name): reader.pod for reader in store.readers.of(self._ref)
            }
            pods = list(found.values())
        elif self._pod is not None:
            wanted = self._pod
            pods = [store.get((wanted.namespace, wanted.name)) or wanted]
        else:
            pods = list(store.rows)
        keys = {
            "pod": lambda pod: (pod.namespace, pod.name),
            "status": lambda pod: (pod.status, pod.namespace, pod.name),
            "age": lambda pod: (-(pod.created or 0), pod.namespace, pod.name),
        }
        return sorted(pods, key=keys[self._order], reverse=self._is_reversed)

    def _is_wanted(self, use: Use) -> bool:
        return self._ref is None or use.secret == self._ref.name

    def _matches(self, line: PodLine) -> bool:
        if not self._filter:
            return True
        pod = line.pod
        parts = [f"{pod.namespace}/{pod.name}" if self._is_everywhere else pod.name, line.said]
        if line.use is not None:
            parts += [line.use.secret, line.use.key or "", line.use.container or "", how(line.use)]
        text = " ".join(parts).lower()
        return all(word in text for word in self._filter.lower().split())

    def _presence(self, pod: PodInfo, use: Use) -> Presence:
        """What is known of the Secret and the key: never "missing" on a guess."""
        session = self.desk.session
        ref = SecretRef(pod.namespace, use.secret)
        if not session.secrets.covers(ref) or not session.secrets.pane.is_complete:
            return "not known"
        row = session.secrets.get(ref)
        if row is None:
            return "no secret"
        if use.key is None:
            return "there"
        opened = session.held(ref)
        if opened is not None and opened.secret is not None:
            return "there" if use.key in opened.secret.data else "no key"
        if row.keys is not None and use.key in row.keys:
            return "there"
        # managedFields tell an absence only where they account for every key that there is.
        if row.keys is not None and len(row.keys) == row.key_count:
            return "no key"
        return "not known"

    # Commands

    def run_go_in(self) -> None:
        """Into what is under the cursor."""
        self.query_one(PodTable).action_open()

    @on(VirtualTable.Opened)
    def enter_line(self, event: VirtualTable.Opened) -> None:
        """From a reader to its pod; from a pod's use to the Secret."""
        event.stop()
        line = self.query_one(PodTable).cursor_row_value
        if line is None:
            return
        if self._ref is not None:
            self.app.push_screen(ReadersScreen(self.desk, pod=line.pod), self._go_on)
        elif line.use is None:
            self.say(f"{line.pod.name} reads no Secret.")
        elif line.presence == "no secret":
            self.say(f"No Secret {line.use.secret} in {line.pod.namespace}.", "warning")
        else:
            self.dismiss(SecretRef(line.pod.namespace, line.use.secret))

    def _go_on(self, ref: SecretRef | None) -> None:
        if ref is not None:
            self.dismiss(ref)

    def run_show_pods(self) -> None:
        """All pods here."""
        if self._ref is None and self._pod is None:
            self.say("All pods are shown.")
            return
        self.app.push_screen(ReadersScreen(self.desk), self._go_on)

    async def run_copy_name(self) -> None:
        """The pod's name, to the clipboard."""
        line = self.query_one(PodTable).cursor_row_value
        if line is not None:
            self.say(await self.desk.copy(line.pod.name.encode(), f"the name {line.pod.name}"))

    def run_order_list(self) -> None:
        """The next order."""
        self._order_by(
            _ORDERS[(_ORDERS.index(self._order) + 1) % len(_ORDERS)], is_reversed=self._is_reversed
        )

    def run_reverse_order(self) -> None:
        """The other way round."""
        self._order_by(self._order, is_reversed=not self._is_reversed)

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        if column in _ORDERS:
            self._order_by(column, is_reversed=column == self._order and not self._is_reversed)
        else:
            self.say(f"Pods are not ordered by this column, only by {', '.join(_ORDERS)}.")

    def _order_by(self, order: str, *, is_reversed: bool) -> None:
        self._order, self._is_reversed = order, is_reversed
        self._draw()
        self.say(f"Ordered by {order}{', reversed' if is_reversed else ''}.")

    def run_hide_all(self) -> None:
        """Nothing is ever shown here."""
        self.say("No values on this screen.")

    # Filter

    def run_filter_list(self) -> None:
        """Type a filter."""
        filter_input = self.query_one(Input)
        filter_input.display = True
        filter_input.focus()

    @on(Input.Changed)
    def follow_filter(self, event: Input.Changed) -> None:
        """The list follows what is typed."""
        self._filter = event.value
        self._draw()

    @on(Input.Submitted)
    def end_filter(self) -> None:
        """The filter stays; the presses belong to the list again."""
        self.query_one(Input).display = False
        self.query_one(PodTable).focus()

    def run_go_back(self) -> None:
        """A filter is cleared first."""
        filter_input = self.query_one(Input)
        if self._filter or filter_input.display:
            filter_input.value = ""
            filter_input.display = False
            self.query_one(PodTable).focus()
        else:
            self.dismiss(None)
