"""The warning about a certificate that does not fit its key."""

from __future__ import annotations

import base64
import datetime
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from tests.embedded.conftest import Caller
from tui.embedded.objects.certificate import pair_problem

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
EC, OTHER_EC = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
ED = ed25519.Ed25519PrivateKey.generate()
NOT_MATCHING = "tls: private key does not match public key"
OTHER_TYPE = "tls: private key type does not match public key type"


def certificate(key: _Key) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "made.up.example")])
    begin = datetime.datetime(2026, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(3650))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def pem(
    key: _Key,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


# By name: what is made anew in each run must not get into the names of the tests.
PAIRS: Final[dict[str, tuple[str, str, str]]] = {
    "elliptic": (certificate(EC), pem(EC), ""),
    "elliptic, own form": (certificate(EC), pem(EC, PrivateFormat.TraditionalOpenSSL), ""),
    "rsa, own form": (certificate(RSA), pem(RSA, PrivateFormat.TraditionalOpenSSL), ""),
    "ed25519": (certificate(ED), pem(ED), ""),
    "a chain": (certificate(EC) + certificate(RSA), pem(EC), ""),
    "words between": ("words\n" + certificate(EC), "words\n" + certificate(RSA) + pem(EC), ""),
    "another key": (certificate(EC), pem(OTHER_EC), NOT_MATCHING),
    "another type of key": (certificate(EC), pem(RSA), OTHER_TYPE),
    "another type of certificate": (certificate(ED), pem(EC), OTHER_TYPE),
    "encrypted": (
        certificate(EC),
        pem(EC, encryption=BestAvailableEncryption(b"x")),
        "tls: failed to parse private key",
    ),
    "cut": (certificate(EC)[:150], pem(EC), "tls: failed to find any PEM data in certificate input"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_pair_is_judged_as_go_judges_it(name: str) -> None:
    chain, key, problem = PAIRS[name]
    crt, private = (base64.b64encode(text.encode()).decode() for text in (chain, key))
    assert pair_problem({"tls.crt": crt, "tls.key": private}) == problem


async def test_a_pair_that_does_not_fit_is_stored_with_a_warning(call: Caller) -> None:
    data = {
        "tls.crt": base64.b64encode(certificate(EC).encode()).decode(),
        "tls.key": base64.b64encode(pem(OTHER_EC).encode()).decode(),
    }
    body = {"metadata": {"name": "t"}, "type": "kubernetes.io/tls", "data": data}
    answer = await call("POST", "/api/v1/namespaces/default/secrets", body)
    assert answer.status == 201
    assert answer.headers["Warning"] == f'299 - "{NOT_MATCHING}"'
    fitting = {"data": {"tls.key": base64.b64encode(pem(EC).encode()).decode()}}
    fixed = await call("PATCH", "/api/v1/namespaces/default/secrets/t", fitting)
    assert (fixed.status, "Warning" in fixed.headers) == (200, False)
