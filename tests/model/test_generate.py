"""Generated values: as long as chosen, of the chosen characters only, and no two alike."""

from __future__ import annotations

import secrets
from itertools import product

import pytest

from tui.model.secret.generate import ALPHABETS, LENGTHS, Recipe


@pytest.mark.parametrize(("length", "alphabet"), product(LENGTHS, ALPHABETS))
def test_a_generated_value_has_the_chosen_length_and_characters(length: int, alphabet: str) -> None:
    made = Recipe(length, alphabet).make()
    assert len(made) == length and set(made) <= set(ALPHABETS[alphabet])


def test_no_two_generated_values_are_alike_and_every_character_occurs() -> None:
    recipe = Recipe(128)
    made = [recipe.make() for _ in range(100)]
    assert len(set(made)) == 100
    assert set("".join(made)) == set(ALPHABETS[recipe.alphabet])


def test_a_generated_value_comes_from_the_secrets_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", lambda letters: letters[-1])
    assert Recipe(8, "digits").make() == "99999999"


def test_lengths_stop_at_the_ends_and_alphabets_go_around() -> None:
    recipe = Recipe()
    assert recipe.words == "24 letters and digits, 142 bits"
    for _ in LENGTHS:
        recipe = recipe.resized(1)
    assert recipe.length == LENGTHS[-1]
    for _ in LENGTHS:
        recipe = recipe.resized(-1)
    assert recipe.length == LENGTHS[0]
    for _ in ALPHABETS:
        recipe = recipe.with_next_alphabet()
    assert recipe == Recipe(LENGTHS[0])
