"""Build the RowName of a value that holds certificates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tui.model.secret.formats.certificate_chain import chain_of
from tui.model.secret.formats.pem import CertificateFacts
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.value_format import RowName

_NAMES: Final = [re.compile(rf"(?:^|[,+]){name}=((?:[^,+\\]|\\.)*)") for name in ("CN", "O", "OU")]


def certificate_row(kind: str, certificates: Sequence[CertificateFacts], *, has_key: bool = False) -> RowName:
    """Name a bundle of CAs after its first CA, and any other value after its leaf certificate."""
    if not certificates:
        return RowName(kind)
    chain, count = chain_of(certificates), len(certificates)
    leaf = certificates[chain.path[0]]
    names = leaf.names or (subject_name(leaf.subject),)
    noun = "cert" if not leaf.is_authority else "CA"
    if chain.is_bundle:
        noun, names = f"{count} CAs", tuple(subject_name(certificate.subject) for certificate in certificates)
    elif count > 1:
        noun = f"{count} certs" if chain.others else f"chain of {count}"
    words = f"{noun}{' and key' if has_key else ''}: {first_of(names)}"
    times = tuple(certificate.validity for certificate in certificates)
    if chain.is_bundle:
        return RowName(kind, words, times)
    issuer = "itself" if leaf.is_self_signed else subject_name(leaf.issuer)
    return RowName(kind, words, times, issuer=issuer, names=() if leaf.is_authority else tuple(names))


def subject_name(subject: str) -> str:
    """Return the common name (CN) in an RFC 4514 subject.

    Without a CN, return the organization; without both, the organizational unit. If the subject has none of
    the three, return the whole subject.
    """
    attribute = next(filter(None, (name.search(subject) for name in _NAMES)), None)
    return re.sub(r"\\(.)", r"\1", attribute[1]) if attribute is not None else subject
