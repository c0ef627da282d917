"""Refusals and failures of a server, each as an error of the program."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cluster.calls import DRY_RUNS, READS, REF, WRITES
from tests.cluster.rude_server import Rude, always, cluster_at, reply, status_json
from tui.cluster.http.request import RequestInfo
from tui.cluster.http.status_errors import error_of, event_error
from tui.model.errors import (
    AlreadyExists,
    BadAnswer,
    Clash,
    ClusterError,
    Conflict,
    Expired,
    Forbidden,
    Invalid,
    NoDryRun,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Throttled,
    Unauthorized,
)

GET = RequestInfo("get", "secrets", "default", "db")
LIST = RequestInfo("list", "secrets", None)
PATCH = RequestInfo("patch", "secrets", "default", "db")
CREATE = RequestInfo("create", "secrets", "default", "db")
DELETE = RequestInfo("delete", "secrets", "default", "db")
DRY = RequestInfo("patch", "secrets", "default", "db", is_dry_run=True)
RBAC = 'secrets "db" is forbidden: User "jane" cannot patch resource "secrets" in the namespace "default"'
SECRET_TEXT = "made-up-value-in-the-text"


def error(
    asked: RequestInfo,
    code: int,
    status: dict[str, Any] | bytes = b"",
    kind: str = "application/json",
    wait: str = "",
) -> ClusterError:
    body = json.dumps(status).encode() if isinstance(status, dict) else status
    return error_of(asked, code, kind, wait, body)


@pytest.mark.parametrize(
    ("asked", "code", "status", "expected"),
    [
        (GET, 401, status_json(401, "Unauthorized", "Unauthorized"), Unauthorized),
        (GET, 403, status_json(403, "Forbidden", RBAC), Forbidden),
        (GET, 404, status_json(404, "NotFound"), NotFound),
        (GET, 404, b"404 page not found\n", NotFound),
        (CREATE, 409, status_json(409, "AlreadyExists"), AlreadyExists),
        (CREATE, 409, status_json(409, "Conflict"), Clash),
        (PATCH, 409, status_json(409, "Conflict", kind="secrets", name="db"), Conflict),
        (DELETE, 409, status_json(409, "Conflict", kind="Secret", name="db"), Conflict),
        (PATCH, 409, status_json(409, "Conflict", kind="resourcequotas", name="small"), Clash),
        (CREATE, 409, status_json(409, "Conflict", "exceeded quota: small, requested: 1"), Refused),
        (LIST, 410, status_json(410, "Expired"), Expired),
        (PATCH, 413, status_json(413, "RequestEntityTooLarge"), Invalid),
        (PATCH, 422, status_json(422, "Invalid"), Invalid),
        (LIST, 400, status_json(400, "BadRequest"), Invalid),
        (
            DRY,
            400,
            status_json(400, "BadRequest", 'admission webhook "a.b" does not support dry run'),
            NoDryRun,
        ),
        (PATCH, 429, b"Too many requests, please try again later.\n", Throttled),
        (GET, 502, b"<html>", ServerTrouble),
        (GET, 503, b"", ServerTrouble),
        (GET, 408, b"", ServerTrouble),
        (PATCH, 408, b"", OutcomeUnknown),
        (PATCH, 500, status_json(500, "InternalError"), OutcomeUnknown),
        (CREATE, 502, b"<html>", OutcomeUnknown),
        (DRY, 500, status_json(500, "InternalError"), ServerTrouble),
        (GET, 403, b"<html>a portal</html>", BadAnswer),
        (GET, 418, status_json(418), BadAnswer),
    ],
)
def test_each_http_status_becomes_the_expected_error(
    asked: RequestInfo, code: int, status: dict[str, Any] | bytes, expected: type[ClusterError]
) -> None:
    assert type(error(asked, code, status)) is expected


def test_a_refusal_is_worded_from_the_request_and_not_from_the_answer() -> None:
    lying = status_json(
        403, "Forbidden", 'nodes "x" is forbidden: User "root" cannot fly', name="x", kind="nodes"
    )
    refused = error(LIST, 403, lying)
    assert isinstance(refused, Forbidden)
    assert (refused.verb, refused.resource, refused.namespace, refused.name) == (
        "list",
        "secrets",
        None,
        None,
    )
    assert "root" not in refused.sentence


@pytest.mark.parametrize("code", [400, 403, 404, 409, 422, 500])
def test_a_webhook_is_named_whatever_status_it_chose(code: int) -> None:
    said = f'admission webhook "policy.example.com" denied the request: {SECRET_TEXT}'
    refused = error(PATCH, code, status_json(code, "Forbidden", said))
    assert isinstance(refused, Refused)
    assert refused.by == "policy.example.com"
    assert SECRET_TEXT not in refused.sentence
    assert refused.words is None, "only the words to a dry run are kept"
    dry_run = error(DRY, code, status_json(code, "Forbidden", said))
    assert isinstance(dry_run, Refused) and dry_run.words is not None
    assert dry_run.words.reveal().decode() == said and SECRET_TEXT not in repr(dry_run)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("ValidatingAdmissionPolicy 'no-x' with binding 'all' denied request: because", "the policy no-x"),
        (
            'Internal error occurred: failed calling webhook "a.b": context deadline exceeded',
            "the webhook a.b failed",
        ),
        (
            'secrets "db" is forbidden: exceeded quota: small, requested: count/secrets=1',
            "the quota small is used up",
        ),
        (
            'secrets "db" is forbidden: unable to create content in x because it is being terminated',
            "the namespace is being deleted",
        ),
        ('secrets "db" is forbidden: some other plugin', "the server does not name the check"),
        ('admission webhook "\x1b[31m" denied the request', "the server does not name the check"),
    ],
)
def test_a_refusal_by_admission_names_the_policy_webhook_or_quota(said: str, by: str) -> None:
    code = 500 if said.startswith("Internal") else 403
    refused = error(CREATE, code, status_json(code, "Forbidden", said))
    assert isinstance(refused, Refused)
    assert refused.by == by


def test_a_conflict_names_its_object_and_a_name_that_is_still_being_deleted() -> None:
    small = error(CREATE, 409, status_json(409, "Conflict", SECRET_TEXT, kind="resourcequotas", name="small"))
    odd = error(CREATE, 409, status_json(409, "Conflict", kind=f"a {SECRET_TEXT}", name="\x1b[31m"))
    assert (small.sentence, odd.sentence) == (Clash("resourcequotas small").sentence, Clash().sentence)
    leaving = status_json(409, "AlreadyExists", 'object is being deleted: secrets "db" already exists')
    assert error(CREATE, 409, leaving).sentence == "Not written: secret default/db is still being deleted."


def test_a_missing_namespace_is_named() -> None:
    missing = error(CREATE, 404, status_json(404, "NotFound", name="default", kind="namespaces"))
    assert isinstance(missing, NotFound)
    assert missing.what == "namespace default"


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (
            {"field": "patch", "reason": "FieldValueInvalid"},
            ("", "the server could not read the change"),
        ),
        ({"field": "data[tls.key]", "reason": "FieldValueRequired"}, ("data[tls.key]", "is required")),
        ({"field": "data", "reason": "FieldValueTooLong"}, ("data", "is too long")),
        (
            {"field": "data", "reason": "FieldValueForbidden"},
            ("data", "cannot change, because the Secret is immutable"),
        ),
        ({"field": "type", "reason": "FieldValueInvalid"}, ("type", "may not change")),
        ({"field": "metadata.name", "reason": "FieldValueInvalid"}, ("metadata.name", "is not valid")),
        ({"field": f"data: {SECRET_TEXT}", "reason": SECRET_TEXT}, ("", "breaks a rule")),
    ],
)
def test_the_cause_of_an_invalid_change_is_given_in_the_programs_own_words(
    cause: dict[str, str], expected: tuple[str, str]
) -> None:
    invalid = error(
        PATCH, 422, status_json(422, "Invalid", SECRET_TEXT, causes=[{**cause, "message": SECRET_TEXT}])
    )
    assert isinstance(invalid, Invalid)
    assert invalid.causes == (expected,)
    assert SECRET_TEXT not in invalid.sentence


def test_throttling_says_how_long_to_wait() -> None:
    waits = [
        error(GET, 429, b"Too many requests", "text/plain", "7"),
        error(GET, 429, status_json(429, "TooManyRequests", retryAfterSeconds=9)),
        error(GET, 429, b"", wait="Wed, 21 Oct 2026 07:28:00 GMT"),
    ]
    assert [each.after for each in waits if isinstance(each, Throttled)] == [7.0, 9.0, None]


def test_an_expired_list_hands_on_the_token_for_the_rest() -> None:
    body = {**status_json(410, "Expired"), "metadata": {"continue": "made-up"}}
    expired, without = error(LIST, 410, body), error(LIST, 410, status_json(410, "Expired"))
    assert isinstance(expired, Expired)
    assert isinstance(without, Expired)
    assert (expired.token, without.token) == ("made-up", None)


def test_the_title_of_a_proxys_page_is_shown() -> None:
    page = b"<html><head>\n<title>Sign in\x1b[31m</title></head>"
    shown = error(LIST, 403, page, "text/html; charset=utf-8")
    assert isinstance(shown, BadAnswer)
    assert (shown.status, shown.content_type) == (403, "text/html")
    assert shown.first_line.startswith("Sign in")
    assert shown.sentence.isprintable()


@pytest.mark.parametrize("asked", [GET, PATCH, DRY])
def test_nothing_is_shown_of_an_answer_about_one_secret(asked: RequestInfo) -> None:
    shown = error(asked, 403, SECRET_TEXT.encode(), "text/html")
    assert isinstance(shown, BadAnswer)
    assert shown.first_line == ""


@pytest.mark.parametrize("body", [b'{"data":"x"}', b'[{"data":1}]', b"", b"\n \n"])
def test_nothing_is_shown_of_json_or_of_an_empty_body(body: bytes) -> None:
    shown = error(LIST, 403, body, "text/html")
    assert isinstance(shown, BadAnswer)
    assert shown.first_line == ""


@pytest.mark.parametrize(
    ("acting", "what", "kind", "name", "lack"),
    [
        ("jane@a", "impersonate resource", "users", "jane@a", "users jane@a in this cluster"),
        ("jane", "impersonate resource", "groups", "ops", "groups ops in this cluster"),
        ("jane", "impersonate resource", "uids", "7", "uids 7 in this cluster"),
        (
            "system:serviceaccount:web:ci",
            "impersonate resource",
            "serviceaccounts",
            "ci",
            "serviceaccounts ci in namespace web",
        ),
        ("jane", "impersonate-on:user-info:list resource", "secrets", "", "users jane in this cluster"),
        ("", "impersonate-on:user-info:list resource", "secrets", "", ""),
        ("jane", "list resource", "secrets", "", ""),
    ],
)
def test_a_missing_right_to_impersonate_is_named(
    acting: str, what: str, kind: str, name: str, lack: str
) -> None:
    says = f'{kind} "{name}" is forbidden: User "ann" cannot {what} "{kind}" in API group ""'
    body = json.dumps(status_json(403, "Forbidden", says, name=name, kind=kind)).encode()
    for asked in (LIST, GET, PATCH):
        refused = error_of(asked, 403, "application/json", "", body, acting)
        assert isinstance(refused, Forbidden)
        assert refused.verb == ("impersonate" if lack else asked.verb)
        assert not lack or refused.sentence == f"Refused: you may not impersonate {lack}."


def test_an_error_event_of_a_watch_becomes_the_matching_error() -> None:
    watching = RequestInfo("watch", "secrets", "default")
    events = {
        Expired: status_json(410, "Expired", "too old resource version"),
        Forbidden: status_json(403, "Forbidden", RBAC),
        ServerTrouble: status_json(500, "InternalError"),
    }
    for expected, status in events.items():
        assert type(event_error(watching, json.dumps(status).encode())) is expected
    assert isinstance(event_error(watching, b'{"kind":"Secret"}'), BadAnswer)
    assert isinstance(event_error(watching, b"{}"), BadAnswer)
    assert isinstance(event_error(watching, json.dumps(status_json(0)).encode()), ServerTrouble)


async def test_a_throttling_status_is_raised_by_every_call_of_the_client() -> None:
    answer = reply(
        b"Too many requests, please try again later.\n", 429, content_type="text/plain", retry_after="3"
    )
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        for call in {**READS, **WRITES, **DRY_RUNS}.values():
            with pytest.raises(Throttled) as busy:
                await call(cluster)
            assert busy.value.after == 3
        with pytest.raises(Throttled):
            await cluster.open(REF)
