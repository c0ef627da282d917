"""Every row of RULES: an object made from its own path names a Secret there, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tui.model.readers.reader import Use
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.rules.path import steps_of
from tui.model.readers.rules.registry import RULES, rules_by_kind
from tui.model.readers.rules.rule import KindRule, Place, uses_in

Obj = dict[str, Any]
NAME = "made-up-1"
PLACES = [
    pytest.param(rule, place, id=f"{rule.kind}.{rule.group}-{place.path or place.default[0]}")
    for rule in RULES
    for place in rule.places
]
TEMPLATES = [pytest.param(rule, path, id=rule.kind) for rule in RULES for path in rule.templates]


def holder_of(place: Place) -> Obj:
    """The fields beside a name, as the place expects them."""
    keys = {name[1:]: f"key-of-{name[1:]}" for name in place.key.split() if name.startswith("@")}
    spaces = {name[1:]: "other" for name in place.namespace[:1] if name.startswith("@")}
    return {**keys, **spaces, **({"kind": "Secret"} if place.needs_kind else {})}


def put(path: str, value: Any, beside: Obj) -> Any:
    """The smallest object with that value at a path."""
    made = value
    for number, step in enumerate(reversed(steps_of(path))):
        if step == "[]":
            made = [made]
        elif step == "**":
            made = {"tokenSecretRef": {"name": value, **beside}}
        else:
            made = {"any" if step == "*" else step: made, **(beside if number == 0 else {})}
    return made


def merged(one: Obj, other: Obj) -> Obj:
    both = dict(one)
    for name, value in other.items():
        both[name] = merged(both[name], value) if isinstance(both.get(name), dict) else value
    return both


def whole(path: str, value: Any, beside: Obj) -> Obj:
    own: Obj = {"metadata": {"name": "web", "namespace": "shop"}}
    return merged(own, put(path, value, beside) if path else {})


def uses(rule: KindRule, obj: Obj) -> Iterator[ObjectUse]:
    return (use for use in uses_in(rule, obj) if isinstance(use, ObjectUse) and use.secret == NAME)


@pytest.mark.parametrize(("rule", "place"), PLACES)
def test_a_row_finds_what_is_at_its_place(rule: KindRule, place: Place) -> None:
    if not place.path:
        wanted = place.default[-1].replace("{}", "web")
        assert wanted in {use.secret for use in uses_in(rule, whole("", None, {}))}
        return
    beside = holder_of(place)
    found = list(uses(rule, whole(place.path, NAME, beside)))
    assert len(found) == (2 if place.guess else 1)
    assert {use.produces for use in found} == {place.produces}
    told = place.key.split()
    beside_it = {beside[name[1:]] for name in told if name.startswith("@")}
    assert set(found[0].keys) == (beside_it or set(told))
    is_beside = bool(place.namespace) and place.namespace[0].startswith("@")
    assert {use.namespace for use in found} == (
        {"other"} if is_beside else {place.guess, None} if place.guess else {None}
    )
    assert all(use.is_namespace_uncertain for use in found) is bool(place.guess)


@pytest.mark.parametrize(("rule", "place"), PLACES)
def test_a_row_finds_nothing_beside_its_place(rule: KindRule, place: Place) -> None:
    """The same object with another name for the field, or for the one at its top."""
    steps = [step for step in steps_of(place.path) if step not in ("[]", "*", "**")]
    for step in {steps[0], steps[-1]} if steps else ():
        obj = put(place.path.replace(step, f"{step}Other"), NAME, holder_of(place))
        if "**" not in place.path or step == steps[0]:
            assert not list(uses(rule, merged({"metadata": {"name": "web", "namespace": "shop"}}, obj)))


@pytest.mark.parametrize(("rule", "path"), TEMPLATES)
def test_a_row_reads_the_pods_of_a_template(rule: KindRule, path: str) -> None:
    pod = {"containers": [{"name": "app", "envFrom": [{"secretRef": {"name": NAME}}]}]}
    assert [use.how() for use in uses_in(rule, whole(path, pod, {}))] == ["envFrom"]


def test_each_kind_has_one_row_and_every_row_a_place() -> None:
    assert len(rules_by_kind()) == len(RULES)
    assert all(rule.places or rule.templates for rule in RULES)


def test_more_rules_of_a_known_kind_add_their_places() -> None:
    more = KindRule("networking.k8s.io", "Ingress", (Place("spec.made.secretName"),))
    both = rules_by_kind((more, KindRule("example.com", "Made", more.places)))
    assert both["networking.k8s.io", "Ingress"].places[-1] == more.places[0]
    assert len(both["networking.k8s.io", "Ingress"].places) > 1
    assert both["example.com", "Made"].places == more.places


OBJECTS: dict[str, Obj] = yaml.safe_load((Path(__file__).parent / "reader_objects.yaml").read_text())
BY_NAME = {f"{rule.kind}.{rule.group}": rule for rule in RULES}


def in_words(use: Use) -> str:
    """As in the file: "shop/web tls.crt,tls.key writes"."""
    keys = ",".join(use.keys) if isinstance(use, ObjectUse) else ""
    is_uncertain = isinstance(use, ObjectUse) and use.is_namespace_uncertain
    marks = (keys, "guess" * is_uncertain, "writes" * use.produces, "optional" * use.is_optional)
    return " ".join([f"{use.namespace or '-'}/{use.secret}", *(mark for mark in marks if mark)])


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_object_names_what_it_names_and_nothing_else(kind: str) -> None:
    obj = dict(OBJECTS[kind])
    finds = obj.pop("finds")
    obj = merged({"metadata": {"name": "made-up", "namespace": "shop"}}, obj)
    assert [in_words(use) for use in uses_in(BY_NAME[kind], obj)] == finds


def test_every_set_of_places_has_an_object() -> None:
    """Kinds with the very same places share one."""
    tried = {(BY_NAME[kind].places, BY_NAME[kind].templates) for kind in OBJECTS}
    assert [name for name, rule in BY_NAME.items() if (rule.places, rule.templates) not in tried] == []
