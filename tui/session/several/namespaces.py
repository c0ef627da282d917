"""NamespaceComparison: compare the Secrets of two namespaces, in one context or in two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

from msgspec import Struct

from tui.cluster.api.resources import NOT_READ_WHOLE, SECRETS
from tui.model.draft.comparison_rows import ComparedSecret, PublicWords, compare_secret
from tui.model.draft.plan import Plan
from tui.model.errors import NotFound
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread
from tui.session.contexts import Contexts, LoginPrompts
from tui.session.session import Session
from tui.session.several.plans import keep_drafts, may_be_there, plan_copies


class NamespacePlace(Struct, frozen=True):
    """Namespace in the context of the session or in another context."""

    namespace: str
    context: ContextFacts | None = None
    """Other context; None for the context of the session."""

    def __str__(self) -> str:
        return f"{ascii_only(self.context.name)}/{self.namespace}" if self.context else self.namespace


class NamespaceComparison:
    """Comparison of the Secrets of two namespaces. It keeps the differences but no value."""

    def __init__(
        self,
        session: Session,
        places: tuple[NamespacePlace, NamespacePlace],
        contexts: Contexts,
        person: LoginPrompts,
    ) -> None:
        self._session, self.places = session, places
        self._contexts, self._person = contexts, person
        self.progress = ""
        self.is_listed = self.is_done = False
        self.rows = list[ComparedSecret]()
        """Comparisons: one for each Secret name that occurs in one place or in both."""
        self._listed = list[SecretSummary]()

    @property
    def says_what_is_read(self) -> str:
        """Sentence for the user about the values that `run` will read."""
        values = counted(sum(row.key_count for row in self._listed), "value")
        first, second = self.places
        where = f"{counted(len(self._listed), 'Secret')} in {first} and {second}"
        return f"Reads {values} of {where}. The cluster's audit log shows these reads."

    async def list_names(self, changed: Callable[[], object]) -> None:
        """List the Secrets of both places. Raises ClusterErrors."""
        self._listed, self.is_listed = [], False
        try:
            for place in self.places:
                self.progress = f"Listing {place} …"
                changed()
                async with self._session_at(place) as session:
                    self._listed += await _names_in(session, place.namespace)
            self.is_listed = True
        finally:
            self.progress = ""
            changed()

    async def run(self, changed: Callable[[], object], words: PublicWords) -> None:
        """Read the values of both places and fill `rows`. Raises ClusterErrors.

        After an error, `rows` keeps the comparisons that were made before.
        """
        self.rows, self.is_done = [], False
        first, second = self.places
        first_secrets, done = dict[str, Secret](), 0

        def step(secrets: int) -> None:
            nonlocal done
            done += secrets
            total = counted(max(len(self._listed), done), "Secret")
            self.progress = f"Read {done:,} of {total} …"
            changed()

        def compare(name: str, mine: Secret | None, theirs: Secret | None) -> ComparedSecret:
            refs = SecretRef(first.namespace, name), SecretRef(second.namespace, name)
            return compare_secret((refs[0], mine), (refs[1], theirs), words)

        def compare_all(secrets: Sequence[Secret]) -> list[ComparedSecret]:
            names = ((secret.ref.name, secret) for secret in secrets)
            return [compare(name, first_secrets.pop(name, None), theirs) for name, theirs in names]

        try:
            step(0)
            async with self._chunks(first) as chunks:
                async for secrets in chunks:
                    first_secrets |= {secret.ref.name: secret for secret in secrets}
                    step(len(secrets))
            async with self._chunks(second) as chunks:
                async for secrets in chunks:
                    self.rows += await run_in_thread(partial(compare_all, secrets))
                    step(len(secrets))
            self.rows += [compare(name, mine, None) for name, mine in first_secrets.items()]
            self.is_done = True
        finally:
            self.progress = ""
            changed()

    async def plan(
        self,
        places: tuple[NamespacePlace, NamespacePlace],
        chosen: Mapping[str, Collection[str] | None],
    ) -> list[Plan]:
        """Make drafts that copy the chosen keys of Secrets from the first of `places` to the second.

        `chosen`: maps the name of each Secret to its chosen keys (None: the whole Secret). Raises
        ClusterErrors. Drafts for another context wait until the user switches to that context.
        """
        source, target = places
        refs = {SecretRef(target.namespace, name): SecretRef(source.namespace, name) for name in chosen}
        async with self._session_at(source) as source_session, self._session_at(target) as target_session:
            plans = await plan_copies(source_session, target_session, refs, lambda place: chosen[place.name])
        if (facts := target.context) is None:
            return keep_drafts(self._session, plans)
        has_draft = f"already has a draft in context {ascii_only(facts.name)}."
        return [
            plan
            if plan.draft is None or self._session.park(facts.home, plan.draft)
            else Plan(plan.ref, word="has a draft", why=f"{plan.ref} {has_draft}")
            for plan in plans
        ]

    @asynccontextmanager
    async def _chunks(self, place: NamespacePlace) -> AsyncIterator[AsyncIterator[Sequence[Secret]]]:
        async with (
            self._session_at(place) as session,
            aclosing(session.read_whole(place.namespace)) as chunks,
        ):
            yield chunks

    @asynccontextmanager
    async def _session_at(self, place: NamespacePlace) -> AsyncIterator[Session]:
        """Yield the session of a place.

        For a place in another context, log in to that context. The new session is read-only, and is closed
        when the caller's `async with` block ends.
        """
        if place.context is None:
            yield self._session
            return
        session = await self._contexts.open(place.context.name, self._person, is_comparison=True)
        try:
            yield session
        finally:
            await session.close()


def is_whole_namespace(session: Session, refs: Sequence[SecretRef]) -> bool:
    """True if `refs` are at least two Secrets of one namespace, and no further Secret is listed in it.

    Listed Helm records and tokens of ServiceAccounts do not count as further Secrets.
    """
    namespaces = {ref.namespace for ref in refs}
    rows = (row for row in session.secrets.rows if row.ref.namespace in namespaces)
    listed = {row.ref for row in rows if row.type not in NOT_READ_WHOLE}
    return len(refs) > 1 and len(namespaces) == 1 and listed.issubset(refs)


async def _names_in(session: Session, namespace: str) -> list[SecretSummary]:
    rows = list[SecretSummary]()
    async with aclosing(session.cluster.pages(SECRETS, namespace)) as pages:
        async for page in pages:
            rows += [row for row in page.rows if row.type not in NOT_READ_WHOLE]
    if not rows and not await may_be_there(session, namespace):
        raise NotFound(f"namespace {namespace}")
    return rows
