"""Facts of made-up certificates, the same in every run, for golden files: no key is made."""

from __future__ import annotations

from typing import Final

from tui.model.certificates.held import CertificatePlace, HeldCertificates
from tui.model.secret.formats.certificate_chain import Chain, chain_of
from tui.model.secret.formats.pem import CertificateFacts
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import SecretRef

AT: Final = 1_795_528_800.0
"""2026-11-24 14:00 UTC."""
DAY: Final = 86_400.0
SHOP: Final = SecretRef("pay", "shop-tls")


def facts(
    subject: str,
    issuer: str,
    *names: str,
    days: tuple[float, float] = (-21, 69),
    key: str = "ECDSA secp256r1",
) -> CertificateFacts:
    """Facts of a certificate that began and ends so many days from AT."""
    is_own = subject == issuer
    validity = Validity(AT + days[0] * DAY, AT + days[1] * DAY)
    how = "SHA-256 with RSA"
    return CertificateFacts(f"CN={subject}", f"CN={issuer}", names, validity, is_own, is_own, key, how)


def held(name: str, *links: CertificateFacts, key: str = "tls.crt", kind: str = "Secret") -> HeldCertificates:
    place = CertificatePlace(kind, "pay", name, key)
    chain = chain_of(links) if links else Chain((), ())
    return HeldCertificates(
        place, links, chain, private_key=place.key if kind == "Secret" else "", is_locked=not links
    )


_CA: Final = facts("made-up CA", "made-up CA", days=(-400, 4000))
_SHOP: Final = facts("shop", "made-up CA", "shop.test", "www.shop.test", "pay.shop.test")
SAMPLES: Final = (
    held("shop-tls", _SHOP, _CA),
    held("shop-copy", _SHOP, _CA),
    held("trust", _SHOP, key="shop.pem", kind="ConfigMap"),
    held("old", facts("old", "made-up CA", "old.test", days=(-100, -30), key="RSA 1024"), _CA),
    held("odd", facts("\x1b[31m", "made-up CA", "名前.test", days=(-80, 9)), _CA),
    held(
        "roots", _CA, facts("second CA", "second CA", days=(-9, 900)), key="ca-bundle.crt", kind="ConfigMap"
    ),
    held("locked", key="store.p12"),
)
"""An expired and weak one, one that ends soon, several copies, authorities, and a locked keystore."""
