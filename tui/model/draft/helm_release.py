"""The revisions of a Helm release: what each set in one Secret. Pure."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from tui.model.draft.documents import ManifestProblem
from tui.model.draft.manifest_objects import SecretManifest, read_manifest
from tui.model.json_decoder import Hidden
from tui.model.secret.fields import keys_among
from tui.model.secret.formats.helm_record import HelmRecord, read_record
from tui.model.secret.secret import Secret, SecretRef

_BETWEEN: Final = re.compile(r"(?m)^---.*$")


class Revision(Hidden, Struct, frozen=True):
    """One revision of a release, and of all that it made one Secret."""

    number: int
    status: str
    chart: str
    """ "redis-18.1.0"."""
    deployed: str
    """When, as Helm wrote it."""
    secret: Secret | None
    """With the values that the chart rendered; None if it rendered none of that name."""

    @property
    def about(self) -> str:
        """A sentence."""
        return f"Revision {self.number}: chart {self.chart}, of {self.deployed}, {self.status}."


def revision(record: Secret, ref: SecretRef) -> Revision:
    """What a record of Helm says of that Secret. Raises ValueError, a sentence without a value."""
    value = record.data.get("release")
    found = read_record(value.reveal() if value is not None else b"")
    info, chart = found.info, found.chart.metadata
    return Revision(
        found.version,
        info.status or "unknown",
        f"{chart.name}-{chart.version}",
        info.last_deployed.partition(".")[0] or "an unknown time",
        _rendered(found, ref),
    )


def _rendered(found: HelmRecord, ref: SecretRef) -> Secret | None:
    """Only documents that may be it are read: a chart holds all sorts, and not all is YAML to everyone."""
    for document in _BETWEEN.split(found.manifest):
        if ref.name not in document or "Secret" not in document:
            continue
        try:
            secrets = read_manifest(document.encode()).secrets
        except ManifestProblem as problem:
            if re.search(r"(?m)^kind: *[\"']?Secret\b", document):
                raise ValueError(f"The manifest of revision {found.version} {problem.words}.") from None
            continue
        for one in secrets:
            if (one.namespace or found.namespace, one.name) == (ref.namespace, ref.name):
                return _secret(one, ref)
    return None


def _secret(one: SecretManifest, ref: SecretRef) -> Secret:
    data = {key: one.fields[key] for key in keys_among(one.fields)}
    return Secret(ref, "", "", one.type, data)
