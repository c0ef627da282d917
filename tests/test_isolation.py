"""The isolation of tests: it must notice what it promises to notice."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading

import pytest

from tests import isolation


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("example.test", 443), ("8.8.8.8", 53)])
def test_a_connection_to_another_machine_is_refused(
    address: tuple[str, int], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = isolation.seal_sockets(monkeypatch)
    with socket.socket() as client, pytest.raises(isolation.OutsideLoopback):
        getattr(client, method)(address)
    assert tried == [repr(address)]


def test_threads_processes_and_sockets_left_behind_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "PATIENCE", 0.0)
    before = isolation.Belongings()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    with (
        socket.create_server(("127.0.0.1", 0)),
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child,
    ):
        left = before.left_since()
        child.communicate(b"\n")
    stop.set()
    thread.join()
    assert "thread forgotten" in left
    assert f"process {child.pid}" in left
    assert any(what.startswith("open socket:") for what in left)


async def test_a_task_left_running_is_noticed() -> None:
    async def forgotten() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(forgotten())
    assert [name.rpartition(".")[2] for name in await isolation.left_tasks()] == ["forgotten"]
    task.cancel()
