"""Known managers of Secrets: how to detect a manager, how it treats an edit, and where to edit instead.

Sources in the projects' code:
- External Secrets, cert-manager, Sealed Secrets, Helm, Argo CD, Flux, Vault Secrets Operator, Reflector,
  kubernetes-replicator, config-syncer.
- CloudNativePG: cluster_create.go. Strimzi: KafkaUserModel. Zalando: sync.go.
- PGO: generatePostgresUserSecret in postgrescluster/postgres.go.
- terraform-provider-kubernetes: provider.go (the user agent is "HashiCorp/…"), defaultFieldManagerName.
- pulumi-kubernetes: fieldManagerName, fixCSAFieldManagers, Diff (Pulumi compares its program with its own
  state, not with the cluster).

Sources in documents: ECK "Rotate auto-generated credentials", Kyverno "Generate".
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

OURS: Final = "secret-tui"
"""Field manager of this program's writes."""
BY_HAND: Final = (OURS, "kubectl-edit", "kubectl-patch")


class Manager(Struct, frozen=True):
    """Project that writes Secrets. A project that treats Secrets in several ways has several Managers."""

    name: str
    when: str = ""
    """Time, event or program that resets an edit: "at its next refresh", "by OpenShift"; "" if edits stay."""
    lasts: str = ""
    """Lifetime of an edit: "until its next refresh"."""
    instead: str = ""
    """Advice where to edit instead, as a sentence without a full stop."""
    owners: tuple[str, ...] = ()
    """Prefixes of "KIND/NAME" for owners of Secrets, such as "Certificate/"."""
    marks: tuple[str, ...] = ()
    """Labels and annotations that only Secrets of this project have."""
    names: tuple[str, ...] = ()
    """Labels and annotations that name the project's object, such as an Application of Argo CD.

    If the value of the label or annotation contains a colon, the name is the text before the first colon.
    """
    writers: tuple[str, ...] = ()
    """Field managers that identify the project.

    An entry of `writers` or `other_writers` that ends with "/", "-" or "_" is a prefix of a field manager.
    """
    instance: str = ""
    """Label that names the project's object. Ignored unless one of `writers` identified the project."""
    other_writers: tuple[str, ...] = ()
    """Field managers whose keys belong to the project if other evidence identified the project."""
    copies: tuple[str, ...] = ()
    """Annotations that make the project copy a Secret to other namespaces."""
    acts: bool = False
    """True if secret-tui, after an edit of a Secret, offers to change the project's source too."""
    when_owned: str = ""
    lasts_owned: str = ""
    """Values of `when` and `lasts` for a Secret that the project's object owns."""
    is_whole: bool = False
    """True if the project writes all of `data` and removes keys of other writers."""
    needs: str = ""
    """Label, or "label=value", that a Secret must have for this Manager to apply; "" if none is needed."""
    takes: str = ""
    """Reaction of a project that keeps edits: "sets an edited password in Kafka"."""
    stays: str = ""
    """Effects of an edit, as sentences without the last full stop: `takes` with more details."""


_COPIED: Final = ("when the source Secret changes", "until its source changes", "Change the source Secret")
_OPENSHIFT: Final = ("by OpenShift", "", "Recreate the Secret through the resource that requested it")

EXTERNAL_SECRETS: Final = Manager(
    "External Secrets",
    "within seconds or at its next refresh",
    "until its next refresh",
    "Change the value in the store that the ExternalSecret reads",
    owners=("ExternalSecret/", "ClusterExternalSecret/"),
    marks=(
        "reconcile.external-secrets.io/managed",
        "reconcile.external-secrets.io/created-by",
        "reconcile.external-secrets.io/data-hash",
    ),
    writers=("externalsecrets.external-secrets.io/",),
    other_writers=("external-secrets",),
    acts=True,
    when_owned="within seconds",  # with creationPolicy Orphan, a Secret has no owner
    lasts_owned="seconds",
)
HELM_MANAGER: Final = Manager(
    "Helm",
    "by the next upgrade",
    "until an upgrade",
    "Change the chart's values and upgrade; Helm 4 fails if keys were edited by hand",
    writers=("helm",),
    other_writers=("Helm", "terraform-provider-helm_"),
    acts=True,
)
TOKEN_CONTROLLER: Final = Manager(
    "service account token controller",
    "by the control plane",
    "",
    "Do not edit a token: delete it or request a new one",
)
KUBECTL: Final = Manager(
    "kubectl apply",
    "by the next kubectl apply of its file",
    "until its file is applied",
    "Change the applied file",
    other_writers=("kubectl-client-side-apply", "kubectl"),
)
UNKNOWN_MANAGER: Final = Manager(
    "", "by its manager", "", "If the manager sets the value, change it in the manager"
)

