"""Outcomes of writes, whatever the network and others do: each report is true, and no write happens twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Literal, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.session.samples import START, RecordedEvents
from tests.still_clock import StillClock
from tui.cluster.client import Cluster, WriteAnswer
from tui.model.draft.draft import Changes, Draft
from tui.model.errors import AlreadyExists, Conflict, NotFound, OutcomeUnknown, Unreachable
from tui.model.managers.registry import OURS
from tui.model.secret.secret import FieldOwner, Provenance, Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Services
from tui.session.cache.lookup import SecretLookup
from tui.session.tasks import Tasks
from tui.session.writes.intents import CHANGE
from tui.session.writes.outcome import Outcome, WriteEnded, WriteResult, sent_word
from tui.session.writes.queue import Writes
from tui.session.writes.review import DryRun, Review

REF = SecretRef("default", "mysecret")
MINE, THEIRS = Value(b"mine"), Value(b"theirs")
Verb = Literal["write", "create", "delete"]
Fate = Literal["answered", "lost before", "lost after", "lands later"]
Deed = Literal["nothing", "label", "other key", "my key", "my value", "delete", "recreate"]


class Rushing(StillClock):
    """Clock that moves on as soon as somebody sleeps."""

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)


@dataclass
class Server:
    """Server with one Secret, others who change it before any request, and answers that get lost."""

    clock: StillClock
    held: Secret | None
    fates: list[Fate]
    deeds: list[Deed]
    blind: list[bool]
    lands_after: float
    is_tracked: bool
    """True if the server records who wrote which key."""
    skew: float | None = None
    version: int = 10
    committed: list[Secret | None] = field(default_factory=list)
    """Secret after each of our writes; None after a deletion."""
    waiting: tuple[float, Verb, str, str, Mapping[str, Value]] | None = None

    # -- others

    def _put(self, data: Mapping[str, Value], manager: str = "controller", **changes: object) -> None:
        """Store new data; as in the API server, a writer that does not change a key does not own it."""
        self.version += 1
        held = self.held
        if held is None:
            return
        if data.get("a") != held.data.get("a"):
            changes["field_owners"] = self._owned_by(manager)
        version = str(self.version)
        self.held = replace(held, resource_version=version, data=data, **changes)

    def _owned_by(self, manager: str) -> tuple[FieldOwner, ...]:
        return (FieldOwner(manager, "Update", self.clock.now(), ("a",)),) if self.is_tracked else ()

    def _make(self, data: Mapping[str, Value], manager: str = "controller") -> Secret:
        self.version += 1
        version = str(self.version)
        owners = self._owned_by(manager)
        now = self.clock.now()
        self.held = Secret(REF, f"uid-{version}", version, "Opaque", data, created=now, field_owners=owners)
        return self.held

    def _remove(self) -> None:
        self.held = None
        self.version += 1

    def others(self) -> None:
        """Let somebody act just before a request arrives, and let a delayed write land."""
        if self.waiting is not None and self.clock.monotonic() >= self.waiting[0]:
            _, verb, uid, version, values = self.waiting
            self.waiting = None
            with suppress(Conflict, AlreadyExists, NotFound):
                self._commit(verb, uid, version, values)
        deed = self.deeds.pop(0) if self.deeds else "nothing"
        data = dict(self.held.data) if self.held is not None else {}
        if deed == "label":
            self._put(data, labels={"turn": str(self.version)})
        elif deed == "other key":
            self._put(data | {"other": Value(str(self.version).encode())})
        elif deed == "my key":
            self._put(data | {"a": THEIRS})
        elif deed == "my value":
            self._put(data | {"a": MINE})
        elif deed in ("delete", "recreate"):
            self._remove()
        if deed == "recreate":
            self._make({"a": THEIRS})

    # -- the API

    def _commit(self, verb: Verb, uid: str, version: str, values: Mapping[str, Value]) -> Secret | None:
        if verb == "create":
            if self.held is not None:
                raise AlreadyExists(str(REF))
            self.committed.append(self._make(values, OURS))
            return self.held
        if self.held is None:
            raise NotFound(str(REF))
        if (self.held.uid, self.held.resource_version) != (uid, version):
            raise Conflict(str(REF))
        if verb == "delete":
            self._remove()
        else:
            self._put(dict(self.held.data) | dict(values), OURS)
        self.committed.append(self.held)
        return self.held

    def _arrives(self, verb: Verb, uid: str, version: str, values: Mapping[str, Value]) -> Secret | None:
        self.others()
        fate = self.fates.pop(0) if self.fates else "answered"
        if fate == "lost before":
            raise OutcomeUnknown(str(REF))
        if fate == "lands later":
            self.waiting = (self.clock.monotonic() + self.lands_after, verb, uid, version, values)
            raise OutcomeUnknown(str(REF))
        done = self._commit(verb, uid, version, values)
        if fate == "lost after":
            raise OutcomeUnknown(str(REF))
        return done

    async def open(self, ref: SecretRef) -> Secret:
        """Read the Secret, if it can be read now."""
        self.others()
        if self.blind and self.blind.pop(0):
            raise Unreachable("reset", "host")
        if self.held is None:
            raise NotFound(str(ref))
        return self.held

    async def provenance(self, ref: SecretRef) -> Provenance:
        """Read the metadata in the same way."""
        held = await self.open(ref)
        return Provenance(held.uid, held.resource_version, held.field_owners)

    async def write(self, ref: SecretRef, uid: str, resource_version: str, changes: Changes) -> WriteAnswer:
        done = self._arrives("write", uid, resource_version, changes.set)
        assert done is not None
        return WriteAnswer(done, ())

    async def create(self, ref: SecretRef, type: str, data: Mapping[str, Value]) -> WriteAnswer:  # noqa: A002
        done = self._arrives("create", "", "", data)
        assert done is not None
        return WriteAnswer(done, ())

    async def delete(self, ref: SecretRef, uid: str, resource_version: str) -> bool:
        self._arrives("delete", uid, resource_version, {})
        return True


verbs = st.sampled_from(["write", "create", "delete"])
fates = st.lists(st.sampled_from(["answered", "lost before", "lost after", "lands later"]), max_size=3)
deed = st.sampled_from(["label", "other key", "my key", "my value", "delete", "recreate"])
deeds = st.lists(st.just("nothing") | deed, max_size=4)
blinds = st.lists(st.booleans(), max_size=12)


@pytest.mark.slow
@given(verbs, fates, deeds, blinds, st.sampled_from([0, 2, 20, 35, 50, 59]), st.booleans())
@settings(max_examples=800)
def test_the_reported_outcome_of_a_write_is_what_happened(
    verb: Verb,
    fated: list[Fate],
    done: list[Deed],
    blind: list[bool],
    lands_after: float,
    is_tracked: bool,
) -> None:
    asyncio.run(tried(verb, fated, done, blind, lands_after, is_tracked))


async def tried(
    verb: Verb,
    fated: list[Fate],
    done: list[Deed],
    blind: list[bool],
    lands_after: float,
    is_tracked: bool,
) -> None:
    clock, tasks = Rushing(START), Tasks()
    start = Secret(REF, "uid-10", "10", "Opaque", {"a": Value(b"old"), "b": Value(b"b")}, created=START - 9)
    held_at_start = None if verb == "create" else start
    server = Server(clock, held_at_start, list(fated), list(done), list(blind), lands_after, is_tracked)
    told: list[WriteResult] = []
    events = RecordedEvents()
    events.on(WriteEnded, lambda event: told.append(event.end))
    lookup = cast(SecretLookup, SimpleNamespace(followed_row=lambda ref: None))
    writes = Writes(Services(cast(Cluster, server), clock, tasks, events), lookup)
    if verb == "delete":
        assert writes.delete(start) is None
    else:
        draft = Draft.new(REF) if verb == "create" else Draft.of(start)
        draft = draft.set(None if verb == "create" else start, "a", MINE)
        review = Review(draft, "ready", None if draft.is_new else start, dry_run=DryRun("accepted"))
        assert writes.write(review) is None
    for _ in range(2000):
        if writes.busy is None and not writes.unknown:
            break
        await asyncio.sleep(0)
    (end,) = [outcome for outcome in writes.outcomes if outcome.kind != "unknown"]
    clock.advance(1000)
    server.deeds.clear()
    server.others()
    happened = len(server.committed)
    assert happened <= 1, "once at most"
    if end.kind == "written":
        assert happened == 1 or (not is_tracked and server_was_given_the_same(done))
        if happened and server.committed[0] is not None:
            assert server.committed[0].data["a"] == MINE
    elif end.kind == "deleted":
        assert happened == 1 or {"delete", "recreate"} & set(done)
    elif end.kind in ("not written", "not deleted"):
        is_only_absent = end.sentence.startswith("not there: ") and {"delete", "recreate"} & set(done)
        assert happened == 0 or is_only_absent, "and it does not happen later"
    assert [one.kind for one in told] == [end.kind]
    # What the journal says of it.
    if end.is_done is False:
        assert happened == 0
    await tasks.close()


def server_was_given_the_same(done: list[Deed]) -> bool:
    """True if others set the very value that was sent: then its writer cannot be known."""
    return "my value" in done


def test_a_draft_says_whether_its_changes_were_sent() -> None:
    draft = Draft(REF, "uid", "1", "Opaque").set(None, "password", MINE)
    other = SecretRef("default", "other")

    def ended(ref: SecretRef = REF, *keys: str, is_done: bool | None) -> Outcome:
        return Outcome("conflict", CHANGE, ref, keys, START, "", is_done=is_done)

    assert sent_word([], draft) == "nothing sent yet"
    lost = ended(REF, "password", is_done=None)
    assert sent_word([lost], draft) == "sent, outcome unknown"
    assert sent_word([ended(REF, "password", is_done=False)], draft) == "not written"
    for later in (ended(other, "password", is_done=None), ended(REF, "username", is_done=None)):
        assert sent_word([later], draft) == "nothing sent yet", "that was another draft"
    assert sent_word([lost, ended(REF, "password", is_done=True)], draft) == "nothing sent yet"
