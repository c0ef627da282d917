"""The bytes of the tour's story: certificates in the states told, real shapes, made-up contents."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import timedelta
from typing import Any, Final

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.embedded.storybook import STILL, Obj, data, secrets, values
from tui.embedded.demo.story import DEMO, load_story
from tui.embedded.server import EmbeddedCluster

SOON: Final = timedelta(days=14)
VENDORS: Final = re.compile(
    rb"AKIA|ASIA[0-9A-Z]{16}|gh[pousr]_|github_pat_|glpat-|\bsk-|[sr]k_(live|test)_|xox[abposr]-|AIza|ya29\.|"
    rb"hv[sb]\.|npm_[A-Za-z0-9]{20}|dop_v1_|\bSG\.[A-Za-z0-9]|pypi-AgE|AGE-SECRET-KEY-|EAACEdEose0cBA"
)


def _state(name: str) -> str:
    held = data(secrets()[name])
    leaf = x509.load_pem_x509_certificates(held["tls.crt"])[0]
    key = serialization.load_pem_private_key(held["tls.key"], None)
    if leaf.public_key() != key.public_key():
        return "does not match its key"
    if leaf.not_valid_after_utc <= STILL:
        return "expired"
    assert leaf.not_valid_before_utc <= STILL
    return "soon to expire" if leaf.not_valid_after_utc - STILL < SOON else "valid"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("web/shop-tls", "valid"),
        ("web/wildcard-tls", "valid"),
        ("payments/db-tls", "valid"),
        ("web/api-tls", "soon to expire"),
        ("web/portal-tls", "expired"),
        ("payments/gateway-tls", "does not match its key"),
    ],
)
def test_certificates(name: str, state: str) -> None:
    assert _state(name) == state


def test_certificate_names_are_made_up() -> None:
    for secret in secrets().values():
        for key, value in data(secret).items():
            if key.endswith(".crt"):
                for cert in x509.load_pem_x509_certificates(value):
                    names = cert.subject.rfc4514_string()
                    assert re.search(r"example\.test|Made-Up|payments-db", names), names


def test_a_chain_is_in_order() -> None:
    leaf, issuer = x509.load_pem_x509_certificates(data(secrets()["web/shop-tls"])["tls.crt"])
    leaf.verify_directly_issued_by(issuer)


def test_keystores() -> None:
    held = data(secrets()["payments/bank-keystore"])
    assert held["truststore.jks"].startswith(b"\xfe\xed\xfe\xed")
    pkcs12.load_pkcs12(held["client.p12"], held["store-password"])
    assert data(secrets()["payments/db-credentials"])["ca.p12"].startswith(b"\x30\x82")


def test_ssh_keys() -> None:
    for name in ("payments/sftp-settlements", "kube-system/backup-ssh"):
        held = data(secrets()[name])
        private = serialization.load_ssh_private_key(held["ssh-privatekey"], None)
        public = serialization.load_ssh_public_key(held["ssh-publickey"])
        assert private.public_key() == public


def _release(secret: Obj) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(data(secret)["release"])))


def test_helm_releases() -> None:
    releases = {name: one for name, one in secrets().items() if one["type"] == "helm.sh/release.v1"}
    for name, secret in releases.items():
        release, labels = _release(secret), secret["metadata"]["labels"]
        assert name.endswith(f"/sh.helm.release.v1.{release['name']}.v{release['version']}")
        assert (release["info"]["status"], str(release["version"])) == (labels["status"], labels["version"])
        assert labels["owner"] == "helm"
    assert {"deployed", "superseded", "failed"} == {
        _release(one)["info"]["status"] for one in releases.values()
    }


def test_service_account_tokens_name_their_account() -> None:
    for secret in secrets().values():
        if secret["type"] == "kubernetes.io/service-account-token":
            claims = data(secret)["token"].split(b".")[1]
            account = secret["metadata"]["annotations"]["kubernetes.io/service-account.name"]
            assert json.loads(base64.urlsafe_b64decode(claims + b"=" * (-len(claims) % 4)))["sub"] == (
                f"system:serviceaccount:{secret['metadata']['namespace']}:{account}"
            )


def test_registry_logins_agree_with_themselves() -> None:
    for secret in secrets().values():
        for key in (".dockerconfigjson", ".dockercfg"):
            if key in data(secret):
                hosts = json.loads(data(secret)[key])
                for login in hosts.get("auths", hosts).values():
                    user = base64.b64decode(login.get("auth", "")).decode()
                    assert not login.get("password") or user == f"{login['username']}:{login['password']}"


def test_nothing_looks_like_a_vendors_credential() -> None:
    opened = [json.dumps(_release(one)).encode() for one in secrets().values() if "release" in data(one)]
    for text in [DEMO.read_bytes(), *values(), *opened]:
        assert not VENDORS.search(text)


@pytest.mark.parametrize("credential", [b"AKIAIOSFODNN7", b"x ghp_abc", b"a sk-live", b"hvs.CAES", b"xoxb-1"])
def test_such_a_credential_would_be_seen(credential: bytes) -> None:
    assert VENDORS.search(credential)


def test_what_is_secret_says_that_it_is_made_up() -> None:
    known = {("default/mysecret", "password"), ("kube-system/bootstrap-token-abcdef", "token-secret")}
    for name, secret in secrets().items():
        for key, value in data(secret).items():
            is_secret = re.search(r"pass|secret|token$|bearer|salt|api-key", key, re.IGNORECASE)
            if is_secret and value.isascii() and (name, key) not in known:
                assert b"made-up" in value or secret["type"].endswith("-token"), (name, key)


async def test_the_server_accepts_every_secret() -> None:
    """Each is created over HTTP; only the pair that does not match is warned of."""
    warned = []
    given = ("name", "namespace", "labels", "annotations", "finalizers")
    async with EmbeddedCluster() as cluster, aiohttp.ClientSession() as session:
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
                    held = secrets()[f"{meta['namespace']}/{meta['name']}"]
                    assert data(await answer.json()) == data(held)
    assert warned == ["gateway-tls"]
