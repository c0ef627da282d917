"""Contents of values: certificates and docker configs; and nothing of them in an error."""

from __future__ import annotations

import base64
import functools
import json
import traceback
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.formats.docker import RegistryLogin, login_changes, logins
from tui.model.secret.formats.limits import MAX_INPUT, UnreadableValue
from tui.model.secret.formats.pem import certificate_facts, key_matches
from tui.model.secret.formats.validity import Validity

START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
DAY = 86_400


@functools.cache
def made_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1000 + number, ec.SECP256R1())


def key_pem(number: int = 0, password: bytes | None = None) -> bytes:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    return made_key(number).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def certificate(subject: str = "web.example", issuer: str = "web.example", number: int = 0) -> bytes:
    names = [
        x509.DNSName("web.example"),
        x509.DNSName("*.web.example"),
        x509.IPAddress(ip_address("127.0.0.1")),
    ]
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(made_key(number).public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(made_key(number), hashes.SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def test_the_public_facts_of_a_certificate_are_read() -> None:
    (facts,) = certificate_facts(certificate())
    assert (facts.subject, facts.issuer, facts.is_self_signed) == ("CN=web.example", "CN=web.example", True)
    assert facts.names == ("web.example", "*.web.example", "127.0.0.1")
    assert facts.validity == Validity(START.timestamp(), START.timestamp() + 90 * DAY)


def test_a_chain_keeps_its_order() -> None:
    chain = certificate(issuer="ca.example") + b"\n# between\n" + certificate("ca.example", "ca.example", 1)
    assert [(one.subject, one.is_self_signed) for one in certificate_facts(chain)] == [
        ("CN=web.example", False),
        ("CN=ca.example", True),
    ]


def test_a_key_belongs_to_its_certificate() -> None:
    assert key_matches(certificate(), key_pem()) is True
    assert key_matches(certificate(), key_pem(1)) is False
    assert key_matches(certificate(), key_pem(0, b"marker")) is None
    assert key_matches(certificate(), b"marker") is None
    assert key_matches(b"", key_pem()) is None
    assert key_matches(certificate(), key_pem() + b" " * MAX_INPUT) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"marker",
        b"-----BEGIN CERTIFICATE-----\nbWFya2Vy\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nmarker",
        b" " * MAX_INPUT + b"marker",
    ],
)
def test_a_value_that_is_no_certificate_is_refused_without_being_quoted(data: bytes) -> None:
    with pytest.raises(UnreadableValue) as raised:
        certificate_facts(data)
    shown = "".join(traceback.format_exception(raised.value))
    assert "marker" not in shown and "bWFya2Vy" not in shown


def test_a_name_of_an_odd_kind_for_which_the_library_documents_no_error_is_refused() -> None:
    whole = x509.load_pem_x509_certificate(certificate()).public_bytes(Encoding.DER)
    odd = whole.replace(b"\x0c\x0bweb.example", b"\x03\x0b\x00eb.example")
    assert odd != whole
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(odd) + b"\n-----END CERTIFICATE-----"
    with pytest.raises(UnreadableValue):
        certificate_facts(pem)


@given(st.binary(max_size=80))
def test_random_bytes_are_refused_as_certificates_and_match_no_key(data: bytes) -> None:
    for tried in (
        data,
        b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(data) + b"\n-----END CERTIFICATE-----",
    ):
        with pytest.raises(UnreadableValue):
            certificate_facts(tried)
    assert key_matches(data, data) is None


def auth(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_registries_are_listed_without_anything_of_their_logins() -> None:
    entries = {
        "registry.example": {"auth": auth("robot:marker")},
        "a.example": {"username": "jane", "password": "marker", "auth": auth("other:marker")},
        "token.example": {"identitytoken": "marker"},
        "empty.example": {},
        "acr.example": {"auth": auth("0000:"), "identitytoken": "marker"},
        "stale.example": {"auth": auth("robot:"), "password": "marker"},
        "odd.example": {"auth": "%%%"},
        "null.example": {"auth": None, "username": None},
        "https://marker:marker@url.example/v1/": {"auth": auth("marker:x-oauth-basic")},
    }
    expected = (
        RegistryLogin("a.example", True, True),
        RegistryLogin("acr.example", True, True),
        RegistryLogin("stale.example", True, False),
        RegistryLogin("empty.example", False, False),
        RegistryLogin("null.example", False, False),
        RegistryLogin("odd.example", False, False),
        RegistryLogin("registry.example", True, True),
        RegistryLogin("token.example", False, True),
        RegistryLogin("https://url.example/v1/", True, True),
    )
    found = logins(json.dumps({"auths": entries}).encode())
    assert sorted(found) == sorted(expected) and "marker" not in repr(found)
    assert logins(json.dumps(entries).encode()) == found
    assert logins(b"{}") == ()


def test_a_changed_registry_login_is_named_without_its_value() -> None:
    def config(**entries: dict[str, str]) -> bytes:
        return json.dumps({"auths": entries}).encode()

    def auth(password: str) -> str:
        return b64encode(f"bot:{password}".encode()).decode()

    was = config(a={"username": "bot", "password": "old", "auth": auth("old")}, b={"auth": auth("old")})
    both = config(a={"username": "bot", "password": "new", "auth": auth("new")}, b={"auth": auth("new")})
    assert login_changes(was, both) == ("new password for a", "new password for b")
    other = config(a={"username": "ann", "password": "old", "email": "a@b.test"}, c={"auth": auth("old")})
    assert login_changes(was, other) == (
        "new user name and e-mail for a",
        "removed login to b",
        "new login to c",
    )
    stale = config(a={"username": "bot", "password": "new", "auth": auth("old")}, b={"auth": auth("old")})
    assert login_changes(was, stale) == (), "the kubelet takes what is in auth"
    token, renewed = (config(a={"auth": auth(""), "identitytoken": token}) for token in ("old", "new"))
    assert login_changes(token, renewed) == ("new password for a",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"auths": "marker"}',
        b'{"marker": 1}',
        b"\xffmarker",
        b'{"auths":' * 5000 + b"marker",
        b'{"a":"' + b"x" * MAX_INPUT + b'"}',
    ],
)
def test_a_value_that_is_no_docker_config_is_refused_without_being_quoted(data: bytes) -> None:
    with pytest.raises(UnreadableValue) as raised:
        logins(data)
    assert "marker" not in "".join(traceback.format_exception(raised.value))
