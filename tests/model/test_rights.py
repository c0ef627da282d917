"""Rights that the access rules allow, forbid, and leave unknown."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from tui.model.rbac.rights import NOBODY, KubectlOptions, ResourceRule, Right, Rights, can_i, to_ask_for

SECRETS = ResourceRule(("get", "list"), ("",), ("secrets",))
NAMED = ResourceRule(("get", "patch"), ("",), ("secrets",), ("smtp", "db"))
ALL = ResourceRule(("*",), ("*",), ("*",))


@pytest.mark.parametrize(
    ("rules", "verb", "resource", "name", "may"),
    [
        ((SECRETS,), "list", "secrets", None, True),
        ((SECRETS,), "patch", "secrets", None, False),
        ((SECRETS,), "list", "pods", None, False),
        ((NAMED,), "get", "secrets", None, False),
        ((NAMED,), "get", "secrets", "db", True),
        ((ALL,), "delete", "secrets", "x", True),
        ((ResourceRule(("get",), ("",), ("*/log",)),), "get", "pods/log", None, True),
        ((ResourceRule(("get",), ("",), ("*/log",)),), "get", "pods", None, False),
        ((ResourceRule(("list",), ("apps",), ("secrets",)),), "list", "secrets", None, False),
    ],
)
def test_a_right_is_held_missing_or_unknown_by_the_rules(
    rules: tuple[ResourceRule, ...], verb: str, resource: str, name: str | None, may: bool
) -> None:
    assert Rights(rules, False).may(verb, resource, name) is may
    assert Rights(rules, True).may(verb, resource, name) is (may or None)


def test_a_right_in_another_api_group_is_asked_for_with_its_group() -> None:
    rights = Rights((ResourceRule(("patch",), ("apps",), ("deployments",)),), False)
    assert rights.may("patch", "deployments", group="apps") is True
    assert rights.may("patch", "deployments") is False


def test_the_names_that_a_rule_lists_are_known() -> None:
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
    assert can_i(right, KubectlOptions()) == f"kubectl auth can-i {line}"
    assert can_i(right, KubectlOptions("stage")) == f"kubectl auth can-i {line} --context stage"


def test_the_question_goes_to_the_same_cluster_as_the_same_person_and_is_quoted_for_a_shell() -> None:
    options = KubectlOptions("it's; rm -rf $HOME", "/tmp/my kube", "jane doe", ("ops", "a;b"), "`id`")
    arguments = ["-n", "shop", "--kubeconfig", "/tmp/my kube", "--context", "it's; rm -rf $HOME"]
    arguments += ["--as", "jane doe", "--as-group", "ops", "--as-group", "a;b", "--as-uid", "`id`"]
    line = can_i(ONE, options)
    assert shlex.split(line) == ["kubectl", "auth", "can-i", "patch", "secrets/db", *arguments]
    assert line.endswith(" --as 'jane doe' --as-group ops --as-group 'a;b' --as-uid '`id`'")


@pytest.mark.parametrize(
    ("right", "kinds", "rule"),
    [
        (ONE, ["Role", "RoleBinding"], {"verbs": ["patch"], "resourceNames": ["db"]}),
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
    name = role["metadata"]["name"]
    assert role["metadata"] == {"name": name, **wanted}
    assert binding["metadata"] == {"name": f"{name}:jane", **wanted}


def test_several_rights_of_a_place_are_one_role_with_a_rule_for_each_resource() -> None:
    pods = Right("list", "pods", "shop"), Right("watch", "pods", "shop")
    role, binding, spaces, _ = yaml.safe_load_all(to_ask_for(ONE, "jane", *pods, SPACES))
    assert [rule["verbs"] for rule in role["rules"]] == [["patch"], ["list", "watch"]]
    assert role["rules"][0]["resourceNames"] == ["db"] and "resourceNames" not in role["rules"][1]
    assert role["metadata"] == {"name": "patch-secrets-db-list-watch-pods", "namespace": "shop"}
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert (spaces["kind"], spaces["metadata"]["name"]) == ("ClusterRole", "list-namespaces")


@pytest.mark.parametrize(
    "user",
    [
        "oidc:jane@example.test",
        "yes",
        "a: {b}",
        "q'uo\"te",
        "a\nb",
        "\U0001f511 a\u202eb",
        "a/b%",
    ],
)
def test_a_user_of_any_name_is_bound_under_that_name(user: str) -> None:
    _, binding = yaml.safe_load_all(to_ask_for(ONE, user))
    assert binding["subjects"][0]["name"] == user
    name = binding["metadata"]["name"]
    assert not re.search("[/%]", name), "no part of a path has these"


HELD = "patch-secrets-db"


def binding_of(user: str, right: Right = ONE) -> Any:
    _, binding = yaml.safe_load_all(to_ask_for(right, user))
    return binding


def test_bindings_of_different_users_have_different_names() -> None:
    users = ["a@x", "a-x", "a.x", "A-x", "-a-x", "a", "\u540d", "\u524d", "x" * 253]
    assert len({binding_of(user)["metadata"]["name"] for user in users}) == len(users)
    # Joined by what both may hold, the role and the user could not be told apart.
    other, same_when_joined = Right("get", "secrets", "shop", "a"), Right("get", "secrets", "shop", "a-b")
    names = (
        binding_of("b-c", other)["metadata"]["name"],
        binding_of("c", same_when_joined)["metadata"]["name"],
    )
    assert names[0] != names[1]


def test_a_name_is_written_in_ascii() -> None:
    assert r'name: "a\u202Eb \U0001F511"' in to_ask_for(ONE, "a\u202eb \U0001f511")


def test_a_binding_for_an_unknown_user_has_a_placeholder_in_its_name_and_subject() -> None:
    binding = binding_of("")
    assert binding["metadata"]["name"] == f"{HELD}:{NOBODY}"
    assert binding["subjects"][0]["name"] == NOBODY


def test_a_service_account_is_bound_as_one() -> None:
    _, binding = yaml.safe_load_all(to_ask_for(ONE, "system:serviceaccount:tools:bot"))
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "bot", "namespace": "tools"}]
