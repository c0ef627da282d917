"""A record of a Helm release decoded: its values, its notes, and the objects of its manifest.

Records are made as helm's pkg/storage/driver/util.go does: base64 of the gzip of JSON.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest

from tests.model.value_shapes import MARKER, NOW, SECRET, helm
from tui.model.secret.formats.registry import decoded_value, row_name
from tui.model.secret.value import Value

MANIFEST = f"""\
---
# Source: ledger/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{labels: {{name: other, ports: [1, {{a: b}}]}}, namespace: web, name: "settings"}}
data: {{password: {SECRET}}}
--- # the next one
apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: {b64encode(SECRET.encode()).decode()}
  odd: "!"
  token: Zm9v
stringData:
  token: {SECRET}
---
# nothing
---
apiVersion: apps/v1
metadata:
  annotations:
    note: |
      kind: Nope
      metadata:
        name: nope
  name: ledger
kind: Deployment
---
{{"kind": "Secret", "metadata": {{"name": "flow"}}, "data": {{"a.b": "Zm9v"}}}}
---
kind: Secret
metadata: {{name: empty}}
---
: {{
"""
HOOK = "kind: Job\nmetadata: {name: migrate}\n"
CONFIG = {"auth": {"password": SECRET, "rate": 1.50}, "hosts": ["a", {"port": 1}], "on": None, "none": {}}


def leaves(data: bytes) -> dict[str, tuple[str, bytes]]:
    found = decoded_value("release", Value(data), NOW).leaves
    return {leaf.path: (leaf.kind, leaf.value.reveal()) for leaf in found}


def words(data: bytes) -> list[str]:
    return [fact.words + fact.verdict for fact in decoded_value("release", Value(data), NOW).facts]


def test_the_values_of_a_release_are_leaves_by_their_paths() -> None:
    found = leaves(helm(config=CONFIG, manifest="", info={}))
    assert found == {
        "values.auth.password": ("", SECRET.encode()),
        "values.auth.rate": ("number", b"1.5"),
        "values.hosts[0]": ("", b"a"),
        "values.hosts[1].port": ("number", b"1"),
        "values.on": ("null", b"null"),
        "values.none": ("empty object", b"{}"),
    }


@pytest.mark.parametrize("config", [None, {}])
def test_a_release_without_values_has_no_leaf_of_them(config: Any) -> None:
    assert not any(path.startswith("values") for path in leaves(helm(config=config)))


def test_secrets_of_a_manifest_are_listed_key_by_key_and_other_objects_by_name() -> None:
    found = leaves(helm(config=None, manifest=MANIFEST, info={}, hooks=[{"name": "x", "manifest": HOOK}]))
    kinds = {path: kind for path, (kind, _) in found.items()}
    assert kinds == {
        "ConfigMap/settings in web": "object",
        "Secret/db.password": "",
        "Secret/db.odd": "",
        "Secret/db.token": "",
        "Deployment/ledger": "object",
        "Secret/flow.a.b": "",
        "Secret/empty": "object",
        "object 6": "object",
        "hook Job/migrate": "object",
    }
    values = {path: found[path][1] for path in found if path.startswith(("Secret/db", "Secret/flow"))}
    assert list(values.values()) == [SECRET.encode(), b"!", SECRET.encode(), b"foo"]
    assert found["Deployment/ledger"][1].startswith(b"apiVersion: apps/v1\nmetadata:")
    inner = decoded_value("Deployment/ledger", Value(found["Deployment/ledger"][1]), NOW).leaves
    assert "metadata.name" in [leaf.path for leaf in inner], "it opens as YAML"


@pytest.mark.parametrize("status", ["deployed", "failed", "pending-upgrade"])
def test_facts_name_chart_revision_status_and_dates(status: str) -> None:
    info = {
        "status": status,
        "first_deployed": "2026-10-01T08:00:00.123456789+02:00",
        "last_deployed": "2026-11-01T10:00:00Z",
        "description": "Upgrade complete",
        "notes": f"{SECRET}\nb\n",
    }
    chart = {"metadata": {"name": "ledger", "version": "1.4.2", "appVersion": "v2.0"}}
    assert words(helm(info=info, chart=chart, manifest=MANIFEST, hooks=[{"manifest": HOOK}])) == [
        f"release ledger, revision 8, {status}",
        "chart ledger 1.4.2, app version v2.0",
        "first deployed 1 Oct 2026 06:00 UTC, last deployed 1 Nov 2026 10:00 UTC",
        "Upgrade complete",
        "notes of 2 lines, 6 objects and 1 hook",
    ]


def test_a_description_that_may_quote_a_value_is_masked() -> None:
    why = f"Upgrade failed: cannot patch Secret: {SECRET}"
    data = helm(info={"status": "failed", "description": why})
    assert MARKER not in " ".join(words(data)).lower()
    assert leaves(data)["description"] == ("", why.encode())


def test_an_old_record_without_gzip_is_read() -> None:
    record = {
        "name": "old",
        "version": 2,
        "chart": {"metadata": {"name": "a", "version": "1"}},
        "config": CONFIG,
    }
    data = b64encode(json.dumps(record).encode())
    assert leaves(data)["values.auth.password"] == ("", SECRET.encode())
    assert row_name("release", Value(data)).words == "a 1 rev 2"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            b64encode(gzip.compress(b'{"version": 1, "manifest": "' + bytes(8_000_000) + b'"}', mtime=0)),
            "unpacked data exceeds 8 MB",
        ),
        (helm()[:-40], "cut off"),
        (b64encode(gzip.compress(b'{"version": "x"}', mtime=0)), "Cannot read the value as a Helm release."),
        (helm(config="x", manifest=["y"]), "Cannot read the value as a Helm release."),
        (helm(config=json.loads("[" * 200 + "]" * 200)), "nested too deep"),
    ],
    ids=["bomb", "cut", "no number", "other fields", "deep"],
)
def test_a_damaged_record_says_why_it_is_not_decoded(data: bytes, why: str) -> None:
    decoded = decoded_value("release", Value(data), NOW)
    assert decoded.leaves == ()
    assert why in decoded.facts[-1].words and MARKER not in decoded.facts[-1].words.lower()
    assert row_name("release", Value(data)).kind == "Helm release"
