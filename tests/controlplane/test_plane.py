"""The control plane started by hand, as CONTRIBUTING.md describes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.controlplane import build
from tests.controlplane.users import NAMESPACE

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.real
def test_a_plane_started_by_hand_prints_a_kubeconfig_runs_controllers_and_ends_at_ctrl_c() -> None:
    by_hand = subprocess.Popen(
        [sys.executable, "-m", "tests.controlplane", "--controllers"],
        cwd=REPOSITORY,
        env=build.ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with by_hand:
        assert by_hand.stdout is not None
        kubeconfig = Path(by_hand.stdout.readline().strip())
        try:
            arguments = ["--kubeconfig", str(kubeconfig), "get", "namespaces", "--output", "name"]
            answer = subprocess.run([build.find_kubectl(), *arguments], check=True, capture_output=True)
            assert f"namespace/{NAMESPACE}" in answer.stdout.decode().split()
            create = ["create", "deployment", "web", "--image=made-up", "--replicas=2"]
            subprocess.run([build.find_kubectl(), *arguments[:2], *create], check=True, capture_output=True)
            made = ["wait", "--for=create", "pod", "--selector=app=web", "--timeout=30s"]
            subprocess.run([build.find_kubectl(), *arguments[:2], *made], check=True, capture_output=True)
        finally:
            os.kill(by_hand.pid, signal.SIGINT)
    assert by_hand.returncode == 0
    ends = time.monotonic() + 45
    while kubeconfig.parent.exists():
        assert time.monotonic() < ends, "its folder is still there"
        time.sleep(0.02)
