"""Values of each format, after real ones, and what their rows say; all secrets in them hold the marker.

Certificates, requests and lists are made with `cryptography`; JWT after RFC 7515 and kube-apiserver's tokens,
Helm records after helm's pkg/storage/driver/util.go; the rest after the programs' own documents.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

START: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
NOW: Final = START.timestamp()
MARKER: Final = "m4rk3r"
SECRET: Final = f"{MARKER}-S3cr3t"
KEYS: Final = [ec.derive_private_key(4711 + number, ec.SECP256R1()) for number in range(3)]
RSA_KEY: Final = rsa.generate_private_key(65537, 2048)
ED_KEY: Final = ed25519.Ed25519PrivateKey.from_private_bytes(b"made-up-for-these-tests-only-xyz")


class Shape(NamedTuple):
    key: str
    data: bytes
    row: str
    """Words of the row at START."""


def text(key: str, data: str, row: str) -> Shape:
    return Shape(key, data.encode(), row)


def name_of(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(
    *names: str, issuer: str = "corp-ca", days: float = 69, number: int = 0, began: int = 21
) -> x509.Certificate:
    built = (
        x509.CertificateBuilder()
        .subject_name(name_of(names[0]))
        .issuer_name(name_of(issuer))
        .public_key(KEYS[number].public_key())
        .serial_number(7)
        .not_valid_before(START - timedelta(days=began))
        .not_valid_after(START + timedelta(days=days))
    )
    if issuer != names[0]:
        hosts = [x509.DNSName(name) for name in names]
        built = built.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return built.sign(KEYS[number], hashes.SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def key_bytes(
    key: Any, encoding: Encoding = Encoding.PEM, form: PrivateFormat = PrivateFormat.PKCS8, password: str = ""
) -> bytes:
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return bytes(key.private_bytes(encoding, form, how))


def request(*names: str, encoding: Encoding = Encoding.PEM) -> bytes:
    built = x509.CertificateSigningRequestBuilder().subject_name(name_of(names[0]))
    hosts = [x509.DNSName(name) for name in names]
    if len(names) > 1:
        built = built.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return built.sign(KEYS[0], hashes.SHA256()).public_bytes(encoding)


def revoked(issuer: str, days: int, encoding: Encoding = Encoding.PEM) -> bytes:
    built = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name_of(issuer))
        .last_update(START - timedelta(days=1))
        .next_update(START + timedelta(days=days))
    )
    return built.sign(KEYS[0], hashes.SHA256()).public_bytes(encoding)


def part(claims: object) -> str:
    return urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")


def jwt(claims: dict[str, Any], **head: str) -> str:
    signature = urlsafe_b64encode(SECRET.encode() * 3).decode().rstrip("=")
    return f"{part({'alg': 'RS256', 'typ': 'JWT', **head})}.{part(claims)}.{signature}"


def helm(**record: Any) -> bytes:
    record = {
        "name": "ledger",
        "info": {"status": "deployed", "last_deployed": "2026-11-01T10:00:00Z", "notes": SECRET},
        "chart": {"metadata": {"name": "ledger", "version": "1.4.2"}, "values": {"password": SECRET}},
        "config": {"auth": {"password": SECRET}},
        "manifest": f"kind: Secret\nstringData: {{password: {SECRET}}}\n",
        "version": 8,
        "namespace": "payments",
    } | record
    return b64encode(gzip.compress(json.dumps(record).encode(), mtime=0))


def b64(data: bytes | str) -> str:
    return b64encode(data.encode() if isinstance(data, str) else data).decode()


def auth(user: str = MARKER) -> str:
    return b64(f"{user}:{SECRET}")


LEAF: Final = certificate("payments-db.svc", "payments-db", "payments-db.payments.svc")
ISSUER: Final = certificate("corp-ca", issuer="corp-ca", days=900, number=1)
OTHER_CA: Final = certificate("other-ca", issuer="other-ca", days=400, number=2)
OLD: Final = certificate("old.shop.example", days=-3)
WILD: Final = certificate("*.shop.example", days=0.2)
TRADITIONAL: Final = PrivateFormat.TraditionalOpenSSL
SERVICE_ACCOUNT: Final = {
    "type": "service_account",
    "project_id": "shop-prod",
    "private_key_id": "0f1e2d3c4b5a",
    "private_key": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n",
    "client_email": "ledger@shop-prod.iam.gserviceaccount.com",
    "client_id": "117",
    "token_uri": "https://oauth2.googleapis.com/token",
}
ACCOUNT: Final = "system:serviceaccount:payments:ledger"
API: Final = "https://kubernetes.default.svc.cluster.local"


def kubeconfig(server: str, user: dict[str, Any], more: tuple[str, ...] = ()) -> bytes:
    servers = (server, *more)
    lines = ["apiVersion: v1", "kind: Config", "current-context: main", "clusters:"]
    for number, url in enumerate(servers):
        lines += [f"- name: c{number}", "  cluster:", f"    server: {url}"]
    lines += ["contexts:", "- name: main", "  context: {cluster: c0, user: u0}", "users:", "- name: u0"]
    lines += [f"  user: {json.dumps(user)}", ""]
    return "\n".join(lines).encode()


def pairs(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


STATE: Final = json.dumps(
    {
        "version": 4,
        "terraform_version": "1.9.5",
        "serial": 8,
        "lineage": "3f6c0e3e",
        "outputs": {"url": {"value": SECRET, "type": "string"}, "token": {"value": SECRET}},
        "resources": [{"type": "random_password", "instances": [{"attributes": {"result": SECRET}}]}] * 12,
    }
).encode()
BCRYPT: Final = "$2y$10$" + "m4rk3r" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
APR1: Final = "$apr1$m4rk3rab$abcdefghijklmnopqrstuv"
SHA512: Final = "$6$m4rk3rsalt$" + "a" * 86
