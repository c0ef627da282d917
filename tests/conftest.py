"""The seal around every test, and the fixtures that several rooms' tests share."""

from __future__ import annotations

import inspect
import shutil
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from tests import seal

settings.register_profile("sealed", derandomize=True, deadline=None, database=None)
settings.load_profile("sealed")


@pytest.fixture(autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every test: a fresh home, loopback only, and nothing left behind."""
    folder = tmp_path_factory.mktemp("sealed")
    before = seal.Belongings()
    with pytest.MonkeyPatch.context() as monkeypatch:
        seal.seal_environment(monkeypatch, folder)
        tried = seal.seal_sockets(monkeypatch)
        yield
        left = before.left_since() + [f"file {path.name}" for path in (folder / "tmp").iterdir()]
    time.tzset()
    shutil.rmtree(folder)
    assert not tried, f"reached for other machines: {tried}"
    assert not left, f"left behind: {left}"


@pytest.fixture(autouse=True)
def _tasks_are_watched(sealed: None, request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.Function) and inspect.iscoroutinefunction(request.node.obj):
        request.getfixturevalue("_no_task_left")


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    yield
    left = await seal.left_tasks()
    assert not left, f"left running: {left}"
