"""Settings: defaults, where each value came from, and how rules per context tighten them. Pure."""

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
"""Default globs of the setting `guard`."""
_BETWEEN: Final = re.compile(r"[\W_]+")


def guarding(globs: Iterable[str], names: Iterable[str]) -> str | None:
    """The first glob that matches one of the names, whole or in one of its parts; None if none does.

    Parts are divided by characters that are no letters or digits: `prod` is a part of `eu-prod.1` but not of
    `product-eu`. Case does not matter.
    """
    parts = {part for name in names for part in (name.lower(), *_BETWEEN.split(name.lower())) if part}
    return next((glob for glob in globs if any(fnmatchcase(part, glob.lower()) for part in parts)), None)


def guard_badge(glob: str) -> str:
    """The badge's word: a context guarded by a custom glob need not be production."""
    return "PROD" if glob.lower() in PRODUCTION else "GUARDED"


GRADES: Final = ("read_only", "no_reveal", "no_undo")
"""Settings that only tighten: once a source says true, no other can undo it."""
OF_A_RULE: Final = (*GRADES, "guard", "journal", "cover_after", "facts")
"""Settings that a rule for contexts can tighten."""
OF_A_POLICY: Final = (*OF_A_RULE, "contexts")
"""Settings that the host's policy can tighten for all users."""
FACTS: Final = ("names", "kinds")
"""Words of the setting `facts`, the stricter last: show hosts and names in masked values, or only kinds."""
THEMES: Final = ("auto", "dark", "light", "terminal", "nord", "gruvbox", "catppuccin", "high-contrast")
"""The themes that `theme` may name. The first is the default: dark or light, as the terminal is."""
PLAIN_SETTINGS: Final = ("remember", "mouse")
"""Settings that are true or false; the last source wins."""
DURATIONS: Final = {"show_seconds": "seconds", "clipboard_seconds": "seconds", "cover_after": "minutes"}
"""Settings that are whole numbers, with their unit."""
LONGEST_DURATIONS: Final = {"seconds": 24 * 3600, "minutes": 24 * 60}
"""Longest time for showing, for the clipboard and for the cover: a day."""
JOURNAL: Final[Mapping[str, frozenset[str]]] = {
    "off": frozenset(),
    "on": frozenset({"on"}),
    "required": frozenset({"on", "required"}),
    "syslog": frozenset({"on", "syslog"}),
}
"""Words of the setting `journal`, and the demands that each stands for."""
DERIVED_FIELDS: Final = frozenset({"origins", "guarded"})
"""Fields that are not settings."""
GUARDED_SECONDS: Final = 30
"""Longest time in seconds that a value is shown in a guarded context."""


class ContextRule(Struct, frozen=True):
    """Settings for contexts whose name, or whose server's host, matches a glob."""

    match: str
    read_only: bool = False
    no_reveal: bool = False
    no_undo: bool = False
    guard: bool = False
    journal: frozenset[str] | None = None
    cover_after: int | None = None
    facts: str | None = None
    origin: str = "default"

    def fits(self, context: str, host: str) -> bool:
        """True if the glob matches the context or the host. Case and final dot of a host do not matter."""
        server = host.lower().rstrip(".")
        return fnmatchcase(context, self.match) or fnmatchcase(server, self.match.lower())

    @property
    def said(self) -> str:
        """Settings that it tightens, in words of the settings file."""
        parts = [name for name in (*GRADES, "guard") if getattr(self, name)]
        parts += [f"journal {_said(self.journal)}"] if self.journal is not None else []
        parts += [f"cover_after {self.cover_after}"] if self.cover_after is not None else []
        parts += [f"facts {self.facts}"] if self.facts is not None else []
        return ", ".join(parts) or "nothing"


class OwnReader(Struct, frozen=True):
    """Field that names Secrets and has no rule in the program; from the setting `readers`."""

    group: str
    kind: str
    path: str
    """Path as in tui/model/readers/rules/path.py."""
    key: str = ""
    """Key that is read; "@field" if a field beside the name holds the key; "" = not known."""
    produces: bool = False
    """True if the kind writes the Secret."""
    origin: str = "default"


