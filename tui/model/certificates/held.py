"""`HeldCertificates`: public facts of the certificates in one place, such as a key of a Secret."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.certificate_chain import Chain, chain_of
from tui.model.secret.formats.der import DER, certificates_of
from tui.model.secret.formats.encoded import unpacked
from tui.model.secret.formats.keystore import KEYSTORE, Keystore, read_keystore
from tui.model.secret.formats.kubeconfig import KUBECONFIG, client_certificates
from tui.model.secret.formats.limits import MAX_INPUT, UnreadableValue
from tui.model.secret.formats.passwords import sibling_passwords
from tui.model.secret.formats.pem import (
    CertificateFacts,
    DamagedCertificate,
    facts_of,
    is_encrypted,
    pair_problem,
    parts,
    read_certificates,
)
from tui.model.secret.formats.pem_value import PEM
from tui.model.secret.formats.pkcs12 import PKCS12, opened_keystore, tries_all
from tui.model.secret.formats.registry import NamedValue, named_value
from tui.model.secret.formats.trust import CA_KEY, is_signed
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import TLS, TLS_CERTIFICATE
from tui.model.secret.value import Value

if TYPE_CHECKING:
    from cryptography import x509

_LEAST: Final = 150
"""Minimum bytes of a certificate. Shorter values are skipped, for speed."""
_MARKS: Final = re.compile(
    rb"\A(?:\x30[\x80-\x84]|\xfe\xed\xfe\xed|\xce\xce\xce\xce)|(?:CERTIFICATE|PKCS7|CMS)-----|client-certificate-data"
)
"""Pattern of values that may be DER, PKCS#12, a Java keystore, PEM or a kubeconfig."""
_NAMES_OF_FILES: Final = (".crt", ".pem", ".cer")
_NO_PASSWORD: Final = "a keystore without a password in its Secret"
_TOO_LONG: Final = f"over {MAX_INPUT // 1000} kB"
_ROUNDS: Final = 200_000
"""Maximum number of hash rounds to try passwords on one keystore."""


class CertificatePlace(Struct, frozen=True, order=True):
    kind: str
    namespace: str
    name: str
    key: str

    @property
    def ref(self) -> SecretRef | None:
        return SecretRef(self.namespace, self.name) if self.kind == "Secret" else None

    @property
    def title(self) -> str:
        return self.name if self.kind == "Secret" else f"{self.kind}/{self.name}"

    def __str__(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{name} {self.key}" if self.kind == "Secret" else f"{self.kind} {name} {self.key}"


class HeldCertificates(HiddenRepr, Struct, frozen=True):
    """Certificates of one place, with the results of checks that need their bytes."""

    place: CertificatePlace
    certificates: tuple[CertificateFacts, ...] = ()
    chain: Chain = Chain((), ())
    ders: tuple[bytes, ...] = ()
    """DER bytes of `certificates`; () for a keystore or a kubeconfig."""
    roots: tuple[CertificateFacts, ...] = ()
    private_key: str = ""
    key_problem: str = ""
    is_key_encrypted: bool = False
    problem: str = ""
    is_locked: bool = False
    """True if the Secret has passwords, but none opens the keystore."""
    not_read: str = ""
    is_client: bool = False
    service: tuple[str, str] | None = None
    """Namespace and name of the Service whose certificate a caBundle verifies.

    None for other places, and for a caBundle that is not for a Service.
    """
    is_ca_bundle: bool = False

    @property
    def has_key(self) -> bool:
        return bool(self.private_key)

    @property
    def path(self) -> tuple[CertificateFacts, ...]:
        return tuple(self.certificates[index] for index in self.chain.path)

    @property
    def leaf(self) -> CertificateFacts | None:
        return self.path[0] if self.chain.path else None


def private_key_of(key: str) -> str:
    stem = key.rpartition(".")[0]
    return f"{stem}.key" if stem else ""


def held_in_secret(secret: Secret) -> Iterator[HeldCertificates]:
    """Yield the certificates in each key of a Secret. Takes milliseconds: call it outside the event loop.

    Certificates in ca.crt become the `roots` of each HeldCertificates from another key. A HeldCertificates
    for ca.crt is yielded only if no other key has a certificate.
    """
    places = list[HeldCertificates]()
    for key, value in secret.data.items():
        place = CertificatePlace("Secret", secret.ref.namespace, secret.ref.name, key)
        try:
            in_value = [*_held(place, value, secret.data)]
        except Exception:  # damaged input raises undocumented errors, whose messages can quote it
            in_value = [HeldCertificates(place, problem=f"{key} cannot be read")]
        if not in_value and secret.type == TLS and key == TLS_CERTIFICATE:
            in_value = [HeldCertificates(place, problem=f"{key} holds no readable certificate")]
        places += in_value
    beside = [held for held in places if held.place.key == CA_KEY]
    roots = tuple(facts for held in beside for facts in held.certificates)
    others = [held for held in places if held.place.key != CA_KEY]
    if not any(held.certificates for held in others):
        others += beside
    for held in others:
        yield replace(held, roots=roots) if held.place.key != CA_KEY else held


def held_in_text(
    place: CertificatePlace,
    data: bytes,
    *,
    service: tuple[str, str] | None = None,
    is_ca_bundle: bool = False,
) -> Iterator[HeldCertificates]:
    """Yield the certificates in `data`, which is a text at `place`.

    A damaged certificate is reported only in a caBundle or in a key such as "ca.pem". Other texts, such as
    scripts, can contain BEGIN CERTIFICATE without a certificate.
    """
    if b"CERTIFICATE-----" not in data:
        return
    if len(data) > MAX_INPUT:
        yield HeldCertificates(place, not_read=_TOO_LONG)
        return
    blocks = [*read_certificates(data)]
    if not is_ca_bundle and not place.key.lower().endswith(_NAMES_OF_FILES):
        blocks = [block for block in blocks if not isinstance(block, DamagedCertificate)]
    yield from _chain(place, blocks, service=service, is_ca_bundle=is_ca_bundle)


def _may_hold(data: bytes, levels: int = 2) -> bool:
    """True if `data`, or what is packed in it (for example in base64), may hold certificates.

    `levels`: maximum number of layers to unpack.
    """
    if _MARKS.search(data):
        return True
    try:
        packed = unpacked(data) if levels else None
    except UnreadableValue:
        return False
    return packed is not None and _may_hold(packed.data, levels - 1)


def _held(place: CertificatePlace, value: Value, siblings: Mapping[str, Value]) -> Iterator[HeldCertificates]:
    may_hold = value.size >= _LEAST and _may_hold(value.reveal())
    if may_hold and value.size > MAX_INPUT:
        yield HeldCertificates(place, not_read=_TOO_LONG)
        return
    named = named_value(place.key, value) if may_hold else None
    if named is None:
        return
    if named.value_format is PEM or named.value_format is DER:
        yield from _pem_or_der(place, named, siblings)
    elif named.value_format in (KEYSTORE, PKCS12):
        yield from _keystore(place, named, siblings)
    elif named.value_format is KUBECONFIG:
        for facts in client_certificates(named.data):
            yield HeldCertificates(place, (facts,), Chain((0,), ()), private_key=place.key, is_client=True)


def _pem_or_der(
    place: CertificatePlace, named: NamedValue, siblings: Mapping[str, Value]
) -> Iterator[HeldCertificates]:
    if named.value_format is DER:
        blocks: Sequence[x509.Certificate | DamagedCertificate] = certificates_of(named.data)
    else:
        blocks = [*read_certificates(named.data)]
    sibling_key = private_key_of(place.key)
    own_keys = parts(named.data)[1] if named.value_format is PEM else []
    sibling = siblings.get(sibling_key) if sibling_key else None
    name, key = (
        ("its key", own_keys[0])
        if own_keys
        else (sibling_key, sibling.reveal() if sibling is not None else b"")
    )
    problem = pair_problem(blocks, key, place.key, name)
    yield from _chain(
        place,
        blocks,
        private_key=(place.key if own_keys else sibling_key) if key else "",
        key_problem=problem or "",
        is_key_encrypted=problem is None and is_encrypted(key),
    )


def _chain(
    place: CertificatePlace,
    blocks: Sequence[x509.Certificate | DamagedCertificate],
    *,
    private_key: str = "",
    key_problem: str = "",
    is_key_encrypted: bool = False,
    service: tuple[str, str] | None = None,
    is_ca_bundle: bool = False,
) -> Iterator[HeldCertificates]:
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates = [block for block in blocks if not isinstance(block, DamagedCertificate)]
    damage = next((block.why for block in blocks if isinstance(block, DamagedCertificate)), "")
    if not certificates:
        if damage:
            yield HeldCertificates(place, problem=f"{place.key} cannot be read: {damage}")
        return
    facts = tuple(map(facts_of, certificates))
    yield HeldCertificates(
        place,
        facts,
        chain_of(facts, lambda issuer, below: is_signed(certificates[issuer], certificates[below])),
        tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates),
        private_key=private_key,
        key_problem=key_problem,
        is_key_encrypted=is_key_encrypted,
        problem=f"a certificate in {place.key} cannot be read: {damage}" if damage else "",
        service=service,
        is_ca_bundle=is_ca_bundle,
    )


