"""A cluster that goes back: its etcd is restored to an older state while the program watches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.contract.planes import real_plane, values
from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually
from tui.model.draft.draft import Changes
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import Value
from tui.session.cache.events import Topic
from tui.session.clock import SystemClock
from tui.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def own_plane() -> Iterator[ControlPlane]:
    """One that no other test shares: what they wrote would be gone."""
    with ControlPlane() as started:
        yield started


async def test_after_a_restore_of_etcd_what_is_live_is_what_the_cluster_holds(
    own_plane: ControlPlane,
) -> None:
    async with real_plane(own_plane) as plane, plane.cluster() as others:
        open_one, early, late = (SecretRef(plane.namespace, name) for name in ("open", "early", "late"))
        first = (await others.create(open_one, OPAQUE, values(password="old"))).secret
        gone = (await others.create(early, OPAQUE, {})).secret
        saved = await asyncio.to_thread(own_plane.save)
        async with plane.cluster() as cluster:
            session = Session(cluster, SystemClock(), namespace=plane.namespace)
            heard: set[Topic] = set()
            session.events.subscribe(heard.update)
            await session.start()
            try:
                await eventually(lambda: len(session.secrets.rows) == 2)
                changes = Changes(values(password="new"), frozenset())
                await others.write(open_one, first.uid, first.resource_version, changes)
                await others.delete(early, gone.uid, gone.resource_version)
                await others.create(late, OPAQUE, {})
                session.open(open_one)
                await eventually(lambda: _names(session) == ["late", "open"] and _password(session) == "new")
                await asyncio.to_thread(own_plane.restore, saved)
                await eventually(lambda: _names(session) == ["early", "open"], seconds=90)
                await eventually(lambda: _password(session) == "old")
                assert session.opened is not None and session.opened.changed == {"password"}
                assert "went back" in heard
            finally:
                await session.close()


def _names(session: Session) -> list[str]:
    return [row.ref.name for row in session.secrets.rows]


def _password(session: Session) -> str:
    secret = session.opened.secret if session.opened is not None else None
    return secret.data.get("password", Value(b"")).reveal().decode() if secret is not None else ""
