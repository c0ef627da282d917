"""Decrypt the safes of a PKCS#12 keystore. A safe is a group of items, such as certificates.

`load_pkcs12` of `cryptography` would decrypt private keys too. While it hashes a password, it would block the
whole program.
Source: RFC 7292 (appendix B and C) and RFC 8018.
"""

from __future__ import annotations

from hashlib import pbkdf2_hmac, sha1
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.asn1 import INTEGER, Element
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.rc2 import decrypt_rc2

_PBES1: Final = {
    bytes.fromhex(f"2a864886f70d010c01{last:02x}"): scheme
    for last, scheme in ((3, ("3DES", 24)), (4, ("3DES", 16)), (5, ("RC2", 16)), (6, ("RC2", 5)))
}
"""Cipher and size in bytes of the encryption key, by the object identifier of the encryption."""
_PBES2: Final = bytes.fromhex("2a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("2a864886f70d01050c")
_CIPHERS: Final = {
    bytes.fromhex("2a864886f70d0307"): ("3DES", 24),
    **{
        bytes.fromhex(f"6086480165030401{last}"): ("AES", size)
        for last, size in (("02", 16), ("16", 24), ("2a", 32))
    },
}
_HASHES: Final = {
    bytes.fromhex(f"2a864886f70d02{last}"): name
    for last, name in (("07", "sha1"), ("08", "sha224"), ("09", "sha256"), ("0a", "sha384"), ("0b", "sha512"))
}
_FOR_KEY, _FOR_IV = 1, 2
_BLOCK: Final = 64
"""Size in bytes of a SHA-1 block."""


class LockedSafe(HiddenRepr, Struct, frozen=True):
    data: bytes
    cipher: str
    """Name of the cipher: "3DES", "RC2" or "AES"."""
    key_size: int
    salt: bytes
    rounds: int
    iv: bytes = b""
    """Initialization vector; empty if it is derived from the password."""
    hashed_with: str = "sha1"

    def unlocked(self, password: bytes) -> bytes | None:
        """Decrypt the safe.

        Return None if the data has an invalid size, or if the padding shows that the password is wrong.
        """
        if self.iv:
            key = pbkdf2_hmac(self.hashed_with, password, self.salt, self.rounds, self.key_size)
            return _decrypted(self.cipher, key, self.iv, self.data)
        chars = password.decode().encode("utf-16-be") + b"\0\0"
        for secret in (chars, b"") if not password else (chars,):  # an empty password has two encodings
            key = _derived(secret, self.salt, _FOR_KEY, self.rounds, self.key_size)
            iv = _derived(secret, self.salt, _FOR_IV, self.rounds, 8)
            if (plain := _decrypted(self.cipher, key, iv, self.data)) is not None:
                return plain
        return None


def locked_safe(algorithm: Element, data: bytes) -> LockedSafe:
    """Read how a safe is encrypted.

    Raises UnreadableValue for an unsupported encryption, and ValueError for damaged parameters.
    """
    name, parameters = algorithm.parts
    if (scheme := _PBES1.get(name.content)) is not None:
        salt, rounds = parameters.parts
        return LockedSafe(data, *scheme, salt.content, rounds.number)
    if name.content != _PBES2:
        raise UnreadableValue("PKCS#12", "its encryption is not supported")
    derivation, encryption = parameters.parts
    kind, kdf_parameters = derivation.parts
    cipher, iv = encryption.parts
    salt, rounds, *options = kdf_parameters.parts
    hashes = [_HASHES.get(part.parts[0].content, "") for part in options if part.tag != INTEGER]
    (hashed_with,) = hashes or ["sha1"]
    if kind.content != _PBKDF2 or cipher.content not in _CIPHERS or not hashed_with:
        raise UnreadableValue("PKCS#12", "its encryption is not supported")
    return LockedSafe(data, *_CIPHERS[cipher.content], salt.content, rounds.number, iv.content, hashed_with)


def _decrypted(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes | None:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if not data or len(data) % len(iv):
        return None
    if cipher == "RC2":
        plain = decrypt_rc2(key, iv, data)
    else:
        algorithm = AES(key) if cipher == "AES" else TripleDES((key + key)[:24])
        decryptor = Cipher(algorithm, CBC(iv)).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    padding = plain[-1]
    is_padded = 0 < padding <= len(iv) and plain.endswith(bytes([padding]) * padding)
    return plain[:-padding] if is_padded else None


def _derived(password: bytes, salt: bytes, purpose: int, rounds: int, size: int) -> bytes:
    """Derive `size` bytes from the password by PKCS#12's own scheme, with SHA-1."""
    filled = b"".join((part * _BLOCK)[: -(-len(part) // _BLOCK) * _BLOCK] for part in (salt, password))
    derived = b""
    while True:
        digest = bytes([purpose]) * _BLOCK + filled
        for _ in range(rounds):
            digest = sha1(digest, usedforsecurity=False).digest()
        derived += digest
        if len(derived) >= size:
            return derived[:size]
        step = int.from_bytes((digest * 4)[:_BLOCK]) + 1
        blocks = (int.from_bytes(filled[at : at + _BLOCK]) for at in range(0, len(filled), _BLOCK))
        filled = b"".join(((block + step) % (1 << 8 * _BLOCK)).to_bytes(_BLOCK) for block in blocks)
