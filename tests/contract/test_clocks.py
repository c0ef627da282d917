"""Offset of the server's clock, known from its answers."""

from __future__ import annotations

import time

import pytest

from tests.faulty_cluster.server import FaultyCluster
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget


@pytest.mark.parametrize("ahead", [-86_400, 0, 86_400])
async def test_a_clock_that_is_a_day_off_is_known(ahead: int) -> None:
    async with FaultyCluster(now=lambda: time.time() + ahead) as server:
        where = LoginTarget("c", "c", "admin", server.url, "default", token=server.users["admin"].token)
        cluster = Cluster(where, login(where))
        try:
            before = cluster.skew
            await cluster.who_am_i()
        finally:
            await cluster.close()
    assert before is None and cluster.skew is not None and abs(cluster.skew - ahead) < 2
