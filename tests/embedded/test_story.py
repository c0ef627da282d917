"""The tour's story: what the program makes of it is as told, and nothing in it could be taken for real."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import aiohttp
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.demo.story import DEMO, load_story
from tui.embedded.objects.store import Store
from tui.model.managers.detect import manager_of
from tui.model.readers.pod_spec import WAYS
from tui.model.readers.pods import PodInfo, PodShape, pod_info
from tui.model.secret.secret import Owner

STILL: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""When the story plays: its clock stands still for pictures."""
SOON: Final = timedelta(days=14)
VENDORS: Final = re.compile(
    rb"AKIA|ASIA[0-9A-Z]{16}|gh[pousr]_|github_pat_|glpat-|\bsk-|[sr]k_(live|test)_|xox[abposr]-|AIza|ya29\.|"
    rb"hv[sb]\.|npm_[A-Za-z0-9]{20}|dop_v1_|\bSG\.[A-Za-z0-9]|pypi-AgE|AGE-SECRET-KEY-|EAACEdEose0cBA"
)

Obj = dict[str, Any]


@cache
def _held() -> Store:
    """A store that holds the story. Shared by all tests: nobody writes to it."""
    store = Store(STILL.timestamp)
    for obj in load_story():
        store.put(obj)
    return store


def all_of(plural: str) -> dict[str, Obj]:
    """The objects of one kind by "namespace/name"."""
    return {key: record.obj for key, record in _held().shelves[plural].records.items()}


def data(secret: Obj) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}


def pods() -> dict[str, PodInfo]:
    """The pods as the program reads them."""
    return {name: pod_info(msgspec.convert(pod, PodShape)) for name, pod in all_of("pods").items()}


def test_the_example_that_everybody_knows() -> None:
    secret = all_of("secrets")["default/mysecret"]
    assert (secret["type"], data(secret)) == (
        "Opaque",
        {"username": b"admin", "password": b"1f2d1e2e67df"},
    )
    (use,) = pods()["default/mypod"].uses
    assert (use.secret, use.container, use.target) == ("mysecret", "mypod", "/etc/secret")


@pytest.mark.parametrize("way", [way.id for way in WAYS])
def test_every_way_to_read_a_secret_is_shown(way: str) -> None:
    there = {name.split("/")[1] for name in all_of("secrets")}
    assert any(use.way == way and use.secret in there for pod in pods().values() for use in pod.uses)


@pytest.mark.parametrize(
    ("name", "manager"),
    [
        ("payments/db-credentials", "ExternalSecret/db"),
        ("payments/db-superuser", "SealedSecret/db-superuser"),
        ("payments/ledger-config", "Helm/ledger"),
        ("payments/sh.helm.release.v1.ledger.v8", "Helm/ledger"),
        ("web/session-keys", "Argo CD/shop"),
        ("web/oauth-client", "Flux/identity"),
        ("kube-system/ci-deployer-token", "service account token controller"),
        ("default/mysecret", None),
    ],
)
def test_managers(name: str, manager: str | None) -> None:
    secret = all_of("secrets")[name]
    meta = secret["metadata"]
    owners = [
        Owner(owner["kind"], owner["name"], owner["controller"]) for owner in meta.get("ownerReferences", [])
    ]
    writers = [entry["manager"] for entry in meta.get("managedFields", []) if "f:data" in entry["fieldsV1"]]
    told = manager_of(secret["type"], meta.get("labels", {}), meta.get("annotations", {}), owners, writers)
    assert told == manager


@pytest.mark.parametrize(
    ("secret", "resource", "manager"),
    [
        ("payments/db-credentials", "externalsecrets.external-secrets.io", "payments/db"),
        ("payments/gateway-api", "externalsecrets.external-secrets.io", "payments/gateway-api"),
        ("payments/db-tls", "certificates.cert-manager.io", "payments/db-tls"),
        ("payments/db-superuser", "sealedsecrets.bitnami.com", "payments/db-superuser"),
        ("web/oauth-client", "kustomizations.kustomize.toolkit.fluxcd.io", "web/identity"),
        ("monitoring/alertmanager", "kustomizations.kustomize.toolkit.fluxcd.io", "monitoring/monitoring"),
        ("kube-system/backup-settings", "archives.storage.example.test", "kube-system/nightly"),
    ],
)
def test_what_manages_or_names_a_secret_is_there(secret: str, resource: str, manager: str) -> None:
    found = all_of(resource)[manager]
    told = {owner["uid"] for owner in all_of("secrets")[secret]["metadata"].get("ownerReferences", ())}
    assert not told or found["metadata"]["uid"] in told
    assert secret.partition("/")[2] in repr(found)


