"""Export of a Secret: each format is read back as the same data."""

from __future__ import annotations

import json
from base64 import b64decode
from io import StringIO
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.model.secret.export import UnsupportedKeys, as_env, as_external_secret, as_json, as_yaml, creating
from tui.model.secret.fields import MASKED_ANNOTATIONS
from tui.model.secret.secret import Owner, Secret, SecretRef
from tui.model.secret.value import Value

KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,8}", fullmatch=True)
NAMES = st.from_regex(r"[-._A-Za-z0-9]{1,7}", fullmatch=True)
WORDS = st.sampled_from(
    ["yes", "1e3", "0x1f", "~", "null", "1:30", "a: b", "- x", "#", "a\n b\n", " a", "\t"]
)
VALUES = st.one_of(st.binary(max_size=40), st.text(max_size=40).map(str.encode), WORDS.map(str.encode))


def secret(data: dict[str, bytes], **more: Any) -> Secret:
    return Secret(
        SecretRef("web", "app"),
        "u1",
        "7",
        "Opaque",
        {key: Value(value) for key, value in data.items()},
        **more,
    )


def back(found: dict[str, Any]) -> dict[str, bytes]:
    """The bytes that the API server would keep of a manifest."""
    data = {key: b64decode(text) for key, text in found.get("data", {}).items()}
    return data | {key: text.encode() for key, text in found.get("stringData", {}).items()}


@pytest.mark.slow
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_data_reads_back_unchanged_from_yaml_and_json(data: dict[str, bytes]) -> None:
    assert back(yaml.safe_load(as_yaml(secret(data)))) == data
    assert back(yaml.safe_load(as_yaml(secret(data), as_text=True))) == data
    assert back(json.loads(as_json(secret(data)))) == data


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_a_value_reads_back_from_env_unchanged_or_its_key_is_named_as_left_out(
    data: dict[str, bytes],
) -> None:
    try:
        text = as_env(secret(data))
    except UnsupportedKeys as some:
        left_out = {part.split()[0] for part in str(some).rpartition(": ")[2].split(", ")}
        assert left_out and left_out <= data.keys()
        text, data = some.rest, {key: value for key, value in data.items() if key not in left_out}
    read = dotenv_values(stream=StringIO(text, newline=""), interpolate=False)
    assert {key: (value or "").encode() for key, value in read.items()} == data


def test_plain_values_are_never_refused_as_env() -> None:
    text = as_env(
        secret(
            {
                "A": b"plain",
                "api-key": b"two words",
                "c.d": b"it's",
                "D": b'"x"',
                "E": b"a\nb\n",
                "F": b"",
                "G": b"#1",
                "H": b"\\n",
            }
        )
    )
    assert text.startswith("A=plain\napi-key=two words\nc.d=it's\n")


@pytest.mark.timeout(10)
def test_a_value_with_many_blanks_is_written_to_env_without_delay() -> None:
    value = "made" + " " * 250_000 + "up"
    assert dotenv_values(stream=StringIO(as_env(secret({"KEY": value.encode()})))) == {"KEY": value}


def test_a_key_that_does_not_fit_an_env_file_is_named_with_the_reason() -> None:
    with pytest.raises(UnsupportedKeys) as some:
        as_env(secret({"1A": b"x", "BIN": b"\xff", "CR": b"a\rb", "ok": b"x"}))
    assert str(some.value) == (
        "Some keys do not fit a .env file: 1A is not a valid variable name, "
        "BIN has a value that .env cannot hold, CR has a value that .env cannot hold."
    )
    assert some.value.rest == "ok=x\n"


def test_fields_that_the_server_or_a_manager_sets_are_not_exported() -> None:
    found = yaml.safe_load(
        as_yaml(
            secret(
                {"a": b"x"},
                is_immutable=True,
                created=1.0,
                labels={"app": "1e3"},
                annotations={"note": "kept", next(iter(MASKED_ANNOTATIONS)): "copy"},
                owners=(Owner("Deployment", "d"),),
                finalizers=("f",),
            )
        )
    )
    assert found == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "app",
            "namespace": "web",
            "labels": {"app": "1e3"},
            "annotations": {"note": "kept"},
        },
        "type": "Opaque",
        "immutable": True,
        "data": {"a": "eA=="},
    }


def test_texts_that_go_would_take_for_numbers_or_booleans_are_quoted() -> None:
    text = as_yaml(secret({"a": b"1e3", "b": b"yes", "c": b"0o7", "d": b"word"}), as_text=True)
    assert 'a: "1e3"' in text and 'b: "yes"' in text and 'c: "0o7"' in text and "d: word" in text


def test_a_value_of_several_lines_is_a_block_that_can_be_read() -> None:
    data = {"app.yaml": "server:\n  port: 80\n\n  name: 日本語 🔑\n".encode(), "z": b"x\n  y"}
    text = as_yaml(secret(data), as_text=True)
    assert (
        "  app.yaml: |\n    server:\n      port: 80\n\n      name: 日本語 🔑\n  z: |-\n    x\n      y\n"
        in text
    )
    assert back(yaml.safe_load(text)) == data


def test_an_invisible_character_makes_no_block() -> None:
    text = as_yaml(secret({"a": "x\n\u200by\n".encode()}), as_text=True)
    assert 'a: "x\\n' in text


def test_masked_yaml_and_the_kubectl_line_hold_no_value() -> None:
    found = secret({"a": b"made-up", "b": b"\xff"})
    for text in (as_yaml(found, is_masked=True), creating(found)):
        assert "made-up" not in text and "bWFkZS11cA" not in text and "/w==" not in text
    assert creating(found) == (
        "kubectl create secret generic app -n web --type=Opaque --from-file=a --from-file=b"
    )


def test_an_external_secret_names_the_keys_and_holds_no_value() -> None:
    held = secret({"password": b"made-up-1", "1e3": b"made-up-2"})
    found = yaml.safe_load(text := as_external_secret(held))
    assert "made-up" not in text and "bWFkZS" not in text
    assert found["kind"] == "ExternalSecret" and found["metadata"] == {"name": "app", "namespace": "web"}
    assert found["spec"]["target"] == {"name": "app"}
    assert {one["secretKey"]: one["remoteRef"]["property"] for one in found["spec"]["data"]} == {
        "password": "password",
        "1e3": "1e3",
    }
    of_type = yaml.safe_load(as_external_secret(replace(held, type="kubernetes.io/basic-auth")))
    assert of_type["spec"]["target"]["template"] == {"type": "kubernetes.io/basic-auth"}
