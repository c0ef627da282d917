"""Sources of Secrets: which object manages a Secret, and what in the Secret says so."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from tests.model.test_source_actions import secret
from tui.model.api_object import Obj
from tui.model.managers.detect import manager_of
from tui.model.managers.source import external_secrets, vault
from tui.model.managers.source.registry import sources_of
from tui.model.managers.source.source import Source
from tui.model.secret.secret import FieldOwner, Owner, Secret

CASES: Final[list[tuple[Secret, str, str, str]]] = [
    (secret(Owner("ExternalSecret", "es", True)), "ExternalSecret/es", "payments", "owner reference"),
    (
        secret(manager="ExternalSecret/es"),
        "ExternalSecret/es",
        "payments",
        "owner reference or field manager",
    ),
    (
        secret(manager="ExternalSecret/es", field_owners=(FieldOwner("es", "Update", 1.0, ("a",)),)),
        *("ExternalSecret/es", "payments", "field manager"),
    ),
    (
        secret(labels={"reconcile.external-secrets.io/managed": "true"}),
        *("ExternalSecret", "payments", "label reconcile.external-secrets.io/managed"),
    ),
    (
        secret(notes={"reconcile.external-secrets.io/data-hash": "made-up"}),
        *("ExternalSecret", "payments", "annotation reconcile.external-secrets.io/data-hash"),
    ),
    (
        secret(notes={"cert-manager.io/certificate-name": "web"}),
        *("Certificate/web", "payments", "annotation cert-manager.io/certificate-name"),
    ),
    (secret(Owner("SealedSecret", "db", True)), "SealedSecret/db", "payments", "owner reference"),
    (
        secret(notes={"sealedsecrets.bitnami.com/managed": "true"}),
        *("SealedSecret/db", "payments", "annotation sealedsecrets.bitnami.com/managed"),
    ),
    (secret(Owner("VaultStaticSecret", "v", True)), "VaultStaticSecret/v", "payments", "owner reference"),
    (
        secret(notes={"argocd.argoproj.io/tracking-id": "orders:/Secret:payments/db"}),
        *("Application/orders", "argocd", "annotation argocd.argoproj.io/tracking-id"),
    ),
    (
        secret(notes={"argocd.argoproj.io/tracking-id": "team-a_orders:/Secret:payments/db"}),
        *("Application/orders", "team-a", "annotation argocd.argoproj.io/tracking-id"),
    ),
    (
        secret(
            labels={"app.kubernetes.io/instance": "orders"},
            manager="Argo CD/orders",
            field_owners=(FieldOwner("argocd-controller", "Update", 1.0, ("a",)),),
        ),
        *("Application/orders", "argocd", "field manager, and label app.kubernetes.io/instance"),
    ),
    (
        secret(labels={"applications.argoproj.io/app-name": "orders"}),
        *("Application/orders", "argocd", "label applications.argoproj.io/app-name"),
    ),
    (
        secret(
            labels={
                "kustomize.toolkit.fluxcd.io/name": "apps",
                "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
            }
        ),
        *("Kustomization/apps", "flux-system", "label kustomize.toolkit.fluxcd.io/name"),
    ),
]
"""Secrets, each with its source, the namespace of the source, and what says so."""


@pytest.mark.parametrize(("held", "title", "namespace", "known_by"), CASES)
def test_the_managing_object_is_named_with_what_says_so(
    held: Secret, title: str, namespace: str, known_by: str
) -> None:
    (found,) = [place for source, place in sources_of(held) if not source.is_reader]
    assert (found.title, found.namespace, found.known_by) == (title, namespace, known_by)


@pytest.mark.parametrize("case", [case for case in CASES if case[3].startswith("annotation ")])
def test_a_source_that_an_annotation_names_is_found_for_a_secret_known_from_the_list_alone(
    case: tuple[Secret, str, str, str],
) -> None:
    """The list tells the manager and the labels, and keeps no annotations."""
    held, title, namespace, _ = case
    known_from_the_list = "manager in the list of Secrets", "spec.secretName of the Certificate"
    manager = manager_of(held.type, held.labels, held.annotations, held.owners, [])
    (found,) = [
        place
        for source, place in sources_of(replace(held, annotations={}, manager=manager))
        if not source.is_reader
    ]
    assert found.namespace == namespace and found.known_by in known_from_the_list
    assert found.title == title or (title.startswith(f"{found.title}/") and found.fits is not None)


@pytest.mark.parametrize(
    ("held", "writes"),
    [
        (secret(manager="cert-manager"), {"spec": {"secretName": "db"}}),
        (secret(manager="External Secrets"), {"spec": {"target": {"name": "db"}}}),
    ],
)
def test_the_source_for_an_unnamed_manager_is_the_object_that_writes_the_secret(
    held: Secret, writes: Obj
) -> None:
    (place,) = [place for source, place in sources_of(held) if not source.is_reader]
    assert place.fits is not None and place.fits(writes) and not place.fits({"spec": {}})


@pytest.mark.parametrize(
    ("labels", "notes"),
    [
        ({}, {"argocd.argoproj.io/tracking-id": "shop:external-secrets.io/ExternalSecret:payments/db"}),
        ({}, {"argocd.argoproj.io/tracking-id": "shop:/Secret:elsewhere/db"}),
        ({"applications.argoproj.io/app-name": "shop"}, {}),
        ({"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}, {}),
    ],
)
def test_marks_that_external_secrets_copied_from_the_external_secret_make_no_second_manager(
    labels: dict[str, str], notes: dict[str, str]
) -> None:
    held = secret(
        Owner("ExternalSecret", "db", True), labels=labels, notes=notes, manager="ExternalSecret/db"
    )
    (place,) = [place for source, place in sources_of(held) if not source.is_reader]
    assert place.title == "ExternalSecret/db"


def test_the_private_key_of_sealed_secrets_has_no_source() -> None:
    held = secret(manager="Sealed Secrets", labels={"sealedsecrets.bitnami.com/sealed-secrets-key": "active"})
    assert all(source.is_reader for source, _ in sources_of(held))


def test_a_secret_of_a_person_is_managed_by_nothing_but_may_be_pushed_on() -> None:
    assert [source.is_reader for source, _ in sources_of(secret())] == [True]


def test_an_external_secret_without_a_known_name_is_found_by_its_target() -> None:
    (place,) = [
        place
        for source, place in sources_of(secret(notes={"reconcile.external-secrets.io/data-hash": "x"}))
        if not source.is_reader
    ]
    assert place.fits is not None
    assert place.fits({"metadata": {"name": "es"}, "spec": {"target": {"name": "db"}}})
    assert place.fits({"metadata": {"name": "db"}, "spec": {}})
    assert not place.fits({"metadata": {"name": "db"}, "spec": {"target": {"name": "another"}}})


def test_a_push_secret_is_found_by_its_selector() -> None:
    place = external_secrets.PUSH.place(secret())
    assert place is not None and place.fits is not None
    assert place.fits({"spec": {"selector": {"secret": {"name": "db"}}}})
    assert not place.fits({"spec": {"selector": {"secret": {"name": "another"}}}})


VAULT: Obj = {"name": "vault"}
DATA: Obj = {"secretKey": "pw", "remoteRef": {"key": "shop/db", "property": "password"}}


@pytest.mark.parametrize(
    ("source", "spec", "words"),
    [
        (
            *(external_secrets.EXTERNAL_SECRETS_SOURCE, {"secretStoreRef": VAULT, "data": [DATA]}),
            "SecretStore/vault: shop/db, property password",
        ),
        (
            external_secrets.EXTERNAL_SECRETS_SOURCE,
            {
                "secretStoreRef": VAULT,
                "data": [{**DATA, "sourceRef": {"storeRef": {"kind": "ClusterSecretStore", "name": "eu"}}}],
            },
            "ClusterSecretStore/eu: shop/db, property password",
        ),
        (
            external_secrets.EXTERNAL_SECRETS_SOURCE,
            {"secretStoreRef": VAULT, "dataFrom": [{"extract": {"key": "shop/db"}}]},
            "SecretStore/vault: shop/db, property pw",
        ),
        (
            external_secrets.EXTERNAL_SECRETS_SOURCE,
            {
                "secretStoreRef": VAULT,
                "dataFrom": [{"extract": {"key": "shop/db"}}, {"extract": {"key": "shop/more"}}],
            },
            None,
        ),
        (
            external_secrets.EXTERNAL_SECRETS_SOURCE,
            {
                "secretStoreRef": VAULT,
                "dataFrom": [{"extract": {"key": "shop/db"}}],
                "target": {"template": {"data": {"pw": "{{ .made_up }}"}}},
            },
            None,
        ),
        (vault.VAULT_SOURCES[0], {"mount": "kv", "path": "shop/db"}, "Vault: kv/shop/db, property pw"),
        (vault.VAULT_SOURCES[1], {"mount": "database", "path": "creds/shop"}, None),
    ],
)
def test_the_place_of_a_key_in_its_store_is_named(source: Source, spec: Obj, words: str | None) -> None:
    found = source.remote({"spec": spec}, "pw")
    assert (found.words if found is not None else None) == words


def test_the_whole_answer_of_vault_is_no_property_of_it() -> None:
    found = vault.VAULT_SOURCES[0].remote({"spec": {"mount": "kv", "path": "shop/db"}}, "_raw")
    assert found is not None and found.words == "Vault: kv/shop/db"


def test_a_refresh_that_a_pinned_version_makes_useless_has_a_warning() -> None:
    pinned = {"data": [{**DATA, "remoteRef": {"key": "shop/db", "version": "3"}}]}
    (offer,) = external_secrets.EXTERNAL_SECRETS_SOURCE.offers({"spec": pinned}, secret())
    assert "remoteRef.version pins pw" in offer.warnings[0]  # type: ignore[union-attr]
