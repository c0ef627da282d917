"""Values of a Helm release that set the keys of a Secret, and the lines that set others."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from tests.model.test_helm_release import REF, SECRET, record
from tui.model.draft.helm_values import KeyReleaseValues, set_by, value_hints
from tui.model.managers.source.source import ReleaseValues
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

OFFER = ReleaseValues("", "", SecretRef("shop", "redis"), ("shop",), is_by_flux=False)


def secret(**data: bytes) -> Secret:
    return Secret(REF, "uid", "1", "Opaque", {key: Value(value) for key, value in data.items()})


def chart(values: Any) -> dict[str, Any]:
    return {"metadata": {"name": "redis", "version": "18.1.0"}, "values": values}


LONG = "made-up-password"
CONFIG = {
    "auth": {"password": LONG, "token": b64encode(b"made-up-token").decode()},
    "again": [{"a.b": LONG}],
    "port": 6379,
}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (LONG.encode(), KeyReleaseValues("key", ("auth.password", r"again[0].a\.b"))),
        (b64encode(LONG.encode()), KeyReleaseValues("key", ("auth.password", r"again[0].a\.b"))),
        (b"made-up-token", KeyReleaseValues("key", ("auth.token",))),
        (b"6379", KeyReleaseValues("key", ("port",), is_short=True)),
        (b"made-up-default", KeyReleaseValues("key", ("user",), is_default=True)),
        (b"made-up-other", KeyReleaseValues("key")),
        (b"", KeyReleaseValues("key", is_short=True)),
        (b"\xff\xfe made up", KeyReleaseValues("key")),
    ],
)
def test_the_value_of_a_key_is_found_plainly_and_in_base64(value: bytes, wanted: KeyReleaseValues) -> None:
    held = record("", config=CONFIG, chart=chart({"user": "made-up-default", "old": LONG}))
    assert set_by(held, secret(key=value)) == [wanted]


def test_a_key_that_was_changed_since_is_not_attributed_to_the_chart() -> None:
    same, changed = set_by(record(SECRET), secret(mode=b"made-up-mode", password=b"made-up-2"))
    assert (same.was_changed, changed.was_changed) == (False, True)


@pytest.mark.parametrize("config", [None, {}])
def test_a_release_without_values_set_no_key(config: Any) -> None:
    assert set_by(record("", config=config, chart=chart(None)), secret(key=b"made-up-1")) == [
        KeyReleaseValues("key")
    ]


def test_a_damaged_record_is_not_compared() -> None:
    with pytest.raises(UnreadableValue):
        set_by(record("", chart="made-up"), secret())


def test_each_key_has_its_path_and_the_line_that_sets_another_value() -> None:
    sources = [
        KeyReleaseValues("a", ("auth.password",)),
        KeyReleaseValues("b", (r"x.y\.z", "w")),
        KeyReleaseValues("c", ("port",), is_short=True),
        KeyReleaseValues("d", ("user",), is_default=True),
        KeyReleaseValues("e"),
        KeyReleaseValues("f", was_changed=True),
    ]
    hints = list(value_hints(OFFER, 4, sources))
    assert [hint.title for hint in hints] == [
        "a: auth.password",
        r"b: x.y\.z or w",
        "c: port",
        "d: user",
        "e: equals no release value",
        "f: equals no release value",
    ]
    begin = "helm upgrade redis CHART -n shop --reuse-values --set-file "
    assert [hint.line for hint in hints] == [
        f"{begin}auth.password=FILE",
        rf"{begin}'x.y\.z=FILE'",
        f"{begin}port=FILE",
        f"{begin}user=FILE",
        "",
        "",
    ]
    starts = [
        "Set by auth.password in the values of release redis, revision 4.",
        r"Set by x.y\.z or w in the values of release redis, revision 4.",
        "Perhaps set by port in the values of release redis, revision 4.",
        "Set by user in the chart defaults of release redis, revision 4.",
        "Perhaps made by the chart of release redis, revision 4.",
        "The value has changed since release redis, revision 4.",
    ]
    assert [hint.does[: len(start)] for hint, start in zip(hints, starts, strict=True)] == starts


def test_no_line_is_offered_for_a_release_that_flux_upgrades() -> None:
    offer = ReleaseValues("", "", SecretRef("shop", "redis"), ("shop",), is_by_flux=True)
    (hint,) = value_hints(offer, 4, [KeyReleaseValues("a", ("auth.password",))])
    assert hint.line == "" and hint.does.endswith("Change it in the values of the HelmRelease.")
