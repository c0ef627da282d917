"""Places found by the schema of a kind: shapes of references, each with a near-miss beside it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.model.readers.rules.registry import RULES
from tui.model.readers.rules.rule import KindRule, uses_in
from tui.model.readers.rules.schema import rules_of_schema

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def told(description: str, **more: Any) -> Schema:
    return {"description": description, **more}


def fields(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


NAMED = fields(name=TEXT)
SELECTOR = fields(name=TEXT, key=TEXT)
ELSEWHERE = fields(name=TEXT, namespace=TEXT)


def document(spec: Schema, group: str = "example.com", kind: str = "Made", **schemas: Schema) -> Schema:
    top = fields(apiVersion=TEXT, kind=TEXT, metadata=NAMED, spec=spec, status=fields(secretName=TEXT))
    gvk = [{"group": group, "version": "v1", "kind": kind}]
    return {
        "components": {"schemas": {"made.v1": {**top, "x-kubernetes-group-version-kind": gvk}, **schemas}}
    }


def guessed(spec: Schema, **more: Any) -> dict[str, Any]:
    rules = rules_of_schema(document(spec, **more))
    assert all(rule.is_guessed for rule in rules)
    return {place.path: place for rule in rules for place in rule.places}


SHAPES: list[tuple[str, Schema, dict[str, tuple[str, tuple[str, ...]]]]] = [
    (
        "a map with a name, by its field's name",
        fields(secretRef=NAMED, secretStoreRef=NAMED, issuerRef=NAMED, secretTemplate=NAMED),
        {"spec.secretRef.name": ("", ())},
    ),
    (
        "lists of pull secrets and of names",
        fields(imagePullSecrets=listed(NAMED), secrets=listed(TEXT), hosts=listed(TEXT)),
        {"spec.imagePullSecrets[].name": ("", ()), "spec.secrets[]": ("", ())},
    ),
    (
        "Prometheus Operator's selectors, beside one of a ConfigMap",
        fields(
            ca=fields(
                secret=told("Secret containing data to use for the targets.", **SELECTOR),
                configMap=told("ConfigMap containing data to use for the targets.", **SELECTOR),
            ),
            password=told("`password` specifies a key of a Secret with the password.", **SELECTOR),
            label=told("A label to select.", **SELECTOR),
            tokenSettings=told("A key of a ConfigMap with settings of the token.", **SELECTOR),
        ),
        {"spec.ca.secret.name": ("", ()), "spec.password.name": ("", ())},
    ),
    (
        "CloudNativePG's selectors, which do not say Secret",
        fields(s3Credentials=fields(accessKeyId=told("The reference to the access key id", **SELECTOR))),
        {"spec.s3Credentials.accessKeyId.name": ("", ())},
    ),
    (
        "CloudNativePG's names in texts",
        fields(
            serverTLSSecret=told("The secret containing the server TLS certificate", **TEXT),
            clientSecret=told("The OAuth2 client secret", **TEXT),
        ),
        {"spec.serverTLSSecret": ("", ())},
    ),
    (
        "Crossplane's connection, of another namespace",
        fields(writeConnectionSecretToRef=ELSEWHERE, providerConfigRef=ELSEWHERE),
        {"spec.writeConnectionSecretToRef.name": ("", ("@namespace",))},
    ),
    (
        "Crossplane's credentials",
        fields(credentials=fields(source=TEXT, secretRef=fields(name=TEXT, namespace=TEXT, key=TEXT))),
        {"spec.credentials.secretRef.name": ("", ("@namespace",))},
    ),
    (
        "a kind that can be a Secret",
        fields(
            valuesFrom=listed(fields(kind=told("Secret or ConfigMap", **TEXT), name=TEXT)),
            certificateRefs=listed(fields(kind={**TEXT, "enum": ["Secret"]}, name=TEXT)),
            sourceRef=fields(kind=told("A GitRepository", **TEXT), name=TEXT),
        ),
        {"spec.valuesFrom[].name": ("", ()), "spec.certificateRefs[].name": ("", ())},
    ),
    (
        "a text with the fields for its key and namespace",
        fields(
            secretName=TEXT, secretKey=TEXT, secretNamespace=TEXT, userSecretName=TEXT, userSecretKey=TEXT
        ),
        {
            "spec.secretName": ("@secretKey", ("@secretNamespace",)),
            "spec.userSecretName": ("@userSecretKey", ()),
        },
    ),
    (
        "values of a map, and a field with dots",
        fields(
            backends={"type": "object", "additionalProperties": fields(tls=fields(secretName=TEXT))},
            **{"a.b/c": fields(secretName=TEXT)},
        ),
        {"spec.backends.*.tls.secretName": ("", ()), "spec['a.b/c'].secretName": ("", ())},
    ),
    (
        "what defines a variable and refers to a Secret below",
        fields(secrets=listed(fields(name=TEXT, secretRef=SELECTOR))),
        {"spec.secrets[].secretRef.name": ("", ())},
    ),
]


@pytest.mark.parametrize(("spec", "places"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_a_shape_is_found_and_its_near_miss_is_not(
    spec: Schema, places: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    found = guessed(spec)
    assert {path: (place.key, place.namespace) for path, place in found.items()} == places


def test_what_crossplane_writes_is_written() -> None:
    found = guessed(fields(writeConnectionSecretToRef=NAMED, secretRef=NAMED))
    assert found["spec.writeConnectionSecretToRef.name"].produces
    assert not found["spec.secretRef.name"].produces


def test_a_kind_must_be_said_unless_the_fields_name_says_secret() -> None:
    kind = told("Kind: Secret or ConfigMap", **TEXT)
    found = guessed(
        fields(valuesFrom=fields(kind=kind, name=TEXT), secrets=listed(fields(kind=kind, name=TEXT)))
    )
    assert found["spec.valuesFrom.name"].needs_kind
    assert not found["spec.secrets[].name"].needs_kind


def test_references_to_other_schemas_are_followed_and_end() -> None:
    ref = {"$ref": "#/components/schemas/tree"}
    tree = fields(secretName=TEXT, left=ref, right=listed({"allOf": [ref], "nullable": True}))
    found = guessed(fields(tree={"allOf": [ref], "description": "A tree"}), tree=tree)
    assert set(found) == {"spec.tree.secretName"}


def test_free_form_parts_have_no_places() -> None:
    assert guessed(fields(values={"type": "object", "x-kubernetes-preserve-unknown-fields": True})) == {}


def test_a_list_of_objects_is_no_kind() -> None:
    items = {"type": "array", "items": fields(spec=fields(secretName=TEXT))}
    gvk = [{"group": "example.com", "version": "v1", "kind": "MadeList"}]
    top = {**fields(items=items, metadata=NAMED), "x-kubernetes-group-version-kind": gvk}
    assert rules_of_schema({"components": {"schemas": {"list": top}}}) == ()


@pytest.mark.parametrize(
    ("group", "spec"),
    [
        ("gateway.networking.k8s.io", fields(to=listed(fields(group=TEXT, kind=told("Secret"), name=TEXT)))),
        (
            "secrets.hashicorp.com",
            fields(rolloutRestartTargets=listed(fields(kind={"enum": ["Secret"]}, name=TEXT))),
        ),
        ("keda.sh", fields(azureKeyVault=fields(secrets=listed(NAMED)))),
        ("external-secrets.io", fields(webhook=fields(secrets=listed(NAMED)))),
        ("external-secrets.io", fields(externalSecretName=TEXT)),
        ("monitoring.coreos.com", fields(applicationCredentialName=TEXT)),
    ],
)
def test_known_wrong_ones_are_left_out(group: str, spec: Schema) -> None:
    assert guessed(spec, group=group) == {}
    if group != "monitoring.coreos.com":
        assert guessed(spec) != {}, "the exception is needed"


def test_kinds_with_a_rule_are_not_guessed() -> None:
    known: KindRule = next(rule for rule in RULES if rule.kind == "IngressRoute")
    assert guessed(fields(secretName=TEXT), group=known.group, kind=known.kind) == {}


def test_what_is_found_so_says_it() -> None:
    (rule,) = rules_of_schema(document(fields(secretRef=NAMED)))
    (use,) = uses_in(rule, {"metadata": {"namespace": "shop"}, "spec": {"secretRef": {"name": "made-up-1"}}})
    assert (use.secret, use.notes) == ("made-up-1", ("found by field name",))
    assert uses_in(rule, {"spec": {"secretRef": {"name": "No name, but a value"}}}) == ()


KEYWORDS = ("properties", "items", "allOf", "$ref", "type", "secretRef", "name", "description", "enum")


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(KEYWORDS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@example({"allOf": 5})
@example({"$ref": "#/components/schemas/made.v1", "allOf": {"secretRef": True}})
def test_no_document_makes_it_fail(odd: Any) -> None:
    rules_of_schema({"components": odd})
    rules_of_schema(document(odd))
