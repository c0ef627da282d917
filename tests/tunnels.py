"""Tunnels, a made-up kind of object that reads Secrets, as one more reader source."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tui.model.readers import registry
from tui.model.readers.object_shape import NO_META, ObjectMeta, Part
from tui.model.readers.pods import PODS
from tui.model.readers.reader import ARRIVES, FAILS, ChangeKind, Effect, ReaderInfo, ReaderKind, Use
from tui.model.readers.source import ReaderSource
from tui.model.secret.secret import SecretRef

TUNNEL: Final = ReaderKind("Tunnel", "tunnel", "tunnels")
GROUP: Final = "net.example"


class _Login(Part, frozen=True):
    secret: str = ""
    key: str = ""
    port: str = ""


class _Spec(Part, frozen=True):
    logins: list[_Login] | None = None


class _Tunnel(Part, frozen=True):
    metadata: ObjectMeta = NO_META
    spec: _Spec = _Spec()


class TunnelUse(Use, frozen=True, gc=False, kw_only=True):
    """A login at one port."""

    def how(self) -> str:
        return f"login at {self.target}"

    def when_seen(self) -> str:
        return "sees a change when it dials"

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change in ("removed", "deleted"):
            return Effect(FAILS, "next dial FAILS")
        return Effect(ARRIVES, self.when_seen())


def _read(tunnel: _Tunnel) -> ReaderInfo:
    meta = tunnel.metadata
    return ReaderInfo(
        kind=TUNNEL,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        resource_version=meta.resource_version,
        uses=tuple(
            TunnelUse(secret=one.secret, way="login", key=one.key, target=one.port)
            for one in tunnel.spec.logins or ()
        ),
    )


TUNNELS: Final = ReaderSource(
    kind=TUNNEL,
    resource="tunnels",
    group=GROUP,
    shape=_Tunnel,
    read=_read,
    ways=(("login", "sees a change when it dials"),),
)


def tunnel_object(name: str, *logins: tuple[str, str], namespace: str = "default") -> dict[str, Any]:
    """A tunnel that logs in with these Secrets and keys, as the API writes it."""
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Tunnel",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"logins": [{"secret": secret, "key": key, "port": "p1"} for secret, key in logins]},
    }


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tunnels are readers beside pods, for one test."""
    monkeypatch.setattr(registry, "SOURCES", (PODS, TUNNELS))
