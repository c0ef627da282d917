"""The warning about a certificate that does not fit its key."""

from __future__ import annotations

import base64

import pytest

from tests.controlplane import certs
from tests.embedded.conftest import Caller
from tui.embedded.objects.secret_rules import pair_warning

ONE, OTHER = certs.authority("one"), certs.authority("other")


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        (ONE.certificate, ONE.key, ""),
        (ONE.certificate, OTHER.key, "tls: private key does not match public key"),
        (ONE.certificate[:150], ONE.key, "tls: failed to find any PEM data in certificate input"),
        (ONE.certificate, b"x", "tls: failed to parse private key"),
    ],
    ids=["fits", "another key", "cut", "no key"],
)
def test_a_pair_is_warned_of_in_the_servers_words(certificate: bytes, key: bytes, said: str) -> None:
    data = {"tls.crt": base64.b64encode(certificate), "tls.key": base64.b64encode(key)}
    assert pair_warning({"type": "kubernetes.io/tls", "data": data}) == said


async def test_a_pair_that_does_not_fit_is_stored_with_a_warning(call: Caller) -> None:
    data = {
        "tls.crt": base64.b64encode(ONE.certificate).decode(),
        "tls.key": base64.b64encode(OTHER.key).decode(),
    }
    body = {"metadata": {"name": "t"}, "type": "kubernetes.io/tls", "data": data}
    answer = await call("POST", "/api/v1/namespaces/default/secrets", body)
    assert answer.status == 201
    assert answer.headers["Warning"] == '299 - "tls: private key does not match public key"'
    fitting = {"data": {"tls.key": base64.b64encode(ONE.key).decode()}}
    fixed = await call("PATCH", "/api/v1/namespaces/default/secrets/t", fitting)
    assert (fixed.status, "Warning" in fixed.headers) == (200, False)
