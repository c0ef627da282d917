"""Actions: their journal entries and messages, also when the program ends in the middle."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, secret_object
from tests.session.source_objects import CERTIFICATE_KIND, certificate
from tests.session.workloads import workload
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.session import shutdown
from tui.session.actions import Action
from tui.session.writes.audit import Journal

WEB = ObjectRef(DEPLOYMENT, "default", "web")
STORY = (secret_object("mysecret", {"a": b"made-up-1"}), workload("web"), CERTIFICATE_KIND, certificate())
RESTART = Action("restarted", WEB, (MINE,), "Restart", {"spec": {"paused": False}})
STILL = "Restart: Deployment/web in default is still being sent"
WAITED = f"{STILL}; waiting up to 5 s for the answer."


@asynccontextmanager
async def at_work(lines: list[bytes] | None = None, **how: Any) -> AsyncIterator[ClusterSession]:
    """A session on the embedded cluster whose journal is kept in these lines."""
    journal = Journal(lines.append if lines is not None else None)
    async with cluster_session(story=STORY, journal=journal, **how) as at:
        yield at


def kept(lines: list[bytes]) -> list[str]:
    """Journal entries about restarts and refreshes."""
    found = [json.loads(line) for line in lines]
    return [f"{one['how']}, {one['outcome']}" for one in found if one["what"] in ("restarted", "refreshed")]


async def in_flight(at: ClusterSession, code: int | None = None) -> None:
    """Send a restart whose answer is delayed; with `code` the answer is a refusal."""
    hang = at.fault("delay", method="PATCH", seconds=3600)
    if code is not None:
        at.fault("status", method="PATCH", code=code)
    assert at.session.rollouts.start((MINE,), [(WEB, frozenset())], "all at once") is None
    await eventually(lambda: hang.seen, "a patch on its way")


async def test_the_journal_names_the_action_its_object_and_its_namespace() -> None:
    lines: list[bytes] = []
    async with at_work(lines) as at:
        assert (await at.session.actions.send(RESTART)).made == "sent"
    said = "Restart: Deployment/web in default"
    assert kept(lines) == [f"{said}, sent", f"{said}, confirmed"]


@pytest.mark.parametrize(
    ("is_answered", "code", "said", "noted"),
    [
        (True, 0, "sent, effect not checked", "confirmed"),
        (False, 3, "sent, outcome unknown", "unknown"),
    ],
)
async def test_a_patch_in_flight_at_the_end_gets_5_s_and_its_outcome_is_shown_and_recorded(
    is_answered: bool, code: int, said: str, noted: str
) -> None:
    lines: list[bytes] = []
    async with at_work(lines) as at:
        await in_flight(at)
        told: list[str] = []
        end = asyncio.create_task(shutdown.end([at.session], told.append, is_asked=True))
        await eventually(lambda: 5.0 in at.clock.waits, "the grace")
        if is_answered:
            at.home.faults.clear()
        else:
            at.clock.advance(5.0)
        assert await end == code
        assert told == [WAITED, f"{said}: Restart: Deployment/web in default."]
    assert kept(lines)[-1] == f"Restart: Deployment/web in default, {noted}"


@pytest.mark.parametrize("loss", ["drop_after", "drop_before"])
@pytest.mark.parametrize("names_version", [False, True])
async def test_the_object_of_an_unanswered_action_shows_whether_it_arrived(
    loss: str, names_version: bool
) -> None:
    async with at_work() as at:
        actions = at.session.actions
        now = at.home.store.get("deployments.apps", "default", "web")
        action = replace(RESTART, version=now["metadata"]["resourceVersion"] if names_version else "")
        at.fault(loss, method="PATCH")
        end = await actions.send(action)
        assert end.made == "unknown"
        looking = asyncio.create_task(actions.follow(WEB, end).look())
        await at.in_time(looking.done, "a look")
        look = looking.result()
        assert look.obj is not None and look.is_unknown == (loss == "drop_before")
        assert len(at.asked("PATCH")) == 1


async def test_nothing_is_sent_once_the_session_ends() -> None:
    lines: list[bytes] = []
    async with at_work(lines) as at:
        await at.session.actions.close()
        assert (await at.session.actions.send(RESTART)).why == "Nothing sent: the session has ended."
        assert not at.asked("PATCH")
    assert not kept(lines)


async def test_a_restart_in_flight_when_the_terminal_hangs_up_is_recorded_as_unknown() -> None:
    lines: list[bytes] = []
    async with at_work(lines) as at:
        await in_flight(at)
        assert at.session.actions.unsettled == f"{STILL}."
        at.session.actions.hang_up()
        assert kept(lines)[-1] == "Restart: Deployment/web in default, unknown"
        at.home.faults.clear()
        await eventually(lambda: at.session.actions.unsettled is None, "the answer")
