"""Sealing: what the controller would unseal is what was typed, and only in its place."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tui.model.managers.source.seal import certificate_problem, label_of, seal
from tui.model.managers.source.sealed_secrets import scope_of
from tui.model.secret.value import Value

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
KEY = rsa.generate_private_key(65537, 2048)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, days: int = 30) -> bytes:
    """Certificate as the controller serves it."""
    name = x509.Name([])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW - timedelta(60), NOW + timedelta(days)
    )
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def unsealed(ciphertext: str, label: bytes) -> bytes:
    """Decrypt as the controller does: sealed-secrets pkg/crypto/crypto.go, HybridDecrypt."""
    body = base64.b64decode(ciphertext)
    length = int.from_bytes(body[:2])
    session_key = KEY.decrypt(body[2 : 2 + length], OAEP(MGF1(SHA256()), SHA256(), label))
    return AESGCM(session_key).decrypt(bytes(12), body[2 + length :], None)


@pytest.mark.parametrize("value", [b"", b"made-up-1", b"made-up \x00\xff\n", b"made-up" * 10_000])
def test_a_sealed_value_is_unsealed_to_the_same_bytes(value: bytes) -> None:
    label = label_of("strict", "payments", "db")
    assert unsealed(seal(Value(value), certificate(), label), label) == value


def test_a_sealed_value_is_bound_to_its_place() -> None:
    ciphertext = seal(Value(b"made-up-1"), certificate(), label_of("strict", "payments", "db"))
    with pytest.raises(ValueError, match=r"[Dd]ecrypt"):
        unsealed(ciphertext, label_of("strict", "payments", "another"))


def test_the_label_follows_the_scope() -> None:
    assert label_of("strict", "payments", "db") == b"payments/db"
    assert label_of("namespace-wide", "payments", "db") == b"payments"
    assert label_of("cluster-wide", "payments", "db") == b""


def test_the_scope_is_in_the_annotations_of_the_template() -> None:
    def marked(scope: str) -> dict[str, object]:
        notes = {f"sealedsecrets.bitnami.com/{scope}": "true"}
        return {"spec": {"template": {"metadata": {"annotations": notes}}}}

    assert scope_of({}) == "strict"
    assert scope_of(marked("namespace-wide")) == "namespace-wide"
    assert scope_of(marked("cluster-wide")) == "cluster-wide"


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (certificate(), None),
        (b"made up", "The text contains no PEM certificate"),
        (certificate(days=-1), "expired"),
        (certificate(ec.generate_private_key(ec.SECP256R1())), "not RSA"),
    ],
    ids=("good", "no PEM", "expired", "not RSA"),
)
def test_a_certificate_that_cannot_be_used_for_sealing_says_why(pem: bytes, said: str | None) -> None:
    found = certificate_problem(pem, NOW.timestamp())
    assert (found is None) if said is None else said in (found or "")
