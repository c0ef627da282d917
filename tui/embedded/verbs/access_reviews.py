"""The three reviews about oneself: may I do this, what may I do, who am I."""

from __future__ import annotations

from typing import Any

from tui.embedded.causes import invalid, quote
from tui.embedded.objects import json_text, managed_fields, times
from tui.embedded.objects.json_text import NotJson
from tui.embedded.objects.managed_fields import user_agent_manager
from tui.embedded.status import Obj, bad_request, unprocessable
from tui.embedded.users import AUTHENTICATED, Ask, Rule, User
from tui.embedded.verbs.call import Call, Reply, json_body
from tui.embedded.verbs.discovery import OPEN_PATHS
from tui.embedded.verbs.request_body import unrecognized

AUTHORIZATION = "authorization.k8s.io"


def answer(kind: str, call: Call, now: float) -> Reply:
    """201 with the review and its status. Raises ApiError: 400, 415, 422."""
    body = json_body(call)
    try:
        raw = json_text.decode(body)
    except NotJson as problem:
        raise unrecognized(kind, problem.why, body) from None
    given = raw.get("spec") if isinstance(raw, dict) else None
    spec = _pruned(given) if isinstance(given, dict) else {}
    if kind == "SelfSubjectReview":
        group, metadata = "authentication.k8s.io", {"creationTimestamp": times.rfc3339(now)}
        return _reply(kind, group, metadata, {"status": {"userInfo": _user_info(call.user)}})
    if kind == "SelfSubjectRulesReview":
        status = _rules(call.user, spec.get("namespace", ""))
        return _reply(kind, AUTHORIZATION, {}, {"spec": {}, "status": status})
    status = _access(call.user, spec)
    reviewed = {"kind": kind, "apiVersion": f"{AUTHORIZATION}/v1", "metadata": {}, "spec": spec}
    manager = call.query.get("fieldManager") or user_agent_manager(call.headers.get("User-Agent", ""))
    entries = managed_fields.track(None, reviewed, manager, "Update", times.rfc3339(now))
    return _reply(kind, AUTHORIZATION, {"managedFields": entries}, {"spec": spec, "status": status})


def _reply(kind: str, group: str, metadata: Obj, parts: Obj) -> Reply:
    return Reply(201, {"kind": kind, "apiVersion": f"{group}/v1", "metadata": metadata, **parts})


def _pruned(spec: Obj) -> Obj:
    """Without empty strings, as the server encodes it."""
    return {
        key: {name: part for name, part in value.items() if part != ""} if isinstance(value, dict) else value
        for key, value in spec.items()
        if value not in (None, "")
    }


def _access(user: User, spec: Obj) -> Obj:
    about, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (about is None) == (path is None):
        shown = None if path is None else {"Path": path.get("path", ""), "Verb": path.get("verb", "")}
        why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        raise unprocessable("", "", [invalid("spec", shown, why)], AUTHORIZATION)
    if about is None:
        return {"allowed": user.may_open(str((path or {}).get("path", "")), OPEN_PATHS)}
    resource = about.get("resource", "")
    if about.get("subresource"):
        resource += f"/{about['subresource']}"
    ask = Ask(
        about.get("verb", ""),
        resource,
        about.get("group", ""),
        about.get("namespace", ""),
        about.get("name", ""),
    )
    allowing = user.rule_for(ask)
    if allowing is None:
        return {"allowed": False}
    return {"allowed": True, "reason": f"RBAC: allowed by a rule for user {quote(user.name)}"}


def _user_info(user: User) -> Obj:
    info: Obj = {"username": user.name}
    if user.uid:
        info["uid"] = user.uid
    is_told = AUTHENTICATED in user.groups
    info["groups"] = [*user.groups, *([] if is_told else [AUTHENTICATED])]
    if user.extra:
        info["extra"] = {key: list(values) for key, values in user.extra.items()}
    return info


def _rules(user: User, namespace: str) -> Obj:
    if not namespace:
        raise bad_request("no namespace on request")
    reviews: list[Obj] = [
        {
            "verbs": ["create"],
            "apiGroups": [AUTHORIZATION],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        },
        {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
    ]
    rules = [_shown(rule) for rule in user.rules if rule.covers(namespace)]
    paths: list[Any] = [{"verbs": ["get"], "nonResourceURLs": list(OPEN_PATHS)}]
    return {"resourceRules": reviews + rules, "nonResourceRules": paths, "incomplete": False}


def _shown(rule: Rule) -> Obj:
    shown: Obj = {
        "verbs": list(rule.verbs),
        "apiGroups": list(rule.groups),
        "resources": list(rule.resources),
    }
    return shown | ({"resourceNames": list(rule.names)} if rule.names else {})
