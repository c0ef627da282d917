"""Job: see in the list which certificates have expired or soon will, and in the Secret when."""

from __future__ import annotations

from typing import Final

from tests.certificates import self_signed
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = JOB

MEANINGS: Final = (
    "X A certificate or token is not valid now, or a key that pods name is missing",
    "! A certificate or token expires soon, or a renewal is due",
    "- No known reader",
)


def test_certificates_that_expired_or_soon_will_are_marked_in_the_list_and_dated_in_the_secret(
    person: Person, server: Server
) -> None:
    for name, days, began in (("db-tls", -4, 200), ("gateway-tls", 12, 200), ("ledger-config", 12, 12)):
        server.write(name, {"tls.crt": self_signed(days, began=began)}, "payments")
    person.sees("- legacy-db", gone=["X db-tls", "! gateway-tls"])

    looks_at(person, "db-tls", "X", "expired 4 d ago")
    looks_at(person, "gateway-tls", "!", "expires in 12 d")

    person.opens("ledger-config")
    person.sees("KEY", gone=["! tls.crt"])
    person.presses("d", "Describe  ledger-config")
    person.reads_by_pages("issued by itself: expires in 12 d")
    person.goes_back("KEY", gone=["no values here"])
    person.goes_back("filter:")
    person.goes_back(gone=["filter:"])

    person.sees("X db-tls", "! gateway-tls", "- legacy-db", gone=["! ledger-config"])
    person.presses("?", "Marks before a name", *MEANINGS)
    person.goes_back("X db-tls", gone=["Marks before a name"])

    server.write("db-tls", {"tls.crt": self_signed(90)}, "payments")
    person.sees("! gateway-tls", gone=["X db-tls"])
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
