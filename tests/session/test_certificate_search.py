"""Search for certificates: what it reads, and a gap for each list that is refused."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from tests.model.authorities import Issued, chain, issued
from tests.session.cluster_session import ClusterSession, cluster_session, secret_object
from tui.embedded.users import Rule
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.types.registry import HELM_RELEASE, SERVICE_ACCOUNT_TOKEN
from tui.session.certificate_search import CertificateSearch
from tui.session.health.check import HealthCheck

Obj = dict[str, Any]
MARKER: Final = b"made-up-marker-7731"
LEAF, ISSUER, ROOT = chain("EC", "hook.web.svc", days=(-400, 400))


def tls_object(name: str, leaf: Issued, namespace: str = "web", kind: str = "kubernetes.io/tls") -> Obj:
    data = {"tls.crt": leaf.pem + ISSUER.pem, "tls.key": leaf.key_pem, "note": MARKER}
    return secret_object(name, data, namespace=namespace) | {"type": kind}


def client(kind: str, name: str, api: str, **spec: Any) -> Obj:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **spec}


BUNDLE: Final = {
    "caBundle": b64encode(ROOT.pem).decode(),
    "service": {"namespace": "web", "name": "hook"},
}
REGISTRATION: Final = "admissionregistration.k8s.io/v1"
STORY: Final = (
    tls_object("hook-tls", LEAF),
    tls_object("record", issued("helm.test", ISSUER, "helm.test", number=3), kind=HELM_RELEASE),
    {
        "kind": "ConfigMap",
        "metadata": {"name": "trust", "namespace": "web"},
        "data": {"ca.crt": ROOT.pem.decode()},
    },
    client(
        *("ValidatingWebhookConfiguration", "guard", REGISTRATION),
        webhooks=[{"name": "guard.test", "clientConfig": BUNDLE}],
    ),
    client(
        *("MutatingWebhookConfiguration", "fill", REGISTRATION),
        webhooks=[{"name": "fill.test", "clientConfig": BUNDLE}],
    ),
)


async def searched(here: ClusterSession) -> CertificateSearch:
    health = HealthCheck(here.session)
    await health.run(lambda: None)
    search = CertificateSearch(here.session, health)
    await search.run(lambda: None)
    return search


async def test_secrets_config_maps_and_ca_bundles_are_read_in_a_few_requests_and_nothing_is_kept() -> None:
    many = [secret_object(f"plain-{number}", {"password": MARKER}, namespace="web") for number in range(40)]
    async with cluster_session(namespace=None, story=(*STORY, *many)) as here:
        before = len(here.asked("GET", "/secrets"))
        search = await searched(here)
        rows = search.rows()
        assert len(here.asked("GET", "/secrets")) == before + 1, "one list for all values"
        assert [(row.title, [str(copy.place) for copy in row.copies], row.served_by) for row in rows] == [
            (
                "hook.web.svc",
                ["web/hook-tls tls.crt"],
                ("MutatingWebhookConfiguration/fill", "ValidatingWebhookConfiguration/guard"),
            ),
            (
                "CA: EC root",
                [
                    "ConfigMap web/trust ca.crt",
                    "MutatingWebhookConfiguration fill fill.test",
                    "ValidatingWebhookConfiguration guard guard.test",
                ],
                (),
            ),
        ]
        assert search.gaps == ()
        assert MARKER.decode() not in f"{vars(search)} {rows}"
        assert (
            search.says_what_is_read
            == "Reads the values of 41 Secrets. The cluster's audit log shows these reads."
        )


async def test_a_namespace_has_the_ca_bundles_of_its_services_alone() -> None:
    for namespace, kinds in (
        (
            "web",
            ["Secret", "ConfigMap", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        ),
        ("default", []),
    ):
        async with cluster_session(namespace=namespace, story=STORY) as here:
            search = await searched(here)
            assert [copy.place.kind for row in search.rows() for copy in row.copies] == kinds


@pytest.mark.parametrize(
    ("group", "resource", "says"),
    [
        ("", "configmaps", "configmaps"),
        (
            *("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            "validatingwebhookconfigurations.admissionregistration.k8s.io",
        ),
        (
            *("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
            "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        ),
        ("apiregistration.k8s.io", "apiservices", "apiservices.apiregistration.k8s.io"),
        (
            *("apiextensions.k8s.io", "customresourcedefinitions"),
            "customresourcedefinitions.apiextensions.k8s.io",
        ),
        ("", "secrets", "values of Secrets"),
    ],
)
async def test_each_list_that_is_refused_is_a_gap(group: str, resource: str, says: str) -> None:
    kinds = {
        ("", "secrets"),
        ("", "configmaps"),
        ("", "pods"),
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
        ("apiregistration.k8s.io", "apiservices"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
    }
    rules = [
        Rule(("get", "list", "watch"), (name,), groups=(of,)) for of, name in kinds - {(group, resource)}
    ]
    users = {"limited": rules}
    async with cluster_session(namespace=None, story=STORY, user="limited", users=users, start=False) as here:
        here.session.start()
        search = await searched(here)
        gaps = {gap.what: gap.why for gap in search.gaps}
        assert gaps[says] == "refused"
        mine = {"values of Secrets", "configmaps"} | {name for name in gaps if "webhook" in name}
        assert {name for name in gaps if name in mine} <= {says}


async def test_a_token_of_a_service_account_is_not_read() -> None:
    token = tls_object("token", LEAF, kind=SERVICE_ACCOUNT_TOKEN)
    async with cluster_session(namespace=None, story=(token,)) as here:
        search = await searched(here)
        assert search.rows() == ()


async def test_a_session_of_one_secret_says_that_it_reads_all_of_the_namespace() -> None:
    async with cluster_session(name="mysecret") as here:
        await here.in_time(lambda: here.session.secrets.state.is_complete)
        says = CertificateSearch(here.session, HealthCheck(here.session)).says_what_is_read
        assert says == (
            "Reads the values of all Secrets of namespace default. The cluster's audit log shows these reads."
        )


async def test_no_count_of_secrets_is_shown_before_their_list_is_complete() -> None:
    async with cluster_session(namespace=None, start=False) as here:
        says = CertificateSearch(here.session, HealthCheck(here.session)).says_what_is_read
        assert (
            says
            == "Reads the values of all Secrets of all namespaces. The cluster's audit log shows these reads."
        )


async def test_values_that_are_too_long_and_keystores_without_a_password_are_named_as_gaps() -> None:
    store = pkcs12.serialize_key_and_certificates(
        b"hook", LEAF.key, LEAF.certificate, None, BestAvailableEncryption(b"made-up")
    )
    bundle = ROOT.pem * (MAX_INPUT // len(ROOT.pem) + 1)
    story = [
        secret_object("locked", {"store.p12": store}, namespace="web"),
        secret_object("large", {"ca.crt": bundle, "text": b"0" * (MAX_INPUT + 1)}, namespace="web"),
        {
            "kind": "ConfigMap",
            "metadata": {"name": "trust", "namespace": "web"},
            "data": {"ca.crt": bundle.decode()},
        },
    ]
    async with cluster_session(namespace="web", story=story) as here:
        search = await searched(here)
        assert search.rows() == ()
        assert [gap.what for gap in search.gaps if "(" in gap.what] == [
            "web/large ca.crt (over 256 kB)",
            "web/locked store.p12 (a keystore without a password in its Secret)",
            "ConfigMap web/trust ca.crt (over 256 kB)",
        ]
