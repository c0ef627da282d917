"""The embedded cluster in a process of its own, and plain HTTP to it, as another writer would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml

from tests.faulty_cluster.__main__ import EACH
from tests.terminal.drive import PATIENCE, ROOT, environment

KUBECTL: Final = Path(sys.executable).with_name("kubectl")


class Host:
    """A context manager around a process that serves one cluster after the other: Python starts once."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.faulty_cluster", EACH]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        return self

    def __exit__(self, *_: object) -> None:
        with self.process:
            assert self.process.stdin is not None
            self.process.stdin.close()

    def serve(self, arguments: Sequence[str]) -> None:
        """Serve the next cluster in place of the one before."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(list(arguments)).encode() + b"\n")
        self.process.stdin.flush()


class Server:
    """A context manager around `python -m tests.faulty_cluster` (or another module that serves as it does).

    The test speaks to it in plain HTTP, with the token of the kubeconfig that the program gets.
    """

    def __init__(
        self,
        *arguments: str,
        module: str = "tests.faulty_cluster",
        name: str = "kubeconfig",
        host: Host | None = None,
        at: float | None = None,
    ) -> None:
        """`name` is the kubeconfig's file name; with `host` the server has no process of its own.

        `at`: time on the server's clock now, if it is not the computer's.
        """
        self.kubeconfig = Path(os.environ["HOME"]) / name
        self.ahead = 0.0 if at is None else at - time.time()
        """Seconds by which the server's clock is ahead of the computer's."""
        ahead = [] if at is None else ["--ahead", str(self.ahead)]
        self._arguments = [*arguments, *ahead, "--kubeconfig", str(self.kubeconfig)]
        self._module, self._host = module, host

    def __enter__(self) -> Self:
        if self._host is not None:
            self._process = self._host.process
            self._host.serve(self._arguments)
        else:
            command = [sys.executable, "-m", self._module, *self._arguments]
            self._process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, cwd=ROOT)
        try:
            assert self._process.stdout is not None
            first_words = self._process.stdout.readline().split()
            assert first_words[:1] == [b"ready"], first_words
            config = yaml.safe_load(self.kubeconfig.read_text())
            self._url = config["clusters"][0]["cluster"]["server"]
            self._token = config["users"][0]["user"]["token"]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._host is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Stop the server's process meanwhile: it takes what is sent and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def secret(self, name: str, namespace: str = "default") -> dict[str, Any]:
        """Get a Secret from the API; with --for-kubectl by kubectl, an independent client."""
        if "--for-kubectl" not in self._arguments:
            return self.call("GET", _path(namespace, name))
        config = self.kubeconfig.with_name(f"{self.kubeconfig.name}.tls")
        line = [str(KUBECTL), "--kubeconfig", str(config), "get", "--raw", _path(namespace, name)]
        done = subprocess.run(line, capture_output=True, timeout=PATIENCE, check=False, env=environment())
        assert done.returncode == 0, done.stderr.decode()
        decoded: dict[str, Any] = json.loads(done.stdout)
        return decoded

    def data(self, name: str, namespace: str = "default") -> dict[str, bytes]:
        held = self.secret(name, namespace).get("data") or {}
        return {key: b64decode(value) for key, value in held.items()}

    def names(self, namespace: str = "default") -> set[str]:
        return {item["metadata"]["name"] for item in self.call("GET", _path(namespace))["items"]}

    def write(self, name: str, data: Mapping[str, bytes | None], namespace: str = "default") -> None:
        """Change keys as another writer would; None deletes a key."""
        body = {key: value if value is None else b64encode(value).decode() for key, value in data.items()}
        self.call("PATCH", _path(namespace, name), {"data": body})

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a request and decode the answer. Raises urllib.error.HTTPError for a refusal."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": kind},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            decoded: dict[str, Any] = json.load(answer)
        return decoded


def _path(namespace: str, name: str = "") -> str:
    return f"/api/v1/namespaces/{namespace}/secrets" + (f"/{name}" if name else "")
