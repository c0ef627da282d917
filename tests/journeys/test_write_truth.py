"""What is said of a write is what the real API server did: admission that changes it, others beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.journeys.cluster_objects import OLD, Beside
from tests.journeys.kubeconfigs import kubeconfig
from tests.terminal.drive import PROGRAM, Tmux, until
from tests.terminal.steps import MASK, NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

SIZE: Final = (120, 36)
POLICIES: Final = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
BINDINGS: Final = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings"
ON_SECRETS: Final = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["secrets"],
}
REPLACES: Final = "[JSONPatch{op: 'replace', path: '/data/password', value: 'ZnJvbS1wb2xpY3k='}]"
ADDS: Final = "[JSONPatch{op: 'add', path: '/data/stamp', value: 'MQ=='}]"
PUTS_BACK: Final = "[JSONPatch{op: 'replace', path: '/data/password', value: '@'}]"


@contextmanager
def admission(beside: Beside, expression: str) -> Iterator[None]:
    """A policy of the cluster that changes every Secret written in this namespace."""
    plane, name = beside.plane, f"mutates-{beside.namespace}"
    mutation = {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}
    policy = {
        "matchConstraints": {"resourceRules": [ON_SECRETS]},
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "mutations": [mutation],
    }
    where = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": beside.namespace}}}
    binding = {"policyName": name, "matchResources": where}
    for path, spec in ((POLICIES, policy), (BINDINGS, binding)):
        answer = plane.ask("POST", path, {"metadata": {"name": name}, "spec": spec})
        assert answer.status == 201, answer.text
    path = f"/api/v1/namespaces/{beside.namespace}/secrets?dryRun=All"
    probe = {"metadata": {"name": "probe"}, "data": {"password": "cHJvYmU="}}
    try:
        until(lambda: plane.ask("POST", path, probe).body.get("data") != probe["data"], lambda: "the policy")
        yield
    finally:
        for path in (BINDINGS, POLICIES):
            plane.ask("DELETE", f"{path}/{name}")


@contextmanager
def person(beside: Beside, url: str | None = None) -> Iterator[Tmux]:
    """The installed command on that namespace."""
    config = kubeconfig(beside.plane, url=url)
    with Tmux([PROGRAM, "--kubeconfig", str(config), "-n", beside.namespace], size=SIZE) as tmux:
        tmux.sees("mysecret", "● live")
        yield tmux
        tmux.press("C-q")


def edits_the_password(tmux: Tmux) -> None:
    """A draft of another password, kept."""
    tmux.presses("Enter", "password", MASK)
    tmux.presses("e", "edit mysecret / password", "was 12 B")
    tmux.press(*["BSpace"] * len(OLD))
    tmux.sees("now 0 B")
    tmux.type(NEW)
    tmux.sees(NEW)
    tmux.presses("Enter", "password kept in the draft", "1 draft")


def journal_of(beside: Beside) -> list[tuple[str, str]]:
    """How each write to the Secret was written down: its outcome, and how."""
    file = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui" / "journal.jsonl"
    lines = (json.loads(line) for line in file.read_text().splitlines())
    return [
        (one["outcome"], one.get("how", ""))
        for one in lines
        if one["what"] == "written" and one["secret"] == f"{beside.namespace}/mysecret"
    ]


@pytest.mark.parametrize(
    ("policy", "foretold", "said", "held"),
    [
        (REPLACES, "changes password", "Written, but the cluster changed: password.", b"from-policy"),
        (ADDS, "adds stamp", "Written, but the cluster added: stamp.", NEW.encode()),
    ],
    ids=["replaces the key", "adds a key"],
)
def test_an_admission_policy_that_changes_the_write_is_named_before_and_after(
    beside: Beside, policy: str, foretold: str, said: str, held: bytes
) -> None:
    with admission(beside, policy), person(beside) as tmux:
        edits_the_password(tmux)
        tmux.presses("w", "accepted at", f"An admission policy or webhook {foretold}")
        tmux.presses("W", said, gone=["1 draft"])
        assert beside.data()["password"] == held
        how = said.removeprefix("Written, but ").removesuffix(".")
        assert journal_of(beside)[-1] == ("altered", how)


def test_an_admission_policy_that_puts_the_old_value_back_is_no_write(beside: Beside) -> None:
    old = beside.secret()["data"]["password"]
    with admission(beside, PUTS_BACK.replace("@", old)), person(beside) as tmux:
        edits_the_password(tmux)
        tmux.presses("w", "accepted at", "An admission policy or webhook keeps the old value of password")
        tmux.presses("W", "Not written: password of", "kept the old value of: password", "1 draft")
        assert beside.data()["password"] == OLD.encode()
        assert journal_of(beside)[-1] == ("not done", "")


def merges(beside: Beside, body: dict[str, Any]) -> None:
    """Another writer patches the Secret."""
    patch = ("patch", "secret", "mysecret", "--type=merge", "-p", json.dumps(body))
    code, said = beside.kubectl("-n", beside.namespace, *patch)
    assert code == 0, said


def test_a_deletion_mark_between_review_and_write_stops_the_write(beside: Beside) -> None:
    path = f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret"
    try:
        merges(beside, {"metadata": {"finalizers": ["example.test/keep"]}})
        with person(beside) as tmux:
            edits_the_password(tmux)
            tmux.presses("w", "accepted at", "no warnings")
            assert beside.plane.ask("DELETE", path).status == 200
            tmux.presses("W", "Not written: password of", "is being deleted", "1 draft")
            assert beside.data()["password"] == OLD.encode()
            tmux.presses("C-r", "is being deleted, so it cannot be changed", gone=["accepted at"])
    finally:
        merges(beside, {"metadata": {"finalizers": None}})


def test_a_draft_ends_when_another_writes_the_same_value_and_it_is_said_why(beside: Beside) -> None:
    with person(beside) as tmux:
        edits_the_password(tmux)
        beside.kubectl_patch({"password": NEW.encode()})
        tmux.sees(
            "Your draft of", "ended: the server already holds all of it", "kubectl-patch", gone=["1 draft"]
        )
        tmux.press("C-q")
        assert tmux.exit_code == 0, "quitting asks nothing"
        assert "Not written" not in tmux.screen
