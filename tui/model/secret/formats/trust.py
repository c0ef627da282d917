"""Verify a certificate. The only roots are in `ca.crt` of its Secret. The network is not used.

The default policy of `cryptography` refuses many certificates of private CAs, e.g. if key identifiers are
missing. `_policy` accepts these certificates, as openssl does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tui.model.secret.formats.certificate_chain import chain_of
from tui.model.secret.formats.pem import CertificateFacts, facts_of
from tui.model.secret.formats.ssh_key import is_weak_rsa
from tui.model.secret.formats.validity import time_problem
from tui.model.secret.formats.value_format import Fact

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder, ServerVerifier

CA_KEY: Final = "ca.crt"
_NOT_CHECKED: Final = "trust not checked: "
_WEAK_SIGNATURES: Final = ("MD5", "SHA-1")


def trust_fact(
    leaf: x509.Certificate, chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: float
) -> Fact:
    """Tell whether `leaf` verifies through `chain` up to one of `roots`, or why this cannot be checked."""
    from cryptography.x509.verification import Store, VerificationError

    if leaf in roots:
        return Fact("", f"this certificate is in {CA_KEY}", "good")
    if not facts_of(leaf).names:
        return Fact(f"{_NOT_CHECKED}this certificate has no names (subjectAltName)", level="muted")
    if not facts_of(leaf).is_for_servers:
        return Fact(f"{_NOT_CHECKED}this is not a server certificate", level="muted")
    verifier = _verifier(_policy(now).store(Store(list(roots))), leaf)
    if verifier is None:
        return Fact(f"{_NOT_CHECKED}no name of this certificate is a host or an IP address", level="muted")
    try:
        *_, root = verifier.verify(leaf, list(chain))
    except VerificationError:  # not shown, because the error's text quotes the certificate
        return _refusal(leaf, chain, roots, now)
    return Fact("", f"verifies up to {facts_of(root).subject} in {CA_KEY}", "good")


def _refusal(
    leaf: x509.Certificate, chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: float
) -> Fact:
    certificates = [leaf, *roots, *chain]
    facts = [facts_of(certificate) for certificate in certificates]
    links = chain_of(facts, lambda issuer, issued: is_signed(certificates[issuer], certificates[issued]), 0)
    path = [facts[place] for place in links.path]
    top, reaches = path[-1], any(1 <= place <= len(roots) for place in links.path)
    unsupported = next(
        (certificate.key for certificate in path if not certificate.key.startswith(("RSA", "ECDSA"))), ""
    )
    if links.impostor is not None:
        reason = f"the certificate of {top.issuer} did not sign {top.subject}"
    elif not reaches and links.missing:
        reason = f"issuer {links.missing} is neither in the chain nor in {CA_KEY}"
    elif not reaches:
        reason = f"{top.subject} is self-signed and not in {CA_KEY}"
    elif unsupported:
        return Fact(f"{_NOT_CHECKED}secret-tui cannot verify {unsupported} keys", level="muted")
    else:
        reason = _flaw(path, now)
    return Fact("", f"does not verify up to {CA_KEY}: {reason}", "warning")


def _flaw(path: Sequence[CertificateFacts], now: float) -> str:
    for place, facts in enumerate(path):
        problem = time_problem((facts.validity,), now)
        if problem is not None and not problem.is_valid:
            return f"{facts.subject} {problem.words}"
        if place and not facts.is_authority:
            return f"{facts.subject} is no CA"
        if is_weak(facts):
            return f"{facts.subject} has a weak key or signature"
    return "the verifier refuses an extension or a key"


def is_weak(facts: CertificateFacts) -> bool:
    return bool(weak_part(facts))


def weak_part(facts: CertificateFacts) -> str:
    """Name the weak part of a certificate, such as "key RSA 1024"; "" if no part is weak.

    The signature of a self-signed certificate never counts as weak, because clients do not check it.
    """
    if is_weak_rsa(facts.key):
        return f"key {facts.key}"
    is_weak_signature = facts.signature.startswith(_WEAK_SIGNATURES) and not facts.is_self_signed
    return f"signature {facts.signature}" if is_weak_signature else ""


def is_signed(issuer: x509.Certificate, issued: x509.Certificate) -> bool:
    """True if the key of `issuer` signed `issued`, or if this kind of signature cannot be checked."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        issued.verify_directly_issued_by(issuer)
    except (TypeError, UnsupportedAlgorithm):
        return True
    except Exception:
        return False  # the library's errors share no base class
    return True


def _policy(now: float) -> PolicyBuilder:
    from cryptography import x509
    from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder

    def may_sign(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
        if usage is not None and not usage.key_cert_sign:
            raise ValueError("keyCertSign is missing")

    agnostic = Criticality.AGNOSTIC
    authority = (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, agnostic, None)
        .may_be_present(x509.KeyUsage, agnostic, may_sign)
    )
    leaf = ExtensionPolicy.permit_all().require_present(x509.SubjectAlternativeName, agnostic, None)
    at = datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    return PolicyBuilder().time(at).extension_policies(ca_policy=authority, ee_policy=leaf)


def _verifier(policy: PolicyBuilder, leaf: x509.Certificate) -> ServerVerifier | None:
    """Build a verifier for the first valid host or address in `leaf`; None if `leaf` has none.

    The verifier needs a host, so "any" replaces the `*` of a wildcard.
    """
    from cryptography import x509

    for name in leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value:
        if isinstance(name, x509.DNSName):
            name = x509.DNSName(name.value.replace("*", "any", 1))
        elif not isinstance(name, x509.IPAddress):
            continue
        try:
            return policy.build_server_verifier(name)
        except (TypeError, ValueError):
            continue
    return None
