"""Jobs: see what is in a keystore, opened by a key of its Secret, or by a password that is typed."""

from __future__ import annotations

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.keystores import PASSWORD, JksEntry, jks, made_chain, p12
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

CHAIN = made_chain()
STORES = {
    "keystore.p12": p12(CHAIN),
    "truststore.jks": jks(JksEntry("corp-root", CHAIN.certificates[2:])),
}


@pytest.fixture
def at_stores(person: Person, server: Server) -> Person:
    server.write("legacy-db", {**STORES, "pass": None, "keystore-password": PASSWORD}, "payments")
    person.opens("legacy-db")
    return person


def test_a_pkcs12_and_a_jks_are_opened_by_a_key_of_their_secret(at_stores: Person, server: Server) -> None:
    person = at_stores
    person.sees("PKCS#12: web-tls", "JKS: corp-root")
    person.go_to("keystore.p12")
    person.presses("Enter", "Opened with keystore-password.", "web-tls: private key")
    person.sees("1. CN=site.test, issued by CN=issuer.test", "2. CN=issuer.test, issued by CN=root.test")
    person.goes_back("KEY")
    person.go_to("truststore.jks")
    person.presses(
        "Enter", "Opened with keystore-password: the keystore is intact", "corp-root: trusted certificate"
    )
    person.sees("1. CN=root.test, issued by itself")
    assert PASSWORD.decode() not in person.screen
    person.goes_back("KEY")
    server.write("legacy-db", {"keystore-password": b"made-up-another"}, "payments")
    person.sees("15 B")
    person.presses("Enter", "Not opened with keystore-password: wrong password, or damaged keystore.")
    person.quits()


def test_a_pkcs12_is_opened_by_a_typed_password(person: Person, server: Server) -> None:
    server.write("legacy-db", {**STORES, "pass": None}, "payments")
    person.opens("legacy-db")
    person.go_to("keystore.p12")
    person.presses("Enter", 'Not opened: the Secret has no other key with "pass" or "pwd" in its name.')
    person.sees("o opens the keystore with its password.")
    person.presses("o", "Typed or pasted text is not shown here.")
    person.type("made-up-wrong")
    person.presses("Enter", "Wrong password, or the keystore is damaged. Try again.")
    person.type(PASSWORD.decode())
    person.presses("Enter", "Opened with the password that you typed.", "web-tls: private key")
    assert "made-up" not in person.screen
    person.goes_back("KEY")
    person.presses("Enter", 'Not opened: the Secret has no other key with "pass" or "pwd" in its name.')
    person.quits()
