"""Bootstrap tokens: the form generates what is random, and the rules that no server checks are told."""

from __future__ import annotations

import re

import pytest

from tui.model.secret.types import bootstrap
from tui.model.secret.types.registry import BOOTSTRAP_TOKEN, OPAQUE, secret_type
from tui.model.secret.value import Value

NAME = "bootstrap-token-abc123"
NOW = 1_795_528_800.0
"""2026-11-24T14:00:00Z."""
GIVEN = {field.id: field.given for field in bootstrap.form(NAME, NOW).fields if field.given}


def written(data: dict[str, Value] | None = None, name: str = NAME, **typed: str) -> dict[str, str | None]:
    found = bootstrap.form(name, NOW).write(data or {}, {key.replace("_", "-"): typed[key] for key in typed})
    return {key: None if value is None else value.reveal().decode() for key, value in found.items()}


def held(**texts: str) -> dict[str, Value]:
    good = {"token-id": "abc123", "token-secret": "0123456789abcdef", "usage-bootstrap-signing": "true"}
    found = {**good, **{key.replace("_", "-"): text for key, text in texts.items()}}
    return {key: Value(text.encode()) for key, text in found.items()}


def test_what_the_form_proposes_is_a_token_that_nothing_is_to_be_said_of() -> None:
    made = bootstrap.form(NAME, NOW).write({}, GIVEN)
    found = {key: value.reveal().decode() for key, value in made.items() if value is not None}
    secret = found.pop("token-secret")
    assert re.fullmatch("[a-z0-9]{16}", secret)
    assert found == {
        "token-id": "abc123",
        "expiration": "2026-11-25T14:00:00Z",
        "usage-bootstrap-authentication": "true",
        "usage-bootstrap-signing": "true",
        "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
    }
    data = {key: value for key, value in made.items() if value is not None}
    assert bootstrap.warnings("kube-system", NAME, data) == ()
    assert bootstrap.form(NAME, NOW).write({}, GIVEN)["token-secret"] != made["token-secret"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("abc123", NAME), (NAME, NAME), ("made-up", None), ("bootstrap-token-ABC123", None), ("abc1234", None)],
)
def test_the_name_follows_from_the_id(typed: str, name: str | None) -> None:
    namespace, found = bootstrap.place("default", typed)
    assert namespace == "kube-system"
    assert found == name if name else re.fullmatch("bootstrap-token-[a-z0-9]{6}", found)


@pytest.mark.parametrize(
    ("typed", "expiration"),
    [
        ("24h", "2026-11-25T14:00:00Z"),
        ("7d", "2026-12-01T14:00:00Z"),
        ("1d12h30m", "2026-11-26T02:30:00Z"),
        ("2026-12-31", "2026-12-31T00:00:00Z"),
        ("never", None),
    ],
)
def test_an_expiry_is_a_span_or_a_date(typed: str, expiration: str | None) -> None:
    assert written(held(expiration="2027-01-01T00:00:00Z"), expiration=typed) == {"expiration": expiration}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "A bootstrap token needs an expiry, such as 24h or never, and a usage."),
        (
            {"expiration": "soon"},
            "An expiry is a time like 24h, 7d, 2026-12-31, 2026-12-31T10:00:00Z, or never.",
        ),
        ({"expiration": "20261231T100000Z"}, "An expiry is a time like 24h"),
        ({"expiration": "2026-11-24"}, "The token would have expired already."),
        ({"usages": "signing, all"}, "A usage is authentication or signing; both are divided by a comma."),
        (
            {"auth-extra-groups": "system:masters"},
            "A group is system:bootstrappers: and more lowercase letters",
        ),
    ],
)
def test_what_makes_no_token_is_said(typed: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        bootstrap.form(NAME, NOW).write({}, GIVEN | typed if typed else {})


def test_a_name_without_an_id_makes_no_token() -> None:
    with pytest.raises(ValueError, match="The name must be bootstrap-token- and 6"):
        bootstrap.form("made-up", NOW).write({}, GIVEN)


def test_what_was_not_typed_later_stays() -> None:
    data = held(usage_bootstrap_authentication="true", expiration="2026-12-01T00:00:00Z", description="old")
    assert written(data) == {}
    assert written(data, usages="signing", description="new") == {
        "usage-bootstrap-authentication": None,
        "usage-bootstrap-signing": "true",
        "description": "new",
    }


@pytest.mark.parametrize(
    ("namespace", "name", "data", "sentence"),
    [
        ("default", NAME, held(), "A bootstrap token works only in namespace kube-system."),
        ("kube-system", "x", held(), "The name must be bootstrap-token- followed by the token-id."),
        ("kube-system", NAME, held(token_id="ABC123"), "token-id must be 6 lowercase letters or digits."),
        (
            "kube-system",
            NAME,
            held(token_secret="short"),
            "token-secret must be 16 lowercase letters or digits.",
        ),
        (
            *("kube-system", NAME, held(usage_bootstrap_signing="yes")),
            'Nothing can use it: usage-bootstrap-authentication or -signing must be "true".',
        ),
        (
            *("kube-system", NAME, held(expiration="2026-12-31T10:00:00Z\n")),
            "expiration must be a time like 2026-12-31T10:00:00Z; the cluster counts it as expired.",
        ),
        (
            *("kube-system", NAME, held(auth_extra_groups="system:masters")),
            "auth-extra-groups: each must begin with system:bootstrappers:.",
        ),
    ],
)
def test_what_no_server_checks_is_warned_of(
    namespace: str, name: str, data: dict[str, Value], sentence: str
) -> None:
    assert bootstrap.warnings(namespace, name, data) == (sentence,)
    assert bootstrap.warnings("kube-system", NAME, held(expiration="")) == ()


def test_an_expiry_that_cannot_be_read_is_not_called_never() -> None:
    assert bootstrap.facts(held(expiration="soon"), NOW) == (
        "this token has an expiration that cannot be read",
    )
    assert bootstrap.facts(held(), NOW) == ("this token does not expire",)
    assert bootstrap.facts(held(expiration="2026-11-25T14:00:00Z"), NOW) == ("this token expires in 1d",)


def test_its_type_tells_its_end_for_the_title_of_the_secret() -> None:
    expiry = secret_type(BOOTSTRAP_TOKEN).expiry
    assert expiry(held(expiration="2026-11-24T14:00:00Z")) == NOW
    assert expiry(held(expiration="20261124T140000Z")) is None and expiry(held()) is None
    assert secret_type(OPAQUE).expiry(held(expiration="2026-11-24T14:00:00Z")) is None
