"""Hints if no object can be asked: lines to copy, the Secret that is copied, a hash that does not fit."""

from __future__ import annotations

import pytest

from tui.model.managers.source.hints import hints, kustomize_hash, kustomize_name
from tui.model.managers.source.source import Hint, ReleaseValues, Revisions
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value


def secret(
    name: str = "db",
    data: dict[str, bytes] | None = None,
    *,
    notes: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
    type: str = "Opaque",  # noqa: A002
) -> Secret:
    values = {key: Value(text) for key, text in (data or {}).items()}
    ref = SecretRef("payments", name)
    return Secret(ref, "uid", "1", type, values, annotations=notes or {}, labels=labels or {})


@pytest.mark.parametrize(
    ("data", "wanted"),
    # kubernetes staging/src/k8s.io/kubectl/pkg/util/hash/hash_test.go, whose hash kustomize kept
    [
        ({}, "t75bgf6ctb"),
        ({"one": b""}, "74bd68bm66"),
        ({"two": b"2", "one": b"", "three": b"3"}, "dgcb6h9tmk"),
    ],
)
def test_the_hash_is_the_one_of_kustomize(data: dict[str, bytes], wanted: str) -> None:
    assert kustomize_hash("", "my-type", {key: Value(text) for key, text in data.items()}) == wanted


def test_a_secret_that_was_edited_after_kustomize_made_it_is_recognized() -> None:
    made = kustomize_hash("db", "Opaque", {"password": Value(b"made-up-1")})
    assert kustomize_name(secret(f"db-{made}", {"password": b"made-up-1"})) == ("db", True)
    assert kustomize_name(secret(f"db-{made}", {"password": b"made-up-2"})) == ("db", False)
    assert kustomize_name(secret("db-credentials")) is None
    (found,) = hints(secret(f"db-{made}", {"password": b"made-up-2"}), is_whole=True)
    assert "the Secret was edited, or" in found.does
    assert not hints(secret(f"db-{made}"), is_whole=False), "of a Secret that is not read nothing is said"


@pytest.mark.parametrize(
    ("marks", "source"),
    [
        ({"reflector.v1.k8s.emberstack.com/reflects": "shared/db"}, "shared/db"),
        ({"replicator.v1.mittwald.de/replicate-from": "shared/db"}, "shared/db"),
        ({"replicator.v1.mittwald.de/replicate-from": "other"}, "payments/other"),
        (
            {"kubed.appscode.com/origin.name": "db", "kubed.appscode.com/origin.namespace": "shared"},
            "shared/db",
        ),
        (
            {"generate.kyverno.io/source-name": "db", "generate.kyverno.io/source-namespace": "shared"},
            "shared/db",
        ),
    ],
)
def test_a_copy_leads_to_its_source(marks: dict[str, str], source: str) -> None:
    for held in (
        secret(notes=marks),
        secret(labels=marks) if len(marks) == 2 else secret(notes=marks),
    ):
        (found,) = hints(held, is_whole=True)
        assert isinstance(found, Hint)
        assert str(found.goes_to) == source and found.title == f"Go to {source}"


def test_a_release_has_lines_to_copy() -> None:
    notes = {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "web"}
    upgrade, values, revisions, paths = hints(secret(notes=notes), is_whole=True)
    assert isinstance(revisions, Revisions)
    assert isinstance(paths, ReleaseValues)
    assert (paths.release, paths.namespaces, paths.is_by_flux) == (SecretRef("web", "shop"), ("web",), False)
    assert (revisions.release, revisions.namespaces) == ("shop", ("web",))
    assert isinstance(upgrade, Hint) and isinstance(values, Hint)
    assert upgrade.line == "helm upgrade shop CHART -n web --reuse-values --set PATH=VALUE"
    assert "Helm 4 stops if a key was edited outside Helm" in upgrade.does
    assert values.line == "helm get values shop -n web"
    assert not hints(secret(notes=notes, type="helm.sh/release.v1"), is_whole=True)
    labels = {"helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "flux-system"}
    revisions, paths = hints(secret(notes=notes, labels=labels), is_whole=True)
    assert isinstance(revisions, Revisions) and revisions.namespaces == ("flux-system", "web")
    assert isinstance(paths, ReleaseValues) and paths.is_by_flux


def test_names_in_a_line_are_quoted_for_the_shell() -> None:
    upgrade, *_ = hints(secret(notes={"meta.helm.sh/release-name": "a; rm"}), is_whole=True)
    assert isinstance(upgrade, Hint)
    assert "helm upgrade 'a; rm' CHART -n payments" in upgrade.line


def test_a_certificate_of_strimzi_has_a_line_to_renew_it() -> None:
    for kind in ("Kafka", "KafkaUser"):
        (found,) = hints(secret("my-ca", labels={"strimzi.io/kind": kind}), is_whole=True)
        assert isinstance(found, Hint)
        assert found.line == "kubectl annotate secret my-ca -n payments strimzi.io/force-renew=true"
    assert not hints(secret(labels={"strimzi.io/kind": "KafkaConnect"}), is_whole=True)


def test_no_renewal_line_is_offered_for_a_kafka_user_with_a_password() -> None:
    user = {"strimzi.io/kind": "KafkaUser"}
    assert not hints(secret(data={"password": b"made up"}, labels=user), is_whole=True)
    assert not hints(secret(labels=user), is_whole=False), "its keys are not known yet"
    (found,) = hints(secret(data={"user.crt": b"made up"}, labels=user), is_whole=True)
    assert found.title == "Copy the renewal command"
