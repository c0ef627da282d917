"""Every row of RULES, with an object as its project's API writes it, and what that object names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tui.model.readers.reader import Use
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.rules.path import is_path
from tui.model.readers.rules.registry import RULES, rules_by_kind
from tui.model.readers.rules.rule import KindRule, ReferencePath, uses_in

Obj = dict[str, Any]


def merged(one: Obj, other: Obj) -> Obj:
    both = dict(one)
    for name, value in other.items():
        both[name] = merged(both[name], value) if isinstance(both.get(name), dict) else value
    return both


def test_each_kind_has_one_row_and_every_row_a_place() -> None:
    assert len(rules_by_kind()) == len(RULES)
    assert all(rule.places or rule.templates for rule in RULES)
    paths = {place.path for rule in RULES for place in rule.places} | {
        path for rule in RULES for path in rule.templates
    }
    assert [path for path in paths if path and not is_path(path)] == []


def test_more_rules_of_a_known_kind_add_their_places() -> None:
    more = KindRule("networking.k8s.io", "Ingress", (ReferencePath("spec.made.secretName"),))
    both = rules_by_kind((more, KindRule("example.com", "Made", more.places)))
    assert both["networking.k8s.io", "Ingress"].places[-1] == more.places[0]
    assert len(both["networking.k8s.io", "Ingress"].places) > 1
    assert both["example.com", "Made"].places == more.places


OBJECTS: dict[str, Obj] = yaml.safe_load((Path(__file__).parent / "reader_objects.yaml").read_text())
BY_NAME = {f"{rule.kind}.{rule.group}": rule for rule in RULES}


def in_words(use: Use) -> str:
    """Describe a use as the file does: "shop/web tls.crt,tls.key writes"."""
    keys = ",".join(use.keys) if isinstance(use, ObjectUse) else ""
    is_uncertain = isinstance(use, ObjectUse) and use.is_namespace_uncertain
    marks = (keys, "guess" * is_uncertain, "writes" * use.produces, "optional" * use.is_optional)
    return " ".join([f"{use.namespace or '-'}/{use.secret}", *(mark for mark in marks if mark)])


@pytest.mark.parametrize("kind", OBJECTS)
def test_the_example_object_of_a_kind_names_its_secrets_and_no_others(kind: str) -> None:
    obj = dict(OBJECTS[kind])
    finds = obj.pop("finds")
    obj = merged({"metadata": {"name": "made-up", "namespace": "shop"}}, obj)
    assert [in_words(use) for use in uses_in(BY_NAME[kind], obj)] == finds


def test_every_set_of_places_has_an_object() -> None:
    """Kinds with the very same places share one."""
    tried = {(BY_NAME[kind].places, BY_NAME[kind].templates) for kind in OBJECTS}
    assert [name for name, rule in BY_NAME.items() if (rule.places, rule.templates) not in tried] == []
