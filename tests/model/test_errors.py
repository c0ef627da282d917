"""Each failure has one sentence for a person."""

from __future__ import annotations

from typing import Final

import pytest

from tui.model import errors as e
from tui.model.errors import ClusterError

EACH: Final[dict[str, ClusterError]] = {
    "Not reachable: DNS does not know api.example.": e.Unreachable("dns", "api.example"),
    "Not reachable: the certificate of api.example was rejected: expired.": e.Unreachable(
        "tls", "api.example", "expired"
    ),
    "No answer within 15 s: list secrets.": e.TimedOut("list secrets", 15.0),
    "Not logged in: the cluster rejected this login.": e.Unauthorized(),
    "Refused: you may not list secrets in namespace payments.": e.Forbidden("list", "secrets", "payments"),
    "Refused: you may not get secrets db in namespace payments.": e.Forbidden(
        "get", "secrets", "payments", "db"
    ),
    "Refused: you may not list secrets in all namespaces.": e.Forbidden("list", "secrets", None),
    "Refused: you may not list jobs in namespace payments.": e.Forbidden(
        "list", "jobs", "payments", group="batch"
    ),
    "Refused: you may not patch externalsecrets.external-secrets.io db in namespace payments.": e.Forbidden(
        "patch", "externalsecrets", "payments", "db", "external-secrets.io"
    ),
    "Refused: you may not list namespaces in this cluster.": e.Forbidden("list", "namespaces", None),
    "Refused: you may not list persistentvolumes in this cluster.": e.Forbidden(
        "list", "persistentvolumes", None, is_namespaced=False
    ),
    "Refused: you may not impersonate users jane in this cluster.": e.Forbidden(
        "impersonate", "users", None, "jane", is_namespaced=False
    ),
    "Not found: secret a/b does not exist in this cluster.": e.NotFound("secret a/b"),
    "Not written: secret a/b changed on the server since you opened it.": e.Conflict("secret a/b"),
    "The server reported a conflict over resourcequotas small and wrote nothing.": e.Clash(
        "resourcequotas small"
    ),
    "The server reported a conflict without naming its cause and wrote nothing.": e.Clash(),
    "Not written: secret a/b already exists.": e.AlreadyExists("secret a/b"),
    "Not written: secret a/b is still being deleted.": e.AlreadyExists("secret a/b", is_leaving=True),
    "Rejected by the server: data[x]: is too long; second.": e.Invalid(
        (("data[x]", "is too long"), ("", "second"))
    ),
    "Rejected by the server: no reason given.": e.Invalid(()),
    "Rejected by an admission check: policy.example.": e.Refused("policy.example"),
    "The server cannot do a dry run: an admission webhook has side effects.": e.NoDryRun(),
    "The list took too long: its version expired on the server (410).": e.Expired("next"),
    "The server sent the list, but refuses to watch for changes (410).": e.Expired(is_watch=True),
    "You stopped loading. The rows loaded so far stay.": e.LoadingStopped(),
    "The server is limiting requests (HTTP 429). Retry after 3 s.": e.Throttled(3.0),
    "The server failed (HTTP 503).": e.ServerTrouble(503),
    "The answer is not from a Kubernetes API server (HTTP 200, text/html: <html>).": e.BadAnswer(
        200, "text/html", "<html>"
    ),
    "The program cannot use the answer: it is too long.": e.BadAnswer(200, why="it is too long"),
    "The server redirects to other.example. secret-tui does not follow redirects.": e.Redirected(
        "other.example"
    ),
    "Sent, but no answer came: the request may or may not have changed secret a/b.": e.OutcomeUnknown(
        "secret a/b"
    ),
    "Read-only: patch secrets was not sent.": e.ReadOnly("patch secrets"),
    "config:3: no contexts.": e.BadKubeconfig("no contexts", "config", 3),
    "no contexts.": e.BadKubeconfig("no contexts"),
    "Internal error: OSError (File too large) in the task secrets. "
    "Details are printed when you quit.": e.Failed("OSError (File too large) in the task secrets"),
    "The login command aws exited with 255: expired.": e.PluginFailed("aws", 255, "expired"),
    "The login command aws timed out.": e.PluginFailed("aws", None),
}


@pytest.mark.parametrize("sentence", EACH)
def test_each_failure_has_its_sentence(sentence: str) -> None:
    error = EACH[sentence]
    assert error.sentence == str(error) == sentence


def test_no_failure_is_left_out() -> None:
    assert {*map(type, EACH.values())} == set(ClusterError.__subclasses__())
