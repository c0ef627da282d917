"""Format of PEM values. The PEM blocks are parsed by pem.py and ssh_key.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tui.model.secret.formats.binary import base64_of
from tui.model.secret.formats.certificate_chain import Bundle, bundle, pair_words
from tui.model.secret.formats.certificate_lines import certificate_lines, matching_certificates
from tui.model.secret.formats.certificate_names import certificate_row
from tui.model.secret.formats.limits import MAX_INPUT, UnreadableValue
from tui.model.secret.formats.pem import (
    TO_DECRYPT,
    CertificateFacts,
    certificate_facts,
    covers,
    is_broken_key,
    is_encrypted,
    key_matches,
    parts,
    read_certificates,
)
from tui.model.secret.formats.pem_layout import is_cut_short, is_inside_text, laid_out
from tui.model.secret.formats.ssh_key import private_key_facts
from tui.model.secret.formats.validity import Validity, validity_words
from tui.model.secret.formats.value_format import (
    Fact,
    Flaw,
    PageRow,
    Paste,
    Pasted,
    RowName,
    ValueFormat,
    is_not_now,
)
from tui.model.secret.value import Value
from tui.model.text.counts import counted, joined

CERTIFICATE, PRIVATE_KEY, PUBLIC_KEY = "PEM certificate", "PEM private key", "PEM public key"
_CERTIFICATE: Final = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_BEGIN: Final = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----\s*$", re.MULTILINE)
_MOST_CHANGED: Final = 3
_KINDS: Final = (
    (b"PRIVATE KEY-----", PRIVATE_KEY),
    (b"EC PARAMETERS-----", PRIVATE_KEY),
    (b"CERTIFICATE-----", CERTIFICATE),
    (b"PUBLIC KEY-----", PUBLIC_KEY),
)


def _kind(start: bytes) -> str:
    if not start.startswith(b"-----BEGIN "):
        return ""
    line = start.split(b"\n", 1)[0].rstrip()
    return next((kind for end, kind in _KINDS if line.endswith(end)), "PEM")


def _kind_of_first(data: bytes) -> str:
    """Return the kind of the first block.

    Other text, such as the output of openssl, may precede a certificate or a private key.
    """
    kind = _kind(data.lstrip())
    if not kind and (first := _BEGIN.search(data)) is not None:
        kind = _kind(first[0])
        return kind if kind in (CERTIFICATE, PRIVATE_KEY) else ""
    return kind


# Facts and row


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    kind = _kind_of_first(data)
    if kind in (CERTIFICATE, PRIVATE_KEY) and len(data) > MAX_INPUT:
        yield Fact(f"{key}  not read: the value is larger than 256 kB", level="muted")
        return
    if kind == PRIVATE_KEY:
        yield Fact(f"{key}  {private_key_words(data)}")
    if kind in (CERTIFICATE, PRIVATE_KEY) and _CERTIFICATE.search(data):
        siblings = {**siblings, key: Value(data)} if siblings else siblings
        yield from certificate_lines(key, [*read_certificates(data)], now, issued, siblings)
    elif kind == PRIVATE_KEY:
        yield from matching_certificates(key, data, siblings)


def private_key_words(data: bytes) -> str:
    try:
        return private_key_facts(data).words
    except UnreadableValue:
        return "the private key cannot be read"


def certificates_of(data: bytes) -> tuple[CertificateFacts, ...]:
    try:
        return certificate_facts(data)
    except UnreadableValue:
        return ()


def _row(key: str, data: bytes) -> RowName | None:
    kind = _kind_of_first(data)
    if kind == PRIVATE_KEY and not _CERTIFICATE.search(data):
        try:
            return RowName(PRIVATE_KEY, private_key_facts(data).row)
        except UnreadableValue:
            return RowName(PRIVATE_KEY)
    if kind in (CERTIFICATE, PRIVATE_KEY):
        return certificate_row(CERTIFICATE, certificates_of(data), has_key=b"PRIVATE KEY-----" in data)
    return RowName(kind) if kind == PUBLIC_KEY else None


# A changed value


def _blocks(data: bytes) -> Mapping[int, tuple[bytes, bool]]:
    """Return a dict: keys are the line numbers of the BEGIN lines, values are (label, is_whole).

    `is_whole` is True if the block has an END line.
    """
    starts = list(_BEGIN.finditer(data))
    ends = [start.start() for start in starts[1:]] + [len(data)] * bool(starts)
    return {
        data.count(b"\n", 0, start.start()) + 1: (
            start[1],
            b"-----END " + start[1] + b"-----" in data[start.end() : end],
        )
        for start, end in zip(starts, ends, strict=True)
    }


def _recognizes(key: str, data: bytes) -> bool:
    blocks = _blocks(data)
    return bool(blocks) and all(is_whole for _, is_whole in blocks.values()) and _unreadable(data) is None


def _flaw(data: bytes) -> Flaw | None:
    blocks = _blocks(data)
    if not blocks:
        return is_not_now()
    if cut := [line for line, (_, is_whole) in blocks.items() if not is_whole]:
        return Flaw("is cut short: a block has no END line", cut[0])
    return _unreadable(data)


def _unreadable(data: bytes) -> Flaw | None:
    """Return the flaw of a certificate or key that cannot be read. Encrypted keys count as readable."""
    labels = [label for label, _ in _blocks(data).values()]
    if any(label.endswith(b"CERTIFICATE") for label in labels) and not certificates_of(data):
        return Flaw("has a certificate that cannot be read")
    is_key = any(label.endswith(b"PRIVATE KEY") for label in labels)
    return Flaw("has a private key that cannot be read") if is_key and is_broken_key(data) else None


def _changes(key: str, before: bytes, after: bytes, now: float) -> tuple[Fact, ...]:
    former_chain = certificates_of(before) if _kind(before.lstrip()) == CERTIFICATE else ()
    chain = certificates_of(after) if _kind(after.lstrip()) == CERTIFICATE else ()
    former, new = next(iter(former_chain), None), next(iter(chain), None)
    if new is None:
        return ()
    until = validity_words(new.validity, now)
    if former is not None:
        until = f"{validity_words(former.validity, now)} → {until}"
    names = joined(new.names or [new.subject], most=_MOST_CHANGED)
    facts = [Fact(f"· {key}: {until}, for {names}", level="muted")]
    lost = [name for name in former.names if not covers(new.names, name)] if former is not None else []
    if lost:
        facts.append(Fact(f"! {key} no longer covers {joined(lost, most=_MOST_CHANGED)}", level="warning"))
    if _has_issuer(former_chain) and not _has_issuer(chain) and not new.is_self_signed:
        words = f"! {key} no longer has its issuer's certificate ({new.issuer}); clients may refuse {key}"
        facts.append(Fact(words, level="warning"))
    return tuple(facts)


def _has_issuer(chain: Sequence[CertificateFacts]) -> bool:
    return any(certificate.subject == chain[0].issuer for certificate in chain[1:])


# A paste

_MOST_NAMES: Final = 6
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----")
COPY_AGAIN: Final = "! Copy the PEM again, from BEGIN to END."


def _paste(paste: Paste) -> Pasted | None:
    text, verb, prefix = paste.text.encode(), "set", ""
    if (decoded := base64_of(paste.text)) is not None and _PEM.search(decoded.reveal()):
        text, verb, prefix = decoded.reveal(), "set decoded", "Base64 of "
    if is_cut_short(text):
        return Pasted("Incomplete PEM: a block has no END line", {}, (COPY_AGAIN,))
    repaired = laid_out(text)
    if repaired is None and is_inside_text(text):
        return None
    data = repaired or text
    pair = bundle(data)
    pasted = (
        _pair(paste, pair) if pair is not None else _one_of_pair(paste, data, repaired is not None or prefix)
    )
    if pasted is None:
        return None
    notes = (
        *pasted.notes,
        *(("Line breaks and spaces of the PEM were repaired.",) if repaired is not None else ()),
    )
    words = f"{prefix}{pasted.words[:1].lower()}{pasted.words[1:]}" if prefix else pasted.words
    return Pasted(words, pasted.values, notes, verb)


def _pair(paste: Paste, pair: Bundle) -> Pasted:
    values = {"tls.crt": Value(pair.chain), "tls.key": Value(pair.key)}
    words = f"{counted(pair.count, 'certificate')} and a private key"
    return Pasted(words, values, (pair_words(pair), *_certificate_words(pair.chain, paste.now)))


def _one_of_pair(paste: Paste, data: bytes, is_converted: bool | str) -> Pasted | None:
    """Recognize pasted certificates or one pasted private key, and choose which entry of the Secret is set.

    `is_converted` is true if the text was base64, or its line breaks were repaired.
    """
    certificates, keys = parts(data)
    words = counted(len(certificates), "certificate") if certificates else "A private key"
    if paste.key is None or (len(keys) != 1 and not certificates) or (keys and certificates):
        return None
    if paste.key not in ("tls.crt", "tls.key"):
        return Pasted(words, {paste.key: Value(data)}) if is_converted else None
    certificate, key = paste.data.get("tls.crt"), paste.data.get("tls.key")
    if keys:
        notes = (_of_certificate(certificate.reveal(), keys[0]),) if certificate is not None else ()
        return Pasted(words, {"tls.key": Value(data)}, notes)
    if key is None:
        return Pasted(words, {"tls.crt": Value(data)}, _certificate_words(data, paste.now))
    notes = ()
    if key_matches(data, key.reveal()) is False:
        renewed = bundle(b"\n".join((data, key.reveal())))
        if renewed is not None and renewed.is_pair:
            data, notes = renewed.chain, ("Certificates were sorted: the certificate for tls.key is first.",)
        else:
            notes = ("! tls.key belongs to another certificate: paste the new key too.",)
    return Pasted(words, {"tls.crt": Value(data)}, (*notes, *_certificate_words(data, paste.now)))


def _of_certificate(certificate: bytes, key: bytes) -> str:
    match key_matches(certificate, key):
        case True:
            return "The key belongs to the certificate in tls.crt."
        case False:
            return "! The certificate in tls.crt belongs to another key: paste the new certificate too."
        case None if is_encrypted(key):
            return f"! The key is encrypted: most programs cannot use it. {TO_DECRYPT}"
        case None:
            return "! The pasted key or the certificate in tls.crt cannot be read."


def _certificate_words(chain: bytes, now: float) -> tuple[str, ...]:
    try:
        first = certificate_facts(chain)[0]
    except UnreadableValue:
        return ("! A certificate cannot be read: copy the PEM again, from BEGIN to END.",)
    mark = "! " if first.validity.ends < now or first.validity.begins > now else ""
    names = f", for {joined(first.names, most=_MOST_NAMES)}" if first.names else ""
    return (f"{mark}The first certificate {validity_words(first.validity, now)}{names}.",)


PEM: Final = ValueFormat(
    "PEM",
    kind=_kind,
    recognizes=_recognizes,
    flaw=_flaw,
    facts=_facts,
    row=_row,
    changes=_changes,
    paste=_paste,
    page=(
        PageRow(
            "X.509 certificates in PEM: one, a chain, a bundle",
            "chain of 2: payments-db.svc +2 · 69d",
            "names, subject, issuer, begin and end, kinds of key and signature, order, matching key and CA",
        ),
        PageRow(
            "Private keys in PEM: PKCS#1, PKCS#8, EC, Ed25519, OpenSSH",
            "RSA 2048 private key, encrypted",
            "kind, size, whether it is encrypted",
            "the key",
        ),
    ),
)
