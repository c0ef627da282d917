"""Prints the parts of demo.yaml that are bytes: certificates, keys, keystores, Helm releases.

Run by hand, `python -m tests.embedded.make_story_bytes`; its keys are new each time, so what it printed
was pasted into the story once. Every name is under example.test, every key unlocks nothing.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import struct
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
STILL: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
STORE_PASSWORD: Final = "made-up-store-password"


class Pair(NamedTuple):
    """A certificate, its key, and who signed it."""

    cert: x509.Certificate
    key: Key

    @property
    def crt(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @property
    def pem_key(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def new_key(kind: str = "ec") -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def certify(
    names: Sequence[str], days_ago: int, days_left: int, by: Pair | None = None, kind: str = "ec"
) -> Pair:
    """A certificate for `names`, from `days_ago` days before the still clock to `days_left` after it.

    Without `by` it signs itself and may sign others.
    """
    key = new_key(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.cert.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(STILL - timedelta(days=days_ago))
        .not_valid_after(STILL + timedelta(days=days_left))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if by:
        sans = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(sans, critical=False)
    return Pair(builder.sign(by.key if by else key, hashes.SHA256()), key)


def jks(entries: Sequence[tuple[str, x509.Certificate]], password: str) -> bytes:
    """A Java keystore of trusted certificates (sun.security.provider.JavaKeyStore's layout)."""
    out = struct.pack(">III", 0xFEEDFEED, 2, len(entries))
    for alias, cert in entries:
        der = cert.public_bytes(serialization.Encoding.DER)
        milliseconds = int((STILL - timedelta(days=200)).timestamp() * 1000)
        out += struct.pack(">I", 2) + _java_text(alias) + struct.pack(">Q", milliseconds)
        out += _java_text("X.509") + struct.pack(">I", len(der)) + der
    salted = password.encode("utf-16-be") + b"Mighty Aphrodite" + out
    return out + hashlib.sha1(salted, usedforsecurity=False).digest()


def _java_text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")


def helm_release(
    name: str, namespace: str, version: int, status: str, at: str, config: dict[str, object]
) -> bytes:
    """What Helm keeps under the key `release`: base64 of gzip of JSON (pkg/storage/driver/util.go)."""
    release = {
        "name": name,
        "info": {
            "first_deployed": "2024-02-05T08:30:00Z",
            "last_deployed": at,
            "deleted": "",
            "description": "Upgrade complete" if status != "failed" else "Upgrade failed: made up",
            "status": status,
        },
        "chart": {
            "metadata": {
                "name": name,
                "version": f"1.{version}.0",
                "apiVersion": "v2",
                "appVersion": f"1.{version}",
            },
            "templates": [],
            "values": {},
        },
        "config": config,
        "manifest": f"---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}-config\n",
        "version": version,
        "namespace": namespace,
    }
    packed = gzip.compress(json.dumps(release, separators=(",", ":")).encode(), mtime=0)
    return base64.b64encode(packed)


def tls(pair: Pair, *chain: Pair, key: Pair | None = None) -> dict[str, bytes]:
    crt = pair.crt + b"".join(link.crt for link in chain)
    return {"tls.crt": crt, "tls.key": (key or pair).pem_key}


def certificates() -> Iterator[tuple[str, dict[str, bytes]]]:
    ca = certify(["Made-Up Example CA"], 900, 2750)
    shop = certify(["shop.example.test", "www.shop.example.test"], 30, 60, by=ca)
    yield "web/shop-tls", {**tls(shop, ca), "ca.crt": ca.crt}
    yield "web/api-tls", tls(certify(["api.example.test"], 83, 7, by=ca))
    yield "web/portal-tls", tls(certify(["portal.example.test"], 395, -30, by=ca, kind="rsa"))
    yield "web/wildcard-tls", tls(certify(["*.example.test", "example.test"], 120, 245, by=ca))
    db = certify(["payments-db.payments.svc", "payments-db"], 20, 70, by=ca)
    yield "payments/db-tls", {**tls(db), "ca.crt": ca.crt}
    gateway = certify(["gateway.example.test"], 10, 355, by=ca)
    yield "payments/gateway-tls", tls(gateway, key=certify(["gateway.example.test"], 375, -10, by=ca))
    yield "kube-system/sealed-secrets-key7xk2p", tls(certify(["Made-Up Sealed Secrets Key"], 420, 3230))
    yield "kube-system/ci-deployer-token", {"ca.crt": ca.crt}
    bank = certify(["bank.example.test"], 200, 165, by=ca)
    password = STORE_PASSWORD.encode()
    yield (
        "payments/bank-keystore",
        {
            "truststore.jks": jks([("bank", bank.cert), ("made-up-ca", ca.cert)], STORE_PASSWORD),
            "client.p12": pkcs12.serialize_key_and_certificates(
                b"bank", bank.key, bank.cert, [ca.cert], serialization.BestAvailableEncryption(password)
            ),
        },
    )
    yield (
        "payments/db-credentials",
        {
            "ca.p12": pkcs12.serialize_java_truststore(
                [pkcs12.PKCS12Certificate(ca.cert, b"made-up-ca")],
                serialization.BestAvailableEncryption(password),
            )
        },
    )


def ssh_key(comment: str) -> dict[str, bytes]:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return {
        "ssh-privatekey": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        ),
        "ssh-publickey": public + b" " + comment.encode() + b"\n",
    }


def releases() -> Iterator[tuple[str, dict[str, bytes]]]:
    stories = (
        ("ledger", "payments", 7, "superseded", "2026-09-14T07:41:12Z", {"replicas": 2}),
        (
            "ledger",
            "payments",
            8,
            "deployed",
            "2026-11-02T09:15:30Z",
            {"replicas": 3, "signing": {"password": "made-up-password-8"}},
        ),
        ("shop", "web", 41, "deployed", "2026-11-10T16:20:05Z", {"theme": "autumn"}),
        ("shop", "web", 42, "failed", "2026-11-24T08:02:44Z", {"theme": "winter"}),
        (
            "grafana",
            "monitoring",
            3,
            "deployed",
            "2026-06-30T12:00:09Z",
            {"adminPassword": "made-up-password-3"},
        ),
    )
    for name, namespace, version, status, at, config in stories:
        release = helm_release(name, namespace, version, status, at, dict(config))
        yield f"{namespace}/sh.helm.release.v1.{name}.v{version}", {"release": release}


def lines(encoded: str, width: int = 150) -> str:
    """One YAML string over several lines."""
    parts = [encoded[start : start + width] for start in range(0, len(encoded), width)]
    return '"' + "\\\n      ".join(parts) + '"'


def main() -> None:
    ssh = [
        ("payments/sftp-settlements", ssh_key("settlements@example.test")),
        ("kube-system/backup-ssh", ssh_key("backup@example.test")),
    ]
    for name, data in [*certificates(), *ssh, *releases()]:
        sys.stdout.write(f"# {name}\n")
        for key, value in data.items():
            sys.stdout.write(f"    {key}: {lines(base64.b64encode(value).decode())}\n")


if __name__ == "__main__":
    main()
