"""Hints for managers without an object in the cluster (Helm, kustomize), for copied Secrets, and for Strimzi.

A hint offers a command to copy, a Secret to open, or a look into Helm's records.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Final

from tui.model.managers.source.flux import HELM_RELEASE_KINDS as HELM_RELEASE_KIND
from tui.model.managers.source.source import Hint, ReleaseValues, Revisions
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value

_RELEASE: Final = "meta.helm.sh/release-"
_FROM: Final = (
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate-from",
    "replicator.v1.mittwald.de/replicated-from",
)
"""Annotations with the source of a copied Secret: "namespace/name", or a name in the copy's namespace."""
_ORIGINS: Final = ("kubed.appscode.com/origin.", "generate.kyverno.io/source-")
"""Prefixes of labels or annotations. In a copied Secret, PREFIX + "namespace" and PREFIX + "name" hold the
namespace and the name of the source."""
_HASHED: Final = re.compile(r"(.+)-([bcdfghkmt2456789]{10})")


def hints(secret: Secret, *, is_whole: bool) -> tuple[Hint | Revisions | ReleaseValues, ...]:
    """List the hints. Hints that depend on the data are given only if `is_whole` is True.

    `is_whole`: True if `secret` has all its data and annotations.
    """
    lines: list[Hint | Revisions | ReleaseValues] = [*_copies(secret), *_helm(secret)]
    lines += _strimzi(secret, is_whole=is_whole)
    return (*lines, *_kustomize(secret)) if is_whole else tuple(lines)


def _copies(secret: Secret) -> Iterator[Hint]:
    for annotation in _FROM:
        if source := secret.annotations.get(annotation):
            namespace, _, name = source.rpartition("/")
            yield _copied(SecretRef(namespace or secret.ref.namespace, name), annotation)
            return
    marks = {**secret.labels, **secret.annotations}
    for prefix in _ORIGINS:
        origin = SecretRef(marks.get(f"{prefix}namespace", ""), marks.get(f"{prefix}name", ""))
        if origin.namespace and origin.name:
            yield _copied(origin, f"{prefix}name")


def _copied(source: SecretRef, annotation: str) -> Hint:
    does = f"This Secret is a copy ({annotation.rpartition('/')[2]}): change {source} instead."
    return Hint(f"Go to {source}", does, goes_to=source)


def _helm(secret: Secret) -> Iterator[Hint | Revisions | ReleaseValues]:
    release = secret.annotations.get(f"{_RELEASE}name")
    if not release or secret.type == HELM_RELEASE:
        return
    namespace = secret.annotations.get(f"{_RELEASE}namespace", secret.ref.namespace)
    namespace_option = shlex.join(["-n", namespace])
    # Flux keeps Helm's records in the HelmRelease's namespace or in its storageNamespace.
    flux = secret.labels.get(f"{HELM_RELEASE_KIND[0].group}/namespace", "")
    if not flux:  # Flux would undo an upgrade by hand
        yield Hint(
            "Copy the upgrade command",
            "Fill in CHART, PATH and VALUE. Helm 4 stops if a key was edited outside Helm; "
            "--force-conflicts takes the chart's value. "
            "If the chart makes random values, each upgrade changes them.",
            f"helm upgrade {shlex.quote(release)} CHART {namespace_option} --reuse-values --set PATH=VALUE",
        )
        yield Hint(
            "Copy the values command",
            "The command prints all values of the release, also secret values.",
            f"helm get values {shlex.quote(release)} {namespace_option}",
        )
    places = tuple(dict.fromkeys(filter(None, (flux, namespace))))
    yield Revisions(
        "Compare with Helm's revisions",
        "Lists the keys that each revision changed. Reads Helm's records; values stay masked.",
        release,
        places,
    )
    yield ReleaseValues(
        "Find the chart value of each key",
        "Names the chart value that sets each key. Reads this Secret and Helm's record; shows no value.",
        SecretRef(namespace, release),
        places,
        is_by_flux=bool(flux),
    )


def _strimzi(secret: Secret, *, is_whole: bool) -> Iterator[Hint]:
    kind = secret.labels.get("strimzi.io/kind")
    # The Secret of a KafkaUser holds a certificate or a password; only its data tells which.
    if kind == "Kafka" or (kind == "KafkaUser" and is_whole and "password" not in secret.data):
        secret_arguments = shlex.join([secret.ref.name, "-n", secret.ref.namespace])
        yield Hint(
            "Copy the renewal command",
            "Strimzi renews the certificate when it reconciles. A new CA restarts the whole Kafka cluster.",
            f"kubectl annotate secret {secret_arguments} strimzi.io/force-renew=true",
        )


def kustomize_name(secret: Secret) -> tuple[str, bool] | None:
    """Return the name of kustomize's generator, and whether the hash in the Secret's name fits the content.

    Return None if the Secret's name has no hash.
    """
    match = _HASHED.fullmatch(secret.ref.name)
    if match is None:
        return None
    return match[1], match[2] == kustomize_hash(match[1], secret.type, secret.data)


def kustomize_hash(name: str, type: str, data: Mapping[str, Value]) -> str:  # noqa: A002
    """Compute the hash that kustomize appends to a Secret's name.

    Source: kustomize api/internal/hasher (SHA-256 of sorted JSON).
    """
    encoded = {key: b64encode(value.reveal()).decode() for key, value in data.items()}
    content = {"kind": "Secret", "type": type, "name": name, "data": encoded}
    json_bytes = json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(json_bytes).hexdigest()[:10].translate(str.maketrans("013ae", "ghkmt"))


def _kustomize(secret: Secret) -> Iterator[Hint]:
    generator = kustomize_name(secret)
    if generator is None:
        return
    name, is_unedited = generator
    line = "kubectl apply -k DIR"
    if is_unedited:
        does = (
            f"secretGenerator {name} made this Secret: change the generator's input, then apply "
            "the kustomization directory DIR. Pods that use the Secret restart."
        )
    else:
        does = (
            "The hash in the Secret's name does not match the data: "
            "the Secret was edited, or not made by kustomize."
        )
    yield Hint("Copy the kustomize command", does, line)
