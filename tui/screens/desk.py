"""What every screen works with: session, grade of this run, clipboard, messages, what was chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, field

from tui.commands import Grade
from tui.keys import DEFAULT, Keys
from tui.live.lookout import Lookout
from tui.model.counts import counted
from tui.model.remembered import Remembered
from tui.model.settings import THEMES
from tui.model.when import clock
from tui.state import State
from tui.widgets.text import Cell, Styled, Tone

if TYPE_CHECKING:
    from tui.live.contexts import Contexts
    from tui.live.panes import Pane
    from tui.live.session import Session
    from tui.model.context import ContextFacts
    from tui.model.secret import SecretRef

NOT_LOOKED_AT: Final = Styled("  not checked: workloads without pods, Ingresses, other kinds", "muted")


class Copy(Protocol):
    """Sends bytes to the clipboard; says what can be known of it in one sentence.

    `last` is asked when nothing else stands against it: a sentence why it must not be. `failed` is told if
    it was not copied after all.
    """

    def __call__(
        self,
        data: bytes,
        what: str,
        *,
        last: Callable[[], str | None] = ...,
        failed: Callable[[], object] = ...,
        into_tmux: bool = ...,
    ) -> Awaitable[str]: ...


class RunMessage(Struct, frozen=True):
    """One message of this run."""

    at: float
    text: str
    tone: Tone = ""


class Themes(Struct, eq=False):
    """The theme of this run, by its name in the settings, and how to change and keep it."""

    now: str = THEMES[0]
    apply: Callable[[str], None] = lambda name: None
    file: str = ""
    """The settings file; "" where there is none."""
    keep: Callable[[str], Awaitable[str]] | None = None
    """Writes the theme into that file; returns what happened, in a sentence."""


class Desk(Struct, eq=False):
    """Handed from the app to its screens, one for each context that is gone to."""

    session: Session
    contexts: Contexts
    grade: Grade
    copy: Copy
    state: State
    """What the person chose; replaced whole."""
    keys: Keys = DEFAULT
    """Which presses run the commands: what is said of a press asks here."""
    keep_copied: Callable[[], str] = lambda: ""
    """Lets what was copied stay where it is; says so."""
    is_in_tmux: bool = False
    """Is there a tmux with a buffer of its own?"""
    is_copied: Callable[[], bool] = lambda: False
    """Is something on a clipboard that will be emptied?"""
    no_copy: Callable[[bytes], str | None] = lambda data: None
    """Why the clipboard takes none of these bytes, as the end of a sentence; quick, however many they are."""
    not_seen_yet: Callable[[], None] = lambda: None
    """To be called when what takes presses becomes something else, other than by a press."""
    cover: Callable[[], None] = lambda: None
    """Covers the screen, and lets go of what was fetched."""
    interruptions: Callable[[], int] = lambda: 0
    """How often the screen was covered or given away."""
    lookout: Lookout = field(default_factory=Lookout)
    """Who else sees this terminal."""
    agreed: set[str] = field(default_factory=set)
    """What stood against showing or copying a value, and was said yes to in this run."""
    badge: str = ""
    guard_badge: str = ""
    """The badge of a guarded context, "" in any other."""
    lend: Callable[[str, Callable[[], None]], AbstractContextManager[None]] = lambda says, stop: nullcontext()
    """Lends the terminal to a program that asks a person something: a line for them, and what ctrl+c does."""
    grades: Sequence[tuple[str, str, str]] = ()
    """What this run may do here: what it is about, how it is, and who says so."""
    show_seconds: float = 60
    """How long a value stays shown after the last press."""
    before: tuple[str | None, ...] = ()
    """The namespace before this one (None is all), if there was one; of this context: `X` alone leaves it."""
    remembered: Remembered = field(default_factory=Remembered)
    """Names of namespaces and Secrets, of this context."""
    keep: Callable[[Remembered], None] = lambda remembered: None
    """Remembers them from run to run."""
    badge_of: Callable[[ContextFacts], str] = lambda facts: ""
    """The badge that a context would wear."""
    enter: Callable[[Session], None] = lambda session: None
    """Ends this session and goes on with another one: every screen anew, on a desk of its own."""
    messages: list[RunMessage] = field(default_factory=list)
    said_before: int = 0
    """How many messages there were when the last key or click came."""
    meant: tuple[SecretRef, str] | None = None
    """The Secret that was asked for at the start, and the command line that was probably meant instead."""
    themes: Themes = field(default_factory=Themes)

    async def copy_value(
        self, ref: SecretRef, key: str, data: bytes, how: str = "", *, into_tmux: bool = False
    ) -> str:
        """A value, or what is made of it: written down before it leaves."""
        note = partial(self.session.journal.note, "copied", ref, (key,), how=how)
        return await self.copy(
            data, key, last=note, failed=partial(note, outcome="not done"), into_tmux=into_tmux
        )

    def note(self, text: str, tone: Tone) -> RunMessage:
        """Remember a message, for the list of them."""
        said = RunMessage(self.session.clock.now(), text, tone)
        self.messages.append(said)
        return said

    def left(self, namespace: str | None) -> None:
        """A namespace of this context was left for another place."""
        self.before = (namespace,)
        if namespace is not None and self.session.namespaces.doubt(namespace) != "missing":
            self.remembered = self.remembered.at(namespace)
            self.keep(self.remembered)

    def keep_opened(self) -> None:
        """What is open now may be there; where no list tells of it, its name is kept."""
        opened, store = self.session.opened, self.session.secrets
        if opened is None or opened.secret is None or (store.name is None and store.pane.kind != "refused"):
            return
        key = str(opened.ref)
        if key not in self.remembered.opened[:1]:
            self.remembered = self.remembered.opening(key)
            self.keep(self.remembered)

    def server_now(self) -> float:
        """Seconds since the epoch by the server's clock, by which ages are told."""
        return self.session.clock.now() + (self.session.cluster.skew or 0.0)

    def read_by(self, ref: SecretRef, count: int | None = None) -> Cell:
        """How many pods read it, or `count` of them one key; "·" where pods were not looked at yet."""
        pods = self.session.pods_of(ref.namespace)
        count = pods.readers.count(ref) if count is None else count
        if pods.pane.is_complete:
            return counted(count, "pod") if count else Styled("none known", "muted")
        if pods.pane.kind in ("idle", "refused"):
            return Styled("·" if pods.pane.kind == "idle" else "refused", "muted")
        return Styled(f"{counted(count, 'pod')}…" if count else "…", "muted")

    def readers_word(self, ref: SecretRef) -> str:
        """What is known where no reader is: never "unused", since not everything was looked at."""
        pane = self.session.pods_of(ref.namespace).pane
        why = self._doubt(pane)
        if pane.is_complete:
            return f"none known {why}".rstrip()
        if pane.kind in ("idle", "loading"):
            return why
        return f"not known: {why}"

    def readers_doubt(self, ref: SecretRef) -> str:
        """Why the readers that are known may not be all there are, or not as they are now; "" if they are."""
        return self.pods_doubt(self.session.pods_of(ref.namespace).pane)

    def pods_doubt(self, pane: Pane) -> str:
        """The same of all pods in a list."""
        why = self._doubt(pane)
        return why if pane.is_complete or not why else f"incomplete: {why}"

    def _doubt(self, pane: Pane) -> str:
        if pane.is_complete:
            return "" if pane.is_live or pane.since is None else self._as_of(pane)
        if pane.kind == "refused":
            return "you may not list pods"
        if pane.error is not None:
            return pane.error.sentence
        if pane.kind == "idle":
            return f"not checked yet ({self.keys.of('show_readers')} checks)"
        return "loading pods…"

    def _as_of(self, pane: Pane) -> str:
        since = clock(pane.since or 0.0, self.session.clock.tz)
        why = "reloading…" if pane.error is None else pane.error.sentence
        return f"as of {since}: {why}"
