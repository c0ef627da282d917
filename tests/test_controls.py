"""The controls: each promise has one, and each replaces a public name."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any

from tests.controls.all_controls import CONTROLS
from tests.controls.control import owner_of

PROMISES = range(1, 17)


def test_every_promise_has_a_control_and_every_control_a_name_of_its_own() -> None:
    assert {control.promise for control in CONTROLS} == set(PROMISES)
    assert len({control.breaks for control in CONTROLS}) == len(CONTROLS)


def _arguments_without_default(function: Any) -> tuple[list[None], dict[str, None]]:
    needed = [
        parameter
        for parameter in signature(function).parameters.values()
        if parameter.default is Parameter.empty
    ]
    placed = [
        None
        for parameter in needed
        if parameter.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    return placed, {parameter.name: None for parameter in needed if parameter.kind is Parameter.KEYWORD_ONLY}


def test_a_control_replaces_a_public_name_by_one_that_takes_the_same_arguments() -> None:
    for control in CONTROLS:
        owner, name = owner_of(control.seam)
        assert getattr(owner, name) is control.seam, control.breaks
        assert name.startswith("__") or not name.startswith("_"), control.breaks
        assert not owner.__name__.startswith("_"), control.breaks
        replacement = control.by(control.seam)
        assert isinstance(replacement, property) == isinstance(control.seam, property), control.breaks
        if not isinstance(replacement, property):
            placed, named = _arguments_without_default(control.seam)
            signature(replacement).bind(*placed, **named)
