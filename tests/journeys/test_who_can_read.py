"""Subjects that can read a Secret: the list against the real server's authorizer and tried side doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, NamedTuple

import pytest

from tests.contract.planes import RealPlane
from tests.controlplane.http_calls import Answer, ask
from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC
from tests.controlplane.users import NOBODY
from tests.journeys.made_rbac import NAMES, Login, made_rbac
from tests.model.rbac_objects import GROUP, binding, role, rule
from tui.model.access.grants import Subject
from tui.model.access.who import Access, SecretScope
from tui.session.access_check import AccessCheck

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

READ: Final = ("get", "list", "watch")
VALUE: Final = "bWFkZS11cC12YWx1ZQ=="


async def accesses(plane: ControlPlane, scope: SecretScope) -> tuple[Access, ...]:
    """Subjects that the program lists for a user who may list everything."""
    async with RealPlane(plane, "").cluster() as cluster:
        check = AccessCheck(cluster, scope)
        await check.run(lambda: None)
    assert (check.gaps, check.ask_for) == ((), ())
    return check.accesses


def is_subject(subject: Subject, login: Login) -> bool:
    if subject.kind == "Group":
        return subject.name in login.groups
    account = f"system:serviceaccount:{subject.namespace}:{subject.name}"
    return login.user == (account if subject.kind == "ServiceAccount" else subject.name)


def verbs(access: Access, *, all_of_them: bool) -> Iterator[str]:
    """Verbs among get, list and watch that the access grants; with `all_of_them` on all Secrets alone."""
    for right in access.rights:
        given, _, objects = right.partition(" ")
        if not access.binding:
            yield from READ
        elif not all_of_them or "/" not in objects:
            yield from given.split(",")


async def test_every_subject_of_200_roles_and_bindings_reads_what_the_server_lets_it_read(
    whole_plane: ControlPlane,
) -> None:
    with made_rbac(whole_plane) as made:
        assert made.make() == 200
        wrong, allowed = list[str](), 0
        for namespace in made.namespaces:
            for name in (None, *NAMES):
                listed = await accesses(whole_plane, SecretScope(namespace, name))
                read = [access for access in listed if access.way == "read"]
                for login in made.logins:
                    mine = [access for access in read if is_subject(access.subject, login)]
                    known = {verb for access in mine for verb in verbs(access, all_of_them=name is None)}
                    for verb in READ:
                        may = made.is_allowed(login, verb, namespace, name)
                        allowed += may
                        if may != (verb in known):
                            wrong.append(f"{login} {verb} {namespace}/{name}: the server says {may}")
        assert wrong == []
        assert allowed > 300, "the rights are not all refused"


class Place:
    """Namespace with a Secret, a pod and a role that read it, and a user without rights."""

    def __init__(self, plane: ControlPlane, undo: ExitStack) -> None:
        self.plane, self.namespace, self._undo = plane, plane.new_namespace(), undo
        self.core = f"/api/v1/namespaces/{self.namespace}"
        self.rbac = f"{RBAC}/namespaces/{self.namespace}"
        plane.make(f"{self.core}/secrets", {"metadata": {"name": "db"}, "data": {"key": VALUE}})
        plane.make(f"{self.core}/pods", self.pod("api"))
        plane.make(f"{self.core}/serviceaccounts", {"metadata": {"name": "reader"}})
        plane.make(f"{self.rbac}/roles", role("read", rule("get", "secrets"), namespace=self.namespace))
        reads = binding(
            "read", "Role/read", "ServiceAccount/reader", "Group/made-readers", "User/made-reader"
        )
        reads["subjects"][0]["namespace"] = self.namespace
        plane.make(f"{self.rbac}/rolebindings", reads)

    def pod(self, name: str) -> dict[str, Any]:
        mounts = [{"name": "v", "mountPath": "/db"}]
        container = {"name": "c", "image": "made-up", "volumeMounts": mounts}
        volumes = [{"name": "v", "secret": {"secretName": "db"}}]
        spec = {"nodeName": "made-node", "containers": [container], "volumes": volumes}
        return {"metadata": {"name": name}, "spec": spec}

    def allow(self, *rules: dict[str, Any], wide: bool) -> None:
        """Give the user these rights, in the namespace or everywhere."""
        name = f"made-door-{self.namespace}"
        self.plane.make(f"{RBAC}/clusterroles", role(name, *rules))
        self._undo.callback(self.plane.ask, "DELETE", f"{RBAC}/clusterroles/{name}")
        bound = binding(name, f"ClusterRole/{name}", f"User/{NOBODY}")
        if wide:
            self.plane.make(f"{RBAC}/clusterrolebindings", bound)
            self._undo.callback(self.plane.ask, "DELETE", f"{RBAC}/clusterrolebindings/{name}")
        else:
            self.plane.make(f"{self.rbac}/rolebindings", bound)

    def act(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request as the user; a PATCH is a merge patch."""
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        headers["Authorization"] = f"Bearer {self.plane.users[NOBODY].token}"
        return ask(self.plane.url, method, path, body, tls=self.plane.tls(), headers=headers)

    def read(self, **headers: str) -> Answer:
        return self.act("GET", f"{self.core}/secrets/db", **headers)


@pytest.fixture
async def place(whole_plane: ControlPlane) -> AsyncIterator[Place]:
    with ExitStack() as undo:
        yield Place(whole_plane, undo)


def patch_secret(place: Place) -> Answer:
    return place.act("PATCH", f"{place.core}/secrets/db", {})


