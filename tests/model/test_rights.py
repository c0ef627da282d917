"""What the access rules allow, forbid, and leave unknown."""

from __future__ import annotations

import pytest
import yaml

from tui.model.rights import Right, Rights, Rule, can_i, to_ask_for

SECRETS = Rule(("get", "list"), ("",), ("secrets",))
NAMED = Rule(("get", "patch"), ("",), ("secrets",), ("smtp", "db"))
ALL = Rule(("*",), ("*",), ("*",))


@pytest.mark.parametrize(
    ("rules", "verb", "resource", "name", "may"),
    [
        ((SECRETS,), "list", "secrets", None, True),
        ((SECRETS,), "list", "secrets", "any", True),
        ((SECRETS,), "patch", "secrets", None, False),
        ((SECRETS,), "list", "pods", None, False),
        ((NAMED,), "get", "secrets", None, False),
        ((NAMED,), "get", "secrets", "db", True),
        ((NAMED,), "get", "secrets", "other", False),
        ((NAMED, SECRETS), "get", "secrets", None, True),
        ((ALL,), "delete", "secrets", "x", True),
        ((ALL,), "get", "pods/log", None, True),
        ((Rule(("get",), ("",), ("*/log",)),), "get", "pods/log", None, True),
        ((Rule(("get",), ("",), ("*/log",)),), "get", "pods", None, False),
        ((Rule(("get",), ("",), ("pods",)),), "get", "pods/log", None, False),
        ((Rule(("list",), ("apps",), ("secrets",)),), "list", "secrets", None, False),
        ((), "get", "secrets", None, False),
    ],
)
def test_what_may_be_done(
    rules: tuple[Rule, ...], verb: str, resource: str, name: str | None, may: bool
) -> None:
    assert Rights(rules, False).may(verb, resource, name) is may
    assert Rights(rules, True).may(verb, resource, name) is (may or None)


def test_another_group_is_asked_for_by_name() -> None:
    rights = Rights((Rule(("patch",), ("apps",), ("deployments",)),), False)
    assert rights.may("patch", "deployments", group="apps") is True
    assert rights.may("patch", "deployments") is False


def test_names_that_rules_give_one_by_one() -> None:
    assert Rights((NAMED, SECRETS), False).names("get", "secrets") == ("db", "smtp")
    assert Rights((NAMED,), False).names("list", "secrets") == ()


ONE, ALL_HERE = Right("patch", "secrets", "shop", "db"), Right("list", "secrets", "shop")
EVERYWHERE, SPACES = Right("list", "secrets"), Right("list", "namespaces")
NEW = Right("create", "secrets", "shop", "db")


@pytest.mark.parametrize(
    ("right", "words", "line"),
    [
        (ONE, "patch secrets/db in namespace shop", "patch secrets/db -n shop"),
        (ALL_HERE, "list secrets in namespace shop", "list secrets -n shop"),
        (EVERYWHERE, "list secrets in all namespaces", "list secrets -A"),
        (SPACES, "list namespaces in this cluster", "list namespaces"),
        (NEW, "create secrets in namespace shop", "create secrets -n shop"),
    ],
)
def test_a_right_in_words_and_as_kubectl_asks(right: Right, words: str, line: str) -> None:
    assert right.words == words
    assert can_i(right) == f"kubectl auth can-i {line}"


def test_the_question_is_asked_as_whom_one_acts() -> None:
    line = can_i(ONE, as_user="jane doe", as_groups=("ops", "a;b"))
    assert line.endswith(" -n shop --as 'jane doe' --as-group ops --as-group 'a;b'")


@pytest.mark.parametrize(
    ("right", "kinds", "rule"),
    [
        (ONE, ["Role", "RoleBinding"], {"verbs": ["patch"], "resourceNames": ["db"]}),
        (ALL_HERE, ["Role", "RoleBinding"], {"verbs": ["list"]}),
        (NEW, ["Role", "RoleBinding"], {"verbs": ["create"]}),
        (EVERYWHERE, ["ClusterRole", "ClusterRoleBinding"], {"verbs": ["list"]}),
        (SPACES, ["ClusterRole", "ClusterRoleBinding"], {"verbs": ["list"], "resources": ["namespaces"]}),
    ],
)
def test_the_smallest_role_gives_that_right_and_nothing_else(
    right: Right, kinds: list[str], rule: dict[str, list[str]]
) -> None:
    role, binding = yaml.safe_load_all(to_ask_for(right, "jane"))
    assert [role["kind"], binding["kind"]] == kinds
    assert role["rules"] == [{"apiGroups": [""], "resources": ["secrets"]} | rule]
    assert binding["roleRef"]["kind"] == role["kind"]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}]
    wanted = {} if right.namespace is None else {"namespace": "shop"}
    for made in (role, binding):
        assert {"name": role["metadata"]["name"], **wanted} == made["metadata"]


@pytest.mark.parametrize(
    "user", ["oidc:jane@example.test", "yes", "0x1", "a: {b}", "q'uo\"te", "#no", "\u0440rod", "- x", "a\nb"]
)
def test_a_user_of_any_name_is_bound_under_that_name(user: str) -> None:
    _, binding = yaml.safe_load_all(to_ask_for(ONE, user))
    assert binding["subjects"][0]["name"] == user


def test_a_service_account_is_bound_as_one() -> None:
    _, binding = yaml.safe_load_all(to_ask_for(ONE, "system:serviceaccount:tools:bot"))
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "bot", "namespace": "tools"}]
