"""Facts of certificates and keys in words, and why damaged ones cannot be read."""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode, encodebytes
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.model.authorities import CLIENTS, NOW, Issued, chain, issued
from tests.model.recorded_values import SSH_PRIVATE
from tests.model.test_never_wrong_names import damaged
from tui.model.secret.formats.registry import decoded_value, row_name
from tui.model.secret.value import Value
from tui.model.text.printable import printable

AT: Final = NOW.timestamp()
LEAF, ISSUING, ROOT = chain("EC", "shop.test", "*.shop.test")
ED_LEAF, ED_ROOT = chain("Ed25519", "shop.test", length=2)
WEAK: Final = issued("weak root", kind="RSA1024")
EARLY: Final = issued("shop.test", ROOT, "shop.test", days=(3, 99))
ENDED: Final = issued("shop.test", ROOT, "shop.test", days=(-99, -3))
OTHER: Final = issued("other.test", None, "other.test", number=5)
ENCRYPTED: Final = LEAF.key.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"made-up")
)
KEY_DER: Final = LEAF.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def facts(key: str, secret: Mapping[str, bytes]) -> list[str]:
    data = {name: Value(value) for name, value in secret.items()}
    return [f"{fact.words}{fact.verdict}".strip() for fact in decoded_value(key, data[key], AT, data).facts]


def row(key: str, *certificates: Issued, more: bytes = b"") -> str:
    return row_name(key, Value(b"".join(each.pem for each in certificates) + more)).shown(AT)


def test_a_chain_is_described_with_its_key_and_its_authority() -> None:
    secret = {"ca.crt": ROOT.pem, "tls.crt": LEAF.pem + ISSUING.pem, "tls.key": LEAF.key_pem}
    assert facts("tls.crt", secret) == [
        "tls.crt  chain of 2: in order, the leaf first",
        "tls.key matches the first certificate",
        "verifies up to CN=EC root in ca.crt",
        "1. CN=shop.test, issued by CN=EC issuing 0: expires in 69d",
        "for shop.test and *.shop.test",
        "from 3 Nov 2026 14:00 UTC to 1 Feb 2027 14:00 UTC, 90 days",
        "key ECDSA secp256r1, signature SHA-256 with ECDSA",
        "2. CN=EC issuing 0 (CA), issued by CN=EC root: expires in 900d",
        "from 8 May 2026 14:00 UTC to 12 May 2029 14:00 UTC, 1,100 days",
        "key ECDSA secp256r1, signature SHA-256 with ECDSA",
    ]
    assert facts("tls.key", secret) == [
        "tls.key  ECDSA secp256r1 key, not encrypted",
        "matches certificate 1 in tls.crt",
    ]


_LEFT_OUT: Final = "is not in the chain; only a root may be left out"
CHAIN_LINES: Final[Mapping[str, tuple[bytes, str]]] = {
    "missing issuer": (LEAF.pem, f"issuer CN=EC issuing 0 {_LEFT_OUT}"),
    "missing root": (LEAF.pem + ISSUING.pem, f"issuer CN=EC root {_LEFT_OUT}"),
    "leaf last": (
        ISSUING.pem + LEAF.pem,
        "tls.crt  chain of 2: out of order; the right order is 2, 1",
    ),
    "root second": (
        LEAF.pem + ROOT.pem + ISSUING.pem,
        "tls.crt  chain of 3: out of order; the right order is 1, 3, 2",
    ),
    "stray": (
        LEAF.pem + ISSUING.pem + OTHER.pem,
        "tls.crt  3 certificates, not part of the chain: certificate 3",
    ),
    "namesake": (
        LEAF.pem + issued("EC issuing 0", None, number=8).pem,
        "certificate 2 has the name of certificate 1's issuer, but did not sign it",
    ),
    "self-signed": (OTHER.pem, "self-signed: clients need the certificate in their trust store"),
    "authority": (ISSUING.pem, "trust not checked: this is a CA, not a server certificate"),
    "expired": (ENDED.pem, "CN=EC root: expired 3d ago"),
    "early": (EARLY.pem, "CN=EC root: becomes valid in 3d"),
    "weak key": (WEAK.pem, "key RSA 1024, signature SHA-256 with RSA: weak, clients may refuse it"),
}


@pytest.mark.parametrize("shape", CHAIN_LINES)
def test_each_state_of_a_chain_has_its_line(shape: str) -> None:
    data, words = CHAIN_LINES[shape]
    assert any(words in line for line in facts("tls.crt", {"tls.crt": data})), words


