"""Risks that the user accepts, by an annotation or by a rule of the settings."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

ANNOTATION: Final = "secret-tui/accepted-risks"
"""Annotation with the names of risks, separated by blanks or commas."""
ALL_RISKS: Final = "all"
RISKS: Final = (
    *("default", "placeholder", "short", "reused", "line-break", "encoded-twice", "ended", "weak-hash"),
    *("weak-key", "no-certificate", "plain", "same-key"),
)


class AcceptedRisk(Struct, frozen=True):
    """Rule that accepts a risk where all globs of the rule match."""

    risk: str
    namespace: str = "*"
    secret: str = ""
    """Glob for the name of a Secret. "" fits all Secrets, or none if `object` is set."""
    object: str = ""
    """Glob for the kind and name of an object that is no Secret, e.g. "ConfigMap/app".

    "" fits all such objects, or none if `secret` is set.
    """
    key: str = "*"
    """Glob for a key, or for a key and a path in its value, e.g. "config.json database.*"."""
    context: str = "*"
    """Glob for the context's name or the server's host."""
    origin: str = "default"
    """Position of the rule in the settings, "FILE:LINE"; "default" if the rule is not from a file."""

    @property
    def summary(self) -> str:
        names = ("context", "namespace", "secret", "object", "key")
        globs = [(name, getattr(self, name)) for name in names]
        return ", ".join(f"{name} {glob}" for name, glob in globs if glob not in ("", "*")) or "everywhere"

    def holds_in(self, context: str, host: str) -> bool:
        return _is_like(context, self.context) or _is_like(host.lower().rstrip("."), self.context.lower())

    def fits_secret(self, risk: str, namespace: str, secret: str, place: str) -> bool:
        """True if the rule accepts `risk` at `place` in the Secret. `place` is "KEY" or "KEY PATH"."""
        is_secret = not self.object and _is_like(secret, self.secret or "*")
        return is_secret and self._fits(risk, namespace, place)

    def fits_object(self, risk: str, namespace: str, title: str, place: str) -> bool:
        """True if the rule accepts `risk` at `place` in the object.

        `title` is the object's kind and name, e.g. "ConfigMap/app". `place` is "KEY" or "KEY PATH".
        """
        is_object = not self.secret and _is_like(title, self.object or "*")
        return is_object and self._fits(risk, namespace, place)

    def _fits(self, risk: str, namespace: str, place: str) -> bool:
        is_key = any(_is_like(text, self.key) for text in (place, place.partition(" ")[0]))
        return self.risk in (risk, ALL_RISKS) and _is_like(namespace, self.namespace) and is_key


def accepted_in(annotation: str) -> frozenset[str]:
    return frozenset(annotation.replace(",", " ").split())


def _is_like(text: str, glob: str) -> bool:
    # compare without globs first: "[0]" is an index in a path, but a set of characters in a glob
    return text == glob or fnmatchcase(text, glob)
