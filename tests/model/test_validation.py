"""The server's rules for names, keys, sizes and types, as kubernetes' validation has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.types.registry import secret_type
from tui.model.secret.validation import (
    MAX_DATA,
    data_problem,
    key_problem,
    name_problem,
    namespace_problem,
)
from tui.model.secret.value import Value


def values(**data: bytes) -> dict[str, Value]:
    return {key.replace("__", "."): Value(data[key]) for key in data}


@pytest.mark.parametrize("name", ["a", "1.2-3.c", "a" * 253])
def test_valid_names_are_accepted(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a-", "a..b", "ä", "a\n", "a" * 254])
def test_invalid_names_are_refused_with_a_sentence(name: str) -> None:
    sentence = name_problem(name)
    assert sentence is not None and sentence.endswith(".")


@pytest.mark.parametrize("name", ["a", "kube-system", "0", "a" * 63])
def test_valid_namespaces_are_accepted(name: str) -> None:
    assert namespace_problem(name) is None


@pytest.mark.parametrize("name", ["", "a.b", "A", "-a", "a-", "a\n", "a" * 64])
def test_invalid_namespaces_are_refused(name: str) -> None:
    assert namespace_problem(name) is not None


@pytest.mark.parametrize("key", ["A", "_", ".a", "a..b", "tls.crt", "a" * 253])
def test_valid_keys_are_accepted(key: str) -> None:
    assert key_problem(key) is None


@pytest.mark.parametrize("key", ["", ".", "..a", "a b", "a/b", "ä", "a\n", "a" * 254])
def test_invalid_keys_are_refused(key: str) -> None:
    assert key_problem(key) is not None


def test_a_mebibyte_of_values_passes_and_names_do_not_count() -> None:
    full = {"k" * 253: Value(b"x" * (MAX_DATA - 1)), "b": Value(b"x")}
    assert data_problem("Opaque", full) is None
    assert "1 MiB" in (data_problem("Opaque", full | {"c": Value(b"x")}) or "")


def test_data_that_is_too_large_names_the_largest_keys_first() -> None:
    data = {"small": Value(b"x"), "large": Value(b"x" * MAX_DATA), "middle": Value(b"x" * 2000)}
    message = data_problem("Opaque", data) or ""
    assert message.endswith("Largest keys: large 1.0 MB, middle 2.0 kB, small 1 B.")
    many = data | {f"k{nth}": Value(b"") for nth in range(4)}
    assert (data_problem("Opaque", many) or "").endswith("small 1 B, k0 0 B, k1 0 B and 2 more.")


@pytest.mark.parametrize(
    ("of_type", "good", "bad", "keys"),
    [
        ("kubernetes.io/tls", values(tls__crt=b"", tls__key=b""), values(tls__crt=b""), ["tls.key"]),
        (
            "kubernetes.io/basic-auth",
            values(username=b""),
            values(user=b"x"),
            ["username", "password"],
        ),
        (
            "kubernetes.io/ssh-auth",
            {"ssh-privatekey": Value(b"x")},
            {"ssh-privatekey": Value(b"")},
            ["ssh-privatekey"],
        ),
        (
            "kubernetes.io/dockerconfigjson",
            {".dockerconfigjson": Value(b"{}")},
            {".dockerconfigjson": Value(b"[]")},
            [".dockerconfigjson"],
        ),
        (
            "kubernetes.io/dockerconfigjson",
            {".dockerconfigjson": Value(b' {"auths": {"\xff": 1}} ')},
            {".dockerconfigjson": Value(b"")},
            [".dockerconfigjson"],
        ),
        (
            "kubernetes.io/dockercfg",
            {".dockercfg": Value(b"{}")},
            {".dockercfg": Value(b'{"a":' * 100_000)},
            [".dockercfg"],
        ),
    ],
)
def test_secret_types_demand_their_keys(
    of_type: str, good: dict[str, Value], bad: dict[str, Value], keys: list[str]
) -> None:
    problems = secret_type(of_type).problems(bad)
    assert [key for key, _ in problems] == keys
    assert data_problem(of_type, bad) == problems[0][1] and data_problem(of_type, good) is None
    assert data_problem(of_type, {**good, "a/b": Value(b"")}) == key_problem("a/b")


@pytest.mark.parametrize(
    "of_type", ["", "Opaque", "bootstrap.kubernetes.io/token", "helm.sh/release.v1", "example.com/x"]
)
def test_other_secret_types_demand_no_keys(of_type: str) -> None:
    assert data_problem(of_type, {}) is None


@given(st.binary(max_size=60))
def test_no_sentence_about_data_shows_a_value(data: bytes) -> None:
    marked = b"marker-" + data
    for of_type, key in (
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
        ("kubernetes.io/dockercfg", ".dockercfg"),
        ("kubernetes.io/tls", "x"),
    ):
        assert "marker" not in str(data_problem(of_type, {key: Value(marked)}))


def test_secret_types_warn_of_what_the_server_accepts() -> None:
    assert "kube-system" in secret_type("bootstrap.kubernetes.io/token").warnings("default", "x", {})[0]
    ssh = secret_type("kubernetes.io/ssh-auth")
    assert "not a complete" in ssh.warnings("default", "x", {"ssh-privatekey": Value(b"made up")})[0]
    too_large = {"ssh-privatekey": Value(b"#" * 32_001)}
    assert ssh.typed_words("ssh-privatekey", too_large) == "! Not checked: the key is larger than 32 kB."
    for begin, command in (
        (b"\x02\x01\x03", "openssl pkcs12 -nodes -in FILE"),
        (b"\x30\x82\x02", "openssl x509 -in FILE"),
    ):
        pair = {"tls.crt": Value(b"\x30\x82\x09\x99" + begin), "tls.key": Value(b"made up")}
        message = secret_type("kubernetes.io/tls").warnings("default", "x", pair)
        assert (
            f"tls.crt is not PEM, but servers need PEM. Load the output of this command: {command}" in message
        )
    assert ssh.warnings("default", "x", {}) == secret_type("Opaque").warnings("default", "x", {}) == ()
