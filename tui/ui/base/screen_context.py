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
from tui.model.why import WhyQuestion
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
"""Name of the group of workers with which commands read from the cluster (see `job.reading`)."""


class RunMessage(Struct, frozen=True):
    at: float
    text: str
    tone: Tone = ""
    stays: bool | SecretRef = False
    """True if the message stays until the next message, even on other screens.

    A SecretRef: the message stays while that Secret is open.
    """
    hint: str = ""
    """Next step for the user. The list of messages leaves this text out."""

    @property
    def on_screen(self) -> str:
        return f"{self.text.removesuffix('.')}. {self.hint}" if self.hint else self.text


class RunMessages(list[RunMessage]):
    """All messages since the program started, in all contexts."""

    said_before = 0
    """Number of messages when the user last pressed a key or clicked."""

    @property
    def recent(self) -> list[RunMessage]:
        return self[self.said_before :]


class Navigator(Protocol):
    """Interface of the main screen for other screens."""

    def follow(self, go: Callable[[], object]) -> None:
        """Call `go`, which opens another Secret, and let escape return to the screens that are open now."""

    def open_secret(self, ref: SecretRef, key: str = "") -> None: ...

    def go_to(self, at: Literal["secrets"]) -> None: ...

    def show_namespace(self, namespace: str | None) -> None:
        """Close the open Secret, and list the Secrets of `namespace`, or of all namespaces if None."""

    def begin_missing(self, ref: SecretRef, type: str, key: str) -> None:  # noqa: A002
        """Draft a missing Secret that a reader needs."""

    def compare_with(self, typed: str) -> None:
        """Compare the listed namespace with another one, typed as NAMESPACE or CONTEXT/NAMESPACE."""

    async def review_target(self, target: WriteTarget) -> None: ...

    def show_message(self, text: str, tone: Tone = "") -> None: ...

    async def action_run_command(self, command_id: str) -> None: ...


class AppServices(Protocol):
    """Interface of the app for its screens."""

    @property
    def navigator(self) -> Navigator: ...

    badge: str
    lookout: ViewerWatch
    agreed: set[str]
    """Accepted doubts about viewers of the terminal, such as "copy recorded by script".

    The first word is "show" or "copy".
    """
    used: list[str]
    """Ids of the commands run from the palette, the latest first."""
    interruptions: int
    """Counter that grows when the screen is covered, or the program is suspended or resumed."""
    was_clicked: bool
    chosen_theme: str
    suggested: tuple[SecretRef, str] | None
    """Secret named on the command line, and a command to suggest if this Secret does not exist."""

    @property
    def press_clock(self) -> Callable[[], float]: ...

    async def may_show(self, command: Command) -> bool:
        """Return True if the command may show or copy a value. If others may see the terminal, ask first."""

    def explain(self, asked: WhyQuestion) -> None: ...

    def drop_repeated(self) -> None:
        """Ignore repeats of the last key, and an esc that was meant for the screen that is now closed."""

    def show_news(self) -> None:
        """Show the waiting messages about events. Screens call this before their own message."""

    def show_contexts(self, at: str) -> None: ...

    def show_restarts(self, *secrets: SecretRef) -> None: ...

    def show_who(self, secret: SecretRef) -> None:
        """Open the list of subjects that can read a Secret."""

    def cover(self) -> None: ...

    def lend(self, says: str, interrupt: Callable[[], None]) -> AbstractContextManager[None]:
        """Print `says`, then lend the terminal to another program. SIGINT and SIGTERM call `interrupt`."""

    def choose_theme(self, name: str) -> None: ...

    def settings_of(self, facts: ContextFacts) -> Settings: ...

    def enter(self, session: Session) -> None:
        """Switch to another session, with new screens."""


class ScreenContext(Struct, eq=False):
    """Services and state shared by the screens of one kube context."""

    session: Session
    app: AppServices
    settings: Settings
    contexts: Contexts
    clipboard: Clipboard
    common: Callable[..., object]
    """Function that makes the CommonCommands of a screen."""
    names: RememberedNames
    keys: Keys
    messages: RunMessages
    health: HealthCheck | None = None
    """Latest health check, kept so that its screen can show the results again."""

    def health_check(self) -> HealthCheck:
        """Health check of the listed namespace, or of all namespaces."""
        # imported here, because the first frame does not need it
        from tui.session.health.check import HealthCheck

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
        """Write an entry to the journal, then copy `data`. Returns the message of `Clipboard.send`.

        `data` contains the values of `keys`. `how` is the format for the journal, such as "base64".
        """
        journal_entry = partial(self.session.journal.note, "copied", ref, keys, how=how)
        return await self.clipboard.send(
            data,
            what,
            last=journal_entry,
            failed=partial(journal_entry, outcome="not done"),
            into_tmux=into_tmux,
        )

    def note(self, text: str, tone: Tone, *, stays: bool | SecretRef = False, hint: str = "") -> RunMessage:
        """Add a message to the list of messages, without showing it."""
        message = RunMessage(self.session.clock.now(), text, tone, stays, hint)
        self.messages.append(message)
        return message

    def unasked(self, viewers: Viewers, what: str) -> frozenset[str]:
        """Return the doubts about `viewers`, except the accepted ones. `what`: the act, "show" or "copy"."""
        return frozenset(f"{what} {doubt}" for doubt in viewers.doubts) - self.app.agreed

    def server_now(self) -> float:
        """Seconds since the epoch by the server's clock. Ages on screens are relative to this time."""
        return self.session.cluster.server_time(self.session.clock.now())


def top_bar_facts(shared: ScreenContext, about: SecretRef | None = None) -> HeaderFacts:
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
    if (run := session.rollouts.running) is None:
        return ""
    return "restarts wait" if run.waits_for_go else f"restarting {run.number}/{len(run.steps)}"


def badges(shared: ScreenContext) -> tuple[str, ...]:
    """Badges of the header, such as READ-ONLY. The badge of a guarded context comes first."""
    names = (
        shared.settings.guarded,
        *shared.app.lookout.found.badges,
        shared.app.badge,
        "READ-ONLY" if shared.settings.read_only else "",
        "NO REVEAL" if shared.settings.no_reveal else "",
        *shared.session.cluster.target.badges,
    )
    return tuple(badge for badge in names if badge)
