"""Certificates, keys and keystores, and what their rows say."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tests.model import recorded_values as recorded
from tests.model.value_shapes import (
    ED_KEY,
    ISSUER,
    KEYS,
    LEAF,
    OLD,
    OTHER_CA,
    RSA_KEY,
    SECRET,
    TRADITIONAL,
    WILD,
    Shape,
    b64,
    der,
    key_bytes,
    pem,
    request,
    revoked,
    text,
)

CHAIN: Final = pem(LEAF) + pem(ISSUER)
FINGERPRINT: Final = "SHA256:JX3plsdWImn5P/WgmGPtb1B41VPYEKnkKJE3ngEGO/o"

UNKNOWN_PGP: Final = b"\x94\x1b\x04\x60\x00\x00\x00\x63" + b"made-up key material."
"""Private key of an unknown algorithm (99), so the size of its public part is unknown."""

KEY_VALUES: Final[Mapping[str, tuple[Shape, ...]]] = {
    "certificates in PEM": (
        Shape("tls.crt", pem(LEAF), "cert: payments-db.svc +2 · 69d"),
        Shape("tls.crt", CHAIN, "chain of 2: payments-db.svc +2 · 69d"),
        Shape("ca.crt", pem(ISSUER), "cert: corp-ca · 2y"),
        Shape("ca-bundle.crt", b"# roots\n" * 0 + pem(ISSUER) + pem(OTHER_CA), "2 CAs: corp-ca +1 · 1y"),
        Shape("tls.crt", pem(OLD), "cert: old.shop.example, expired 3d ago"),
        Shape("tls.crt", pem(WILD).replace(b"\n", b"\r\n"), "cert: *.shop.example · 4h"),
        Shape("tls.pem", pem(LEAF) + key_bytes(KEYS[0]), "cert and key: payments-db.svc +2 · 69d"),
        Shape("tls.pem", key_bytes(KEYS[0]) + CHAIN, "chain of 2 and key: payments-db.svc +2 · 69d"),
    ),
    "private keys in PEM": (
        Shape("tls.key", key_bytes(KEYS[0]), "ECDSA secp256r1 private key"),
        Shape("tls.key", key_bytes(KEYS[0], form=TRADITIONAL), "ECDSA secp256r1 private key"),
        Shape("tls.key", key_bytes(RSA_KEY), "RSA 2048 private key"),
        Shape("tls.key", key_bytes(RSA_KEY, form=TRADITIONAL), "RSA 2048 private key"),
        Shape("tls.key", key_bytes(ED_KEY), "Ed25519 private key"),
        Shape("tls.key", key_bytes(RSA_KEY, password=SECRET), "private key, encrypted"),
        Shape("tls.key", key_bytes(RSA_KEY, form=TRADITIONAL, password=SECRET), "RSA private key, encrypted"),
        Shape("ssh-privatekey", recorded.SSH_PRIVATE, "Ed25519 private key"),
        Shape("id_ed25519", recorded.SSH_ENCRYPTED, "Ed25519 private key, encrypted"),
    ),
    "certificates in DER": (
        Shape("tls.der", der(LEAF), "cert: payments-db.svc +2 · 69d"),
        Shape("ca.der", der(ISSUER), "cert: corp-ca · 2y"),
        Shape("ca.cer", der(OTHER_CA), "cert: other-ca · 1y"),
        Shape("old.cer", der(OLD), "cert: old.shop.example, expired 3d ago"),
        Shape("wild.cer", der(WILD), "cert: *.shop.example · 4h"),
    ),
    "private keys in DER": (
        Shape("key.der", key_bytes(KEYS[0], Encoding.DER), "ECDSA secp256r1 private key"),
        Shape("key.der", key_bytes(RSA_KEY, Encoding.DER), "RSA 2048 private key"),
        Shape("key.der", key_bytes(RSA_KEY, Encoding.DER, TRADITIONAL), "RSA 2048 private key"),
        Shape("key.der", key_bytes(ED_KEY, Encoding.DER), "Ed25519 private key"),
        Shape("key.der", key_bytes(RSA_KEY, Encoding.DER, password=SECRET), "private key, encrypted"),
    ),
    "requests, lists, PKCS#7": (
        Shape("req.pem", request("shop.example"), "CSR for shop.example"),
        Shape("req.pem", request("shop.example", "www.shop.example"), "CSR for shop.example +1"),
        Shape("req.der", request("shop.example", encoding=Encoding.DER), "CSR for shop.example"),
        Shape("crl.pem", revoked("corp-ca", 6), "CRL of corp-ca · 6d"),
        Shape("crl.der", revoked("corp-ca", 6, Encoding.DER), "CRL of corp-ca · 6d"),
        Shape("crl.pem", revoked("corp-ca", 0), "CRL of corp-ca · 0s"),
        Shape(
            "a.p7b",
            pkcs7.serialize_certificates([LEAF, ISSUER], Encoding.PEM),
            "chain of 2: payments-db.svc +2 · 69d",
        ),
        Shape("a.p7b", pkcs7.serialize_certificates([ISSUER], Encoding.DER), "cert: corp-ca · 2y"),
    ),
    "keystores": (
        Shape("a.jks", recorded.JKS, "JKS: root-ca, web-tls · 68d"),
        Shape("a.jceks", recorded.JCEKS, "JCEKS: root-ca, web-tls · 68d"),
        Shape("trust.jks", recorded.JKS_TRUST, "JKS: corp-root · 68d"),
        Shape("hmac.jceks", recorded.JCEKS_SECRET, "JCEKS: hmac"),
        Shape("a.p12", recorded.PKCS12, "PKCS#12 keystore"),
    ),
    "SSH": (
        Shape("ssh-publickey", recorded.SSH_PUBLIC, f"Ed25519 public key {FINGERPRINT}"),
        Shape(
            "authorized_keys",
            recorded.SSH_PUBLIC + b'from="x" ' + recorded.ECDSA_PUBLIC,
            "authorized_keys, 2 keys",
        ),
        Shape(
            "authorized_keys",
            b"restrict,no-pty " + recorded.SSH_PUBLIC + b"cert-authority " + recorded.ECDSA_PUBLIC,
            "authorized_keys, 2 keys",
        ),
        Shape("cert", recorded.SSH_USER, "SSH certificate · 3h"),
        Shape("cert", recorded.SSH_HOST, "SSH certificate for git.example +1 · 5d"),
        Shape(
            "known_hosts",
            b"git.example,10.0.0.1 " + recorded.SSH_PUBLIC + b"[b.example]:2222 " + recorded.ECDSA_PUBLIC,
            "known_hosts: git.example, b.example",
        ),
        Shape("known_hosts", b"|1|m4rk3r=|x= " + recorded.SSH_PUBLIC, "known_hosts: 1 hashed host"),
    ),
    "OpenPGP": (
        Shape("gpg", recorded.PGP_SECRET, "OpenPGP private key 557D722B15279D0B · 36d"),
        Shape("gpg", recorded.PGP_PUBLIC, "OpenPGP public key 557D722B15279D0B · 36d"),
        Shape("gpg", recorded.PGP_TWO, "OpenPGP public key 557D722B15279D0B +1 · 36d"),
        Shape("gpg", recorded.PGP_RSA, "OpenPGP private key 0B3E2C587B3FADAB"),
        Shape("gpg", recorded.PGP_NEVER, "OpenPGP public key 0B3E2C587B3FADAB"),
        text(
            "gpg",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n"
            + b64encode(UNKNOWN_PGP).decode()
            + "\n-----END PGP PRIVATE KEY BLOCK-----\n",
            "OpenPGP private key",
        ),
        text(
            "gpg",
            f"-----BEGIN PGP MESSAGE-----\n\n{b64(SECRET)}\n=AAAA\n-----END PGP MESSAGE-----\n",
            "OpenPGP message",
        ),
    ),
}
