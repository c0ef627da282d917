"""A Secret as YAML, as kubectl prints it; values masked until shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import ComposeResult
from textual.timer import Timer

from tui.model.secret.manifest import manifest
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.times import clock
from tui.session.session import Topic
from tui.session.time_limit import looked_into
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import Desk
from tui.ui.commands import BY_ID, Command, Where
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import Page
from tui.ui.widgets.text import Styled

_NEEDS_SECRET = frozenset({"reveal_yaml", "copy_yaml"})


class YamlScreen(TuiScreen[None]):
    """What the cluster holds, without the draft. Uses the session's open Secret and sends no request."""

    BINDINGS = TuiScreen.bindings_for(Where.YAML)
    PLACE = Where.YAML

    def __init__(self, desk: Desk, ref: SecretRef) -> None:
        super().__init__(desk)
        self._ref = ref
        self._shown_uid = ""
        """The life of the Secret whose values are shown; "" while they are masked."""
        self._text = ""
        """What is on screen."""
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            yield Page(id="page-lines")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(Page).focus()

    def on_unmount(self) -> None:
        self._put("")

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "drafts"}:
            self._draw()

    @property
    def subject(self) -> SecretRef | None:
        return self._ref

    @property
    def aim(self) -> object:
        return self._ref, self._secret.uid if self._secret is not None else ""

    @property
    def _secret(self) -> Secret | None:
        opened = self.desk.session.opened
        return opened.secret if opened is not None and opened.ref == self._ref else None

    def is_useful(self, command: Command) -> bool:
        return command.id not in _NEEDS_SECRET or self._secret is not None

    def shows_values(self) -> bool:
        return bool(self._shown_uid)

    def hide_shown(self) -> None:
        if self._shown_uid:
            self.run_hide_all()

    def touched(self) -> None:
        if self._shown_uid:
            self._stay()

    # Drawing

    def _draw(self) -> None:
        secret = self._secret
        if secret is None or secret.uid != self._shown_uid:
            self._shown_uid = ""
        is_masked = not self._shown_uid
        how = "values masked" if is_masked else "values in base64"
        draft = ["your draft is not in it"] if self.draft is not None else []
        self.query_one(Pane).head(f"YAML  {self._ref.name}", (how, *draft) if secret is not None else ())
        if secret is None:
            self._put(f"# {self._why_none()}")
        elif is_masked:
            self._put(manifest(secret, is_masked=True))
        else:
            self.run_worker(self._draw_values(secret), group="yaml", exclusive=True)

    async def _draw_values(self, secret: Secret) -> None:
        text = await looked_into(partial(manifest, secret, is_masked=False))
        if not is_staying(self) or secret.uid != self._shown_uid:
            return
        if text is None:
            self.run_hide_all()
            self.say("Too large to show as YAML within a second.", "warning")
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        self._text = text
        for page in self.query(Page):
            page.show(_lines(text))

    def _why_none(self) -> str:
        opened = self.desk.session.opened
        if opened is None or opened.ref != self._ref:
            return f"{self._ref} is not created yet: the cluster has no YAML of it."
        if opened.gone is not None:
            return f"{self._ref} was deleted."
        if opened.pane.error is not None:
            return opened.pane.error.sentence
        return f"Opening {self._ref.name} …"

    # What can be done with it

    def run_reveal_yaml(self) -> None:
        """Show or hide the values."""
        secret = self._secret
        if self._shown_uid:
            self.run_hide_all()
        elif secret is None or not secret.data:
            self.say(f"{self._ref.name} has no value to show.", "warning")
        elif why := self.desk.session.journal.note("shown", self._ref, tuple(secret.data), how="as YAML"):
            self.say(why, "warning")
        else:
            self._shown_uid = secret.uid
            self._draw()
            self._stay()

    def _stay(self) -> None:
        """Shown for its time from now."""
        if self._timer is not None:
            self._timer.stop()
        seconds = self.desk.show_seconds
        self._timer = self.set_timer(seconds, self.run_hide_all)
        until = clock(self.desk.session.clock.now() + seconds, self.desk.session.clock.tz)
        self.settle(f"Values are shown until {until} ({self.desk.keys.of('reveal_yaml')} hides)")

    def run_hide_all(self) -> None:
        """Hide the values; also when their time is over."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "yaml")
        self._shown_uid = ""
        self._draw()
        self.settle("")

    async def run_copy_yaml(self) -> None:
        """What is on screen, to the clipboard; with values only where a value may be copied."""
        from tui.ui.dialogs.confirm_reveal import may_show

        secret, name = self._secret, self._ref.name
        if secret is None:
            self.say(f"{name} is not open; nothing was copied.", "warning")
        elif not self._shown_uid:
            self.say(await self.desk.copy(self._text.encode(), f"the YAML of {name}, values masked"))
        elif await may_show(self, BY_ID["copy_yaml"]):
            note = partial(
                self.desk.session.journal.note, "copied", self._ref, tuple(secret.data), how="as YAML"
            )
            self.say(
                await self.desk.copy(
                    self._text.encode(),
                    f"the YAML of {name}, values in base64",
                    last=note,
                    failed=partial(note, outcome="not done"),
                )
            )


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
