"""Formats in which a value or its name is copied, and dangers of pasting a value."""

from __future__ import annotations

import shlex

import pytest
import yaml

from tui.model.rbac.rights import KubectlOptions
from tui.model.secret.copy_formats import danger, fetching, variable, without_final_break
from tui.model.secret.secret import SecretRef

REF = SecretRef("shop", "db")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"made-up", None),
        ("gr\u00fcn \u4f60".encode(), None),
        (b"x\nrm -rf ~\n", "2 line breaks"),
        (b"x\r\n", "a line break"),
        ("x\u2028y".encode(), "a line break"),
        (b"x\x1b[201~y", "invisible characters"),
        (b"x\ty", "invisible characters"),
        ("x\u202ey".encode(), "invisible characters"),
    ],
)
def test_the_danger_of_pasting_a_value_is_named(data: bytes, says: str | None) -> None:
    warning = danger(data)
    assert warning is None if says is None else warning is not None and says in warning


@pytest.mark.parametrize(
    ("data", "bare"), [(b"a\n", b"a"), (b"a\r\n", b"a"), (b"a\n\n", b"a\n"), (b"a", None), (b"\n", b"")]
)
def test_a_bare_copy_drops_only_the_final_line_break(data: bytes, bare: bytes | None) -> None:
    assert without_final_break(data) == bare


@pytest.mark.parametrize("key", ["password", "tls.crt", "0-day", "true"])
def test_the_variable_to_copy_is_valid_in_a_container(key: str) -> None:
    [found] = yaml.safe_load(variable(REF, key))
    assert found["valueFrom"] == {"secretKeyRef": {"name": "db", "key": key}}
    assert found["name"].replace("_", "a").isalnum() and not found["name"][0].isdigit()


def test_the_kubectl_line_is_quoted_for_a_context_of_any_name() -> None:
    context = "it's $(prod); a"
    options = KubectlOptions(context, "/made/up", "jane", ("a", "b"), "7")
    words = shlex.split(fetching(REF, "tls.crt", options))
    assert words[words.index("--context") + 1] == context
    assert words[4:-7] == options.flags
    assert words[words.index("-o") + 1] == r"jsonpath={.data.tls\.crt}"
    assert words[-3:] == ["|", "base64", "-d"]
