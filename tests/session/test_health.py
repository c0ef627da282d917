"""Health of Secrets from objects of other kinds: TLS hosts, objects in error, and unread kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.certificates import self_signed
from tests.embedded.kinds import definition, key
from tests.helpers import eventually
from tests.session.cluster_session import MINE, cluster_session, pod_object, secret_object
from tests.session.source_objects import (
    APPLICATION_KIND,
    CERTIFICATE_KIND,
    KUSTOMIZATION_KIND,
    certificate,
    secret,
)
from tui.cluster.api.list_watch import STEADY
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import SecretRef
from tui.model.text.times import parse_time
from tui.session.health.check import HealthCheck
from tui.session.health.kinds import KINDS

DB = SecretRef("web", "db")
NOW = datetime(2025, 11, 24, 14, tzinfo=UTC)
"""Start of the still clock."""
BY_RESOURCE = {told.resource: told for told in KINDS}


def obj(spec: dict[str, Any], *conditions: tuple[str, str, str], **status: Any) -> dict[str, Any]:
    told = [{"type": type_, "status": status, "reason": reason, "message": "made-up-password"}
            for type_, status, reason in conditions]  # fmt: skip
    meta = {"name": "db", "namespace": "web"}
    return {"metadata": meta, "spec": spec, "status": {"conditions": told, **status}}


@pytest.mark.parametrize(
    ("resource", "spec", "hosts"),
    [
        ("ingresses", {"tls": [{"secretName": "db", "hosts": ["a.example", "b.example"]}]}, 2),
        ("ingresses", {"tls": [{"hosts": ["a.example"]}, {"secretName": "db"}]}, 0),
        ("ingresses", {"rules": []}, 0),
        (
            "gateways",
            {"listeners": [{"hostname": "a.example", "tls": {"certificateRefs": [{"name": "db"}]}}]},
            1,
        ),
        ("gateways", {"listeners": [{"tls": {"certificateRefs": [{"name": "db"}]}}]}, 0),
    ],
)
def test_hosts_are_those_that_are_served_with_a_secret(resource: str, spec: Any, hosts: int) -> None:
    told = BY_RESOURCE[resource]
    assert told.hosts is not None
    found = list(told.hosts(obj(spec)))
    assert len(found) == hosts
    kind = "Ingress" if resource == "ingresses" else "Gateway"
    assert found[:1] == [TlsHost("web", f"{kind}/db", "a.example", DB)][: len(found)]


BAD = "2026-11-24T13:00:00Z"
SYNC_ERROR = ("Ready", "False", "SecretSyncedError")
CERT = {"secretName": "db"}
PUSHED = {"selector": {"secret": {"name": "db"}}}
READY = ("Ready", "True", "Ready")
FAILED = ("Issuing", "False", "Failed")


@pytest.mark.parametrize(
    ("resource", "spec", "condition", "status", "says"),
    [
        ("externalsecrets", {}, SYNC_ERROR, {}, "not ready: SecretSyncedError"),
        ("externalsecrets", {}, ("Ready", "True", "SecretSynced"), {}, None),
        ("externalsecrets", {}, ("Ready", "Unknown", ""), {}, None),
        (
            "pushsecrets",
            {"selector": {"secret": {"name": "db"}}},
            SYNC_ERROR,
            {},
            "not ready: SecretSyncedError",
        ),
        ("sealedsecrets", {}, ("Synced", "False", ""), {}, "not synced: no reason given"),
        ("certificates", CERT, ("Ready", "False", "Expired"), {}, "not ready: Expired"),
        ("certificates", CERT, FAILED, {"failedIssuanceAttempts": 3}, "renewal fails: "),
        ("certificates", CERT, FAILED, {}, None),
        ("certificates", CERT, READY, {"lastFailureTime": BAD}, "renewal fails: "),
        (
            "vaultstaticsecrets",
            {"destination": {"name": "db"}},
            ("SecretSynced", "False", "VaultClientError"),
            {},
            "not synced: VaultClientError",
        ),
        ("vaultpkisecrets", {"destination": {"name": "db"}}, READY, {}, None),
    ],
)
def test_an_object_in_error_says_its_reason_and_never_its_message(
    resource: str, spec: Any, condition: Any, status: Any, says: str | None
) -> None:
    found = trouble(resource, obj(spec, condition, **status))
    assert (f"{found.what}: {found.reason}" if found is not None else None) == says
    if found is not None:
        assert found.ref == DB


def trouble(resource: str, one: dict[str, Any]) -> SourceTrouble | None:
    told = BY_RESOURCE[resource]
    assert told.trouble is not None
    return told.trouble(one)


def test_an_object_in_error_says_since_when() -> None:
    one = obj({}, SYNC_ERROR)
    one["status"]["conditions"][0]["lastTransitionTime"] = BAD
    found = trouble("externalsecrets", one)
    assert found is not None and found.since == parse_time(BAD)


def test_a_renewal_that_fails_does_so_since_the_time_it_was_due() -> None:
    due, until = "2026-11-01T14:00:00Z", "2026-12-01T14:00:00Z"
    found = trouble("certificates", obj(CERT, FAILED, lastFailureTime=BAD, renewalTime=due, notAfter=until))
    assert found is not None
    assert (found.since, found.ends) == (parse_time(due), parse_time(until))


@pytest.mark.parametrize(
    ("resource", "spec", "condition", "status", "what", "do"),
    [
        (
            *("certificates", CERT, ("Issuing", "True", "Renewing"), {"renewalTime": BAD}),
            *("renewal overdue", "Check why the renewal does not finish"),
        ),
        (
            *("certificates", CERT, READY, {"renewalTime": BAD}),
            *("renewal overdue", "Check that cert-manager runs: the renewal has not begun"),
        ),
        (
            *("externalsecrets", {"refreshInterval": "0s"}, READY, {"refreshTime": BAD}),
            *("", ""),
        ),
        (
            *("externalsecrets", {"syncWindows": {"kind": "deny"}}, READY, {"refreshTime": BAD}),
            *("", ""),
        ),
        (
            *("externalsecrets", {"refreshInterval": "1m"}, READY, {"refreshTime": BAD}),
            *("refresh overdue", "Check that External Secrets runs: the Secret is not updated"),
        ),
    ],
)
def test_a_renewal_or_refresh_that_did_not_happen_in_time_is_overdue(
    resource: str, spec: Any, condition: Any, status: Any, what: str, do: str
) -> None:
    found = trouble(resource, obj(spec, condition, **status))
    assert (found.what if found else "", found.do if found else "") == (what, do)
    assert found is None or (found.grace, found.span) == (3600, "by")


async def test_a_certificate_is_judged_by_the_renewal_that_its_object_says() -> None:
    begins, renewal, until = (f"2025-{day}:00:00Z" for day in ("09-25T14", "12-14T15", "12-24T15"))
    pair = {
        "tls.crt": self_signed(30, began=60, now=NOW),
        "ca.crt": self_signed(900, now=NOW),
        "tls.key": b"x",
    }
    tls = secret_object("db", pair, type="kubernetes.io/tls")
    wanted = certificate(notBefore=begins, notAfter=until, renewalTime=renewal)
    async with cluster_session(story=(CERTIFICATE_KIND, tls, wanted)) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        await check.read_values(lambda: None)
        ref = SecretRef("default", "db")
        (found,) = check.evidence().certificates[ref].times
        began, ends, due = (parse_time(time) or 0 for time in (begins, until, renewal))
        assert found == Validity(began, ends, due)
        (row,) = here.session.secrets.rows
        times = here.session.certificates.of(row)
        assert times["tls.crt"] == (found,)
        assert [one.renewal for one in times["ca.crt"]] == [None]


async def test_a_pull_secret_of_another_type_has_no_logins() -> None:
    config = b'{"auths": {"r.example": {"username": "app", "password": "made-up-1"}}}'
    story = (
        secret_object("opaque", {".dockerconfigjson": config}),
        secret_object("pull", {".dockerconfigjson": config}, type="kubernetes.io/dockerconfigjson"),
    )
    async with cluster_session(story=story) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        await check.read_values(lambda: None)
        registries = check.evidence().registries
        assert registries[SecretRef("default", "opaque")] == ()
        assert registries[SecretRef("default", "pull")] == ("r.example",)


async def test_a_credential_in_all_pods_of_a_replica_set_is_reported_once() -> None:
    pods = [pod_object("web-1"), pod_object("web-2")]
    for pod in pods:
        owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}
        pod["metadata"]["ownerReferences"] = [owner]
        pod["spec"]["containers"][0]["env"] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    async with cluster_session(story=pods) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        await check.read_values(lambda: None)
        assert [found.object for found in check.evidence().plain] == ["ReplicaSet/web"]


async def test_a_secret_that_a_cluster_scoped_object_may_mean_is_neither_in_use_nor_unused() -> None:
    kind = definition()
    kind["spec"]["scope"] = "Cluster"
    signing = key("signing", secretName=MINE.name)
    del signing["metadata"]["namespace"]
    story = (secret_object(MINE.name, {"a": b"made-up-1"}), secret_object("other", {}), kind, signing)
    async with cluster_session(story=story) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        usage = check.evidence().usage
        assert usage(MINE) == "not known"
        assert usage(SecretRef("default", "other")) == "no reader found"


FLUX = "kustomize.toolkit.fluxcd.io"


def kustomization(name: str, **spec: Any) -> dict[str, Any]:
    told = {"type": "Ready", "status": "False", "reason": "BuildFailed", "lastTransitionTime": BAD}
    meta = {"name": name, "namespace": "flux-system"}
    return {
        "apiVersion": f"{FLUX}/v1",
        "kind": "Kustomization",
        "metadata": meta,
        "spec": spec,
        "status": {"conditions": [told]},
    }


def applied_secret(name: str, by: str) -> dict[str, Any]:
    return secret(name, labels={f"{FLUX}/name": by, f"{FLUX}/namespace": "flux-system"})


@asynccontextmanager
async def checked(code: int = 0) -> AsyncIterator[HealthCheck]:
    """Health check of a namespace with Secrets of two Kustomizations in another namespace."""
    story = (
        KUSTOMIZATION_KIND,
        kustomization("apps"),
        kustomization("paused", suspend=True),
        kustomization("other"),
        *(applied_secret(name, "apps") for name in ("one", "two")),
        applied_secret("three", "paused"),
    )
    async with cluster_session(story=story) as here:
        if code:
            here.fault("status", method="GET", path="*/namespaces/flux-system/*", code=code)
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        yield check


async def test_a_kustomization_in_trouble_is_found_in_another_namespace() -> None:
    async with checked() as check:
        found = {one.object: one for one in check.evidence().troubles}
        assert found.keys() == {"Kustomization/apps", "Kustomization/paused"}
        apps, paused = found["Kustomization/apps"], found["Kustomization/paused"]
        assert (apps.what, apps.reason, apps.since) == ("not ready", "BuildFailed", parse_time(BAD))
        assert (apps.ref, apps.others) == (SecretRef("default", "one"), 1)
        assert (paused.what, paused.namespace) == ("suspended", "flux-system")


def application(name: str, namespace: str = "argocd", **status: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": meta, "status": status}


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ({"sync": {"status": "Synced"}, "health": {"status": "Degraded"}}, None),
        ({"operationState": {"phase": "Succeeded"}, "sync": {"status": "OutOfSync"}}, None),
        ({"operationState": {"phase": "Failed", "message": "made-up", "finishedAt": BAD}}, "sync failed: "),
        ({"conditions": [{"type": "OrphanedResourceWarning"}]}, None),
        (
            {"conditions": [{"type": "ComparisonError", "message": "made-up"}]},
            "in error: ComparisonError",
        ),
        ({"resources": [{"kind": "ConfigMap", "status": "OutOfSync"}]}, None),
        ({"resources": [{"kind": "Secret", "status": "Synced"}]}, None),
        ({"resources": [{"kind": "Secret", "status": "OutOfSync"}]}, "out of sync: "),
    ],
)
def test_an_application_is_in_trouble_where_its_secrets_do_not_follow_their_source(
    status: Any, says: str | None
) -> None:
    found = trouble("applications", application("shop", **status))
    assert (f"{found.what}: {found.reason}" if found is not None else None) == says
    if found is not None:
        assert (found.span == "ago") == (found.what == "sync failed")


@pytest.mark.parametrize("namespace", ["default", None])
async def test_an_application_is_found_where_argo_cd_is_or_where_its_name_says(namespace: str | None) -> None:
    failed: dict[str, Any] = {"operationState": {"phase": "Failed", "finishedAt": BAD}}
    tracked = "argocd.argoproj.io/tracking-id"
    story = (
        APPLICATION_KIND,
        application("shop", **failed),
        application("shop", "team-a", **failed),
        application("other", **failed),
        application("web", "openshift-gitops", **failed),
        secret("one", annotations={tracked: "shop:/Secret:default/one"}),
        secret("two", annotations={tracked: "team-a_shop:/Secret:default/two"}),
        secret("three", annotations={tracked: "web:/Secret:default/three"}),
    )
    async with cluster_session(story=story, namespace=namespace) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        found = {(one.namespace, one.object) for one in check.evidence().troubles}
        usual = {("argocd", "Application/shop"), ("team-a", "Application/shop")}
        anywhere = {("openshift-gitops", "Application/web")} if namespace is None else set[tuple[str, str]]()
        assert found == usual | anywhere


@pytest.mark.parametrize(("code", "why"), [(403, "refused"), (500, "failed")])
async def test_objects_of_another_namespace_that_were_not_read_are_a_gap(code: int, why: str) -> None:
    async with checked(code) as check:
        assert not check.evidence().troubles
        assert [gap.why for gap in check.evidence().gaps if gap.what == f"kustomizations.{FLUX}"] == [why]


async def test_a_list_that_failed_once_is_no_gap_after_it_was_read_again() -> None:
    async with cluster_session() as here:
        here.fault("status", method="GET", path="*/ingresses", code=500, times=1)
        check = HealthCheck(here.session)
        await check.read_objects(lambda: None)
        assert "ingresses.networking.k8s.io" in [gap.what for gap in check.evidence().gaps]
        await check.read_objects(lambda: None)
        assert "ingresses.networking.k8s.io" not in [gap.what for gap in check.evidence().gaps]


async def test_objects_unread_in_an_outage_are_due_again_once_the_cluster_answers() -> None:
    async with cluster_session() as here:
        await eventually(lambda: here.session.readers.state.is_live)
        here.clock.advance(STEADY)
        here.fault("status", path="*", code=503, times=None)
        here.home.end_watches()
        await eventually(lambda: here.session.link.is_lost)
        check = HealthCheck(here.session)

        def is_incomplete() -> bool:
            return check.has_objects_to_read

        await check.run(lambda: None)
        assert not is_incomplete()
        here.home.faults.clear()
        await here.in_time(lambda: here.session.link.kind == "live")
        assert is_incomplete()
        await check.read_objects(lambda: None)
        assert not is_incomplete()
        await here.in_time(lambda: not check.evidence().gaps)


async def test_a_second_check_waits_for_its_own_search() -> None:
    async with cluster_session() as here:
        check = HealthCheck(here.session)
        for _ in range(2):
            await check.run(lambda: None)
            assert not check.evidence().gaps
