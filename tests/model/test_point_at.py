"""The lines to change where a Secret is named, and the kubectl lines for them."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

import pytest
from msgspec.structs import replace

from tests.model.pods import SNIPPETS, info
from tui.model.rbac.rights import KubectlOptions
from tui.model.readers.point_at import kubectl_lines, lines_to_change
from tui.model.readers.reader import Reader

HERE: Final = KubectlOptions(context="prod eu")
ENV: Final = {"valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}


def readers(spec: dict[str, Any], *names: str, controller: tuple[str, str] | None = None) -> list[Reader]:
    """Each use of the Secret s by pods of this spec."""
    return [
        Reader(replace(info(spec), name=name, controller=controller), use)
        for name in names
        for use in info(spec).uses
        if use.secret == "s"
    ]


@pytest.mark.parametrize(
    ("way", "place", "field"),
    [
        ("env", "container app, env DB_PASSWORD   containers[].env[].valueFrom.secretKeyRef", "name"),
        ("volume", "volumes[].secret", "secretName"),
        ("image_pull", "image pulls   imagePullSecrets[]", "name"),
    ],
)
def test_each_place_is_named_with_its_line_before_and_after(way: str, place: str, field: str) -> None:
    title, where, line = lines_to_change(readers(SNIPPETS[way], "mypod"), "s", "s-2")
    assert title == "Pod/mypod   cannot be changed: create it again"
    assert place in where
    assert line == f"    {field}: s → {field}: s-2"


def test_pods_of_one_workload_are_listed_once() -> None:
    found = readers(SNIPPETS["env"], "web-1", "web-2", controller=("Deployment", "web"))
    lines = [*lines_to_change(found, "s", "s-2")]
    assert lines[0] == "Deployment/web   2 pods" and len(lines) == 3


def test_variables_alone_are_a_patch_of_the_deployment() -> None:
    found = readers(SNIPPETS["env"], "web-1", controller=("Deployment", "web"))
    (line,) = kubectl_lines(found, "shop", "s-2", HERE)
    *words, patch = shlex.split(line)
    assert words == ["kubectl", "--context", "prod eu", "-n", "shop", "patch", "deployment/web", "-p"]
    variable = {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s-2"}}}
    containers = [{"name": "app", "env": [variable]}]
    assert json.loads(patch) == {"spec": {"template": {"spec": {"containers": containers}}}}


@pytest.mark.parametrize(("kind", "verb"), [("ReplicaSet", "patch"), ("ReplicationController", "edit")])
def test_a_controller_without_rollouts_is_changed_itself_and_its_pods_are_deleted(
    kind: str, verb: str
) -> None:
    found = readers(SNIPPETS["env"], "web-front-1", "web-front-2", controller=(kind, "web-front"))
    (line,) = kubectl_lines(found, "shop", "s-2", HERE)
    assert shlex.split(line)[5:7] == [verb, f"{kind.lower()}/web-front"]
    title, *_ = lines_to_change(found, "s", "s-2")
    assert title == f"{kind}/web-front   2 pods: delete them after the change"


@pytest.mark.parametrize("way", ["env_from", "volume", "image_pull"])
def test_a_use_that_a_patch_cannot_name_is_changed_with_kubectl_edit(way: str) -> None:
    found = readers(SNIPPETS[way], "db-0", controller=("StatefulSet", "db"))
    assert [*kubectl_lines(found, "shop", "s-2", HERE)] == [
        "kubectl --context 'prod eu' -n shop edit statefulset/db"
    ]


def test_a_pod_on_its_own_has_no_line_for_kubectl() -> None:
    assert not [*kubectl_lines(readers(SNIPPETS["env"], "mypod"), "shop", "s-2", HERE)]


@pytest.mark.parametrize(
    ("controller", "advice"),
    [
        (("Job", "import"), "cannot be changed: create it again"),
        (("Node", "node-1"), "change the manifest of the static pod on the node"),
    ],
)
def test_a_template_that_the_server_does_not_change_has_advice_instead(
    controller: tuple[str, str], advice: str
) -> None:
    pods = readers(SNIPPETS["env"], "mypod", controller=controller)
    title, *_ = lines_to_change(pods, "s", "s-2")
    assert title == f"{'/'.join(controller)}   {advice}"
    assert not [*kubectl_lines(pods, "shop", "s-2", HERE)]


def test_a_name_of_a_variable_runs_nothing_in_a_shell() -> None:
    name = "x'; touch made-up; '"
    spec = {"containers": [{"name": "app", "env": [{**ENV, "name": name}]}]}
    found = readers(spec, "web-1", controller=("StatefulSet", "web"))
    (line,) = kubectl_lines(found, "shop", "s-2", HERE)
    patch = json.loads(shlex.split(line)[-1])
    assert patch["spec"]["template"]["spec"]["containers"][0]["env"][0]["name"] == name
