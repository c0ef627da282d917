"""ObjectUse: a reference of an object to a Secret, and how changes of the Secret affect the object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from tui.model.readers.reader import ARRIVES, FAILS, MAY_FAIL, NOTHING, STAYS_OLD, ChangeKind, Effect, Use
from tui.model.secret.secret import SecretRef

When: TypeAlias = Literal["watch", "reconcile", "mount", "pods", "unknown"]

_WHEN: Final[Mapping[When, str]] = {
    "watch": "by its controller, within seconds",
    "reconcile": "by its controller, at the next reconcile",
    "mount": "the volume's driver reads the Secret at the next mount",
    "pods": "used by new pods",
    "unknown": "by its controller, at an unknown time",
}
_BY_NAME: Final = "by the object's name"


class ObjectUse(Use, frozen=True, gc=False, kw_only=True):
    """Reference of an object to a Secret, by a field or by the object's own name."""

    path: str
    """Path of the field; "" if a rule derives the Secret's name from the object's own name."""
    keys: tuple[str, ...] = ()
    """Keys that the object reads; () if they are not known."""
    when: When = "unknown"
    is_template: bool = False
    """True if the Secret's name or namespace contains a template, so that the Secret is unknown."""
    is_namespace_uncertain: bool = False
    is_guessed: bool = False
    """True if only the name of the field suggests a reference, because the object's kind has no rule."""

    def reads(self, key: str) -> bool:
        return not self.keys or key in self.keys

    def how(self) -> str:
        return f"{self.path or _BY_NAME} {self.target}".rstrip()

    def when_seen(self) -> str:
        return "it writes this Secret" if self.produces else _WHEN[self.when]

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change != "deleted" and key is not None and not self.reads(key):
            return Effect(NOTHING, "does not read this key")
        if self.produces:
            return Effect(ARRIVES, "writes this Secret, and may undo the change")
        if change in ("changed", "added"):
            return Effect(ARRIVES, self.when_seen())
        if self.is_optional:
            return Effect(STAYS_OLD, f"continues without the {'key' if change == 'removed' else 'Secret'}")
        if change == "removed":
            why = "it reads this key" if self.keys else "the keys that it needs are not known"
            return Effect(MAY_FAIL, f"may FAIL: {why}")
        if self.when == "mount":
            return Effect(FAILS, f'next mount FAILS: secret "{ref.name}" not found')
        return Effect(MAY_FAIL, f'may FAIL: secret "{ref.name}" not found')

    @property
    def key_word(self) -> str:
        if self.produces:
            return "-"
        return ", ".join(self.keys) or "not known"

    @property
    def notes(self) -> tuple[str, ...]:
        flags = (
            (self.is_optional, "optional"),
            (self.is_template, "from a template"),
            (self.is_namespace_uncertain, "namespace not certain"),
            (self.is_guessed, "found by field name"),
        )
        return tuple(word for is_so, word in flags if is_so)
