"""Settings: defaults, the source of each value, and stricter rules for some contexts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from tui.model.settings.accepted_risks import AcceptedRisk

PRODUCTION: Final = ("prod", "production", "prd", "live")
_BETWEEN: Final = re.compile(r"[\W_]+")


def guarding(globs: Iterable[str], names: Iterable[str]) -> str | None:
    """Find the first glob that matches a name or a part of a name; None if no glob does.

    Characters other than letters and digits separate parts: `prod` matches `eu-prod.1`, not `product-eu`.
    """
    parts = {part for name in names for part in (name.lower(), *_BETWEEN.split(name.lower())) if part}
    return next((glob for glob in globs if any(fnmatchcase(part, glob.lower()) for part in parts)), None)


def guard_badge(glob: str) -> str:
    return "PROD" if glob.lower() in PRODUCTION else "GUARDED"


GRADES: Final = ("read_only", "no_reveal", "no_undo")
"""Settings that are true if any source sets them to true."""
OF_A_RULE: Final = (*GRADES, "guard", "journal", "cover_after", "facts")
"""Settings that a `ContextRule` can make stricter."""
OF_A_POLICY: Final = (*OF_A_RULE, "contexts")
"""Settings that the host's policy can make stricter."""
FACTS: Final = ("names", "kinds")
"""Values of the setting `facts`, which limits what a row says about a masked value.

"names" allows names of hosts and accounts. "kinds" is stricter, and allows only the kind of value.
"""
THEMES: Final = ("auto", "dark", "light", "terminal", "nord", "gruvbox", "catppuccin", "high-contrast")
"""The theme "auto" is dark or light like the terminal."""
PLAIN_SETTINGS: Final = ("remember", "mouse")
DURATIONS: Final = {"show_seconds": "seconds", "clipboard_seconds": "seconds", "cover_after": "minutes"}
LONGEST_DURATIONS: Final = {"seconds": 24 * 3600, "minutes": 24 * 60}
JOURNAL: Final[Mapping[str, frozenset[str]]] = {
    "off": frozenset(),
    "on": frozenset({"on"}),
    "required": frozenset({"on", "required"}),
    "syslog": frozenset({"on", "syslog"}),
}
DERIVED_FIELDS: Final = frozenset({"origins", "guarded"})
GUARDED_SECONDS: Final = 30
"""Maximum of `show_seconds` in a guarded context."""


class ContextRule(Struct, frozen=True):
    match: str
    """Glob for the context's name or the server's host."""
    read_only: bool = False
    no_reveal: bool = False
    no_undo: bool = False
    guard: bool = False
    journal: frozenset[str] | None = None
    """Options that the rule adds to the setting `journal`; None adds nothing."""
    cover_after: int | None = None
    facts: str | None = None
    origin: str = "default"
    """Source of the rule: "FILE:LINE", or "default"."""

    def fits(self, context: str, host: str) -> bool:
        """True if `match` fits `context` or `host`. In the host, letter case and a final dot are ignored."""
        server = host.lower().rstrip(".")
        return fnmatchcase(context, self.match) or fnmatchcase(server, self.match.lower())

    @property
    def summary(self) -> str:
        parts = [name for name in (*GRADES, "guard") if getattr(self, name)]
        parts += [f"journal {_option_text(self.journal)}"] if self.journal is not None else []
        parts += [f"cover_after {self.cover_after}"] if self.cover_after is not None else []
        parts += [f"facts {self.facts}"] if self.facts is not None else []
        return ", ".join(parts) or "nothing"


class OwnReader(Struct, frozen=True):
    """Rule that the user has written: objects of `kind` hold, at `path`, the name of a Secret."""

    group: str
    kind: str
    path: str
    """Path in the syntax of tui/model/readers/rules/path.py."""
    key: str = ""
    """Key that is read; "" if unknown. "@FIELD": the field FIELD beside the Secret's name holds the key."""
    produces: bool = False
    """True if the objects write the Secret; False if they read it."""
    origin: str = "default"


