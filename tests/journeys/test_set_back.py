"""An API server whose etcd is restored from a backup while the program follows it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually
from tests.journeys.cluster_objects import OLD, SECRET, Beside
from tests.journeys.sessions import session_on
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Notice
from tui.session.cache.feeds import SET_BACK

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

PATIENCE = 60.0


async def test_a_restored_etcd_backup_replaces_rows_and_values_and_is_announced(tmp_path: Path) -> None:
    with ControlPlane() as plane:
        beside = Beside(plane, plane.new_namespace())
        beside.make_the_example()
        beside.make("secrets", "kept", stringData={"a": "1"})
        mine = SecretRef(beside.namespace, SECRET)
        plane.back_up(tmp_path / "backup")
        async with session_on(plane, beside.namespace) as session:
            session.open(mine)
            path = f"/api/v1/namespaces/{beside.namespace}/secrets"
            await asyncio.to_thread(
                plane.ask, "PATCH", f"{path}/{SECRET}", {"stringData": {"password": "later"}}
            )
            await asyncio.to_thread(plane.ask, "DELETE", f"{path}/kept")
            for number in range(20):
                await asyncio.to_thread(beside.make, "secrets", f"later-{number}")

            def password() -> Value | None:
                held = session.opened.secret if session.opened is not None else None
                return held.data.get("password") if held is not None else None

            def names() -> set[str]:
                return {row.ref.name for row in session.secrets.rows}

            await eventually(lambda: len(names()) == 21, "what is made later", seconds=PATIENCE)
            await eventually(lambda: password() == Value(b"later"), "the later value", seconds=PATIENCE)
            await asyncio.to_thread(plane.restore, tmp_path / "backup")
            session.refresh()
            await eventually(lambda: names() == {SECRET, "kept"}, "the restored rows", seconds=PATIENCE)
            await eventually(
                lambda: password() == Value(OLD.encode()), "the restored value", seconds=PATIENCE
            )
            assert Notice(SET_BACK, "warning") in session.events.news()
            await eventually(lambda: session.secrets.state.is_live, seconds=PATIENCE)
            await asyncio.to_thread(beside.make, "secrets", "since")
            await eventually(lambda: "since" in names(), "what is made since", seconds=PATIENCE)
