"""Lines that describe the certificates of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tui.model.secret.formats.certificate_chain import Chain, chain_of
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.pem import (
    CertificateFacts,
    DamagedCertificate,
    facts_of,
    place_of_key,
    public_half,
    read_certificates,
)
from tui.model.secret.formats.trust import CA_KEY, is_signed, is_weak, trust_fact
from tui.model.secret.formats.validity import Validity, renewed, time_problem, validity_words
from tui.model.secret.formats.value_format import Fact
from tui.model.secret.value import Value
from tui.model.text.counts import counted, joined
from tui.model.text.times import in_utc

if TYPE_CHECKING:
    from cryptography import x509

_DETAIL: Final = "    "
_KEY: Final = re.compile(rb"^-----BEGIN (?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY-----", re.MULTILINE)
"""First line of a private key in PEM."""
_PAIR: Final = ("tls.crt", "tls.key")
_MOST: Final = 5
_MOST_NAMES: Final = 20
_MOST_KEYS: Final = 10
"""Maximum number of private keys of a Secret that are compared with its certificates."""
_MOST_KEY: Final = 32_000
"""Maximum size in bytes of a value that is read as a private key."""
_DAY: Final = 86_400


def certificate_lines(
    key: str,
    blocks: Sequence[x509.Certificate | DamagedCertificate],
    now: float,
    issued: Validity | None,
    siblings: Mapping[str, Value],
) -> Iterator[Fact]:
    """Describe the certificates in the value of `key`.

    `issued`: validity of the certificate that cert-manager issued; None if unknown.
    """
    certificates = [block for block in blocks if not isinstance(block, DamagedCertificate)]
    facts = [facts_of(certificate) for certificate in certificates]
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, DamagedCertificate):
            position = f"{number} of {len(blocks)} " if len(blocks) > 1 else ""
            yield Fact(f"{key}  ", f"certificate {position}cannot be read: {block.why}", "warning")
    if not certificates:
        return
    if len(certificates) < len(blocks):
        yield from _each(blocks, now, issued)
        return
    chain = chain_of(facts, lambda issuer, below: is_signed(certificates[issuer], certificates[below]))
    if len(facts) > 1:
        yield _order(key, facts, chain)
    else:
        yield _summary(f"{key}  ", facts[0], now, issued)
    if not chain.is_bundle:
        roots = [] if key == CA_KEY else [*_readable(siblings.get(CA_KEY))]
        yield from _missing(facts, chain, [facts_of(root).subject for root in roots])
        yield from _keys(key, certificates, siblings)
        if siblings and key != CA_KEY:
            yield from _trust(certificates, facts, chain, roots, siblings, now)
    if len(facts) == 1:
        yield from _details(_DETAIL, facts[0])
    else:
        yield from _each(blocks, now, issued)


def chain_lines(
    key: str,
    facts: Sequence[CertificateFacts],
    chain: Chain,
    roots: Sequence[CertificateFacts],
    now: float,
    issued: Validity | None,
) -> Iterator[Fact]:
    """Describe the certificates of a chain, the leaf first. The certificates outside the chain follow.

    At the end, describe the issuer of the chain's last certificate, if `roots` contains this issuer.
    """
    last = facts[chain.path[-1]]
    yield _order(key, facts, chain) if len(facts) > 1 else Fact(f"{key}  1 certificate")
    if not chain.is_bundle:
        yield from _missing(facts, chain, [root.subject for root in roots])
    places = (*chain.path, *chain.others)
    yield from each_certificate([(place + 1, facts[place]) for place in places], now, issued)
    for root in roots:
        if root.subject == last.issuer and root != last:
            yield _summary(f"{_DETAIL}{CA_KEY}: ", root, now, None)


def _each(
    blocks: Sequence[x509.Certificate | DamagedCertificate], now: float, issued: Validity | None
) -> Iterator[Fact]:
    places = [
        (number, facts_of(block))
        for number, block in enumerate(blocks, start=1)
        if not isinstance(block, DamagedCertificate)
    ]
    yield from each_certificate(places, now, issued)


def each_certificate(
    places: Sequence[tuple[int, CertificateFacts]], now: float, issued: Validity | None = None
) -> Iterator[Fact]:
    """Describe the first five certificates one by one, and count the others.

    Each pair in `places` consists of a certificate's number, counted from 1, and its facts.
    """
    for number, certificate in places[:_MOST]:
        yield _summary(f"{_DETAIL}{number}. ", certificate, now, issued)
        yield from _details(f"{_DETAIL}   ", certificate)
    if others := places[_MOST:]:
        ended = sum(certificate.validity.ends < now for _, certificate in others)
        words = f"{_DETAIL}and {counted(len(others), 'more certificate')}"
        yield Fact(f"{words}: ", f"{ended:,} expired", "warning") if ended else Fact(words, level="muted")


def _order(key: str, facts: Sequence[CertificateFacts], chain: Chain) -> Fact:
    if chain.is_bundle:
        return Fact(f"{key}  {len(facts):,} CAs")
    if chain.others:
        strays = joined([str(place + 1) for place in chain.others], most=_MOST)
        words = f"not part of the chain: certificate{'s' * (len(chain.others) > 1)} {strays}"
        return Fact(f"{key}  {len(facts)} certificates, ", words, "warning")
    words = f"{key}  chain of {len(facts)}: "
    if not chain.is_in_order:
        order = ", ".join(str(place + 1) for place in chain.path)
        return Fact(words, f"out of order; the right order is {order}", "warning")
    return Fact(words, "in order, the leaf first", "good")


def _missing(facts: Sequence[CertificateFacts], chain: Chain, roots: Sequence[str]) -> Iterator[Fact]:
    last = chain.path[-1]
    if chain.impostor is not None:
        words = (
            f"certificate {chain.impostor + 1} has the name of certificate {last + 1}'s issuer, "
            "but did not sign it"
        )
        yield Fact(_DETAIL, words, "bad")
    elif chain.missing and chain.missing not in roots:
        words = f"issuer {chain.missing} is not in the chain; only a root may be left out"
        yield Fact(_DETAIL, words, "muted" if facts[last].is_authority else "warning")


def _keys(
    key: str, certificates: Sequence[x509.Certificate], siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    halves = {name: public_half(data) for name, data in _private_keys(siblings)}
    places = {name: place_of_key(certificates, half) for name, half in halves.items() if half}
    matching = [
        "the private key in this value" if name == key else name
        for name, place in places.items()
        if place == 0
    ]
    first = "the first certificate" if len(certificates) > 1 else "the certificate"
    for name, place in places.items():
        if place:
            yield Fact(_DETAIL, f"{name} matches certificate {place + 1}, not the first", "bad")
    if matching:
        yield Fact(
            _DETAIL, f"{joined(matching)} {'matches' if len(matching) == 1 else 'match'} {first}", "good"
        )
    elif key == _PAIR[0] and places.get(_PAIR[1], 0) is None:
        yield Fact(_DETAIL, f"{_PAIR[1]} does not match {first}", "bad")
    elif places and not any(places.values()) and not facts_of(certificates[0]).is_authority:
        yield Fact(f"{_DETAIL}no private key in this Secret matches {first}", level="muted")
    for name in sorted(halves.keys() - places.keys()):
        yield Fact(f"{_DETAIL}{name} not compared: it is encrypted or damaged", level="muted")


def _private_keys(siblings: Mapping[str, Value]) -> list[tuple[str, bytes]]:
    values = ((name, value.reveal()) for name, value in sorted(siblings.items()) if value.size <= _MOST_KEY)
    keys = ((name, data) for name, data in values if _KEY.search(data))
    return [key for key, _ in zip(keys, range(_MOST_KEYS), strict=False)]


def _trust(
    certificates: Sequence[x509.Certificate],
    facts: Sequence[CertificateFacts],
    chain: Chain,
    roots: Sequence[x509.Certificate],
    siblings: Mapping[str, Value],
    now: float,
) -> Iterator[Fact]:
    place = chain.path[0]
    leaf = facts[place]
    if leaf.is_self_signed and not roots:
        yield Fact(_DETAIL, "self-signed: clients need the certificate in their trust store", "warning")
    elif leaf.is_authority:
        yield Fact(f"{_DETAIL}trust not checked: this is a CA, not a server certificate", level="muted")
    elif not roots:
        state = "holds no readable certificate" if CA_KEY in siblings else "is not in this Secret"
        yield Fact(f"{_DETAIL}trust not checked: {CA_KEY} {state}", level="muted")
    else:
        others = [certificate for at, certificate in enumerate(certificates) if at != place]
        fact = trust_fact(certificates[place], others, roots, now)
        yield fact._replace(words=f"{_DETAIL}{fact.words}")


def _readable(value: Value | None) -> Iterator[x509.Certificate]:
    if value is not None and value.size <= MAX_INPUT:
        for certificate in read_certificates(value.reveal()):
            if not isinstance(certificate, DamagedCertificate):
                yield certificate


def _summary(start: str, facts: CertificateFacts, now: float, issued: Validity | None) -> Fact:
    (validity,) = renewed((facts.validity,), issued)
    needs_care = time_problem((validity,), now) is not None
    issuer = "itself" if facts.is_self_signed else facts.issuer
    subject = f"{facts.subject} (CA)" if facts.is_authority else facts.subject
    return Fact(
        f"{start}{subject}, issued by {issuer}: ",
        validity_words(validity, now),
        "bad" if validity.ends < now else "warning" if needs_care else "good",
    )


def _details(start: str, facts: CertificateFacts) -> Iterator[Fact]:
    if facts.names:
        yield Fact(f"{start}for {joined(facts.names, most=_MOST_NAMES)}", level="muted")
    begins, ends = facts.validity.begins, facts.validity.ends
    days = counted(int((ends - begins) // _DAY), "day")
    yield Fact(f"{start}from {in_utc(begins)} to {in_utc(ends)}, {days}", level="muted")
    algorithms = f"{start}key {facts.key or 'of an unknown kind'}, signature {facts.signature}"
    yield (
        Fact(algorithms, ": weak, clients may refuse it", "warning")
        if is_weak(facts)
        else Fact(algorithms, level="muted")
    )


def matching_certificates(key: str, data: bytes, siblings: Mapping[str, Value]) -> Iterator[Fact]:
    chains = {
        name: chain
        for name, value in sorted(siblings.items())
        if name != key and b"CERTIFICATE-----" in value.reveal() and (chain := [*_readable(value)])
    }
    if (half := public_half(data)) is None or not chains:
        return
    places = {name: place_of_key(chain, half) for name, chain in chains.items()}
    for name, place in places.items():
        if place is not None:
            label = "the certificate" if len(chains[name]) == 1 else f"certificate {place + 1}"
            yield Fact(_DETAIL, f"matches {label} in {name}", "bad" if place else "good")
    if key == _PAIR[1] and places.get(_PAIR[0], 0) is None:
        yield Fact(_DETAIL, f"does not match the first certificate in {_PAIR[0]}", "bad")
    elif not any(place is not None for place in places.values()):
        yield Fact(f"{_DETAIL}matches no certificate in this Secret", level="muted")
