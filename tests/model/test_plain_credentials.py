"""Credentials outside of Secrets: each shape is found once, and ordinary settings are none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.test_health import evidence
from tui.model.api_object import CONFIG_MAP, CRON_JOB, DEPLOYMENT, JOB, POD, ApiKind, Obj
from tui.model.health.checks import judge
from tui.model.health.plain_credentials import PlainCredential, plain_credentials
from tui.model.health.risk_checks import accepted_count
from tui.model.settings.accepted_risks import ANNOTATION, AcceptedRisk

TOKEN = "ghp_" + "madeup" * 6
KEY = "-----BEGIN PRIVATE KEY-----\nbWFkZSB1cCBtYWRlIHVwIG1hZGUgdXA=\n-----END PRIVATE KEY-----\n"


def config(data: dict[str, str], **metadata: Any) -> Obj:
    return {"metadata": {"namespace": "shop", "name": "app", **metadata}, "data": data}


def workload(kind: ApiKind, env: list[Obj], **metadata: Any) -> Obj:
    spec: Obj = {"containers": [{"name": "web", "env": env}]}
    if kind != POD:
        spec = {"template": {"spec": spec}}
    if kind == CRON_JOB:
        spec = {"jobTemplate": {"spec": spec}}
    return {"metadata": {"namespace": "shop", "name": "app", **metadata}, "spec": spec}


def in_config(name: str, value: str) -> list[PlainCredential]:
    return list(plain_credentials(CONFIG_MAP, config({name: value})))


@pytest.mark.parametrize(
    ("name", "value", "looks_like"),
    [
        ("app.yaml", f"github:\n  token: {TOKEN}\n", "a credential: GitHub token"),
        ("tls.pem", KEY, "a private key"),
        ("DATABASE_URL", "postgres://app:made-up-9@db:5432/shop", "a URL with a password"),
        ("DB_PASSWORD", "made-up-9", "a password"),
        (
            "account.json",
            '{"private_key": "-----BEGIN PRIVATE KEY-----\\nbWFkZSB1cCBtYWRlIHVwIG1hZGU"}',
            "a private key",
        ),
    ],
)
def test_each_shape_of_a_credential_is_found_and_not_quoted(name: str, value: str, looks_like: str) -> None:
    (found,) = in_config(name, value)
    assert (found.object, found.place, found.looks_like) == ("ConfigMap/app", name, looks_like)
    assert "made" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db/shop"),
        ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/shop"),
        ("DATABASE_URL", "postgres://db/shop"),
        ("DB_PASSWORD", "$(FROM_SECRET)"),
        ("DB_PASSWORD", "/etc/db/password"),
        ("DB_PASSWORD", "<your password>"),
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "vault:secret/db#password"),
        ("DB_PASSWORD", "%(DB)s"),
        ("PROXY_BYPASS", "intranet"),
        ("HELP", "http://user:pass@proxy is how to write it; http://mail:8080?to=ops@example.test"),
        ("DB_PASSWORD_FILE", "/etc/db/password"),
        ("ALLOW_EMPTY_PASSWORD", "true"),
        ("ca.crt", "-----BEGIN CERTIFICATE-----\nbWFkZSB1cA==\n-----END CERTIFICATE-----\n"),
        ("settings", "user = app\nhost = db:5432\n"),
    ],
)
def test_ordinary_settings_are_no_credentials(name: str, value: str) -> None:
    assert in_config(name, value) == []


@pytest.mark.parametrize("kind", [DEPLOYMENT, CRON_JOB, POD])
def test_a_literal_credential_of_a_deployment_cron_job_or_pod_is_found(kind: ApiKind) -> None:
    reference = {"name": "OTHER_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}, reference]
    (found,) = plain_credentials(kind, workload(kind, env))
    assert (found.object, found.place) == (f"{kind.kind}/app", "DB_PASSWORD of web")


def test_a_pod_of_a_workload_is_judged_with_its_owner() -> None:
    owner = [{"kind": "ReplicaSet", "name": "app-1", "controller": True}]
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    pod = workload(POD, env, ownerReferences=owner, labels={"pod-template-hash": "1"})
    assert list(plain_credentials(POD, pod)) == []


@pytest.mark.parametrize(
    ("kind", "label", "workload_title", "edit"),
    [
        ("ReplicaSet", "app", "ReplicaSet/app-1", "replicaset/app-1 -n shop, then delete its pods"),
        (
            "ReplicationController",
            "app",
            "ReplicationController/app-1",
            "replicationcontroller/app-1 -n shop, then delete its pods",
        ),
        ("ReplicaSet", "rollouts-pod-template-hash", "Rollout/app", "rollout/app -n shop"),
    ],
)
def test_a_credential_in_a_pod_is_reported_at_a_workload_that_is_not_searched(
    kind: str, label: str, workload_title: str, edit: str
) -> None:
    owner = [{"kind": kind, "name": "app-1", "controller": True}]
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    pod = workload(POD, env, ownerReferences=owner, labels={label: "1"})
    (found,) = plain_credentials(POD, pod)
    assert (found.object, found.place) == (workload_title, "DB_PASSWORD of web")
    (finding,) = judge(evidence(plain=(found,)), ("plain",))
    assert finding.do.endswith(f"refer to the Secret: kubectl edit {edit}")


def test_a_pod_of_an_operator_is_reported_itself() -> None:
    owner = [{"kind": "Shop", "name": "app", "controller": True}]
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    (found,) = plain_credentials(POD, workload(POD, env, ownerReferences=owner))
    assert found.object == "Pod/app"


def test_a_workload_of_an_operator_is_judged_because_its_owner_is_not_searched() -> None:
    owner = [{"kind": "Shop", "name": "app", "controller": True}]
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    (found,) = plain_credentials(DEPLOYMENT, workload(DEPLOYMENT, env, ownerReferences=owner))
    assert found.place == "DB_PASSWORD of web"


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (DEPLOYMENT, "refer to the Secret: kubectl edit deployment/app -n shop"),
        (POD, "refer to the Secret: create Pod/app again"),
        (JOB, "refer to the Secret: create Job/app again"),
    ],
)
def test_kubectl_edit_is_proposed_only_where_it_can_change_a_variable(kind: ApiKind, act: str) -> None:
    env: list[Obj] = [{"name": "DB_PASSWORD", "value": "made-up-9"}]
    found = plain_credentials(kind, workload(kind, env))
    (finding,) = judge(evidence(plain=tuple(found)), ("plain",))
    assert finding.do == f"Put a new value into a Secret, and {act}"


def test_an_annotation_accepts_plain_credentials() -> None:
    accepting = config({"DB_PASSWORD": "made-up-9"}, annotations={ANNOTATION: "plain"})
    assert [found.is_accepted for found in plain_credentials(CONFIG_MAP, accepting)] == [True]
    assert list(judge(evidence(plain=tuple(plain_credentials(CONFIG_MAP, accepting))), ("plain",))) == []


@pytest.mark.parametrize(
    ("rule", "is_accepted"),
    [
        (AcceptedRisk("plain", object="ConfigMap/*", key="DB_*"), True),
        (AcceptedRisk("all"), True),
        (AcceptedRisk("plain", object="Deployment/*"), False),
        (AcceptedRisk("plain", secret="app"), False),
    ],
)
def test_a_rule_of_the_settings_accepts_plain_credentials(rule: AcceptedRisk, is_accepted: bool) -> None:
    known = evidence(plain=tuple(in_config("DB_PASSWORD", "made-up-9")), accepted=(rule,))
    assert (len(judge(known, ("plain",))), accepted_count(known)) == (not is_accepted, is_accepted)


def test_an_object_without_annotations_in_the_api_is_read() -> None:
    assert (
        len(list(plain_credentials(CONFIG_MAP, config({"DB_PASSWORD": "made-up-9"}, annotations=None)))) == 1
    )
