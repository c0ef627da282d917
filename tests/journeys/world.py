"""Kubeconfigs as rows of a table, helpers to make them, and the login that each must lead to."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import READER
from tests.journeys.login_proxies import OTHER_NAME, Neighbours

ANONYMOUS: Final = "system:anonymous"
V1: Final = "client.authentication.k8s.io/v1"
_PLUGINS: Final = Path(__file__).with_name("plugins.py")
Config = dict[str, Any]


@dataclass(frozen=True)
class World:
    """Servers, users and files from which rows make kubeconfigs; `kube` is ~/.kube."""

    plane: ControlPlane
    near: Neighbours
    kube: Path

    def token(self, user: str) -> Config:
        return {"token": self.plane.users[user].token}

    def config(
        self, user: Config | None = None, *, cluster: Config | None = None, server: str = "", **more: Any
    ) -> Config:
        """Make a kubeconfig with the context `real`, and the authority inline unless `cluster` is given."""
        trust = {"certificate-authority-data": b64(self.plane.ca_pem)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "real",
            "contexts": [{"name": "real", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [
                {
                    "name": "c",
                    "cluster": {
                        "server": server or self.plane.url,
                        **(trust if cluster is None else cluster),
                    },
                }
            ],
            "users": [{"name": "u", "user": self.token(READER) if user is None else user}],
            **more,
        }

    def trusting(self, **more: Any) -> Config:
        """Cluster entry with the server's authority and these fields."""
        return {"certificate-authority-data": b64(self.plane.ca_pem), **more}

    def by(self, proxy: str, user: Config | None = None) -> Config:
        """Make a kubeconfig whose proxy-url is this proxy; only the proxy resolves the server's name."""
        return self.config(
            user,
            cluster=self.trusting(**{"proxy-url": proxy, "tls-server-name": OTHER_NAME}),
            server=self.near.behind,
        )

    def named(self, user: Config | None = None) -> Config:
        """Make a kubeconfig whose server only a proxy resolves; the environment must name the proxy."""
        return self.config(
            user, cluster=self.trusting(**{"tls-server-name": OTHER_NAME}), server=self.near.behind
        )

    def plugin(self, how: str, user: str = READER, **more: Any) -> dict[str, Any]:
        """User entry with the plugin of that behavior."""
        args = ["-I", str(_PLUGINS), str(self.plane.folder), user, how]
        spec = {"apiVersion": V1, "command": sys.executable, "args": args, "interactiveMode": "Never"}
        return {"exec": spec | more}

    def certificate(self, user: str) -> Config:
        held = self.plane.users[user]
        pair = (held.certificate.read_bytes(), held.key.read_bytes())
        return {"client-certificate-data": b64(pair[0]), "client-key-data": b64(pair[1])}

    def token_file(self, text: str | None = None, name: str = "token") -> str:
        """Write a file with the reader's token, or with this text, and return its path."""
        return str(self.put(name, self.plane.users[READER].token if text is None else text))

    def put(self, name: str, content: bytes | str) -> Path:
        """Write a file under ~/.kube."""
        path = self.kube / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
        return path


@dataclass(frozen=True)
class Row:
    """Kubeconfig of the table, and the login that it must lead to."""

    make: Callable[[World], Config | str]
    user: str | None
    """User that secret-tui and kubectl log in as; None if both refuse."""
    says: str = ""
    """Text in secret-tui's message if it refuses."""
    flags: tuple[str, ...] = ()
    """Flags for secret-tui and for kubectl."""
    env: Callable[[World], Mapping[str, str]] = lambda world: {}
    ours_only: tuple[str, ...] = ()
    """Flags that kubectl does not have."""
    where: str = "config"
    """Path of the file, relative to ~/.kube."""
    we_refuse: str = ""
    """Reason why secret-tui refuses a login that kubectl performs."""
    kubectl_refuses: str = ""
    """Reason why kubectl refuses a login that secret-tui performs."""
    groups: tuple[str, ...] = ()
    """Groups of the user, beside those that all users have."""
    uid: str = ""
    extra: Mapping[str, list[str]] = field(default_factory=dict)
    answers: str = ""
    """Standard input of kubectl."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
