"""Services and state shared by the screens of one kube context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from tui.model.errors import Forbidden
from tui.model.kube_context import ContextFacts
from tui.model.query import ORDERS, CountReaders, Query, ordered
from tui.model.readers.gaps import NOT_SEARCHED, TEXTS, gap_words
from tui.model.readers.reader import ReaderKind, mentions_words, readers_count_word
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.settings.remembered import Remembered
from tui.model.settings.settings import Settings
from tui.model.text.counts import joined, listed
from tui.model.text.printable import printable
from tui.model.text.times import clock
from tui.model.viewers import Viewers
from tui.session.cache.list_state import ListState
from tui.session.cache.readers import Readers
from tui.session.contexts import Contexts
from tui.session.session import Session
from tui.session.several.value_search import ValueSearchResult
from tui.session.viewer_watch import ViewerWatch
from tui.terminal.clipboard.clipboard import Clipboard
from tui.ui.command_types import Grade
from tui.ui.keymap import DEFAULT, Keys
from tui.ui.widgets.bars.header import HeaderFacts
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone

if TYPE_CHECKING:
    from tui.session.health.check import HealthCheck

READING: Final = "reading"
"""The workers that read Secrets to draft something; ctrl+c stops them."""


class Choice(Struct, frozen=True):
    """Filter and order of the list of Secrets."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False
    searched: ValueSearchResult | None = None
    """What was found in values: the list shows these Secrets alone."""
    marked: frozenset[SecretRef] = frozenset()
    """The Secrets that a person marked in the list, to act on all of them; other rows may hide them."""

    def found_in(self, ref: SecretRef) -> tuple[str, ...]:
        """The keys in which it was found; () where nothing was searched."""
        return self.searched.found.get(ref, ()) if self.searched is not None else ()


class Rows(Struct, frozen=True):
    """The rows shown, and the totals."""

    shown: Sequence[SecretSummary] = ()
    total: int = 0
    """Rows that there are, Helm's own among them."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Rows of which `key:` could not be decided, since the key names are not known."""
    readers_unknown: int = 0
    """Rows of which `by:none` could not be decided, since the pods are not known."""


