"""A Secret as YAML: what kubectl prints, and no value while it is masked."""

from __future__ import annotations

from base64 import b64encode

import yaml
from msgspec.structs import replace

from tui.model.secret.export import kubectl_yaml
from tui.model.secret.secret import Owner, Secret, SecretRef
from tui.model.secret.value import MASK, Value

DATA = {
    "crlf": b"a\r\nb",
    "empty": b"",
    "looks-like-a-number": b"\xd7\x6d\xf8",
    "not-text": bytes(range(256)),
}
SECRET = Secret(
    ref=SecretRef("default", "db"),
    uid="3f0b",
    resource_version="77",
    type="Opaque",
    data={key: Value(data) for key, data in DATA.items()},
    created=1_790_000_000.0,
    labels={"app": "shop"},
    annotations={"note": "two\nlines", "odd": "\x1b[31mred \u202e", "wide": "日本"},
    owners=(Owner("Certificate", "web", True, "cert-manager.io/v1", "9c1d", True),),
    finalizers=("example.test/keep",),
)


def test_every_byte_and_every_text_is_read_back_from_the_yaml() -> None:
    read = yaml.safe_load(kubectl_yaml(SECRET, is_masked=False))
    assert read["data"] == {key: b64encode(data).decode() for key, data in DATA.items()}
    assert read == {
        "apiVersion": "v1",
        "data": read["data"],
        "kind": "Secret",
        "metadata": {
            "annotations": dict(SECRET.annotations),
            "creationTimestamp": "2026-09-21T14:13:20Z",
            "finalizers": ["example.test/keep"],
            "labels": {"app": "shop"},
            "name": "db",
            "namespace": "default",
            "ownerReferences": [
                {
                    "apiVersion": "cert-manager.io/v1",
                    "blockOwnerDeletion": True,
                    "controller": True,
                    "kind": "Certificate",
                    "name": "web",
                    "uid": "9c1d",
                }
            ],
            "resourceVersion": "77",
            "uid": "3f0b",
        },
        "type": "Opaque",
    }


def test_masked_yaml_has_the_mask_for_each_value_and_no_value() -> None:
    text = kubectl_yaml(SECRET, is_masked=True)
    assert yaml.safe_load(text)["data"] == dict.fromkeys(DATA, MASK)
    assert not any(b64encode(data).decode() in text for data in DATA.values() if data)


def test_a_long_value_stays_on_one_line_and_an_omitted_annotation_is_named() -> None:
    long = replace(SECRET, data={"big": Value(b"x y " * 50_000)}, has_last_applied=True)
    lines = kubectl_yaml(long, is_masked=False).splitlines()
    assert f"  big: {b64encode(b'x y ' * 50_000).decode()}" in lines
    assert (
        lines[0]
        == "# kubectl.kubernetes.io/last-applied-configuration is left out: it holds a copy of the values"
    )


def test_an_annotation_that_holds_values_is_left_out_and_named() -> None:
    name = "reconcile.external-secrets.io/data-hash"
    text = kubectl_yaml(replace(SECRET, annotations={name: MASK, "note": "kept"}), is_masked=False)
    assert yaml.safe_load(text)["metadata"]["annotations"] == {"note": "kept"}
    assert text.startswith(f"# {name} is left out: it holds a digest of the values\n")
