"""The embedded cluster in a process of its own, so that no figure contains the server."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml

from benchmarks.surroundings import ROOT, environment

SECRETS: Final = 5_000
PODS: Final = 2_000
NAMESPACE: Final = "team-00"
"""Namespace of the generated objects, if there is only one."""
EMPTY: Final = "empty"
"""Namespace without objects."""


class Serving:
    """A context manager around `python -m benchmarks.generate`: Secrets of 2 kB, pods of 7 kB, random."""

    def __init__(self, home: Path, *, secrets: int = SECRETS, pods: int = PODS, events: float = 0) -> None:
        self.kubeconfig = home / "kubeconfig"
        self.home = home
        self._command = [
            *(sys.executable, "-m", "benchmarks.generate", "--kubeconfig", str(self.kubeconfig)),
            *("--secrets", str(secrets), "--pods", str(pods), "--events-per-second", str(events)),
        ]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, cwd=ROOT, env=environment(self.home)
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(b"ready "), line
        config: Any = yaml.safe_load(self.kubeconfig.read_text())
        self._url: str = config["clusters"][0]["cluster"]["server"]
        self._token: str = config["users"][0]["user"]["token"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def get(self, path: str) -> bytes:
        """The body of a plain GET, not compressed."""
        request = urllib.request.Request(
            self._url + path,
            headers={"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"},
        )
        with urllib.request.urlopen(request, timeout=600) as answer:
            body: bytes = answer.read()
        return body

    def create(self, name: str, data: Mapping[str, bytes]) -> None:
        """Create a Secret in `default`."""
        held = {key: b64encode(value).decode() for key, value in data.items()}
        request = urllib.request.Request(
            f"{self._url}/api/v1/namespaces/default/secrets",
            method="POST",
            data=json.dumps({"metadata": {"name": name}, "data": held}).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()

    def version(self) -> int:
        """The newest resourceVersion: between two of them lie as many events."""
        head = json.loads(self.get("/api/v1/namespaces/default/secrets?limit=1"))
        return int(head["metadata"]["resourceVersion"])
