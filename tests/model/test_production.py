"""Which names sound like production: whole parts of them, whatever stands between."""

from __future__ import annotations

import pytest

from tui.model.settings.settings import PRODUCTION, guard_badge, guarding


@pytest.mark.parametrize(
    ("name", "glob"),
    [
        ("prod", "prod"),
        ("EU.PRODUCTION.1", "production"),
        ("arn:aws:eks:eu-central-1:1:cluster/prd", "prd"),
        ("product-eu", None),
        ("préprod", None),
        ("prod1", None),
        ("рrod", None),
        ("", None),
    ],
)
def test_a_part_is_what_stands_between_other_than_letters_and_digits(name: str, glob: str | None) -> None:
    assert guarding(PRODUCTION, ["home", name]) == glob


def test_a_glob_of_ones_own_matches_the_whole_name_or_a_part() -> None:
    assert guarding(["eu-*"], ["EU-1"]) == "eu-*"
    assert guarding(["prod*"], ["shop-prod1"]) == "prod*"
    assert guarding(["*"], ["home"]) == "*"
    assert guarding([], ["prod"]) is None
    assert guarding(["[a"], ["prod"]) is None


def test_only_what_sounds_like_production_is_called_so() -> None:
    assert [guard_badge(glob) for glob in ("prod", "LIVE", "eu-*")] == ["PROD", "PROD", "GUARDED"]
