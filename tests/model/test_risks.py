"""Risks of values: each is planted once and found on its key, and ordinary values have none."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.model.test_health import evidence
from tui.model.health.checks import judge
from tui.model.health.finding import Finding
from tui.model.health.risk_checks import accepted_count
from tui.model.health.risks import ACCEPTED, Risk, marker, risks_of
from tui.model.secret.generate import ALPHABETS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
MARK: Final = marker(b"made up")
GOOD: Final = "kJ8-made-up-and-long-enough"


def made(
    values: Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes],
    name: str = "db",
    namespace: str = "shop",
    accepts: str = "",
) -> Secret:
    data = {key: Value(value.encode() if isinstance(value, str) else value) for key, value in values.items()}
    annotations = {ACCEPTED: accepts} if accepts else {}
    return Secret(SecretRef(namespace, name), f"uid-{name}", "1", "Opaque", data, annotations=annotations)


def risks(values: Mapping[str, str | bytes]) -> list[Risk]:
    return list(risks_of(made(values), NOW, MARK).risks)


def found(*looked: Secret) -> list[Finding]:
    risks_by_secret = {secret.ref: risks_of(secret, NOW, MARK) for secret in looked}
    return list(judge(evidence(risks=risks_by_secret), ("risk", "reused")))


def private_key(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up.example")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, begins + timedelta(days=900))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def jwt(ends: float) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    head, body = {"alg": "HS256", "typ": "JWT"}, {"sub": "made-up", "iat": 1_000, "exp": int(ends)}
    return f"{part(head)}.{part(body)}.{'s' * 43}"


ORDINARY_KEY: Final = private_key(ec.generate_private_key(ec.SECP256R1()))
SMALL: Final = rsa.generate_private_key(65_537, 1024)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("default", {"password": "changeit"}),
        ("default", {"POSTGRES_PASSWORD": "Postgres"}),
        ("default", {"password": "payments-app", "username": "payments-app"}),
        ("default", {"api-token": "minioadmin"}),
        ("placeholder", {"password": "<your password>"}),
        ("placeholder", {"token": "${TOKEN}"}),
        ("placeholder", {"storepass": "xxxxxxxxxxxx"}),
        ("short", {"password": "kJ8-m"}),
        ("line-break", {"password": f"{GOOD}\n"}),
        ("encoded-twice", {"config": base64.b64encode(b"a made up text that was encoded")}),
        ("ended", {"jwt": jwt(NOW - 86_400)}),
        ("weak-hash", {"auth": "ann:$apr1$madeup00$" + "a" * 22}),
        ("weak-key", {"id_rsa": private_key(SMALL)}),
        ("no-certificate", {"tls.key": ORDINARY_KEY, "note": "made up"}),
    ],
)
def test_each_is_found_on_its_key(name: str, values: dict[str, str | bytes]) -> None:
    told = risks(values)
    assert {risk.name for risk in told} == {name}
    assert told[0].key == next(iter(values))
    for risk in told:
        for value in values.values():
            text = value if isinstance(value, str) else value.decode()
            assert text.strip() not in risk.says + risk.do


@pytest.mark.parametrize(
    "values",
    [
        {"password": GOOD},
        {"password-file": "/etc/db/pass"},
        {"password_hash": "5"},
        {"username": "admin", "database": "postgres"},
        {"jwt": jwt(NOW + 86_400)},
        {"auth": "ann:$2y$10$" + "a" * 53},
        {"tls.crt": certificate(ec.generate_private_key(ec.SECP256R1())), "tls.key": ORDINARY_KEY},
        {"ssh-privatekey": ORDINARY_KEY},
        {"password": ""},
        {"password": b"\xff\xfe\x00"},
        {"bypass-list": "a,b"},
        {"PROXY_BYPASS": "a"},
        {"SITE_KEY": "test"},
        {"tls.key": ORDINARY_KEY},
    ],
)
def test_ordinary_values_have_none(values: dict[str, str | bytes]) -> None:
    assert risks(values) == []


def test_the_same_password_or_private_key_in_secrets_of_other_names() -> None:
    one, two = made({"password": GOOD, "key": ORDINARY_KEY}), made({"REDIS_PASSWORD": GOOD}, "cache", "web")
    three = made({"key": ORDINARY_KEY}, "sign")
    told = [(str(each.ref), each.key, each.says) for each in found(one, two, three)]
    assert told == [
        ("shop/db", "key", "it is the same private key as key of sign"),
        ("shop/db", "password", "it is the same as REDIS_PASSWORD of web/cache"),
    ]


def test_copies_of_one_secret_are_as_meant() -> None:
    assert found(made({"password": GOOD}), made({"password": GOOD}, namespace="web")) == []


def test_what_is_default_is_not_told_as_reused_too() -> None:
    told = found(made({"password": "changeit"}, "a"), made({"password": "changeit"}, "b"))
    assert [each.says for each in told] == ["it is a default or a common password"] * 2


@pytest.mark.parametrize("accepts", ["short", "reused short", "all", "short,reused"])
def test_accepted_ones_are_counted_and_not_told(accepts: str) -> None:
    looked = {
        secret.ref: risks_of(secret, NOW, MARK) for secret in [made({"password": "kJ8-m"}, accepts=accepts)]
    }
    assert list(judge(evidence(risks=looked), ("risk",))) == []
    assert accepted_count(evidence(risks=looked)) == 1


def test_a_reuse_that_all_but_one_accept_is_counted() -> None:
    accepting = made({"password": GOOD}, "db", accepts="reused")
    looked = {s.ref: risks_of(s, NOW, MARK) for s in (accepting, made({"password": GOOD}, "cache"))}
    assert list(judge(evidence(risks=looked), ("reused",))) == []
    assert accepted_count(evidence(risks=looked)) == 1


def test_no_finding_in_300_ordinary_secrets() -> None:
    def letters(length: int) -> str:
        return "".join(secrets.choice(ALPHABETS["letters and digits"]) for _ in range(length))

    ordinary = [
        made(
            {"password": letters(24), "username": f"app{number}", "token": letters(40), "key": letters(32)},
            f"app-{number}",
        )
        for number in range(300)
    ]
    assert found(*ordinary) == []


def test_a_digest_differs_by_the_key_of_the_run() -> None:
    assert marker(b"a")(b"made up") != marker(b"b")(b"made up")
    assert GOOD.encode() not in marker(b"a")(GOOD.encode())
