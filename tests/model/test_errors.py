"""Each failure has one sentence for a person, and says whether trying again can help."""

from __future__ import annotations

import pytest

from tui.model import errors
from tui.model.errors import ClusterError

EACH: list[tuple[ClusterError, str, bool]] = [
    (
        errors.Unreachable("dns", "api.example"),
        "Not reachable: DNS does not know api.example.",
        True,
    ),
    (
        errors.Unreachable("tls", "api.example", "expired"),
        "Not reachable: the certificate of api.example was rejected: expired.",
        True,
    ),
    (errors.TimedOut("list secrets", 15.0), "No answer within 15 s: list secrets.", True),
    (errors.Unauthorized(), "Not logged in: the cluster rejected this login.", False),
    (
        errors.Forbidden("list", "secrets", "payments"),
        "Refused: you may not list secrets in namespace payments.",
        False,
    ),
    (
        errors.Forbidden("get", "secrets", "payments", "db"),
        "Refused: you may not get secrets db in namespace payments.",
        False,
    ),
    (
        errors.Forbidden("list", "secrets", None),
        "Refused: you may not list secrets in all namespaces.",
        False,
    ),
    (
        errors.Forbidden("list", "namespaces", None),
        "Refused: you may not list namespaces in this cluster.",
        False,
    ),
    (
        errors.Forbidden("list", "persistentvolumes", None, is_namespaced=False),
        "Refused: you may not list persistentvolumes in this cluster.",
        False,
    ),
    (errors.NotFound("secret a/b"), "Not found: secret a/b does not exist in this cluster.", False),
    (
        errors.Conflict("secret a/b"),
        "Not written: secret a/b changed on the server since you opened it.",
        False,
    ),
    (
        errors.Clash("resourcequotas small"),
        "The server reported a conflict over resourcequotas small and wrote nothing.",
        True,
    ),
    (errors.Clash(), "The server reported a conflict without saying over what and wrote nothing.", True),
    (errors.Exists("secret a/b"), "Not written: secret a/b already exists.", False),
    (errors.Exists("secret a/b", is_leaving=True), "Not written: secret a/b is still being deleted.", False),
    (
        errors.Invalid((("data[x]", "is too long"), ("", "second"))),
        "Rejected by the server: data[x]: is too long; second.",
        False,
    ),
    (errors.Invalid(()), "Rejected by the server: it breaks a rule that the server did not name.", False),
    (errors.Refused("policy.example"), "Rejected by an admission check: policy.example.", False),
    (
        errors.CannotRehearse(),
        "The server cannot do a dry run: an admission webhook has side effects.",
        False,
    ),
    (errors.Expired("next"), "The list took too long: the server dropped that version (410).", True),
    (errors.Stopped(), "You stopped the list; the rows loaded so far stay.", True),
    (errors.Throttled(None), "The server is limiting requests (HTTP 429).", True),
    (
        errors.Throttled(3.0),
        "The server is limiting requests (HTTP 429). Retry after 3 s.",
        True,
    ),
    (errors.ServerTrouble(503), "The server failed (HTTP 503).", True),
    (
        errors.BadAnswer(200, "text/html", "<html>"),
        "The answer is not from a Kubernetes API server (HTTP 200, text/html: <html>).",
        True,
    ),
    (
        errors.BadAnswer(200, why="it is too long"),
        "The answer is not from a Kubernetes API server (it is too long).",
        True,
    ),
    (
        errors.Redirected("other.example"),
        "The server redirects to other.example; secret-tui does not follow redirects.",
        False,
    ),
    (
        errors.OutcomeUnknown("secret a/b"),
        "Sent, but no answer came: secret a/b may or may not be written.",
        False,
    ),
    (errors.ReadOnly("patch secrets"), "Read-only: patch secrets was not sent.", False),
    (errors.BadKubeconfig("no contexts", "config", 3), "config:3: no contexts.", False),
    (errors.BadKubeconfig("no contexts", "config"), "config: no contexts.", False),
    (errors.BadKubeconfig("no contexts"), "no contexts.", False),
    (
        errors.Failed("OSError (File too large) in the task secrets"),
        "This program failed: OSError (File too large) in the task secrets. "
        "The details are printed when it ends.",
        True,
    ),
    (errors.PluginFailed("aws", 255, "expired"), "The login command aws exited with 255: expired.", False),
    (errors.PluginFailed("aws", None), "The login command aws timed out.", False),
]


@pytest.mark.parametrize(("error", "sentence", "can_retry"), EACH)
def test_each_failure_has_its_sentence(error: ClusterError, sentence: str, can_retry: bool) -> None:
    assert error.sentence == str(error) == sentence
    assert error.can_retry is can_retry


def test_no_failure_is_left_out() -> None:
    assert {type(error) for error, _, _ in EACH} == set(ClusterError.__subclasses__())
