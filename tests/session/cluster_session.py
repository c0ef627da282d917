"""A session against the embedded cluster over loopback, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faulty_cluster.server import FaultyCluster
from tests.helpers import eventually
from tests.others import MINE as MINE
from tests.others import Others
from tests.others import secret_object as secret_object
from tests.session.samples import START
from tests.still_clock import StillClock
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.settings.settings import OwnReader
from tui.session.cache.events import Topic
from tui.session.open_secret import Opened
from tui.session.session import Session
from tui.session.writes.audit import Journal
from tui.session.writes.outcome import Outcome
from tui.session.writes.review import Review

NEW = SecretRef("default", "brand-new")


def pod_object(name: str, *secrets: str, namespace: str = "default") -> dict[str, Any]:
    """A pod that takes whole Secrets into its environment."""
    env = [{"secretRef": {"name": secret}} for secret in secrets]
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [{"name": "main", "image": "redis", "envFrom": env}]},
    }


@dataclass
class ClusterSession(Others):
    """Embedded cluster, a session on it, and what a test does as a person or as others."""

    home: FaultyCluster
    clock: StillClock
    session: Session
    heard: list[frozenset[Topic]] = field(default_factory=list)

    # -- others

    @property
    def place(self) -> FaultyCluster:
        return self.home

    def others_label(self, label: str, value: str) -> None:
        obj = self.home.store.get("secrets", MINE.namespace, MINE.name)
        obj["metadata"].setdefault("labels", {})[label] = value
        self.home.store.put(obj, manager="controller")

    def others_begin_to_delete(self) -> None:
        """Delete mysecret as somebody else; a finalizer keeps it for now."""
        obj = self.home.store.get("secrets", MINE.namespace, MINE.name)
        obj["metadata"] |= {"deletionTimestamp": "2025-11-24T14:00:00Z", "finalizers": ["example.test/keep"]}
        self.home.store.put(obj, manager="controller")

    def others_recreate(self, data: Mapping[str, bytes]) -> None:
        """Delete mysecret as somebody else, and create another of that name."""
        self.home.store.delete("secrets", MINE.namespace, MINE.name)
        self.home.store.put(secret_object(MINE.name, data, namespace=MINE.namespace))

    def asked(self, method: str, part: str = "") -> list[str]:
        """Requests that arrived so far: path and query of those that contain `part`."""
        lines = [f"{seen.path}?{seen.query}" for seen in self.home.requests if seen.method == method]
        return [line for line in lines if part in line]

    def sent(self) -> int:
        """Count the writes that were sent, without dry runs."""
        return sum(
            seen.method in ("PATCH", "PUT", "DELETE") or (seen.method == "POST" and "secrets" in seen.path)
            for seen in self.home.requests
            if "dryRun" not in seen.query
        )

    async def in_time(self, is_true: Callable[[], object], what: str = "") -> None:
        """Wait until `is_true` holds, while time passes for every sleep of up to two seconds."""

        def passes() -> object:
            if any(wait <= 2 for wait in self.clock.waits):
                self.clock.advance(1)
            return is_true()

        await eventually(passes, what)

    # -- the person

    @property
    def rows(self) -> list[str]:
        return [row.ref.name for row in self.session.secrets.rows]

    @property
    def opened(self) -> Opened:
        assert self.session.opened is not None
        return self.session.opened

    @property
    def secret(self) -> Secret:
        assert self.opened.secret is not None
        return self.opened.secret

    async def listed(self) -> None:
        """Wait until the Secrets are listed and watched."""
        await eventually(lambda: self.session.secrets.state.is_live, "live secrets")

    async def open(self, ref: SecretRef = MINE) -> Secret:
        self.session.open(ref)
        await eventually(lambda: self.session.opened and self.session.opened.secret, f"{ref} open")
        return self.secret

    async def edited(self, key: str = "password", value: bytes = b"n3w-made-up") -> Draft:
        """Open mysecret, and change one key."""
        secret = await self.open()
        draft = Draft.of(secret).set(secret, key, Value(value))
        self.session.drafts.put(draft)
        return draft

    async def reviewed(self, draft: Draft) -> Review:
        """Review the draft, and wait until it can be written, or is known not to be."""
        target = self.session.writes.reviews.start(draft)
        await eventually(self.is_reviewed, "the review")
        assert target.review is not None
        return target.review

    def is_reviewed(self) -> bool:
        """True if each draft under review can be written, or is known not to be."""
        reviews = self.reviews
        return bool(reviews) and all(
            review.stage in ("conflict", "broken")
            or (review.stage == "ready" and review.dry_run.kind != "pending")
            or bool(review.problem)
            or not review.has_changes
            for review in reviews
        )

    @property
    def reviews(self) -> list[Review]:
        return [target.review for target in self.session.writes.reviews.targets if target.review is not None]

    async def ended(self) -> Outcome:
        """Wait until no write is in flight or looked into; return the latest outcome."""
        writes = self.session.writes
        await eventually(lambda: writes.busy is None and not writes.unknown and writes.outcomes, "an outcome")
        return writes.outcomes[-1]

    async def all_ended(self, count: int) -> None:
        """Wait until so many writes have an outcome, known or unknown, and nothing more is sent."""
        writes = self.session.writes
        await eventually(
            lambda: len(writes.outcomes) == count and not writes.busy and not writes.following,
            "the end of all",
        )

    async def wrote(self, draft: Draft) -> Outcome:
        """Review, write, and wait for the end."""
        return await self.sends(await self.reviewed(draft))

    async def sends(self, review: Review) -> Outcome:
        """Write what was reviewed, and wait for the end."""
        assert self.session.writes.write(review) is None
        return await self.ended()

    async def deletes(self, secret: Secret) -> Outcome:
        assert self.session.writes.delete(secret) is None
        return await self.ended()


def cluster_of(home: FaultyCluster, user: str = "admin", **how: Any) -> Cluster:
    """Client of the program for the embedded cluster."""
    target = LoginTarget("embedded", "embedded", user, home.url, "default", token=home.users[user].token)
    return Cluster(target, login(target), **how)


STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"1f2d1e2e67df"}),
    secret_object("other", {"a": b"1"}),
    secret_object("elsewhere", {"a": b"1"}, namespace="web"),
    pod_object("mypod", "mysecret"),
)


@asynccontextmanager
async def cluster_session(
    *,
    namespace: str | None = "default",
    name: str | None = None,
    user: str = "admin",
    users: Mapping[str, Sequence[Rule]] | None = None,
    story: Any = STORY,
    start: bool = True,
    read_only: bool = False,
    request_timeout: float | None = None,
    journal: Journal | None = None,
    own_readers: Sequence[OwnReader] = (),
) -> AsyncIterator[ClusterSession]:
    """A session on the embedded cluster in which the secrets are listed and live (with `start`)."""
    clock = StillClock(START)
    async with FaultyCluster(story, now=clock.now) as home:
        for other, rules in (users or {}).items():
            home.users.add(other, rules=rules)
        cluster = cluster_of(home, user, read_only=read_only, request_timeout=request_timeout, now=clock.now)
        session = Session(
            *(cluster, clock),
            namespace=namespace,
            name=name,
            read_only=read_only,
            journal=journal,
            own_readers=own_readers,
        )
        found = ClusterSession(home, clock, session)
        session.events.subscribe(found.heard.append)
        try:
            if start:
                session.start()
                await found.listed()
            yield found
        finally:
            await session.close()
