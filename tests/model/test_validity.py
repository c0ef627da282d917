"""Expiry of a certificate: soon by its lifetime or by cert-manager's renewal, and in words."""

from __future__ import annotations

import pytest

from tui.model.secret.formats.validity import (
    NEVER_ENDS,
    TimeProblem,
    Validity,
    expiry_words,
    renewed,
    time_problem,
    validity_words,
)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
NOW = 1_000_000_000.0


def left(life: float, seconds: float, renewal: float | None = None) -> Validity:
    """A certificate of that lifetime with so many seconds left; its renewal is at so many seconds left."""
    end = NOW + seconds
    return Validity(end - life, end, None if renewal is None else end - renewal)


@pytest.mark.parametrize(
    ("life", "last"),
    [
        (HOUR, 20 * MINUTE),
        (DAY, 8 * HOUR),
        (6 * DAY, 2 * DAY),
        (7 * DAY, 56 * HOUR),
        (30 * DAY, 10 * DAY),
        (47 * DAY, 376 * HOUR),
        (89 * DAY, 712 * HOUR),
        (90 * DAY, 30 * DAY),
        (91 * DAY, 30 * DAY),
        (200 * DAY, 30 * DAY),
        (365 * DAY, 30 * DAY),
        (3650 * DAY, 30 * DAY),
    ],
)
def test_the_last_third_of_a_life_is_soon_and_at_most_thirty_days(life: float, last: float) -> None:
    for seconds, is_soon in ((life, False), (last + 1, False), (last, False), (last - 1, True), (1, True)):
        found = time_problem([left(life, seconds)], NOW)
        assert (found is not None) is is_soon, f"{seconds} s left"
        assert found is None or found == TimeProblem(expiry_words(NOW + seconds, NOW), NOW + seconds, True)


@pytest.mark.parametrize(
    ("seconds", "renewal", "words"),
    [
        (25 * DAY, 10 * DAY, ""),
        (10 * DAY, 10 * DAY, ""),
        (9 * DAY, 10 * DAY, "expires in 9d, renewal due 1d ago"),
        (45 * DAY, 60 * DAY, "expires in 45d, renewal due 15d ago"),
        (-1 * DAY, 10 * DAY, "expired 1d ago"),
    ],
)
def test_a_certificate_of_cert_manager_needs_care_once_its_renewal_is_due(
    seconds: float, renewal: float, words: str
) -> None:
    found = time_problem([left(90 * DAY, seconds, renewal)], NOW)
    assert (found.words if found is not None else "") == words


def test_each_certificate_of_a_chain_is_judged_by_its_own_life() -> None:
    young, old = left(6 * DAY, 3 * DAY), left(3650 * DAY, 40 * DAY)
    assert time_problem([young, old], NOW) is None
    old = left(3650 * DAY, 20 * DAY)
    found = time_problem([young, old], NOW)
    assert found is not None and found.words == "expires in 20d", "the one that needs care is said"
    found = time_problem([young, old, left(DAY, -HOUR)], NOW)
    assert found is not None and (found.words, found.is_valid) == ("expired 1h ago", False)
    found = time_problem([young, left(DAY, 2 * DAY)], NOW)
    assert found is not None and (found.words, found.is_valid) == ("becomes valid in 1d", False)
    assert time_problem([], NOW) is None


def test_a_certificate_object_counts_only_for_the_certificate_that_it_wrote() -> None:
    ours, ca = left(90 * DAY, 25 * DAY), left(3650 * DAY, 25 * DAY)
    issued = left(90 * DAY, 25 * DAY, 10 * DAY)
    assert renewed([ours, ca], issued) == (issued, ca)
    assert renewed([ca], issued) == (ca,)
    assert renewed([ours], None) == (ours,)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12 * DAY + 5, "expires in 12d"),
        (3 * HOUR + 5, "expires in 3h"),
        (600, "expires in 10m"),
        (45, "expires in 45s"),
        (-90, "expired 1m ago"),
        (-3 * DAY, "expired 3d ago"),
        (NEVER_ENDS - NOW, "never ends"),
    ],
)
def test_the_expiry_of_a_certificate_is_shown_in_words(seconds: float, words: str) -> None:
    assert expiry_words(NOW + seconds, NOW) == words


def test_a_certificate_before_its_time_says_so() -> None:
    certificate = Validity(10_000.0, 1_000_000.0)
    assert validity_words(certificate, 2_000.0) == "becomes valid in 2h"
    assert validity_words(certificate, 10_000.0) == "expires in 11d"
