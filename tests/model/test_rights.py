"""What the access rules allow, forbid, and leave unknown."""

from __future__ import annotations

import pytest

from tui.model.rights import Rights, Rule

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
