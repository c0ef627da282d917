"""Requests and answers of access reviews: who the user is, and what the user may do."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tui.cluster.api.decode import bad, decode
from tui.model.json_decoder import HiddenStruct
from tui.model.rbac.rights import ResourceRule, Rights

WHO_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
RULES_PATH: Final = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
WHO_BODY: Final[dict[str, Any]] = {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"}


class Identity(msgspec.Struct, frozen=True):
    user: str
    groups: tuple[str, ...]


def rules_body(namespace: str) -> dict[str, Any]:
    return {
        "kind": "SelfSubjectRulesReview",
        "apiVersion": "authorization.k8s.io/v1",
        "spec": {"namespace": namespace},
    }


class _UserInfo(HiddenStruct):
    username: str = ""
    groups: list[str] | None = None


class _WhoStatus(HiddenStruct, rename="camel"):
    user_info: _UserInfo


class _Who(HiddenStruct):
    kind: str
    status: _WhoStatus


def identity(body: bytes) -> Identity:
    """Decode the answer to `WHO_BODY`. Raises BadAnswer."""
    review = decode(body, _Who)
    if review.kind != "SelfSubjectReview":
        raise bad()
    user = review.status.user_info
    return Identity(user.username, tuple(user.groups or ()))


class _Rule(HiddenStruct, rename="camel"):
    verbs: list[str] | None = None
    api_groups: list[str] | None = None
    resources: list[str] | None = None
    resource_names: list[str] | None = None


class _RulesStatus(HiddenStruct, rename="camel"):
    resource_rules: list[_Rule] | None = None
    incomplete: bool = False


class _Rules(HiddenStruct):
    kind: str
    status: _RulesStatus


def rights(body: bytes) -> Rights:
    """Decode the answer to a body from `rules_body`. Raises BadAnswer."""
    review = decode(body, _Rules)
    if review.kind != "SelfSubjectRulesReview":
        raise bad()
    rules = tuple(
        ResourceRule(
            verbs=tuple(rule.verbs or ()),
            groups=tuple(rule.api_groups or ()),
            resources=tuple(rule.resources or ()),
            names=tuple(rule.resource_names or ()),
        )
        for rule in review.status.resource_rules or []
    )
    return Rights(rules, review.status.incomplete)
