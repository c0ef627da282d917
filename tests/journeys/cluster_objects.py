"""What stands beside the program: objects made in plain HTTP, kubectl as another writer, pods that run."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.controlplane.kubelet import Kubelet
from tests.controlplane.plane import ControlPlane
from tests.controlplane.podstate import running, waiting
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

    def make(self, kind: str, name: str, **parts: Any) -> None:
        """An object; `kind` is the plural in the path."""
        answer = self.plane.ask("POST", f"{self._path}/{kind}", {"metadata": {"name": name}, **parts})
        assert answer.status == 201, answer.text

    def make_the_example(self) -> None:
        """The Secret that everybody knows."""
        self.make("secrets", SECRET, stringData={"username": "admin", "password": OLD})

    def secret(self, name: str = SECRET) -> Any:
        """A Secret as the server holds it."""
        return self.plane.ask("GET", f"{self._path}/secrets/{name}").body

    def data(self, name: str = SECRET) -> dict[str, bytes]:
        """Its bytes."""
        return {key: base64.b64decode(value) for key, value in self.secret(name).get("data", {}).items()}

    def kubectl_patch(self, data: Mapping[str, bytes], name: str = SECRET) -> None:
        """Another writer, with the tool that everybody has."""
        body = {"data": {key: base64.b64encode(value).decode() for key, value in data.items()}}
        patch = ("--type=merge", "-p", json.dumps(body))
        code, said = self.kubectl("-n", self.namespace, "patch", "secret", name, *patch)
        assert code == 0, said

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
        self.make(
            "pods", "mypod", spec={"containers": [{**image, "volumeMounts": [mount]}], "volumes": [files]}
        )
        lacking = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": SECRET, "key": "token"}}}
        self.make("pods", "waiter", spec={"containers": [{**image, "env": [lacking]}]})
        asyncio.run(self._report())

    async def _report(self) -> None:
        async with Kubelet(self.plane) as kubelet:
            for name in ("mypod", "waiter"):
                await kubelet.bind(self.namespace, name)
                pod = await kubelet.pod(self.namespace, name)
                state = running(pod) if name == "mypod" else waiting(pod, "CreateContainerConfigError")
                await kubelet.report(pod, state)
