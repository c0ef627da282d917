"""Answers to SelfSubjectReview (the user's identity) and SelfSubjectRulesReview (the user's rights)."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.embedded.status import Obj, bad_request
from tui.embedded.users import AUTHENTICATED, Rule, User
from tui.embedded.verbs.call import JSON_CONTENT, Call, Reply, decoded


class _Spec(msgspec.Struct):
    namespace: str = ""


class AccessReview(msgspec.Struct):
    spec: _Spec = msgspec.field(default_factory=_Spec)


def answer(kind: str, call: Call) -> Reply:
    """Answer a review of this `kind`. Raises ApiError: 400, 413, 415."""
    call.takes()
    spec = decoded(call.read(JSON_CONTENT), AccessReview).spec
    if kind == "SelfSubjectReview":
        groups = list(dict.fromkeys([*call.user.groups, AUTHENTICATED]))
        identity = {"userInfo": {"username": call.user.name, "groups": groups}}
        return _reply(kind, "authentication.k8s.io", identity)
    if not spec.namespace:
        raise bad_request("no namespace on request")
    return _reply(kind, "authorization.k8s.io", _rules(call.user, spec.namespace))


def _reply(kind: str, group: str, status: Obj) -> Reply:
    return Reply(201, {"kind": kind, "apiVersion": f"{group}/v1", "metadata": {}, "status": status})


def _rules(user: User, namespace: str) -> Obj:
    rules = [_shown(rule) for rule in user.rules if rule.covers(namespace)]
    return {"resourceRules": rules, "incomplete": False}


def _shown(rule: Rule) -> dict[str, Any]:
    shown: Obj = {
        "verbs": list(rule.verbs),
        "apiGroups": list(rule.groups),
        "resources": list(rule.resources),
    }
    return shown | ({"resourceNames": list(rule.names)} if rule.names else {})
