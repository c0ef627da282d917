"""Commands on the Secret under the cursor as a whole, or on all that are marked."""

from __future__ import annotations

from collections.abc import Collection

from tui.model.secret.secret import SecretRef
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless


class SecretCommands(BrowserPanes):
    """Most open a screen of their own."""

    # Why something is not possible now

    def _no_yaml(self) -> str | None:
        return self.not_created(more=": the cluster has no YAML of it")

    def _no_reader(self) -> str | None:
        """Readers may wait for a Secret that is not created yet."""
        ref = self.subject
        if ref is None or self.shared.session.readers_of(ref.namespace).count(ref):
            return None
        return self.not_created(more=", and no known pod names it")

    # Who reads it

    @unless(BrowserPanes.no_secret, _no_reader)
    def run_show_readers(self) -> None:
        session = self.shared.session
        session.want_readers(self.here.namespace if session.namespace is not None else None)
        self.app.push_screen(router.ReadersScreen(self.shared, ref=self.here))

    @property
    def _several(self) -> list[SecretRef]:
        """The Secrets that are marked, or else those of a list of what was found in values."""
        return self.marked or [row.ref for row in self.listed.rows.shown if self.has_found]

    def _nothing_to_restart(self) -> str | None:
        return None if self._several else self.no_secret() or self._no_reader()

    @unless(_nothing_to_restart)
    def run_restart_readers(self) -> None:
        """The workloads that keep an old value of it, or of one of several Secrets."""
        self.app.push_screen(router.RolloutScreen(self.shared, *(self._several or [self.here])))

    def run_show_pods(self) -> None:
        self.shared.session.want_readers(self.shared.session.namespace)
        self.app.push_screen(router.ReadersScreen(self.shared))

    # What it is

    @unless(BrowserPanes.no_secret)
    def run_describe_secret(self) -> None:
        """Labels, annotations, owners, writers."""
        self.app.push_screen(router.DescribeScreen(self.shared, self.here))

    @unless(BrowserPanes.no_secret, _no_yaml)
    def run_show_yaml(self) -> None:
        """As kubectl prints it."""
        self.app.push_screen(router.YamlScreen(self.shared, self.here))

    @unless(BrowserPanes.no_secret, BrowserPanes.not_created)
    def run_show_source(self) -> None:
        """What manages it, and what can be done there."""
        self.app.push_screen(router.SourceScreen(self.shared, self.here))

    def _nothing_marked(self) -> str | None:
        return None if self.marked else self.no_secret() or self.not_created()

    @unless(_nothing_marked)
    async def run_save_secrets(self) -> None:
        """To one file, in a form that is asked for."""
        await router.save_secrets_as(self, self.marked or [self.here])

    # Deletion

    @unless(_nothing_marked)
    async def run_delete_secret(self) -> None:
        """Readers first, then the name typed; of several marked ones how many they are."""
        if len(refs := self.marked or [self.here]) > 1:
            sent = await ask(self, router.DeleteSeveralScreen(self.shared, refs))
            self._leave_deleted(sent or ())
        else:
            await self._delete(refs[0])

    async def _delete(self, ref: SecretRef) -> None:
        if await ask(self, router.DeleteScreen(self.shared, ref)):
            self._leave_deleted([ref])

    def _leave_deleted(self, refs: Collection[SecretRef]) -> None:
        if self.shared.session.open_ref in refs:
            self.leave_secret()
