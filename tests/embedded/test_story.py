"""The tour's story holds what the tour is to show, and nothing that could be taken for real."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import pytest

from tests.embedded.storybook import (
    STILL,
    Obj,
    all_of,
    data,
    manager_names,
    pods,
    references,
    secrets,
    values,
)
from tui.embedded.demo.story import DEMO, load_story

SPACES: Final = {"default", "payments", "web", "kube-system", "monitoring"}


def test_the_example_that_everybody_knows() -> None:
    secret = secrets()["default/mysecret"]
    assert secret["type"] == "Opaque"
    assert data(secret) == {"username": b"admin", "password": b"1f2d1e2e67df"}
    spec = pods()["default/mypod"]["spec"]
    (container,) = spec["containers"]
    assert (container["name"], container["image"]) == ("mypod", "redis")
    assert container["volumeMounts"] == [{"name": "foo", "mountPath": "/etc/secret", "readOnly": True}]
    assert [(volume["name"], volume["secret"]["secretName"]) for volume in spec["volumes"]] == [
        ("foo", "mysecret")
    ]


def test_it_is_a_small_company_in_five_namespaces() -> None:
    assert {secret["metadata"]["namespace"] for secret in secrets().values()} == SPACES
    assert 40 <= len(secrets()) <= 60
    assert {pod["metadata"]["namespace"] for pod in pods().values()} == SPACES
    assert 28 <= len(pods()) <= 36
    assert len(DEMO.read_text(encoding="utf-8").splitlines()) < 1500


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("kubernetes.io/tls", 5),
        ("kubernetes.io/dockerconfigjson", 2),
        ("kubernetes.io/dockercfg", 1),
        ("kubernetes.io/basic-auth", 1),
        ("kubernetes.io/ssh-auth", 2),
        ("kubernetes.io/service-account-token", 2),
        ("bootstrap.kubernetes.io/token", 1),
        ("helm.sh/release.v1", 4),
        ("Opaque", 20),
    ],
)
def test_types(kind: str, least: int) -> None:
    assert sum(secret["type"] == kind for secret in secrets().values()) >= least


def _label(name: str, value: str | None = None) -> Callable[[Obj], bool]:
    return lambda secret: (
        name in (labels := secret["metadata"].get("labels", {})) and (value is None or labels[name] == value)
    )


def _annotation(name: str) -> Callable[[Obj], bool]:
    return lambda secret: name in secret["metadata"].get("annotations", {})


def _owner(kind: str) -> Callable[[Obj], bool]:
    return lambda secret: any(
        owner["kind"] == kind and owner["controller"]
        for owner in secret["metadata"].get("ownerReferences", [])
    )


def _wrote(prefix: str) -> Callable[[Obj], bool]:
    return lambda secret: any(name.startswith(prefix) for name in manager_names(secret))


KINDS_OF_SECRET: Final[Mapping[str, Callable[[Obj], bool]]] = {
    "External Secrets, as the owner": _owner("ExternalSecret"),
    "External Secrets, its label": _label("reconcile.external-secrets.io/managed", "true"),
    "External Secrets, one key of several": lambda secret: (
        _wrote("externalsecrets.external-secrets.io/")(secret)
        and not _owner("ExternalSecret")(secret)
        and len(manager_names(secret)) == 2
    ),
    "cert-manager": _annotation("cert-manager.io/certificate-name"),
    "Helm": lambda secret: (
        _label("app.kubernetes.io/managed-by", "Helm")(secret)
        and _annotation("meta.helm.sh/release-name")(secret)
        and _wrote("helm")(secret)
    ),
    "Argo CD": lambda secret: (
        _annotation("argocd.argoproj.io/tracking-id")(secret) and _wrote("argocd-controller")(secret)
    ),
    "Sealed Secrets": _owner("SealedSecret"),
    "Sealed Secrets' own key": _label("sealedsecrets.bitnami.com/sealed-secrets-key"),
    "Flux": lambda secret: (
        _label("kustomize.toolkit.fluxcd.io/name")(secret) and _wrote("kustomize-controller")(secret)
    ),
    "kubectl apply": _annotation("kubectl.kubernetes.io/last-applied-configuration"),
    "kubectl create": _wrote("kubectl-create"),
    "immutable": lambda secret: secret.get("immutable") is True,
    "no managedFields": lambda secret: not manager_names(secret),
    "no data at all": lambda secret: "data" not in secret,
    "a type of its own": lambda secret: secret["type"].startswith("example.test/"),
    "being deleted": lambda secret: "deletionTimestamp" in secret["metadata"],
    "as long a name as may be": lambda secret: len(secret["metadata"]["name"]) == 253,
    "a long name": lambda secret: 75 <= len(secret["metadata"]["name"]) <= 85,
    "a long key": lambda secret: any(len(key) > 80 for key in data(secret)),
}


@pytest.mark.parametrize("what", KINDS_OF_SECRET)
def test_kinds_of_secret(what: str) -> None:
    assert any(KINDS_OF_SECRET[what](secret) for secret in secrets().values())


def _holds(part: str) -> Callable[[bytes], bool]:
    return lambda value: part.encode() in value


VALUES: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "one line without an end": lambda value: bool(re.fullmatch(rb"made-up-password-\d+", value)),
    "a final newline": lambda value: bool(re.fullmatch(rb"made-up-password-\d+\n", value)),
    "CRLF": lambda value: value.endswith(b"\r\n") and value.count(b"\n") == value.count(b"\r\n") > 1,
    "CR": lambda value: b"\r" in value and b"\n" not in value,
    "mixed line endings": lambda value: {b"\n", b"\r", b"\r\n"} <= set(re.findall(rb"\r\n|\n|\r", value)),
    "line separators": _holds("\u2028"),
    "200 kB": lambda value: len(value) == 200_000 and value.count(b"\n") > 1000,
    "nothing": lambda value: value == b"",
    "a blank at its end": lambda value: value.endswith(b"1 "),
    "OSC 52": _holds("\x1b]52;"),
    "CSI": _holds("\x1b["),
    "a title": _holds("\x1b]0;"),
    "C1": _holds("\x9b"),
    "backspaces": _holds("\b\b"),
    "NUL": _holds("\0"),
    "brackets": _holds("[PROD]"),
    "markup": lambda value: value == b"[/red]",
    "a mask": lambda value: value == b"********",
    "wide characters": _holds("値"),
    "emoji": _holds("👩‍💻"),
    "combining marks": _holds("\u0300\u0301\u0302"),
    "tabs": _holds("\t"),
    "a blank that does not break": _holds("\u00a0"),
    "a byte order mark": lambda value: value.startswith(b"\xef\xbb\xbf"),
    "invisible": _holds("\u200b"),
    "right to left": _holds("\u202e"),
    "not UTF-8": lambda value: b"Gr\xfc\xdfe" in value,
    "every byte": lambda value: set(value) == set(range(256)),
    "gzip": lambda value: value.startswith(b"\x1f\x8b\x08"),
    "JSON": lambda value: value.startswith(b"{"),
    "YAML": lambda value: value.startswith(b"route:\n"),
    "kubeconfig": _holds("kind: Config"),
}


@pytest.mark.parametrize("what", VALUES)
def test_kinds_of_value(what: str) -> None:
    assert any(VALUES[what](value) for value in values())


def test_bootstrap_token() -> None:
    held = data(secrets()["kube-system/bootstrap-token-abcdef"])
    assert re.fullmatch(rb"[a-z0-9]{6}\.[a-z0-9]{16}", held["token-id"] + b"." + held["token-secret"])
    assert held["token-id"] == b"abcdef"
    assert datetime.fromisoformat(held["expiration"].decode()) > STILL


@pytest.mark.parametrize("plural", ["secrets", "pods", "events", "serviceaccounts", "namespaces"])
def test_times_lie_before_the_still_clock(plural: str) -> None:
    for obj in all_of(plural).values():
        written = [obj["metadata"]["creationTimestamp"]]
        written += [entry["time"] for entry in obj["metadata"].get("managedFields", [])]
        written += re.findall(r"(?:startedAt|finishedAt|startTime)': '([^']+)'", repr(obj.get("status")))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in written), obj[
            "metadata"
        ]
        assert all(datetime.fromisoformat(time) <= STILL for time in written), obj["metadata"]
        assert min(written) == written[0] or plural == "events", obj["metadata"]


def test_ages_spread_from_years_to_an_hour() -> None:
    ages = sorted(
        (STILL - datetime.fromisoformat(secret["metadata"]["creationTimestamp"])).total_seconds() / 3600
        for secret in secrets().values()
    )
    assert ages[0] < 2
    assert ages[-1] > 6 * 365 * 24
    assert sum(age < 24 for age in ages) >= 4


def test_managed_fields_own_just_the_keys_that_are_there() -> None:
    without = [name for name, secret in secrets().items() if not manager_names(secret)]
    assert 3 <= len(without) < len(secrets()) / 3
    for name, secret in secrets().items():
        entries = secret["metadata"].get("managedFields", [])
        owned = [key for entry in entries for key in entry["fieldsV1"].get("f:data", {}) if key != "."]
        if entries:
            assert sorted(owned) == sorted(f"f:{key}" for key in data(secret)), name


def test_uids_are_the_same_in_every_run_and_one_for_each() -> None:
    once, again = load_story(), load_story()
    uids = [obj["metadata"]["uid"] for obj in once]
    assert uids == [obj["metadata"]["uid"] for obj in again]
    assert len(set(uids)) == len(uids)


def test_some_secrets_are_read_by_nobody() -> None:
    read = {
        f"{pod['metadata']['namespace']}/{ref.secret}" for pod in pods().values() for ref in references(pod)
    }
    assert {"payments/legacy-db", "default/placeholder", "web/wildcard-tls"} - read == {
        "payments/legacy-db",
        "default/placeholder",
    }
