"""At the source, on the real server: what an editor may ask of managers, and what becomes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
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
from tests.helpers import eventually
from tests.journeys.cluster_objects import Beside
from tests.journeys.managers import FORCED, REQUESTED, Manager, Obj, at_work
from tests.journeys.sessions import Line, QuickClock, session_on
from tests.journeys.user_rights import Actor, acting
from tests.ui.test_palette import looks_for
from tui.model.managers.source.source import Request, SourceAction
from tui.model.secret.secret import Secret, SecretRef
from tui.session.session import Session
from tui.session.source import Found, Prepared, Run

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


class Case(NamedTuple):
    """One kind, an object of it, the Secret that it writes, and what is asked of it."""

    kind: CustomKind
    spec: Obj
    secret: str
    title: str
    refusal: str
    """What is said to who may only look."""
    failure: str
    """What the controller says when it fails."""
    done: str
    """What is said of its end."""
    notes: tuple[str, ...] = ()
    """The annotations that ask for it, all with one value."""
    number: int = 1
    """Of this among the offers."""


STORE: Final = {"name": "made-up", "kind": "SecretStore"}
CHARTS: Final = {"kind": "HelmRepository", "name": "made-up"}
VALUE: Final = {"secretKey": "password", "remoteRef": {"key": "made-up"}}
CASES: Final = (
    Case(
        EXTERNAL_SECRET,
        {"refreshInterval": "1h", "secretStoreRef": STORE, "data": [VALUE]},
        "db",
        "Refresh from the store",
        "patch externalsecrets.external-secrets.io",
        "could not get secret data from provider",
        "The refresh is done: SecretSynced.",
        ("force-sync",),
    ),
    Case(
        CERTIFICATE,
        {"secretName": "db-tls", "issuerRef": {"name": "made-up"}, "dnsNames": ["shop.example"]},
        "db-tls",
        "Renew the certificate",
        "update certificates/status.cert-manager.io",
        "The certificate request has failed to complete and will be retried",
        "The certificate was issued, valid until",
    ),
    Case(
        KUSTOMIZATION,
        {"interval": "1h", "prune": True, "sourceRef": {"kind": "GitRepository", "name": "made-up"}},
        "of-db",
        "Reconcile",
        "patch kustomizations.kustomize.toolkit.fluxcd.io",
        "kustomize build failed: made-up",
        "Reconciled: ReconciliationSucceeded.",
        (REQUESTED,),
    ),
    Case(
        HELM_RELEASE,
        {"interval": "1h", "chart": {"spec": {"chart": "made-up", "sourceRef": CHARTS}}},
        "of-db",
        "Force an upgrade",
        "patch helmreleases.helm.toolkit.fluxcd.io",
        "The reconciliation failed: UpgradeFailed. Helm upgrade failed for release made-up",
        "Reconciled: UpgradeSucceeded.",
        (REQUESTED, FORCED),
        3,
    ),
    Case(
        VAULT_STATIC,
        {"mount": "kv", "path": "db", "type": "kv-v2", "destination": {"name": "db-kv", "create": True}},
        "db-kv",
        "Sync from Vault",
        "patch vaultstaticsecrets.secrets.hashicorp.com",
        "The sync failed. Failed to sync the secret, err=made-up",
        "Synced from Vault.",
        ("force-sync",),
    ),
    Case(
        VAULT_DYNAMIC,
        {"mount": "db", "path": "creds/shop", "destination": {"name": "db-lease", "create": True}},
        "db-lease",
        "Ask Vault for a new lease",
        "patch vaultdynamicsecrets.secrets.hashicorp.com",
        "The sync failed. Failed to sync the secret, err=made-up",
        "Synced from Vault.",
        ("force-sync",),
    ),
    Case(
        VAULT_PKI,
        {"mount": "pki", "role": "shop", "destination": {"name": "db-pki", "create": True}},
        "db-pki",
        "Ask Vault for a new certificate",
        "patch vaultpkisecrets.secrets.hashicorp.com",
        "The sync failed. Failed to sync the secret, err=made-up",
        "Synced from Vault.",
        ("force-sync",),
    ),
)
ISSUING: Final = {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered"}
EACH: Final = pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind.kind)
EACH_WAY: Final = pytest.mark.parametrize("case", CASES[:3], ids=lambda case: case.kind.kind)
"""A time that the controller tells, a condition of the status, and a request that it repeats."""


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    return Beside(whole_plane, whole_plane.new_namespace())


@pytest.fixture
def manager(beside: Beside, case: Case) -> Iterator[Manager]:
    """The controller, which has written the Secret."""
    with at_work(beside.plane, beside.namespace, case.kind) as played:
        played.ask("POST", case.kind.path(beside.namespace), case.kind.body("db", spec=case.spec))
        beside.plane.wait_for(lambda: "status" in manager_object(beside, case))
        yield played


def manager_object(beside: Beside, case: Case) -> Obj:
    found: Obj = beside.plane.ask("GET", f"{case.kind.path(beside.namespace)}/db").body
    return found


def with_role(beside: Beside, role: str) -> str:
    """A user who has a built-in role in the namespace, once the server knows of it."""
    user = f"{role}-{beside.namespace}"
    path = f"{RBAC}/namespaces/{beside.namespace}/rolebindings"
    beside.plane.make(path, binding(user, role, user))
    pods = {"verb": "list", "resource": "pods", "namespace": beside.namespace}
    beside.plane.wait_for(lambda: is_allowed(beside.plane.ask, {"user": user, "resourceAttributes": pods}))
    return user


class AtSource:
    """A session with one managed Secret open."""

    def __init__(self, session: Session, case: Case, secret: Secret) -> None:
        self.session, self.case, self.secret = session, case, secret

    async def prepared(self) -> Prepared:
        """The request as the review shows it."""
        self.session.sources.look(self.secret)
        found = await self._found()
        assert found.ref is not None and found.obj is not None, found.error
        assert (found.ref.kind.group, found.ref.kind.kind) == (self.case.kind.group, self.case.kind.kind)
        offers = found.source.offers(found.obj, self.secret)
        what = next(offer for offer in offers if offer.title == self.case.title)
        assert isinstance(what, SourceAction)
        request = Request(self.session.clock.now(), "jo", self.secret.ref)
        return await self.session.sources.prepare(found, what, request)

    async def _found(self) -> Found:
        def looked() -> Found | None:
            held = self.session.sources.looked
            return held.found[0] if held is not None and held.found else None

        await eventually(looked, "what manages it")
        found = looked()
        assert found is not None
        return found

    async def sends(self, prepared: Prepared) -> Run:
        """The request, once it is known what became of it."""
        assert self.session.sources.send(prepared, self.secret.resource_version) is None
        return await self.ends()

    async def ends(self) -> Run:
        runs = self.session.sources.runs
        await eventually(lambda: runs[self.secret.ref].is_over, "its end", seconds=30)
        return runs[self.secret.ref]


@asynccontextmanager
async def at_source(
    beside: Beside, case: Case, role: str = "edit", *, times: float = 10, line: Line | None = None
) -> AsyncIterator[AtSource]:
    """As somebody with that role in the namespace. What `view` may not see is read as the admin before."""
    ref = SecretRef(beside.namespace, case.secret)
    user = await asyncio.to_thread(with_role, beside, role)
    async with session_on(beside.plane, beside.namespace) as admins:
        secret = await admins.cluster.open(ref)
    clock = QuickClock(times)
    async with session_on(beside.plane, beside.namespace, user=user, line=line, clock=clock) as session:
        yield AtSource(session, case, secret)


@EACH
async def test_an_editor_goes_from_the_list_to_a_secret_that_is_new_by_keys(
    beside: Beside, case: Case, manager: Manager
) -> None:
    before = beside.data(case.secret)
    user = await asyncio.to_thread(with_role, beside, "edit")
    async with acting(Actor(beside.plane, beside.namespace, user)) as person:
        await person.put_cursor("#secret-table", f"{beside.namespace}/{case.secret}")
        await person.presses("M", f"Source of {case.secret}", f"{case.kind.kind}/db")
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
        await person.presses("enter", "at its source", f"enter {case.title[:1].lower()}{case.title[1:]}")
        await person.presses("enter", "The dry run was accepted; nothing is sent yet.")
        assert manager.writes == 1
        await person.presses("W", case.done, "The Secret has a new value of")
    after = beside.data(case.secret)
    assert all(before[key] != after[key] for key in before) and before.keys() == after.keys()


@EACH
async def test_a_failure_is_told_in_the_controllers_words(
    beside: Beside, case: Case, manager: Manager
) -> None:
    async with at_source(beside, case) as here:
        prepared = await here.prepared()
        manager.mood = "fails"
        run = await here.sends(prepared)
    assert run.state == "failed", run.sentence
    assert case.failure in f"{run.sentence} {run.detail}"
    assert manager.writes == 1


@EACH
async def test_what_is_sent_is_what_the_project_documents(
    beside: Beside, case: Case, manager: Manager
) -> None:
    manager.mood = "sleeps"
    before = manager_object(beside, case)
    async with at_source(beside, case) as here:
        prepared = await here.prepared()
        assert (await here.session.actions.send(prepared.action)).made == "sent"
    now = manager_object(beside, case)
    if case.kind is CERTIFICATE:
        (issuing,) = [one for one in now["status"]["conditions"] if one["type"] == "Issuing"]
        assert issuing == {
            "type": "Issuing",
            "status": "True",
            "reason": "ManuallyTriggered",
            "message": "Certificate re-issuance manually triggered",
            "observedGeneration": now["metadata"]["generation"],
            "lastTransitionTime": issuing["lastTransitionTime"],
        }
        others = [one for one in now["status"]["conditions"] if one is not issuing]
        assert now["status"] | {"conditions": others} == before["status"], "nothing else of it changes"
        assert now["spec"] == before["spec"]
        return
    assert (now["spec"], now["status"]) == (before["spec"], before["status"])
    annotations = now["metadata"]["annotations"]
    assert annotations.keys() == set(case.notes)
    (value,) = set(annotations.values())
    seconds, time = r"\d{10}\.\d{6}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"
    assert re.fullmatch(time if REQUESTED in case.notes else seconds, value)


@EACH_WAY
async def test_a_controller_that_does_nothing_is_not_waited_for_without_end(
    beside: Beside, case: Case, manager: Manager
) -> None:
    manager.mood = "sleeps"
    async with at_source(beside, case, times=60) as here:
        run = await here.sends(await here.prepared())
        assert run.state == "not seen" and "60 s" in run.sentence, run.sentence
        if case.kind is not EXTERNAL_SECRET:
            return
        # What comes later is seen when somebody looks again.
        manager.mood, seen = "succeeds", manager.looks
        await asyncio.to_thread(beside.plane.wait_for, lambda: manager.looks > seen)
        here.session.sources.look(here.secret)
        await eventually(lambda: here.session.sources.runs[here.secret.ref].state == "done", "its late end")


@pytest.mark.parametrize(
    ("case", "change", "why"),
    [
        (CASES[0], {"spec": {"refreshPolicy": "CreatedOnce"}}, "CreatedOnce"),
        (CASES[0], {"spec": {"refreshInterval": "0s"}}, "refreshInterval is 0"),
        (CASES[2], {"spec": {"suspend": True}}, "suspended"),
        (CASES[3], {"spec": {"suspend": True}}, "suspended"),
    ],
)
async def test_a_request_that_would_do_nothing_is_said_to_and_not_rehearsed(
    beside: Beside, case: Case, manager: Manager, change: Obj, why: str
) -> None:
    path = f"{case.kind.path(beside.namespace)}/db"
    await asyncio.to_thread(beside.plane.ask, "PATCH", path, change)
    async with at_source(beside, case) as here:
        prepared = await here.prepared()
        assert why in prepared.idle and prepared.rehearsed is None
        # Sent all the same, it does nothing, as was said.
        assert (await here.session.actions.send(prepared.action)).made == "sent"
        seen = manager.looks + 2
        await asyncio.to_thread(beside.plane.wait_for, lambda: manager.looks > seen)
    assert manager.writes == 1


@pytest.mark.parametrize("case", [CASES[4]])
async def test_a_sync_that_finds_the_same_value_in_vault_is_over_and_writes_nothing(
    beside: Beside, case: Case, manager: Manager
) -> None:
    async with at_source(beside, case) as here:
        prepared = await here.prepared()
        manager.mood = "finds nothing new"
        run = await here.sends(prepared)
    assert (run.state, run.sentence) == ("done", "Vault has the same value; nothing was written.")
    assert manager.writes == 1


@pytest.mark.parametrize(
    "case",
    [CASES[3]._replace(title=title) for title in ("Reconcile", "Reset the retries")],
    ids=["Reconcile", "Reset"],
)
async def test_a_release_is_asked_without_an_upgrade_and_its_secret_stays(
    beside: Beside, case: Case, manager: Manager
) -> None:
    async with at_source(beside, case) as here:
        run = await here.sends(await here.prepared())
    assert (run.state, run.sentence) == ("done", case.done)
    assert manager.writes == 1


@pytest.mark.parametrize("case", [CASES[1]])
async def test_a_certificate_that_is_being_issued_is_not_asked_again(
    beside: Beside, case: Case, manager: Manager
) -> None:
    manager.mood = "sleeps"
    path = f"{case.kind.path(beside.namespace)}/db/status"
    await asyncio.to_thread(beside.plane.ask, "PATCH", path, {"status": {"conditions": [ISSUING]}})
    async with at_source(beside, case) as here:
        prepared = await here.prepared()
        assert "being issued already" in prepared.idle and prepared.rehearsed is None


@EACH_WAY
async def test_who_may_only_look_is_told_which_right_is_missing(
    beside: Beside, case: Case, manager: Manager
) -> None:
    async with at_source(beside, case, "view") as here:
        prepared = await here.prepared()
        assert prepared.rehearsed is not None and prepared.rehearsed.made == "not sent"
        run = await here.sends(prepared)
    assert run.state == "not sent" and f"you may not {case.refusal}" in run.sentence, run.sentence
    assert manager.writes == 1


@EACH_WAY
async def test_with_the_connection_cut_in_the_middle_its_end_is_seen(
    beside: Beside, case: Case, manager: Manager
) -> None:
    async with Line(beside.plane) as line, at_source(beside, case, line=line) as here:
        manager.mood = "sleeps"
        assert here.session.sources.send(await here.prepared(), here.secret.resource_version) is None
        runs = here.session.sources.runs
        await eventually(lambda: runs[here.secret.ref].state == "waiting", "that it was sent")
        async with line.cut_off():
            manager.mood = "succeeds"
            await asyncio.to_thread(beside.plane.wait_for, lambda: manager.writes == 2)
        run = await here.ends()
    assert run.state == "done", run.sentence


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