MANAGERS: Final = (
    EXTERNAL_SECRETS,
    Manager(
        "cert-manager",
        "when the certificate is reissued",
        "until the next issuance",
        "Change the Certificate",
        owners=("Certificate/",),
        marks=("controller.cert-manager.io/fao", "cert-manager.io/certificate-name"),
        other_writers=("cert-manager", "cert-manager-"),
        acts=True,
    ),
    Manager(
        "Sealed Secrets",
        "without warning when the controller restarts or the SealedSecret changes",
        "until the controller restarts",
        "Seal the new value and apply the SealedSecret",
        owners=("SealedSecret/",),
        marks=(
            "sealedsecrets.bitnami.com/sealed-secrets-key",
            "sealedsecrets.bitnami.com/managed",
            "sealedsecrets.bitnami.com/patch",
        ),
        other_writers=("sealed-secrets", "sealed-secrets-controller", "controller"),
        acts=True,
        is_whole=True,
    ),
    Manager(
        "Reflector",
        *_COPIED,
        marks=("reflector.v1.k8s.emberstack.com/reflects",),
        other_writers=("reflector",),
        acts=True,
        copies=(
            "reflector.v1.k8s.emberstack.com/reflection-auto-namespaces",
            "reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces",
            "reflector.v1.k8s.emberstack.com/reflection-allowed",
        ),
    ),
    Manager(
        "kubernetes-replicator",
        *_COPIED,
        marks=(
            "replicator.v1.mittwald.de/replicate-from",
            "replicator.v1.mittwald.de/replicated-from-version",
        ),
        other_writers=("kubernetes-replicator",),
        acts=True,
        copies=("replicator.v1.mittwald.de/replicate-to", "replicator.v1.mittwald.de/replicate-to-matching"),
    ),
    Manager(
        "config-syncer",
        *_COPIED,
        marks=("kubed.appscode.com/origin.name", "kubed.appscode.com/origin"),
        other_writers=("config-syncer",),
        acts=True,
        copies=("kubed.appscode.com/sync",),
    ),
    Manager(
        "Kyverno",
        "if its policy synchronizes, or when the policy changes",
        "until its policy synchronizes",
        "Change the cloned Secret, or the policy",
        names=("generate.kyverno.io/policy-name",),
        other_writers=("kyverno", "background-controller"),
        acts=True,
    ),
    Manager(
        "OpenShift service-ca",
        *_OPENSHIFT,
        marks=("service.beta.openshift.io/originating-service-name",),
    ),
    Manager(
        "OpenShift",
        *_OPENSHIFT,
        marks=(
            "openshift.io/token-secret.name",
            "openshift.io/internal-registry-auth-token.service-account",
        ),
    ),
    Manager(
        "Argo CD",
        "by the next sync (within minutes with self-heal)",
        "until the next sync",
        "Change the value in the Application's source",
        names=("argocd.argoproj.io/tracking-id", "applications.argoproj.io/app-name"),
        writers=("argocd-controller",),
        instance="app.kubernetes.io/instance",  # Argo CD before 3.0 tracks objects by this label
        other_writers=("argocd-application-controller",),
        acts=True,
    ),
    Manager(
        "Flux",
        "by the next upgrade, or soon if its HelmRelease detects drift",
        "until an upgrade",
        "Change the HelmRelease's values in the Flux source",
        names=("helm.toolkit.fluxcd.io/name",),
        writers=("helm-controller",),
        acts=True,
        needs="helm.toolkit.fluxcd.io/name",
    ),
    Manager(
        "Flux",
        "at its next reconciliation",
        "until its next reconciliation",
        "Change the value in the Flux source",
        names=("kustomize.toolkit.fluxcd.io/name",),
        writers=("kustomize-controller",),
        other_writers=("helm-controller",),
        acts=True,
    ),
    HELM_MANAGER,
    Manager(
        "Vault Secrets Operator",
        "at its next sync with Vault",
        "until its next sync",
        "Change the value in Vault",
        owners=("Vault", "HCPVaultSecretsApp/"),
        other_writers=("vault-secrets-operator",),
        acts=True,
    ),
    Manager(
        "Strimzi",
        "when Strimzi reconciles",
        "",
        "Change the KafkaUser",
        marks=("strimzi.io/kind",),
        needs="strimzi.io/kind=KafkaUser",
        takes="sets an edited password in Kafka",
        stays="an edited password stays, and Strimzi sets it in Kafka. To get a new password, delete the "
        "Secret: Strimzi creates it again. Other keys are reset when Strimzi reconciles",
    ),
    Manager(
        "Strimzi",
        "when Strimzi reconciles",
        "until Strimzi reconciles",
        "Change the Kafka or KafkaUser",
        marks=("strimzi.io/kind",),
        other_writers=("strimzi-cluster-operator", "strimzi-user-operator"),
        acts=True,
    ),
    Manager(
        "Secrets Store CSI driver",
        "when its rotation reads the store",
        "until its next rotation",
        "Change the value in the external store; the Secret is deleted once no pod mounts it",
        marks=("secrets-store.csi.k8s.io/managed",),
        other_writers=("secrets-store-csi-driver",),
    ),
    Manager(
        "CloudNativePG",
        owners=("Cluster/",),
        needs="cnpg.io/cluster",
        takes="sets an edited password in PostgreSQL, not in uri or pgpass",
        stays="an edit stays, and CloudNativePG sets the password in PostgreSQL. It does not update "
        "uri, jdbc-uri or pgpass: edit them too. Certificates are renewed before they expire",
    ),
    Manager(
        "Zalando Postgres operator",
        owners=("postgresql/",),
        writers=("postgres-operator",),
        needs="application=spilo",
        takes="sets an edited password in PostgreSQL at its next sync",
        stays="an edited password stays, and the operator sets it in PostgreSQL at its next sync. For the "
        "users postgres and standby, set the password in PostgreSQL yourself",
    ),
    Manager(
        "PGO",
        owners=("PostgresCluster/",),
        needs="postgres-operator.crunchydata.com/role=pguser",
        takes="sets an edited password if the edit also empties verifier",
        stays="PGO sets an edited password in PostgreSQL if the edit also empties "
        "verifier. If an edit empties password, PGO makes a new password. PGO also updates uri and jdbc-uri",
    ),
    Manager(
        "ECK",
        owners=(
            "Elasticsearch/",
            "Kibana/",
            "ApmServer/",
            "EnterpriseSearch/",
            "Logstash/",
            "Agent/",
            "Beat/",
        ),
        needs="eck.k8s.elastic.co/credentials",
        takes="makes new values once this Secret is deleted",
        stays="to get a new value, delete the Secret: ECK creates it again. Then give the new value to "
        "the Secret's readers",
    ),
    Manager(
        "Terraform",
        "by the next terraform apply",
        "until a terraform apply",
        "Change the value in the Terraform configuration",
        writers=("HashiCorp", "Terraform"),
    ),
    Manager(
        "Pulumi",
        "by a pulumi up that changes the Secret, or that runs with --refresh",
        "until a pulumi up",
        "Change the value in the Pulumi program",
        writers=("pulumi-",),
    ),
    TOKEN_CONTROLLER,
)
"""Known managers. If several Managers fit the same evidence, such as a label, the first Manager is chosen."""
