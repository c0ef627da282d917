"""Commands for the Secret under the cursor, or for all marked Secrets."""

from __future__ import annotations

from collections.abc import Collection

from tui.model.access.who import SecretScope
from tui.model.secret.secret import SecretRef
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.browser.commands.checks import no_secret, not_created
from tui.ui.browser.commands.copies import CopyCommands
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless


class SecretCommands:
    def __init__(self, browser: BrowserPanes, copies: CopyCommands) -> None:
        self.browser, self.shared, self._copies = browser, browser.shared, copies

    def _no_yaml(self) -> str | None:
        return not_created(self, more=": the cluster has no YAML of it")

    def _no_reader(self) -> str | None:
        """Return a message if the Secret is only a draft, and no known reader names it."""
        ref = self.browser.subject
        if ref is None or self.shared.session.readers_of(ref.namespace).count(ref):
            return None
        return not_created(self, more=", and no known pod refers to it")

    @unless(no_secret, _no_reader)
    def run_show_readers(self) -> None:
        session = self.shared.session
        session.want_readers(self.browser.here.namespace if session.namespace is not None else None)
        self.browser.app.push_screen(router.ReadersScreen(self.shared, ref=self.browser.here))

    def run_show_who(self) -> None:
        ref, namespace = self.browser.subject, self.shared.session.namespace
        if self.browser.at == "namespaces":
            namespace = self.browser.namespaces.table.cursor_key or None
        scope = SecretScope(ref.namespace, ref.name) if ref is not None else SecretScope(namespace)
        self.browser.app.push_screen(router.WhoScreen(self.shared, scope))

    @property
    def _several(self) -> list[SecretRef]:
        return self.browser.marked or [
            row.ref for row in self.browser.listed.rows.shown if self.browser.has_found
        ]

    def _nothing_to_restart(self) -> str | None:
        return None if self._several else no_secret(self) or self._no_reader()

    @unless(_nothing_to_restart)
    def run_restart_readers(self) -> None:
        self.shared.app.show_restarts(*(self._several or [self.browser.here]))

    def run_show_pods(self) -> None:
        self.shared.session.want_readers(self.shared.session.namespace)
        self.browser.app.push_screen(router.ReadersScreen(self.shared))

    @unless(no_secret)
    async def run_describe_secret(self) -> None:
        ref = self.browser.here
        if await ask(self.browser, router.DescribeScreen(self.shared, ref)):
            await self._copies.copy(ref)

    @unless(no_secret, _no_yaml)
    def run_show_yaml(self) -> None:
        self.browser.app.push_screen(router.YamlScreen(self.shared, self.browser.here))

    @unless(no_secret, not_created)
    def run_show_source(self) -> None:
        key = (self.browser.secret.key or "") if self.browser.place is Where.SECRET else ""
        self.browser.app.push_screen(router.SourceScreen(self.shared, self.browser.here, key))

    def _nothing_marked(self) -> str | None:
        return None if self.browser.marked else no_secret(self) or not_created(self)

    @unless(_nothing_marked)
    async def run_save_secrets(self) -> None:
        await router.save_secrets_as(self.browser, self.browser.marked or [self.browser.here])

    @unless(_nothing_marked)
    async def run_delete_secret(self) -> None:
        if len(refs := self.browser.marked or [self.browser.here]) > 1:
            sent = await ask(self.browser, router.DeleteSeveralScreen(self.shared, refs))
            self._leave_deleted(sent or ())
        else:
            await self.delete(refs[0])

    async def delete(self, ref: SecretRef) -> None:
        if await ask(self.browser, router.DeleteScreen(self.shared, ref)):
            self._leave_deleted([ref])

    def _leave_deleted(self, refs: Collection[SecretRef]) -> None:
        if self.shared.session.open_ref in refs:
            self.browser.leave_secret()
