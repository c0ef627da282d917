"""Busy Secrets of the real server: other writers do not block an edit, and one that resets a key is named."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually
from tests.journeys.controllers import Controller, at_work, labels, other_key, resets
from tests.journeys.sessions import session_on
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.clock import Clock
from tui.session.session import Session
from tui.session.writes.outcome import Outcome
from tui.session.writes.review import Review, WriteTarget

pytestmark = pytest.mark.real

NAME: Final = "busy"
EDITS: Final = 15


@asynccontextmanager
async def at(plane: ControlPlane) -> AsyncIterator[tuple[Session, SecretRef, str]]:
    """Start a session on a namespace of this test alone, with one Secret in it."""
    namespace = await asyncio.to_thread(plane.new_namespace)
    path = f"/api/v1/namespaces/{namespace}/secrets"
    body = {"metadata": {"name": NAME}, "stringData": {"password": "first", "user": "admin"}}
    await asyncio.to_thread(plane.make, path, body)
    async with session_on(plane, namespace, clock=Clock()) as session:
        yield session, SecretRef(namespace, NAME), f"{path}/{NAME}"


async def edit(
    session: Session, ref: SecretRef, value: bytes, *, then: Callable[[], Awaitable[object]] | None = None
) -> Outcome:
    """Edit a key, from opening the Secret to the end of the write; `then` runs between dry run and write."""
    session.open(ref)
    await eventually(lambda: session.opened and session.opened.secret, "the Secret")
    assert session.opened is not None and session.opened.secret is not None
    secret = session.opened.secret
    draft = Draft.of(secret).set(secret, "password", Value(value))
    session.drafts.put(draft)
    writes = session.writes
    target = writes.reviews.start(draft)
    await eventually(lambda: target.review and target.review.can_write, "the dry run")
    if then is not None:
        await then()
    assert target.review is not None
    outcome = await sent(session, target.review)
    session.leave()
    return outcome


async def sent(session: Session, review: Review) -> Outcome:
    """Write the reviewed draft and wait for the outcome."""
    writes, before = session.writes, len(session.writes.outcomes)
    assert writes.write(review) is None
    await eventually(lambda: len(writes.outcomes) > before and writes.busy is None, "the end")
    return writes.outcomes[-1]


EVERY: Final = 0.01
"""Seconds between two writes of a controller."""


@pytest.mark.parametrize("patch", [labels, other_key])
async def test_edits_are_written_while_a_controller_keeps_writing_other_parts_of_the_secret(
    plane: ControlPlane, patch: Callable[[int], dict[str, Any]]
) -> None:
    async with at(plane) as (session, ref, path):
        async with at_work(Controller(plane, path, "restless", EVERY, patch)) as restless:

            async def another_writes() -> None:
                seen = restless.writes
                await eventually(lambda: restless.writes > seen, "another write")

            ends = [
                await edit(session, ref, f"made-up-{number}".encode(), then=another_writes)
                for number in range(EDITS)
            ]
        assert [end.kind for end in ends] == ["written"] * EDITS
        assert restless.writes > EDITS / 4
        assert any("newer changes elsewhere in the Secret" in end.sentence for end in ends)
        assert session.drafts.all() == []


async def told(session: Session, is_it: Callable[[str], bool]) -> str:
    """Wait for the message that follows a write, and return its text."""
    await eventually(lambda: session.writes.later, "what became of it")
    (later,) = session.writes.later
    assert is_it(later.sentence), later.sentence
    return later.sentence


async def test_a_manager_that_resets_the_key_is_named_with_the_time_of_the_server(
    plane: ControlPlane,
) -> None:
    async with at(plane) as (session, ref, path):
        assert (await edit(session, ref, b"m4de-up")).kind == "written"
        resetting = Controller(plane, path, "external-secrets", 60, resets("password", b"first"))
        async with at_work(resetting):
            message = await told(
                session, lambda message: f" by external-secrets: password of {ref}" in message
            )
        entries = (await asyncio.to_thread(plane.ask, "GET", path)).body["metadata"]["managedFields"]
        (time,) = [entry["time"] for entry in entries if entry["manager"] == "external-secrets"]
        local = datetime.fromisoformat(time).astimezone(session.clock.tz)
        assert message.startswith(f"changed again at {local:%H:%M:%S} by external-secrets")


async def write_over(session: Session, ref: SecretRef, value: str) -> str:
    """Review and write until the password is written; return the value that the last review showed as old."""
    draft, writes = Draft.of(secret := await session.cluster.open(ref)), session.writes
    target = WriteTarget(draft)
    while True:
        draft = draft.set(secret, "password", Value(value.encode()))
        writes.reviews.start(draft, target)
        await eventually(lambda: target.review and (target.review.can_write or target.review.collisions))
        review = target.review
        assert review is not None and review.secret is not None
        secret, draft = review.secret, review.draft
        if not review.can_write:
            draft = draft.resolve("password", secret, "mine")
            continue
        shown = review.draft.base["password"]
        if (await sent(session, review)).kind == "written" and shown is not None:
            return shown.reveal().decode()


async def test_two_programs_that_write_one_key_overwrite_only_values_that_their_review_showed(
    plane: ControlPlane,
) -> None:
    async with at(plane) as (left, ref, path), session_on(plane, ref.namespace, clock=Clock()) as right:
        listed = path.rpartition("/")[0]
        start = (await asyncio.to_thread(plane.ask, "GET", path)).body["metadata"]["resourceVersion"]

        async def all_of(session: Session, who: str) -> dict[str, str]:
            return {f"{who}-{n}": await write_over(session, ref, f"{who}-{n}") for n in range(EDITS)}

        logs = await asyncio.gather(all_of(left, "left"), all_of(right, "right"))
        since = f"{listed}?watch=1&timeoutSeconds=1&resourceVersion={start}"
        told = (await asyncio.to_thread(plane.ask, "GET", since)).text.splitlines()
    held = ["first", *(b64decode(json.loads(line)["object"]["data"]["password"]).decode() for line in told)]
    shown = logs[0] | logs[1]
    assert len(held) == 2 * EDITS + 1
    for before, after in pairwise(held):
        assert shown[after] == before, f"{after} took the place of {before}"
