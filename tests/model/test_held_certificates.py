"""Certificates of each value are read by its format; what is not read or damaged says so."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, PrivateFormat, pkcs12

from tests.keystores import JksEntry, jks
from tests.model.authorities import issued
from tests.model.test_certificate_board import (
    AT,
    ISSUER,
    LEAF,
    MARKER,
    ROOT,
    held,
    made_secret,
    planted,
    rows,
    webhook,
)
from tui.model.certificates.objects import CONFIG_MAPS
from tui.model.certificates.rows import CertificateRow
from tui.model.secret.types.registry import OPAQUE


def test_certificates_in_keystores_kubeconfigs_and_der_are_read() -> None:
    password = b"made-up-pass"
    assert not isinstance(LEAF.key, x509.Certificate)
    store = pkcs12.serialize_key_and_certificates(
        b"shop", LEAF.key, LEAF.certificate, [ISSUER.certificate], BestAvailableEncryption(password)
    )
    user = issued("ops", ROOT, is_ca=False, number=2, days=(-300, 9))
    config = {
        "kind": "Config",
        "current-context": "a",
        "clusters": [{"name": "a", "cluster": {"server": "https://a.test"}}],
        "users": [{"name": "ops", "user": {"client-certificate-data": b64encode(user.pem).decode()}}],
    }
    data = {
        "shop.p12": store,
        "keystore-password": password,
        "trust.jks": jks(JksEntry("root", [ROOT.certificate])),
        "config": yaml.safe_dump(config).encode(),
        "leaf.der": LEAF.der,
    }
    found = rows(held(made_secret("many", data, OPAQUE)))
    assert {(row.title, *(copy.place.key for copy in row.copies)) for row in found} == {
        ("shop.test +1", "shop.p12", "leaf.der"),
        ("CA: EC root", "trust.jks"),
        ("ops", "config"),
    }
    assert [(row.title, finding.rank) for row in found for finding in row.findings if finding.rank != 5] == [
        ("ops", 4)
    ]


@pytest.mark.parametrize(
    ("beside", "rounds", "why"),
    [
        ({}, 1000, "a keystore without a password in its Secret"),
        ({"password": b"made-up-wrong"}, 300_000, "a keystore whose passwords take too long to try"),
    ],
)
def test_a_keystore_on_which_no_password_was_tried_is_not_read_rather_than_at_fault(
    beside: dict[str, bytes], rounds: int, why: str
) -> None:
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).build(b"made-up-right")
    store = pkcs12.serialize_key_and_certificates(b"shop", LEAF.key, LEAF.certificate, None, encryption)
    (place,) = held(made_secret("shop-tls", {"shop.p12": store, **beside}, OPAQUE))
    assert (place.not_read, place.is_locked, place.certificates) == (why, False, ())


def test_a_certificate_that_cannot_be_read_says_so_and_is_not_quoted() -> None:
    (row,) = rows(held(made_secret("shop-tls", {"tls.crt": MARKER, "tls.key": MARKER})))
    assert [finding.sentence for finding in row.findings] == ["tls.crt holds no readable certificate"]
    assert (row.level, row.left(AT)) == ("fails", "")
    cut = LEAF.pem[:200] + b"\n-----END CERTIFICATE-----\n"
    (row,) = rows(held(made_secret("shop-tls", {"tls.crt": cut, "tls.key": LEAF.key_pem})))
    assert row.findings[0].says.startswith("tls.crt cannot be read: ")


def test_the_reprs_of_places_and_rows_show_nothing_of_a_value() -> None:
    for what in ("key of another", "keystore locked", "older copy"):
        places, known = planted(what)
        found = rows(places, **known)
        text = f"{places} {found} {[each.place for each in places]}"
        assert MARKER.decode() not in text and "PRIVATE KEY" not in text and "made-up-wrong" not in text


def test_text_that_only_mentions_a_certificate_is_no_finding() -> None:
    texts = {
        "split.sh": "sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p'",
        "README": "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n",
        "config.json": json.dumps({"ca": ROOT.pem.decode()}),
    }

    def found(data: Mapping[str, str]) -> tuple[CertificateRow, ...]:
        return rows(CONFIG_MAPS.held({"metadata": {"name": "docs", "namespace": "web"}, "data": data}))

    assert found(texts) == ()
    (row,) = found({"mixed.txt": texts["README"] + ROOT.pem.decode()})
    assert (row.title, row.findings) == ("CA: EC root", ())
    for key in ("ca.crt", "ca.PEM", "ca.cer"):
        (row,) = found({key: texts["README"]})
        assert row.level == "fails"
    (row,) = rows(webhook(b64encode(texts["README"].encode()).decode()))
    assert row.level == "fails"
