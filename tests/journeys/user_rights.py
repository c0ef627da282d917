"""Rights granted and revoked on the real API server: one user for each test, impersonated by the admin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import Any, Final, NamedTuple

from tests.app_pilot import NORMAL, Hands, browser_shown
from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC, binding, is_allowed
from tests.controlplane.users import ADMIN
from tests.ui.person import Person
from tui.cluster.auth import credentials
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.model.secret.secret import SecretRef
from tui.session.clock import Clock
from tui.session.session import Session
from tui.terminal.settings_file import Settings
from tui.ui.app.app import SecretTui

Rights = Mapping[str, Iterable[str]]
ALL: Final[Rights] = {
    "secrets": ("get", "list", "watch", "create", "patch", "delete"),
    "pods": ("get", "list", "watch"),
    "namespaces": ("list",),
}


class Grants:
    """Rights of one user in one namespace, and to list namespaces."""

    def __init__(self, plane: ControlPlane, namespace: str, user: str) -> None:
        self.plane, self.namespace, self.user = plane, namespace, user
        self._space = f"{RBAC}/namespaces/{namespace}"
        self._bind(self._space, "Role")
        self._bind(RBAC, "ClusterRole")

    def allow(self, rights: Rights, names: Iterable[str] = ()) -> None:
        """Grant these rights alone, on `names` alone if any are given, and wait until they are in force."""
        rules = [
            {"apiGroups": [""], "resources": [resource], "verbs": list(verbs), "resourceNames": list(names)}
            for resource, verbs in rights.items()
            if resource != "namespaces"
        ]
        wide = [{"apiGroups": [""], "resources": ["namespaces"], "verbs": list(rights.get("namespaces", ()))}]
        self._put(f"{self._space}/roles", self.user, {"rules": rules})
        self._put(f"{RBAC}/clusterroles", self.user, {"rules": wide if wide[0]["verbs"] else []})
        name = next(iter(names), "")
        for resource, verbs in ALL.items():
            for verb in verbs:
                is_given = verb in rights.get(resource, ()) and not (name and verb == "create")
                about = {"verb": verb, "resource": resource, "name": name}
                if resource != "namespaces":
                    about["namespace"] = self.namespace
                spec = {"user": self.user, "resourceAttributes": about}
                self.plane.wait_for(partial(self._is, spec, is_given))

    def _is(self, spec: dict[str, Any], is_given: bool) -> bool:
        return is_allowed(self.plane.ask, spec) is is_given

    def _bind(self, path: str, kind: str) -> None:
        self._put(
            f"{path}/{kind.lower()}bindings", self.user, binding(self.user, self.user, self.user, kind=kind)
        )

    def _put(self, path: str, name: str, body: Mapping[str, Any]) -> None:
        body = {"metadata": {"name": name}, **body}
        answer = self.plane.ask("PUT", f"{path}/{name}", body)
        if answer.status == 404:
            answer = self.plane.ask("POST", path, body)
        assert answer.status < 300, answer.text


class Actor(NamedTuple):
    """User whose rights were granted elsewhere."""

    plane: ControlPlane
    namespace: str
    user: str


@asynccontextmanager
async def acting(
    grants: Grants | Actor,
    *,
    groups: tuple[str, ...] = (),
    start: SecretRef | None = None,
    size: tuple[int, int] = NORMAL,
) -> AsyncIterator[Person]:
    """Run the program on the real server as that user; `start` is a Secret named on the command line."""
    plane = grants.plane
    target = LoginTarget(
        "real",
        "real",
        ADMIN,
        plane.url,
        grants.namespace,
        ca=plane.ca_pem,
        token=plane.users[ADMIN].token,
        impersonate=Impersonate(grants.user, groups),
    )
    clock = Clock()
    session = Session(
        Cluster(target, credentials.login(target)),
        clock,
        namespace=grants.namespace,
        name=start.name if start else None,
        rng=Random(7),
    )
    app, hands = SecretTui(session, Settings(), start=start), Hands()
    app.press_clock, app.press_sleep = hands.now, hands.rest
    nobody: Any = None  # what is done by others is asked of the plane
    try:
        async with app.run_test(size=size) as pilot:
            await browser_shown(pilot)
            yield Person(app, pilot, nobody, session, nobody, hands)
    finally:
        await session.close()


async def changed(grants: Grants, rights: Rights, names: Iterable[str] = ()) -> None:
    """Grant other rights while the program runs."""
    await asyncio.to_thread(grants.allow, rights, tuple(names))
