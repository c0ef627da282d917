"""What is promised of logins, each broken in one way."""

from __future__ import annotations

from typing import Final

from tests import breaking
from tests.control import Control

OF_LOGINS: Final = (
    Control(
        3,
        "a login is sent over plain HTTP",
        "tui.cluster.kubeconfig.target:is_in_clear",
        breaking.does_nothing,
        ("tests/cluster/test_kubeconfig.py",),
    ),
    Control(
        3,
        "a proxy's login is sent to the server",
        "tui.cluster.http.transport:_for_proxy",
        lambda real: lambda target: [("Proxy-Authorization", target.proxy.basic)] if target.proxy else [],
        ("tests/cluster/test_proxies.py",),
    ),
    Control(
        6,
        "a write without a login ends in doubt",
        "tui.cluster.http.status_errors:error_of",
        breaking.doubts_a_401,
        ("tests/cluster/test_credentials.py",),
    ),
    Control(
        10,
        "a proxy's page is told as the server's",
        "tui.model.errors:BadAnswer.through",
        lambda real: lambda self, proxy: self,
        ("tests/cluster/test_proxies.py",),
    ),
    Control(
        10,
        "a login that ended is not told",
        "tui.cluster.auth.credentials:Credentials.refused",
        breaking.does_nothing,
        ("tests/ui/test_login.py", "tests/cluster/test_renewal.py"),
    ),
    Control(
        13,
        "a kubeconfig from elsewhere runs what it names unasked",
        "tui.cluster.kubeconfig.trust:distrust",
        breaking.does_nothing,
        ("tests/cluster/test_plugin_trust.py", "tests/cluster/test_kubeconfig.py"),
    ),
    Control(
        13,
        "a plugin that failed is run again and again",
        "tui.cluster.auth.credentials:Credentials._wait_after",
        breaking.does_nothing,
        ("tests/cluster/test_renewal.py",),
    ),
    Control(
        13,
        "L logs in where there is a login",
        "tui.ui.base.screen:TuiScreen.is_bound",
        lambda real: lambda self, command: True,
        ("tests/ui/test_login.py",),
    ),
    Control(
        16,
        "a server that is not checked wears no badge",
        "tui.cluster.kubeconfig.target:Target.badges",
        lambda real: property(lambda self: ()),
        ("tests/cluster/test_kubeconfig.py", "tests/ui/test_login.py"),
    ),
)
