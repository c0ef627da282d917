"""The rows of an open Secret describe its values, masked and under --no-reveal alike."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest

from tests.certificates import self_signed
from tests.model.value_shapes import MARKER, NOW, SECRET, START, auth, jwt
from tests.promises.test_values_dropped import are_gone, values_of
from tests.ui.person import Person, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

MIXED: Final = SecretRef("default", "mixed")
HOUR: Final = 3600
CERTIFICATE: Final = self_signed(69, "payments-db.svc", "a.test", "b.test", now=START)
CLAIMS: Final = {
    "sub": "system:serviceaccount:payments:ledger",
    "iat": NOW - 9 * HOUR,
    "exp": NOW + 3.5 * HOUR,
}
DATA: Final = {
    "url": f"postgres://app:{SECRET}@db.internal:5432/orders".encode(),
    "token": jwt(CLAIMS).encode(),
    "github": f"ghp_{MARKER}{'a' * 30}".encode(),
    "registries": json.dumps({"auths": {"ghcr.io": {"auth": auth()}, "quay.io": {"auth": auth()}}}).encode(),
    "tls.crt": CERTIFICATE,
    "twice": b"bTRyazNyLVMzY3IzdA==",
    "plain": SECRET.encode(),
}
ROWS: Final = {
    "url": "********  postgres://db.internal:5432/orders",
    "token": "********  JWT of sa payments/ledger, ends in 3h",
    "github": "********  GitHub token",
    "registries": "********  ghcr.io, quay.io",
    "tls.crt": "********  cert: payments-db.svc +2 · 69d",
    "twice": "********  base64 of a text: encoded twice?",
}


async def opened(person: Person) -> None:
    person.others_make(MIXED, DATA)
    await person.open(MIXED)


@pytest.mark.parametrize("settings", [Settings(), Settings(no_reveal=True)], ids=["masked", "no-reveal"])
async def test_a_masked_row_says_what_its_value_is(settings: Settings) -> None:
    async with sitting_at(settings=settings, size=(140, 36)) as person:
        await opened(person)
        await person.sees(*(f"{row}  " for row in ROWS.values()))
        assert re.search(r" plain +\*{8} +13 B ", person.text) and MARKER not in person.text


async def test_kinds_alone_are_named_where_the_settings_say_so() -> None:
    async with sitting_at(settings=Settings(facts="kinds"), size=(140, 36)) as person:
        await opened(person)
        await person.sees(
            "********  postgres URL  ", "********  JWT, ends in 3h", "********  docker config  "
        )
        await person.sees("********  PEM certificate · 69d", "********  GitHub token")
        await person.put_cursor("#key-table", "url")
        await person.presses("enter", "postgres URL")
        await person.presses("escape i", "no values here", "postgres URL", "PEM certificate · 69d")
        assert not any(
            word in person.text for word in ("db.internal", "payments-db", "payments/ledger", "ghcr.io")
        )


@pytest.mark.parametrize("facts", ["names", "kinds"])
async def test_a_review_names_the_registries_that_changed_unless_kinds_alone_are_named(facts: str) -> None:
    async with sitting_at(settings=Settings(facts=facts), size=(140, 36)) as person:
        person.others_make(MIXED, {".dockerconfigjson": DATA["registries"], "url": b"https://made-up.test"})
        await person.open(MIXED)
        await person.edit(".dockerconfigjson", DATA["registries"].decode().replace("quay", "made-up"))
        await person.edit("url", "made-up-1")
        await person.reviewed()
        await person.sees("url was a URL; now it is not")  # found in the same look
        assert ("made-up.io" in person.text) == (facts == "names")


async def test_viewer_and_description_name_a_value_too() -> None:
    async with sitting_at(size=(140, 50)) as person:
        await opened(person)
        await person.sees("cert: payments-db.svc +2 · 69d")
        await person.put_cursor("#key-table", "tls.crt")
        await person.presses("enter", "cert: payments-db.svc +2 · 69d")
        await person.presses("escape i", "no values here", "cert: payments-db.svc +2 · 69d", "GitHub token")
        assert MARKER not in person.text


async def test_a_token_that_expires_soon_is_reported_and_marked_in_the_list() -> None:
    async with sitting_at(size=(140, 36)) as person:
        await opened(person)
        await person.sees("! token: the JWT expires in 3h")
        await person.press("escape")
        await person.sees("! mixed")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_row_that_is_too_long_keeps_what_it_is_and_how_long_it_is_valid(
    size: tuple[int, int],
) -> None:
    names = ("payments-db.payments-and-ledgers.svc.cluster-of-made-up-names.local", "a.test", "b.test")
    async with sitting_at(size=size) as person:
        person.others_make(MIXED, {"tls.crt": self_signed(69, *names, now=START)})
        await person.open(MIXED)
        await person.waits_for(
            lambda: re.search(r"\*{8}  cert: pa\w*…\S+ \+2 · 69d ", person.text), "both ends"
        )


SIZES: Final = ((80, 24), (120, 36), (200, 60))


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_has_a_column_of_ends_once_one_is_known(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        ends = {"a-ended": -3, "b-soon": 12, "c-late": 69, "d-early": 90}
        for name, days in ends.items():
            began = -5 if name == "d-early" else 200
            certificate = self_signed(days, "made-up.test", began=began, now=START)
            person.others_make(SecretRef("default", name), {"ca.pem": certificate})
        await person.sees(*ends)
        assert "EXPIRES" not in person.text
        for name in ends:
            await person.open(SecretRef("default", name))
            await person.sees("********  cert: ")
            await person.presses("escape", "READ BY")
        await person.sees("EXPIRES")
        for name, words in zip(ends, ("3d ago", "12d", "69d", "not yet"), strict=True):
            assert re.search(rf"{name} .* {words} ", person.read("#secrets")), person.text
        await person.presses("o o o o o", "Ordered by expires.")
        assert re.findall(r"[a-d]-\w+", person.read("#secret-table"))[:4] == list(ends)
        await person.presses("O", "Ordered by expires, reversed.")
        assert re.findall(r"[a-d]-\w+", person.read("#secret-table"))[:4] == list(ends)[::-1]
        person.others_set("ca.pem", b"made up", SecretRef("default", "a-ended"))
        await person.waits_for(lambda: "3d ago" not in person.text, "an end that is not known any more")


async def test_nothing_is_ordered_by_ends_while_none_is_known() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.sees("READ BY")
        for order in ("age", "type", "keys", "readers", "changed", "manager", "name"):
            await person.presses("o", f"Ordered by {order}.")


async def test_a_value_that_is_typed_is_named_before_it_is_written() -> None:
    async with sitting_at(size=(140, 36)) as person:
        await opened(person)
        await person.edit("plain", f"redis://:{SECRET}@cache:6379/0")
        await person.sees("********  redis://cache:6379/0")


async def test_values_of_a_secret_that_was_described_are_dropped_when_it_is_left() -> None:
    async with sitting_at(size=(140, 36)) as person:
        await opened(person)
        await person.sees("cert: payments-db.svc +2 · 69d")
        held = values_of(person)
        await person.presses("escape", "Opaque", at="#peek")
        await are_gone(person, held)
