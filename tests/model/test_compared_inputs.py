"""Comparison of what two pods get: the same, another source, key or state, only on one side, overridden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.model.readers.inputs.comparison import compared_inputs
from tui.model.readers.inputs.container_input import ContainerInput, SourceKind
from tui.model.readers.inputs.table import inputs_of
from tui.model.readers.needs import KnownKeys


def inputs(env: list[Any], env_from: Sequence[Any] = (), container: str = "main") -> Sequence[ContainerInput]:
    def keys_of(kind: SourceKind, name: str) -> KnownKeys | None:
        return None if name == "gone" else KnownKeys(frozenset({"HOST", "PORT"}))

    spec = {"containers": [{"name": container, "env": env, "envFrom": [*env_from]}]}
    return inputs_of(spec, keys_of)


def from_secret(name: str, secret: str, key: str, **more: Any) -> Any:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key, **more}}}


def differences(here: Sequence[ContainerInput], there: Sequence[ContainerInput]) -> list[tuple[str, str]]:
    return [(pair.first.name, pair.difference) for pair in compared_inputs(here, there)]


def test_inputs_that_differ_come_first_and_say_if_source_key_or_literal_differs() -> None:
    here = [from_secret("A", "s", "HOST"), from_secret("B", "s", "HOST"), from_secret("C", "s", "HOST")]
    there = [from_secret("A", "s", "HOST"), from_secret("B", "other", "HOST"), from_secret("C", "s", "PORT")]
    here += [{"name": "D", "value": "one"}, {"name": "E", "value": "same"}, {"name": "HERE", "value": "x"}]
    there += [{"name": "D", "value": "two"}, {"name": "E", "value": "same"}, {"name": "THERE", "value": "x"}]
    assert differences(inputs(here), inputs(there)) == [
        ("B", "other source"),
        ("C", "other key"),
        ("D", "other literal"),
        ("HERE", "only here"),
        ("THERE", "only there"),
        ("A", "same"),
        ("E", "same"),
    ]


def test_an_overridden_variable_is_compared_by_the_source_that_wins() -> None:
    env_from = [{"secretRef": {"name": "s"}}, {"configMapRef": {"name": "app"}}]
    here, there = inputs([], env_from), inputs([], env_from[:1])
    assert differences(here, there) == [("HOST", "other source"), ("PORT", "other source")]
    assert differences(inputs([], env_from), inputs([], env_from)) == [("HOST", "same"), ("PORT", "same")]
    optional = [from_secret("HOST", "gone", "HOST", optional=True)]
    assert differences(inputs(optional, env_from), inputs([], env_from)) == [
        ("HOST", "same"),
        ("PORT", "same"),
    ]


def test_a_missing_source_is_another_state_and_the_only_containers_are_paired() -> None:
    gone = [from_secret("A", "s", "GONE")]
    optional = [from_secret("A", "s", "GONE", optional=True)]
    assert differences(inputs(gone), inputs(optional)) == [("A", "other state")]
    assert differences(inputs(gone, container="web"), inputs(gone, container="worker")) == [("A", "same")]
