"""Change history of keys from the real server's managedFields, write by write."""

from __future__ import annotations

import json

import pytest

from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually
from tests.journeys.cluster_objects import SECRET, Beside
from tests.journeys.sessions import session_on
from tui.model.draft.draft import Draft
from tui.model.readers.freshness import History
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


class Told:
    """History of the changes to one Secret, as the session knows it."""

    def __init__(self, session: Session, ref: SecretRef) -> None:
        self._session, self._ref = session, ref

    def of(self, key: str | None) -> History:
        row = self._session.row_of(self._ref)
        assert row is not None
        return self._session.changes.history(row, key)

    def seen(self, key: str | None) -> list[tuple[str, str]]:
        return [(one.key, one.by) for one in self.of(key).seen]

    @property
    def version(self) -> str:
        row = self._session.row_of(self._ref)
        return row.resource_version if row is not None else ""


async def test_the_history_names_the_key_and_the_manager_of_each_write(
    plane: ControlPlane, beside: Beside
) -> None:
    ref = SecretRef(beside.namespace, SECRET)
    async with session_on(plane, beside.namespace) as session:
        await eventually(lambda: session.secrets.state.is_live, "live secrets")
        told = Told(session, ref)
        made = told.of("password")
        assert made.is_bound and made.seen == () and made.moved == made.created

        async def after(*args: str) -> None:
            """Run kubectl and wait until the session has the newest version."""
            beside.run_kubectl(*args)
            newest = beside.secret()["metadata"]["resourceVersion"]
            await eventually(lambda: told.version == newest, f"version {newest}")

        patch = ("patch", "secret", SECRET, "--type=merge", "-p")
        await after(*patch, json.dumps({"stringData": {"password": "made-up-1"}}))
        assert told.seen(None) == [("password", "kubectl-patch")]
        changed = told.of("password")
        assert changed.seen[0].until == changed.moved and changed.is_bound
        assert told.of("username").moved == made.moved

        await after("label", "secret", SECRET, "team=a")
        assert told.of(None) == changed_whole(told, changed), "a label of another manager moves nothing"

        await after(*patch, json.dumps({"stringData": {"username": "made-up-2"}}))
        assert told.seen(None) == [("password", "kubectl-patch"), ("username", "kubectl-patch")]

        moved = told.of(None).moved
        await after(*patch, json.dumps({"data": {"username": None}}))
        assert told.seen(None)[-1] == ("username", ""), "its removal is seen"
        assert told.of(None).moved == moved, "and moved no time"

        session.open(ref)
        await eventually(lambda: session.opened and session.opened.secret, "the values")
        assert session.opened is not None and session.opened.secret is not None
        draft = Draft.of(session.opened.secret).set(session.opened.secret, "password", Value(b"made-up-3"))
        target = session.writes.reviews.start(draft)
        await eventually(lambda: target.review and target.review.dry_run.kind == "accepted", "the review")
        assert target.review is not None
        assert session.writes.write(target.review) is None
        await eventually(lambda: told.seen("password")[-1] == ("password", "secret-tui"), "our own write")
        ours = told.of("password")
        assert ours.seen[-1].until == ours.moved and ours.is_bound


def changed_whole(told: Told, changed: History) -> History:
    """Return the history of the whole Secret, which must equal that of its one changed key."""
    whole = told.of(None)
    assert (whole.moved, whole.seen) == (changed.moved, changed.seen)
    return whole


async def test_a_key_applied_as_string_data_has_the_time_of_its_creation(
    plane: ControlPlane, beside: Beside
) -> None:
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "applied", "namespace": beside.namespace},
        "stringData": {"password": "made-up-1"},
    }
    beside.run_kubectl("apply", "--server-side", "-f", "-", typed=json.dumps(manifest))
    async with session_on(plane, beside.namespace) as session:
        await eventually(lambda: session.secrets.state.is_live, "live secrets")
        found = Told(session, SecretRef(beside.namespace, "applied")).of("password")
        assert found.is_bound and found.moved == found.created


async def test_an_immutable_secret_is_known_from_its_row_in_the_list(
    plane: ControlPlane, beside: Beside
) -> None:
    beside.make("secrets", "fixed", data={"a": "bWFkZS11cA=="}, immutable=True)
    async with session_on(plane, beside.namespace) as session:
        await eventually(lambda: session.secrets.state.is_live, "live secrets")
        rows = {row.ref.name: row.is_immutable for row in session.secrets.rows}
        assert rows == {"fixed": True, SECRET: False}
