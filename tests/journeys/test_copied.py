"""Copies on the real API server: to several namespaces, under another name, and the lines for its readers."""

from __future__ import annotations

import shlex

import pytest
from msgspec.structs import replace

from tests.controlplane.plane import ControlPlane
from tests.journeys.admission import quota
from tests.journeys.at_server import at_server
from tests.journeys.cluster_objects import OLD, SECRET, Beside
from tests.model.pods import info
from tui.model.rbac.rights import Asking
from tui.model.readers.point_at import kubectl_lines
from tui.model.readers.reader import Reader

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

LABELS = {"app": "shop", "app.kubernetes.io/managed-by": "Helm"}
DATA = {"username": b"admin", "password": OLD.encode()}


def test_three_namespaces_of_which_one_has_it_and_one_is_full(beside: Beside, plane: ControlPlane) -> None:
    empty, has_it, full = (Beside(plane, plane.new_namespace()) for _ in range(3))
    has_it.make("secrets", SECRET, stringData={"username": "admin", "password": "other", "more": "stays"})
    beside.does("label", "secret", SECRET, *(f"{k}={v}" for k, v in LABELS.items()))
    with quota(full), at_server(beside) as person:
        person.presses("Y", "the whole Secret, to other namespaces")
        person.presses("n", "0 marked")
        for count, place in enumerate((empty, has_it, full), 1):
            person.type(place.namespace)
            person.presses("Enter", f"{count} marked")
            person.rests()
        person.presses("Enter", "Review  3 drafts", "2 of 3 ready", "dry run refused")
        person.presses("W", "2 of 3 written", "1 draft")
    assert empty.data() == DATA
    assert empty.secret()["metadata"]["labels"] == {"app": "shop"}
    assert has_it.data() == {**DATA, "more": b"stays"}
    assert full.secret()["code"] == 404


def test_an_immutable_secret_is_replaced_by_an_immutable_one(beside: Beside) -> None:
    beside.does("patch", "secret", SECRET, "-p", '{"immutable":true}')
    with at_server(beside) as person:
        person.presses("Enter", "V changed copy")
        person.presses("V", f"{SECRET}-2")
        person.presses("Enter", f"{SECRET}-2 is a new draft")
        person.sets_blind("password", "made-up-new")
        person.presses("w", "accepted", "Creates in")
        person.presses("W", f"{SECRET}-2 is created", f"{SECRET} is still there")
    assert beside.data(f"{SECRET}-2") == {**DATA, "password": b"made-up-new"}
    assert beside.secret(f"{SECRET}-2")["immutable"] is True
    assert beside.data() == DATA


def test_the_kubectl_line_points_a_deployment_at_the_other_secret(beside: Beside) -> None:
    reads = {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}
    spec = {"containers": [{"name": "app", "image": "redis", "env": [{"name": "A", "value": "b"}, reads]}]}
    path = f"/apis/apps/v1/namespaces/{beside.namespace}/deployments"
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}
    beside.plane.make(path, body)
    pod = replace(info(spec), controller=("ReplicaSet", "web-5d9c7"))
    (line,) = kubectl_lines([Reader(pod, use) for use in pod.uses], beside.namespace, "s-2", Asking())
    beside.does(*shlex.split(line)[1:])
    made = beside.plane.ask("GET", f"{path}/web").body["spec"]["template"]["spec"]["containers"][0]["env"]
    other = {"name": "s-2", "key": "password"}
    assert made == [{"name": "A", "value": "b"}, {"name": "PASS", "valueFrom": {"secretKeyRef": other}}]
