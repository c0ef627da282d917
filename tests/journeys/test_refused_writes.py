"""A rule of the cluster refuses a write on the real server: it is named, and the draft is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.jobs.person import Person
from tests.journeys.at_server import at_server, begins_with_a_key, edits_the_password, reviews_new
from tests.journeys.cluster_objects import OLD, Beside
from tests.terminal.drive import until
from tests.terminal.steps import NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

RULES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic"
ON_SECRETS = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["secrets"],
}


@contextmanager
def policy(beside: Beside) -> Iterator[str]:
    """A ValidatingAdmissionPolicy that refuses every Secret written in this namespace; its name."""
    plane, name = beside.plane, f"refuses-{beside.namespace}"
    spec = {
        "matchConstraints": {"resourceRules": [ON_SECRETS]},
        "validations": [{"expression": "false", "message": "made up: never"}],
    }
    where = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": beside.namespace}}}
    binding = {"policyName": name, "validationActions": ["Deny"], "matchResources": where}
    for kind, about in (("ies", spec), ("ybindings", binding)):
        _made(beside, f"{RULES}{kind}", name, about)
    try:
        until(lambda: _probe(beside) != 201, lambda: "the policy to be in force")
        yield name
    finally:
        for kind in ("ybindings", "ies"):
            plane.ask("DELETE", f"{RULES}{kind}/{name}")
        until(lambda: _probe(beside) == 201, lambda: "the policy to be gone")


@contextmanager
def quota(beside: Beside) -> Iterator[str]:
    """A ResourceQuota that allows as many Secrets as there are; its name. No controller counts here."""
    path = f"/api/v1/namespaces/{beside.namespace}/resourcequotas"
    made = _made(beside, path, "as-it-is", {"hard": {"secrets": "1"}})
    counted = made | {"status": {"hard": {"secrets": "1"}, "used": {"secrets": "1"}}}
    assert beside.plane.ask("PUT", f"{path}/as-it-is/status", counted).status == 200
    try:
        until(lambda: _probe(beside) != 201, lambda: "the quota to be in force")
        yield "as-it-is"
    finally:
        beside.plane.ask("DELETE", f"{path}/as-it-is")
        until(lambda: _probe(beside) == 201, lambda: "the quota to be gone")


def _made(beside: Beside, path: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    answer = beside.plane.ask("POST", path, {"metadata": {"name": name}, "spec": spec})
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.body
    return found


def _probe(beside: Beside) -> int:
    """The answer to one more Secret."""
    path = f"/api/v1/namespaces/{beside.namespace}/secrets?dryRun=All"
    return beside.plane.ask("POST", path, {"metadata": {"name": "probe"}}).status


def is_refused_later(person: Person, *said: str) -> None:
    """By the write, after a dry run that was accepted; then by the dry run too."""
    person.presses("W", "! Not ", *said, "1 draft")
    person.presses("C-r", *said, gone=["accepted"])
    person.presses("W", "Not sent: the dry run was refused.")


def test_a_policy_that_refuses_an_edit_is_named_and_the_draft_goes_out_later(beside: Beside) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        with policy(beside) as name:
            is_refused_later(person, f"Rejected by an admission check: the policy {name}.")
            assert beside.data()["password"] == OLD.encode()
        person.presses("C-r", "accepted", "Writes to")
        person.writes()
    assert beside.data() == {"username": b"admin", "password": NEW.encode()}


def test_a_quota_that_refuses_a_new_secret_is_named_and_the_draft_goes_out_later(beside: Beside) -> None:
    with at_server(beside) as person:
        begins_with_a_key(person, "one-more")
        reviews_new(person)
        with quota(beside) as name:
            is_refused_later(person, f"Rejected by an admission check: the quota {name} is used up.")
            assert (
                beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/secrets/one-more").status
                == 404
            )
        person.presses("C-r", "accepted", "Creates in")
        person.presses("W", "Created: ", gone=["Creates in", "1 draft"])
    assert beside.data("one-more") == {"password": NEW.encode()}
