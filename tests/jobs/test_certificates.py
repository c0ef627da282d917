"""Job: see in the list which certificates have expired or soon will, and in the Secret when."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.certificates import self_signed
from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, TODAY, Person
from tests.model.authorities import NOW, chain
from tests.terminal.server import Server

pytestmark = JOB

MEANINGS: Final = (
    "X A certificate or token is not valid now, or pods use a missing key",
    "! A certificate or token expires soon, or a renewal is due",
)


def test_certificates_that_expired_or_soon_will_are_marked_in_the_list_and_dated_in_the_secret(
    person: Person, server: Server
) -> None:
    for name, days, began in (("db-tls", -4, 200), ("gateway-tls", 12, 200), ("ledger-config", 12, 12)):
        server.write(name, {"tls.crt": self_signed(days, began=began, now=TODAY)}, "payments")
    person.sees("legacy-db", "no reader known", gone=["X db-tls", "! gateway-tls"])

    looks_at(person, "db-tls", "X", "expired 4d ago")
    looks_at(person, "gateway-tls", "!", "expires in 12d")

    person.opens("ledger-config")
    person.sees("KEY", gone=["! tls.crt"])
    person.presses("d", "Describe  ledger-config")
    person.reads_by_pages("issued by itself: expires in 12d")
    person.goes_back("KEY", gone=["no values here"])
    person.goes_back("filter:")
    person.goes_back(gone=["filter:"])

    person.sees("X db-tls", "! gateway-tls", "legacy-db", gone=["! ledger-config"])
    person.presses("?", "Marks", "ends soon")
    person.presses("Enter", "Marks before a name", *MEANINGS)
    person.goes_back("X db-tls", gone=["Marks before a name"])

    server.write("db-tls", {"tls.crt": self_signed(90, now=TODAY)}, "payments")
    person.sees("! gateway-tls", gone=["X db-tls"])
    person.quits()


@AT_TWO_SIZES
def test_a_missing_intermediate_certificate_is_named_and_added_by_a_paste(
    person: Person, server: Server
) -> None:
    passed = (TODAY - NOW) / timedelta(days=1)
    leaf, issuing, root = chain("EC", "shop.test", "www.shop.test", days=(passed - 21, passed + 69.5))
    secret = {"ca.crt": root.pem, "tls.crt": leaf.pem, "tls.key": leaf.key_pem}
    server.write("legacy-db", secret, "payments")
    person.opens("legacy-db")
    person.sees_row("tls.crt", "cert: shop.test +1 · 69d")
    person.go_to("tls.crt")
    person.press("Enter")
    person.sees(MASK, "r shows it")
    person.reads("issuer CN=EC issuing 0 is not in the chain; only a root may be left out")
    person.reads("tls.key matches the certificate")
    person.reads("does not verify up to ca.crt: issuer CN=EC issuing 0 is neither in the chain nor in ca.crt")
    person.reads("for shop.test and www.shop.test")
    person.reads("key ECDSA secp256r1, signature SHA-256 with ECDSA")
    assert "BEGIN" not in person.screen
    person.goes_back("KEY")

    person.pastes((leaf.pem + issuing.pem).decode())
    person.sees("2 certificates: set tls.crt?")
    person.presses("y", "Pasted into the draft: tls.crt")
    person.sees_row("~ tls.crt", "chain of ", "shop.test +1 · 69d")
    person.go_to("tls.crt")
    person.press("Enter")
    person.reads("tls.crt chain of 2: in order, the leaf first")
    person.reads("verifies up to CN=EC root in ca.crt")
    person.goes_back("KEY")
    person.go_to("tls.key")
    person.press("Enter")
    person.reads("tls.key ECDSA secp256r1 key, not encrypted")
    person.reads("matches certificate 1 in tls.crt")
    person.goes_back("KEY")
    person.reviews("tls.crt")
    person.writes()
    person.goes_back("EXPIRES")
    person.sees_row("legacy-db", "69d")
    person.quits()
    assert server.data("legacy-db", "payments")["tls.crt"] == leaf.pem + issuing.pem


def test_the_lifetime_of_a_certificate_is_shown_below_its_key(person: Person, server: Server) -> None:
    passed = (TODAY - NOW) / timedelta(days=1)
    leaf, _, root = chain("EC", "shop.test", "www.shop.test", days=(passed - 21, passed + 69.5))
    secret = {"ca.crt": root.pem, "tls.crt": leaf.pem, "tls.key": leaf.key_pem}
    server.write("legacy-db", secret, "payments")
    person.opens("legacy-db")
    person.sees_row("│ ━━━━━━────────────────── expires in 69d, ", "(of 90d)")
    person.reads("issuer EC issuing 0; for shop.test and www.shop.test; tls.key matches")
    person.sees(MASK)
    person.goes_back("filter:")
    person.goes_back(gone=["filter:"])
    person.quits()


def looks_at(person: Person, name: str, sign: str, expiry: str) -> None:
    """Open a Secret, read its certificate's expiry, and go back to the whole list."""
    person.opens(name)
    person.reads(f"! tls.crt: the certificate {expiry}")
    person.presses("d", f"Describe  {name}")
    person.reads_by_pages(f"tls.crt CN=made-up.example.test, issued by itself: {expiry}")
    person.goes_back("KEY", gone=["no values here"])
    person.goes_back("filter:")
    person.sees_row(f"{sign} tls.crt: the")
    person.goes_back(gone=["filter:"])
