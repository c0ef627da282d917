"""Risks that are accepted: named by an annotation of the object, or by a rule of the settings. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

ANNOTATION: Final = "secret-tui/accepted-risks"
"""Annotation of a Secret or another object: names of risks that are accepted in it, separated by blanks."""
ALL_RISKS: Final = "all"
"""Name for every risk."""
RISKS: Final = (
    *("default", "placeholder", "short", "reused", "line-break", "encoded-twice", "ended", "weak-hash"),
    *("weak-key", "no-certificate", "plain", "same-key"),
)
"""Names by which risks are accepted."""


class AcceptedRisk(Struct, frozen=True):
    """A rule of the settings: a risk that is accepted where all its globs match."""

    risk: str
    """Name in RISKS, or ALL_RISKS."""
    namespace: str = "*"
    secret: str = ""
    """Glob for a Secret's name; "" if the rule is not for Secrets alone."""
    object: str = ""
    """Glob for another object: "ConfigMap/app"; "" if the rule is not for these alone."""
    key: str = "*"
    """Glob for a key, or for a key and the path in it: "config.json database.*"."""
    context: str = "*"
    """Glob for the context's name or the server's host."""
    origin: str = "default"

    @property
    def said(self) -> str:
        """Scope of the rule, in words of the settings."""
        names = ("context", "namespace", "secret", "object", "key")
        globs = [(name, getattr(self, name)) for name in names]
        return ", ".join(f"{name} {glob}" for name, glob in globs if glob not in ("", "*")) or "everywhere"

    def holds_in(self, context: str, host: str) -> bool:
        return _is_like(context, self.context) or _is_like(host.lower().rstrip("."), self.context.lower())

    def fits_secret(self, risk: str, namespace: str, secret: str, place: str) -> bool:
        """True if the rule covers a place of a Secret. `place`: the key, then a blank and a path in it."""
        is_there = not self.object and _is_like(secret, self.secret or "*")
        return is_there and self._fits(risk, namespace, place)

    def fits_object(self, risk: str, namespace: str, title: str, place: str) -> bool:
        """True if the rule covers this place of an object. `title`: "ConfigMap/app"."""
        is_there = not self.secret and _is_like(title, self.object or "*")
        return is_there and self._fits(risk, namespace, place)

    def _fits(self, risk: str, namespace: str, place: str) -> bool:
        is_key = any(_is_like(text, self.key) for text in (place, place.partition(" ")[0]))
        return self.risk in (risk, ALL_RISKS) and _is_like(namespace, self.namespace) and is_key


def accepted_in(annotation: str) -> frozenset[str]:
    """Names of risks in the text of the annotation."""
    return frozenset(annotation.replace(",", " ").split())


def _is_like(text: str, glob: str) -> bool:
    return text == glob or fnmatchcase(text, glob)  # a path may hold "[0]"
