"""An exported manifest creates the same Secret again through kubectl on the real API server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.journeys.cluster_objects import Beside
from tui.model.secret.export import as_json, as_yaml
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

PEM = "-----BEGIN CERTIFICATE-----\nbWFkZSB1cA==\n-----END CERTIFICATE-----\n"
TEXTS = (
    *("1e3", "yes", "0o17", "0x1f", "1_000", "~", "null", ".inf", "1:30", "2026-11-27", "=", "<<", ""),
    *("a: b", "- x", "# no", " edge ", "tab\there", "a\n", "a\n\n", "\na", "  a\n b\n", "a \nb", "a\r\nb"),
    *("é 漢 \U0001f511", "\u2028", "\x85", "\ufeff", "'", '"', "\\", "{}", "[]", "%", "@", "`", "|", ">"),
    *("&a", "*a", PEM),
    *("server:\n  name: 日本語 \U0001f511\n\n  port: 1\n", "# c\n  - x\n---\n...\n\n\n", "é\nü"),
)


@pytest.mark.parametrize(
    "make", [as_yaml, partial(as_yaml, as_text=True), as_json], ids=["data", "stringData", "json"]
)
def test_kubectl_makes_the_same_secret_of_an_exported_manifest(
    beside: Beside, make: Callable[[Secret], str]
) -> None:
    data = {f"text-{number}": text.encode() for number, text in enumerate(TEXTS)} | {"bytes": b"\x00\xff"}
    secret = Secret(
        SecretRef(beside.namespace, "exported"),
        *("u1", "7", "example.test/made-up"),
        {key: Value(value) for key, value in data.items()},
        is_immutable=True,
        labels={"app": "1e3", "on": "yes"},
        annotations={"note": "made up: # 'x'\n- second\n"},
    )
    beside.run_kubectl("apply", "-f", "-", typed=make(secret))
    made = beside.secret("exported")
    assert beside.data("exported") == data
    assert (made["type"], made["immutable"]) == ("example.test/made-up", True)
    assert made["metadata"]["labels"] == secret.labels
    assert made["metadata"]["annotations"]["note"] == secret.annotations["note"]
