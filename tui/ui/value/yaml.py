"""A Secret as YAML, as kubectl prints it. Values are masked until the user shows them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tui.model.secret.export import kubectl_yaml
from tui.model.secret.secret import Secret, SecretRef
from tui.process.threads import looked_into
from tui.session.session import Topic
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.secret_page import SecretPage
from tui.ui.command_types import Where, unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.confirm_reveal import may_show
from tui.ui.dialogs.export import copy_secret_as, save_secret_as
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import Page
from tui.ui.widgets.text import Styled


class YamlScreen(SecretPage[None], RevealScreen[None]):
    """YAML of the Secret on the cluster, without the draft."""

    PLACE = Where.YAML
    REVEALS = "reveal_yaml"

    def __init__(self, shared: ScreenContext, ref: SecretRef) -> None:
        super().__init__(shared, ref)
        self._text = ""
        self._keys: tuple[str, ...] = ()

    def begin(self) -> None:
        self.draw_values()
        self.query_one(Page).focus()

    def on_unmount(self) -> None:
        self._put("")

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "drafts"}:
            if self.revealed and self.revealed != self._all_keys:
                self.hide_shown()  # the user has not asked to show new keys
            self.draw_values()

    @property
    def target(self) -> object:
        return self._ref, self.secret.uid if self.secret is not None else ""

    @property
    def _all_keys(self) -> frozenset[tuple[str, str]]:
        secret = self.secret
        return frozenset((secret.uid, key) for key in secret.data) if secret is not None else frozenset()

    def draw_values(self) -> None:
        secret = self.secret
        if secret is None:
            self._put(f"# {self.why_none()}")
        elif not self.revealed:
            self._put(kubectl_yaml(secret, is_masked=True), "values masked")
        else:
            self.run_worker(self._draw_values(secret), group="yaml", exclusive=True)

    async def _draw_values(self, secret: Secret) -> None:
        text = await looked_into(partial(kubectl_yaml, secret, is_masked=False))
        if not is_staying(self) or not self.revealed:
            return
        if text is None:
            self.hide_shown()
            self.show_message(
                "The YAML is too large to show: formatting it takes more than a second.", "warning"
            )
        else:
            self._put(text, "values in base64", tuple(secret.data))

    def _put(self, text: str, how: str = "", keys: tuple[str, ...] = ()) -> None:
        self._text, self._keys = text, keys
        draft = ["without your draft"] if how and self.draft is not None else []
        for pane in self.query(Pane):
            pane.head(f"YAML  {self._ref.name}", [how, *draft] if how else ())
        for page in self.query(Page):
            page.show(_lines(text))

    def _no_secret(self) -> str | None:
        return None if self.secret is not None else f"No YAML of {self._ref.name} to show, copy or save."

    def _no_value(self) -> str | None:
        secret = self.secret
        return None if secret is None or secret.data else f"{self._ref.name} has no value to show."

    @unless(_no_secret, _no_value)
    def run_reveal_yaml(self) -> None:
        if (secret := self.secret) is not None:
            self.toggle_values(self._ref, secret.uid, tuple(secret.data), "as YAML")

    @unless(_no_secret)
    async def run_copy_yaml(self) -> None:
        if self._keys and not await may_show(self, BY_ID["copy_yaml"]):
            return
        # Read `_text` only after `may_show`, because the values may be masked while `may_show` asks.
        text, keys, name = self._text.encode(), self._keys, self._ref.name
        if not keys:
            self.show_message(await self.shared.clipboard.send(text, f"the YAML of {name}, values masked"))
        else:
            label = f"the YAML of {name}, values in base64"
            self.show_message(await self.shared.copy_values(self._ref, keys, text, label, "as YAML"))

    @unless(_no_secret)
    async def run_copy_yaml_as(self) -> None:
        if (secret := self.secret) is not None:
            await copy_secret_as(self, secret)

    @unless(_no_secret)
    async def run_save_yaml_as(self) -> None:
        if (secret := self.secret) is not None:
            await save_secret_as(self, secret)


def _lines(text: str) -> Iterator[Line]:
    for line in text.removesuffix("\n").split("\n"):
        name, colon, value = line.partition(":")
        if line.startswith("#"):
            yield (Styled(line, "muted"),)
        elif colon and value[:1] in ("", " "):
            yield (Styled(f"{name}:", "accent"), value)
        else:
            yield (line,)
