"""Tests that name a parameter `call`, `read`, `write` or `dry_run` run for each such method of Cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.calls import GROUPS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, calls in GROUPS.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, calls.values(), ids=calls.keys())


@pytest.fixture
def kube() -> Path:
    """~/.kube, where a kubeconfig is trusted."""
    folder = Path.home() / ".kube"
    folder.mkdir(mode=0o700)
    return folder
