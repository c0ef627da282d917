"""Certificates and private keys in DER; certificate requests, revocation lists and PKCS#7 in DER or PEM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tui.model.secret.formats.certificate_lines import certificate_lines, matching_certificates
from tui.model.secret.formats.certificate_names import certificate_row, subject_name
from tui.model.secret.formats.pem import (
    DamagedCertificate,
    facts_of,
    names_of,
    read_certificates,
    sequence_size,
)
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.ssh_key import key_kind
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, PageRow, RowName, ValueFormat
from tui.model.secret.value import Value

if TYPE_CHECKING:
    from cryptography import x509

_START: Final = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x80)", re.DOTALL)
"""Tag and length bytes of an ASN.1 sequence. Each value in DER that this file reads begins with them."""
_VERSION_0: Final = b"\x02\x01\x00"
_PKCS7: Final = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""Object identifier of a PKCS#7 content type, without its last number."""
_LABEL: Final = re.compile(rb"\s*-----BEGIN ((?:NEW )?CERTIFICATE REQUEST|X509 CRL|PKCS7|CMS)-----")


def _row(key: str, data: bytes) -> RowName | None:
    if (label := _LABEL.match(data)) is not None:
        return _from_pem(label[1], data.strip())
    if (start := _START.match(data)) is None or not _is_whole(data):
        return None
    inside = data[start.end() :]
    if inside.startswith(_PKCS7):
        return _pkcs7(data, is_pem=False)
    if inside.startswith(_VERSION_0) or b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05" in inside[:16]:
        return _private_key(data)
    return _certificate(data) or _request(data, is_pem=False) or _revoked(data, is_pem=False)


def _is_whole(data: bytes) -> bool:
    """True if the sequence ends where the data ends.

    A sequence of indefinite length ends in two zero bytes.
    """
    return data.endswith(b"\0\0") if data[1] == 0x80 else sequence_size(data) == len(data)


def _from_pem(label: bytes, data: bytes) -> RowName | None:
    if label.endswith(b"REQUEST"):
        return _request(data, is_pem=True) or RowName("certificate request")
    if label == b"X509 CRL":
        return _revoked(data, is_pem=True) or RowName("revocation list")
    return _pkcs7(data, is_pem=True) or RowName("PKCS#7")


# Below, `except Exception` is needed because the errors of `cryptography` share no base class, and some are
# not documented. No error is quoted, because its text may contain a part of the value.


def _certificate(data: bytes) -> RowName | None:
    facts = [
        facts_of(certificate)
        for certificate in read_certificates(data)
        if not isinstance(certificate, DamagedCertificate)
    ]
    return certificate_row("DER certificate", facts) if facts else None


def _private_key(data: bytes) -> RowName | None:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    kind = "DER private key"
    try:
        private_key = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    except TypeError:
        return RowName(kind, "private key, encrypted")
    except Exception:
        return None
    return RowName(kind, f"{key_kind(private_key)} private key".strip())


def _request(data: bytes, *, is_pem: bool) -> RowName | None:
    from cryptography import x509

    load = x509.load_pem_x509_csr if is_pem else x509.load_der_x509_csr
    try:
        request = load(data)
        names = names_of(request) or (subject_name(request.subject.rfc4514_string()),)
        return RowName("certificate request", f"CSR for {first_of(names)}")
    except Exception:
        return None


def _revoked(data: bytes, *, is_pem: bool) -> RowName | None:
    from cryptography import x509

    load = x509.load_pem_x509_crl if is_pem else x509.load_der_x509_crl
    try:
        revoked = load(data)
        name, begins, ends = (
            subject_name(revoked.issuer.rfc4514_string()),
            revoked.last_update_utc.timestamp(),
            revoked.next_update_utc,
        )
    except Exception:
        return None
    times = (Validity(begins, ends.timestamp(), what="revocation list"),) if ends is not None else ()
    return RowName("revocation list", f"CRL of {name}", times)


def _pkcs7(data: bytes, *, is_pem: bool) -> RowName | None:
    facts = [facts_of(certificate) for certificate in _in_pkcs7(data, is_pem=is_pem)]
    return certificate_row("PKCS#7", facts) if facts else None


def _in_pkcs7(data: bytes, *, is_pem: bool) -> list[x509.Certificate]:
    from cryptography.hazmat.primitives.serialization import pkcs7

    load = pkcs7.load_pem_pkcs7_certificates if is_pem else pkcs7.load_der_pkcs7_certificates
    try:
        certificates = load(data)
        [facts_of(certificate) for certificate in certificates]  # raises if a field is damaged
        return certificates
    except Exception:
        return []


def certificates_of(data: bytes) -> list[x509.Certificate | DamagedCertificate]:
    """Return the certificates in `data`; [] unless `data` is a DER certificate, or PKCS#7 in DER or PEM."""
    name = _row("", data)
    if name is not None and name.kind == "DER certificate":
        return [*read_certificates(data)]
    if name is not None and name.kind == "PKCS#7":
        is_pem = not data.startswith(b"\x30")
        return [*_in_pkcs7(data.strip() if is_pem else data, is_pem=is_pem)]
    return []


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    name = _row(key, data)
    match name.kind if name is not None else "":
        case "DER certificate":
            yield from certificate_lines(key, certificates_of(data), now, issued, siblings)
        case "PKCS#7":
            certificates = certificates_of(data)
            if not certificates:
                yield Fact(f"{key}  ", "the certificates cannot be read", "warning")
            yield from certificate_lines(key, certificates, now, issued, siblings)
        case "DER private key" if name is not None:
            yield Fact(f"{key}  {name.words}")
            yield from matching_certificates(key, data, siblings)


DER: Final = ValueFormat(
    "DER",
    facts=_facts,
    row=_row,
    page=(
        PageRow("Certificates in DER", "cert: payments-db.svc +2 · 69d", "as in PEM"),
        PageRow("Private keys in DER", "RSA 2048 private key", "as in PEM", "the key"),
        PageRow("Certificate requests, PEM or DER", "CSR for shop.example +1", "names"),
        PageRow("Revocation lists, PEM or DER", "CRL of corp-ca · 6d", "issuer, next update"),
        PageRow("PKCS#7, PEM or DER", "cert: payments-db.svc +2 · 69d", "its certificates, as in PEM"),
    ),
)
