"""Workloads as readers: their templates, their state in words, and what is kept of their annotations."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.model.pods import pod
from tui.model.api_object import ApiKind
from tui.model.readers.objects import object_source
from tui.model.readers.reader import Reader, each_once, told_once
from tui.model.readers.rules.rule import KindRule
from tui.model.readers.workloads import WORKLOADS, WorkloadInfo

_POD = {
    "containers": [
        {
            "name": "app",
            "env": [{"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
        }
    ],
    "imagePullSecrets": [{"name": "registry"}],
}


def workload(kind: str, spec: dict[str, Any], status: dict[str, Any] | None = None, **metadata: Any) -> Any:
    """Read a workload from the API's own JSON, as the program does."""
    source = next(source for source in WORKLOADS if source.kind.name == kind)
    found = {
        "kind": kind,
        "metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "7", **metadata},
        "spec": spec,
        "status": status or {},
    }
    return source.read(msgspec.json.decode(msgspec.json.encode(found), type=source.shape))


@pytest.mark.parametrize("kind", [source.kind.name for source in WORKLOADS])
def test_the_template_of_every_kind_is_read(kind: str) -> None:
    template: dict[str, Any] = {"template": {"spec": _POD}}
    found = workload(kind, {"jobTemplate": {"spec": template}} if kind == "CronJob" else template)
    assert [(use.secret, use.key, use.how()) for use in found.uses] == [
        ("db", "password", "env PASS"),
        ("registry", None, "image pulls"),
    ]
    assert found.title == f"{kind}/web"


@pytest.mark.parametrize(
    ("kind", "spec", "status", "words"),
    [
        ("Deployment", {"replicas": 3}, {"readyReplicas": 2}, "2/3 ready"),
        ("Deployment", {"replicas": 0}, {}, "no pods"),
        ("Deployment", {"replicas": 2, "paused": True}, {"readyReplicas": 2}, "paused, 2/2 ready"),
        ("DaemonSet", {}, {"numberReady": 4, "desiredNumberScheduled": 5}, "4/5 ready"),
        ("Job", {}, {"conditions": [{"type": "Complete", "status": "True"}]}, "done"),
        ("Job", {}, {"conditions": [{"type": "Failed", "status": "True"}]}, "failed"),
        ("Job", {}, {"active": 1, "ready": 1}, "1 pod ready"),
        ("CronJob", {"suspend": True}, {"active": [{"name": "one"}]}, "suspended"),
        ("CronJob", {}, {}, "between runs"),
        ("CronJob", {}, {"active": []}, "between runs"),
        ("CronJob", {}, {"active": [{"name": "one"}]}, "1 job active"),
    ],
)
def test_the_state_of_a_workload_is_a_word_or_two(
    kind: str, spec: dict[str, Any], status: dict[str, Any], words: str
) -> None:
    assert workload(kind, spec, status).status == words


def test_only_annotations_about_restarts_are_kept_of_a_workload() -> None:
    of_template = {"vso.restartedAt": "then", "reloader.stakater.com/auto": "false", "note": "x"}
    found = workload(
        "Deployment",
        {"template": {"metadata": {"annotations": of_template}, "spec": _POD}},
        annotations={
            "secret.reloader.stakater.com/reload": "db",
            "reloader.stakater.com/auto": "true",
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
        },
    )
    assert dict(found.annotations) == {
        "secret.reloader.stakater.com/reload": "db",
        "reloader.stakater.com/auto": "true",
        "vso.restartedAt": "then",
    }


def test_an_owned_workload_belongs_to_its_owner_and_is_represented_by_its_pods() -> None:
    owner = [{"kind": "Deployment", "name": "web", "controller": True}]
    deployment: WorkloadInfo = workload("Deployment", {"template": {"spec": _POD}})
    replicas: WorkloadInfo = workload("ReplicaSet", {"template": {"spec": _POD}}, ownerReferences=owner)
    assert replicas.workload == deployment.workload == ("Deployment", "web")
    use = deployment.uses[0]
    of_pod = Reader(pod("web-1", use, controller=("Deployment", "web")), use)
    alone = Reader(pod("alone", use), use)
    templates = (Reader(deployment, use), Reader(replicas, use))
    assert each_once((of_pod, *templates)) == (of_pod,)
    assert each_once((alone, *templates)) == (alone, templates[0]), "the Deployment speaks for its ReplicaSet"


def test_pods_represent_their_workload_except_for_secrets_that_only_its_template_names() -> None:
    newer: dict[str, Any] = {"name": "side", "envFrom": [{"secretRef": {"name": "newer"}}]}
    named: dict[str, Any] = {"name": "app", "envFrom": [{"secretRef": {"name": "db"}}]}
    owner = workload("Deployment", {"template": {"spec": {"containers": [named, newer]}}})
    made = pod("web-1", owner.uses[0], controller=("Deployment", "web"))
    found = list(told_once([owner, made, pod("bare")]))
    assert [info.title for info in found] == ["Deployment/web", "web-1", "bare"]
    assert [use.secret for use in found[0].uses] == ["newer"]
    same = workload("Deployment", {"template": {"spec": {"containers": [named]}}})
    assert [info.title for info in told_once([same, made])] == ["web-1"]


@pytest.mark.parametrize(
    ("kind", "resource", "words"),
    [
        ("ServiceAccount", "serviceaccounts", ("service account", "service accounts")),
        ("HTTPRoute", "httproutes", ("http route", "http routes")),
        ("PostgreSQL", "postgresqls", ("postgresql", "postgresqls")),
        ("MadeUp", "others", ("made up", "made ups")),
    ],
)
def test_kinds_are_named_in_plain_words(kind: str, resource: str, words: tuple[str, str]) -> None:
    source = object_source(ApiKind("example.test", "v1", resource, kind), KindRule("example.test", kind))
    assert (source.kind.one, source.kind.many) == words
