"""`-f FILE --compare` on the real server: 0 for the same, 1 if it differs, 3 if a Secret may not be read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.controlplane.plane import ControlPlane
from tests.journeys.cluster_objects import OLD, Beside
from tests.terminal.drive import PROGRAM, environment

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    """Namespace with the Secret `mysecret`."""
    access = Beside(whole_plane, whole_plane.new_namespace())
    access.make_the_example()
    return access


def rendered(beside: Beside, folder: Path, change: dict[str, str]) -> Path:
    """Write a manifest of the Secret as the server has it, with these values changed; return its folder."""
    body = beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret").body
    metadata = {"name": "mysecret", "namespace": beside.namespace}
    made: dict[str, Any] = {
        **{"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": body["type"]},
        **{"data": body["data"], "stringData": change},
    }
    file = folder / "mysecret.json"
    file.write_text(json.dumps(made))
    return folder


def compared(beside: Beside, folder: Path, *more: str) -> tuple[int, Any]:
    """Run the comparison; return its exit code and its output, decoded from JSON."""
    words = (*more, "--kubeconfig", str(beside.kubeconfig), "-f", str(folder), "--compare", "-o", "json")
    done = subprocess.run([PROGRAM, *words], env=environment(), capture_output=True, check=False, timeout=60)
    assert OLD not in (done.stdout + done.stderr).decode()
    return done.returncode, json.loads(done.stdout)


def test_the_exit_code_says_whether_files_and_cluster_are_the_same(beside: Beside, tmp_path: Path) -> None:
    before = beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret").body
    code, told = compared(beside, rendered(beside, tmp_path, {}))
    assert (code, told["rows"], told["secrets"]) == (0, [], {"same": 1})
    code, told = compared(beside, rendered(beside, tmp_path, {"password": OLD + "\n"}))
    (row,) = told["rows"]
    assert (code, row["key"], row["differs"]) == (1, "password", "final line break")
    code, told = compared(beside, rendered(beside, tmp_path, {}), "--as", "made-up-nobody")
    assert (code, told["complete"], told["secrets"]) == (3, False, {"not read": 1})
    after = beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret").body
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