def _keystore(
    place: CertificatePlace, named: NamedValue, siblings: Mapping[str, Value]
) -> Iterator[HeldCertificates]:
    passwords = sibling_passwords(place.key, siblings, _ROUNDS)
    store: Keystore | None = None
    is_intact = True
    if named.value_format is PKCS12:
        store = opened_keystore(named.data, passwords)
        is_intact = store is not None
    else:
        store = read_keystore(named.data)
        opened = named.value_format.opened(named.data, passwords, 0.0)
        is_intact = opened is None or not opened.needs_password
    if store is None and not (passwords.keys and tries_all(named.data, passwords)):
        reason = "a keystore whose passwords take too long to try" if passwords.keys else _NO_PASSWORD
        yield HeldCertificates(place, not_read=reason)
        return
    is_locked = bool(passwords.keys) and not is_intact
    entries = store.entries if store is not None else ()
    if is_locked and not any(entry.certificates for entry in entries):
        yield HeldCertificates(place, is_locked=True)
        return
    trusted = tuple(facts for entry in entries if entry.kind != "key" for facts in entry.certificates)
    chains = [entry.certificates for entry in entries if entry.kind == "key" and entry.certificates]
    for certificates in chains:
        yield HeldCertificates(
            place, certificates, chain_of(certificates), private_key=place.key, is_locked=is_locked
        )
    if trusted:
        yield HeldCertificates(place, trusted, chain_of(trusted), is_locked=is_locked)


def verifies(bundle: HeldCertificates, served: HeldCertificates) -> bool:
    """True if a certificate of `bundle` is in the path of `served`, or has signed a member of this path."""
    from cryptography import x509

    if not {*bundle.certificates}.isdisjoint(served.path):
        return True
    issuers = defaultdict[str, list[bytes]](list)
    for facts, der in zip(bundle.certificates, bundle.ders, strict=True):
        issuers[facts.subject].append(der)  # a rotated CA has several certificates with one subject
    return any(
        is_signed(x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(served.ders[index]))
        for index in served.chain.path
        for der in issuers.get(served.certificates[index].issuer, ())
    )
