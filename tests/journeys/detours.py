"""Table of kubeconfigs, second part: proxies, plugins, and origins that are not trusted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.cluster.proxies import NAME
from tests.controlplane.users import EDITOR, READER
from tests.journeys.world import ANONYMOUS, Config, Row, World

V1BETA1: Final = "client.authentication.k8s.io/v1beta1"
_CLUSTER_CONFIG: Final = [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "made up"}}]


def _env(**names: str) -> Callable[[World], Mapping[str, str]]:
    """Environment variables; the name of a proxy as value becomes its URL."""

    def made(world: World) -> Mapping[str, str]:
        return {name: getattr(getattr(world.near, text, None), "url", text) for name, text in names.items()}

    return made


def _relative_plugin(world: World) -> Config:
    spec = world.plugin("token")["exec"]
    script = world.put("bin/login", f"#!/bin/sh\nexec {sys.executable} {' '.join(spec['args'])}\n")
    script.chmod(0o700)
    return world.config({"exec": {**spec, "command": "bin/login", "args": []}})


def _plugin(how: str, user: str = READER, **more: Any) -> Callable[[World], Config]:
    return lambda world: world.config(
        world.plugin(how, user, **more), cluster=world.trusting(extensions=_CLUSTER_CONFIG)
    )


def _proxied(name: str, user: str = READER) -> Callable[[World], Config]:
    return lambda world: world.by(getattr(world.near, name).url, world.token(user))


def _socks5h(world: World) -> Config:
    return world.by(world.near.socks.url.replace("socks5:", "socks5h:"))


DETOURS: Final[dict[str, Row]] = {
    # Proxies
    "http proxy": Row(_proxied("http"), READER),
    "http proxy with a login": Row(_proxied("http_login"), READER),
    "https proxy": Row(lambda w: w.config(cluster=w.trusting(**{"proxy-url": w.near.https.url})), READER),
    "socks5 proxy": Row(_proxied("socks"), READER),
    "socks5 proxy with a login": Row(_proxied("socks_login"), READER),
    "socks5h proxy": Row(_socks5h, READER, kubectl_refuses="proxy-url knows no socks5h there"),
    "proxy of the environment": Row(lambda w: w.named(), READER, env=_env(HTTPS_PROXY="http")),
    "proxy that no_proxy excepts": Row(
        lambda w: w.named(), None, "DNS does not know", env=_env(HTTPS_PROXY="http", NO_PROXY=f".x,{NAME}")
    ),
    "proxy that loopback does not need": Row(lambda w: w.config(), READER, env=_env(HTTPS_PROXY="gone")),
    "proxy for other addresses only": Row(
        lambda w: w.named(),
        READER,
        env=_env(HTTPS_PROXY="http", NO_PROXY="10.0.0.0/8,.other.invalid,plane.invalid:1"),
    ),
    "proxy that wants a login": Row(
        lambda w: w.by(w.near.http_login.url.replace("jane:", "jim:")), None, "requires a login"
    ),
    "proxy that says no": Row(_proxied("refusing"), None, "does not allow connections"),
    "proxy that is gone": Row(_proxied("gone"), None, "does not answer"),
    "plain http, where no login is sent": Row(
        lambda w: w.config(cluster={}, server=f"http://{NAME}:{w.near.plain.port}"),
        ANONYMOUS,
        env=_env(HTTP_PROXY="http"),
    ),
    # Plugins
    "plugin": Row(_plugin("token"), READER),
    "plugin of v1beta1": Row(_plugin("token", apiVersion=V1BETA1, interactiveMode=None), READER),
    "plugin with a certificate": Row(_plugin("certificate", EDITOR), EDITOR),
    "plugin whose login is good for 5 s": Row(_plugin("short"), READER),
    "plugin that is told of the cluster": Row(_plugin("cluster", provideClusterInfo=True), READER),
    "plugin with a variable": Row(
        _plugin("env", env=[{"name": "MADE_UP", "value": "from the kubeconfig"}]), READER
    ),
    "plugin by a relative path": Row(_relative_plugin, READER),
    "plugin that shows a device code": Row(_plugin("device", interactiveMode="IfAvailable"), READER),
    "plugin that would ask if it could": Row(
        _plugin("asks", interactiveMode="IfAvailable"), None, "a person must be asked"
    ),
    "plugin that hangs": Row(_plugin("hangs"), None, "timed out"),
    "plugin that ends with 3": Row(_plugin("exit3"), None, "exited with 3: "),
    "plugin that is not there": Row(
        _plugin("token", command="no-such-login", installHint="get it from your administrator"),
        None,
        "get it from your administrator",
    ),
    "plugin that a token makes needless": Row(
        lambda w: w.config(w.plugin("exit3") | w.token(READER)), READER
    ),
    # Trust
    "plugin of a kubeconfig from elsewhere": Row(
        _plugin("token"),
        None,
        "the kubeconfig is not trusted",
        where="../elsewhere",
        we_refuse="a person is asked first, and here there is no terminal to ask on",
    ),
    "token file of a kubeconfig from elsewhere": Row(
        lambda w: w.config({"tokenFile": w.token_file()}),
        None,
        "the kubeconfig is not trusted",
        where="../elsewhere",
        we_refuse="the same: it could send any file to its server",
    ),
    "plugin of a kubeconfig that others may write": Row(
        _plugin("token"),
        None,
        "is writable by others",
        where="open",
        we_refuse="whoever else can write it could run what they like",
    ),
    "plugin of a kubeconfig from elsewhere, trusted by a flag": Row(
        _plugin("token"), READER, where="../elsewhere", ours_only=("--trust",)
    ),
    "kubeconfig from elsewhere that names nothing": Row(lambda w: w.config(), READER, where="../elsewhere"),
}
