"""Effects of an edit, shown before the work: who will write a key again, when, and where the edit belongs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tui.model.managers.edit_effects import IF_EDITED, at_source, effects_of_edit, manager_warnings
from tui.model.managers.registry import MANAGERS
from tui.model.managers.source.hints import kustomize_hash
from tui.model.secret.secret import FieldOwner, Owner, Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE, OPAQUE
from tui.model.secret.value import Value

REF = SecretRef("default", "db")
STORE = "Change the value in the store that the ExternalSecret reads."


def secret(
    manager: str | None = None,
    *writers: tuple[str, str],
    kind: str = OPAQUE,
    operation: str = "Update",
    annotations: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
) -> Secret:
    """Secret with the keys a, b and c; `writers` are field managers with the letters that each owns."""
    return Secret(
        REF,
        "uid-a",
        "1",
        kind,
        {key: Value(b"made up") for key in "abc"},
        annotations=annotations or {},
        labels=labels or {},
        field_owners=tuple(FieldOwner(name, operation, 1.0, tuple(keys)) for name, keys in writers),
        manager=manager,
    )


def owned_by(kind: str, name: str, held: Secret) -> Secret:
    return replace(held, owners=(Owner(kind, name, is_controller=True),))


ES = ("externalsecrets.external-secrets.io/db", "ab")


@pytest.mark.parametrize(
    ("held", "keys", "said"),
    [
        (secret(), None, ()),
        (
            secret("ExternalSecret/db", ES, ("secret-tui", "c")),
            None,
            ("ExternalSecret/db writes 2 of 3 keys: an edit lasts until its next refresh",),
        ),
        (
            secret("ExternalSecret/db", ES, ("secret-tui", "c")),
            "c",
            ("ExternalSecret/db may write c: an edit may last until its next refresh",),
        ),
        (
            secret("ExternalSecret/db", ES),
            "b",
            ("ExternalSecret/db writes b: an edit lasts until its next refresh",),
        ),
        (
            owned_by("ExternalSecret", "db", secret("ExternalSecret/db", ES)),
            "b",
            ("ExternalSecret/db writes b: an edit lasts seconds",),
        ),
        (
            owned_by("ExternalSecret", "db", secret("ExternalSecret/db", (ES[0], "abc"))),
            None,
            ("ExternalSecret/db writes all 3 keys: an edit lasts seconds",),
        ),
        (
            secret("ExternalSecret/db"),
            None,
            ("ExternalSecret/db may write this Secret: an edit may last until its next refresh",),
        ),
        (
            secret("Flux/apps", ("kustomize-controller", "ab")),
            "ab",
            ("Flux/apps writes both changed keys: an edit lasts until its next reconciliation",),
        ),
        (secret("DatabaseClaim/x"), "a", ("DatabaseClaim/x may undo an edit",)),
        (
            secret(None, ("kubectl", "a"), operation="Apply"),
            "a",
            ("kubectl apply writes a: an edit lasts until its file is applied",),
        ),
        (
            secret("Helm/shop", kind=HELM_RELEASE),
            "a",
            ("Helm release record: an edit breaks the release",),
        ),
        (
            secret(annotations={"replicator.v1.mittwald.de/replicate-to": "web"}),
            "a",
            ("kubernetes-replicator copies every edit (replicate-to: web)",),
        ),
    ],
)
def test_a_managed_secret_warns_before_an_edit(held: Secret, keys: str | None, said: tuple[str, ...]) -> None:
    assert manager_warnings(held, keys) == said


def test_a_warning_of_any_manager_has_at_most_twelve_words() -> None:
    for known in MANAGERS:
        manager, writers = known.name, [*known.writers, *known.other_writers][:1]
        labels = dict([known.needs.partition("=")[::2]]) if known.needs else {}
        held = secret(manager, *((name, "abc") for name in writers), labels=labels)
        (said,) = manager_warnings(held)
        assert len(said.removeprefix(manager).split()) <= 11, said


def test_the_whole_effect_of_an_edit_names_the_keys_of_the_manager_and_those_of_persons() -> None:
    held = secret("ExternalSecret/db", ES, ("secret-tui", "c"))
    assert effects_of_edit(held) == (
        ("managed keys", "a, b"),
        ("by hand", "c, last written by secret-tui; may be reset too"),
        (IF_EDITED, "An edit will be reset within seconds or at its next refresh."),
        ("instead", STORE),
    )
    assert effects_of_edit(secret()) == ()


@pytest.mark.parametrize(
    ("manager", "instead"),
    [
        ("External Secrets", "the store that the ExternalSecret reads"),
        ("VaultStaticSecret/x", "in Vault"),
        ("service account token controller", "Do not edit a token"),
    ],
)
def test_a_known_manager_or_its_object_says_where_the_edit_belongs(manager: str, instead: str) -> None:
    assert instead in dict(effects_of_edit(secret(manager)))["instead"]


@pytest.mark.parametrize("manager", ["Flux/apps", "Argo CD/orders", "Helm/shop", "Helm", "cert-manager"])
def test_a_manager_is_known_with_and_without_its_object(manager: str) -> None:
    assert "Change it there" not in dict(effects_of_edit(secret(manager)))["instead"]


@pytest.mark.parametrize("kind", ["HelmRelease", "FluxInstance", "ReflectorRule"])
def test_an_owner_whose_kind_begins_like_a_manager_is_not_that_manager(kind: str) -> None:
    (said,) = manager_warnings(secret(f"{kind}/x"))
    assert said == f"{kind}/x may undo an edit"


def test_a_private_key_of_sealed_secrets_has_a_warning_of_its_own() -> None:
    held = secret("Sealed Secrets", labels={"sealedsecrets.bitnami.com/sealed-secrets-key": "active"})
    assert "sealed values are lost without it" in manager_warnings(held)[0]
    assert "cannot be decrypted" in dict(effects_of_edit(held))["if lost"]


SEALED = ("sealed-secrets-controller", "ab")


@pytest.mark.parametrize(
    ("held", "keys", "found"),
    [
        (secret(), "a", None),
        (secret(None, ("kubectl", "abc"), operation="Apply"), "a", None),
        (secret("ExternalSecret/db", ES), "a", ("a",)),
        (secret("ExternalSecret/db", ES), "abc", ("a", "b")),
        (secret("ExternalSecret/db", ES, ("kubectl-edit", "c")), "c", None),
        (secret("SealedSecret/db", SEALED), "", ()),
        (secret("SealedSecret/db", SEALED), "c", ("c",)),
        (secret("DatabaseClaim/x", ("claims", "abc")), "a", None),
        (
            secret(
                "Flux/apps",
                ("kustomize-controller", "abc"),
                annotations={"kustomize.toolkit.fluxcd.io/reconcile": "disabled"},
            ),
            "a",
            None,
        ),
    ],
)
def test_the_source_is_offered_for_keys_that_an_active_manager_writes_again(
    held: Secret, keys: str, found: tuple[str, ...] | None
) -> None:
    about = at_source(held, keys)
    assert (about.keys if about is not None else None) == found


def test_only_the_keys_of_persons_are_left_out_if_no_key_is_known_to_be_the_managers() -> None:
    held = secret("ExternalSecret/db", ("stripped", ""), ("kubectl-edit", "c"))
    about = at_source(held, "abc")
    assert about is not None and about.keys == ("a", "b") and not about.is_sure


def test_an_unedited_secret_of_kustomize_has_its_generator_as_source() -> None:
    name = f"db-{kustomize_hash('db', OPAQUE, secret().data)}"
    made = replace(secret(), ref=SecretRef("default", name))
    about = at_source(made, "a")
    assert about is not None and about.who == "kustomize's generator db" and about.is_whole
    assert at_source(replace(made, ref=SecretRef("default", "db-bcdfghkmt2")), "a") is None


@pytest.mark.parametrize(
    ("manager", "labels", "short", "begins"),
    [
        (
            "Cluster/pg",
            {"cnpg.io/cluster": "pg"},
            "sets an edited password in PostgreSQL, not in uri or pgpass",
            "An edit stays, and CloudNativePG sets the password",
        ),
        ("Cluster/pg", {}, "may undo an edit", "An edit may be reset by its manager."),
        (
            "Strimzi",
            {"strimzi.io/kind": "KafkaUser"},
            "sets an edited password in Kafka",
            "An edited password stays, and Strimzi sets it",
        ),
        (
            "Strimzi",
            {"strimzi.io/kind": "Kafka"},
            "may write this Secret: an edit may last until Strimzi reconciles",
            "An edit may be reset when Strimzi reconciles.",
        ),
        (
            "Zalando Postgres operator",
            {"application": "spilo"},
            "sets an edited password in PostgreSQL at its next sync",
            "An edited password stays, and the operator",
        ),
        (
            "Elasticsearch/logs",
            {"eck.k8s.elastic.co/credentials": "true"},
            "makes new values once this Secret is deleted",
            "To get a new value, delete the Secret: ECK creates",
        ),
        (
            "PostgresCluster/hippo",
            {"postgres-operator.crunchydata.com/role": "pguser"},
            "sets an edited password if the edit also empties verifier",
            "PGO sets an edited password in PostgreSQL if the edit also empties verifier",
        ),
    ],
)
def test_an_operator_with_rules_of_its_own_says_what_becomes_of_an_edit(
    manager: str, labels: dict[str, str], short: str, begins: str
) -> None:
    held = secret(manager, labels=labels)
    assert manager_warnings(held) == (f"{manager} {short}",)
    assert dict(effects_of_edit(held))[IF_EDITED].startswith(begins)
    is_reset = "may be reset" in begins
    assert is_reset or at_source(held, "a") is None
    edited = effects_of_edit(secret(manager, ("kubectl-edit", "c"), labels=labels))
    assert ("may be reset" in dict(edited)["by hand"]) == is_reset


@pytest.mark.parametrize("writer", ["HashiCorp", "Terraform"])
def test_terraform_resets_what_it_wrote(writer: str) -> None:
    held = secret("Terraform", (writer, "ab"))
    assert manager_warnings(held) == ("Terraform writes 2 of 3 keys: an edit lasts until a terraform apply",)
    assert dict(effects_of_edit(held))["instead"] == "Change the value in the Terraform configuration."


def test_pulumi_resets_an_edit_only_where_it_sees_it() -> None:
    """Pulumi compares the program with its own state, not with the cluster."""
    held = secret("Pulumi", ("pulumi-kubernetes-1a2b", "ab"))
    when = "An edit will be reset by a pulumi up that changes the Secret, or that runs with --refresh."
    assert dict(effects_of_edit(held))[IF_EDITED] == when
    assert manager_warnings(held)[0].endswith("an edit lasts until a pulumi up")


def test_flux_resets_an_edit_of_a_kustomization_and_only_an_upgrade_one_of_a_release() -> None:
    """spec.driftDetection.mode of a HelmRelease is disabled unless it says otherwise."""
    applied = secret(
        "Flux/shop", ("kustomize-controller", "ab"), labels={"kustomize.toolkit.fluxcd.io/name": "shop"}
    )
    assert manager_warnings(applied, "a")[0].endswith("an edit lasts until its next reconciliation")
    released = secret("Flux/shop", ("helm-controller", "ab"), labels={"helm.toolkit.fluxcd.io/name": "shop"})
    assert manager_warnings(released, "a")[0].endswith("an edit lasts until an upgrade")
    assert "or soon if its HelmRelease detects drift" in dict(effects_of_edit(released))[IF_EDITED]