_KEYS: Final[Mapping[str, tuple[Mapping[str, bytes], str]]] = {
    "of another": ({"tls.key": OTHER.key_pem}, "tls.key does not match the first certificate"),
    "of the issuer": ({"tls.key": ISSUING.key_pem}, "tls.key matches certificate 2, not the first"),
    "under another name": ({"server-key.pem": LEAF.key_pem}, "server-key.pem matches the first certificate"),
    "two": (
        {"a.key": LEAF.key_pem, "tls.key": LEAF.key_pem},
        "a.key and tls.key match the first certificate",
    ),
    "another's beside": (
        {"ssh": OTHER.key_pem},
        "no private key in this Secret matches the first certificate",
    ),
    "encrypted": ({"tls.key": ENCRYPTED}, "tls.key not compared: it is encrypted or damaged"),
}


@pytest.mark.parametrize("shape", _KEYS)
def test_the_private_key_of_a_certificate_is_found_in_its_secret(shape: str) -> None:
    keys, words = _KEYS[shape]
    assert words in facts("tls.crt", {"tls.crt": LEAF.pem + ISSUING.pem, **keys})


def test_a_ca_is_expected_without_its_private_key() -> None:
    lines = facts("ca.crt", {"ca.crt": ROOT.pem, "tls.key": LEAF.key_pem})
    assert not any("private key" in line for line in lines)


def test_a_private_key_is_matched_with_certificates_also_in_der_and_within_one_value() -> None:
    assert "the private key in this value matches the certificate" in facts(
        "tls.pem", {"tls.pem": LEAF.key_pem + LEAF.pem}
    )
    assert facts("key.der", {"key.der": KEY_DER, "a.crt": LEAF.pem}) == [
        "key.der  ECDSA secp256r1 private key",
        "matches the certificate in a.crt",
    ]
    assert facts("k", {"k": OTHER.key_pem, "a.crt": LEAF.pem})[1:] == [
        "matches no certificate in this Secret"
    ]
    assert facts("tls.key", {"tls.key": OTHER.key_pem, "tls.crt": LEAF.pem})[1:] == [
        "does not match the first certificate in tls.crt"
    ]
    assert facts("k", {"k": LEAF.key_pem}) == ["k  ECDSA secp256r1 key, not encrypted"]


_TRUST: Final[Mapping[str, tuple[bytes, bytes, str]]] = {
    "no ca.crt": (LEAF.pem, b"", "trust not checked: ca.crt is not in this Secret"),
    "no certificate in ca.crt": (
        LEAF.pem,
        b"made up",
        "trust not checked: ca.crt holds no readable certificate",
    ),
    "issuer in neither": (
        LEAF.pem,
        ROOT.pem,
        "does not verify up to ca.crt: issuer CN=EC issuing 0 is neither in the chain nor in ca.crt",
    ),
    "no names": (
        issued("shop.test", ROOT, is_ca=False).pem,
        ROOT.pem,
        "trust not checked: this certificate has no names (subjectAltName)",
    ),
    "a client's": (
        issued("ann", ROOT, "shop.test", uses=CLIENTS).pem,
        ROOT.pem,
        "trust not checked: this is not a server certificate",
    ),
    "names of people": (
        issued("ann", ROOT, "ann@example.test").pem,
        ROOT.pem,
        "trust not checked: no name of this certificate is a host or an IP address",
    ),
    "a kind that the verifier lacks": (
        ED_LEAF.pem,
        ED_ROOT.pem,
        "trust not checked: secret-tui cannot verify Ed25519 keys",
    ),
    "expired": (
        ENDED.pem,
        ROOT.pem,
        "does not verify up to ca.crt: CN=shop.test expired 3d ago",
    ),
    "of another key": (
        LEAF.pem + ISSUING.pem,
        issued("EC root", None, number=7).pem,
        "does not verify up to ca.crt: the certificate of CN=EC root did not sign CN=EC issuing 0",
    ),
    "itself": (OTHER.pem, OTHER.pem, "this certificate is in ca.crt"),
    "self-signed": (
        OTHER.pem,
        ROOT.pem,
        "does not verify up to ca.crt: CN=other.test is self-signed and not in ca.crt",
    ),
    "weak": (
        issued("shop.test", WEAK, "shop.test").pem,
        WEAK.pem,
        "does not verify up to ca.crt: CN=weak root has a weak key or signature",
    ),
}


@pytest.mark.parametrize("shape", _TRUST)
def test_the_line_on_trust_gives_the_verdict_or_why_it_was_not_checked(shape: str) -> None:
    data, roots, words = _TRUST[shape]
    secret = {"tls.crt": data, **({"ca.crt": roots} if roots else {})}
    assert words in facts("tls.crt", secret)


