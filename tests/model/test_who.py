"""Readers of a Secret: by get, list or watch, and by each side door."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.rbac_objects import Rbac, binding, pod, role, rule
from tui.model.access.grants import Subject
from tui.model.access.report import copy_words

READ = rule("get list watch", "secrets")


def bound(*rules: dict[str, Any], by: str = "User/dana", wide: bool = False, **more: Any) -> Rbac:
    """Roles and bindings of one subject with these rules in namespace web, or everywhere."""
    namespace = "" if wide else "web"
    ref = f"{'ClusterRole' if wide else 'Role'}/r"
    return Rbac(role("r", *rules, namespace=namespace), binding("b", ref, by, namespace=namespace), **more)


@pytest.mark.parametrize(
    ("given", "name", "rights"),
    [
        (READ, "db", "get,list,watch secrets"),
        (READ, None, "get,list,watch secrets"),
        (rule("*", "*", groups="*"), "db", "get,list,watch secrets"),
        (rule("*", "secrets", groups=",apps"), "db", "get,list,watch secrets"),
        (rule("get", "secrets", groups="apps"), "db", None),
        (rule("get", "*/status"), "db", None),
        (rule("get list", "secrets", "db", "cache"), "db", "get,list secrets/db"),
        (rule("get list", "secrets", "db", "cache"), None, "get,list secrets/db,secrets/cache"),
        (rule("get", "secrets", "cache"), "db", None),
        (rule("create update", "secrets"), "db", None),
    ],
)
def test_a_rule_gives_the_verbs_that_the_authorizer_allows(
    given: dict[str, Any], name: str | None, rights: str | None
) -> None:
    assert bound(given).ways(name).get("read", {}).get("dana") == rights


def test_rights_by_name_beside_rights_on_all_secrets_are_listed_once() -> None:
    rbac = bound(rule("list", "secrets"), rule("get list", "secrets", "db"))
    (access,) = [one for one in rbac.accesses() if one.way == "read"]
    assert set(access.rights) == {"list secrets", "get secrets/db"}
    assert not access.is_by_name
    (access,) = [one for one in bound(rule("get", "secrets", "db")).accesses() if one.way == "read"]
    assert access.is_by_name


def test_a_binding_gives_its_role_in_its_namespace_alone() -> None:
    view = role("view", READ)
    here = binding("here", "ClusterRole/view", "User/dana", "Group/ops", namespace="web")
    there = binding("there", "ClusterRole/view", "User/erin", namespace="shop")
    everywhere = binding("all", "ClusterRole/view", "ServiceAccount/ci/deployer")
    gone = binding("gone", "Role/gone", "User/finn", namespace="web")
    rbac = Rbac(view, here, there, everywhere, gone)
    assert set(rbac.ways()["read"]) == {"dana", "ops", "ci/deployer"}
    assert set(rbac.ways(None, None)["read"]) == {"dana", "ops", "ci/deployer", "erin"}
    places = {str(one.subject): one.namespace for one in rbac.accesses() if one.way == "read"}
    assert places == {"dana": "web", "ops": "web", "ci/deployer": None}
    assert {one.binding for one in rbac.accesses()} >= {"RoleBinding/here", "ClusterRoleBinding/all"}


def test_a_service_account_is_recognized_by_its_user_name_too() -> None:
    rbac = bound(READ, by="User/system:serviceaccount:web:app")
    assert Subject("ServiceAccount", "app", "web") in {one.subject for one in rbac.accesses()}
    own = Rbac(
        role("r", READ, namespace="web"), binding("b", "Role/r", "ServiceAccount/app", namespace="web")
    )
    assert set(own.ways()["read"]) == {"web/app"}


def test_an_aggregated_role_without_rules_has_those_that_it_selects() -> None:
    selectors = [{"matchLabels": {"to": "view"}}, {"matchExpressions": [{"key": "x", "operator": "Exists"}]}]
    own = {"aggregationRule": {"clusterRoleSelectors": selectors}}
    inner = {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "inner"}}]}}
    rbac = Rbac(
        role("all", more=own),
        role("part", more=inner, labels={"to": "view"}),
        role("leaf", READ, labels={"to": "inner"}),
        role("other", rule("get", "pods"), labels={"x": ""}),
        role("none", rule("get", "nodes"), labels={"to": "nothing"}),
        binding("b", "ClusterRole/all", "User/dana"),
    )
    rules = rbac.rules_of("all") or ()
    assert [one.resources for one in rules] == [("secrets",), ("pods",)]
    assert rbac.ways()["read"] == {"dana": "get,list,watch secrets"}
    filled = Rbac(role("all", rule("get", "pods"), more=own), role("leaf", READ, labels={"to": "view"}))
    assert [one.resources for one in filled.rules_of("all") or ()] == [("pods",)], "as the controller left it"


@pytest.mark.parametrize(
    ("operator", "values", "is_selected"),
    [
        ("In", ["a", "b"], True),
        ("In", ["b"], False),
        ("NotIn", ["b"], True),
        ("NotIn", ["a"], False),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_an_aggregated_role_selects_by_expressions(
    operator: str, values: list[str], is_selected: bool
) -> None:
    expression = {"key": "tier", "operator": operator, "values": values}
    selector = {"aggregationRule": {"clusterRoleSelectors": [{"matchExpressions": [expression]}]}}
    rbac = Rbac(role("all", more=selector), role("leaf", READ, labels={"tier": "a"}))
    assert bool(rbac.rules_of("all")) == is_selected


def test_rules_that_may_not_be_read_are_not_known_and_never_none() -> None:
    rbac = Rbac(binding("b", "ClusterRole/view", "User/dana", namespace="web"), unread="")
    (access,) = rbac.accesses()
    assert (access.way, str(access.subject), access.role) == ("not known", "dana", "ClusterRole/view")


READING = (pod("api-1", "db", node="a"), pod("cron-1", "other", node="b"))
DOORS = [
    ("write", rule("patch", "secrets"), "patch secrets"),
    ("write", rule("delete", "secrets", "db"), "delete secrets/db"),
    ("write", rule("deletecollection", "secrets", "db"), None),
    ("new pod", rule("create", "pods"), "create pods"),
    ("new pod", rule("create", "pods", "api-1"), None),
    ("new pod", rule("patch", "deployments", "api", groups="apps"), "patch deployments/api"),
    ("new pod", rule("create", "cronjobs jobs", groups="batch"), "create jobs,cronjobs"),
    ("new pod", rule("create", "deployments"), None),
    ("exec", rule("create", "pods/exec"), "create pods/exec"),
    ("exec", rule("get", "pods/attach", "api-1"), "get pods/attach/api-1"),
    ("exec", rule("create", "pods/exec", "cron-1"), None),
    ("exec", rule("create", "pods"), None),
    ("exec", rule("create", "*/exec"), "create pods/exec"),
    ("pod change", rule("patch", "pods", "api-1"), "patch pods/api-1"),
    ("debug", rule("patch", "pods/ephemeralcontainers", "cron-1"), "patch pods/ephemeralcontainers/cron-1"),
    ("escalate", rule("escalate", "roles", groups="rbac.authorization.k8s.io"), "escalate roles"),
    (
        "bind",
        rule("bind", "clusterroles", "read", groups="rbac.authorization.k8s.io"),
        "bind clusterroles/read",
    ),
    ("bind", rule("bind", "clusterroles", "none", groups="rbac.authorization.k8s.io"), None),
]


@pytest.mark.parametrize(("way", "given", "rights"), DOORS)
def test_a_side_door_is_listed_with_its_right(way: str, given: dict[str, Any], rights: str | None) -> None:
    rbac = Rbac(
        role("r", given, namespace="web"),
        role("read", READ),
        role("none", rule("get", "pods")),
        binding("b", "Role/r", "User/dana", namespace="web"),
        pods=READING,
    )
    assert rbac.ways().get(way, {}).get("dana") == rights


@pytest.mark.parametrize(
    ("way", "given", "rights"),
    [
        ("node", rule("get", "nodes/proxy"), "get nodes/proxy"),
        ("node", rule("create", "nodes/proxy", "a"), "create nodes/proxy/a"),
        ("node", rule("create", "nodes/proxy", "b"), None),
        ("impersonate", rule("impersonate", "groups", "ops"), "impersonate groups/ops"),
        ("impersonate", rule("impersonate", "groups", "system:masters"), "impersonate groups/system:masters"),
        ("impersonate", rule("impersonate", "groups", "guests"), None),
        ("impersonate", rule("impersonate", "users", "erin"), "impersonate users/erin"),
        ("impersonate", rule("impersonate", "serviceaccounts", "app"), "impersonate serviceaccounts/app"),
        ("token", rule("create", "serviceaccounts/token"), "create serviceaccounts/token"),
        ("token", rule("create", "serviceaccounts/token", "other"), None),
        (
            "escalate",
            rule("escalate", "clusterroles", groups="rbac.authorization.k8s.io"),
            "escalate clusterroles",
        ),
    ],
)
def test_a_right_to_become_a_reader_holds_where_the_reader_is(
    way: str, given: dict[str, Any], rights: str | None
) -> None:
    readers = binding("readers", "ClusterRole/read", "User/erin", "Group/ops", "ServiceAccount/shop/app")
    objects = (role("read", READ), readers, role("r", given))
    rbac = Rbac(*objects, binding("b", "ClusterRole/r", "User/dana"), pods=READING)
    assert rbac.ways().get(way, {}).get("dana") == rights
    in_namespace = Rbac(*objects, binding("b", "ClusterRole/r", "User/dana", namespace="shop"), pods=READING)
    is_namespaced = "serviceaccounts" in given["resources"][0]
    assert in_namespace.ways().get(way, {}).get("dana") == (rights if is_namespaced else None)
    elsewhere = Rbac(*objects, binding("b", "ClusterRole/r", "User/dana", namespace="web"), pods=READING)
    assert elsewhere.ways().get(way, {}).get("dana") is None


@pytest.mark.parametrize(
    "group", ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"]
)
def test_tokens_of_a_group_that_reads_are_a_side_door(group: str) -> None:
    rbac = Rbac(
        role("read", READ),
        role("r", rule("create", "serviceaccounts/token")),
        binding("readers", "ClusterRole/read", f"Group/{group}"),
        binding("b", "ClusterRole/r", "User/dana", namespace="shop"),
    )
    assert rbac.ways()["token"] == {"dana": "create serviceaccounts/token"}


def test_exec_is_a_side_door_only_where_a_pod_reads_it_or_may() -> None:
    given = rule("create", "pods/exec")
    assert "exec" not in bound(given, pods=(pod("cron-1", "other"),)).ways()
    assert "exec" in bound(given, pods=(pod("cron-1", "other"),)).ways(None)
    assert "exec" in bound(given, pods=None).ways(), "pods are not known"


def test_a_pull_secret_is_in_no_container_and_opens_no_pod() -> None:
    rules = rule("create", "pods/exec"), rule("patch", "pods"), rule("get", "nodes/proxy")
    pulling = (pod("api-1", node="a", pull_secret="db"),)
    for name in ("db", None):
        assert bound(*rules, wide=True, pods=pulling).ways(name).keys() == set()
    mounting = (pod("api-1", "db", node="a", pull_secret="db"),)
    assert bound(*rules, wide=True, pods=mounting).ways().keys() == {"exec", "pod change", "node"}


@pytest.mark.parametrize("pods", [(), (pod("api-1", "db"),)], ids=["no pod", "a pod on no node"])
def test_no_node_is_a_side_door_before_a_pod_that_reads_runs_there(pods: tuple[Any, ...]) -> None:
    for name in ((), ("a",)):
        assert "node" not in bound(rule("get", "nodes/proxy", *name), wide=True, pods=pods).ways()
    assert "node" in bound(rule("get", "nodes/proxy"), wide=True, pods=None).ways(), "pods are not known"


@pytest.mark.parametrize("resource", ["roles", "clusterroles"])
def test_bind_is_a_side_door_only_where_a_role_reads(resource: str) -> None:
    given = rule("bind", resource, groups="rbac.authorization.k8s.io")
    assert "bind" not in bound(given).ways()
    assert "bind" in bound(given, unread="web" if resource == "roles" else "").ways(), "not known"
    reading = role("read", READ, namespace="web" if resource == "roles" else "")
    binds = role("r", given, namespace="web"), binding("b", "Role/r", "User/dana", namespace="web")
    assert Rbac(*binds, reading).ways()["bind"] == {"dana": f"bind {resource}"}


def test_pods_of_a_service_account_are_named() -> None:
    rows = (pod("a", account="app"), pod("b"), pod("c", namespace="shop", account="app"))
    rbac = bound(READ, pods=rows)

    def names(subject: Subject) -> list[str]:
        return [one.name for one in rbac.pods.run_as(subject)]

    assert names(Subject("ServiceAccount", "app", "web")) == ["a"]
    assert names(Subject("ServiceAccount", "default", "web")) == ["b"]
    assert names(Subject("Group", "system:serviceaccounts:web")) == ["a", "b"]
    assert names(Subject("Group", "system:serviceaccounts")) == []
    assert names(Subject("User", "app")) == []


def test_a_damaged_role_or_binding_gives_no_right() -> None:
    odd: list[dict[str, Any]] = [
        {"metadata": {"name": "x", "namespace": "web"}, "rules": None},
        {"metadata": {"name": "y", "namespace": "web"}, "rules": [{"verbs": "get", "resources": None}, 7]},
        {
            "metadata": {"name": "b", "namespace": "web"},
            "roleRef": {"kind": "Role", "name": "y"},
            "subjects": None,
        },
        {"metadata": {"name": "c", "namespace": "web"}, "roleRef": {}, "subjects": [{"kind": "User"}, "x"]},
    ]
    assert Rbac(*odd).accesses() == []


def test_a_role_that_may_not_be_read_may_be_one_that_reads() -> None:
    binds = role("r", rule("bind", "roles", "hidden", groups="rbac.authorization.k8s.io"))
    may = binding("b", "ClusterRole/r", "User/dana", namespace="web")
    assert Rbac(binds, may, unread="web").ways()["bind"] == {"dana": "bind roles/hidden"}
    assert "bind" not in Rbac(binds, may).ways()


@pytest.mark.parametrize(
    ("more", "is_known", "ask_for", "words"),
    [
        ((), True, (), "no more readers than the original"),
        (("dana",), True, (), "1 reader that the original lacks: dana"),
        (
            *(("a", "b", "c", "d", "e"), True, ()),
            "5 readers that the original lacks: a, b, c and 2 more",
        ),
        (("dana",), False, (), "readers of the copy are unknown"),
        (
            *((), False, ("list roles in namespace web",)),
            "readers of the copy are unknown: ask for the right to list roles in namespace web",
        ),
    ],
)
def test_the_readers_of_a_copy_are_described_in_words(
    more: tuple[str, ...], is_known: bool, ask_for: tuple[str, ...], words: str
) -> None:
    subjects = [Subject("User", name) for name in more]
    assert copy_words(subjects, is_known=is_known, ask_for=ask_for) == words
