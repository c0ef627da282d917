"""The control plane itself: ready, its users' rights, restart, expiry, and its command."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.controlplane import build, certs
from tests.controlplane.http_calls import Answer, ask
from tests.controlplane.plane import ControlPlane
from tests.controlplane.processes import is_running, wait_until
from tests.controlplane.users import (
    ADMIN,
    EDITOR,
    NAMES,
    NAMESPACE,
    NOBODY,
    ONLY_SECRET,
    OTHER_NAMESPACE,
    READER,
    SINGLE,
)

pytestmark = pytest.mark.real

REPOSITORY = Path(__file__).resolve().parents[2]
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RIGHTS = [  # verb, namespace ("" is all), name, and who may.
    ("get", NAMESPACE, ONLY_SECRET, {ADMIN, EDITOR, READER, SINGLE}),
    ("get", NAMESPACE, "another", {ADMIN, EDITOR, READER}),
    ("get", OTHER_NAMESPACE, ONLY_SECRET, {ADMIN, READER}),
    ("patch", NAMESPACE, ONLY_SECRET, {ADMIN, EDITOR}),
    ("delete", OTHER_NAMESPACE, ONLY_SECRET, {ADMIN}),
    ("list", NAMESPACE, "", {ADMIN, EDITOR, READER}),
    ("watch", "", "", {ADMIN, READER}),
]


def test_each_is_ready_and_says_its_programs_version(
    plane: ControlPlane, plane_with_controllers: ControlPlane, plane_that_expires: ControlPlane
) -> None:
    program = build.find_or_build(controllers=False).kube_apiserver
    said = subprocess.run([program, "--version"], check=True, capture_output=True)
    for each in (plane, plane_with_controllers, plane_that_expires):
        assert each.ask("GET", "/readyz").text == "ok"
        assert each.ask("GET", "/version").body["gitVersion"] == said.stdout.decode().split()[1]


@pytest.mark.parametrize("user", NAMES)
def test_each_user_has_the_rights_it_is_named_for(plane: ControlPlane, user: str) -> None:
    found = {}
    for verb, namespace, name, _ in RIGHTS:
        resource = {"verb": verb, "resource": "secrets", "namespace": namespace, "name": name}
        answer = plane.ask("POST", REVIEWS, {"spec": {"resourceAttributes": resource}}, user=user)
        found[verb, namespace, name] = answer.body["status"]["allowed"]
    assert found == {(verb, namespace, name): user in who for verb, namespace, name, who in RIGHTS}


@pytest.mark.parametrize("user", NAMES)
@pytest.mark.parametrize("way", ["by_certificate", "by_token", "by_plugin"])
def test_each_kubeconfig_logs_its_user_in(plane: ControlPlane, user: str, way: str) -> None:
    before = plane.users[user].plugin_runs()
    kubeconfig: Path = getattr(plane.users[user], way)
    arguments = ["--kubeconfig", str(kubeconfig), "auth", "whoami", "--output", "json"]
    answer = subprocess.run([build.find_kubectl(), *arguments], check=True, capture_output=True)
    assert json.loads(answer.stdout)["status"]["userInfo"]["username"] == user
    assert plane.users[user].plugin_runs() - before == (1 if way == "by_plugin" else 0)


def test_a_refused_user_gets_the_servers_own_403(plane: ControlPlane) -> None:
    answer = plane.ask("GET", f"/api/v1/namespaces/{NAMESPACE}/secrets", user=NOBODY)
    assert answer.status == 403
    assert 'User "nobody" cannot list resource "secrets"' in answer.body["message"]


def test_a_plugins_certificate_is_refused_once_it_has_expired(plane: ControlPlane) -> None:
    kubeconfig = json.loads(plane.short_lived_kubeconfig(READER, 2).read_text())
    entry = kubeconfig["users"][0]["user"]["exec"]
    printed = subprocess.run([entry["command"], *entry["args"]], check=True, capture_output=True).stdout
    status = json.loads(printed)["status"]
    pair = certs.Pair(status["clientCertificateData"].encode(), status["clientKeyData"].encode())
    tls = plane.tls()
    tls.load_cert_chain(*pair.write(plane.folder, "short-lived"))
    path = f"/api/v1/namespaces/{NAMESPACE}/secrets"
    assert ask(plane.url, "GET", path, tls=tls).status == 200
    wait_until(lambda: ask(plane.url, "GET", path, tls=tls).status == 401)


@pytest.mark.parametrize("gracefully", [False, True])
def test_a_restart_keeps_address_and_data(plane: ControlPlane, gracefully: bool) -> None:
    path = f"/api/v1/namespaces/{plane.new_namespace()}/secrets"
    made = plane.ask("POST", path, _secret("kept")).body
    before = plane.pids
    plane.restart_apiserver(gracefully=gracefully)
    assert plane.ask("GET", f"{path}/kept").body["metadata"]["uid"] == made["metadata"]["uid"]
    assert plane.pids["etcd"] == before["etcd"]
    assert not is_running(before["kube-apiserver"])


def test_data_can_be_kept_for_another_run(tmp_path: Path) -> None:
    for status in (201, 409):
        with ControlPlane(data=tmp_path / "etcd") as plane:
            made = plane.ask("POST", f"/api/v1/namespaces/{NAMESPACE}/secrets", _secret("kept"))
            assert made.status == status


def test_compaction_expires_tokens_and_versions(plane_that_expires: ControlPlane) -> None:
    page, watched = _read_on_after_compaction(plane_that_expires)
    assert page.status == 410
    assert page.body["reason"] == "Expired"
    # With it comes a newer place to go on from, as the API promises.
    assert page.body["metadata"]["continue"]
    assert watched["type"] == "ERROR"
    assert watched["object"]["code"] == 410


def test_a_watch_cache_still_answers_after_compaction(plane: ControlPlane) -> None:
    _, watched = _read_on_after_compaction(plane)
    assert watched["object"]["metadata"]["name"] == "third"


def _read_on_after_compaction(plane: ControlPlane) -> tuple[Answer, dict[str, Any]]:
    """Starts to read a list, compacts, and reads on: the answer for the next page, a watch's first event."""
    path = f"/api/v1/namespaces/{plane.new_namespace()}/secrets"
    plane.ask("POST", path, _secret("first"))
    plane.ask("POST", path, _secret("second"))
    begun = plane.ask("GET", f"{path}?limit=1").body["metadata"]
    plane.ask("POST", path, _secret("third"))
    # The newest revision always stays readable, so that the third's must not be that one.
    plane.ask("POST", path, _secret("fourth"))
    plane.compact()
    page = plane.ask("GET", f"{path}?limit=1&continue={begun['continue']}")
    since = f"{path}?watch=1&timeoutSeconds=1&resourceVersion={begun['resourceVersion']}"
    return page, plane.ask("GET", since).events[0]


def _secret(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "stringData": {"made-up": "value"}}


def test_started_by_hand_it_prints_a_kubeconfig_and_ends_at_ctrl_c() -> None:
    by_hand = subprocess.Popen(
        [sys.executable, "-m", "tests.controlplane"],
        cwd=REPOSITORY,
        env=build.ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with by_hand:
        assert by_hand.stdout is not None
        kubeconfig = Path(by_hand.stdout.readline().strip())
        try:
            arguments = ["--kubeconfig", str(kubeconfig), "get", "namespaces", "--output", "name"]
            answer = subprocess.run([build.find_kubectl(), *arguments], check=True, capture_output=True)
            assert f"namespace/{NAMESPACE}" in answer.stdout.decode().split()
        finally:
            os.kill(by_hand.pid, signal.SIGINT)
    assert by_hand.returncode == 0
    wait_until(lambda: not kubeconfig.parent.exists())
