"""Session on the embedded cluster in which a managed Secret is open, and requests of its manager."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession, cluster_session
from tests.session.source_objects import Obj, secret
from tui.model.managers.source.source import Request, SourceAction
from tui.model.secret.secret import SecretRef
from tui.session.source import FoundSource, PreparedRequest, SourceRequest

REF = SecretRef("default", "db")
OWNED = secret(owner="ExternalSecret", api="external-secrets.io/v1")


@asynccontextmanager
async def at_source(*story: Obj, **how: Any) -> AsyncIterator[ClusterSession]:
    """A session on the embedded cluster in which the Secret is open."""
    async with cluster_session(story=story, **how) as at:
        await at.open(REF)
        yield at


async def found(at: ClusterSession) -> tuple[FoundSource, ...]:
    """Wait for the managers of the open Secret, and return them."""
    at.session.sources.look(at.secret)
    await eventually(
        lambda: at.session.sources.looked and at.session.sources.looked.found is not None, "what manages it"
    )
    looked = at.session.sources.looked
    assert looked is not None and looked.found is not None
    return looked.found


async def prepared(at: ClusterSession, title: str = "Refresh") -> PreparedRequest:
    """The request of that title, as its review has it."""
    one, *_ = await found(at)
    assert one.obj is not None
    offers = one.source.offers(one.obj, at.secret)
    what = next(offer for offer in offers if offer.title.startswith(title))
    assert isinstance(what, SourceAction)
    return await at.session.sources.prepare(one, what, Request(at.clock.now(), "jo", REF))


async def sent(at: ClusterSession, title: str = "Refresh", typed: str = "") -> None:
    assert at.session.sources.send(await prepared(at, title), "1", typed=typed) is None
    await eventually(lambda: run_of(at).state != "sending", "an answer")


def run_of(at: ClusterSession) -> SourceRequest:
    """Latest request for the open Secret."""
    return at.session.sources.requests[REF]


async def ends(at: ClusterSession, state: str) -> SourceRequest:
    """Wait until the latest request has that state, while time passes."""
    await at.in_time(lambda: run_of(at).state == state, f"{state}, not {run_of(at).state}")
    return run_of(at)


def writes(at: ClusterSession, method: str = "PATCH", *, is_dry_run: bool = False) -> list[str]:
    """Paths of the requests that were dry runs, or of the others."""
    lines = (line.split("?") for line in at.asked(method))
    return [path for path, query in lines if ("dryRun" in query) == is_dry_run]


def on_server(at: ClusterSession, resource: str, name: str) -> Obj:
    return at.home.store.get(resource, "default", name)
