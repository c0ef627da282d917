"""Facts of a certificate are those that openssl prints: names, times, key, signature, trust."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from tests.model.authorities import CLIENTS, NOW, Digest, Issued, chain, issued
from tui.model.secret.formats.registry import decoded_value
from tui.model.secret.value import Value

pytestmark = pytest.mark.pty

AT: Final = NOW.timestamp()
SUBJECTS: Final[Mapping[str, Sequence[x509.NameAttribute[str]]]] = {
    "plain": [x509.NameAttribute(NameOID.COMMON_NAME, "shop.test")],
    "in full": [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Made-up, Inc."),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Payments+Ledger"),
        x509.NameAttribute(NameOID.COMMON_NAME, "shop.test"),
    ],
    "wide": [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "作り話株式会社"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Straße ёлка"),
    ],
    "mail and number": [
        x509.NameAttribute(NameOID.COMMON_NAME, "Ann Example"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, "4711"),
        x509.NameAttribute(NameOID.EMAIL_ADDRESS, "ann@example.test"),
    ],
    "odd signs": [x509.NameAttribute(NameOID.COMMON_NAME, ' a"b\\c<d>;e= ')],
}
NAMES: Final = (
    ("shop.test",),
    ("*.shop.test", "shop.test"),
    ("10.0.0.1", "fd00::1", "shop.test"),
    ("ann@example.test", "shop.test"),
    ("spiffe://cluster.local/ns/web/sa/shop", "shop.test", "www.shop.test"),
)
KINDS: Final = ("RSA2048", "RSA3072", "EC", "EC384", "EC521", "Ed25519")
_CURVES: Final = {"prime256v1": "secp256r1"}


def facts(key: str, siblings: Mapping[str, bytes]) -> list[str]:
    data = {name: Value(value) for name, value in siblings.items()}
    return [f"{fact.words}{fact.verdict}" for fact in decoded_value(key, data[key], AT, data).facts]


def openssl(folder: Path, *command: str) -> str:
    done = subprocess.run(
        ["openssl", *command], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def printed(folder: Path, pem: bytes) -> dict[str, str]:
    """Subject, issuer, times, names, key and signature as openssl prints them, in our words."""
    (folder / "one.crt").write_bytes(pem)
    how = ("x509", "-in", "one.crt", "-noout", "-nameopt", "RFC2253,-esc_msb,utf8", "-dateopt", "iso_8601")
    lines = openssl(folder, *how, "-subject", "-issuer", "-dates").splitlines()
    known = dict(line.split("=", 1) for line in lines)
    text = openssl(folder, "x509", "-in", "one.crt", "-noout", "-text")
    kind = re.search(r"Public Key Algorithm: (\S+)", text)
    size, curve = re.search(r"Public-Key: \((\d+) bit\)", text), re.search(r"ASN1 OID: (\S+)", text)
    signature, names = (
        re.search(r"Signature Algorithm: (\S+)", text),
        re.search(r"Alternative Name:.*\n(.*)", text),
    )
    assert kind is not None and signature is not None
    if curve is not None:
        key = f"ECDSA {_CURVES.get(curve[1], curve[1])}"
    else:
        key = f"RSA {size[1]}" if size is not None else kind[1].replace("ED", "Ed")
    found = re.fullmatch(r"(?:ecdsa-with-)?sha(\d+)(?:WithRSAEncryption)?", signature[1], re.IGNORECASE)
    by = "RSA" if "RSA" in signature[1] else "ECDSA"
    return {
        "subject": known["subject"],
        "issuer": known["issuer"],
        "begins": _moment(known["notBefore"]),
        "ends": _moment(known["notAfter"]),
        "names": " ".join(map(_name, names[1].split(", "))) if names is not None else "",
        "key": key,
        "signature": f"SHA-{found[1]} with {by}" if found is not None else signature[1].replace("ED", "Ed"),
    }


def _moment(printed: str) -> str:
    then = datetime.strptime(printed, "%Y-%m-%d %H:%M:%SZ").replace(tzinfo=UTC)
    return f"{then.day} {then:%b %Y %H:%M}"


def _name(text: str) -> str:
    kind, _, name = text.strip().partition(":")
    return str(ip_address(name)) if kind == "IP Address" else name


def described(lines: Sequence[str]) -> dict[str, str]:
    """Subject, issuer, times, names, key and signature of the first certificate that the facts describe."""
    summary = next(line for line in lines if ", issued by " in line)
    subject, by = re.sub(r"^(?:\S+  |    1\. )", "", summary).split(", issued by ")
    after = [line.strip() for line in lines[lines.index(summary) :]]
    before = after[: next(at for at, line in enumerate(after) if line.startswith("from "))]
    names = next((line.removeprefix("for ") for line in before if line.startswith("for ")), "")
    times = next(found for line in after if (found := re.search(r"from (.*) UTC to (.*) UTC, ", line)))
    kinds = next(found for line in after if (found := re.search(r"key (.*), signature (.*)", line)))
    subject, issuer = subject.removesuffix(" (CA)"), by.rpartition(": ")[0]
    return {
        "subject": subject,
        "issuer": subject if issuer == "itself" else issuer,
        "begins": times[1],
        "ends": times[2],
        "names": names.replace(" and ", " ").replace(",", ""),
        "key": kinds[1],
        "signature": kinds[2],
    }


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_is_described_as_openssl_prints_it(kind: str, subject: str, tmp_path: Path) -> None:
    names = NAMES[list(SUBJECTS).index(subject)]
    by = issued(SUBJECTS[subject], kind=KINDS[(KINDS.index(kind) + 2) % len(KINDS)], number=9)
    made = issued(SUBJECTS[subject][:1], by, *names, kind=kind)
    expected = printed(tmp_path, made.pem)
    for key, data in {"tls.crt": made.pem, "tls.der": made.der, "two.pem": made.pem + by.pem}.items():
        assert described(facts(key, {key: data})) == expected, key
    for encoding in (Encoding.PEM, Encoding.DER):
        data = pkcs7.serialize_certificates([made.certificate], encoding)
        assert described(facts("a.p7b", {"a.p7b": data})) == expected
    assert described(facts("ca.crt", {"ca.crt": by.pem})) == printed(tmp_path, by.pem)


@pytest.mark.parametrize("sha", [hashes.SHA256, hashes.SHA384, hashes.SHA512])
@pytest.mark.parametrize("kind", ["RSA2048", "EC"])
def test_each_kind_of_signature_is_named_as_openssl_names_it(
    kind: str, sha: type[Digest], tmp_path: Path
) -> None:
    made = issued("shop.test", None, "shop.test", kind=kind, sha=sha())
    assert described(facts("tls.crt", {"tls.crt": made.pem})) == printed(tmp_path, made.pem)


def verifies(folder: Path, leaf: bytes, others: bytes, roots: bytes) -> bool:
    for name, data in (("leaf", leaf), ("others", others or leaf), ("roots", roots)):
        (folder / name).write_bytes(data)
    command = f"openssl verify -attime {int(AT)} -purpose sslserver -no-CApath -no-CAstore -CAfile roots"
    command += " -untrusted others leaf"
    return not subprocess.run(command.split(), cwd=folder, capture_output=True, timeout=60).returncode


def joined(*certificates: Issued) -> bytes:
    return b"".join(each.pem for each in certificates)


def shapes(number: int) -> dict[str, tuple[list[Issued], list[Issued]]]:
    """Certificates of tls.crt, and those of ca.crt, by what is right or wrong with them."""
    kind, names = ("RSA2048", "EC", "EC384", "EC521", "RSA3072")[number], NAMES[number]
    made = chain(kind, *names, length=3 + number % 3)
    leaf, *issuers, root = made
    other = issued(f"{kind} root", kind=kind, number=7, days=(-400, 4000))
    no_ca = issued(issuers[0].subject[3:], root, kind=kind, number=60, is_ca=False)
    ended = chain(kind, *names, days=(-90, -1 - number))
    early = chain(kind, *names, days=(1 + number, 90))
    return {
        "chain": ([leaf, *issuers], [root]),
        "chain with its root": (made, [root]),
        "out of order": ([*issuers, leaf], [root]),
        "missing issuer": ([leaf, *issuers[1:]], [root]),
        "another root": ([leaf, *issuers], [other]),
        "several roots": ([leaf, *issuers], [issued("other root", kind=kind, number=7), root]),
        "expired": (ended[:-1], ended[-1:]),
        "not yet valid": (early[:-1], early[-1:]),
        "issuer that is no CA": ([issued(names[0], no_ca, *names, kind=kind), no_ca], [root]),
        "self-signed and given": ([own := issued(names[0], None, *names, kind=kind)], [own]),
        "for clients": ([issued(names[0], root, *names, kind=kind, uses=CLIENTS)], [root]),
    }


@pytest.mark.parametrize("shape", shapes(0))
@pytest.mark.parametrize("number", range(5))
def test_trust_is_that_of_openssl_verify(number: int, shape: str, tmp_path: Path) -> None:
    certificates, roots = shapes(number)[shape]
    lines = facts("tls.crt", {"tls.crt": joined(*certificates), "ca.crt": joined(*roots)})
    (leaf,) = (each for each in certificates if _has_names(each))
    others = [each for each in certificates if each is not leaf]
    is_trusted = verifies(tmp_path, leaf.pem, joined(*others), joined(*roots))
    verdicts = [line.strip() for line in lines if re.search(r"ca\.crt|trust not checked", line)]
    root = roots[-1].subject
    if is_trusted:
        assert verdicts in ([f"verifies up to {root} in ca.crt"], ["this certificate is in ca.crt"]), verdicts
    else:
        assert any(verdict.startswith(("does not verify up to", "trust not")) for verdict in verdicts), lines


def _has_names(each: Issued) -> bool:
    try:
        return bool(each.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName))
    except x509.ExtensionNotFound:
        return False


@pytest.mark.parametrize("count", [2, 3, 5, 6, 150])
def test_a_bundle_describes_its_first_five_certificates_and_counts_the_rest(
    count: int, tmp_path: Path
) -> None:
    roots = [issued(f"root {number}", number=number % 7, days=(-140, 40 - number)) for number in range(count)]
    lines = facts("ca-bundle.crt", {"ca-bundle.crt": joined(*roots)})
    assert lines[0] == f"ca-bundle.crt  {count} CAs"
    assert described(lines) == printed(tmp_path, roots[0].pem)
    assert sum(", issued by itself" in line for line in lines) == min(count, 5)
    (tmp_path / "bundle").write_bytes(joined(*roots))
    counted = openssl(tmp_path, "storeutl", "-noout", "-certs", "bundle").splitlines()[-1]
    assert counted == f"Total found: {count}"
    more = [line.strip() for line in lines if "more" in line]
    ended = f": {count - 41} expired" if count == 150 else ""
    assert more == ([f"and {count - 5} more certificate{'s' * (count > 6)}{ended}"] if count > 5 else [])
