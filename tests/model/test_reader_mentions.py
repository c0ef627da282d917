"""Names of Secrets in any string of an object: what is a mention, what is a reference, what is neither."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.api_object import ApiKind
from tui.model.readers.objects import object_source
from tui.model.readers.reader import ReaderInfo, Use, mentions_words, secret_of
from tui.model.readers.rules.rule import KindRule, ReferencePath
from tui.model.readers.secret_names import SecretNames, secret_names
from tui.model.secret.secret import SecretRef

Obj = dict[str, Any]
NAMES: Final = secret_names(
    SecretRef(*ref.split("/")) for ref in ("shop/db-login", "shop/db", "web/db-login", "web/far")
)
CUSTOM: Final = ApiKind("example.com", "v1", "things", "Thing")
GUESSED: Final = KindRule("example.com", "Thing", when="unknown", is_guessed=True)


def info(
    obj: Obj, *, names: SecretNames = NAMES, rule: KindRule = GUESSED, api: ApiKind = CUSTOM, **meta: Any
) -> ReaderInfo:
    """Reader info of an object in the namespace shop."""
    found: ReaderInfo = object_source(api, rule, names).read(
        {
            "apiVersion": api.api,
            "kind": api.kind,
            "metadata": {"name": "web", "namespace": "shop", **meta},
            **obj,
        }
    )
    return found


def mentioned(found: ReaderInfo) -> dict[str, str]:
    """Places where the Secrets of the namespaces are mentioned."""
    return {str(secret_of(found, one)): one.how() for one in found.mentions}


def read(found: ReaderInfo) -> list[tuple[str, str]]:
    return [(str(secret_of(found, use)), use.how()) for use in found.uses]


@pytest.mark.parametrize(
    "text",
    [
        "db-login",
        "shop/db-login",
        "secret:db-login",
        "--secret=db-login",
        "postgres://app@db-login:5432/orders",
        "a;db-login;b",
        "first,db-login",
        "'db-login'",
        '{"name":"db-login"}',
        "[db-login]",
        "(db-login)",
        "<db-login>",
        "`db-login`",
        "see db-login.",
        "waits for db-login...",
        "\u201cdb-login\u201d\u00a0is there",
        "- name: x\n- name: db-login\n",
        "${db-login}",
    ],
)
def test_the_name_alone_or_as_a_word_of_a_longer_text_is_a_mention(text: str) -> None:
    assert mentioned(info({"spec": {"any": [text]}})) == {"shop/db-login": "spec.any[0]"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "db-login-2",
        "my-db-login",
        "db-login.old",
        "db_login",
        "the_db-login",
        "DB-LOGIN",
        "dblogin",
        "db.login",
    ],
)
def test_a_longer_or_different_name_is_no_mention(text: str) -> None:
    assert mentioned(info({"spec": {"any": [text]}})) == {}


@pytest.mark.parametrize(
    "spec",
    [
        {"passwordSecretName": "db-login"},
        {"existingSecret": "db-login"},
        {"passwordSecret": "db-login"},
        {"tls": {"secret": "db-login"}},
        {"ref": {"kind": "Secret", "name": "db-login"}},
        {"secrets": ["db-login"]},
        {"credentialName": "db-login"},
        {"auth": {"passwordRef": {"name": "db-login", "key": "password"}}},
        {"loginSecretRef": {"name": "db-login"}},
        {"endpoints": [{"tls": {"caSecret": "shop/db-login"}}]},
    ],
)
def test_a_name_in_a_field_of_a_reference_is_a_reader(spec: Obj) -> None:
    found = info({"spec": spec})
    assert [name for name, _ in read(found)] == ["shop/db-login"] and not found.mentions
    (use,) = found.uses
    assert use.notes == ("found by field name",) and not use.produces


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"credentials": {"name": "db-login"}}, "spec.credentials"),
        ({"names": {"main": "db-login"}}, "spec.names.main"),
        ({"names": {"db-login": "main"}}, "spec.names.db-login"),
        ({"mounts": {"db-login": {"path": "/x"}}}, "spec.mounts.db-login"),
        ({"ref": {"kind": "ConfigMap", "name": "db-login"}}, "spec.ref"),
        ({"secretStoreRef": {"name": "db-login"}}, "spec.secretStoreRef"),
        ({"secretTemplate": {"name": "db-login"}}, "spec.secretTemplate"),
        ({"configMapRef": {"name": "db-login", "key": "a"}}, "spec.configMapRef"),
        ({"secretRef": {"name": "db-login", "kind": "Vault"}}, "spec.secretRef"),
        ({"existingSecret": "prefix:db-login"}, "spec.existingSecret"),
        ({"hosts": ["db-login"]}, "spec.hosts[0]"),
        ({"secrets": {"db-login": "x"}}, "spec.secrets.db-login"),
        ({"files": {"shop/db-login:password": "x"}}, "spec.files['shop/db-login:password']"),
    ],
)
def test_a_name_in_another_field_is_mentioned(spec: Obj, where: str) -> None:
    found = info({"spec": spec})
    assert mentioned(found) == {"shop/db-login": where} and not found.uses


def test_a_field_that_is_called_like_a_secret_is_no_reference() -> None:
    names = secret_names([SecretRef("shop", "secret")])
    found = info({"spec": {"secret": "made-up"}}, names=names)
    assert not found.uses and mentioned(found) == {"shop/secret": "spec.secret"}


def test_the_beginning_of_a_long_path_is_left_out() -> None:
    found = info({"spec": {"x" * 1000: {"y": "db-login"}}})
    assert mentioned(found) == {"shop/db-login": "…" + ("x" * 198) + ".y"}


@pytest.mark.parametrize(("name", "is_doubted"), [("default", True), ("db", True), ("db-login", False)])
def test_a_name_of_one_word_is_doubted(name: str, is_doubted: bool) -> None:
    mentioned = mentions_words(2, name)
    assert (
        mentioned.startswith("2 objects mention this name") and ("ordinary word" in mentioned) is is_doubted
    )


def test_a_reference_has_its_key_its_item_and_whether_it_may_be_missing() -> None:
    item = {"name": "eu", "loginSecret": "db-login", "loginSecretKey": "user"}
    (use,) = info({"spec": {"users": [item]}}).uses
    assert (use.how(), use.key) == ("spec.users[0].loginSecret eu", "user")
    (use,) = info({"spec": {"userSecretRef": {"name": "db-login", "key": "a", "optional": True}}}).uses
    assert (use.key, use.is_optional) == ("a", True)


def test_a_connection_secret_of_crossplane_is_written_and_not_mentioned() -> None:
    at = {"name": "db-login", "namespace": "web"}
    found = info({"spec": {"writeConnectionSecretToRef": at}})
    assert [(str(secret_of(found, use)), use.produces) for use in found.uses] == [("web/db-login", True)]
    assert mentioned(found) == {}


FAR: Final = [
    ({"a": "db-login"}, {}),
    ({"a": "web/db-login"}, {"web/db-login": "spec.a"}),
    ({"a": "web/other, shop/db-login"}, {"shop/db-login": "spec.a"}),
    ({"a": {"namespace": "shop", "any": "db-login"}}, {"shop/db-login": "spec.a.any"}),
    ({"targetNamespace": "shop", "a": {"b": ["x=db-login"]}}, {"shop/db-login": "spec.a.b[0]"}),
    ({"namespaces": ["shop", "web"], "a": "far"}, {"web/far": "spec.a"}),
]


@pytest.mark.parametrize("where", ["", "tools"])
@pytest.mark.parametrize(("spec", "wanted"), FAR)
def test_an_object_elsewhere_mentions_a_secret_only_with_its_namespace(
    spec: Obj, wanted: Obj, where: str
) -> None:
    """Check objects of the cluster, and objects of another namespace."""
    assert mentioned(info({"spec": spec}, namespace=where)) == wanted


def test_a_namespace_beside_a_name_says_whose_secret_it_is() -> None:
    assert mentioned(info({"spec": {"a": {"namespace": "web", "b": "db-login"}}})) == {
        "web/db-login": "spec.a.b"
    }
    found = info({"spec": {"targetNamespace": "web", "a": {"b": "db-login"}}})
    assert mentioned(found) == {"shop/db-login": "spec.a.b", "web/db-login": "spec.a.b"}


@pytest.mark.parametrize("other", ["web", "absent"])
def test_a_namespace_beside_a_name_that_has_no_such_secret_leaves_a_mention(other: str) -> None:
    """Example: an object names the namespace of what it installs, and a Secret of its own namespace."""
    found = info({"spec": {"namespace": other, "existingSecret": "db"}})
    assert mentioned(found) == {"shop/db": "spec.existingSecret"} and not found.uses


def test_a_word_before_the_slash_that_only_looks_like_a_namespace_hides_no_name() -> None:
    """There is a namespace web, and no Secret db in it."""
    assert mentioned(info({"spec": {"a": "vault://web/db#password"}})) == {"shop/db": "spec.a"}
    assert mentioned(info({"spec": {"a": "web/db"}}, namespace="tools")) == {}


def test_a_reference_of_an_object_of_the_cluster_without_a_namespace_is_uncertain() -> None:
    found = info({"spec": {"secretName": "db-login"}}, namespace="")
    assert [use.notes for use in found.uses] == [("namespace not certain", "found by field name")]
    assert secret_of(found, found.uses[0]) == SecretRef("", "db-login")


def test_the_whole_object_is_searched_except_its_name_and_copies_of_itself() -> None:
    meta: Obj = {
        "name": "db-login",
        "managedFields": [{"fieldsV1": {"f:db-login": {}}}],
        "labels": {"app": "db"},
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": '{"any":"db-login"}',
            "example.com/login": "db",
        },
    }
    assert mentioned(info({}, **meta)) == {"shop/db": "annotation example.com/login and 1 more"}
    found = info({"data": "db-login", "status": {"conditions": [{"message": "waits for db-login"}]}}, **meta)
    assert mentioned(found)["shop/db-login"] == "data and 1 more"


def test_an_object_says_its_first_places_and_how_many_more() -> None:
    (found,) = info({"spec": {"any": ["db-login"] * 9}}).mentions
    assert found.how() == "spec.any[0] and 8 more" and found.notes == ("also spec.any[1], spec.any[2]",)
    assert found.when_seen() == "mentions this name; not known to read the Secret"


def test_a_kind_with_a_rule_mentions_what_the_rule_does_not_read() -> None:
    rule = KindRule("example.com", "Thing", (ReferencePath("spec.login.name"),))
    spec = {"login": {"name": "db"}, "again": "db", "existingSecret": "db-login"}
    found = info({"spec": spec}, rule=rule)
    assert read(found) == [("shop/db", "spec.login")]
    assert mentioned(found) == {"shop/db-login": "spec.existingSecret"}


def test_only_the_annotations_of_kubernetes_own_kinds_are_searched() -> None:
    ingress = ApiKind("networking.k8s.io", "v1", "ingresses", "Ingress")
    rule = KindRule("networking.k8s.io", "Ingress", (ReferencePath("spec.tls[].secretName"),))
    backend = {"service": {"name": "db-login"}}
    found = info(
        {"spec": {"defaultBackend": backend, "tls": [{"secretName": "db"}]}},
        api=ingress,
        rule=rule,
        annotations={"haproxy.example/login": "db-login"},
        labels={"app": "db-login"},
    )
    assert read(found) == [("shop/db", "spec.tls[0]")]
    assert mentioned(found) == {"shop/db-login": "annotation haproxy.example/login"}


def test_a_pod_template_in_any_place_is_looked_through() -> None:
    env = [
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "db-login", "key": "a"}}},
        {"name": "B", "value": "http://db/x"},
    ]
    spec = {"containers": [{"name": "main", "env": env}]}
    found = info({"spec": {"steps": [{"pod": {"spec": spec}}]}})
    assert [name for name, _ in read(found)] == ["shop/db-login"]
    assert mentioned(found) == {"shop/db": "spec.steps[0].pod.spec.containers[0].env[1].value"}


ODD: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["db", "shop/db", "name", "namespace", "é db"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "namespace", "namespaces", "secret", "secretRef", "key", "kind", "db"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(ODD, ODD)
def test_no_shape_of_an_object_makes_the_search_fail_or_overlook_a_name(metadata: Any, spec: Any) -> None:
    found = info({"spec": spec, "metadata": metadata})
    assert all(isinstance(use, Use) for use in (*found.uses, *found.mentions))
    found = info({"spec": {"x": spec, "any": "db"}})
    named = {secret_of(found, use) for use in (*found.uses, *found.mentions)}
    assert SecretRef("shop", "db") in named


def test_an_object_of_a_thousand_levels_is_looked_through() -> None:
    deep: Any = "db-login"
    for _ in range(1000):
        deep = [{"a": deep}]
    assert list(mentioned(info({"spec": deep}))) == ["shop/db-login"]
