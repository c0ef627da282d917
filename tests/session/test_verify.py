"""Verdict on a creation whose answer was lost, from the object on the server and the server's clock."""

from __future__ import annotations

import pytest

from tui.model.draft.draft import Changes
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.writes import intents
from tui.session.writes.outcome import SentWrite

REF = SecretRef("default", "mysecret")
CREATE = SentWrite(
    intents.CREATE, REF, "", "", Changes({"a": Value(b"2")}, frozenset()), type="Opaque", at=1000.4
)


@pytest.mark.parametrize(
    ("created", "skew", "kind"),
    [(-2600.0, -3600.0, "written"), (4600.0, 3600.0, "written"), (1001.0, 3600.0, "conflict")],
)
def test_a_creation_is_dated_by_the_servers_clock(created: float, skew: float, kind: str) -> None:
    found = Secret(REF, "uid-a", "6", "Opaque", {"a": Value(b"2")}, created=created)
    end = CREATE.intent.judge(CREATE, found, 0.0, skew)
    assert end is not None and end.kind == kind
