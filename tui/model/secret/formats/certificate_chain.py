"""Order certificates along their chain of issuers, and find pairs of certificate and private key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.limits import MAX_INPUT, UnreadableValue
from tui.model.secret.formats.pem import (
    TO_DECRYPT,
    CertificateFacts,
    certificate_facts,
    is_encrypted,
    key_matches,
    parts,
    to_pem,
)
from tui.model.secret.formats.pem_layout import laid_out
from tui.model.text.counts import counted, joined

_MOST: Final = 20
_TOO_LARGE: Final = "! Not checked: the text is larger than 256 kB."


class Chain(Struct, frozen=True):
    """Chain of issuers in a value. Each certificate is given by its index in the value, from 0."""

    path: tuple[int, ...]
    """Indexes of the leaf, of its issuer, of the issuer's issuer, and so on."""
    others: tuple[int, ...]
    missing: str = ""
    """Issuer of the last certificate in `path`, if the issuer's certificate is missing; else ""."""
    impostor: int | None = None
    """Index of a certificate that has the missing issuer's name, but did not sign the last one in `path`."""
    is_bundle: bool = False
    """True if the value is not a chain, but a collection of CAs, such as the roots that a client trusts."""

    @property
    def is_in_order(self) -> bool:
        """True if each certificate of the path comes before its issuer in the value."""
        return list(self.path) == sorted(self.path)


def chain_of(
    certificates: Sequence[CertificateFacts],
    signed: Callable[[int, int], bool] = lambda issuer, issued: True,
    leaf: int | None = None,
) -> Chain:
    """Follow the issuers, beginning with the certificate at `leaf`. If `leaf` is None, find the leaf first.

    `signed(issuer, issued)`: True if the certificate at index `issuer` signed the one at index `issued`. By
    default, no signature is checked: the issuer needs only the right name.
    """
    path, missing, impostor = [_leaf(certificates) if leaf is None else leaf], "", None
    while not (last := certificates[path[-1]]).is_self_signed and len(path) < _MOST:
        issuers = [
            place
            for place, certificate in enumerate(certificates)
            if place not in path and certificate.subject == last.issuer
        ]
        issuer = next((place for place in issuers if signed(place, path[-1])), None)
        if issuer is None:
            missing, impostor = last.issuer, next(iter(issuers), None)
            break
        path.append(issuer)
    others = tuple(sorted(set(range(len(certificates))) - set(path)))
    are_authorities = all(
        certificate.is_authority or certificate.is_self_signed for certificate in certificates
    )
    return Chain(tuple(path), others, missing, impostor, is_bundle=are_authorities and bool(others))


def _leaf(certificates: Sequence[CertificateFacts]) -> int:
    """Return the index of the first certificate that issued no other certificate.

    A certificate that is no CA is preferred. Return 0 if every certificate issued another one.
    """
    issuers = {certificate.issuer for certificate in certificates if not certificate.is_self_signed}
    ends = [place for place, certificate in enumerate(certificates) if certificate.subject not in issuers]
    return next((place for place in ends if not certificates[place].is_authority), next(iter(ends), 0))


# Certificates and their key in one text


class Bundle(HiddenRepr, Struct, frozen=True):
    chain: bytes
    """PEM blocks: the first certificate, its issuers, then the other certificates of the text.

    The first certificate is the one that belongs to the key. If none does, it is the first one of the text.
    If any certificate cannot be read, all certificates after the first one keep the order of the text.
    """
    key: bytes
    count: int
    is_pair: bool | None
    """True if the key belongs to the first certificate; None if the key or the certificate cannot be read."""


def bundle(data: bytes) -> Bundle | None:
    """Find certificates and their private key in a text, in any order, and drop other text.

    Return None if the text is over MAX_INPUT, has no certificate, or does not have exactly one private key.
    """
    if len(data) > MAX_INPUT:
        return None
    certificates, keys = parts(data)
    if not certificates or len(keys) != 1:
        return None
    pairs = [key_matches(block, keys[0]) for block in certificates]
    first = pairs.index(True) if True in pairs else 0
    chain = _in_order(certificates, first)
    return Bundle(b"".join(chain), keys[0], len(chain), pairs[first])


def _in_order(blocks: Sequence[bytes], first: int) -> list[bytes]:
    try:
        chain = chain_of([certificate_facts(block)[0] for block in blocks], leaf=first)
    except UnreadableValue:
        return [blocks[first], *blocks[:first], *blocks[first + 1 :]]
    return [blocks[place] for place in (*chain.path, *chain.others)]


def typed_pair_words(data: bytes) -> str:
    """Describe the certificates and keys in a typed or pasted text.

    A result that begins with "!" is a warning.
    """
    if len(data) > MAX_INPUT:
        return _TOO_LARGE
    if command := to_pem(data):
        return f"! Not PEM. Run this command and load its output: {command}"
    certificates, keys = parts(laid_out(data) or data)
    if not certificates and not keys:
        return "! No complete PEM block: copy the text again, from BEGIN to END." if data else ""
    counts = [counted(len(certificates), "certificate")] if certificates else []
    counts += [counted(len(keys), "private key")] if keys else []
    words = joined(counts)
    if len(keys) > 1:
        return f"! {words}: keep only one key."
    if not keys:
        return f"{words}, no private key yet."
    pair = bundle(laid_out(data) or data)
    if pair is None:
        return f"! {words}, no certificate yet."
    return f"{words}: they match." if pair.is_pair else f"! {words}. {pair_words(pair)[2:]}"


def typed_key_words(data: bytes, certificate: bytes) -> str:
    """Tell whether a typed or pasted private key belongs to `certificate`."""
    if len(data) > MAX_INPUT:
        return _TOO_LARGE
    keys = parts(laid_out(data) or data)[1]
    if len(keys) != 1:
        problem = f"{len(keys)} private keys: keep only one." if keys else "No complete private key in PEM."
        return f"! {problem}" if data else ""
    if is_encrypted(keys[0]):
        return "! The key is encrypted: most programs cannot use it."
    match key_matches(certificate, keys[0]):
        case True:
            return "The key belongs to the certificate in tls.crt."
        case False:
            return "! The key does not match the certificate in tls.crt."
        case None:
            return "! The key or the certificate in tls.crt cannot be read."


def pair_words(pair: Bundle) -> str:
    """Tell whether the key belongs to the first certificate."""
    match pair.is_pair:
        case True:
            return "The key belongs to the first certificate."
        case False:
            return "! The key belongs to none of the certificates."
        case None if is_encrypted(pair.key):
            return f"! The key is encrypted: most programs cannot use it. {TO_DECRYPT}"
        case None:
            return "! The key or a certificate cannot be read: copy the text again, from BEGIN to END."
