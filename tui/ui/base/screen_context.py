"""Services and state shared by the screens of one kube context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import SecretRef
from tui.model.settings.remembered import Remembered
from tui.model.settings.settings import Settings
from tui.model.viewers import Viewers
from tui.session.contexts import Contexts
from tui.session.session import Session
from tui.session.viewer_watch import ViewerWatch
from tui.terminal.clipboard.clipboard import Clipboard
from tui.ui.command_types import Grade
from tui.ui.keymap import DEFAULT, Keys
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
    """Is it shown until the next message, wherever the person goes, or while a Secret is open?"""
    hint: str = ""
    """What can be done now, as a sentence; the list of messages leaves it out."""

    @property
    def on_screen(self) -> str:
        """For the status line: with the hint."""
        return f"{self.text.removesuffix('.')}. {self.hint}" if self.hint else self.text


class ScreenContext(Struct, eq=False):
    """Services and state shared by the screens of one kube context."""

    session: Session
    contexts: Contexts
    grade: Grade
    clipboard: Clipboard
    common: Any
    """The app's CommonCommands: commands of every screen."""
    keys: Keys = DEFAULT
    """The keys of the commands, for bindings and for messages that name a key."""
    cover: Callable[[], None] = lambda: None
    """Covers the screen, and drops the fetched values."""
    interruptions: Callable[[], int] = lambda: 0
    """How often the screen was covered or suspended."""
    lookout: ViewerWatch = field(default_factory=ViewerWatch)
    """Who else sees this terminal."""
    agreed: set[str] = field(default_factory=set)
    """Warnings before showing or copying that the person accepted in this run."""
    badge: str = ""
    guard_badge: str = ""
    """The badge of a guarded context, "" in any other."""
    lend: Callable[[str, Callable[[], None]], AbstractContextManager[None]] = lambda says, stop: nullcontext()
    """Gives the terminal to a login command: a line for the person, and what ctrl+c does."""
    grades: Sequence[tuple[str, str, str]] = ()
    """What applies here (read-only, guard, journal, …), for the help page: name, state, who set it."""
    show_seconds: float = 60
    """Seconds for which a value stays shown after the last press."""
    before: tuple[str | None, ...] = ()
    """The previous namespace of this context (None is all), if there was one."""
    remembered: Remembered = field(default_factory=Remembered)
    """Remembered names of namespaces and Secrets of this context."""
    keep: Callable[[Remembered], None] = lambda remembered: None
    """Saves the remembered names."""
    settings_of: Callable[[ContextFacts], Settings] = lambda facts: Settings()
    """The settings as they hold in a context."""
    enter: Callable[[Session], None] = lambda session: None
    """Replaces this session and its screens by those of another context."""
    messages: list[RunMessage] = field(default_factory=list)
    was_clicked: Callable[[], bool] = lambda: False
    """Is the command that runs a click's?"""
    said_before: int = 0
    """How many messages there were when the last key or click came."""
    health: HealthCheck | None = None
    """What was read for the health of a namespace, for the next look."""
    meant: tuple[SecretRef, str] | None = None
    """The Secret named at the start, and the command line that was probably meant instead."""
    theme_origin: str = ""
    """Where the settings have the theme from."""

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
        """Copy what holds values of these keys, after its journal entry was written. `what` names it."""
        note = partial(self.session.journal.note, "copied", ref, keys, how=how)
        return await self.clipboard.send(
            data, what, last=note, failed=partial(note, outcome="not done"), into_tmux=into_tmux
        )

    def note(self, text: str, tone: Tone, *, stays: bool | SecretRef = False, hint: str = "") -> RunMessage:
        """Add a message to the list of messages."""
        said = RunMessage(self.session.clock.now(), text, tone, stays, hint)
        self.messages.append(said)
        return said

    def left(self, namespace: str | None) -> None:
        """Remember the namespace that was left, unless it may be a name that was mistyped."""
        self.before = (namespace,)
        if namespace is None:
            return
        doubt, rights = self.session.namespaces.doubt(namespace), self.session.access.rights(namespace)
        if doubt == "missing":
            self.remembered = self.remembered.forgetting(namespace)
        elif not doubt or self.remembered.opened_in(namespace) or (rights and rights.concern_secrets()):
            self.remembered = self.remembered.at(namespace)
        self.keep(self.remembered)

    def keep_opened(self) -> None:
        """Remember the name of a fetched Secret if listing is refused."""
        store = self.session.secrets
        if store.name is None and store.state.kind != "refused":
            return
        key = next((str(secret.ref) for secret in self.session.fetched), None)
        if key is not None and key not in self.remembered.opened[:1]:
            self.remembered = self.remembered.opening(key)
            self.keep(self.remembered)

    def unasked(self, found: Viewers, what: str) -> frozenset[str]:
        """Reasons to ask first that were not accepted yet; `what` is "show" or "copy"."""
        return frozenset(f"{what} {doubt}" for doubt in found.doubts) - self.agreed

    def server_now(self) -> float:
        """Now by the server's clock, in seconds since the epoch; used for ages."""
        return self.session.cluster.server_time(self.session.clock.now())


def top_bar_facts(shared: ScreenContext, about: SecretRef | None = None) -> HeaderFacts:
    """Collect the facts of the top bar as they are now, on a screen about this Secret."""
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
        link_since=session.link.since,
        login=session.cluster.login.trouble,
        logs_in=f"{shared.keys.of('log_in')} logs in",
        zone=session.clock.tz,
    )


def _restarts(session: Session) -> str:
    """ "restarting 2/3", "restarts wait" for the person; "" while none is followed."""
    if (run := session.rollouts.running) is None:
        return ""
    return "restarts wait" if run.waits_for_go else f"restarting {run.number}/{len(run.steps)}"


def badges(shared: ScreenContext) -> tuple[str, ...]:
    """In text; that of a guarded context comes first, then who else looks."""
    found = (
        shared.guard_badge,
        *shared.lookout.found.badges,
        shared.badge,
        "READ-ONLY" if shared.grade.is_read_only else "",
        "NO REVEAL" if shared.grade.is_no_reveal else "",
        *shared.session.cluster.target.badges,
    )
    return tuple(badge for badge in found if badge)
