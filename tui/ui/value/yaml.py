"""A Secret as YAML, as kubectl prints it; values masked until shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import ComposeResult

from tui.model.secret.export import kubectl_yaml
from tui.model.secret.secret import Secret, SecretRef
from tui.process.threads import looked_into
from tui.session.session import Topic
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.commands import BY_ID, Where, unless
from tui.ui.dialogs.confirm_reveal import may_show
from tui.ui.dialogs.export import copy_secret_as, save_secret_as
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import Page
from tui.ui.widgets.text import Styled


class YamlScreen(RevealScreen[None]):
    """What the cluster holds, without the draft."""

    BINDINGS = TuiScreen.bindings_for(Where.YAML)
    PLACE = Where.YAML
    REVEALS = "reveal_yaml"

    def __init__(self, desk: ScreenContext, ref: SecretRef) -> None:
        super().__init__(desk)
        self._ref = ref
        self._text = ""
        """What is on screen."""
        self._keys: tuple[str, ...] = ()
        """The keys whose values are in it."""

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            yield Page(id="page-lines")

    def on_mount(self) -> None:
        self.desk.session.open_page(self._ref)
        self.draw_values()
        self.query_one(Page).focus()

    def on_unmount(self) -> None:
        self.desk.session.close_page()
        self._put("")

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "drafts"}:
            self._note_new_keys()
            self.draw_values()

    @property
    def subject(self) -> SecretRef | None:
        return self._ref

    @property
    def aim(self) -> object:
        return self._ref, self._secret.uid if self._secret is not None else ""

    @property
    def _secret(self) -> Secret | None:
        held = self.desk.session.held(self._ref)
        return held.secret if held is not None else None

    def _note_new_keys(self) -> None:
        """Others changed what is shown: a key that they added is written down too, or nothing stays shown."""
        secret, shown = self._secret, self.revealed.keys
        if not shown:
            return
        if secret is None or any(uid != secret.uid for uid, _ in shown):
            self.revealed.hide_all()
            return
        new = tuple(key for key in sorted(secret.data) if not self.revealed.has(secret.uid, key))
        why = self.desk.session.journal.note("shown", self._ref, new, how="as YAML") if new else None
        if why is not None:
            self.revealed.hide_all()
            self.say(why, "warning")
        else:
            self.revealed.keys |= {(secret.uid, key) for key in new}

    # Drawing

    def draw_values(self) -> None:
        secret, is_masked = self._secret, not self.revealed.keys
        how = "values masked" if is_masked else "values in base64"
        draft = ["your draft is not in it"] if self.draft is not None else []
        self.query_one(Pane).head(f"YAML  {self._ref.name}", (how, *draft) if secret is not None else ())
        if secret is None:
            self._put(f"# {self._why_none()}")
        elif is_masked:
            self._put(kubectl_yaml(secret, is_masked=True))
        else:
            self.run_worker(self._draw_values(secret), group="yaml", exclusive=True)

    async def _draw_values(self, secret: Secret) -> None:
        text = await looked_into(partial(kubectl_yaml, secret, is_masked=False))
        if not is_staying(self) or not self.revealed.keys:
            return
        if text is None:
            self.revealed.hide_all()
            self.say("Too large to show as YAML within a second.", "warning")
        else:
            self._put(text, tuple(secret.data))

    def _put(self, text: str, keys: tuple[str, ...] = ()) -> None:
        self._text, self._keys = text, keys
        for page in self.query(Page):
            page.show(_lines(text))

    def _why_none(self) -> str:
        opened = self.desk.session.held(self._ref)
        if opened is None or opened.is_new:
            return f"{self._ref} is not created yet: the cluster has no YAML of it."
        if opened.gone is not None:
            return f"{self._ref} was deleted."
        if opened.pane.error is not None:
            return opened.pane.error.sentence
        return f"Opening {self._ref.name} …"

    # What can be done with it

    def _no_secret(self) -> str | None:
        return None if self._secret is not None else f"{self._ref.name} is not open."

    def _no_value(self) -> str | None:
        secret = self._secret
        return None if secret is None or secret.data else f"{self._ref.name} has no value to show."

    @unless(_no_secret, _no_value)
    def run_reveal_yaml(self) -> None:
        """Show or hide the values."""
        secret = self._secret
        if self.revealed.keys:
            self.revealed.hide_all()
        elif secret is not None:
            self.revealed.show(self._ref, secret.uid, tuple(secret.data), "as YAML")

    @unless(_no_secret)
    async def run_copy_yaml(self) -> None:
        """What is on screen, to the clipboard; with values only where a value may be copied."""
        if self._keys and not await may_show(self, BY_ID["copy_yaml"]):
            return
        # As it is on screen now: it may have been masked while a question was answered.
        text, keys, name = self._text.encode(), self._keys, self._ref.name
        if self._secret is None:
            self.say(f"{name} is not open; nothing was copied.", "warning")
        elif not keys:
            self.say(await self.desk.clipboard.send(text, f"the YAML of {name}, values masked"))
        else:
            note = partial(self.desk.session.journal.note, "copied", self._ref, keys, how="as YAML")
            what, failed = f"the YAML of {name}, values in base64", partial(note, outcome="not done")
            self.say(await self.desk.clipboard.send(text, what, last=note, failed=failed))

    @unless(_no_secret)
    def run_copy_yaml_as(self) -> None:
        """The whole Secret in another form; asks in which."""
        if (secret := self._secret) is not None:
            copy_secret_as(self, secret)

    @unless(_no_secret)
    def run_save_yaml_as(self) -> None:
        """The whole Secret to a file; asks in which form."""
        if (secret := self._secret) is not None:
            save_secret_as(self, secret)


def _lines(text: str) -> Iterator[Line]:
    """Its lines, the names of fields apart from what they hold."""
    for line in text.removesuffix("\n").split("\n"):
        name, colon, rest = line.partition(":")
        if line.startswith("#"):
            yield (Styled(line, "muted"),)
        elif colon and rest[:1] in ("", " "):
            yield (Styled(f"{name}:", "accent"), rest)
        else:
            yield (line,)
