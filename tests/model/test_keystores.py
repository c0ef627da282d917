"""Keystores opened with a password that a key beside them holds, or that was typed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from tests.keystores import AES, PASSWORD, TRIPLE_DES, JksEntry, jks, made_chain, p12
from tests.model import recorded_values as recorded
from tests.model.test_never_wrong_names import damaged
from tests.model.value_shapes import NOW
from tui.model.draft.leaf_changes import changed_leaves
from tui.model.secret.formats.asn1 import Element, elements
from tui.model.secret.formats.passwords import sibling_passwords
from tui.model.secret.formats.rc2 import decrypt_rc2
from tui.model.secret.formats.registry import DecodedValue, decoded_value, row_name
from tui.model.secret.value import Value

CHAIN: Final = made_chain()
LEAF, ISSUER, ROOT = CHAIN.certificates
OPENED: Final = "Opened with a-password."
INTACT: Final = "Opened with a-password: the keystore is intact"
NO_NEED: Final = "Opened without a password: the certificates are not encrypted."
WIDE: Final = "証明書-été"


def values(**texts: bytes) -> dict[str, Value]:
    return {key.replace("_", "-"): Value(text) for key, text in texts.items()}


def lines(decoded: DecodedValue) -> list[str]:
    return [f"{fact.words}{fact.verdict}" for fact in decoded.facts]


def opened(store: bytes, password: bytes = PASSWORD) -> list[str]:
    """First line, then the entries and the subjects of their certificates."""
    first, *others = lines(decoded_value("a.store", Value(store), NOW, values(a_password=password)))
    described = (line for line in others if not line.startswith("       "))
    return [first, *(line.partition(", issued")[0].strip() for line in described)]


SITE, BY_ISSUER, BY_ROOT = "1. CN=site.test", "2. CN=issuer.test", "3. CN=root.test"
UNMARKED: Final = "certificate, not marked as trusted (Java ignores it)"
CREATED: Final = ", created 30 Nov 2026"
SHAPES: Final = {
    "a key and its chain, AES-256": (
        p12(CHAIN),
        [OPENED, "web-tls: private key", SITE, BY_ISSUER, BY_ROOT],
        "PKCS#12: web-tls",
    ),
    "a key and its chain, 3DES": (
        p12(CHAIN, cipher=TRIPLE_DES),
        [OPENED, "web-tls: private key", SITE, BY_ISSUER, BY_ROOT],
        "PKCS#12: web-tls",
    ),
    "RC2 of 40 bits": (
        recorded.PKCS12_RC2,
        [OPENED, "web-tls: private key", "1. CN=web-tls.example"],
        "PKCS#12: web-tls",
    ),
    "several private keys": (
        recorded.PKCS12,
        [
            OPENED,
            *(f"web-tls: private key{CREATED}", "1. CN=web-tls.example"),
            *(f"root-ca: private key{CREATED}", "1. CN=root-ca.example"),
        ],
        "PKCS#12: web-tls, root-ca",
    ),
    "trusted certificates of Java": (
        recorded.PKCS12_TRUST,
        [
            OPENED,
            *("corp-root: trusted certificate", "1. CN=root-ca.example"),
            *("web: trusted certificate", "1. CN=web-tls.example"),
        ],
        "PKCS#12: corp-root, web",
    ),
    "certificates that Java ignores": (
        pkcs12.serialize_key_and_certificates(None, None, None, [ROOT], BestAvailableEncryption(PASSWORD)),
        [OPENED, f"no alias: {UNMARKED}", "1. CN=root.test"],
        "PKCS#12: root.test",
    ),
    "a secret key in PKCS#12": (recorded.PKCS12_SECRET, [NO_NEED, "hmac: secret key"], "PKCS#12: hmac"),
    "an empty PKCS#12": (recorded.PKCS12_EMPTY, [NO_NEED, "No entries."], "PKCS#12 keystore"),
    "a wide alias in PKCS#12": (
        p12(CHAIN, WIDE),
        [OPENED, f"{WIDE}: private key", SITE, BY_ISSUER, BY_ROOT],
        f"PKCS#12: {WIDE}",
    ),
    "a key and its chain in JKS": (
        jks(JksEntry("web-tls", CHAIN.certificates, has_key=True)),
        [INTACT, f"web-tls: private key{CREATED}", SITE, BY_ISSUER, BY_ROOT],
        "JKS: web-tls",
    ),
    "trusted certificates in JKS": (
        jks(JksEntry("a", [ROOT]), JksEntry("b", [ISSUER]), JksEntry("c", [ROOT])),
        [
            INTACT,
            *(f"a: trusted certificate{CREATED}", "1. CN=root.test"),
            *(f"b: trusted certificate{CREATED}", "1. CN=issuer.test"),
            *(f"c: trusted certificate{CREATED}", "1. CN=root.test"),
        ],
        "JKS: a, b +1",
    ),
    "a secret key and what follows it in JCEKS": (
        recorded.JCEKS_MIXED,
        [
            *(INTACT, f"aes: secret key{CREATED}"),
            *(f"zroot: trusted certificate{CREATED}", "1. CN=root-ca.example"),
        ],
        "JCEKS: aes, zroot",
    ),
    "an empty JKS": (jks(), [INTACT, "No entries."], "JKS keystore"),
    "a wide alias in JKS": (
        jks(JksEntry(WIDE, [ROOT])),
        [INTACT, f"{WIDE}: trusted certificate{CREATED}", "1. CN=root.test"],
        f"JKS: {WIDE}",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_opened_keystore_lists_its_entries_and_certificates(shape: str) -> None:
    store, expected, row = SHAPES[shape]
    assert opened(store) == expected
    name = row_name("a.store", Value(store), values(a_password=PASSWORD))
    assert name.shown(NOW).partition(" · ")[0] == row
    assert len(name.times) == sum("CN=" in line for line in expected)


def test_a_certificate_in_a_keystore_shows_all_that_one_alone_does() -> None:
    described = lines(decoded_value("a", Value(recorded.PKCS12_RC2), NOW, values(password=PASSWORD)))
    assert described == [
        "Opened with password.",
        "web-tls: private key",
        "    1. CN=web-tls.example, issued by itself: expires in 68d",
        "       from 1 Sep 2026 00:00 UTC to 1 Feb 2027 00:00 UTC, 153 days",
        "       key ECDSA secp256r1, signature SHA-256 with ECDSA",
    ]


LOCKED: Final = [name for name, (_, (first, *_), _) in SHAPES.items() if first == OPENED]


@pytest.mark.parametrize("shape", LOCKED)
def test_a_pkcs12_without_its_password_shows_only_the_names_of_private_keys(shape: str) -> None:
    store, expected, _ = SHAPES[shape]
    keys = [line for line in expected if "private key" in line]
    for siblings, first in (
        (values(user=PASSWORD), 'Not opened: the Secret has no other key with "pass" or "pwd" in its name.'),
        (values(a_password=b"no"), "Not opened with a-password: wrong password, or damaged keystore."),
    ):
        decoded = decoded_value("a.p12", Value(store), NOW, siblings)
        assert (lines(decoded), decoded.needs_password) == ([first, *keys], True)
        assert row_name("a.p12", Value(store), siblings).shown(NOW) == "PKCS#12 keystore"


@pytest.mark.parametrize("cipher", [AES, TRIPLE_DES], ids=["AES", "3DES"])
def test_a_password_of_wide_characters_opens_a_keystore(cipher: pkcs12.PBES) -> None:
    assert opened(p12(CHAIN, password=WIDE.encode(), cipher=cipher), WIDE.encode())[0] == OPENED
    assert opened(jks(JksEntry("a", [ROOT]), password=WIDE.encode()), WIDE.encode())[0] == INTACT


def in_pieces(element: Element) -> bytes:
    """BER without lengths, each string in two pieces, as NSS writes PKCS#12."""
    tag, content = element.tag, element.content
    if tag in (0x04, 0x80) and len(content) > 1:
        half = len(content) // 2
        pieces = (b"\x04\x82" + len(piece).to_bytes(2) + piece for piece in (content[:half], content[half:]))
        return bytes([tag | 0x20, 0x80]) + b"".join(pieces) + b"\0\0"
    if tag & 0x20:
        return bytes([tag, 0x80]) + b"".join(map(in_pieces, element.parts)) + b"\0\0"
    return bytes([tag, len(content)]) + content


