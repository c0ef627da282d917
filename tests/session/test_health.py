"""What health takes from objects of other kinds: hosts, their errors, and what they may read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.kinds import definition, key
from tests.session.cluster_session import MINE, desk, secret_object
from tui.model.health.evidence import TlsHost
from tui.model.secret.secret import SecretRef
from tui.session.health.check import HealthCheck
from tui.session.health.kinds import KINDS
from tui.session.marks import mark_of

DB = SecretRef("web", "db")
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


@pytest.mark.parametrize(
    ("resource", "spec", "condition", "status", "says"),
    [
        ("externalsecrets", {}, ("Ready", "False", "SecretSyncedError"), {}, "in error: SecretSyncedError"),
        ("externalsecrets", {}, ("Ready", "True", "SecretSynced"), {}, None),
        ("externalsecrets", {}, ("Ready", "Unknown", ""), {}, None),
        ("sealedsecrets", {}, ("Synced", "False", ""), {}, "in error: no reason given"),
        ("certificates", {"secretName": "db"}, ("Ready", "False", "Expired"), {}, "in error: Expired"),
        (
            "certificates",
            {"secretName": "db"},
            ("Issuing", "False", "Failed"),
            {"failedIssuanceAttempts": 3},
            "in error: Failed",
        ),
        ("certificates", {"secretName": "db"}, ("Issuing", "False", "Failed"), {}, None),
        (
            "certificates",
            {"secretName": "db"},
            ("Ready", "True", "Ready"),
            {"lastFailureTime": "2026-11-24T13:00:00Z"},
            "in error: Failed",
        ),
    ],
)
def test_an_object_in_error_says_its_reason_and_never_its_message(
    resource: str, spec: Any, condition: Any, status: Any, says: str | None
) -> None:
    told = BY_RESOURCE[resource]
    assert told.trouble is not None
    found = told.trouble(obj(spec, condition, **status))
    assert (found.says if found is not None else None) == says
    if found is not None:
        assert found.ref == DB


async def test_a_secret_that_an_object_of_the_whole_cluster_may_mean_is_neither_in_use_nor_unused() -> None:
    kind = definition()
    kind["spec"]["scope"] = "Cluster"
    signing = key("signing", secretName=MINE.name)
    del signing["metadata"]["namespace"]
    story = (secret_object(MINE.name, {"a": b"made-up-1"}), secret_object("other", {}), kind, signing)
    async with desk(story=story) as here:
        check = HealthCheck(here.session)
        await check.run(lambda: None)
        usage = check.evidence().usage
        assert usage(MINE) == "not known"
        assert usage(SecretRef("default", "other")) == "no reader found"
        signs = {row.ref.name: mark_of(here.session, row, 0.0) for row in here.session.secrets.rows}
        assert signs[MINE.name] is None
        assert signs["other"] is not None


async def test_what_could_not_be_read_once_is_no_gap_after_it_was_read_again() -> None:
    async with desk() as here:
        here.fault("status", method="GET", path="*/ingresses", code=500, times=1)
        check = HealthCheck(here.session)
        await check.read_objects(lambda: None)
        assert "ingresses.networking.k8s.io" in [gap.what for gap in check.evidence().gaps]
        await check.read_objects(lambda: None)
        assert "ingresses.networking.k8s.io" not in [gap.what for gap in check.evidence().gaps]
