"""Marks in the list of Secrets: only for known trouble, and never for anything unread."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.model import pods
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.session.cache.list_state import ListState
from tui.session.cache.readers import Readers
from tui.session.cache.secret_store import CertificateTimes
from tui.session.marks import Mark, mark_of

REF = SecretRef("default", "s")
NOW = 1_000_000.0
DAY = 86_400.0


def row(*keys: str, count: int | None = None, version: str = "7", type_name: str = "Opaque") -> SecretSummary:
    """Row of a Secret of which these keys are known by name."""
    return SecretSummary(
        REF, "uid", version, type_name, len(keys) if count is None else count, None, keys=keys or None
    )


def pod(key: str | None, *, is_optional: bool = False) -> PodInfo:
    """Pod that reads one key, or all of them."""
    return pods.pod("p", PodUse(secret="s", way="env", key=key, container="main", is_optional=is_optional))


def session(*found: PodInfo, is_complete: bool = True) -> Any:
    """Session in which these pods were read."""
    readers = Readers("default")
    for one in found:
        readers.stores[0].put(one)
    for store in readers.stores:
        store.state = ListState(is_complete=is_complete)
    return SimpleNamespace(certificates=CertificateTimes(), problems={}, readers_of=lambda namespace: readers)


def test_a_key_that_a_pod_names_and_that_is_missing_is_marked() -> None:
    assert mark_of(session(pod("b")), row("a"), NOW) == Mark("X", ("p fails at the next start: no key b",))
    assert mark_of(session(pod("a")), row("a"), NOW) is None
    assert mark_of(session(pod(None)), row("a"), NOW) is None, "all keys: none is missing"
    assert mark_of(session(pod("b", is_optional=True)), row("a"), NOW) is None


@pytest.mark.parametrize("unknown", [row(count=1), row("a", count=2)])
def test_no_key_is_called_missing_where_not_all_names_are_known(unknown: SecretSummary) -> None:
    assert mark_of(session(pod("b")), unknown, NOW) is None


def test_a_secret_without_a_known_reader_has_no_mark() -> None:
    assert mark_of(session(), row("a"), NOW) is None


@pytest.mark.parametrize(
    ("start", "left", "sign", "words"),
    [
        (-9 * DAY, -2 * DAY, "X", ("tls.crt: the certificate expired 2d ago",)),
        (-80 * DAY, 10 * DAY, "!", ("tls.crt: the certificate expires in 10d",)),
        (2 * DAY, 10 * DAY, "X", ("tls.crt: the certificate becomes valid in 2d",)),
        (-80 * DAY, 31 * DAY, None, ()),
        (-2 * DAY, 4 * DAY, None, ()),
    ],
)
def test_a_certificate_is_marked_if_its_version_was_opened(
    start: float, left: float, sign: str | None, words: tuple[str, ...]
) -> None:
    where = session(pod("tls.crt"))
    assert mark_of(where, row("tls.crt"), NOW) is None, "not opened yet"
    secret = Secret(REF, "uid", "7", "kubernetes.io/tls", {})
    where.certificates.keep(secret, {"tls.crt": (Validity(NOW + start, NOW + left),)})
    found = mark_of(where, row("tls.crt"), NOW)
    assert (found.sign, found.words) == (sign, words) if found is not None else sign is None
    assert mark_of(where, row("tls.crt", version="8"), NOW) is None, "the next version may hold another one"


def test_a_certificate_of_cert_manager_is_marked_once_its_renewal_is_due() -> None:
    where = session(pod("tls.crt"))
    secret = Secret(REF, "uid", "7", "kubernetes.io/tls", {})
    begin, end = NOW - 65 * DAY, NOW + 25 * DAY
    where.certificates.keep(secret, {"tls.crt": (Validity(begin, end),)})
    assert mark_of(where, row("tls.crt"), NOW) is not None

    where.certificates.issued[REF] = Validity(begin, end, NOW + 10 * DAY)
    assert mark_of(where, row("tls.crt"), NOW) is None, "it is to be renewed later"
    found = mark_of(where, row("tls.crt"), NOW + 11 * DAY)
    assert found is not None
    assert found.words == ("tls.crt: the certificate expires in 14d, renewal due 1d ago",)

    where.certificates.issued[REF] = Validity(begin - DAY, end - DAY, NOW + 10 * DAY)
    assert mark_of(where, row("tls.crt"), NOW) is not None, "what is told is of a former certificate"
