"""The process that holds the servers leaves nothing, however the test run lets go of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.controlplane import build
from tests.controlplane.processes import is_running, wait_until
from tests.controlplane.supervisor import Supervisor

REPOSITORY = Path(__file__).resolve().parents[2]
ENDLESS = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]

# A test run that starts a control plane, tells what it started, and hangs.
HANGING = """
import json, signal
from pathlib import Path
from tests.controlplane.plane import ControlPlane

def tell(plane):
    told = Path({told!r})
    told.with_suffix(".part").write_text(json.dumps([plane.pids, str(plane.folder)]))
    told.with_suffix(".part").rename(told)
    signal.pause()

class Halfway(ControlPlane):
    def start_apiserver(self):
        tell(self)

def test_ready():
    with ControlPlane(controllers=True) as plane:
        tell(plane)

def test_halfway():
    with Halfway() as plane:
        pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that goes with the servers."""
    made = tmp_path / "servers"
    made.mkdir()
    return made


def test_close_ends_the_servers_and_removes_their_folder(folder: Path, tmp_path: Path) -> None:
    supervisor = Supervisor(folder)
    pid = supervisor.start("endless", ENDLESS, tmp_path / "log")
    wait_until(lambda: (tmp_path / "log").read_text() == "up\n")
    assert supervisor.exit_code("endless") is None
    supervisor.close()
    assert not is_running(pid)
    assert not folder.exists()


def test_a_server_can_be_ended_alone(folder: Path, tmp_path: Path) -> None:
    supervisor = Supervisor(folder)
    try:
        supervisor.start("first", ENDLESS, tmp_path / "first")
        second = supervisor.start("second", ENDLESS, tmp_path / "second")
        supervisor.signal("first", signal.SIGKILL)
        wait_until(lambda: supervisor.exit_code("first") == -signal.SIGKILL)
        assert is_running(second)
    finally:
        supervisor.close()


def test_sigterm_to_the_supervisor_clears_away_too(folder: Path, tmp_path: Path) -> None:
    supervisor = Supervisor(folder)
    pid = supervisor.start("endless", ENDLESS, tmp_path / "log")
    os.kill(supervisor.pid, signal.SIGTERM)
    wait_until(lambda: not is_running(pid) and not folder.exists())
    supervisor.close()


@pytest.mark.real
@pytest.mark.parametrize(
    ("moment", "started"),
    [
        ("ready", {"etcd", "kube-apiserver", "kube-controller-manager", "supervisor"}),
        ("halfway", {"etcd", "supervisor"}),
    ],
)
def test_kill_9_of_pytest_leaves_no_server(tmp_path: Path, moment: str, started: set[str]) -> None:
    told = tmp_path / "told"
    (tmp_path / "test_hanging.py").write_text(HANGING.format(told=str(told)))
    arguments = ["-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments, "-k", moment],
        cwd=REPOSITORY,
        env={**build.ENVIRONMENT, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: told.exists() or run.poll() is not None)
        pids, folder = json.loads(told.read_text())
        assert set(pids) == started
        assert all(is_running(pid) for pid in pids.values())
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    wait_until(lambda: not any(is_running(pid) for pid in pids.values()))
    assert not Path(folder).exists()
