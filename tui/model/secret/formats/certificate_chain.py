"""Chain: how the certificates of one value follow each other, from the leaf to its last issuer. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.pem import CertificateFacts

_MOST: Final = 20
"""Certificates of a chain that are followed."""


class Chain(Struct, frozen=True):
    """Places are counted from 0, in the order in which the value holds its certificates."""

    path: tuple[int, ...]
    """From the leaf up: each was issued by the next."""
    others: tuple[int, ...]
    """Certificates that issued none of the path."""
    missing: str = ""
    """The issuer of the last one of the path, which the value lacks; "" if that one is self-signed."""
    impostor: int | None = None
    """A certificate with the missing issuer's name whose key did not sign."""
    is_bundle: bool = False
    """True for several authorities that are no chain, such as the roots that a client trusts."""

    @property
    def is_in_order(self) -> bool:
        """True if the leaf is first, and each issuer after what it issued."""
        return list(self.path) == sorted(self.path)


def chain_of(
    certificates: Sequence[CertificateFacts],
    signed: Callable[[int, int], bool] = lambda issuer, issued: True,
    leaf: int | None = None,
) -> Chain:
    """Follow the issuers from the leaf, which is looked for if it is not given.

    `signed`: whether the key of the first place signed the certificate of the second.
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
    are_authorities = all(each.is_authority or each.is_self_signed for each in certificates)
    return Chain(tuple(path), others, missing, impostor, is_bundle=are_authorities and bool(others))


def _leaf(certificates: Sequence[CertificateFacts]) -> int:
    """The first certificate that issued none of the others, one that is no authority before any other."""
    issuers = {each.issuer for each in certificates if not each.is_self_signed}
    ends = [place for place, each in enumerate(certificates) if each.subject not in issuers]
    return next((place for place in ends if not certificates[place].is_authority), next(iter(ends), 0))
