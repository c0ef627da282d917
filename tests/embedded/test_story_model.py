"""The tour's story as the program's own model reads it: every way of podspec, every manager."""

from __future__ import annotations

import msgspec
import pytest

from tests.embedded.storybook import pods, references, secrets
from tui.model.managers.detect import manager_of
from tui.model.readers.pod_spec import WAYS, PodShape
from tui.model.readers.pod_uses import Use
from tui.model.readers.usage import PodInfo, pod_info
from tui.model.secret.secret import Owner


def _read() -> dict[str, PodInfo]:
    return {name: pod_info(msgspec.convert(pod, PodShape)) for name, pod in pods().items()}


def _uses() -> list[Use]:
    return [use for pod in _read().values() for use in pod.uses]


@pytest.mark.parametrize("way", [way.id for way in WAYS])
def test_every_way_is_told(way: str) -> None:
    there = {name.split("/")[1] for name in secrets()}
    assert any(use.way == way and use.secret in there for use in _uses())


def test_every_shade_of_a_use_is_told() -> None:
    uses = _uses()
    assert {use.container_kind for use in uses} == {"container", "init", "sidecar", "ephemeral", None}
    files = [use for use in uses if use.way in ("volume", "projected")]
    for shades in (
        {use.is_sub_path for use in files},
        {use.is_read_only for use in files if use.is_mounted},
        {use.is_mounted for use in files},
        {use.is_optional for use in files},
        {use.is_listed for use in files},
        {use.is_optional for use in uses if use.way == "env"},
        {bool(use.target) for use in uses if use.way == "env_from"},
    ):
        assert shades == {True, False}


def test_the_model_finds_what_a_plain_reading_finds() -> None:
    for name, pod in pods().items():
        assert {use.secret for use in _read()[name].uses} == {ref.secret for ref in references(pod)}, name


def test_mypod_reads_mysecret() -> None:
    (use,) = _read()["default/mypod"].uses
    assert (use.secret, use.container, use.target, use.is_read_only) == (
        "mysecret",
        "mypod",
        "/etc/secret",
        True,
    )


def test_controllers_are_named_for_a_person() -> None:
    told = {name: pod.controller for name, pod in _read().items()}
    assert told["payments/ledger-api-6f7c9d5b84-2xk4p"] == ("Deployment", "ledger-api")
    assert told["payments/payments-db-0"] == ("StatefulSet", "payments-db")
    assert told["web/edge-4kx9n"] == ("DaemonSet", "edge")
    assert told["default/mypod"] is None


@pytest.mark.parametrize(
    ("name", "manager"),
    [
        ("payments/db-credentials", "ExternalSecret/db"),
        ("payments/gateway-api", "ExternalSecret/gateway-api"),
        ("payments/db-tls", "cert-manager"),
        ("payments/db-superuser", "SealedSecret/db-superuser"),
        ("payments/ledger-config", "Helm/ledger"),
        ("payments/sh.helm.release.v1.ledger.v8", "Helm/ledger"),
        ("web/session-keys", "Argo CD/shop"),
        ("web/oauth-client", "Flux/identity"),
        ("kube-system/ci-deployer-token", "service account token controller"),
        ("default/mysecret", None),
        ("payments/legacy-db", None),
    ],
)
def test_managers(name: str, manager: str | None) -> None:
    secret = secrets()[name]
    meta = secret["metadata"]
    owners = [
        Owner(owner["kind"], owner["name"], owner["controller"]) for owner in meta.get("ownerReferences", [])
    ]
    writers = [entry["manager"] for entry in meta.get("managedFields", []) if "f:data" in entry["fieldsV1"]]
    told = manager_of(secret["type"], meta.get("labels", {}), meta.get("annotations", {}), owners, writers)
    assert told == manager
