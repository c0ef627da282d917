"""RULES: every kind whose fields are known. To add a kind, add a row to the file of its family."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from msgspec.structs import replace

from tui.model.readers.rules import builtin, delivery, ingress, operators, secret_tools
from tui.model.readers.rules.rule import KindRule, Place
from tui.model.settings.settings import OwnReader

GroupKind: TypeAlias = tuple[str, str]

RULES: Final[tuple[KindRule, ...]] = (
    *builtin.BUILTIN_RULES,
    *ingress.INGRESS_RULES,
    *secret_tools.SECRET_TOOL_RULES,
    *delivery.DELIVERY_RULES,
    *operators.OPERATOR_RULES,
)


def own_rules(readers: Iterable[OwnReader]) -> tuple[KindRule, ...]:
    """The rules of a person's settings."""
    return tuple(
        KindRule(
            one.group,
            one.kind,
            (Place(one.path, one.key, ("@namespace",), produces=one.produces),),
            when="unknown",
        )
        for one in readers
    )


def rules_by_kind(more: Iterable[KindRule] = ()) -> dict[GroupKind, KindRule]:
    """RULES and more of them, by group and kind; several of one kind are one rule with all places."""
    found: dict[GroupKind, KindRule] = {}
    for rule in (*RULES, *more):
        held = found.get((rule.group, rule.kind))
        found[rule.group, rule.kind] = (
            rule if held is None else replace(held, places=(*held.places, *rule.places))
        )
    return found
