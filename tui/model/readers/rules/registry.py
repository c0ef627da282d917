"""RULES: rules for the kinds of objects whose references to Secrets are known.

To add a kind, add a rule to one of these files: builtin.py, ingress.py, secret_tools.py, delivery.py or
operators.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from msgspec.structs import replace

from tui.model.readers.rules import builtin, delivery, ingress, operators, secret_tools
from tui.model.readers.rules.rule import KindRule, ReferencePath
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
    """Build the rules that the setting `readers` adds."""
    return tuple(
        KindRule(
            reader.group,
            reader.kind,
            (ReferencePath(reader.path, reader.key, ("@namespace",), produces=reader.produces),),
            when="unknown",
        )
        for reader in readers
    )


def rules_by_kind(more: Iterable[KindRule] = ()) -> dict[GroupKind, KindRule]:
    """Return a dict: keys are groups and kinds, values are rules.

    Several rules of one kind are merged: the first rule gets the places of the others.
    """
    by_kind: dict[GroupKind, KindRule] = {}
    for rule in (*RULES, *more):
        earlier = by_kind.get((rule.group, rule.kind))
        by_kind[rule.group, rule.kind] = (
            rule if earlier is None else replace(earlier, places=(*earlier.places, *rule.places))
        )
    return by_kind
