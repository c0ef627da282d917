"""Requests to managers of Secrets on the real server, as a user with the role `edit`, and their results."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from tests.controlplane.custom_kinds import CustomKind
from tests.controlplane.manager_kinds import (
    CERTIFICATE,
    EXTERNAL_SECRET,
    HELM_RELEASE,
    KUSTOMIZATION,
    VAULT_DYNAMIC,
    VAULT_PKI,
    VAULT_STATIC,
)
from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC, binding, is_allowed
from tests.journeys.cluster_objects import Beside
from tests.journeys.managers import FORCED, REQUESTED, Manager, Obj, at_work
from tests.journeys.user_rights import Actor, acting
from tests.ui.test_palette import looks_for
from tui.model.secret.secret import SecretRef

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


class Case(NamedTuple):
    """Kind of manager, the spec of an object, the Secret that it writes, and the request to it."""

    kind: CustomKind
    spec: Obj
    secret: str
    title: str
    done: str
    """Message at the end of the request."""
    notes: tuple[str, ...] = ()
    """Annotations by which the request is made, all with one value."""
    number: int = 1
    """Position of the request among the offers."""


STORE: Final = {"name": "made-up", "kind": "SecretStore"}
CHARTS: Final = {"kind": "HelmRepository", "name": "made-up"}
VALUE: Final = {"secretKey": "password", "remoteRef": {"key": "made-up"}}
CASES: Final = (
    Case(
        EXTERNAL_SECRET,
        {"refreshInterval": "1h", "secretStoreRef": STORE, "data": [VALUE]},
        "db",
        "Refresh from the store",
        "The refresh is done: SecretSynced.",
        ("force-sync",),
    ),
    Case(
        CERTIFICATE,
        {"secretName": "db-tls", "issuerRef": {"name": "made-up"}, "dnsNames": ["shop.example"]},
        "db-tls",
        "Renew the certificate",
        "The certificate was issued, valid until",
    ),
    Case(
        KUSTOMIZATION,
        {"interval": "1h", "prune": True, "sourceRef": {"kind": "GitRepository", "name": "made-up"}},
        "of-db",
        "Reconcile",
        "Reconciled: ReconciliationSucceeded.",
        (REQUESTED,),
    ),
    Case(
        HELM_RELEASE,
        {"interval": "1h", "chart": {"spec": {"chart": "made-up", "sourceRef": CHARTS}}},
        "of-db",
        "Force an upgrade",
        "Reconciled: UpgradeSucceeded.",
        (REQUESTED, FORCED),
        3,
    ),
    Case(
        VAULT_STATIC,
        {"mount": "kv", "path": "db", "type": "kv-v2", "destination": {"name": "db-kv", "create": True}},
        "db-kv",
        "Sync from Vault",
        "Synced from Vault.",
        ("force-sync",),
    ),
    Case(
        VAULT_DYNAMIC,
        {"mount": "db", "path": "creds/shop", "destination": {"name": "db-lease", "create": True}},
        "db-lease",
        "Ask Vault for a new lease",
        "Synced from Vault.",
        ("force-sync",),
    ),
    Case(
        VAULT_PKI,
        {"mount": "pki", "role": "shop", "destination": {"name": "db-pki", "create": True}},
        "db-pki",
        "Ask Vault for a new certificate",
        "Synced from Vault.",
        ("force-sync",),
    ),
)
EACH: Final = pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind.kind)


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    return Beside(whole_plane, whole_plane.new_namespace())


@pytest.fixture
def manager(beside: Beside, case: Case) -> Iterator[Manager]:
    """Played controller that has written the Secret once."""
    with at_work(beside.plane, beside.namespace, case.kind) as played:
        played.ask("POST", case.kind.path(beside.namespace), case.kind.body("db", spec=case.spec))
        beside.plane.wait_for(lambda: "status" in manager_object(beside, case))
        yield played


def manager_object(beside: Beside, case: Case) -> Obj:
    found: Obj = beside.plane.ask("GET", f"{case.kind.path(beside.namespace)}/db").body
    return found


def with_role(beside: Beside, role: str) -> str:
    """Bind a built-in role to a user in the namespace, wait until it is in force, and return the user."""
    user = f"{role}-{beside.namespace}"
    path = f"{RBAC}/namespaces/{beside.namespace}/rolebindings"
    beside.plane.make(path, binding(user, role, user))
    pods = {"verb": "list", "resource": "pods", "namespace": beside.namespace}
    beside.plane.wait_for(lambda: is_allowed(beside.plane.ask, {"user": user, "resourceAttributes": pods}))
    return user


@EACH
async def test_an_editor_requests_a_new_value_at_the_source_from_the_list(
    beside: Beside, case: Case, manager: Manager
) -> None:
    before = beside.data(case.secret)
    user = await asyncio.to_thread(with_role, beside, "edit")
    async with acting(Actor(beside.plane, beside.namespace, user)) as person:
        await person.acts_on(
            f"{beside.namespace}/{case.secret}", "M", f"Source of {case.secret}", f"{case.kind.kind}/db"
        )
        await person.sees(f"{case.number}  {case.title}")
        await person.press(*"j" * (case.number - 1), "enter")
        await person.sees("The dry run was accepted; nothing is sent yet.")
        assert manager.writes == 1, "a dry run asks for nothing"
        await person.presses("W", case.done, "The Secret has a new value of")
    assert manager.writes == 2 and beside.data(case.secret) != before
    fields = manager_object(beside, case)["metadata"]["managedFields"]
    mine = [one for one in fields if one["manager"] == "secret-tui"]
    if case.kind is CERTIFICATE:
        assert {one.get("subresource") for one in mine} <= {"status"}
    else:
        annotations = mine[0]["fieldsV1"]["f:metadata"]["f:annotations"]
        assert annotations.keys() - {"."} == {f"f:{note}" for note in case.notes}


@pytest.mark.parametrize("case", CASES[:2], ids=lambda case: case.kind.kind)
async def test_a_rotation_of_a_managed_key_goes_through_its_source(
    beside: Beside, case: Case, manager: Manager
) -> None:
    before = beside.data(case.secret)
    user = await asyncio.to_thread(with_role, beside, "edit")
    async with acting(Actor(beside.plane, beside.namespace, user)) as person:
        await person.open(SecretRef(beside.namespace, case.secret))
        await person.waits_for(lambda: person.session.sources.of_open.found, "its manager")  # type: ignore[union-attr]
        await person.press("colon")
        await looks_for(person, "rotate")
        await person.presses("enter", "at its source", f"M  {case.title[:1].lower()}{case.title[1:]}")
        await person.presses("enter", "The dry run was accepted; nothing is sent yet.")
        assert manager.writes == 1
        await person.presses("W", case.done, "The Secret has a new value of")
    after = beside.data(case.secret)
    assert all(before[key] != after[key] for key in before) and before.keys() == after.keys()


def test_an_editor_may_put_a_certificates_status_and_not_patch_it(beside: Beside) -> None:
    user = with_role(beside, "edit")
    about = {"group": "cert-manager.io", "resource": "certificates", "subresource": "status"}
    allowed = {
        verb: is_allowed(
            beside.plane.ask,
            {"user": user, "resourceAttributes": about | {"verb": verb, "namespace": beside.namespace}},
        )
        for verb in ("update", "patch")
    }
    assert allowed == {"update": True, "patch": False}