def delete_secrets(place: Place) -> Answer:
    return place.act("DELETE", f"{place.core}/secrets?dryRun=All")


def delete_secret(place: Place) -> Answer:
    return place.act("DELETE", f"{place.core}/secrets/db?dryRun=All&propagationPolicy=Foreground")


def new_pod(place: Place) -> Answer:
    return place.act("POST", f"{place.core}/pods", place.pod("mine"))


def change_pod(place: Place) -> Answer:
    containers = [{**place.pod("api")["spec"]["containers"][0], "image": "mine"}]
    return place.act("PATCH", f"{place.core}/pods/api", {"spec": {"containers": containers}})


def debug(place: Place) -> Answer:
    container = {"name": "mine", "image": "mine", "envFrom": [{"secretRef": {"name": "db"}}]}
    path = f"{place.core}/pods/api/ephemeralcontainers"
    return place.act("PATCH", path, {"spec": {"ephemeralContainers": [container]}})


def into_pod(verb: str, place: Place) -> Answer:
    return place.act("POST", f"{place.core}/pods/api/{verb}?command=env")


def node(place: Place) -> Answer:
    return place.act("GET", "/api/v1/nodes/made-node/proxy/pods")


def as_user(place: Place) -> Answer:
    return place.read(**{"Impersonate-User": "made-reader"})


def as_account(place: Place) -> Answer:
    return place.read(**{"Impersonate-User": f"system:serviceaccount:{place.namespace}:reader"})


def as_masters(place: Place) -> Answer:
    return place.read(**{"Impersonate-User": "made-reader", "Impersonate-Group": "system:masters"})


def escalate(place: Place) -> Answer:
    return place.act("PATCH", f"{place.rbac}/roles/read", {"rules": [rule("*", "secrets pods")]})


def bind(place: Place) -> Answer:
    return place.act("POST", f"{place.rbac}/rolebindings", binding("mine", "Role/read", f"User/{NOBODY}"))


def token(place: Place) -> Answer:
    made = place.act("POST", f"{place.core}/serviceaccounts/reader/token", {"spec": {}})
    if made.status != 201:
        return made
    headers = {"Authorization": f"Bearer {made.body['status']['token']}"}
    path = f"{place.core}/secrets/db"
    return ask(place.plane.url, "GET", path, tls=place.plane.tls(), headers=headers)


class SideDoor(NamedTuple):
    way: str
    act: Callable[[Place], Answer]
    rules: tuple[dict[str, Any], ...]
    is_wide: bool = False
    """True if the rules must hold in the whole cluster."""
    shows: bool = False
    """True if the answer holds the value; other doors need a kubelet or another request."""


SIDE_DOORS: Final = {
    "patch": SideDoor("write", patch_secret, (rule("patch", "secrets"),), shows=True),
    "delete": SideDoor("write", delete_secret, (rule("delete", "secrets", "db"),), shows=True),
    "deletecollection": SideDoor("write", delete_secrets, (rule("deletecollection", "secrets"),), shows=True),
    "token": SideDoor("token", token, (rule("create", "serviceaccounts/token", "reader"),), shows=True),
    "user": SideDoor(
        "impersonate", as_user, (rule("impersonate", "users", "made-reader"),), is_wide=True, shows=True
    ),
    "account": SideDoor("impersonate", as_account, (rule("impersonate", "serviceaccounts"),), shows=True),
    "group": SideDoor(
        "impersonate",
        as_masters,
        (rule("impersonate", "groups", "system:masters"), rule("impersonate", "users")),
        is_wide=True,
        shows=True,
    ),
    "new pod": SideDoor("new pod", new_pod, (rule("create", "pods"),)),
    "pod change": SideDoor("pod change", change_pod, (rule("patch", "pods", "api"),)),
    "debug": SideDoor("debug", debug, (rule("patch", "pods/ephemeralcontainers"),)),
    "exec": SideDoor("exec", partial(into_pod, "exec"), (rule("create", "pods/exec"),)),
    "attach": SideDoor("exec", partial(into_pod, "attach"), (rule("create", "pods/attach", "api"),)),
    "node": SideDoor("node", node, (rule("get", "nodes/proxy"),), is_wide=True),
    "bind": SideDoor(
        "bind", bind, (rule("bind", "roles", groups=GROUP), rule("create", "rolebindings", groups=GROUP))
    ),
    "escalate": SideDoor("escalate", escalate, (rule("escalate patch", "roles", groups=GROUP),)),
}


@pytest.mark.parametrize("name", SIDE_DOORS)
async def test_a_side_door_is_listed_for_the_user_for_whom_the_server_opens_it(
    name: str, place: Place
) -> None:
    door, scope = SIDE_DOORS[name], SecretScope(place.namespace, "db")
    assert not any(is_me(access) for access in await accesses(place.plane, scope))
    assert place.read().status == 403
    assert door.act(place).status == 403, "shut before"
    place.allow(*door.rules, wide=door.is_wide)
    answers = list[Answer]()

    def is_open() -> bool:
        answers.append(door.act(place))
        return answers[-1].status != 403

    place.plane.wait_for(is_open)
    assert door.way in {access.way for access in await accesses(place.plane, scope) if is_me(access)}
    assert (VALUE in answers[-1].text) == door.shows, answers[-1].text
    if name in ("new pod", "pod change", "debug", "bind", "escalate"):
        assert answers[-1].status in (200, 201), answers[-1].text
    if name == "bind":
        place.plane.wait_for(lambda: VALUE in place.read().text)


def is_me(access: Access) -> bool:
    return str(access.subject) == NOBODY
