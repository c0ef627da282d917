"""Before the work is said: who will write a key again, when, and where the edit belongs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tui.model.managers.edit_effects import at_source, manager_warnings
from tui.model.managers.source.hints import kustomize_hash
from tui.model.secret.secret import FieldOwner, Owner, Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE, OPAQUE
from tui.model.secret.value import Value

REF = SecretRef("default", "db")
REFRESH = "within seconds or at its next refresh"
UNKNOWN_OWNER = "an edit may be reset by it. Change it there, if it has the value."
STORE = "Change it in the store that the ExternalSecret reads."


def secret(
    manager: str | None = None,
    *writers: tuple[str, str],
    kind: str = OPAQUE,
    operation: str = "Update",
    annotations: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
) -> Secret:
    """One with the keys a, b and c; `writers` are field managers with the letters that each owns."""
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
            (
                f"managed by ExternalSecret/db: an edit of a, b would be reset {REFRESH}; "
                f"c (last written by secret-tui) may be. {STORE}",
            ),
        ),
        (
            secret("ExternalSecret/db", ES, ("secret-tui", "c")),
            "c",
            (
                "managed by ExternalSecret/db: c (last written by secret-tui) may be reset "
                f"{REFRESH}. {STORE}",
            ),
        ),
        (
            secret("ExternalSecret/db", ES),
            "b",
            (f"managed by ExternalSecret/db: b will be reset {REFRESH}. {STORE}",),
        ),
        (
            owned_by("ExternalSecret", "db", secret("ExternalSecret/db", ES)),
            "b",
            (f"managed by ExternalSecret/db: b will be reset within seconds. {STORE}",),
        ),
        (
            secret("ExternalSecret/db", ES),
            "c",
            (f"managed by ExternalSecret/db: an edit may be reset {REFRESH}. {STORE}",),
        ),
        (
            secret("Flux/apps", ("kustomize-controller", "a")),
            "a",
            (
                "managed by Flux/apps: a will be reset at its next reconciliation. Change it in the Flux "
                "source.",
            ),
        ),
        (
            secret("DatabaseClaim/x"),
            "a",
            (f"managed by DatabaseClaim/x: {UNKNOWN_OWNER}",),
        ),
        (
            secret(None, ("kubectl", "a"), operation="Apply"),
            "a",
            (
                "managed by kubectl apply: a will be reset by the next kubectl apply of its file. Change "
                "the applied file.",
            ),
        ),
        (
            secret("Helm/shop", kind=HELM_RELEASE),
            "a",
            ("Helm release record: an edit breaks the release.",),
        ),
        (
            secret(annotations={"replicator.v1.mittwald.de/replicate-to": "web"}),
            "a",
            ("kubernetes-replicator copies it (replicate-to: web); your edit is copied too.",),
        ),
    ],
)
def test_what_is_said_before_an_edit(held: Secret, keys: str | None, said: tuple[str, ...]) -> None:
    assert manager_warnings(held, keys) == said


@pytest.mark.parametrize(
    ("manager", "instead"),
    [
        ("External Secrets", "the store that the ExternalSecret reads"),
        ("VaultStaticSecret/x", "in Vault"),
        ("service account token controller", "Do not edit a token"),
    ],
)
def test_a_known_manager_or_its_object_says_where_the_edit_belongs(manager: str, instead: str) -> None:
    (said,) = manager_warnings(secret(manager))
    assert said.startswith(f"managed by {manager}: ") and instead in said


@pytest.mark.parametrize("manager", ["Flux/apps", "Argo CD/orders", "Helm/shop", "Helm", "cert-manager"])
def test_a_manager_is_known_with_and_without_its_object(manager: str) -> None:
    (said,) = manager_warnings(secret(manager))
    assert "Change its owner" not in said


@pytest.mark.parametrize("kind", ["HelmRelease", "FluxInstance", "ReflectorRule"])
def test_an_owner_whose_kind_begins_like_a_manager_is_not_that_manager(kind: str) -> None:
    (said,) = manager_warnings(secret(f"{kind}/x"))
    assert said == f"managed by {kind}/x: {UNKNOWN_OWNER}"


def test_a_private_key_of_sealed_secrets_is_told_apart() -> None:
    held = secret("Sealed Secrets", labels={"sealedsecrets.bitnami.com/sealed-secrets-key": "active"})
    assert "cannot be decrypted" in manager_warnings(held)[0]


@pytest.mark.parametrize(
    ("manager", "said"),
    [
        ("ExternalSecret/x", "M on the Secret refreshes it from the store."),
        ("Reflector", "M on the Secret goes to that Secret."),
    ],
)
def test_what_can_be_done_at_the_source_is_offered_with_its_key(manager: str, said: str) -> None:
    assert manager_warnings(secret(manager), source_key="M")[0].endswith(f" {said}")
    assert said not in manager_warnings(secret(manager))[0]


def test_nothing_is_offered_where_nothing_can_be_done() -> None:
    for manager in ("OpenShift", "DatabaseClaim/x", "service account token controller"):
        assert "M on" not in manager_warnings(secret(manager), source_key="M")[0]


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
def test_the_source_is_for_keys_that_a_manager_that_can_act_writes_again(
    held: Secret, keys: str, found: tuple[str, ...] | None
) -> None:
    about = at_source(held, keys)
    assert (about.keys if about is not None else None) == found


def test_where_no_key_is_known_to_be_its_own_only_those_of_persons_are_left_out() -> None:
    held = secret("ExternalSecret/db", ("stripped", ""), ("kubectl-edit", "c"))
    about = at_source(held, "abc")
    assert about is not None and about.keys == ("a", "b") and not about.is_sure


def test_what_kustomize_generated_has_its_input_as_source_while_nobody_edited_it() -> None:
    name = f"db-{kustomize_hash('db', OPAQUE, secret().data)}"
    made = replace(secret(), ref=SecretRef("default", name))
    about = at_source(made, "a")
    assert about is not None and about.who == "kustomize's generator db" and about.is_whole
    assert at_source(replace(made, ref=SecretRef("default", "db-bcdfghkmt2")), "a") is None


@pytest.mark.parametrize(
    ("manager", "labels", "begins"),
    [
        ("Cluster/pg", {"cnpg.io/cluster": "pg"}, "an edit stays, and CloudNativePG sets the password"),
        ("Cluster/pg", {}, "an edit may be reset by it."),
        ("Strimzi", {"strimzi.io/kind": "KafkaUser"}, "an edited password stays, and Strimzi sets it"),
        ("Strimzi", {"strimzi.io/kind": "Kafka"}, "an edit may be reset when Strimzi reconciles."),
        ("Zalando Postgres operator", {"application": "spilo"}, "an edited password stays, and the operator"),
        ("Elasticsearch/logs", {"eck.k8s.elastic.co/credentials": "true"}, "to rotate, delete it: ECK makes"),
        (
            "PostgresCluster/hippo",
            {"postgres-operator.crunchydata.com/role": "pguser"},
            "PGO sets a new password in PostgreSQL if the same edit empties verifier, and makes one if it "
            "empties password",
        ),
    ],
)
def test_of_an_operator_that_takes_an_edit_up_it_is_said_what_comes_of_it(
    manager: str, labels: dict[str, str], begins: str
) -> None:
    held = secret(manager, labels=labels)
    (said,) = manager_warnings(held)
    assert said.startswith(f"managed by {manager}: {begins}")
    is_reset = "may be reset" in begins
    assert is_reset or at_source(held, "a") is None


@pytest.mark.parametrize("writer", ["HashiCorp", "Terraform"])
def test_terraform_resets_what_it_wrote(writer: str) -> None:
    (said,) = manager_warnings(secret("Terraform", (writer, "ab")))
    when = "by the next terraform apply. Change it in the Terraform configuration."
    assert said == f"managed by Terraform: an edit of a, b would be reset {when}"


def test_pulumi_resets_an_edit_only_where_it_sees_it() -> None:
    """It compares the program with its own state, not with the cluster."""
    (said,) = manager_warnings(secret("Pulumi", ("pulumi-kubernetes-1a2b", "ab")))
    when = "by a pulumi up that changes it, or that runs with --refresh. Change it in the Pulumi program."
    assert said == f"managed by Pulumi: an edit of a, b would be reset {when}"


def test_flux_resets_an_edit_of_a_kustomization_and_only_an_upgrade_one_of_a_release() -> None:
    """spec.driftDetection.mode of a HelmRelease is disabled unless it says otherwise."""
    applied = secret(
        "Flux/shop", ("kustomize-controller", "ab"), labels={"kustomize.toolkit.fluxcd.io/name": "shop"}
    )
    (said,) = manager_warnings(applied, "a")
    assert "a will be reset at its next reconciliation. Change it in the Flux source." in said
    released = secret("Flux/shop", ("helm-controller", "ab"), labels={"helm.toolkit.fluxcd.io/name": "shop"})
    (said,) = manager_warnings(released, "a")
    assert (
        "a will be reset by the next upgrade that changes it, or soon where its HelmRelease detects drift"
        in said
    )