def chosen_rows(rows: Sequence[SecretSummary], choice: Choice, readers: CountReaders) -> Rows:
    """The rows that a choice leaves, in its order; `rows` come by namespace and name.

    `readers` counts the objects that read a Secret.
    """
    kept = rows if choice.with_helm else [row for row in rows if row.type != HELM_RELEASE]
    hidden = len(rows) - len(kept)
    if choice.searched is not None:
        kept = [row for row in kept if row.ref in choice.searched.found]
    return Rows(
        shown=ordered(
            choice.query.filter(kept, readers), choice.order, is_reversed=choice.is_reversed, readers=readers
        ),
        total=len(rows),
        helm_hidden=hidden,
        keys_unknown=choice.query.unknown_keys(kept),
        readers_unknown=choice.query.unknown_readers(kept, readers),
    )


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
    choice: Choice = field(default_factory=Choice)
    """Filter and order of the list of Secrets."""
    rows: Rows = field(default_factory=Rows)
    """The rows that they leave."""
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

    def chosen(self, choice: Choice, rows: Sequence[SecretSummary] | None = None) -> Rows:
        """The rows that a choice leaves of these, or of all that are listed."""
        return chosen_rows(self.session.secrets.rows if rows is None else rows, choice, self._reader_counts())

    def _reader_counts(self) -> CountReaders:
        """How many objects read a Secret; None if no reader is known, but it is mentioned or pods are not."""
        counters = dict[str, tuple[Readers, Callable[[SecretRef], int]]]()

        def count(ref: SecretRef) -> int | None:
            if (known := counters.get(ref.namespace)) is None:
                readers = self.session.readers_of(ref.namespace)
                known = counters[ref.namespace] = readers, readers.counter()
            readers, counted = known
            is_sure = readers.state.is_complete and not readers.is_mentioned(ref)
            return counted(ref) or (0 if is_sure else None)

        return count

    def read_by(self, ref: SecretRef, counts: Mapping[ReaderKind, int] | None = None) -> Cell:
        """How many objects read it, or `counts` for one key; "·" if they are not loaded."""
        readers = self.session.readers_of(ref.namespace)
        found, pane = readers.counts(ref) if counts is None else counts, readers.state
        said = readers_count_word(found)
        if pane.is_complete:
            none = "none known" if readers.gaps_of(ref) else "none"
            return said or Styled("mentioned" if readers.is_mentioned(ref) else none, "muted")
        if pane.kind in ("idle", "refused"):
            # Of each key it would be said as often as there are keys: the lines below them say it once.
            return Styled("·" if pane.kind == "idle" or counts is not None else "refused", "muted")
        return Styled(f"{said}…", "muted")

    def readers_word(self, readers: Readers, ref: SecretRef) -> str:
        """The words for no reader: "no reader found" only if everything was read, and nothing names it."""
        why, pane = self._doubts(readers), readers.state
        if pane.is_complete:
            is_known = not (readers.gaps_of(ref) or readers.is_mentioned(ref))
            none = "no reader found (everything was read)" if is_known else "none known"
            return f"{none} {why}".rstrip()
        if pane.kind in ("idle", "loading"):
            return why
        return f"not known: {why}"

    def readers_doubt(self, readers: Readers) -> str:
        """Why the known readers may be incomplete or out of date; "" if they are not."""
        why = self._doubts(readers)
        return why if readers.state.is_complete or not why else f"incomplete: {why}"

    def mentioned(self, readers: Readers, ref: SecretRef) -> list[Line]:
        """The objects that say the Secret's name in other fields, in a line."""
        found = [f"{one.info.title} {one.use.how()}" for one in readers.mentions_of(ref)]
        if not found:
            return []
        what = f"  {mentions_words(len(found), ref.name)}: "
        return [(Styled(what, "warning"), printable(listed(found, 2)))]

    def not_checked(
        self, readers: Readers, ref: SecretRef | None = None, *, has_key: bool = False
    ) -> list[Line]:
        """What may read the Secrets, or that one, too, by kind, below what is known of their readers.

        `has_key`: the screen has the key that searches all kinds.
        """
        search = readers.search
        if search.phase == "not asked":
            more = f" ({self.keys.of('search_readers')} checks)" if has_key else ""
            return [(Styled(f"  not checked: {', '.join(NOT_SEARCHED)}{more}", "muted"),)]
        if search.phase == "asking" and not search.listed:
            return [(Styled("  looking for the kinds that name Secrets…", "muted"),)]
        if search.is_running:
            stop = self.keys.of("stop_running")
            return [(Styled(f"  read so far: {search.progress}… ({stop} stops)", "muted"),)]
        as_of = f"as of {clock(search.at or 0.0, self.session.clock.tz)[:5]}"
        gaps = readers.gaps if ref is None else readers.gaps_of(ref)
        said = [f"{words} ({as_of})" for words in gap_words(gaps)]
        if not gaps:
            said = [f"everything was read {as_of}: {search.progress}"]
        if not search.with_texts:
            more = f" ({self.keys.of('search_readers')} reads them too)" if has_key else ""
            said.append(f"but for {TEXTS}{more}")
        return [(Styled(f"  {words}", "muted"),) for words in said]

    def _doubts(self, readers: Readers) -> str:
        """The doubt of each list of readers; of those that have the same one together."""
        same = defaultdict[str, list[ReaderKind]](list)
        whole = [store for store in readers.search.followed if store.state.is_complete]
        panes = {store.source.kind: store.state for store in (*readers.stores, *whole)}
        for kind, pane in panes.items():
            same[self._doubt(pane, "")].append(kind)
        told = [
            self._doubt(panes[kinds[0]], joined([kind.many for kind in kinds])) for kinds in same.values()
        ]
        return "; ".join(why for why in told if why)

    def _doubt(self, pane: ListState, kinds: str) -> str:
        if pane.is_complete:
            if pane.is_live or pane.since is None:
                return ""
            why = "reloading…" if pane.error is None else pane.error.sentence
            why = pane.error.lack if isinstance(pane.error, Forbidden) else why
            return f"as of {clock(pane.since, self.session.clock.tz)}: {why}"
        if pane.kind == "refused":
            return f"you may not list {kinds}"
        if pane.error is not None:
            return pane.error.sentence
        if pane.kind == "idle":
            return f"{kinds} not loaded yet ({self.keys.of('show_readers')} loads them)"
        return f"loading {kinds}…"


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
