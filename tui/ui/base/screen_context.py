"""Services and state shared by the screens of one kube context."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol

from msgspec import Struct

from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.model.viewers import Viewers
from tui.model.why import Asked
from tui.session.contexts import Contexts
from tui.session.remembered_names import RememberedNames
from tui.session.session import Session
from tui.session.viewer_watch import ViewerWatch
from tui.session.writes.review import WriteTarget
from tui.terminal.clipboard.clipboard import Clipboard
from tui.ui.command_types import Command
from tui.ui.keymap import Keys
from tui.ui.widgets.bars.header import HeaderFacts
from tui.ui.widgets.text import Tone

if TYPE_CHECKING:
    from tui.session.health.check import HealthCheck

READING: Final = "reading"
"""The workers that read Secrets to draft something; ctrl+c stops them."""


class RunMessage(Struct, frozen=True):
    at: float
    text: str
    tone: Tone = ""
    stays: bool | SecretRef = False
    """True if it is shown until the next message, wherever the person goes; or while this Secret is open."""
    hint: str = ""
    """Sentence about what can be done now; the list of messages leaves it out."""

    @property
    def on_screen(self) -> str:
        """Text for the status line: with the hint."""
        return f"{self.text.removesuffix('.')}. {self.hint}" if self.hint else self.text


class RunMessages(list[RunMessage]):
    """The messages of this run, in all contexts."""

    said_before = 0
    """Number of messages when the last key or click came."""

    @property
    def recent(self) -> list[RunMessage]:
        """The messages since the last key or click."""
        return self[self.said_before :]


class Navigator(Protocol):
    """The main screen, as those above it lead there."""

    def follow(self, go: Callable[[], object]) -> None:
        """Go to another Secret by `go`; escape there returns to the current screens."""

    def open_secret(self, ref: SecretRef, key: str = "") -> None:
        """Fetch a Secret and go into it, its cursor on `key`."""

    def go_to(self, at: Literal["secrets"]) -> None:
        """Put the focus on the list."""

    def show_namespace(self, namespace: str | None) -> None:
        """Leave the open Secret and list another namespace; None is all."""

    def begin_missing(self, ref: SecretRef, type: str, key: str) -> None:  # noqa: A002
        """Begin the draft of a Secret that a reader lacks, and ask for the key that it needs."""

    def compare_with(self, typed: str) -> None:
        """Compare the open namespace with another one, typed as NAMESPACE or CONTEXT/NAMESPACE."""

    async def review_target(self, target: WriteTarget) -> None:
        """Review one draft."""

    def say(self, text: str, tone: Tone = "") -> None:
        """Show a message in its status line."""

    async def action_run_command(self, command_id: str) -> None:
        """Run a command there."""


class AppServices(Protocol):
    """Services of the app for screens."""

    @property
    def navigator(self) -> Navigator:
        """Main screen of the context."""

    badge: str
    lookout: ViewerWatch
    """Watch on others who see this terminal."""
    agreed: set[str]
    """Warnings before showing or copying that the person accepted in this run."""
    used: list[str]
    """Commands that were run by their names in this run, the latest first."""
    interruptions: int
    """Number of times that the screen was covered or suspended."""
    was_clicked: bool
    """True if the running command was clicked."""
    chosen_theme: str
    """The theme, by its name in the settings."""
    meant: tuple[SecretRef, str] | None
    """Secret named at the start, and the command line that was probably meant instead."""

    @property
    def press_clock(self) -> Callable[[], float]:
        """Clock of key presses' times."""

    async def may_show(self, command: Command) -> bool:
        """Ask before a first value is shown or copied where others see it; False: do not continue."""

    def explain(self, asked: Asked) -> None:
        """Say why a pod does not start."""

    def drop_repeated(self) -> None:
        """Drop the last key if it is held or repeated, and esc: their screen is gone."""

    def show_contexts(self, at: str) -> None:
        """Open the contexts, with the cursor on `at`."""

    def show_restarts(self, *secrets: SecretRef) -> None:
        """Open the workloads that keep an old value of any of these Secrets."""

    def show_who(self, secret: SecretRef) -> None:
        """Open the subjects that can read a Secret."""

    def cover(self) -> None:
        """Cover the screen, and drop the fetched values."""

    def lend(self, says: str, interrupt: Callable[[], None]) -> AbstractContextManager[None]:
        """Give the terminal to a login command: a line for the person, and the action of ctrl+c."""

    def choose_theme(self, name: str) -> None:
        """Use the theme that has this name in the settings."""

    def settings_of(self, facts: ContextFacts) -> Settings:
        """Settings that apply in a context."""

    def enter(self, session: Session) -> None:
        """Replace the session on screen and its screens by those of another context."""


