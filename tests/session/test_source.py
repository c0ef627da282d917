"""Requests of a Secret's manager: read it, ask it once, and follow it to the end, whatever is lost."""

from __future__ import annotations

from tests.helpers import eventually
from tests.session.source_objects import (
    APPLICATION_KIND,
    CERTIFICATE_KIND,
    CLUSTER_ES_KIND,
    ES_KIND,
    GIT_KIND,
    KUSTOMIZATION_KIND,
    OLD_ES_KIND,
    PUSH_KIND,
    SEALED_KIND,
    Obj,
    certificate,
    change,
    external_secret,
    not_refreshed,
    refreshed,
    secret,
)
from tests.session.source_session import (
    OWNED,
    REF,
    at_source,
    ends,
    found,
    on_server,
    prepared,
    run_of,
    sent,
    writes,
)
from tui.embedded.users import Rule
from tui.model.errors import NotFound
from tui.model.managers.source.sealed_secrets import sealed_action
from tui.model.managers.source.source import Request

READS = [Rule(("get", "list", "watch"), ("secrets", "pods"))]

ES = "externalsecrets.external-secrets.io"
APPLICATIONS = "applications.argoproj.io"
SEALED = "sealedsecrets.bitnami.com"
ES_PATH = "/apis/external-secrets.io/v1/namespaces/default/externalsecrets/db"


# Looking


async def test_the_owner_is_read_in_the_version_that_is_served() -> None:
    old = external_secret(api="external-secrets.io/v1beta1")
    async with at_source(OLD_ES_KIND, OWNED, old) as at:
        (one,) = await found(at)
        assert one.ref is not None and one.obj is not None
        assert (str(one.ref), one.ref.kind.version) == ("ExternalSecret/db", "v1beta1")


async def test_an_owner_of_unknown_name_is_searched_in_the_namespace() -> None:
    marked = secret(labels={"reconcile.external-secrets.io/managed": "true"})
    others = external_secret("other", target={"name": "another"})
    async with at_source(ES_KIND, marked, others, external_secret("es", target={"name": "db"})) as at:
        (one,) = await found(at)
        assert str(one.ref) == "ExternalSecret/es"


async def test_an_owner_that_is_gone_is_distinguished_from_one_that_may_not_be_read() -> None:
    async with at_source(ES_KIND, OWNED) as at:
        (one,) = await found(at)
        assert isinstance(one.error, NotFound) and one.obj is None
    async with at_source(ES_KIND, OWNED, external_secret(), user="thin", users={"thin": READS}) as at:
        one, *_ = await found(at)
        assert one.error is not None and one.obj is None
        said = "Refused: you may not get externalsecrets.external-secrets.io db in namespace default."
        assert one.error.sentence == said


async def test_a_push_secret_is_found_for_a_secret_that_nothing_manages() -> None:
    push = {
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": {"name": "out", "namespace": "default"},
        "spec": {"selector": {"secret": {"name": "db"}}},
    }
    async with at_source(PUSH_KIND, secret(), push) as at:
        (one,) = await found(at)
        assert one.source.is_reader and str(one.ref) == "PushSecret/out"
    async with at_source(secret()) as at:
        assert await found(at) == ()


# Asking


async def test_a_refresh_has_a_dry_run_is_sent_once_and_followed_until_it_is_done() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        assert writes(at, is_dry_run=True) == writes(at) == [ES_PATH]
        notes = on_server(at, ES, "db")["metadata"]["annotations"]
        assert notes == {"force-sync": f"{at.clock.now():.6f}"}
        assert run_of(at).state == "waiting"
        refreshed(at.home, at.clock.now() + 1)
        assert (await ends(at, "done")).sentence == "The refresh is done: SecretSynced."
        assert at.session.events.news() == [run_of(at)] and not at.session.events.news()


async def test_a_second_refresh_is_not_sent_and_a_store_error_ends_the_first_with_its_message() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        why = at.session.sources.send(await prepared(at), "1")
        assert why == "Nothing sent: an earlier request for this Secret still runs."
        not_refreshed(at.home)
        run = await ends(at, "failed")
        assert (run.sentence, run.detail) == (
            "The refresh failed: SecretSyncedError.",
            "made-up words of the store",
        )


