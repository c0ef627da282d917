"""Private keys: kind, encryption and comment, as ssh-keygen and openssl write them; nothing of the key."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.ssh_key import PrivateKeyFacts, private_key_facts, private_key_warnings

PEM = serialization.Encoding.PEM
FORMATS = serialization.PrivateFormat
OPEN = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(b"made-up")
KEYS: dict[str, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "RSA 2048": rsa.generate_private_key(65537, 2048),
    "ECDSA nistp256": ec.generate_private_key(ec.SECP256R1()),
}


def openssh(name: str = "Ed25519") -> bytes:
    """A key as OpenSSH writes it, without a comment."""
    return KEYS[name].private_bytes(PEM, FORMATS.OpenSSH, OPEN)


@pytest.mark.parametrize("name", KEYS)
def test_openssh_keys_show_their_kind_and_encryption(name: str) -> None:
    assert private_key_facts(openssh(name)).words == f"{name} key, not encrypted"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *((name, FORMATS.PKCS8) for name in KEYS),
        *((name, FORMATS.TraditionalOpenSSL) for name in KEYS if name != "Ed25519"),
    ],
)
def test_pem_keys_of_other_formats_show_their_kind_and_encryption(
    name: str, form: serialization.PrivateFormat
) -> None:
    known = name.replace("nistp256", "secp256r1")
    assert private_key_facts(KEYS[name].private_bytes(PEM, form, OPEN)).words == f"{known} key, not encrypted"
    locked = private_key_facts(KEYS[name].private_bytes(PEM, form, LOCKED))
    assert locked.is_encrypted
    assert locked.words in ("private key, encrypted", f"{name.split()[0]} key, encrypted")


def test_a_long_comment_is_cut() -> None:
    assert PrivateKeyFacts("Ed25519", False, "x" * 300).words.endswith("xx…")


@pytest.mark.pty
@pytest.mark.parametrize("passphrase", ["", "made-up"])
def test_a_key_of_ssh_keygen_shows_its_kind_encryption_and_comment(tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "key"
    how = ["-q", "-t", "ed25519", "-N", passphrase, "-C", "ann@example.test", "-f", str(file)]
    subprocess.run(["ssh-keygen", *how], check=True)
    details = "encrypted" if passphrase else "not encrypted, comment ann@example.test"
    assert private_key_facts(file.read_bytes()).words == f"Ed25519 key, {details}"
    needs = ("k is encrypted: SSH needs the key's passphrase.",) if passphrase else ()
    assert private_key_warnings("k", file.read_bytes(), "SSH") == needs


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"made up", "k is not a complete private key in PEM: SSH cannot read it."),
        (openssh()[:200], "k is not a complete private key in PEM: SSH cannot read it."),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nbWFkZSB1cA==\n-----END OPENSSH PRIVATE KEY-----\n",
            "k is damaged: SSH cannot read it.",
        ),
        (openssh() + b"#" * 32_000, "k was not checked: it is larger than 32 kB."),
        (openssh()[:-1], "k must end in a line break (LF): SSH refuses the key without it."),
        (
            openssh().replace(b"\n", b"\r\n"),
            "k must end in a line break (LF): SSH refuses the key without it.",
        ),
        (
            KEYS["RSA 2048"].private_bytes(PEM, FORMATS.PKCS8, LOCKED),
            "k is encrypted: SSH needs the key's passphrase.",
        ),
    ],
    ids=["text", "cut", "damaged", "large", "no last break", "CRLF", "encrypted"],
)
def test_a_key_that_ssh_cannot_use_has_a_warning(data: bytes, sentence: str) -> None:
    (warning,) = private_key_warnings("k", data, "SSH")
    assert warning == sentence
    assert private_key_warnings("k", openssh(), "SSH") == ()


@given(st.binary(max_size=300))
def test_no_part_of_a_private_key_is_in_an_error(data: bytes) -> None:
    body = base64.b64encode(b"openssh-key-v1\0" + data)
    pem = b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + b"\n-----END OPENSSH PRIVATE KEY-----\n"
    try:
        private_key_facts(pem)
    except UnreadableValue as error:
        assert str(error) == "Cannot read the value as a private key."
