"""What a person may do in one namespace, as SelfSubjectRulesReview tells it."""

from __future__ import annotations

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """One of status.resourceRules: any of the verbs on any of the resources; no names = on all of them."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    """API groups; "" is the core group."""
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()

    def covers(self, verb: str, resource: str, group: str) -> bool:
        """Does it speak of this verb on this resource, of whatever name?

        "*" covers everything, "*/log" that subresource of every resource (RBAC's own rule:
        kubernetes pkg/apis/rbac/v1/evaluation_helpers.go).
        """
        if not ("*" in self.verbs or verb in self.verbs):
            return False
        if not ("*" in self.groups or group in self.groups):
            return False
        _, has_sub, sub = resource.partition("/")
        wanted = {resource, "*", f"*/{sub}" if has_sub else "*"}
        return not wanted.isdisjoint(self.resources)


class Rights(msgspec.Struct, frozen=True):
    """All rules of one namespace. A listed rule holds; a missing one only if the answer was complete."""

    rules: tuple[Rule, ...]
    is_incomplete: bool

    def may(self, verb: str, resource: str, name: str | None = None, group: str = "") -> bool | None:
        """May it be done, on that name or (without one) on all of them? None = not known."""
        covering = [rule for rule in self.rules if rule.covers(verb, resource, group)]
        if any(not rule.names or (name is not None and name in rule.names) for rule in covering):
            return True
        return None if self.is_incomplete else False

    def names(self, verb: str, resource: str, group: str = "") -> tuple[str, ...]:
        """The names that rules give this right one by one, sorted: what to offer where listing is refused."""
        covering = (rule for rule in self.rules if rule.covers(verb, resource, group))
        return tuple(sorted({name for rule in covering for name in rule.names}))
