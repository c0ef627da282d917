"""Revisions of a Helm release, their rendered Secrets, and a comparison of Helm values of two revisions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.comparison import Comparison, compared
from tui.model.draft.documents import ManifestProblem
from tui.model.draft.manifest_objects import SecretManifest, read_manifest
from tui.model.json_decoder import HiddenRepr
from tui.model.secret.fields import keys_among
from tui.model.secret.formats.helm_record import (
    RECORD_KEY,
    HelmRecord,
    config_leaves,
    documents_of,
    read_record,
)
from tui.model.secret.formats.leaf import ShownPaths, with_shown_paths
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.model.text.times import in_utc, parse_time


class ReleaseRecord(Struct, frozen=True):
    """Helm's record of a revision, read from the labels of the record's Secret."""

    ref: SecretRef
    release: str
    revision: int
    status: str
    changed: float | None
    """Time when Helm wrote the record, in seconds since the epoch; None if unknown.

    `changed` is read from the label `modifiedAt`, or from the label `createdAt` if `modifiedAt` is not set.
    If neither label is set, or if the label that is read is not a number, `changed` is the creation time of
    the record's Secret.
    """

    @property
    def of(self) -> SecretRef:
        """Namespace and name of the release."""
        return SecretRef(self.ref.namespace, self.release)


class Release(Struct, frozen=True):
    ref: SecretRef
    records: tuple[ReleaseRecord, ...]

    @property
    def newest(self) -> ReleaseRecord:
        return self.records[0]


def record_of(row: SecretSummary) -> ReleaseRecord | None:
    """Read the record from the labels that Helm sets on a Secret.

    Return None if the Secret is no Helm record, if its label `name` is missing or empty, or if its label
    `version` is not a number.
    """
    if not row.is_helm_release:
        return None
    labels = dict(row.labels)
    number = labels.get("version", "")
    if not (labels.get("name") and number.isdecimal()):
        return None
    written = labels.get("modifiedAt") or labels.get("createdAt", "")
    changed = float(written) if written.isdecimal() else row.created
    return ReleaseRecord(row.ref, labels["name"], int(number), labels.get("status", "unknown"), changed)


def releases(rows: Iterable[SecretSummary]) -> list[Release]:
    """List the releases, sorted by namespace and name."""
    by_release = dict[SecretRef, list[ReleaseRecord]]()
    for row in rows:
        if (record := record_of(row)) is not None:
            by_release.setdefault(record.of, []).append(record)
    return [
        Release(ref, tuple(sorted(records, key=lambda record: -record.revision)))
        for ref, records in sorted(by_release.items())
    ]


class RevisionFacts(Struct, frozen=True):
    chart: str
    """Name and version of the chart: "redis 18.1.0"."""
    deployed: float | None
    """Time when Helm deployed the revision, in seconds since the epoch; None if unknown."""
    description: str
    values: int
    """Number of values that the user set."""
    size: int
    """Size in bytes of the values that the user set, as JSON."""


def revision_facts(record: Secret) -> RevisionFacts:
    """Read the facts of a revision from Helm's record. Raises UnreadableValue."""
    release = read_in(record)
    values = [*config_leaves(release.config)]
    return RevisionFacts(
        release.chart_name,
        parse_time(release.info.last_deployed),
        release.description,
        len(values),
        len(bytes(release.config)) if values else 0,
    )


def compared_values(newer: Secret, older: Secret) -> Comparison:
    """Compare, path by path, the Helm values that the user set in two revisions. Raises UnreadableValue."""
    sides = [read_in(newer), read_in(older)]
    here, older_values = (
        replace(secret, data=_values_of(side)) for secret, side in zip((newer, older), sides, strict=True)
    )
    comparison = compared(here, older.ref, older_values)
    count = len(comparison.changes)
    return replace(
        comparison,
        word=f"{counted(count, 'value')} {'differs' if count == 1 else 'differ'}"
        if count
        else comparison.word,
        key=RECORD_KEY,
        titles=(f"revision {sides[0].version}", f"revision {sides[1].version}"),
        notes=tuple(_about(side) for side in sides),
    )


def _values_of(record: HelmRecord) -> dict[str, Value]:
    return {leaf.path: leaf.value for leaf in with_shown_paths(config_leaves(record.config), ShownPaths())}


class Revision(HiddenRepr, Struct, frozen=True):
    """Revision of a release, and one Secret as the revision rendered it."""

    about: str
    """Sentence with the revision's number, chart, time and status."""
    secret: Secret | None
    """Rendered Secret at the `ref` given to `revision`; None if the revision rendered no such Secret."""


def revision(record: Secret, ref: SecretRef) -> Revision:
    """Read a revision from Helm's record. Raises ValueError, with a sentence that quotes no value."""
    release = read_in(record)
    return Revision(_about(release), rendered(release, ref))


def read_in(secret: Secret) -> HelmRecord:
    """Decode Helm's record in a Secret. Raises UnreadableValue."""
    value = secret.data.get(RECORD_KEY)
    return read_record(value.reveal() if value is not None else b"")


def _about(record: HelmRecord) -> str:
    chart, status = record.chart.metadata, record.info.status or "unknown"
    at = parse_time(record.info.last_deployed)
    deployed = in_utc(at) if at is not None else "unknown time"
    return f"Revision {record.version}: chart {chart.name}-{chart.version}, {deployed}, {status}."


def rendered(release: HelmRecord, ref: SecretRef) -> Secret | None:
    """Find the Secret at `ref` in the manifest of a release; None if the manifest has no such Secret.

    Documents that do not contain both `ref.name` and the word "Secret" are not parsed, because they may be
    invalid YAML.

    Raises ValueError, with a sentence, if a document of kind Secret that contains `ref.name` is unreadable.
    """
    for document in documents_of(release.manifest):
        if ref.name not in document or "Secret" not in document:
            continue
        try:
            secrets = read_manifest(document.encode()).secrets
        except ManifestProblem as problem:
            if re.search(r"(?m)^kind: *[\"']?Secret\b", document):
                raise ValueError(f"Manifest of revision {release.version}: {problem.words}.") from None
            continue
        for secret in secrets:
            if (secret.namespace or release.namespace, secret.name) == (ref.namespace, ref.name):
                return _secret(secret, ref)
    return None


def _secret(manifest: SecretManifest, ref: SecretRef) -> Secret:
    data = {key: manifest.fields[key] for key in keys_among(manifest.fields)}
    return Secret(ref, "", "", manifest.type, data)
