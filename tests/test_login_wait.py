"""Signals that `nohup` ignores stay ignored while the program waits for a login."""

from __future__ import annotations

import signal

from tui.cli.login_wait import login_wait
from tui.cluster.kubeconfig.target import ExecSpec, LoginTarget


def test_a_hangup_that_is_ignored_stays_ignored_during_a_login() -> None:
    spec = ExecSpec(
        "made-up",
        (),
        (),
        "client.authentication.k8s.io/v1",
        "Never",
        "",
        wants_cluster=False,
        cluster_config=None,
    )
    target = LoginTarget("c", "c", "u", "http://127.0.0.1:1", "default", exec=spec)
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with login_wait(target, lambda: None):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)
