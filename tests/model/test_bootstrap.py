"""Bootstrap tokens: warnings for rules that no server checks, and when a token expires."""

from __future__ import annotations

import pytest

from tui.model.secret.types import bootstrap
from tui.model.secret.types.registry import BOOTSTRAP_TOKEN, OPAQUE, secret_type
from tui.model.secret.value import Value

NAME = "bootstrap-token-abc123"
NOW = 1_795_528_800.0
"""2026-11-24T14:00:00Z."""


def held(**texts: str) -> dict[str, Value]:
    good = {"token-id": "abc123", "token-secret": "0123456789abcdef", "usage-bootstrap-signing": "true"}
    found = {**good, **{key.replace("_", "-"): text for key, text in texts.items()}}
    return {key: Value(text.encode()) for key, text in found.items()}


@pytest.mark.parametrize(
    ("namespace", "name", "data", "sentence"),
    [
        ("default", NAME, held(), "A bootstrap token works only in namespace kube-system."),
        ("kube-system", "x", held(), "The Secret's name must be bootstrap-token- followed by the token-id."),
        ("kube-system", NAME, held(token_id="ABC123"), "token-id must be 6 lowercase letters or digits."),
        (
            "kube-system",
            NAME,
            held(token_secret="short"),
            "token-secret must be 16 lowercase letters or digits.",
        ),
        (
            *("kube-system", NAME, held(usage_bootstrap_signing="yes")),
            'The token has no enabled use: set usage-bootstrap-authentication or -signing to "true".',
        ),
        (
            *("kube-system", NAME, held(expiration="2026-12-31T10:00:00Z\n")),
            "expiration must be a time like 2026-12-31T10:00:00Z; the cluster treats this token as expired.",
        ),
        (
            *("kube-system", NAME, held(auth_extra_groups="system:masters")),
            'Each group in auth-extra-groups must be "system:bootstrappers:" followed by a-z, 0-9, : or -.',
        ),
    ],
)
def test_a_rule_of_bootstrap_tokens_that_no_server_checks_has_a_warning(
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


def test_the_type_of_a_bootstrap_token_knows_when_the_token_expires() -> None:
    expiry = secret_type(BOOTSTRAP_TOKEN).expiry
    assert expiry(held(expiration="2026-11-24T14:00:00Z")) == NOW
    assert expiry(held(expiration="20261124T140000Z")) is None and expiry(held()) is None
    assert secret_type(OPAQUE).expiry(held(expiration="2026-11-24T14:00:00Z")) is None