async def test_a_refresh_that_is_late_is_seen_when_it_comes() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        began = at.clock.now()
        run = await ends(at, "not seen")
        assert at.clock.now() - began >= 60
        assert run.sentence.startswith("No result within 60 s; the request may still take effect.")
        at.clock.advance(5)
        refreshed(at.home, at.clock.now())
        await found(at)
        await eventually(lambda: run_of(at).state == "done", "what came late")
        assert run.ended is not None and run_of(at).ended == run.ended + 5


async def test_the_child_of_a_cluster_external_secret_is_followed() -> None:
    child = external_secret()
    child["metadata"]["ownerReferences"] = [
        {"apiVersion": "external-secrets.io/v1", "kind": "ClusterExternalSecret", "name": "all", "uid": "u"}
    ]
    above = {"apiVersion": "external-secrets.io/v1", "kind": "ClusterExternalSecret", "spec": {}}
    above["metadata"] = {"name": "all"}
    async with at_source(ES_KIND, CLUSTER_ES_KIND, OWNED, child, above) as at:
        await sent(at)
        assert writes(at) == ["/apis/external-secrets.io/v1/clusterexternalsecrets/all"]
        refreshed(at.home, at.clock.now() + 1)
        await ends(at, "done")


REQUESTED = "reconcile.fluxcd.io/requestedAt"


def flux_story() -> tuple[Obj, ...]:
    """Objects of a Kustomization that applied the Secret; its repository is in another namespace."""
    front = "kustomize.toolkit.fluxcd.io"
    marked = secret(labels={f"{front}/name": "apps", f"{front}/namespace": "default"})
    repository = {"kind": "GitRepository", "name": "repo", "namespace": "flux-system"}
    made = {"apiVersion": f"{front}/v1", "kind": "Kustomization", "spec": {"sourceRef": repository}}
    made["metadata"] = {"name": "apps", "namespace": "default"}
    git = {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "spec": {}}
    git["metadata"] = {"name": "repo", "namespace": "flux-system"}
    return KUSTOMIZATION_KIND, GIT_KIND, marked, made, git


async def test_the_repository_of_a_kustomization_is_asked_and_followed_in_its_own_namespace() -> None:
    async with at_source(*flux_story()) as at:
        await sent(at, "Fetch")
        repository = at.home.store.get("gitrepositories.source.toolkit.fluxcd.io", "flux-system", "repo")
        asked = repository["metadata"]["annotations"][REQUESTED]
        ready = {"type": "Ready", "status": "True", "reason": "Succeeded"}
        repository["status"] = {"lastHandledReconcileAt": asked, "conditions": [ready]}
        at.home.store.put(repository)
        assert (await ends(at, "done")).sentence == "Reconciled: Succeeded."


def argo_story() -> tuple[Obj, ...]:
    """Objects of an Application that applied the Secret."""
    marked = secret(annotations={"argocd.argoproj.io/tracking-id": "shop:/Secret:default/db"})
    app = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": {}, "status": {}}
    app["metadata"] = {"name": "shop", "namespace": "argocd"}
    return APPLICATION_KIND, marked, app


async def test_argo_cd_is_asked_to_sync_this_secret_alone() -> None:
    async with at_source(*argo_story()) as at:
        await sent(at, "Sync")
        held = at.home.store.get(APPLICATIONS, "argocd", "shop")
        (one,) = held["operation"]["sync"]["resources"]
        assert one == {"group": "", "kind": "Secret", "name": "db", "namespace": "default"}
        held.pop("operation")
        held["status"] = {"operationState": {"phase": "Succeeded", "startedAt": "2025-11-24T14:00:01Z"}}
        at.home.store.put(held)
        await ends(at, "done")


async def test_a_sync_is_not_sent_if_an_operation_began_after_the_page_was_read() -> None:
    async with at_source(*argo_story()) as at:
        ready = await prepared(at, "Sync")
        held = at.home.store.get(APPLICATIONS, "argocd", "shop")
        at.home.store.put(held | {"operation": {"sync": {"revision": "made-up"}}})
        assert at.session.sources.send(ready, "1") is None
        sentence = (await ends(at, "not sent")).sentence
        assert sentence == "Nothing sent. The Application already runs an operation."
        assert not writes(at)


