"""Journal: write an entry for each action of the user in a context."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tui.cluster.client import Identity
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.draft.admission import has_altered
from tui.model.errors import HostLogFailed
from tui.model.journal import ALL_NAMES, Act, ActingUser, JournalIdentity, Outcome, entry, line
from tui.model.kube_context import without_login
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.counts import counted
from tui.session.cache.events import Events, Notice, SecretOpened
from tui.session.cache.rights import RightsCache
from tui.session.clock import Clock
from tui.session.writes.outcome import Outcome as Ended
from tui.session.writes.outcome import SentWrite

_NOT: Final = {"shown": "Not shown", "copied": "Not copied", "saved": "Not saved"}


class Journal:
    """Journal of one context. Without `write` it does nothing."""

    def __init__(self, write: Callable[[bytes], None] | None = None, *, is_required: bool = False) -> None:
        """`write` appends a line to the user's journal and the host's log, or raises OSError.

        If `write` raises HostLogFailed, only the host's log lacks the line. `is_required`: if `write` raises
        another OSError, values are not shown, copied or saved, and writes are not sent.
        """
        self._write, self._is_required = write, is_required
        self._problem = ""

    def at(self, clock: Clock, target: LoginTarget, access: RightsCache, events: Events) -> Journal:
        """Connect this journal to a context. Each opened Secret then gets an entry."""
        self._clock, self._target, self._access, self._events = clock, target, access, events
        events.on(SecretOpened, lambda event: self.opened(event.secret))
        return self

    def note(
        self, act: Act, ref: SecretRef, keys: tuple[str, ...] = (), *, how: str = "", outcome: Outcome = ""
    ) -> str | None:
        """Write an entry for an action. Returns a sentence if the action must not happen, else None."""
        if self._write is None:
            return None
        try:
            who = who_of(self._target, self._access.identity)
            self._write(line(entry(self._clock.now(), who, act, ref, keys, how, outcome)))
        except HostLogFailed as error:
            failed = f"Writing to the host's log failed ({error.strerror})."
            self._report(f"{failed} Only your own journal has the entry.")
            return None
        except OSError as error:
            is_asked = self._is_required and (act in _NOT or outcome == "sent")
            return self._failed(act, error.strerror or type(error).__name__, is_asked=is_asked)
        self._problem = ""
        return None

    def opened(self, secret: Secret) -> None:
        self.note("opened", secret.ref, tuple(secret.data))

    def opened_whole(self, namespace: str | None, count: int) -> None:
        """Write one entry for `count` Secrets that were listed with their values.

        `namespace` is None if the list was for all namespaces.
        """
        self.note("opened", SecretRef(namespace or ALL_NAMES, ALL_NAMES), how=counted(count, "Secret"))

    def sends(self, sent: SentWrite) -> str | None:
        """Write an entry before a write is sent.

        Returns a sentence if the write must not be sent, else None.
        """
        return self.note(sent.intent.act, sent.ref, sent.keys, how=sent.how, outcome="sent")

    def ended(self, outcome: Ended) -> None:
        cluster = f"the cluster {has_altered(outcome.altered)}" if outcome.altered else ""
        how = "; ".join(filter(None, (outcome.how, cluster)))
        self.note(outcome.intent.act, outcome.ref, outcome.keys, how=how, outcome=_word(outcome))

    def _failed(self, act: Act, why: str, *, is_asked: bool) -> str | None:
        start = f"The journal cannot be written ({why})"
        if not self._is_required:
            self._report(f"{start}: your actions are not recorded.")
            return None
        self._report(f"{start} but is required: nothing is shown, copied, saved or sent.", is_shown=is_asked)
        if not is_asked:
            return None
        return f"{_NOT.get(act, 'Not sent')}: the required journal cannot be written ({why})."

    def _report(self, problem: str, *, is_shown: bool = False) -> None:
        """Show `problem`, but do not repeat the last problem until a call of `_write` has succeeded.

        If `is_shown` is True, only remember `problem`, because the caller shows it.
        """
        if not is_shown and problem != self._problem:
            self._events.publish(Notice(problem, "warning"), "journal")
        self._problem = problem


def who_of(target: LoginTarget, identity: Identity | None) -> JournalIdentity:
    """Describe the user of a context for the journal."""
    acting = target.impersonate
    return JournalIdentity(
        context=target.context,
        server=without_login(target.server),
        login=target.user,
        user=identity.user if identity is not None else "",
        groups=identity.groups if identity is not None else (),
        acting=ActingUser(acting.user, acting.groups, acting.uid) if acting is not None else None,
    )


def _word(ended: Ended) -> Outcome:
    if ended.is_done is None:
        return "unknown"
    if ended.is_done:
        return "altered" if ended.altered else "confirmed"
    return "refused" if ended.error is not None else "not done"
