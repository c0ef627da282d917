"""Values, one for each format of the registry, with a marker in each part that must not be seen."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from hashlib import sha1
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from tests.model import recorded_values as recorded
from tests.model.value_shapes import (
    ACCOUNT,
    BCRYPT,
    LEAF,
    MARKER,
    NOW,
    SECRET,
    SERVICE_ACCOUNT,
    STATE,
    auth,
    b64,
    helm,
    jwt,
    key_bytes,
    kubeconfig,
    pem,
)

_KEY: Final = ec.derive_private_key(int.from_bytes((SECRET * 3)[:32].encode()), ec.SECP256R1())
"""Key whose private number is the marker, again and again."""


class Planted(NamedTuple):
    """A value under a key of one Secret."""

    key: str
    data: bytes
    public: tuple[str, ...] = ()
    """Paths of the leaves that are no secret and hold no marker, with stars for any letters."""


def _planted(key: str, data: bytes | str, *public: str) -> Planted:
    return Planted(key, data.encode() if isinstance(data, str) else data, public)


def java_keystore(password: str) -> bytes:
    """A JKS of one key whose encrypted bytes hold the marker.

    Source: OpenJDK, sun/security/provider/JavaKeyStore.java.
    """
    key, alias = SECRET.encode() * 4, b"web-tls"
    store = b"\xfe\xed\xfe\xed" + (2).to_bytes(4) + (1).to_bytes(4) + (1).to_bytes(4)
    store += len(alias).to_bytes(2) + alias + (int(NOW) * 1000).to_bytes(8)
    store += len(key).to_bytes(4) + key + (0).to_bytes(4)
    return store + sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + store).digest()


PLANTED: Final[Mapping[str, Planted]] = {
    "PEM": _planted("tls.pem", pem(LEAF) + key_bytes(_KEY)),
    "DER": _planted("key.der", key_bytes(_KEY, Encoding.DER)),
    "an SSH key": _planted(
        "authorized_keys", f'environment="TOKEN={SECRET}" '.encode() + recorded.SSH_PUBLIC
    ),
    "an OpenPGP key": _planted(
        "gpg", f"-----BEGIN PGP MESSAGE-----\n\n{b64(SECRET)}\n=AAAA\n-----END PGP MESSAGE-----\n"
    ),
    "a Java keystore": _planted("a.jks", java_keystore(SECRET)),
    "PKCS#12": _planted(
        "a.p12",
        serialize_key_and_certificates(b"web", _KEY, None, [LEAF], BestAvailableEncryption(SECRET.encode())),
    ),
    "a docker config": _planted(
        ".dockerconfigjson",
        json.dumps(
            {"auths": {"ghcr.io": {"auth": auth()}, "quay.io": {"username": MARKER, "password": SECRET}}}
        ),
    ),
    "a Helm release": _planted("release", helm()),
    "Terraform state": _planted("tfstate", STATE),
    "Google's key file": _planted(
        "google.json",
        json.dumps(SERVICE_ACCOUNT),
        "type",
        "project_id",
        "private_key_id",
        "client_id",
        "client_email",
        "token_uri",
    ),
    "a JWKS": _planted("jwk", json.dumps({"kty": "oct", "k": SECRET, "kid": SECRET}), "kty"),
    "a JWT": _planted(
        "jwt",
        jwt(
            {"sub": ACCOUNT, "email": SECRET, "exp": NOW + 9e5, "iss": f"https://{MARKER}:1/{SECRET}@x"},
            kid=SECRET,
        ),
        *("sub", "exp", "header.alg", "header.typ"),
    ),
    "a token": _planted("token", f"ghp_{MARKER}abcdefghijklmnopqrstuvwxyz0123"),
    "htpasswd": _planted("htpasswd", f"ann:{BCRYPT}\n"),
    "an age identity": _planted("age", f"AGE-SECRET-KEY-1{'M4RK3R' * 9}QQQQ\n"),
    "a kubeconfig": _planted(
        "kubeconfig",
        kubeconfig("https://10.0.0.1", {"token": SECRET, "client-key-data": b64(SECRET)}),
        *("apiVersion", "kind", "current-context", "clusters*", "contexts*", "*.name"),
    ),
    "a SOPS file": _planted(
        "sops.yaml",
        f"a: ENC[{SECRET}]\nsops:\n  age: [{{recipient: {MARKER}}}]\n"
        f"  lastmodified: '2026-11-01T10:00:00Z'\n  mac: {SECRET}\n",
        "sops.lastmodified",
    ),
    "alertmanager.yaml": _planted(
        "alertmanager.yaml",
        f"route:\n  receiver: oncall\nreceivers:\n- name: oncall\n  slack_configs: [{{api_url: {SECRET}}}]\n",
        *("route.receiver", "receivers*.name"),
    ),
    "scrape configs": _planted(
        "scrape.yaml",
        f"- job_name: node\n  basic_auth: {{username: {MARKER}, password: {SECRET}}}\n",
        "*.job_name",
    ),
    "valid JSON": _planted("a.json", json.dumps({"a": SECRET, "b": [b64(SECRET)], "c": {"d": SECRET}})),
    "AWS credentials": _planted(
        "credentials",
        f"[default]\naws_access_key_id = AKIA{MARKER}\naws_secret_access_key = {SECRET}\n",
    ),
    ".netrc": _planted(".netrc", f"machine git.example login {MARKER} password {SECRET}\n"),
    ".pgpass": _planted(".pgpass", f"db.internal:5432:orders:{MARKER}:{SECRET}\n"),
    ".npmrc": _planted(".npmrc", f"//npm.example/:_authToken={SECRET}\n"),
    "pip.conf": _planted(
        "pip.conf", f"[global]\nindex-url = https://{MARKER}:{SECRET}@pypi.example/simple\n", "*.path"
    ),
    "a WireGuard configuration": _planted(
        "wg0.conf",
        f"[Interface]\nPrivateKey = {SECRET}\nPostUp = {SECRET}\n"
        f"[Peer]\nPublicKey = {MARKER}\nPresharedKey = {SECRET}\nEndpoint = vpn.example.test:51820\n",
        "*.Endpoint",
    ),
    "settings": _planted("app.env", f"NAME={MARKER}\nexport PASSWORD='{SECRET}'\nKEY={b64(SECRET)}\n"),
    "valid YAML": _planted("values.yaml", f"db:\n  user: {MARKER}\n  password: {SECRET}\n"),
    "a URL": _planted(
        "url", f"postgres://{MARKER}:{SECRET}@db.internal:5432/orders?password={SECRET}&a={SECRET}"
    ),
    "a connection string": _planted("dsn", f"host=db.internal dbname=orders user={MARKER} password={SECRET}"),
    "packed": _planted(
        "a.json.gz", gzip.compress(json.dumps({"a": SECRET, "b": list(range(99))}).encode(), mtime=0)
    ),
    "binary": _planted("a.zip", b"PK\x03\x04\xff" + SECRET.encode()),
}
"""Values by the format that names them. A new format has its row here."""
OTHERS: Final = (
    _planted("password", SECRET),
    _planted("keystore-password", SECRET),
    _planted("twice", b64(SECRET)),
    _planted("twice.json", b64(json.dumps({"a": SECRET}))),
)
"""Plain values, and values packed in text."""
_PACKED: Final = ("packed", "a Helm release", "PKCS#12")
PIECES: Final = tuple(PLANTED[name].data[60:72] for name in _PACKED)
"""Pieces of the values that hold the marker packed or encrypted."""
DATA: Final = {planted.key: planted.data for planted in (*PLANTED.values(), *OTHERS)}
