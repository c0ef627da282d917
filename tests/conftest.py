"""Isolation of every test, and the fixtures that tests of several folders share."""

from __future__ import annotations

import gc
import inspect
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import isolation

if TYPE_CHECKING:
    from tests.controlplane.plane import ControlPlane
    from tests.terminal.server import Host

# Collecting the tests makes objects that stay: looking among them took a fifth of that time.
gc.disable()

settings.register_profile("sealed", derandomize=True, deadline=None, database=None)
settings.load_profile("sealed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests of a control plane: with `-n 2 --dist loadgroup` no two workers start the same one."""
    for item in items:
        if item.get_closest_marker("real"):
            is_whole = "whole_plane" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("whole plane" if is_whole else "others"))


def pytest_collection_finish() -> None:
    """Freeze the imported modules: no garbage collection during a test has to look at them again."""
    isolation.settle_heap()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return 1.5 workers for each core: tests of screens wait for a third of their time."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(scope="session")
def home_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that holds the home of the running test."""
    return tmp_path_factory.mktemp("sealed")


@pytest.fixture(scope="session")
def control_plane() -> Iterator[ControlPlane]:
    """API server and etcd, shared by the whole run: a test works in a namespace of its own."""
    from tests.controlplane.plane import ControlPlane  # needs cryptography

    with ControlPlane() as started:
        yield started


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """Process in which the clusters of tests in a terminal run, one after the other."""
    from tests.terminal.server import Host

    with Host() as started:
        yield started


@pytest.fixture(autouse=True)
def sealed(home_folders: Path) -> Iterator[None]:
    """Give every test a fresh home and loopback alone, and check that it leaves nothing behind."""
    folder = home_folders
    isolation.make_folders(folder)
    before = isolation.Belongings()
    with pytest.MonkeyPatch.context() as monkeypatch:
        isolation.seal_environment(monkeypatch, folder)
        tried = isolation.seal_sockets(monkeypatch)
        yield
        left = before.left_since() + [f"file {path.name}" for path in (folder / "tmp").iterdir()]
    time.tzset()
    assert not tried, f"reached for other machines: {tried}"
    assert not left, f"left behind: {left}"


@pytest.fixture
def memory(sealed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder in memory (tmpfs), for the files of external editors; else it is on a disk here."""
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="secret-tui-test-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture(autouse=True)
def _tasks_are_watched(sealed: None, request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.Function) and inspect.iscoroutinefunction(request.node.obj):
        request.getfixturevalue("_no_task_left")


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    yield
    left = await isolation.left_tasks()
    assert not left, f"left running: {left}"
