"""The kubectl line that points a reader at a copied Secret, run on the real API server."""

from __future__ import annotations

import shlex

import pytest
from msgspec.structs import replace

from tests.journeys.cluster_objects import Beside
from tests.model.pods import info
from tui.model.rbac.rights import KubectlOptions
from tui.model.readers.point_at import kubectl_lines
from tui.model.readers.reader import Reader

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def test_the_kubectl_line_points_a_deployment_at_the_other_secret(beside: Beside) -> None:
    reads = {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}
    spec = {"containers": [{"name": "app", "image": "redis", "env": [{"name": "A", "value": "b"}, reads]}]}
    path = f"/apis/apps/v1/namespaces/{beside.namespace}/deployments"
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}
    beside.plane.make(path, body)
    pod = replace(info(spec), controller=("Deployment", "web"))
    (line,) = kubectl_lines([Reader(pod, use) for use in pod.uses], beside.namespace, "s-2", KubectlOptions())
    beside.run_kubectl(*shlex.split(line)[1:])
    made = beside.plane.ask("GET", f"{path}/web").body["spec"]["template"]["spec"]["containers"][0]["env"]
    other = {"name": "s-2", "key": "password"}
    assert made == [{"name": "A", "value": "b"}, {"name": "PASS", "valueFrom": {"secretKeyRef": other}}]