async def test_a_sealed_value_that_someone_else_replaced_is_not_overwritten() -> None:
    sealed: Obj = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret"}
    sealed["metadata"] = {"name": "db", "namespace": "default"}
    sealed["spec"] = {"encryptedData": {"password": "made-up-1"}}
    owned = secret(owner="SealedSecret", api="bitnami.com/v1alpha1")
    async with at_source(SEALED_KIND, owned, sealed) as at:
        (one,) = await found(at)
        request = Request(at.clock.now(), "jo", REF)
        ready = await at.session.sources.prepare(one, sealed_action("password", "made-up-2"), request)
        theirs = {"encryptedData": {"password": "made-up-3"}}
        at.home.store.put(on_server(at, SEALED, "db") | {"spec": theirs})
        assert at.session.sources.send(ready, "1") is None
        said = "Nothing sent. spec.encryptedData of SealedSecret/db changed since the review."
        assert (await ends(at, "not sent")).sentence == said
        assert on_server(at, SEALED, "db")["spec"] == theirs


EDITOR = [
    *READS,
    Rule(("get", "list"), ("certificates",), groups=("cert-manager.io",)),
    Rule(("update",), ("certificates/status",), groups=("cert-manager.io",)),
]


async def test_a_certificate_is_renewed_with_the_rights_of_an_editor() -> None:
    marked = secret(annotations={"cert-manager.io/certificate-name": "web"})
    async with at_source(CERTIFICATE_KIND, marked, certificate(), user="ed", users={"ed": EDITOR}) as at:
        await sent(at, "Renew")
        assert len(writes(at, "PUT")) == 1
        obj = on_server(at, "certificates.cert-manager.io", "web")
        issuing = obj["status"]["conditions"][-1]
        assert (issuing["type"], issuing["reason"], issuing["status"]) == (
            "Issuing",
            "ManuallyTriggered",
            "True",
        )
        assert obj["spec"] and obj["status"]["revision"] == 1
        change(at.home, "certificates.cert-manager.io", "web", revision=2, conditions=[])
        await ends(at, "done")


def test_a_second_refresh_within_one_second_is_another_request() -> None:
    marks = {Request(at, "jo", REF).mark for at in (1795528800.25, 1795528800.75)}
    assert len(marks) == 2


async def test_page_and_request_keep_no_value_and_once_over_nothing_of_the_object() -> None:
    async with at_source(ES_KIND, OWNED, external_secret(note="made-up-note")) as at:
        await sent(at)
        (one, *_) = await found(at)
        assert "made-up-note" in str(run_of(at).before) and "made-up-note" in str(one.obj)
        assert at.session.sources.looked is not None and not at.session.sources.looked.secret.data
        shown = repr((at.session.sources.looked, run_of(at)))
        assert "made-up-note" not in shown and "force-sync" not in shown
        refreshed(at.home, at.clock.now() + 1)
        assert not (await ends(at, "done")).before


# What is lost on the way


async def test_a_request_whose_answer_is_lost_is_looked_up_and_followed() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        ready = await prepared(at)
        at.fault("drop_after", method="PATCH")
        assert at.session.sources.send(ready, "1") is None
        await eventually(lambda: run_of(at).state == "waiting", "the lost answer")
        assert run_of(at).is_unknown
        assert run_of(at).sentence == "No answer came; checking whether the request arrived."
        await at.in_time(lambda: not run_of(at).is_unknown, "that it arrived")
        refreshed(at.home, at.clock.now() + 1)
        await ends(at, "done")
        assert len(writes(at)) == 1, "nothing is sent again"


async def test_a_request_that_never_arrived_is_not_claimed() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        ready = await prepared(at)
        at.fault("drop_before", method="PATCH")
        assert at.session.sources.send(ready, "1") is None
        run = await ends(at, "not seen")
        assert run.is_unknown and "the request may not have arrived" in run.sentence


async def test_a_request_is_followed_through_reads_that_fail() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        at.fault("status", code=503, method="GET", path="*/externalsecrets/*", times=None)
        await at.in_time(lambda: "503" in run_of(at).sentence, "a look that fails")
        at.home.faults.clear()
        refreshed(at.home, at.clock.now() + 1)
        await ends(at, "done")


async def test_a_followed_object_that_is_deleted_ends_the_request() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        at.home.store.delete("externalsecrets.external-secrets.io", "default", "db")
        assert (await ends(at, "failed")).sentence == "ExternalSecret/db was deleted."


async def test_read_only_shows_the_request_and_sends_nothing() -> None:
    async with at_source(ES_KIND, OWNED, external_secret(), read_only=True) as at:
        ready = await prepared(at)
        assert ready.dry_run is None and ready.shown
        assert at.session.sources.send(ready, "1") == "Nothing sent: this run is read-only."
        assert not at.asked("PATCH")
