"""A keystore is opened by a key beside it, or by a password that is typed unseen and kept nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.keystores import PASSWORD, JksEntry, jks, made_chain, p12
from tests.model import recorded_values as recorded
from tests.promises.test_values_dropped import texts_held, values_held
from tests.ui.person import Person, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.session.writes.audit import Journal
from tui.terminal.journal_file import JournalFile, read

pytestmark = pytest.mark.slow

STORES: Final = SecretRef("default", "stores")
MARKER: Final = PASSWORD.decode()
CHAIN: Final = made_chain()
SIZES: Final = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
NO_REVEAL: Final = pytest.mark.parametrize(
    "settings", [Settings(), Settings(no_reveal=True)], ids=["masked", "no-reveal"]
)


async def opens(person: Person, key: str, data: dict[str, bytes]) -> None:
    person.others_make(STORES, data)
    await person.open(STORES, key=key)
    await person.presses("enter", f"stores / {key}")


@SIZES
@NO_REVEAL
async def test_a_sibling_key_opens_a_pkcs12(size: tuple[int, int], settings: Settings) -> None:
    async with sitting_at(size=size, settings=settings) as person:
        await opens(
            person, "keystore.p12", {"keystore.p12": p12(CHAIN), "keystore-password": PASSWORD + b"\n"}
        )
        await person.sees("Opened with keystore-password without its final line break.")
        await person.sees(
            "web-tls: private key", "1. CN=site.test, issued by CN=issuer.test", "3. CN=root.test"
        )
        assert MARKER not in person.text
        await person.presses("o", "This value needs no password.")


async def test_days_until_a_certificate_ends_stay_on_one_line() -> None:
    async with sitting_at(
        size=(80, 24), namespace="payments", start=SecretRef("payments", "bank-keystore")
    ) as person:
        await person.sees("PKCS#12: bank")
        await person.presses("enter", "1. CN=bank.example.test", "expires in 164d")


@SIZES
async def test_a_jks_lists_its_entries_and_is_reported_as_intact(size: tuple[int, int]) -> None:
    store = jks(JksEntry("web-tls", CHAIN.certificates[:1], has_key=True))
    async with sitting_at(size=size) as person:
        await opens(person, "a.jks", {"a.jks": store, "password": PASSWORD})
        await person.sees(
            "Opened with password: the keystore is intact", "web-tls: private key, created 30 Nov 2026"
        )


async def test_the_row_and_the_list_know_when_it_ends() -> None:
    data = {"a.p12": recorded.PKCS12_RC2, "a.password": PASSWORD, "b.p12": recorded.PKCS12_TRUST}
    async with sitting_at(size=(140, 36)) as person:
        person.others_make(STORES, data)
        await person.open(STORES)
        await person.sees("PKCS#12: web-tls · ", "PKCS#12: corp-root, web · ")
        assert sorted(person.session.certificates.of(person.session.fetched[0])) == ["a.p12", "b.p12"]


@SIZES
@NO_REVEAL
async def test_a_typed_password_opens_this_view_alone(
    size: tuple[int, int], settings: Settings, tmp_path: Path
) -> None:
    journal = Journal(JournalFile(tmp_path).write)
    async with sitting_at(size=size, settings=settings, journal=journal) as person:
        await opens(person, "keystore.p12", {"keystore.p12": p12(CHAIN), "password": b"changed-since"})
        await person.sees("Not opened with password: wrong password, or damaged keystore.")
        await person.sees("o opens the keystore with its password.", "o password")
        await person.presses("o", "Open stores / keystore.p12", "not shown")
        await person.presses("enter", "Type or paste the password first.")
        for typed in (f"{MARKER}-no", "changeit"):
            await person.paste(typed)
            await person.presses("enter", "Wrong password, or the keystore is damaged.")
        await person.press(*MARKER)
        await person.sees("typed; enter opens the keystore")
        await person.presses("enter", "Opened with the password that you typed.", "CN=issuer.test")
        assert MARKER not in person.text
        assert not any(MARKER in message.text for message in person.app.shared.messages)
        assert not values_held(MARKER) and set(texts_held(person, MARKER)) == set()
        await person.press("escape")
        await person.presses("enter", "Not opened with password: wrong password, or damaged keystore.")
    assert MARKER not in repr(list(read(tmp_path)))


async def test_a_password_that_is_not_given_leaves_all_as_it_was() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "keystore.p12", {"keystore.p12": p12(CHAIN)})
        await person.sees('Not opened: the Secret has no other key with "pass" or "pwd" in its name.')
        await person.press("o", *MARKER)
        await person.presses("escape", "Not opened: the Secret has no other key")
        assert set(texts_held(person, MARKER)) == set() and not values_held(MARKER)


async def test_many_certificates_are_scrolled() -> None:
    entries = (JksEntry(f"ca-{number:03}", CHAIN.certificates[2:]) for number in range(150))
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "trust.jks", {"trust.jks": jks(*entries), "password": PASSWORD})
        await person.sees("Opened with password: the keystore is intact", "ca-000: trusted certificate")
        await person.presses("G", "ca-149: trusted certificate")