@pytest.mark.parametrize("shape", ["a key and its chain, AES-256", "several private keys", "RC2 of 40 bits"])
def test_a_keystore_in_ber_is_opened_as_one_in_der(shape: str) -> None:
    store, expected, _ = SHAPES[shape]
    (whole,) = elements(store)
    assert opened(in_pieces(whole)) == expected


# Limits


@pytest.mark.parametrize("many", [b"\x7f\xff\xff", b"\xff\xff\xff"], ids=["8,388,607", "-1"])
def test_hashing_that_takes_too_long_is_not_begun(many: bytes) -> None:
    store, rounds = p12(CHAIN, rounds=70_000), b"\x02\x03\x01\x11\x70"
    assert store.count(rounds) == 2
    bomb = store.replace(rounds, b"\x02\x03" + many)
    decoded = decoded_value("a.p12", Value(bomb), NOW, values(password=PASSWORD))
    described = ["Not opened: hashing the password would take too long.", "web-tls: private key"]
    assert (lines(decoded), decoded.needs_password) == (described, False)


def test_the_hashing_of_all_tries_is_limited_and_keys_that_are_left_out_are_named() -> None:
    store = Value(p12(CHAIN, rounds=400_000))
    siblings = values(a_password=b"no", b_password=b"no", store_password=PASSWORD)
    assert lines(decoded_value("a.p12", store, NOW, siblings))[:2] == [
        "Not opened with a-password, b-password: wrong password, or damaged keystore.",
        "Passwords not tried, because hashing takes too long: store-password.",
    ]
    assert lines(decoded_value("store.p12", store, NOW, siblings))[0] == "Opened with store-password."
    assert row_name("store.p12", store, siblings).shown(NOW) == "PKCS#12 keystore", "a row takes less time"


