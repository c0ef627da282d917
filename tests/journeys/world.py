"""What a row of the table of kubeconfigs is made from, and what is expected of it."""

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
    """What a row is made from; `kube` is ~/.kube."""

    plane: ControlPlane
    near: Neighbours
    kube: Path

    def token(self, user: str) -> Config:
        return {"token": self.plane.users[user].token}

    def config(
        self, user: Config | None = None, *, cluster: Config | None = None, server: str = "", **more: Any
    ) -> Config:
        """One context `real`; the server's authority inline, unless `cluster` says otherwise."""
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
        """A cluster entry with the server's authority and more."""
        return {"certificate-authority-data": b64(self.plane.ca_pem), **more}

    def by(self, proxy: str, user: Config | None = None) -> Config:
        """Through the kubeconfig's own proxy, to a name that only the proxy knows."""
        return self.config(
            user,
            cluster=self.trusting(**{"proxy-url": proxy, "tls-server-name": OTHER_NAME}),
            server=self.near.behind,
        )

    def named(self, user: Config | None = None) -> Config:
        """To the name that only the proxies know: the environment must name one."""
        return self.config(
            user, cluster=self.trusting(**{"tls-server-name": OTHER_NAME}), server=self.near.behind
        )

    def plugin(self, how: str, user: str = READER, **more: Any) -> dict[str, Any]:
        """A user entry whose plugin behaves so."""
        args = ["-I", str(_PLUGINS), str(self.plane.folder), user, how]
        spec = {"apiVersion": V1, "command": sys.executable, "args": args, "interactiveMode": "Never"}
        return {"exec": spec | more}

    def certificate(self, user: str) -> Config:
        held = self.plane.users[user]
        pair = (held.certificate.read_bytes(), held.key.read_bytes())
        return {"client-certificate-data": b64(pair[0]), "client-key-data": b64(pair[1])}

    def token_file(self, text: str | None = None, name: str = "token") -> str:
        """The path of a file with a token, or with this text."""
        return str(self.put(name, self.plane.users[READER].token if text is None else text))

    def put(self, name: str, content: bytes | str) -> Path:
        """A file under ~/.kube."""
        path = self.kube / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
        return path


@dataclass(frozen=True)
class Row:
    """One kubeconfig."""

    make: Callable[[World], Config | str]
    user: str | None
    """Whom both log in as; None: both refuse."""
    says: str = ""
    """What our sentence holds, where we refuse."""
    flags: tuple[str, ...] = ()
    """For both commands."""
    env: Callable[[World], Mapping[str, str]] = lambda world: {}
    ours_only: tuple[str, ...] = ()
    """Flags that kubectl does not have."""
    where: str = "config"
    """The file's name under ~/.kube; a path leads elsewhere."""
    we_refuse: str = ""
    """Why we refuse what kubectl runs."""
    kubectl_refuses: str = ""
    """Why kubectl refuses what we run."""
    groups: tuple[str, ...] = ()
    """Of the user that is acted as, beside those that everybody has."""
    uid: str = ""
    extra: Mapping[str, list[str]] = field(default_factory=dict)
    answers: str = ""
    """What kubectl reads from its standard input."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
