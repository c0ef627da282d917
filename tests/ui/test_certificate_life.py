"""The life of a certificate below its key: a bar, its end, issuer and names, and whether its key matches."""

from __future__ import annotations

from datetime import UTC

import pytest
from msgspec.structs import replace

from tests.model.authorities import NOW, chain
from tests.ui.person import in_secret, sitting_at
from tui.model.secret.formats.registry import row_name
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.ui.base.value_facts import life_lines

AT = NOW.timestamp()
SHOP = SecretRef("default", "shop-tls")


def words(begins: float, ends: float, renewal: float | None = None) -> list[str]:
    """The lines of a leaf with these days of life, from now."""
    leaf, _, _ = chain("EC", "shop.test", "www.shop.test", days=(begins, ends))
    name = row_name("tls.crt", Value(leaf.pem))
    (validity,) = name.times
    times = () if renewal is None else (replace(validity, renewal=AT + renewal * 86_400),)
    return [line.text for line in life_lines(name, times, AT, UTC, is_pair=True)]


@pytest.mark.parametrize(
    ("begins", "ends", "bar", "end"),
    [
        (-21, 69.5, "━━━━━━──────────────────", "expires in 69d, 2 Feb 2027 (of 90d)"),
        (-90, 6.5, "━━━━━━━━━━━━━━━━━━━━━━──", "expires in 6d, 1 Dec 2026 (of 96d)"),
        (-90, -30.5, "━━━━━━━━━━━━━━━━━━━━━━━━", "expired 30d ago, 25 Oct 2026 (of 59d)"),
        (2.5, 92.5, "────────────────────────", "becomes valid in 2d, expires 25 Feb 2027 (of 90d)"),
    ],
)
def test_a_bar_shows_how_much_of_its_life_is_over_and_when_it_ends(
    begins: float, ends: float, bar: str, end: str
) -> None:
    assert words(begins, ends)[0] == f"{bar} {end}"


def test_a_renewal_that_is_due_is_shown() -> None:
    assert words(-80, 10.5, renewal=-3)[0].endswith("expires in 10d, 5 Dec 2026, renewal due 3d ago (of 90d)")


def test_issuer_names_and_the_matching_key_are_on_the_line_below() -> None:
    _, below = words(-21, 69.5)
    assert below == "issuer EC issuing 0; for shop.test and www.shop.test; tls.key matches"


def test_a_value_that_is_no_certificate_has_no_life_lines() -> None:
    assert life_lines(row_name("note", Value(b"made-up")), (), AT, UTC) == ()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_life_of_a_certificate_is_below_its_masked_key_in_the_open_secret(
    size: tuple[int, int],
) -> None:
    leaf, _, root = chain("EC", "shop.test", "www.shop.test", days=(-21, 69.5))
    data = {"ca.crt": root.pem, "tls.crt": leaf.pem, "tls.key": leaf.key_pem}
    async with sitting_at(size=size) as person:
        person.others_make(SHOP, data)
        await person.open(SHOP)
        await person.sees("│ ━━━━━━────────────────── expires in 69d, ", "(of 90d)")
        await person.sees("for shop.test and www.shop.test;", "matches")
        await person.put_cursor("#key-table", "tls.crt")
        await person.presses("enter", "r shows it", "━━━━━━────────────────── expires in 69d, ")
        await person.press("escape")
        person.others_set("tls.key", chain("EC384", "other.test")[0].key_pem, SHOP)
        await person.reads("#warnings", "X ")
        await person.sees_no("matches")


async def test_the_masked_page_of_a_value_says_who_reads_it() -> None:
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.presses("enter", "r shows it", "Read by: password   1 pod", "mypod")
        await person.presses("r", "1f2d1e2e67df")
        await person.sees_no("Read by: password")
