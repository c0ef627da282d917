"""Each failure has one sentence for a person, and says whether trying again can help."""

from __future__ import annotations

import pytest

from tui.model import errors
from tui.model.errors import ClusterError

EACH: list[tuple[ClusterError, str, bool]] = [
    (
        errors.Unreachable("dns", "api.example"),
        "Not reachable: the name api.example is not known here (DNS).",
        True,
    ),
    (
        errors.Unreachable("tls", "api.example", "expired"),
        "Not reachable: the certificate of api.example is not accepted: expired.",
        True,
    ),
    (errors.TimedOut("list secrets", 15.0), "No answer within 15 s: list secrets.", True),
    (errors.Unauthorized(), "Not logged in: the cluster does not accept this login.", False),
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
    (errors.NotFound("secret a/b"), "Not found: secret a/b does not exist in this cluster.", False),
    (
        errors.Conflict("secret a/b"),
        "Not written: secret a/b changed on the server since you looked at it.",
        False,
    ),
    (
        errors.Clash("resourcequotas small"),
        "The server met a conflict over resourcequotas small, and did nothing.",
        True,
    ),
    (errors.Clash(), "The server met a conflict without a word over what, and did nothing.", True),
    (errors.Exists("secret a/b"), "Not written: secret a/b exists already.", False),
    (errors.Exists("secret a/b", is_leaving=True), "Not written: secret a/b is still being deleted.", False),
    (
        errors.Invalid((("data[x]", "is too long"), ("", "second"))),
        "Not accepted by the server: data[x]: is too long; second.",
        False,
    ),
    (errors.Invalid(()), "Not accepted by the server: it breaks a rule the server did not name.", False),
    (errors.Refused("policy.example"), "Refused by admission: policy.example.", False),
    (
        errors.CannotRehearse(),
        "The server cannot rehearse this write: a webhook has side effects.",
        False,
    ),
    (errors.Expired("next"), "The list took too long: the server no longer keeps that version.", True),
    (errors.Stopped(), "You stopped it; what came until then stays.", True),
    (errors.Throttled(None), "The server is busy and turns requests away.", True),
    (
        errors.Throttled(3.0),
        "The server is busy and turns requests away. It asks to wait 3 s.",
        True,
    ),
    (errors.ServerTrouble(503), "The server is in trouble (HTTP 503).", True),
    (
        errors.BadAnswer(200, "text/html", "<html>"),
        "That was no answer of a Kubernetes API server (HTTP 200, text/html: <html>).",
        True,
    ),
    (
        errors.BadAnswer(200, why="it is too long"),
        "That was no answer of a Kubernetes API server (it is too long).",
        True,
    ),
    (
        errors.Redirected("other.example"),
        "The server sends this program to other.example; redirects are not followed.",
        False,
    ),
    (
        errors.OutcomeUnknown("secret a/b"),
        "Sent, but no answer came: it is not known whether secret a/b was written.",
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
    (errors.PluginFailed("aws", 255, "expired"), "The login command aws ended with 255: expired.", False),
    (errors.PluginFailed("aws", None), "The login command aws did not end in time.", False),
]


@pytest.mark.parametrize(("error", "sentence", "can_retry"), EACH)
def test_each_failure_has_its_sentence(error: ClusterError, sentence: str, can_retry: bool) -> None:
    assert error.sentence == str(error) == sentence
    assert error.can_retry is can_retry


def test_no_failure_is_left_out() -> None:
    assert {type(error) for error, _, _ in EACH} == set(ClusterError.__subclasses__())
