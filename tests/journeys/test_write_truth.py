"""Messages and journal entries of a write match what the real API server did after admission changed it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.admission import changing
from tests.journeys.at_server import at_server, edits_the_password
from tests.journeys.cluster_objects import OLD, Beside
from tests.terminal.steps import NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

REPLACES: Final = "[JSONPatch{op: 'replace', path: '/data/password', value: 'ZnJvbS1wb2xpY3k='}]"
ADDS: Final = "[JSONPatch{op: 'add', path: '/data/stamp', value: 'MQ=='}]"
PUTS_BACK: Final = "[JSONPatch{op: 'replace', path: '/data/password', value: '@'}]"


def journal_of(beside: Beside) -> list[tuple[str, str]]:
    """Journal entries of the writes to the Secret: outcome, and how the cluster altered it."""
    file = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui" / "journal.jsonl"
    lines = (json.loads(line) for line in file.read_text().splitlines())
    return [
        (one["outcome"], one.get("how", ""))
        for one in lines
        if one["what"] == "written" and one["secret"] == f"{beside.namespace}/mysecret"
    ]


@pytest.mark.parametrize(
    ("policy", "foretold", "said", "held"),
    [
        (REPLACES, "changes password", "Written, but the cluster changed: password.", b"from-policy"),
        (ADDS, "adds stamp", "Written, but the cluster added: stamp.", NEW.encode()),
    ],
    ids=["replaces the key", "adds a key"],
)
def test_an_admission_policy_that_changes_the_write_is_named_before_and_after(
    beside: Beside, policy: str, foretold: str, said: str, held: bytes
) -> None:
    with changing(beside, policy), at_server(beside) as person:
        edits_the_password(person)
        person.presses("w", "accepted at", f"An admission policy or webhook {foretold}")
        person.presses("W", said, gone=["1 draft"])
        assert beside.data()["password"] == held
        how = said.removeprefix("Written, but ").removesuffix(".")
        assert journal_of(beside)[-1] == ("altered", how)


def test_a_write_whose_old_value_an_admission_policy_puts_back_counts_as_not_written(beside: Beside) -> None:
    old = beside.secret()["data"]["password"]
    with changing(beside, PUTS_BACK.replace("@", old)), at_server(beside) as person:
        edits_the_password(person)
        person.presses("w", "accepted at", "An admission policy or webhook keeps the old value of password")
        person.presses("W", "Not written: password of", "kept the old value of: password", "1 draft")
        assert beside.data()["password"] == OLD.encode()
        assert journal_of(beside)[-1] == ("not done", "")
