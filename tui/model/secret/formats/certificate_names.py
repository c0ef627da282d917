"""Names of certificates for a row: "payments-db.svc +2"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tui.model.secret.formats.pem import CertificateFacts
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.value_format import RowName

_NAMES: Final = [re.compile(rf"(?:^|[,+]){name}=((?:[^,+\\]|\\.)*)") for name in ("CN", "O", "OU")]


def certificate_row(
    kind: str, certificates: Sequence[CertificateFacts], *, has_key: bool = False
) -> RowName | None:
    """Name the first certificate by its names, and several roots by the first; None without one."""
    if not certificates:
        return RowName(kind)
    first = certificates[0]
    words = first_of(first.names or (subject_name(first.subject),))
    if len(certificates) > 1 and all(certificate.is_self_signed for certificate in certificates):
        words = f"{len(certificates)} CAs: {first_of([subject_name(one.subject) for one in certificates])}"
    if has_key:
        words += ", with a private key"
    return RowName(kind, words, tuple(certificate.validity for certificate in certificates))


def subject_name(subject: str) -> str:
    """The common name of a subject in RFC 4514, else its organization or unit, else all of it."""
    found = next(filter(None, (name.search(subject) for name in _NAMES)), None)
    return re.sub(r"\\(.)", r"\1", found[1]) if found is not None else subject
