"""Seal one value for a SealedSecret, like `kubeseal --raw`.

The result is base64 of three parts:
1. the length of the second part, in two bytes;
2. a random session key of 32 bytes, encrypted by RSA-OAEP with SHA-256 and a label;
3. the value, encrypted with the session key by AES-256-GCM and a nonce of zeros.

Source: sealed-secrets pkg/crypto.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final, Literal, cast

from tui.model.secret.value import Value

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Scope = Literal["strict", "namespace-wide", "cluster-wide"]
_NONCE: Final = bytes(12)
"""Nonce of zeros, which is safe because each session key is used only once."""


def label_of(scope: Scope, namespace: str, name: str) -> bytes:
    """Label of a ciphertext in this scope: "namespace/name", "namespace" or ""."""
    return {"strict": f"{namespace}/{name}", "namespace-wide": namespace, "cluster-wide": ""}[scope].encode()


def certificate_problem(pem: bytes, now: float) -> str | None:
    """Return a sentence that says why this certificate cannot seal values, or None if it can seal them."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        return "The text contains no PEM certificate."
    if not isinstance(certificate.public_key(), RSAPublicKey):
        return "The certificate's key is not RSA, so Sealed Secrets cannot use it."
    if certificate.not_valid_after_utc.timestamp() < now:
        return "The certificate expired: fetch the controller's newest one."
    return None


def seal(value: Value, pem: bytes, label: bytes) -> str:
    """Encrypt `value` with the certificate `pem`, for which `certificate_problem` must return None."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256

    public = cast("RSAPublicKey", x509.load_pem_x509_certificate(pem).public_key())
    session_key = os.urandom(32)
    wrapped = public.encrypt(session_key, OAEP(MGF1(SHA256()), SHA256(), label))
    sealed = AESGCM(session_key).encrypt(_NONCE, value.reveal(), None)
    return base64.b64encode(len(wrapped).to_bytes(2) + wrapped + sealed).decode()
