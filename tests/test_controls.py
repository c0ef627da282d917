"""The controls: what each is made of, how it is noticed, and what is printed."""

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
    needed = [one for one in signature(function).parameters.values() if one.default is Parameter.empty]
    placed = [
        None for one in needed if one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    return placed, {one.name: None for one in needed if one.kind is Parameter.KEYWORD_ONLY}


def test_a_control_replaces_a_public_name_by_what_is_called_the_same_way() -> None:
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