class Settings(Struct, frozen=True):
    """Settings with their defaults."""

    read_only: bool = False
    """True if only reads and access reviews leave the process."""
    no_reveal: bool = False
    """True if no value is shown, copied or opened outside."""
    no_undo: bool = False
    """True if no former values are kept, so that writes cannot be undone."""
    show_seconds: int = 60
    """Seconds that a value is shown after the last key."""
    clipboard_seconds: int = 45
    """Seconds until a copied value is cleared."""
    cover_after: int = 10
    """Minutes without a key until the screen is covered."""
    journal: frozenset[str] = JOURNAL["on"]
    """Journal: "on", "required", "syslog"."""
    facts: str = FACTS[0]
    """Facts shown of masked values: "names" (of hosts, registries, accounts), or only the values' "kinds"."""
    remember: bool = True
    """True to remember names of namespaces and Secrets between runs."""
    mouse: bool = True
    """True if the program takes the mouse; else the terminal's own selection works."""
    theme: str = THEMES[0]
    """The colors of the program."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Key presses that run a command, comma-separated, by the command's id."""
    guard: tuple[str, ...] = PRODUCTION
    """Globs for names (or parts) of contexts, clusters and servers where a write needs confirmation."""
    contexts: tuple[ContextRule, ...] = ()
    readers: tuple[OwnReader, ...] = ()
    """Fields of the user's own kinds that name Secrets."""
    accepted_risks: tuple[AcceptedRisk, ...] = ()
    """Risks that the user accepts: only their number is reported."""
    guarded: str = ""
    """Badge of a guarded context, "" in any other. Set by `within`."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Source of each setting's value, by its name; absent = the default."""

    def origin(self, name: str) -> str:
        """Source of a setting's value: "default", "FILE:LINE", a variable, a flag."""
        return self.origins.get(name, "default")

    def within(self, context: str, host: str, cluster: str = "") -> Settings:
        """Settings tightened by every rule that matches the context's name or the server's host.

        A context is guarded if such a rule says so, or a glob of `guard` matches one of the three names.
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
        """Settings tightened by the host's policy, which loosens none."""
        settings = replace(self, contexts=(*self.contexts, *policy.contexts))
        for name in policy.origins.keys() - {"contexts"}:
            settings = _stricter(settings, name, getattr(policy, name), policy.origin(name))
        return settings

    def for_demo(self) -> Settings:
        """The settings for the demo: no journal."""
        rules = tuple(replace(rule, journal=None) for rule in self.contexts)
        return with_value(replace(self, contexts=rules), "journal", JOURNAL["off"], "the demo")

    def grades(self) -> list[tuple[str, str, str]]:
        """Settings that apply in a context (see `within`), for the help page: name, state, source."""
        told = [
            (name.replace("_", "-"), "yes" if getattr(self, name) else "no", self.origin(name))
            for name in GRADES
        ]
        told.append(("guarded", self.guarded or "no", self.origin("guarded" if self.guarded else "guard")))
        told.append(("journal", _said(self.journal), self.origin("journal")))
        return [*told, ("covered after", f"{self.cover_after} min", self.origin("cover_after"))]

    def lines(self) -> list[str]:
        """Lines with each setting and its source, for --print-config."""
        names = (*GRADES, *DURATIONS, *PLAIN_SETTINGS, "facts", "journal", "theme", "guard")
        shown = [(name, _said(getattr(self, name)), self.origin(name)) for name in names]
        shown += [(f"keymap.{id_}", keys, self.origin(f"keymap.{id_}")) for id_, keys in self.keymap.items()]
        for rule in self.contexts:
            shown.append((f"contexts[{rule.match}]", rule.said, rule.origin))
        for reader in self.readers:
            shown.append((f"readers[{reader.kind}]", reader.path, reader.origin))
        for accepted in self.accepted_risks:
            shown.append((f"accepted_risks[{accepted.risk}]", accepted.said, accepted.origin))
        wide = max(len(name) for name, _, _ in shown)
        return [f"{name:<{wide}}  {value:<8}  from {origin}" for name, value, origin in shown]


def _said(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(value - {"on"})) or ("on" if value else "off")
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stricter(settings: Settings, name: str, value: object, origin: str) -> Settings:
    """Set the stricter of two values; if the result combines them, name both sources."""
    held = getattr(settings, name)
    both = _STRICTER[name](held, value)
    if both == held and both != value:
        return settings
    is_mixed = both != value and held
    return with_value(settings, name, both, f"{settings.origin(name)} and {origin}" if is_mixed else origin)


_STRICTER: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    **dict.fromkeys((*GRADES, "journal"), lambda held, value: held | value),
    "guard": lambda held, value: (*held, *(glob for glob in value if glob not in held)),
    "cover_after": min,
    "facts": lambda held, value: max(held, value, key=FACTS.index),
}


def tighten(settings: Settings, name: str, value: bool | str, origin: str) -> Settings:
    """Set the stricter value of a setting that only tightens; the looser one changes nothing."""
    if value in (False, FACTS[0]) or getattr(settings, name) == value:
        return settings
    return with_value(settings, name, value, origin)


def with_value(settings: Settings, name: str, value: object, origin: str) -> Settings:
    """Set another value of a setting, and its source."""
    changed: dict[str, object] = {name: value, "origins": {**settings.origins, name: origin}}
    return replace(settings, **changed)


def _guarded(settings: Settings, badge: str, origin: str) -> Settings:
    if settings.show_seconds > GUARDED_SECONDS:
        settings = with_value(settings, "show_seconds", GUARDED_SECONDS, f"the guard of {origin}")
    return with_value(settings, "guarded", badge, origin)


_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")
"""Words that an error may quote; any other could be a secret value in the wrong place."""


def unknown(what: str, word: str, known: Collection[str], otherwise: str) -> str:
    """End of a sentence: the unknown word, and similar known ones; `otherwise` if none is similar."""
    complaint = f"unknown {what}: {word}" if _NAME.fullmatch(word) else f"unknown {what}"
    near = meant(word, known)
    return f"{complaint} (did you mean {' or '.join(near)}?)" if near else f"{complaint}; {otherwise}"


def meant(word: str, known: Collection[str]) -> list[str]:
    """Known name that is most like a word, or up to three that contain it."""
    part_of = [name for name in known if len(word) > 2 and word in name]
    return get_close_matches(word, known, n=1, cutoff=0.7) or sorted(part_of)[:3]
