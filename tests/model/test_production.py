"""Names that sound like production: whole parts of them, whatever separates the parts."""

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
def test_a_part_of_a_name_ends_at_anything_but_a_letter_or_digit(name: str, glob: str | None) -> None:
    assert guarding(PRODUCTION, ["home", name]) == glob


def test_a_glob_of_ones_own_matches_the_whole_name_or_a_part() -> None:
    assert guarding(["eu-*"], ["EU-1"]) == "eu-*"
    assert guarding(["prod*"], ["shop-prod1"]) == "prod*"
    assert guarding(["*"], ["home"]) == "*"
    assert guarding([], ["prod"]) is None
    assert guarding(["[a"], ["prod"]) is None


def test_only_a_glob_that_sounds_like_production_has_the_badge_prod() -> None:
    assert [guard_badge(glob) for glob in ("prod", "LIVE", "eu-*")] == ["PROD", "PROD", "GUARDED"]
