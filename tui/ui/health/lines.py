"""Lines of the health screen: counts of findings, and the text about one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tui.model.health.finding import LEVELS, Finding, Level
from tui.model.text.counts import sentence_case
from tui.ui.health.finding_table import LEVEL_SIGNS, LEVEL_TONES
from tui.ui.keymap import Keys
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled

_WORDS: Final[dict[Level, tuple[str, str]]] = {
    "fails": ("fails", "fail"),
    "will fail": ("will fail", "will fail"),
    "old value": ("old value", "old values"),
    "old value?": ("old value?", "old values?"),
    "care": ("needs care", "need care"),
    "unused": ("no reader known", "no reader known"),
}

_RISK_COMMANDS: Final = {
    **dict.fromkeys(("default", "short", "ended"), ("rotate_key", "sets a new value")),
    **dict.fromkeys(("placeholder", "encoded-twice", "weak-hash"), ("edit_value", "edits the value")),
    **dict.fromkeys(("weak-key", "no-certificate", "same-key"), ("edit_form", "edits certificate and key")),
    "reused": ("rotate_key", "sets a unique value"),
    "line-break": ("trim_value", "trims the value"),
}


def _risk_step(finding: Finding, keys: Keys) -> str:
    command, does = _RISK_COMMANDS.get(finding.risk, ("", ""))
    if not command:
        return ""
    if not finding.path:
        return f"{keys.of(command)} {does}"
    # `trim_value` works only on whole values, not on parts such as a string in JSON.
    command = "edit_value" if command == "trim_value" else command
    return f"{keys.of('go_in')} opens the value, then {keys.of(command)} {does}"


def opens_words(finding: Finding, keys: Keys) -> str:
    """Describe the effect of the command `go_in`, such as "opens the Secret; t sets a new value"."""
    step = _risk_step(finding, keys)
    return f"opens the Secret; {step}" if step else "opens the Secret"


def words_where_opened(finding: Finding, keys: Keys) -> str:
    """Sentences about a finding and its next step, shown when the Secret of the finding is opened."""
    says = finding.short if finding.risk else finding.says
    return f"{says}. {_risk_step(finding, keys) or finding.do}."


def verdict_lines(findings: Iterable[Finding], unread: str) -> Iterator[Line]:
    counts = Counter(finding.level for finding in findings)
    cells = list[Cell]()
    for level in LEVELS:
        if count := counts[level]:
            words = f"{LEVEL_SIGNS[level]} {count:,} {_WORDS[level][count > 1]}"
            cells += [Styled(words.strip(), LEVEL_TONES[level], is_whole=True), "   "]
    if cells:
        yield cells
    if unread:
        yield (Styled(unread, "muted"),)


def finding_lines(finding: Finding, steps: Sequence[tuple[str, str]], *, is_beside: bool) -> Iterator[Line]:
    """Lines that explain a finding.

    `steps`: pairs of a keyboard key and its effect. `is_beside`: True if the lines stand beside the table of
    findings. Each fact and each step then has its own line, and blank lines are added.
    """
    gap: list[Line] = [()] if is_beside else []
    yield (f"  {sentence_case(finding.says)}.",)
    yield from gap
    named = {"Object": finding.object, "Key": finding.place, "Risk": finding.risk}
    facts = [(Styled(f"  {name:<6}  ", "muted"), words) for name, words in named.items() if words]
    if is_beside:
        yield from facts
    elif facts:
        yield [cell for fact in facts for cell in fact]
    yield from gap
    yield (Styled("  Next    ", "muted"), Styled(f"{finding.do}.", "accent"))
    if is_beside:
        yield from ((Styled(f"  {key:<6}  ", "accent"), does) for key, does in steps)
    elif steps:
        yield ("  ", *(cell for key, does in steps for cell in (Styled(key, "accent"), f" {does}   ")))
    yield from gap
