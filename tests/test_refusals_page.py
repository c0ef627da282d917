"""The page of refusals: the program says what the page quotes, and the page leaves out no failure."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Final, get_args

from tests.model.test_errors import EACH
from tui.cluster.auth.credentials import Trouble
from tui.model import errors
from tui.model.draft.admission import AlteredKeys, will_alter
from tui.model.draft.draft import Changes, draft_problem
from tui.model.rbac.rights import KubectlOptions, Right, can_i
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.settings.settings import Settings
from tui.session.cache.feeds import SET_BACK
from tui.session.open_secret import REREADS_APART
from tui.session.writes.intents import CHANGE, put_back
from tui.session.writes.outcome import DRAFT_KEPT, SentWrite, WriteResult, outcome_of
from tui.ui.base.list_state import listed_alone
from tui.ui.base.screen import not_yours
from tui.ui.command_types import refusal
from tui.ui.commands import BY_ID
from tui.ui.keymap import DEFAULT

PAGE: Final = Path(__file__).parent.parent / "docs" / "when-it-says-no.md"
ONE: Final = Right("patch", "secrets", "payments", "db")
WATCH: Final = errors.Forbidden("watch", "secrets", "payments", "db")
SENT: Final = SentWrite(
    CHANGE,
    SecretRef("default", "mysecret"),
    "uid",
    "1",
    Changes({"password": Value(b"made-up")}, frozenset()),
    {"password": Value(b"old")},
)


def holding(value: bytes, version: str) -> Secret:
    return Secret(SENT.ref, "uid", version, "Opaque", {"password": Value(value)})


LEAVING: Final = Secret(SENT.ref, "uid", "2", "Opaque", {}, is_terminating=True)
LOST: Final = SENT.intent.judge(SENT, holding(b"theirs", "3"), 0.0, 0.0) or WriteResult("unknown")
"""Outcome of a write without an answer after which others wrote."""


def ended(end: WriteResult) -> str:
    """Sentence for a write of the password that ended so, at two in the afternoon."""
    return outcome_of(SENT, end, 14 * 3600.0, UTC).sentence


ALSO: Final = (
    errors.Unreachable("refused", "api.example").sentence,
    errors.Unreachable("proxy", "proxy.example:3128").sentence,
    errors.Unreachable("reset", "api.example").sentence,
    ended(WriteResult("unknown")),
    f"checked every {REREADS_APART:g} s: {WATCH.lack}",
    listed_alone("14:02", errors.Forbidden("watch", "secrets", "payments")),
    "not live since 14:02",
    "no answer since 14:02",
    f"{get_args(Trouble)[1]}, L logs in",
    not_yours(ONE, DEFAULT),
    refusal(BY_ID["edit_value"], Settings(read_only=True)),
    refusal(BY_ID["reveal_key"], Settings(no_reveal=True)),
    f"An admission policy or webhook {will_alter(AlteredKeys(changed=('password',), added=('stamp',)))}.",
    ended(WriteResult("written", altered=AlteredKeys(changed=("password",)))),
    ended(WriteResult("not written", why=put_back(AlteredKeys(kept=("password",))))),
    ended(LOST),
    SET_BACK,
    ended(WriteResult("not written", why=f"{draft_problem(LEAVING)} {DRAFT_KEPT}")),
)
"""Sentences of the program beside those of its errors."""


def quoted() -> list[str]:
    """The sentences on the page."""
    return [line[2:] for line in PAGE.read_text().splitlines() if line.startswith("> ")]


def test_the_program_says_each_sentence_that_the_page_quotes() -> None:
    assert set(quoted()) <= EACH.keys() | set(ALSO)
    assert len(quoted()) == len(set(quoted()))


def test_every_failure_is_on_the_page() -> None:
    sentences = set(quoted())
    assert {type(EACH[quote]) for quote in sentences & EACH.keys()} == {*map(type, EACH.values())}
    assert set(ALSO) <= sentences


def test_the_kubectl_command_on_the_page_is_the_programs() -> None:
    assert f"`{can_i(ONE, KubectlOptions('prod-eu'))}`" in PAGE.read_text()
