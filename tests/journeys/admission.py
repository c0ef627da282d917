"""Admission rules for the Secrets of one namespace: policies that refuse or change a write, and a quota."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.controlplane.http_calls import Answer
from tests.journeys.cluster_objects import Beside
from tests.terminal.drive import until

_GROUP: Final = "/apis/admissionregistration.k8s.io/v1"
_ON_SECRETS: Final = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["secrets"],
}
_PROBE: Final = {"metadata": {"name": "probe"}, "data": {"password": "cHJvYmU="}}


@contextmanager
def refusing(beside: Beside) -> Iterator[str]:
    """Refuse every write of a Secret in this namespace; yield the policy's name."""
    validations = [{"expression": "false", "message": "made up: never"}]
    with _policy(beside, "validating", {"validations": validations}, {"validationActions": ["Deny"]}) as name:
        yield name


@contextmanager
def changing(beside: Beside, expression: str) -> Iterator[None]:
    """Change every Secret that is written in this namespace by this JSONPatch expression."""
    mutation = {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}
    spec = {"failurePolicy": "Fail", "reinvocationPolicy": "Never", "mutations": [mutation]}
    with _policy(beside, "mutating", spec, {}):
        yield


@contextmanager
def quota(beside: Beside) -> Iterator[str]:
    """Allow no Secret beyond the one that exists; yield the quota's name. No controller counts here."""
    path, plane = f"/api/v1/namespaces/{beside.namespace}/resourcequotas", beside.plane
    made = plane.make(path, {"metadata": {"name": "as-it-is"}, "spec": {"hard": {"secrets": "1"}}})
    counted = made | {"status": {"hard": {"secrets": "1"}, "used": {"secrets": "1"}}}
    assert plane.ask("PUT", f"{path}/as-it-is/status", counted).status == 200
    with _in_force(beside, lambda: plane.ask("DELETE", f"{path}/as-it-is")):
        yield "as-it-is"


@contextmanager
def _policy(beside: Beside, kind: str, spec: dict[str, Any], binding: dict[str, Any]) -> Iterator[str]:
    plane, name = beside.plane, f"{kind}-{beside.namespace}"
    where = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": beside.namespace}}}
    policies, bindings = (f"{_GROUP}/{kind}admissionpolic{end}" for end in ("ies", "ybindings"))
    rules = {"matchConstraints": {"resourceRules": [_ON_SECRETS]}}
    plane.make(policies, {"metadata": {"name": name}, "spec": spec | rules})
    binding = binding | {"policyName": name, "matchResources": where}
    plane.make(bindings, {"metadata": {"name": name}, "spec": binding})

    def ends() -> None:
        for path in (bindings, policies):
            plane.ask("DELETE", f"{path}/{name}")

    with _in_force(beside, ends):
        yield name


@contextmanager
def _in_force(beside: Beside, ends: Callable[[], object]) -> Iterator[None]:
    """Wait until the rule affects a probe Secret; at the end call `ends` and wait until it does not."""

    def is_free() -> bool:
        path = f"/api/v1/namespaces/{beside.namespace}/secrets?dryRun=All"
        answer: Answer = beside.plane.ask("POST", path, _PROBE)
        return answer.status == 201 and answer.body["data"] == _PROBE["data"]

    try:
        until(lambda: not is_free(), lambda: "the rule to be in force")
        yield
    finally:
        ends()
        until(is_free, lambda: "the rule to be gone")