class Settings(Struct, frozen=True):
    read_only: bool = False
    """True if the program sends only reads and access reviews."""
    no_reveal: bool = False
    """True if values are never shown, copied or opened elsewhere."""
    no_undo: bool = False
    """True if old values are not kept for an undo."""
    show_seconds: int = 60
    """Seconds from the last key press until a shown value is hidden."""
    clipboard_seconds: int = 45
    cover_after: int = 10
    """Minutes from the last key press until the screen is covered."""
    journal: frozenset[str] = JOURNAL["on"]
    """Options such as "required" or "syslog"; empty for off."""
    facts: str = FACTS[0]
    remember: bool = True
    mouse: bool = True
    theme: str = THEMES[0]
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys are ids of commands; values are keyboard keys, separated by commas, such as "f5,ctrl+r"."""
    guard: tuple[str, ...] = PRODUCTION
    """Globs for names of contexts, clusters and servers, or for parts of names. A match guards a context."""
    contexts: tuple[ContextRule, ...] = ()
    readers: tuple[OwnReader, ...] = ()
    accepted_risks: tuple[AcceptedRisk, ...] = ()
    guarded: str = ""
    """Badge of a guarded context; "" in other contexts."""
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        return self.origins.get(name, "default")

    def within(self, context: str, host: str, cluster: str = "") -> Settings:
        """Apply the rules that fit a context, and reduce the accepted risks to those of this context.

        The context is guarded if a fitting rule has `guard`, or if a glob in `self.guard` matches.
        """
        accepted = tuple(rule for rule in self.accepted_risks if rule.holds_in(context, host))
        settings = replace(self, accepted_risks=accepted)
        for rule in self.contexts:
            if rule.fits(context, host):
                for name in (*GRADES, "journal", "cover_after", "facts"):
                    if (value := getattr(rule, name)) not in (None, False):
                        settings = _stricter(settings, name, value, rule.origin)
                if rule.guard:
                    settings = _guarded(settings, "GUARDED", rule.origin)
        glob = guarding(self.guard, (context, cluster, host))
        return settings if glob is None else _guarded(settings, guard_badge(glob), self.origin("guard"))

    def under(self, policy: Settings) -> Settings:
        """Apply the host's policy, which can only make settings stricter."""
        settings = replace(self, contexts=(*self.contexts, *policy.contexts))
        for name in policy.origins.keys() - {"contexts"}:
            settings = _stricter(settings, name, getattr(policy, name), policy.origin(name))
        return settings

    def for_demo(self) -> Settings:
        """Settings for the demo, which writes no journal."""
        rules = tuple(replace(rule, journal=None) for rule in self.contexts)
        return with_value(replace(self, contexts=rules), "journal", JOURNAL["off"], "the demo")

    def grades(self) -> list[tuple[str, str, str]]:
        """Return rows (name, state, source) for the help page."""
        facts = [
            (name.replace("_", "-"), "yes" if getattr(self, name) else "no", self.origin(name))
            for name in GRADES
        ]
        facts.append(("guarded", self.guarded or "no", self.origin("guarded" if self.guarded else "guard")))
        facts.append(("journal", _option_text(self.journal), self.origin("journal")))
        return [*facts, ("covered after", f"{self.cover_after} min", self.origin("cover_after"))]

    def lines(self) -> list[str]:
        """Lines of --print-config."""
        names = (*GRADES, *DURATIONS, *PLAIN_SETTINGS, "facts", "journal", "theme", "guard")
        shown = [(name, _option_text(getattr(self, name)), self.origin(name)) for name in names]
        shown += [(f"keymap.{id_}", keys, self.origin(f"keymap.{id_}")) for id_, keys in self.keymap.items()]
        for rule in self.contexts:
            shown.append((f"contexts[{rule.match}]", rule.summary, rule.origin))
        for reader in self.readers:
            shown.append((f"readers[{reader.kind}]", reader.path, reader.origin))
        for accepted in self.accepted_risks:
            shown.append((f"accepted_risks[{accepted.risk}]", accepted.summary, accepted.origin))
        width = max(len(name) for name, _, _ in shown)
        return [f"{name:<{width}}  {value:<8}  from {origin}" for name, value, origin in shown]


def _option_text(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(value - {"on"})) or ("on" if value else "off")
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stricter(settings: Settings, name: str, value: object, origin: str) -> Settings:
    """Set the stricter of the current value and `value`. A value that combines both gets both origins."""
    held = getattr(settings, name)
    strictest = _STRICTER[name](held, value)
    if strictest == held and strictest != value:
        return settings
    is_mixed = strictest != value and held
    return with_value(
        settings, name, strictest, f"{settings.origin(name)} and {origin}" if is_mixed else origin
    )


_STRICTER: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    **dict.fromkeys((*GRADES, "journal"), lambda held, value: held | value),
    "guard": lambda held, value: (*held, *(glob for glob in value if glob not in held)),
    "cover_after": min,
    "facts": lambda held, value: max(held, value, key=FACTS.index),
}


def tighten(settings: Settings, name: str, value: bool | str, origin: str) -> Settings:
    """Set `name` to `value`, unless `value` is the loosest value (False or "names")."""
    if value in (False, FACTS[0]) or getattr(settings, name) == value:
        return settings
    return with_value(settings, name, value, origin)


def with_value(settings: Settings, name: str, value: object, origin: str) -> Settings:
    changed: dict[str, object] = {name: value, "origins": {**settings.origins, name: origin}}
    return replace(settings, **changed)


def _guarded(settings: Settings, badge: str, origin: str) -> Settings:
    if settings.show_seconds > GUARDED_SECONDS:
        settings = with_value(settings, "show_seconds", GUARDED_SECONDS, f"the guard of {origin}")
    return with_value(settings, "guarded", badge, origin)


_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")
"""Pattern of words that an error may quote. Other text may be a secret value that was entered by mistake."""


def unknown(what: str, word: str, known: Collection[str], otherwise: str) -> str:
    """Return an error message about an unknown word, with similar known words.

    If no known word is similar, the message ends with `otherwise`.
    """
    complaint = f"unknown {what}: {word}" if _NAME.fullmatch(word) else f"unknown {what}"
    near = similar_names(word, known)
    return f"{complaint} (did you mean {' or '.join(near)}?)" if near else f"{complaint}; {otherwise}"


def similar_names(word: str, known: Collection[str]) -> list[str]:
    """List the most similar known name; if none is similar, up to three names that contain `word`."""
    part_of = [name for name in known if len(word) > 2 and word in name]
    return get_close_matches(word, known, n=1, cutoff=0.7) or sorted(part_of)[:3]
