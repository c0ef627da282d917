"""`ControlPlane`: a real API server over etcd on loopback, as a context manager."""

import http.client
import shutil
import signal
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.controlplane import certs, flags, rights
from tests.controlplane.build import APISERVER, CONTROLLERS, ETCD, find_or_build
from tests.controlplane.http_calls import Answer, ask
from tests.controlplane.supervisor import Supervisor
from tests.controlplane.users import NAMES, ROOT, User, make, token_file

READY_SECONDS = 90.0
PAUSE_SECONDS = 0.05
MEMORY = Path("/dev/shm")


class NotReady(Exception):
    """Server that ended or did not get ready; the message has its last lines."""


class ControlPlane:
    """kube-apiserver and etcd, for as long as the `with` block lasts.

    Without `watch_cache` the API server reads Secrets and Pods from etcd, so that a compaction expires
    versions and continue tokens. `data` keeps etcd's folder between runs; else it lies in memory where the
    system has /dev/shm. All calls block: from a coroutine use asyncio.to_thread. Raises CannotBuild and
    NotReady.
    """

    folder: Path
    place: flags.Place
    ca: certs.Pair
    users: dict[str, User]
    root: User

    def __init__(self, *, watch_cache: bool = True, data: Path | None = None) -> None:
        self._watch_cache = watch_cache
        self._data = data
        self._pids: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._binaries = find_or_build()
        memory = MEMORY if MEMORY.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="secret-tui-plane-", dir=memory)).resolve()
        self._supervisor = Supervisor(self.folder)
        with ExitStack() as undo:
            undo.callback(self.stop)
            self.place = flags.Place(self.folder, self._data or self.folder / "etcd", *flags.free_ports(3))
            self._write_keys()
            self._start()
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the API server, `https://127.0.0.1:PORT`."""
        return self.place.url

    @property
    def ca_pem(self) -> bytes:
        """Authority (PEM) that signed the server's certificate and those of the users."""
        return self.ca.certificate

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the servers and of their supervisor, by name."""
        return {**self._pids, "supervisor": self._supervisor.pid}

    def tls(self, user: User | None = None) -> ssl.SSLContext:
        """TLS context that trusts this server, with the user's certificate if a user is given."""
        context = ssl.create_default_context(cadata=self.ca_pem.decode())
        if user is not None:
            context.load_cert_chain(user.certificate, user.key)
        return context

    def ask(self, method: str, path: str, body: Any = None, *, user: str | None = None) -> Answer:
        """Send a plain request, as a user (by token) or past all rights; return the answer of any status.

        A PATCH is a merge patch.
        """
        who = self.root if user is None else self.users[user]
        headers = {"Authorization": f"Bearer {who.token}"}
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        return ask(self.url, method, path, body, tls=self._trust, headers=headers)

    def make(self, path: str, body: Any) -> Any:
        """Create an object in the collection at that path, past all rights; return what the server holds."""
        answer = self.ask("POST", path, body)
        assert answer.status == http.HTTPStatus.CREATED, answer.text
        return answer.body

    def new_namespace(self) -> str:
        """Create a namespace that no other test uses."""
        made = self.make("/api/v1/namespaces", {"metadata": {"generateName": "test-"}})
        return str(made["metadata"]["name"])

    def compact(self) -> int:
        """Compact etcd's history up to now and return that revision: older versions have expired."""
        status = ask(self.place.etcd_url, "POST", "/v3/maintenance/status", {}).body
        revision = int(status["header"]["revision"])
        request = {"revision": str(revision), "physical": True}
        answer = ask(self.place.etcd_url, "POST", "/v3/kv/compaction", request)
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"etcd did not compact: {answer.text}")
        return revision

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that the servers bring about. Raises NotReady with their last lines."""
        try:
            _wait(lambda: self._are_running() and _answered(condition), "the control plane is not ready")
        except NotReady as error:
            raise NotReady("\n".join([str(error), *self._last_lines()])) from None

    def stop_apiserver(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the API server: SIGKILL cuts its connections, SIGTERM lets requests end first."""
        self._supervisor.signal(APISERVER.name, how)
        _wait(lambda: self._supervisor.exit_code(APISERVER.name) is not None, "kube-apiserver does not end")

    def start_apiserver(self) -> None:
        """Start the API server on its port, and return when `/readyz` answers that it is ready."""
        program = self._binaries.kube_apiserver
        self._run(APISERVER.name, flags.apiserver(program, self.place, watch_cache=self._watch_cache))
        self.wait_for(lambda: self.ask("GET", "/readyz").status == http.HTTPStatus.OK)

    def restart_apiserver(self) -> None:
        """End the API server by SIGTERM and start it; port, certificates and data stay."""
        self.stop_apiserver(signal.SIGTERM)
        self.start_apiserver()

    def back_up(self, folder: Path) -> None:
        """Copy etcd's data into this folder; both servers are ended meanwhile and started again."""
        self._with_etcd_ended(lambda: shutil.copytree(self.place.data, folder))

    def restore(self, folder: Path) -> None:
        """Restore etcd's data from this folder: versions continue from the backup."""

        def put_back() -> None:
            shutil.rmtree(self.place.data)
            shutil.copytree(folder, self.place.data)

        self._with_etcd_ended(put_back)

    def _with_etcd_ended(self, act: Callable[[], object]) -> None:
        self.stop_apiserver()
        self._supervisor.signal(ETCD.name, signal.SIGTERM)
        _wait(lambda: self._supervisor.exit_code(ETCD.name) is not None, "etcd does not end")
        act()
        self._run(ETCD.name, flags.etcd(self._binaries.etcd, self.place))
        self.start_apiserver()

    @contextmanager
    def controllers(self) -> Iterator[None]:
        """Run the controllers of workloads, service accounts and aggregated roles until the block ends."""
        program, kubeconfig = self._binaries.kube_controller_manager, self.root.by_certificate
        self._run(CONTROLLERS.name, flags.controller_manager(program, kubeconfig))
        try:
            self.wait_for(partial(rights.is_aggregated, self.ask))
            yield
        finally:
            self._supervisor.signal(CONTROLLERS.name, signal.SIGKILL)
            _wait(lambda: self._supervisor.exit_code(CONTROLLERS.name) is not None, "controllers do not end")
            del self._pids[CONTROLLERS.name]

    def stop(self) -> None:
        """Kill the servers and remove their folder (`data`, if it was given, stays)."""
        self._supervisor.close()

    def _write_keys(self) -> None:
        self.ca = certs.authority("test authority")
        self.ca.write(self.folder, "ca")
        certs.serving(self.ca).write(self.folder, "serving")
        private, public = certs.signing_keys()
        (self.folder / "accounts.key").write_bytes(private)
        (self.folder / "accounts.pub").write_bytes(public)
        everybody = [make(self.folder, self.ca, self.url, name) for name in (*NAMES, ROOT)]
        (self.folder / "tokens.csv").write_text(token_file(everybody))
        self.users = {user.name: user for user in everybody}
        self.root = self.users.pop(ROOT)
        self._trust = self.tls()

    def _start(self) -> None:
        self._run(ETCD.name, flags.etcd(self._binaries.etcd, self.place))
        self.start_apiserver()
        for path, body in rights.objects():
            answer = self.ask("POST", path, body)
            if answer.status not in (http.HTTPStatus.CREATED, http.HTTPStatus.CONFLICT):
                raise NotReady(f"POST {path}: {answer.text}")
        # The authorizer learns of them through a watch of its own.
        for question in rights.questions():
            self.wait_for(partial(rights.is_allowed, self.ask, question))
        self.wait_for(lambda: self.ask("GET", "/api/v1/namespaces/default").status == http.HTTPStatus.OK)

    def _run(self, name: str, argv: list[str]) -> None:
        self._pids[name] = self._supervisor.start(name, argv, self.folder / f"{name}.log")

    def _are_running(self) -> bool:
        for name in self._pids:
            code = self._supervisor.exit_code(name)
            if code is not None:
                raise NotReady(f"{name} ended with {code}")
        return True

    def _last_lines(self) -> list[str]:
        logs = [(name, self.folder / f"{name}.log") for name in self._pids]
        return [
            f"{name}: {line}"
            for name, log in logs
            for line in log.read_text(errors="replace").splitlines()[-20:]
        ]


def _answered(condition: Callable[[], bool]) -> bool:
    """Result of the condition; False while the server does not listen or cuts the connection."""
    try:
        return condition()
    except (OSError, http.client.HTTPException):
        return False


def _wait(condition: Callable[[], bool], otherwise: str) -> None:
    ends = time.monotonic() + READY_SECONDS
    while not condition():
        if time.monotonic() > ends:
            raise NotReady(otherwise)
        time.sleep(PAUSE_SECONDS)
