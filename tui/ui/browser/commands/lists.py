"""Commands of the lists of namespaces and Secrets: filter, sort, open, star, mark, copy names."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from tui.model.query import BY_END, BY_READERS, LIST_ORDERS
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import name_problem, namespace_problem
from tui.model.text.counts import counted
from tui.ui.base.job import ask
from tui.ui.base.reader_words import readers_doubt
from tui.ui.browser.commands.checks import no_secret
from tui.ui.browser.commands.whole_list import whole_list
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen


class ListCommands:
    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def _no_namespace(self) -> str | None:
        return None if self.browser.namespaces.table.cursor_key else "No namespace selected."

    def _may_not_list(self) -> str | None:
        where = "all namespaces" if self.shared.session.namespace is None else "this namespace"
        return f"You may not list Secrets in {where}." if self.browser.secrets.is_refused else None

    def _nowhere_before(self) -> str | None:
        return None if self.shared.names.before else "There is no previous namespace yet."

    async def run_filter_list(self) -> None:
        if self.browser.secrets.is_refused:
            await self.run_open_named()
            return
        self.browser.go_to("secrets")
        self.browser.secrets.start_filter()

    async def run_open_named(self) -> None:
        namespace = self.shared.session.namespace
        wanted = NameRequest(
            title="Open a Secret" + (f" in {namespace}" if namespace else ""),
            lines=("Name of the Secret" if namespace else "namespace/name of the Secret",),
            problem=partial(typed_problem, namespace),
            verb="open",
        )
        if (typed := await ask(self.browser, NameScreen(wanted))) is not None:
            self.browser.open_secret(typed_ref(namespace, typed))

    @unless(_may_not_list)
    def run_order_list(self) -> None:
        """Sort the list by the order that follows the current one in `LIST_ORDERS`.

        The order by expiry is skipped while the table has no column for the expiry.
        """
        following = LIST_ORDERS[LIST_ORDERS.index(self.browser.listed.choice.order) + 1 :] + LIST_ORDERS
        shows_ends = self.browser.secrets.table.shows_ends
        self._order_as(next(order for order in following if order != BY_END or shows_ends))

    @unless(_may_not_list)
    def run_reverse_order(self) -> None:
        choice = self.browser.listed.choice
        self._order_as(choice.order, is_reversed=not choice.is_reversed)

    def order_by_column(self, column: str) -> None:
        """Sort the list by a column. If the list is already sorted by this column, reverse the order."""
        choice = self.browser.listed.choice
        if (refused := self._may_not_list()) is not None:
            self.browser.show_message(refused)
        elif column not in LIST_ORDERS:
            self.browser.show_message(
                f"The list cannot be ordered by this column, only by {', '.join(LIST_ORDERS)}."
            )
        else:
            self._order_as(column, is_reversed=column == choice.order and not choice.is_reversed)

    def _order_as(self, order: str, *, is_reversed: bool = False) -> None:
        self.browser.listed.choice = replace(self.browser.listed.choice, order=order, is_reversed=is_reversed)
        self.browser.secrets.choose_rows()
        session, keys = self.shared.session, self.shared.keys
        doubt = readers_doubt(session.readers, keys, session.clock) if order == BY_READERS else ""
        message = f"Ordered by {order}{', reversed' if is_reversed else ''}"
        self.browser.show_message(f"{message}; {doubt.rstrip('.')}." if doubt else f"{message}.")

    @unless(_may_not_list)
    def run_toggle_helm(self) -> None:
        shows_helm = not self.browser.listed.choice.with_helm
        self.browser.listed.choice = replace(self.browser.listed.choice, with_helm=shows_helm)
        self.browser.secrets.choose_rows()
        self.browser.namespaces.update_rows()
        self.browser.show_message(
            "Helm release records are shown." if shows_helm else "Helm release records are hidden."
        )

    def run_show_everywhere(self) -> None:
        self.browser.show_namespace(None)

    def run_find_namespace(self) -> None:
        self.browser.namespaces.start_filter()

    @unless(_no_namespace)
    def run_star_namespace(self) -> None:
        name = self.browser.namespaces.table.cursor_key or ""
        self.shared.names.star(name)
        self.browser.namespaces.update_rows()
        is_starred = name in self.shared.names.kept.starred
        state = "starred: it stays on top" if is_starred else "no longer starred"
        self.browser.show_message(f"{name} is {state}.")

    @unless(_nowhere_before)
    def run_show_place_before(self) -> None:
        self.browser.show_namespace(self.shared.names.before[0])

    def _no_names(self) -> str | None:
        if self.browser.marked:
            return None
        return self._no_namespace() if self.browser.place is Where.NAMESPACES else no_secret(self)

    @unless(_no_names)
    async def run_copy_name(self) -> None:
        is_namespace, ref, marked = (
            self.browser.place is Where.NAMESPACES,
            self.browser.subject,
            self.browser.marked,
        )
        name = self.browser.namespaces.table.cursor_key if is_namespace else ref and ref.name
        words = f"the name {name}"
        if marked:
            is_plain = len({ref.namespace for ref in marked}) == 1
            name = "\n".join(ref.name if is_plain else str(ref) for ref in marked)
            words = counted(len(marked), "name")
        if name:
            self.browser.show_message(await self.shared.clipboard.send(name.encode(), words))

    def _no_row_to_mark(self) -> str | None:
        return no_secret(self) or self._may_not_list()

    def _no_marks(self) -> str | None:
        return None if self.browser.marked else "No Secret is marked."

    @unless(_no_row_to_mark)
    def run_mark_secret(self) -> None:
        self._mark(self.browser.listed.choice.marked ^ {self.browser.here})
        self.browser.secrets.table.action_move(1)

    @unless(_no_row_to_mark)
    async def run_mark_shown(self) -> None:
        if (lacks := await whole_list(self.browser)) is None:
            return
        self.browser.secrets.choose_rows()  # `listed.rows` may lack the last page of the list
        shown = {row.ref for row in self.browser.listed.rows.shown}
        self._mark(self.browser.listed.choice.marked | shown)
        if lacks:
            self.browser.show_message(f"Marked: {counted(len(shown), 'Secret')}. {lacks}", "warning")

    @unless(_no_marks)
    def run_clear_marks(self) -> None:
        """Clear all marks, even those of hidden rows."""
        count = len(self.browser.marked)
        self._mark(frozenset())
        self.browser.show_message(f"{counted(count, 'mark')} cleared.")

    def _mark(self, marked: frozenset[SecretRef]) -> None:
        self.browser.secrets.mark(marked)
        self.browser.refresh_footer()


def typed_ref(namespace: str | None, typed: str) -> SecretRef:
    """Parse the typed name of a Secret. If `namespace` is None, `typed` is namespace/name."""
    if namespace is not None:
        return SecretRef(namespace, typed)
    typed_namespace, _, name = typed.rpartition("/")
    return SecretRef(typed_namespace, name)


def typed_problem(namespace: str | None, typed: str) -> str | None:
    ref = typed_ref(namespace, typed)
    return namespace_problem(ref.namespace) or name_problem(ref.name)
