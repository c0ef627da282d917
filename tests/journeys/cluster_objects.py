"""What stands beside the program: objects made in plain HTTP, kubectl as another writer, pods that run."""

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
    """One namespace of the real server, past the program."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self.plane, self.namespace = plane, namespace
        self._path = f"/api/v1/namespaces/{namespace}"

    @property
    def kubeconfig(self) -> Path:
        """The admin's."""
        return kubeconfig(self.plane)

    def make(self, kind: str, name: str, **parts: Any) -> None:
        """An object; `kind` is the plural in the path."""
        self.plane.make(f"{self._path}/{kind}", {"metadata": {"name": name}, **parts})

    def make_the_example(self) -> None:
        """The Secret that everybody knows."""
        self.make("secrets", SECRET, stringData={"username": "admin", "password": OLD})

    def secret(self, name: str = SECRET) -> Any:
        return self.plane.ask("GET", f"{self._path}/secrets/{name}").body

    def data(self, name: str = SECRET) -> dict[str, bytes]:
        """Its bytes."""
        return {key: base64.b64decode(value) for key, value in self.secret(name).get("data", {}).items()}

    def kubectl_patch(self, data: Mapping[str, bytes], name: str = SECRET) -> None:
        """Another writer, with the tool that everybody has."""
        body = {"data": {key: base64.b64encode(value).decode() for key, value in data.items()}}
        patch = ("--type=merge", "-p", json.dumps(body))
        self.does("patch", "secret", name, *patch)

    def does(self, *args: str, typed: str = "") -> str:
        """kubectl does that in the namespace; what it said."""
        code, said = self.kubectl("-n", self.namespace, *args, typed=typed)
        assert code == 0, said
        return said

    def kubectl(self, *args: str, typed: str = "") -> tuple[int, str]:
        """The tool that everybody has, as the admin: its exit code and all it said."""
        done = subprocess.run(
            [str(KUBECTL), "--kubeconfig", str(kubeconfig(self.plane)), *args],
            env=environment(),
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.returncode, done.stdout

    def run_pods(self) -> None:
        """`mypod` runs and reads the Secret as files; `waiter` lacks a key and does not start."""
        files = {"name": "foo", "secret": {"secretName": SECRET}}
        mount = {"name": "foo", "mountPath": "/etc/secret", "readOnly": True}
        image = {"name": "main", "image": "redis"}
        reads = {"containers": [{**image, "volumeMounts": [mount]}], "volumes": [files]}
        self._pod("mypod", reads, "Running", {"running": {"startedAt": "2026-01-02T03:04:05Z"}})
        lacking = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": SECRET, "key": "token"}}}
        stuck = {"waiting": {"reason": "CreateContainerConfigError"}}
        self._pod("waiter", {"containers": [{**image, "env": [lacking]}]}, "Pending", stuck)

    def _pod(self, name: str, spec: dict[str, Any], phase: str, state: dict[str, Any]) -> None:
        """A pod with the status that a kubelet would report."""
        self.make("pods", name, spec=spec | {"nodeName": "node-1"})
        pod = self.plane.ask("GET", f"{self._path}/pods/{name}").body
        of_main = {"name": "main", "image": "redis", "imageID": "", "restartCount": 0, "state": state}
        pod["status"] |= {"phase": phase, "containerStatuses": [of_main | {"ready": phase == "Running"}]}
        answer = self.plane.ask("PUT", f"{self._path}/pods/{name}/status", pod)
        assert answer.status == 200, answer.text
