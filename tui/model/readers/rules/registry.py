"""RULES: every kind whose fields are known. To add a kind, add a row to the file of its family."""

from __future__ import annotations

from typing import Final, TypeAlias

from tui.model.readers.rules import builtin, delivery, ingress, operators, secret_tools
from tui.model.readers.rules.rule import KindRule

GroupKind: TypeAlias = tuple[str, str]

RULES: Final[tuple[KindRule, ...]] = (
    *builtin.RULES,
    *ingress.RULES,
    *secret_tools.RULES,
    *delivery.RULES,
    *operators.RULES,
)


def rules_by_kind() -> dict[GroupKind, KindRule]:
    """RULES by group and kind."""
    return {(rule.group, rule.kind): rule for rule in RULES}
