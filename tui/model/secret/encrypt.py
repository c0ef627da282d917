"""Encrypt a text for a public key, as the program `age` does.

Only the owner of the private key can decrypt the result. Source: https://age-encryption.org/v1.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

MISSING = "Encrypting needs the package pyrage: pipx inject secret-tui pyrage, or pip install pyrage."


def can_encrypt() -> bool:
    """True if the library pyrage is installed. The extra `age` of secret-tui installs it."""
    return find_spec("pyrage") is not None


def recipient_problem(key: str) -> str | None:
    """Explain why `key` is not a usable public key; None if `key` is usable."""
    if not key.strip():
        return "Paste a public key: age1…, ssh-ed25519 … or ssh-rsa …."
    if "PRIVATE KEY" in key or key.strip().upper().startswith("AGE-SECRET-KEY-"):
        return "This is a private key. Paste the public key."
    is_recipient = _recipient(key) is not None
    return None if is_recipient else "This is not a public key of age or SSH (Ed25519, RSA)."


def encrypted(text: str, key: str) -> str:
    """Encrypt a text for a key that `recipient_problem` accepts."""
    import pyrage

    return bytes(pyrage.encrypt(text.encode(), [_recipient(key)], True)).decode()


def _recipient(key: str) -> Any:
    import pyrage

    kind = pyrage.x25519 if key.strip().startswith("age1") else pyrage.ssh
    try:
        return kind.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        return None
