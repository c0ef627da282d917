"""Random RBAC of 200 roles and bindings in namespaces of its own, from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any, Final, NamedTuple

from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC
from tests.model.rbac_objects import binding, role, rule

NAMES: Final = ("db", "cache")
"""Names of the Secrets that the rules name; the Secrets do not exist."""
USERS: Final = tuple(f"made-user-{number}" for number in range(10))
GROUPS: Final = tuple(f"made-group-{number}" for number in range(6))
ACCOUNTS: Final = ("app", "worker")
_ROLES: Final = 40
_CLUSTER_ROLES: Final = 30
_BINDINGS: Final = 96
_CLUSTER_BINDINGS: Final = 20
_AGGREGATED: Final = 10
_ENDING: Final = "made-last"


class Login(NamedTuple):
    """User and groups as the API server sees them."""

    user: str
    groups: tuple[str, ...]


class MadeRbac:
    """Roles and bindings, and the logins of all their subjects."""

    def __init__(self, plane: ControlPlane, random: Random) -> None:
        self._plane, self._random = plane, random
        self.namespaces = tuple(plane.new_namespace() for _ in range(4))
        self._prefix = self.namespaces[0]

    @property
    def logins(self) -> Iterator[Login]:
        everybody = "system:authenticated"
        yield Login("system:anonymous", ("system:unauthenticated",))
        yield Login("somebody", ("system:masters", everybody))
        yield Login("somebody", (everybody,))
        for user in USERS:
            yield Login(user, (everybody,))
        for group in GROUPS:
            yield Login("somebody", (group, everybody))
        yield Login(USERS[0], (*GROUPS[:2], everybody))
        for namespace in self.namespaces:
            for account in (*ACCOUNTS, "other"):
                groups = "system:serviceaccounts", f"system:serviceaccounts:{namespace}", everybody
                yield Login(f"system:serviceaccount:{namespace}:{account}", groups)

    def make(self) -> int:
        """Create all objects and return their count.

        Once the authorizer knows the last role and binding of each kind, it knows all of them.
        """
        made = [*self._wide_roles(), *self._own_roles(), *self._bindings()]
        for obj in made:
            self._make(obj)
        self._plane.wait_for(self._is_gathered)
        self._make(role(f"{self._prefix}-{_ENDING}", rule("get", "secrets")))
        self._make(role(_ENDING, rule("get", "secrets"), namespace=self._prefix))
        self._make(
            binding(f"{self._prefix}-{_ENDING}", f"ClusterRole/{self._prefix}-{_ENDING}", "User/made-last")
        )
        self._make(binding(_ENDING, f"Role/{_ENDING}", "User/made-own", namespace=self._prefix))
        for user in ("made-last", "made-own"):
            asked = Login(user, ()), "get", self._prefix, "db"
            self._plane.wait_for(partial(self.is_allowed, *asked))
        return len(made) + 4

    def remove(self) -> None:
        for kind in ("clusterrolebindings", "clusterroles"):
            for obj in self._plane.ask("GET", f"{RBAC}/{kind}").body["items"]:
                if (name := obj["metadata"]["name"]).startswith(self._prefix):
                    self._plane.ask("DELETE", f"{RBAC}/{kind}/{name}")

    def is_allowed(self, login: Login, verb: str, namespace: str, name: str | None) -> bool:
        """Ask the server's own SubjectAccessReview."""
        asked = {"verb": verb, "resource": "secrets", "namespace": namespace, "name": name or ""}
        spec = {"user": login.user, "groups": list(login.groups), "resourceAttributes": asked}
        body = {"spec": spec}
        answer = self._plane.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)
        return bool(answer.body["status"]["allowed"])

    def _is_gathered(self) -> bool:
        roles = self._plane.ask("GET", f"{RBAC}/clusterroles").body["items"]
        own = [one for one in roles if one["metadata"]["name"].startswith(f"{self._prefix}-all-")]
        return len(own) == _AGGREGATED and all(one["rules"] for one in own)

    def _make(self, obj: dict[str, Any]) -> None:
        namespace = obj["metadata"]["namespace"]
        path = f"{RBAC}/namespaces/{namespace}" if namespace else RBAC
        kind = "rolebindings" if "roleRef" in obj else "roles"
        self._plane.make(f"{path}/{kind if namespace else f'cluster{kind}'}", obj)

    def _rule(self) -> dict[str, Any]:
        choose = self._random.choice
        names = choose(((), (), NAMES[:1], NAMES, ("other",)))
        verbs = choose(
            ("get", "list", "watch", "get list", "list watch", "get list watch", "*", "create", "patch")
        )
        resources = choose(
            ("secrets", "secrets", "secrets pods", "*", "configmaps", "secrets/status", "*/status")
        )
        return rule(verbs, resources, *names, groups=choose(("", "", ",apps", "*", "apps")))

    def _rules(self) -> list[dict[str, Any]]:
        return [self._rule() for _ in range(self._random.randrange(1, 3))]

    def _wide_roles(self) -> Iterator[dict[str, Any]]:
        for number in range(_CLUSTER_ROLES):
            labels = {f"{self._prefix}/part": str(number % _AGGREGATED)}
            yield role(self._wide(number), *self._rules(), labels=labels)
        for number in range(_AGGREGATED):
            name, key, part = f"{self._prefix}-all-{number}", f"{self._prefix}/part", str(number)
            words = {"key": key, "operator": "In", "values": [part]}
            selector = {"matchExpressions": [words]} if number % 2 else {"matchLabels": {key: part}}
            rule_of = {"aggregationRule": {"clusterRoleSelectors": [selector]}}
            yield role(name, more=rule_of)

    def _wide(self, number: int) -> str:
        return f"{self._prefix}-{number}"

    def _own_roles(self) -> Iterator[dict[str, Any]]:
        for number in range(_ROLES):
            yield role(f"own-{number}", *self._rules(), namespace=self._random.choice(self.namespaces))

    def _bindings(self) -> Iterator[dict[str, Any]]:
        choose = self._random.choice
        for number in range(_BINDINGS):
            namespace = choose(self.namespaces)
            wide = choose(
                (self._wide(choose(range(_CLUSTER_ROLES))), f"{self._prefix}-all-{number % _AGGREGATED}")
            )
            ref = choose((f"Role/own-{choose(range(_ROLES))}", f"ClusterRole/{wide}"))
            groups = ("system:serviceaccounts", "system:authenticated", "system:unauthenticated")
            subjects = [choose((*self._subjects(), self._accounts(), *map("Group/{}".format, groups)))]
            yield binding(f"own-{number}", ref, *subjects, self._subject(), namespace=namespace)
        for number in range(_CLUSTER_BINDINGS):
            ref = f"ClusterRole/{choose((self._wide(number), f'{self._prefix}-all-{number % _AGGREGATED}'))}"
            yield binding(self._wide(number), ref, choose((self._subject(), self._accounts())))

    def _subjects(self) -> tuple[str, ...]:
        choose = self._random.choice
        account = f"{choose(self.namespaces)}/{choose(ACCOUNTS)}"
        as_user = f"User/system:serviceaccount:{account.replace('/', ':')}"
        return f"User/{choose(USERS)}", f"Group/{choose(GROUPS)}", f"ServiceAccount/{account}", as_user

    def _subject(self) -> str:
        return self._random.choice(self._subjects())

    def _accounts(self) -> str:
        return f"Group/system:serviceaccounts:{self._random.choice(self.namespaces)}"


@contextmanager
def made_rbac(plane: ControlPlane) -> Iterator[MadeRbac]:
    made = MadeRbac(plane, Random(30))
    try:
        yield made
    finally:
        made.remove()
