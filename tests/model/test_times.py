"""Times in words."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from tui.model.text.times import age, age_at_least, clock, date, moment, parse_time

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (HOUR, "1h"),
        (DAY - 1, "23h"),
        (12 * DAY, "12d"),
        (365 * DAY, "1y"),
    ],
)
def test_an_age_is_shown_in_its_largest_unit(seconds: float, words: str) -> None:
    assert age(seconds) == words


def test_the_clock_is_shown_in_the_given_zone() -> None:
    assert clock(1795528990.9) == "14:03:10"
    assert clock(1795528990, timezone(timedelta(hours=1))) == "15:03:10"
    assert date(1795528990) == "24 Nov 2026"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-24T14:03:10Z", 1795528990.0),
        ("2026-11-24T15:03:10.5+01:00", 1795528990.5),
        ("2026-11-24T14:03:10.123456789Z", 1795528990.123456),
        ("2026-11-24T14:03:10,5Z", 1795528990.5),
        ("2026-11-24T14:03:10", None),
        ("2026-11-24 14:03:10Z", None),
        ("2026-11-24t14:03:10Z", None),
        ("2026-11-24T14:03:10z", None),
        ("2026-11-24T14:03Z", None),
        ("2026-11-24T14:03:60Z", None),
        ("2026-11-24T24:00:00Z", None),
        ("2026-02-30T14:03:10Z", None),
        ("2026-11-24T14:03:10+0200", None),
        ("2026-11-24T14:03:10+02", None),
        ("2026-11-24T14:03:10+02:00:30", None),
        ("20261124T140310Z", None),
        ("2026-W48-2T14:03:10Z", None),
        ("2026-11-24T14:03:10Z\n", None),
        ("\u0662026-11-24T14:03:10Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_of_the_api_are_read(text: str | None, time: float | None) -> None:
    assert parse_time(text) == time


def test_a_time_of_another_day_has_its_date_and_of_another_year_its_year() -> None:
    time = 1795528990.0
    assert moment(time, time + 60) == "14:03"
    assert moment(time, time + DAY) == "24 Nov 14:03"
    assert moment(time, time + 60 * DAY) == "24 Nov 2026 14:03"
    assert moment(time, None) == "2026-11-24 14:03:10"


@pytest.mark.parametrize(
    ("created", "said"),
    [(None, "at least 12d ago"), (0.0, "at least 12d ago"), (8 * DAY - 60, "12d ago")],
)
def test_a_change_is_not_earlier_than_the_creation(created: float | None, said: str) -> None:
    assert age_at_least(8 * DAY, created, 20 * DAY + 3600) == said
