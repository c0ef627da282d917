"""Search for a value in Secrets, and replace the value that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tui.model.draft.former_values import SHORTEST_SOUGHT
from tui.model.query import Query
from tui.model.rbac.rights import Right
from tui.model.secret.compare import SoughtValue, text_to_find
from tui.model.secret.value import Value
from tui.model.settings.settings import FACTS
from tui.model.text.counts import counted
from tui.session.several.value_search import ValueSearch, search_values
from tui.ui import router
from tui.ui.base.job import ask, is_still_here, reading
from tui.ui.base.screen import TuiScreen, not_yours
from tui.ui.browser.commands.whole_list import whole_list
from tui.ui.browser.listed_secrets import ListChoice
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless
from tui.ui.widgets.bars.frame import is_staying

if TYPE_CHECKING:
    from tui.ui.value.find_value import FindValueScreen


class FindCommands:
    """Commands that search in values, or replace the values that were found."""

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def _not_searchable(self) -> str | None:
        session, keys = self.shared.session, self.shared.keys
        is_alone = session.secrets.name is not None
        is_refused = session.secrets.state.kind == "refused" or session.may("list", "secrets") is False
        if is_refused and (is_alone or not self.browser.listed.rows.shown):
            return not_yours(Right("list", "secrets", session.namespace), keys)
        if is_alone:
            lists = keys.of("go_back")
            return f"Only this Secret is loaded. {lists} lists all Secrets; then search again."
        return None if self.browser.listed.rows.shown else "No Secret is listed here."

    @unless(_not_searchable)
    async def run_find_value(self) -> None:
        """Search for a text in values, even in Helm's hidden records."""
        key, secret = self.browser.secret.key or "", self.browser.secret.secret
        searched = self.browser.listed.choice.searched
        if self.browser.place is Where.SECRET and secret is not None:
            await self._ask(self._unfiltered_choice, secret.data.get(key), f"the value of {key}")
        elif searched is not None:
            await self._ask(self._filtered_choice, searched.sought, "the same text as before")
        else:
            await self._ask(self._filtered_choice, None, "")

    async def ask_over(self, viewer: TuiScreen[Any], sought: SoughtValue) -> str | None:
        """Ask for a search text, in a dialog above the screen `viewer`. Returns the typed text.

        Returns None if the user cancels. If no Secret can be searched, shows a message and returns None.
        """
        if (why_not := self._not_searchable()) is not None:
            viewer.show_message(why_not, "warning")
            return None
        return await ask(
            viewer, self._question(self._unfiltered_choice, sought.value, f"the value of {sought.name}")
        )

    async def find_everywhere(self, text: str) -> None:
        """Search the whole list of Secrets, even Secrets that the filter hides."""
        await self._find(self._unfiltered_choice, text)

    @property
    def _filtered_choice(self) -> ListChoice:
        return replace(self.browser.listed.choice, searched=None, with_helm=True)

    @property
    def _unfiltered_choice(self) -> ListChoice:
        return replace(self._filtered_choice, query=Query.parse(""))

    async def _ask(self, choice: ListChoice, value: Value | None, what: str) -> None:
        if text := await ask(self.browser, self._question(choice, value, what)):
            await self._find(choice, text)

    def _question(self, choice: ListChoice, value: Value | None, what: str) -> FindValueScreen:
        typed, rows = text_to_find(value), self.browser.listed.chosen(choice).shown
        records = sum(row.is_helm_release for row in rows)
        return router.FindValueScreen(self.shared, len(rows), records, typed, what if typed else "")

    async def _find(self, choice: ListChoice, text: str) -> None:
        if (lacks := await whole_list(self.browser)) is None:
            return
        session, keys = self.shared.session, self.shared.keys
        refs = [row.ref for row in self.browser.listed.chosen(choice).shown]
        stop, namespace = keys.of("stop_running"), session.namespace

        def show_progress(done: int) -> None:
            self.browser.show_status(f"Searched {done:,} of {len(refs):,} Secrets … ({stop} stops)")

        names_leaves = self.shared.settings.facts == FACTS[0]
        search = ValueSearch(text, names_leaves=names_leaves)
        await reading(self.browser, search_values(session, refs, search, show_progress))
        searched = replace(search.result, unlisted=lacks)
        if not is_staying(self.browser) or not is_still_here(self.browser):
            return
        if session.namespace != namespace:
            self.browser.show_message("Search stopped: you chose another namespace.", "warning")
            return
        holdings, unread = searched.holdings, searched.unread
        more = f" {counted(len(unread), 'Secret')} not read. {unread[0][1]}" if unread else ""
        more += f" {lacks}" if lacks else ""
        if not holdings:
            self.browser.secrets.clear_found()
            self.browser.refresh_footer()
            helm_words = (
                f", {counted(searched.records, 'Helm record')} among them" if searched.records else ""
            )
            not_found = f"Not found: {counted(searched.read, 'Secret')} searched{helm_words}."
            outcome = "Not searched:" if unread and not searched.read else not_found
            self.browser.show_message(f"{outcome}{more}", "warning" if more else "")
            return
        if self.browser.place is Where.SECRET:
            self.browser.leave_secret()
            self.browser.secrets.drop_filter()
        self.browser.listed.choice = replace(self.browser.listed.choice, searched=searched)
        self.browser.secrets.choose_rows()
        self.browser.go_to("secrets")
        self.browser.look_at_row()
        replaces = "" if session.read_only else f"{keys.of('replace_found')} replaces the value, "
        next_steps = f"{replaces}{keys.of('go_back')} shows all Secrets."
        holds = f"hold{'s' * (len(holdings) == 1)} it"
        helm_words = ""
        if searched.records:
            are = "is a Helm record" if searched.records == 1 else "are Helm records"
            helm_words = f" ({searched.records:,} of the {searched.read:,} {are})"
        summary = f"{len(holdings):,} of {searched.read:,} searched Secrets {holds}{helm_words}."
        self.browser.show_message(f"{summary} {next_steps}{more}", "warning" if more else "")

    def _not_replaceable(self) -> str | None:
        searched = self.browser.listed.choice.searched
        if searched is None:
            keys = self.shared.keys
            other_way = f"Or change a key of a Secret, then press {keys.of('change_elsewhere')} on this key."
            return f"First find a value with {keys.of('find_value')}. {other_way}"
        if searched.sought.size < SHORTEST_SOUGHT:
            return f"Cannot replace a text under {SHORTEST_SOUGHT} bytes: other values may hold it by chance."
        return None

    @unless(_not_replaceable)
    async def run_replace_found(self) -> None:
        if (searched := self.browser.listed.choice.searched) is not None:
            await router.replace_found(self.browser, searched)

    def _not_listable(self) -> str | None:
        session = self.shared.session
        if session.may("list", "secrets") is False:
            return not_yours(Right("list", "secrets", session.namespace), self.shared.keys)
        return None

    @unless(_not_listable)
    async def run_find_leak(self) -> None:
        key, secret = self.browser.secret.key or "", self.browser.secret.secret
        value = secret.data.get(key) if self.browser.place is Where.SECRET and secret is not None else None
        rows, typed = self.shared.session.secrets.rows, text_to_find(value)
        records = sum(row.is_helm_release for row in rows)
        name = f"the value of {key}" if typed else ""
        if token := await ask(
            self.browser, router.LeakTokenScreen(self.shared, len(rows), records, typed, name)
        ):
            self.browser.app.push_screen(router.LeakScreen(self.shared, token))