def test_a_truststore_of_150_authorities_is_listed_whole() -> None:
    many = pkcs12.serialize_java_truststore(
        [pkcs12.PKCS12Certificate(ROOT, f"ca-{number}".encode()) for number in range(150)],
        BestAvailableEncryption(PASSWORD),
    )
    assert sum("trusted certificate" in line for line in opened(many)) == 150


def test_comparing_keystores_in_a_review_does_not_lose_their_expiry() -> None:
    before, after = Value(p12(CHAIN)), Value(p12(CHAIN, rounds=3_000))
    assert changed_leaves("a.p12", before, after) is None
    assert row_name("a.p12", after, values(password=PASSWORD)).times


def test_a_long_alias_is_cut() -> None:
    assert opened(jks(JksEntry("a" * 5000, [ROOT])))[1] == f"{'a' * 100}…: trusted certificate{CREATED}"


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes([tag, 0x83]) + len(content).to_bytes(3) + content


@pytest.mark.parametrize(("safes", "bags"), [(1, 1001), (1002, 0)])
def test_a_pkcs12_of_too_many_parts_is_not_opened(safes: int, bags: int) -> None:
    data = bytes.fromhex("06092a864886f70d010701")
    bag = der(0x30, bytes.fromhex("060b2a864886f70d010c0a0102"), der(0xA0, der(0x30)))
    safe = der(0x30, data, der(0xA0, der(0x04, der(0x30, bag * bags))))
    store = der(0x30, b"\x02\x01\x03", der(0x30, data, der(0xA0, der(0x04, der(0x30, safe * safes)))))
    assert opened(store) == ["Not opened. Cannot read the value as PKCS#12: it has more than 1,000 parts."]


@pytest.mark.parametrize("seed", range(5))
def test_damaged_keystores_are_described_in_our_own_words(seed: int) -> None:
    draw = random.Random(seed)
    stores = [store for store, _, _ in SHAPES.values()]
    siblings = values(a_password=PASSWORD)
    for _ in range(200):
        store = Value(damaged(draw, draw.choice(stores)))
        described = lines(decoded_value("a.store", store, NOW, siblings))
        assert all(
            line.isascii() or WIDE[0] in line or "\N{REPLACEMENT CHARACTER}" in line for line in described
        )
        assert row_name("a.store", store, siblings).shown(NOW).isprintable()