def test_a_value_without_its_secret_has_no_line_on_key_or_trust() -> None:
    lines = decoded_value("tls.crt", Value(LEAF.pem), AT).facts
    assert not any("trust" in fact.words or "key matches" in fact.verdict for fact in lines)


def test_rows_name_one_certificate_a_chain_or_authorities() -> None:
    assert row("a", LEAF) == "cert: shop.test +1 · 69d"
    assert row("b", LEAF, ISSUING) == "chain of 2: shop.test +1 · 69d"
    assert row("c", ISSUING, LEAF) == "chain of 2: shop.test +1 · 69d"
    assert row("d", LEAF, OTHER) == "2 certs: shop.test +1 · 69d"
    assert row("e", ROOT) == "CA: EC root · 10y"
    assert row("f", ROOT, OTHER) == "2 CAs: EC root +1 · 69d"
    assert row("g", LEAF, more=LEAF.key_pem) == "cert and key: shop.test +1 · 69d"
    assert row("h", EARLY) == "cert: shop.test, begins in 3d"
    assert row("i", ENDED) == "cert: shop.test, expired 3d ago"


def test_blocks_below_comments_and_attributes_are_read() -> None:
    headed = b"## Bundle of CA roots\n\nEC root\n=======\n" + ROOT.pem + b"\nother\n=====\n" + OTHER.pem
    assert row_name("cacert.pem", Value(headed)).shown(AT) == "2 CAs: EC root +1 · 69d"
    bag = b"Bag Attributes\n    friendlyName: shop\nsubject=CN = shop.test\n" + LEAF.pem
    assert row_name("tls.pem", Value(bag)).shown(AT) == "cert: shop.test +1 · 69d"
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    secret = {"tls.crt": bag, "tls.key": parameters + LEAF.key_pem}
    assert "tls.key matches the certificate" in facts("tls.crt", secret)
    assert facts("tls.key", secret)[0] == "tls.key  ECDSA secp256r1 key, not encrypted"


def test_keys_of_ssh_and_keys_within_json_are_no_keys_of_a_certificate() -> None:
    within = json.dumps({"private_key": OTHER.key_pem.decode()}).encode()
    lines = facts("tls.crt", {"tls.crt": LEAF.pem, "ssh-privatekey": SSH_PRIVATE, "key.json": within})
    assert not any("matches" in line for line in lines)


def test_a_damaged_certificate_is_named_by_its_number_with_the_reason() -> None:
    whole, lines = LEAF.pem, LEAF.pem.splitlines(keepends=True)
    for data, why in {
        lines[0] + b64encode(LEAF.der[:-1]) + b"\n" + lines[-1]: (
            "certificate cannot be read: 1 byte is missing at its end"
        ),
        whole + b"".join(lines[:-1]): "certificate 2 of 2 cannot be read: it has no END line",
        b"".join(lines[:3] + lines[4:])
        + whole: "certificate 1 of 2 cannot be read: 48 bytes are missing at its end",
        whole.replace(lines[2], b"*" * 64 + b"\n"): "certificate cannot be read: its base64 is damaged",
        whole.replace(
            lines[1], b"A" * 64 + b"\n"
        ): "certificate cannot be read: it is not an X.509 certificate",
    }.items():
        assert f"tls.crt  {why}" in facts("tls.crt", {"tls.crt": data})


@pytest.mark.timeout(60)
def test_a_thousand_damaged_certificates_are_described_or_refused_in_our_own_words() -> None:
    draw = random.Random(28)
    secret = {"ca.crt": ROOT.pem, "tls.key": LEAF.key_pem}
    makers: list[Callable[[], bytes]] = [
        lambda: LEAF.pem + ISSUING.pem,
        lambda: LEAF.der,
        lambda: LEAF.key_pem + LEAF.pem,
        partial(_in_pem, draw, LEAF.der),
        partial(_in_pem, draw, ROOT.der),
    ]
    for number in range(1000):
        data = damaged(draw, makers[number % len(makers)]())
        for line in facts("tls.crt", {**secret, "tls.crt": data}):
            assert printable(line).isprintable() and len(line) < 2000
            assert not re.search(r"Error|error|asn1|0x|Traceback|<", line), line


def _in_pem(draw: random.Random, der: bytes) -> bytes:
    body = encodebytes(damaged(draw, der))
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"


def test_a_control_character_in_a_name_is_drawn_as_a_stand_in() -> None:
    odd = issued("shop\x1b[2J", None, "shop\x07.test")
    lines = facts("tls.crt", {"tls.crt": odd.pem})
    assert lines[0] == "tls.crt  CN=shop␛[2J, issued by itself: expires in 69d"
    assert "for shop␇.test" in lines
