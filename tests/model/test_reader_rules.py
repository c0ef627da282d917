"""Rules of readers: a small object for each place, where the Secret is found in it, and near-misses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.readers.pod_use import PodUse
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.rules.registry import RULES
from tui.model.readers.rules.rule import KindRule, ReferencePath, uses_in
from tui.model.secret.secret import SecretRef

Obj = dict[str, Any]
REF = SecretRef("shop", "made-up")


def rule(*places: ReferencePath, **more: Any) -> KindRule:
    return KindRule("example.com", "Made", places, **more)


def found(of: KindRule, obj: Obj) -> list[ObjectUse]:
    uses = uses_in(of, {"metadata": {"name": "web", "namespace": "shop"}, **obj})
    return [use for use in uses if isinstance(use, ObjectUse)]


def names(of: KindRule, obj: Obj) -> list[str]:
    return [use.secret for use in found(of, obj)]


def test_items_of_lists_and_values_of_maps_are_found_each_with_its_path() -> None:
    of = rule(ReferencePath("spec.backends.*.tls[].secretName"))
    obj = {
        "spec": {"backends": {"a": {"tls": [{"secretName": "one"}]}, "b": {"tls": [{"secretName": "two"}]}}}
    }
    assert [(use.secret, use.path) for use in found(of, obj)] == [
        ("one", "spec.backends.a.tls[0]"),
        ("two", "spec.backends.b.tls[0]"),
    ]


def test_an_item_says_its_host_or_its_name() -> None:
    of = rule(ReferencePath("spec.tls[].secretName"))
    items = [
        {"secretName": "one", "hosts": ["shop.example"]},
        {"secretName": "two", "name": "internal"},
        {"secretName": "three", "hosts": []},
    ]
    assert [use.how() for use in found(of, {"spec": {"tls": items}})] == [
        "spec.tls[0] host shop.example",
        "spec.tls[1] internal",
        "spec.tls[2]",
    ]


def test_an_annotation_is_described_by_its_name() -> None:
    of = rule(ReferencePath("metadata.annotations['example.com/login']"))
    obj = {"metadata": {"name": "web", "annotations": {"example.com/login": "other/one"}}}
    (use,) = found(of, obj)
    assert (use.how(), use.namespace, use.secret) == ("annotation example.com/login", "other", "one")


@pytest.mark.parametrize(
    ("key", "beside", "keys"),
    [
        ("", {}, ()),
        ("", {"key": "pass"}, ("pass",)),
        ("tls.crt tls.key", {}, ("tls.crt", "tls.key")),
        ("@passwordKey", {"passwordKey": "pass"}, ("pass",)),
        ("@passwordKey value", {}, ("value",)),
    ],
)
def test_keys_are_fixed_or_beside_the_name(key: str, beside: Obj, keys: tuple[str, ...]) -> None:
    (use,) = found(rule(ReferencePath("spec.ref.name", key)), {"spec": {"ref": {"name": "one", **beside}}})
    assert use.keys == keys
    assert use.reads("pass") is (not keys or "pass" in keys)
    assert use.key == (keys[0] if len(keys) == 1 else None)


@pytest.mark.parametrize(
    ("beside", "is_found"),
    [
        ({}, True),
        ({"kind": "Secret"}, True),
        ({"kind": "ConfigMap"}, False),
        ({"group": "example.com"}, False),
        ({"apiVersion": "example.com/v1"}, False),
        ({"type": "ConfigMap"}, False),
    ],
)
def test_fields_beside_a_name_can_say_that_it_is_no_secret(beside: Obj, is_found: bool) -> None:
    of = rule(ReferencePath("spec.ref.name"))
    assert bool(found(of, {"spec": {"ref": {"name": "one", **beside}}})) is is_found


def test_a_place_can_need_the_kind() -> None:
    of = rule(ReferencePath("spec.ref.name", needs_kind=True))
    assert names(of, {"spec": {"ref": {"name": "one"}}}) == []
    assert names(of, {"spec": {"ref": {"name": "one", "kind": "Secret"}}}) == ["one"]


def spread(of: KindRule, obj: Obj) -> list[tuple[str | None, bool]]:
    return [(use.namespace, use.is_namespace_uncertain) for use in found(of, obj)]


def test_the_namespace_is_beside_the_name_or_elsewhere_or_the_objects_own() -> None:
    of = rule(ReferencePath("spec.ref.name", namespace=("@namespace", "spec.claim.namespace")))
    ref: Obj = {"ref": {"name": "one"}}
    assert spread(of, {"spec": ref}) == [(None, False)]
    assert spread(of, {"spec": {**ref, "claim": {"namespace": "b"}}}) == [("b", False)]
    own = {"ref": {"name": "one", "namespace": "a"}, "claim": {"namespace": "b"}}
    assert spread(of, {"spec": own}) == [("a", False)]


def test_a_reference_can_be_in_several_namespaces() -> None:
    of = rule(ReferencePath("spec.ref.name", namespace=("status.namespaces[]",)))
    obj = {"spec": {"ref": {"name": "one"}}, "status": {"namespaces": ["a", "b"]}}
    assert spread(of, obj) == [("a", False), ("b", False)]


def test_a_guessed_namespace_is_marked_and_the_own_one_is_possible_too() -> None:
    of = rule(ReferencePath("spec.ref.name", guess="controllers"))
    obj: Obj = {"spec": {"ref": {"name": "one"}}}
    assert spread(of, obj) == [("controllers", True), (None, True)]
    assert spread(of, {**obj, "metadata": {"name": "web"}}) == [("controllers", True)]
    assert "namespace not certain" in found(of, obj)[0].notes


def test_the_reference_of_a_cluster_object_without_a_namespace_is_uncertain() -> None:
    of = rule(ReferencePath("spec.ref.name", namespace=("@namespace",)))
    assert spread(of, {"metadata": {"name": "web"}, "spec": {"ref": {"name": "one"}}}) == [(None, True)]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("one", [(None, "one")]),
        ("b/one", [("b", "one")]),
        ("kubernetes://one", [(None, "one")]),
        ("kubernetes-gateway://b/one", [("b", "one")]),
        ("configmap://one", []),
        ("Not a name", []),
        ("bXktbWFkZS11cC12YWx1ZQ==", []),
    ],
)
def test_a_value_can_name_the_namespace_and_a_text_that_is_no_name_is_none(
    value: str, named: list[tuple[str | None, str]]
) -> None:
    uses = found(rule(ReferencePath("spec.credentialName")), {"spec": {"credentialName": value}})
    assert [(use.namespace, use.secret) for use in uses] == named


@pytest.mark.parametrize("name", ["${pvc.name}-login", "{{ .Name }}", "${pvc.namespace}/x"])
def test_a_name_from_a_template_is_marked_as_one(name: str) -> None:
    (use,) = found(rule(ReferencePath("spec.name")), {"spec": {"name": name}})
    assert (use.secret, use.is_template, use.notes) == (name, True, ("from a template",))


def test_a_missing_name_follows_from_the_objects() -> None:
    of = rule(ReferencePath("spec.target.name", default=("login-{}",), produces=True))
    (use,) = found(of, {"spec": {}})
    assert (use.secret, use.produces, use.notes) == ("login-web", True, ())
    assert names(of, {"spec": {"target": {"name": "one"}}}) == ["one"]
    elsewhere = rule(ReferencePath("", default=("spec.other", "{}")))
    assert (names(elsewhere, {}), names(elsewhere, {"spec": {"other": "one"}})) == (["web"], ["one"])


def test_another_field_can_say_that_nothing_is_read() -> None:
    of = rule(ReferencePath("spec.name", unless=("spec.policy", "None")))
    assert names(of, {"spec": {"name": "one", "policy": "None"}}) == []
    assert names(of, {"spec": {"name": "one", "policy": "Owner"}}) == ["one"]


def test_anything_below_a_path_with_the_shape_of_a_reference_is_found() -> None:
    obj = {
        "spec": {
            "auth": [{"user": {"name": "one", "key": "user"}}, {"tokenSecretRef": {"name": "two"}}],
            "tls": {
                "ca": {"configMap": {"name": "no", "key": "ca"}, "secret": {"name": "three", "key": "ca"}}
            },
            "volume": {"secret": {"secretName": "four"}},
            "pulls": {"imagePullSecrets": [{"name": "five"}]},
            "store": {"secretStoreRef": {"name": "no"}},
            "bundle": {"name": "no", "key": "ca", "type": "ConfigMap"},
            "other": {"name": "no"},
            "secrets": [{"name": "no", "secretRef": {"name": "six", "key": "a"}}],
        }
    }
    uses = found(rule(ReferencePath("spec.**", namespace=("@namespace",))), obj)
    assert [(use.secret, use.keys, use.path) for use in uses] == [
        ("one", ("user",), "spec.auth[0].user"),
        ("two", (), "spec.auth[1].tokenSecretRef"),
        ("three", ("ca",), "spec.tls.ca.secret"),
        ("four", (), "spec.volume.secret.secretName"),
        ("five", (), "spec.pulls.imagePullSecrets[0]"),
        ("six", ("a",), "spec.secrets[0].secretRef"),
    ]


def test_a_place_of_its_own_comes_before_what_is_found_below_a_path() -> None:
    of = rule(ReferencePath("spec.ref.name", "fixed"), ReferencePath("spec.**"))
    (use,) = found(of, {"spec": {"ref": {"name": "one", "key": "other"}}})
    assert use.keys == ("fixed",)


def test_a_pod_template_is_read_as_a_pod() -> None:
    env = [{"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "db", "key": "pass"}}}]
    spec = {"template": {"spec": {"containers": [{"name": "app", "env": env}]}}}
    (use,) = uses_in(rule(templates=("spec.template.spec",)), {"spec": spec})
    assert isinstance(use, PodUse)
    assert (use.secret, use.how()) == ("db", "env PASS")


def test_names_in_a_template_of_an_odd_shape_are_found_all_the_same() -> None:
    env = [{"valueFrom": {"secretKeyRef": {"name": "db", "key": "pass"}}}]
    spec = {"template": {"spec": {"containers": [{"name": None, "env": env}]}}}
    (use,) = uses_in(rule(templates=("spec.template.spec",)), {"spec": spec})
    assert (use.secret, use.key) == ("db", "pass")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["spec", "name", "key", "tls", "secretRef", "a"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_shape_of_an_object_makes_a_rule_fail(metadata: object, spec: object) -> None:
    for of in RULES:
        uses_in(of, {"metadata": metadata, "spec": spec, "parameters": spec, "imagePullSecrets": spec})


def test_an_object_of_a_thousand_levels_is_read() -> None:
    deep: Obj = {"secretRef": {"name": "no"}}
    for _ in range(1000):
        deep = {"a": [deep]}
    assert found(rule(ReferencePath("spec.**")), {"spec": deep}) == []


def use(**more: Any) -> ObjectUse:
    return ObjectUse(secret="made-up", way="field", path="spec.ref", **{"key": None, **more})


@pytest.mark.parametrize(
    ("of", "change", "key", "sentence"),
    [
        (use(when="watch"), "changed", "a", "by its controller, within seconds"),
        (use(keys=("b",)), "changed", "a", "does not read this key"),
        (use(keys=("a",)), "removed", "a", "may FAIL: it reads this key"),
        (use(), "deleted", None, 'may FAIL: secret "made-up" not found'),
        (use(when="mount"), "deleted", None, 'next mount FAILS: secret "made-up" not found'),
        (use(is_optional=True), "deleted", None, "continues without the Secret"),
        (use(is_optional=True), "removed", "a", "continues without the key"),
        (use(produces=True), "changed", "a", "writes this Secret, and may undo the change"),
    ],
)
def test_the_effect_of_a_change_follows_the_rule_of_the_reader(
    of: ObjectUse, change: Any, key: str | None, sentence: str
) -> None:
    assert of.effect(change, REF, key).sentence == sentence