def test_no_password_and_no_private_key_is_in_a_repr_or_among_leaves() -> None:
    siblings = values(a_password=PASSWORD)
    for store, _, _ in SHAPES.values():
        decoded = decoded_value("a.p12", Value(store), NOW, siblings, Value(PASSWORD))
        described = repr((decoded, sibling_passwords("a.p12", siblings)))
        assert PASSWORD.decode() not in described and not decoded.leaves
    (whole,) = elements(p12(CHAIN))
    assert repr(whole) == "<Element>"


@pytest.mark.parametrize(
    ("key", "encrypted", "plain"),
    [
        ("88bca90e90875a7f0f79c384627bafb2", "2269552ab0f85ca6", "0000000000000000"),
        ("ffffffffffffffff", "278b27e42e2f0d49", "ffffffffffffffff"),
        ("3000000000000000", "30649edf9be7d2c2", "1000000000000001"),
    ],
)
def test_rc2_decrypts_the_examples_of_rfc_2268(key: str, encrypted: str, plain: str) -> None:
    assert decrypt_rc2(bytes.fromhex(key), bytes(8), bytes.fromhex(encrypted)).hex() == plain


@pytest.mark.parametrize("blocks", [0, 1, 2, 77])
def test_rc2_decrypts_many_blocks_as_cryptography_does(blocks: int) -> None:
    draw = random.Random(2268)
    key, iv, plain = draw.randbytes(16), draw.randbytes(8), draw.randbytes(8 * blocks)
    encryptor = Cipher(RC2(key), CBC(iv)).encryptor()
    assert decrypt_rc2(key, iv, encryptor.update(plain) + encryptor.finalize()) == plain


# The password of a JKS, and its key


@pytest.mark.parametrize(
    ("siblings", "first", "needs_password"),
    [
        (values(keystore_password=PASSWORD), "Opened with keystore-password: the keystore is intact", False),
        (
            values(other_pwd=b"no", pass_file=PASSWORD + b"\n"),
            "Opened with pass-file without its final",
            False,
        ),
        (
            values(a_password=b"changeit"),
            "Not opened with a-password: wrong password, or damaged keystore.",
            True,
        ),
        (values(user=PASSWORD), "Integrity not checked: no other key", True),
    ],
)
def test_the_password_in_a_sibling_key_shows_whether_a_jks_is_intact(
    siblings: Mapping[str, Value], first: str, needs_password: bool
) -> None:
    for store in (recorded.JKS, recorded.JCEKS, recorded.JKS_TRUST, recorded.JCEKS_SECRET):
        decoded = decoded_value("keystore.jks", Value(store), NOW, siblings)
        assert lines(decoded)[0].startswith(first)
        assert decoded.needs_password == needs_password


def test_no_password_opens_a_damaged_jks() -> None:
    damaged = recorded.JKS[:-1] + bytes([recorded.JKS[-1] ^ 1])
    decoded = decoded_value("keystore.jks", Value(damaged), NOW, values(password=PASSWORD))
    assert "Not opened with password: wrong password, or damaged keystore." in lines(decoded)


def test_a_typed_password_is_tried_instead_of_those_in_other_keys() -> None:
    siblings = values(password=b"made-up-1")
    opened = decoded_value("keystore.jks", Value(recorded.JKS), NOW, siblings, Value(PASSWORD))
    assert lines(opened)[0] == "Opened with the password that you typed: the keystore is intact"
    assert not opened.needs_password


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("keystore.p12", "keystore-password"),
        ("truststore.jks", "truststore.password"),
        ("user.p12", "user.password"),
        ("bundle.pfx", "password"),
    ],
)
def test_the_key_with_the_most_similar_name_is_tried_first_and_at_most_eight_are(
    key: str, first: str
) -> None:
    names = ("keystore-password", "truststore.password", "user.password", "password", "key-pwd", "username")
    siblings = {name: Value(b"made-up") for name in (*names, *(f"db{n}-password" for n in range(9)), key)}
    passwords = sibling_passwords(key, siblings)
    assert (passwords.keys[0], len(passwords.keys)) == (first, 8)