class ScreenContext(Struct, eq=False):
    """Services and state shared by the screens of one kube context."""

    session: Session
    app: AppServices
    settings: Settings
    """Settings that apply in this context."""
    contexts: Contexts
    clipboard: Clipboard
    common: Callable[..., object]
    """Function that makes for a screen the group of commands that every screen has."""
    names: RememberedNames
    keys: Keys
    """The keys of the commands, for bindings and for messages that name a key."""
    messages: RunMessages
    health: HealthCheck | None = None
    """Last check of a namespace's health, for the next visit."""

    def health_check(self) -> HealthCheck:
        """The check of the namespace that is open, or of all; with what was read of it before."""
        from tui.session.health.check import HealthCheck  # not before the first frame

        if self.health is None or self.health.namespace != self.session.namespace:
            self.health = HealthCheck(self.session)
        return self.health

    async def copy_values(
        self,
        ref: SecretRef,
        keys: tuple[str, ...],
        data: bytes,
        what: str,
        how: str = "",
        *,
        into_tmux: bool = False,
    ) -> str:
        """Copy values of these keys, after the journal has the entry. `what` names them."""
        note = partial(self.session.journal.note, "copied", ref, keys, how=how)
        return await self.clipboard.send(
            data, what, last=note, failed=partial(note, outcome="not done"), into_tmux=into_tmux
        )

    def note(self, text: str, tone: Tone, *, stays: bool | SecretRef = False, hint: str = "") -> RunMessage:
        """Add a message to the list of messages."""
        message = RunMessage(self.session.clock.now(), text, tone, stays, hint)
        self.messages.append(message)
        return message

    def unasked(self, viewers: Viewers, what: str) -> frozenset[str]:
        """Reasons to ask first that were not accepted yet; `what` is "show" or "copy"."""
        return frozenset(f"{what} {doubt}" for doubt in viewers.doubts) - self.app.agreed

    def server_now(self) -> float:
        """Current time by the server's clock, in seconds since the epoch; used for ages."""
        return self.session.cluster.server_time(self.session.clock.now())


def top_bar_facts(shared: ScreenContext, about: SecretRef | None = None) -> HeaderFacts:
    """Collect the current facts of the header, on a screen about this Secret."""
    session = shared.session
    identity, target = session.access.identity, session.cluster.target
    return HeaderFacts(
        badges=badges(shared),
        context=target.context,
        namespace=session.namespace if about is None else about.namespace,
        is_of_all=about is not None and session.namespace is None,
        server=target.server,
        user=identity.user if identity else "",
        drafts=len(session.drafts.all()),
        restarts=_restarts(session),
        link=session.link.kind,
        link_since=session.clock.moment(session.link.since) if session.link.since is not None else "",
        login=session.cluster.login.trouble,
        logs_in=f"{shared.keys.of('log_in')} logs in",
    )


def _restarts(session: Session) -> str:
    """Progress of restarts: "restarting 2/3", "restarts wait" for the person; "" while none is followed."""
    if (run := session.rollouts.running) is None:
        return ""
    return "restarts wait" if run.waits_for_go else f"restarting {run.number}/{len(run.steps)}"


def badges(shared: ScreenContext) -> tuple[str, ...]:
    """Texts of the badges; that of a guarded context comes first, then viewers."""
    names = (
        shared.settings.guarded,
        *shared.app.lookout.found.badges,
        shared.app.badge,
        "READ-ONLY" if shared.settings.read_only else "",
        "NO REVEAL" if shared.settings.no_reveal else "",
        *shared.session.cluster.target.badges,
    )
    return tuple(badge for badge in names if badge)