def test_a_template_names_a_pull_secret_that_the_service_account_does_not() -> None:
    found = {name: one["spec"]["template"]["spec"] for name, one in all_of("deployments.apps").items()}
    assert "imagePullSecrets" not in found["payments/ledger-api"]
    assert found["web/shop"]["imagePullSecrets"] == [{"name": "registry-pull-winter"}]


def test_every_owner_is_there() -> None:
    owners = {obj["metadata"]["uid"] for shelf in _held().shelves for obj in all_of(shelf).values()}
    for shelf in ("pods", "replicasets.apps", "jobs.batch"):
        for name, obj in all_of(shelf).items():
            for owner in obj["metadata"].get("ownerReferences", ()):
                assert owner["uid"] in owners, name


@pytest.mark.parametrize(
    ("name", "replicas", "ready", "reason"),
    [
        ("payments/ledger-api", 3, 3, "NewReplicaSetAvailable"),
        ("payments/ledger-worker", 1, 1, "ProgressDeadlineExceeded"),
        ("web/shop", 2, 2, "ProgressDeadlineExceeded"),
    ],
)
def test_deployments_tell_how_their_pods_are(name: str, replicas: int, ready: int, reason: str) -> None:
    found = all_of("deployments.apps")[name]
    assert (found["spec"]["replicas"], found["status"].get("readyReplicas", 0)) == (replicas, ready)
    assert found["status"]["conditions"][1]["reason"] == reason


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("web/shop-tls", "valid"),
        ("web/api-tls", "soon to expire"),
        ("web/portal-tls", "expired"),
        ("payments/gateway-tls", "does not match its key"),
    ],
)
def test_certificates(name: str, state: str) -> None:
    held = data(all_of("secrets")[name])
    leaf = x509.load_pem_x509_certificates(held["tls.crt"])[0]
    key = serialization.load_pem_private_key(held["tls.key"], None)
    if leaf.public_key() != key.public_key():
        found = "does not match its key"
    elif leaf.not_valid_after_utc <= STILL:
        found = "expired"
    else:
        found = "soon to expire" if leaf.not_valid_after_utc - STILL < SOON else "valid"
    assert found == state


@pytest.mark.parametrize("plural", ["secrets", "pods", "events", "serviceaccounts", "namespaces"])
def test_times_lie_before_the_still_clock(plural: str) -> None:
    for obj in all_of(plural).values():
        written = [obj["metadata"]["creationTimestamp"]]
        written += [entry["time"] for entry in obj["metadata"].get("managedFields", [])]
        written += re.findall(r"(?:startedAt|finishedAt|startTime)': '([^']+)'", repr(obj.get("status")))
        assert all(datetime.fromisoformat(time) <= STILL for time in written), obj["metadata"]


def test_nothing_looks_like_a_vendors_credential() -> None:
    texts = [DEMO.read_bytes()]
    for secret in all_of("secrets").values():
        held = data(secret)
        texts += held.values()
        if "release" in held:
            texts.append(gzip.decompress(base64.b64decode(held["release"])))
    assert not any(VENDORS.search(text) for text in texts)


def test_what_is_secret_says_that_it_is_made_up() -> None:
    known = {("default/mysecret", "password"), ("kube-system/bootstrap-token-abcdef", "token-secret")}
    for name, secret in all_of("secrets").items():
        for key, value in data(secret).items():
            is_secret = re.search(r"pass|secret|token$|bearer|salt|api-key", key, re.IGNORECASE)
            if is_secret and value.isascii() and (name, key) not in known:
                assert b"made-up" in value or secret["type"].endswith("-token"), (name, key)
            if key.endswith(".crt"):
                for cert in x509.load_pem_x509_certificates(value):
                    names = cert.subject.rfc4514_string()
                    assert re.search(r"example\.test|Made-Up|payments-db", names), names


async def test_the_server_accepts_every_secret() -> None:
    """Each is created over HTTP; only the pair that does not match is warned of."""
    warned = []
    given = ("name", "namespace", "labels", "annotations", "finalizers")
    async with FaultyCluster() as cluster, aiohttp.ClientSession() as session:
        session.headers["Authorization"] = f"Bearer {cluster.token}"
        for obj in load_story():
            meta = {key: value for key, value in obj["metadata"].items() if key in given}
            if obj["kind"] == "Namespace":
                cluster.store.put(obj)
            elif obj["kind"] == "Secret":
                url = f"{cluster.url}/api/v1/namespaces/{meta['namespace']}/secrets"
                async with session.post(url, json=obj | {"metadata": meta}) as answer:
                    assert answer.status == 201, (meta["name"], await answer.json())
                    warned += [meta["name"]] if "Warning" in answer.headers else []
                    held = all_of("secrets")[f"{meta['namespace']}/{meta['name']}"]
                    assert data(json.loads(await answer.read())) == data(held)
    assert warned == ["gateway-tls"]
