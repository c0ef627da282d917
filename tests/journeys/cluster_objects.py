"""Access to the real server past the program: objects made in plain HTTP, kubectl, pods with a status."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.controlplane.plane import ControlPlane
from tests.journeys.kubeconfigs import kubeconfig
from tests.terminal.drive import PATIENCE, environment

KUBECTL: Final = Path(sys.executable).with_name("kubectl")
SECRET: Final = "mysecret"
OLD: Final = "1f2d1e2e67df"


class Beside:
    """Access to one namespace of the real server past the program."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self.plane, self.namespace = plane, namespace
        self._path = f"/api/v1/namespaces/{namespace}"

    @property
    def kubeconfig(self) -> Path:
        """Kubeconfig of the admin."""
        return kubeconfig(self.plane)

    def make(self, kind: str, name: str, **parts: Any) -> None:
        """Create an object; `kind` is the plural in the path."""
        self.plane.make(f"{self._path}/{kind}", {"metadata": {"name": name}, **parts})

    def make_the_example(self) -> None:
        """Create `mysecret`, the example of the Kubernetes documentation."""
        self.make("secrets", SECRET, stringData={"username": "admin", "password": OLD})

    def secret(self, name: str = SECRET) -> Any:
        return self.plane.ask("GET", f"{self._path}/secrets/{name}").body

    def data(self, name: str = SECRET) -> dict[str, bytes]:
        return {key: base64.b64decode(value) for key, value in self.secret(name).get("data", {}).items()}

    def kubectl_patch(self, data: Mapping[str, bytes], name: str = SECRET) -> None:
        """Change keys of the Secret with `kubectl patch`, as another writer."""
        body = {"data": {key: base64.b64encode(value).decode() for key, value in data.items()}}
        patch = ("--type=merge", "-p", json.dumps(body))
        self.run_kubectl("patch", "secret", name, *patch)

    def run_kubectl(self, *args: str, typed: str = "") -> str:
        """Run kubectl in the namespace, assert that it succeeds and return its output."""
        code, output = self.kubectl("-n", self.namespace, *args, typed=typed)
        assert code == 0, output
        return output

    def kubectl(self, *args: str, typed: str = "") -> tuple[int, str]:
        """Run kubectl as the admin; return its exit code and its output (stdout and stderr)."""
        process = subprocess.run(
            [str(KUBECTL), "--kubeconfig", str(kubeconfig(self.plane)), *args],
            env=environment(),
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return process.returncode, process.stdout

    def run_pods(self) -> None:
        """Create `mypod`, which mounts the Secret and runs, and `waiter`, which lacks a key and waits."""
        files = {"name": "foo", "secret": {"secretName": SECRET}}
        mount = {"name": "foo", "mountPath": "/etc/secret", "readOnly": True}
        image = {"name": "main", "image": "redis"}
        reads = {"containers": [{**image, "volumeMounts": [mount]}], "volumes": [files]}
        self._pod("mypod", reads, "Running", {"running": {"startedAt": "2026-01-02T03:04:05Z"}})
        lacking = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": SECRET, "key": "token"}}}
        stuck = {"waiting": {"reason": "CreateContainerConfigError"}}
        self._pod("waiter", {"containers": [{**image, "env": [lacking]}]}, "Pending", stuck)

    def _pod(self, name: str, spec: dict[str, Any], phase: str, state: dict[str, Any]) -> None:
        """Create a pod with the status that a kubelet would report."""
        self.make("pods", name, spec=spec | {"nodeName": "node-1"})
        pod = self.plane.ask("GET", f"{self._path}/pods/{name}").body
        of_main = {"name": "main", "image": "redis", "imageID": "", "restartCount": 0, "state": state}
        pod["status"] |= {"phase": phase, "containerStatuses": [of_main | {"ready": phase == "Running"}]}
        answer = self.plane.ask("PUT", f"{self._path}/pods/{name}/status", pod)
        assert answer.status == 200, answer.text
