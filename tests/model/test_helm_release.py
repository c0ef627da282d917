"""Helm's records: what a revision set in a Secret, and the error for a record that cannot be read."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from tui.model.draft.helm_release import compared_values, releases, revision, revision_facts
from tui.model.secret.secret import Secret, SecretRef, SecretSummary, release_of
from tui.model.secret.value import Value

REF = SecretRef("shop", "redis")
OTHERS = """
---
# Source: redis/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: redis, labels: &all {version: 1.0}}
data:
  note: Secret redis
--- # an empty document
"""
SECRET = """
---
# Source: redis/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: redis
  labels: {app: redis}
type: Opaque
data:
  password: bWFkZS11cC0x
stringData:
  mode: made-up-mode
"""


def record(manifest: str, *, is_packed: bool = True, **more: Any) -> Secret:
    """Release record as Helm writes it."""
    body = {
        "name": "redis",
        "version": 3,
        "namespace": "shop",
        "info": {"last_deployed": "2026-10-05T08:30:00.123456789Z", "status": "superseded", "notes": "x"},
        "chart": {"metadata": {"name": "redis", "version": "18.1.0"}, "values": {"a": 1}},
        "manifest": manifest,
        **more,
    }
    text = json.dumps(body).encode()
    return holding(base64.b64encode(gzip.compress(text, mtime=0) if is_packed else text))


def holding(release: bytes) -> Secret:
    data = {"release": Value(release)}
    return Secret(SecretRef("shop", "sh.helm.release.v1.redis.v3"), "uid", "1", "helm.sh/release.v1", data)


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_record_shows_what_its_revision_set(is_packed: bool) -> None:
    found = revision(record(OTHERS + SECRET, is_packed=is_packed), REF)
    assert found.about == "Revision 3: chart redis-18.1.0, 5 Oct 2026 08:30 UTC, superseded."
    assert found.secret is not None and found.secret.type == "Opaque"
    values = {key: value.reveal() for key, value in found.secret.data.items()}
    assert values == {"password": b"made-up-1", "mode": b"made-up-mode"}


def test_a_secret_of_another_name_or_namespace_is_not_taken_from_the_manifest() -> None:
    assert revision(record(OTHERS + SECRET), SecretRef("shop", "other")).secret is None
    assert revision(record(OTHERS + SECRET), SecretRef("elsewhere", "redis")).secret is None
    named = SECRET.replace("name: redis\n", "name: redis\n  namespace: elsewhere\n")
    assert revision(record(named), SecretRef("elsewhere", "redis")).secret is not None
    assert revision(record(""), REF).secret is None


@pytest.mark.parametrize(
    "release",
    [
        b"",
        b"made up !",
        base64.b64encode(b"made up"),
        base64.b64encode(b"\x1f\x8b\x08made up"),
        base64.b64encode(gzip.compress(b'{"version": "made-up"}', mtime=0)),
        base64.b64encode(gzip.compress(b'{"version": 1}', mtime=0)[:-9]),
        base64.b64encode(gzip.compress(bytes(65 * 1024 * 1024), mtime=0)),
    ],
    ids=["empty", "not base64", "not gzip", "broken", "no number", "cut short", "too large"],
)
def test_a_value_that_is_no_release_record_says_so_without_its_content(release: bytes) -> None:
    with pytest.raises(
        ValueError,
        match=r"^Cannot read the value as a Helm release(: it is cut off|: unpacked data exceeds 8 MB)?\.$",
    ):
        revision(holding(release), REF)


def test_a_secret_that_cannot_be_read_in_the_manifest_says_why() -> None:
    broken = SECRET.replace("bWFkZS11cC0x", "made-up!")
    with pytest.raises(ValueError, match=r"Manifest of revision 3: data\.password is not base64"):
        revision(record(broken), REF)


def test_the_repr_of_a_revision_holds_no_value() -> None:
    assert "made-up" not in repr(revision(record(SECRET), REF))


# Releases from the labels of their records, and the values of two revisions


def row(release: str, number: int, namespace: str = "shop", **labels: str) -> SecretSummary:
    """Row of a record in the list of Secrets."""
    name = f"sh.helm.release.v1.{release}.v{number}"
    found = {"owner": "helm", "name": release, "version": f"{number}", "status": "superseded"} | labels
    ref = SecretRef(namespace, name)
    return SecretSummary(ref, "u", "1", "helm.sh/release.v1", 1, 50.0, labels=tuple(found.items()))


def test_releases_are_listed_from_the_labels_of_their_records_newest_revision_first() -> None:
    plain = SecretSummary(
        SecretRef("shop", "redis"), "u", "1", "Opaque", 1, None, labels=(("name", "redis"),)
    )
    odd = row("redis", 4, version="four")
    rows = [
        plain,
        odd,
        row("redis", 9),
        row("redis", 10, status="failed", modifiedAt="77"),
        row("web", 1, "a"),
    ]
    first, second = releases(rows)
    assert (first.ref, [record.revision for record in first.records]) == (SecretRef("a", "web"), [1])
    assert second.ref == SecretRef("shop", "redis")
    assert [(record.revision, record.status, record.changed) for record in second.records] == [
        (10, "failed", 77.0),
        (9, "superseded", 50.0),
    ]


@pytest.mark.parametrize(
    ("name", "release"),
    [("sh.helm.release.v1.a.v1.v22", "a.v1"), ("sh.helm.release.v1.a.vx", None), ("redis", None)],
)
def test_a_record_is_known_by_its_name(name: str, release: str | None) -> None:
    wanted = SecretRef("shop", release) if release is not None else None
    assert release_of(SecretRef("shop", name)) == wanted


def test_values_of_two_revisions_are_compared_by_their_paths() -> None:
    older = record("", version=3, config={"auth": {"password": "made-up-1"}, "hosts": ["a", "b"], "gone": 1})
    newer = record(
        "", version=4, config={"auth": {"password": "made-up-2"}, "hosts": ["a", "c"], "new": True}
    )
    found = compared_values(newer, older)
    changes = [(change.key, change.kind) for change in found.changes]
    assert changes == [
        ("auth.password", "changed"),
        ("gone", "removed"),
        ("hosts[1]", "changed"),
        ("new", "added"),
    ]
    assert found.same == ("hosts[0]",) and found.word == "4 values differ"
    assert found.sides == ("revision 4", "revision 3") and "made-up" not in repr(found)
    assert compared_values(newer, newer).word == "the same"


@pytest.mark.parametrize("config", [None, {}])
def test_a_release_without_values_has_none_to_compare(config: Any) -> None:
    facts = revision_facts(record("", config=config))
    assert (facts.values, facts.size, facts.chart) == (0, 0, "redis 18.1.0")
    assert compared_values(record("", config=config), record("")).changes == ()
