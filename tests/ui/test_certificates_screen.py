"""The screen of certificates: nothing is read unasked, copies unfold, and its keys lead on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.session.test_certificate_search import LEAF, MARKER, STORY, tls_object
from tests.ui.person import Person, sitting_at
from tui.embedded.users import Rule
from tui.model.certificates.rows import CertificateRow
from tui.session.certificate_search import CertificateSearch

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
COPIES = [*STORY, tls_object("hook-copy", LEAF, namespace="default")]


async def lists(person: Person) -> None:
    await person.runs("ns all", "all namespaces")
    await person.runs("certificates", "Certificates of all namespaces", "Reads the values of 2 Secrets; ")


@BOTH
async def test_values_are_read_once_they_are_asked_for_and_every_copy_is_found(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, story=COPIES) as person:
        await lists(person)
        assert not [
            seen for seen in person.cluster.requests if "type%21" in seen.query or "type!" in seen.query
        ]
        await person.presses("v", "2 certificates", "hook.web.svc", "Nothing is wrong with it.", "By expiry")
        assert MARKER.decode() not in person.text
        await person.presses("enter", "hook-tls", "tls.crt")
        await person.presses("down down p", "hook-tls", "reader")


async def test_a_list_that_is_refused_is_named() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"), groups=("",))]
    async with sitting_at(size=(120, 36), story=COPIES, rules=rules, settles=False) as person:
        await lists(person)
        await person.presses("v", "refused: ", "hook.web.svc")
        assert "configmaps" in person.text


async def test_rows_are_judged_again_only_once_more_places_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, judge = list[int](), CertificateSearch.rows

    def counted_rows(search: CertificateSearch) -> Sequence[CertificateRow]:
        counts.append(search.count)
        return judge(search)

    monkeypatch.setattr(CertificateSearch, "rows", counted_rows)
    async with sitting_at(size=(80, 24), story=COPIES) as person:
        await lists(person)
        await person.presses("v", "Nothing is wrong with it.")
    while_reading = counts[:-1]
    assert while_reading and while_reading == sorted({*while_reading})
