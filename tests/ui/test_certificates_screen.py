"""The screen of certificates: nothing is read unasked, copies unfold, and its keys lead on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from tests.model.authorities import chain, issued
from tests.session.cluster_session import secret_object
from tests.session.test_certificate_search import ISSUER, LEAF, MARKER, ROOT, STORY, tls_object
from tests.ui.person import Person, sitting_at
from tui.embedded.users import Rule
from tui.model.certificates.rows import CertificateRow
from tui.model.health.evidence import FirstExpiry
from tui.session.certificate_search import CertificateSearch
from tui.ui.certificates.screen import CertificatesScreen

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
COPIES = [*STORY, tls_object("hook-copy", LEAF, namespace="default")]


async def lists(person: Person) -> None:
    await person.runs("ns all", "all namespaces")
    await person.runs("certificates", "Certificates of all namespaces", "Reads the values of 2 Secrets. ")


def keys_of_rows(person: Person) -> list[str]:
    screen = person.app.screen
    assert isinstance(screen, CertificatesScreen)
    return [line.key for line in screen.rows()]


@BOTH
async def test_values_are_read_once_they_are_asked_for_and_every_copy_is_found(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, story=COPIES) as person:
        await lists(person)
        assert not [
            seen for seen in person.cluster.requests if "type%21" in seen.query or "type!" in seen.query
        ]
        await person.presses(
            "v", "2 certificates", "hook.web.svc", "This certificate has no fault.", "By expiry"
        )
        assert MARKER.decode() not in person.text
        await person.presses("enter", "hook-tls", "tls.crt")
        await person.presses("down down p", "hook-tls", "reader")


@BOTH
async def test_each_row_says_its_fault_and_the_advice_names_the_key_that_helps(size: tuple[int, int]) -> None:
    old = chain("EC", "old.test", days=(-400, -200))
    managed = tls_object("managed", chain("EC", "late.test", days=(-400, -300))[0])
    managed["metadata"]["annotations"] = {"cert-manager.io/certificate-name": "late"}
    story = [*STORY[:1], tls_object("shop-tls", old[0]), managed]
    async with sitting_at(size=size, story=story) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "FAULT", "2 with a fault", "Renew it: M shows cert-manager.")
        expired = [line for line in person.text.splitlines() if " expired  " in line]
        assert [name for name in ("managed", "shop-tls") if any(name in line for line in expired)] == [
            "managed",
            "shop-tls",
        ]
        await person.presses("down", "Renew it: enter opens the Secret.")


async def test_where_no_certificate_was_found_it_is_read_again_on_request() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.runs("certificates", "Certificates of default")
        await person.presses("ctrl+r", "No certificates to refresh; v reads certificates.")
        await person.presses("v", "0 certificates")
        created = tls_object("hook-copy", LEAF, namespace="default")
        person.cluster.store.put(created, manager="others")
        await person.presses("ctrl+r", "1 certificate", "hook.web.svc")


async def test_a_list_that_is_refused_is_named() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"), groups=("",))]
    async with sitting_at(size=(120, 36), story=COPIES, rules=rules, settles=False) as person:
        await lists(person)
        await person.presses("v", "refused: ", "hook.web.svc", "configmaps")


async def test_certificates_are_not_called_faultless_when_something_was_not_read() -> None:
    granted = ("secrets", "configmaps", "pods", "namespaces")
    rules = [Rule(("get", "list", "watch"), granted, groups=("",))]
    async with sitting_at(size=(120, 36), story=COPIES, rules=rules, settles=False) as person:
        await lists(person)
        await person.presses("v", "2 certificates. No fault found, but not everything was read.", "refused: ")
        assert "  No fault found, but not everything was read." in person.text
        assert "has no fault" not in person.text


async def test_a_secret_that_others_create_is_counted_before_values_are_read() -> None:
    async with sitting_at(size=(120, 36), story=COPIES) as person:
        await lists(person)
        person.cluster.store.put(tls_object("later", LEAF))
        await person.sees_later("Reads the values of 3 Secrets. ")


@BOTH
async def test_the_columns_follow_the_note_before_values_are_read(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, story=COPIES) as person:
        await lists(person)
        lines = [line.strip("│┃ ") for line in person.text.splitlines()]
        note = next(number for number, line in enumerate(lines) if line.startswith("Reads the values"))
        assert lines[note + 3].startswith("CERTIFICATE")


async def test_each_of_several_certificates_in_one_value_has_a_row() -> None:
    users = [issued(name, ROOT, is_ca=False, days=(-9, 300)) for name in ("first-user", "second-user")]
    config = {
        "kind": "Config",
        "current-context": "a",
        "clusters": [{"name": "a", "cluster": {"server": "https://a.test"}}],
        "users": [
            {"name": name, "user": {"client-certificate-data": b64encode(user.pem).decode()}}
            for name, user in zip(("one", "two", "again"), (*users, users[1]), strict=True)
        ],
    }
    story = [secret_object("ops", {"config": yaml.safe_dump(config).encode()}, namespace="web")]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "2 certificates", "first-user", "second-user")
        keys = keys_of_rows(person)
        assert len({*keys}) == len(keys) == 2
        await person.presses("G enter")
        keys = keys_of_rows(person)
        assert len({*keys}) == len(keys) == 4


async def test_moving_the_cursor_computes_no_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[FirstExpiry]()

    def counted_end(*fields: Any) -> FirstExpiry:
        made.append(FirstExpiry(*fields))
        return made[-1]

    monkeypatch.setattr("tui.ui.certificates.screen.FirstExpiry", counted_end)
    async with sitting_at(size=(80, 24), story=COPIES) as person:
        await lists(person)
        await person.presses("v", "2 certificates, none with a fault.", "By expiry")
        before = len(made)
        await person.presses("down", "Certificates of")
        await person.presses("up", "By expiry")
        assert before and len(made) == before


async def test_rows_are_judged_again_only_once_more_places_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, judge = list[int](), CertificateSearch.rows

    def counted_rows(search: CertificateSearch) -> Sequence[CertificateRow]:
        counts.append(search.count)
        return judge(search)

    monkeypatch.setattr(CertificateSearch, "rows", counted_rows)
    async with sitting_at(size=(80, 24), story=COPIES) as person:
        await lists(person)
        await person.presses("v", "This certificate has no fault.")
    while_reading = counts[:-1]
    assert while_reading and while_reading == sorted({*while_reading})


@BOTH
async def test_the_chain_is_listed_from_the_leaf_up_with_the_missing_issuer(size: tuple[int, int]) -> None:
    shuffled = secret_object("hook-tls", {"tls.crt": ISSUER.pem + LEAF.pem}, namespace="web")
    async with sitting_at(size=size, story=[shuffled]) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "wrong order", "The order in tls.crt is wrong")
        before = len(person.cluster.requests)
        await person.presses("d", "tls.crt  chain of 2: out of order; the right order is 2, 1")
        text = person.text
        leaf, issuer = "2. CN=hook.web.svc, issued by CN=EC issuing 0: expires in ", "1. CN=EC issuing 0 (CA)"
        assert 0 < text.index("issuer CN=EC root is not in the chain") < text.index(leaf), text
        await person.presses("pagedown", issuer)
        assert len(person.cluster.requests) == before, "nothing more is read"
        await person.presses("d", "Copies")


async def test_the_cursor_stays_on_a_certificate_that_was_renewed() -> None:
    late, later, new = (
        issued(name, ISSUER, name, days=days, number=4)
        for name, days in (("a.test", (-400, 400)), ("b.test", (-400, 500)), ("a.test", (-9, 900)))
    )
    story = [tls_object("a-tls", late), tls_object("b-tls", later), tls_object("hook-tls", LEAF)]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "3 certificates, none with a fault.")
        await person.presses("home", "▸   a.test")
        person.cluster.store.put(tls_object("a-tls", new))
        await person.presses("ctrl+r", "expires in 899d")
        await person.sees("▸   a.test")


async def test_the_cursor_starts_on_the_worst_certificate_until_it_is_moved() -> None:
    """Secrets are read before ConfigMaps, so the certificate that ended is read last."""
    ended = issued("ended.test", ISSUER, "ended.test", days=(-400, -9), number=5)
    later = {
        "kind": "ConfigMap",
        "metadata": {"name": "later", "namespace": "web"},
        "data": {"tls.crt": ended.pem.decode()},
    }
    other = issued("other.test", ISSUER, "other.test", days=(-400, 500), number=6)
    story = [tls_object("hook-tls", LEAF), tls_object("other", other), later]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "3 certificates, 1 with a fault.", "▸ X ended.test")
        await person.presses("escape")
        await person.runs("certificates", "Reads the values of ")
        person.fault("delay", method="GET", path="*/configmaps", seconds=3600)
        await person.presses("v", "▸   hook.web.svc")
        await person.presses("down", "▸   other.test")
        person.cluster.faults.clear()
        await person.sees("3 certificates, 1 with a fault.", "▸   other.test")


async def test_the_cursor_stays_where_it_is_moved_while_the_certificates_are_read_again() -> None:
    other = issued("other.test", ISSUER, "other.test", days=(-400, 500), number=6)
    story = [tls_object("hook-tls", LEAF), tls_object("other", other)]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.runs("ns all", "all namespaces")
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "2 certificates, none with a fault.", "▸   hook.web.svc")
        person.fault("delay", method="GET", path="*/configmaps", seconds=3600)
        await person.presses("ctrl+r", "Reading configmaps")
        await person.presses("down", "▸   other.test")
        person.cluster.faults.clear()
        await person.sees("2 certificates, none with a fault.", "▸   other.test")


@BOTH
async def test_a_workload_that_may_hold_the_old_certificate_is_marked_for_a_restart(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size, namespace="web") as person:
        await person.runs("certificates", "Reads the values of ")
        await person.presses("v", "4 certificates, 4 with a fault.")
        do = "Restart workloads that do not reload certificates: T restarts."
        await person.presses("end", "old in 2 pods?", do)
        await person.presses("T", "readers of wildcard-tls", "[x] DaemonSet/edge")
