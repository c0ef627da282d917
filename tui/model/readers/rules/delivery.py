"""Rules for delivery tools and platforms: Flux, Argo, Crossplane, KEDA, Kyverno, Velero, Knative, OpenShift.

A rule lists the fields that name Secrets. Source: the CRDs of each tool.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.rule import KindRule, ReferencePath, rules

_KUBE_CONFIG: Final = ReferencePath("spec.kubeConfig.secretRef.name", "@key value value.yaml")
_POD: Final = ("spec.template.spec",)
_ALL: Final = (ReferencePath("spec.**"),)

_FLUX: Final = (
    *rules("source.toolkit.fluxcd.io", {"GitRepository HelmRepository OCIRepository Bucket HelmChart": _ALL}),
    *rules("notification.toolkit.fluxcd.io", {"Provider Receiver": _ALL}),
    *rules("image.toolkit.fluxcd.io", {"ImageRepository ImageUpdateAutomation": _ALL}),
    KindRule(
        "kustomize.toolkit.fluxcd.io",
        "Kustomization",
        (
            ReferencePath("spec.decryption.secretRef.name"),
            ReferencePath("spec.postBuild.substituteFrom[].name", needs_kind=True),
            _KUBE_CONFIG,
        ),
    ),
    KindRule(
        "helm.toolkit.fluxcd.io",
        "HelmRelease",
        (
            ReferencePath("spec.valuesFrom[].name", "@valuesKey values.yaml", needs_kind=True),
            ReferencePath("spec.chart.spec.verify.secretRef.name"),
            _KUBE_CONFIG,
        ),
    ),
)

_GENERATORS: Final = tuple(
    f"spec.generators[]{inner}.{generator}"
    for inner in ("", ".matrix.generators[]", ".merge.generators[]")
    for generator in ("scmProvider", "pullRequest")
)

_ARGO: Final = (
    KindRule(
        "argoproj.io",
        "ApplicationSet",
        (
            *(ReferencePath(f"{path}.github.appSecretName") for path in _GENERATORS),
            *(ReferencePath(f"{path}.**") for path in _GENERATORS),
        ),
    ),
    KindRule("argoproj.io", "Rollout", templates=_POD, is_watched=True),
    KindRule(
        "argoproj.io",
        "Experiment",
        (ReferencePath("spec.analyses[].args[].valueFrom.secretKeyRef.name"),),
        templates=("spec.templates[].template.spec",),
    ),
    *(
        KindRule(
            "argoproj.io",
            kind,
            (
                ReferencePath("spec.args[].valueFrom.secretKeyRef.name"),
                ReferencePath("spec.metrics[].provider.datadog.secretRef.name"),
            ),
            templates=("spec.metrics[].provider.job.spec.template.spec",),
        )
        for kind in ("AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun")
    ),
)

_SYSTEM: Final = "crossplane-system"
_PACKAGES: Final = ReferencePath("spec.packagePullSecrets[].name", ".dockerconfigjson", guess=_SYSTEM)


def _pipeline(path: str) -> tuple[ReferencePath, ...]:
    return (ReferencePath(f"{path}.pipeline[].credentials[].secretRef.name", namespace=("@namespace",)),)


_CROSSPLANE: Final = (
    *rules("apiextensions.crossplane.io", {"Composition CompositionRevision": _pipeline("spec")}),
    *rules(
        "ops.crossplane.io",
        {
            "Operation": _pipeline("spec"),
            "CronOperation WatchOperation": _pipeline("spec.operationTemplate.spec"),
        },
    ),
    *rules(
        "pkg.crossplane.io",
        {
            "Provider Function Configuration ConfigurationRevision": (_PACKAGES,),
            "ProviderRevision FunctionRevision": (
                _PACKAGES,
                ReferencePath("spec.tlsServerSecretName", guess=_SYSTEM),
                ReferencePath("spec.tlsClientSecretName", guess=_SYSTEM),
            ),
            "ImageConfig": (ReferencePath("spec.**", guess=_SYSTEM),),
        },
    ),
    KindRule(
        "pkg.crossplane.io",
        "DeploymentRuntimeConfig",
        templates=("spec.deploymentTemplate.spec.template.spec",),
    ),
)


def _trigger(guess: str) -> tuple[ReferencePath, ...]:
    return (
        ReferencePath("spec.secretTargetRef[].name", guess=guess),
        ReferencePath("spec.*.credentials.*.valueFrom.secretKeyRef.name", guess=guess),
        ReferencePath("spec.oauth2.clientSecret.valueFrom.secretKeyRef.name", guess=guess),
    )


_KEDA: Final = (
    KindRule("keda.sh", "TriggerAuthentication", _trigger("")),
    KindRule("keda.sh", "ClusterTriggerAuthentication", _trigger("keda")),
    KindRule("keda.sh", "ScaledJob", templates=("spec.jobTargetRef.template.spec",)),
)

_REGISTRY: Final = "imageRegistryCredentials.secrets[]"
_CONTEXTS: Final = (
    "",
    "validate.foreach[].",
    "mutate.foreach[].",
    "mutate.targets[].",
    "generate.foreach[].",
)
_POLICY: Final = (
    ReferencePath("spec.rules[].verifyImages[].**", namespace=("@namespace",)),
    ReferencePath("spec.rules[].validate.manifests.attestors[].**", namespace=("@namespace",)),
    ReferencePath(f"spec.rules[].verifyImages[].{_REGISTRY}", guess="kyverno"),
    *(
        ReferencePath(f"spec.rules[].{at}context[].imageRegistry.{_REGISTRY}", guess="kyverno")
        for at in _CONTEXTS
    ),
    ReferencePath("spec.rules[].generate.name", namespace=("@namespace",), produces=True, needs_kind=True),
)
_IMAGES: Final = (
    ReferencePath("spec.credentials.secrets[]", guess="kyverno"),
    ReferencePath("spec.attestors[].**", guess="kyverno"),
)

_KYVERNO: Final = (
    *rules(
        "kyverno.io",
        {
            "ClusterPolicy Policy": _POLICY,
            "CleanupPolicy ClusterCleanupPolicy": (
                ReferencePath(f"spec.context[].imageRegistry.{_REGISTRY}", guess="kyverno"),
            ),
        },
    ),
    *rules("policies.kyverno.io", {"ImageValidatingPolicy NamespacedImageValidatingPolicy": _IMAGES}),
)

_CREDENTIAL: Final = ReferencePath("spec.credential.name")
_VELERO: Final = rules(
    "velero.io",
    {
        "BackupStorageLocation": (_CREDENTIAL, ReferencePath("spec.objectStorage.caCertRef.name")),
        "VolumeSnapshotLocation": (_CREDENTIAL,),
    },
)

DELIVERY_RULES: Final = (
    *_FLUX,
    *_ARGO,
    *_CROSSPLANE,
    *_KEDA,
    *_KYVERNO,
    *_VELERO,
    *(KindRule("serving.knative.dev", kind, templates=_POD) for kind in ("Service", "Configuration")),
    KindRule("serving.knative.dev", "Revision", templates=("spec",)),
    KindRule("apps.openshift.io", "DeploymentConfig", templates=_POD),
)
