"""Settings: what each is, where it came from, and who may tighten it. Reads one file and the environment."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.model.guarding import PRODUCTION, guard_badge, guarding

if TYPE_CHECKING:
    import yaml

PREFIX: Final = "SECRET_TUI_"
"""The environment names a setting by this and its own name in capitals."""
MAX_FILE: Final = 1_000_000
"""Bytes; a longer settings file is not one."""
_LONGEST: Final = 24 * 3600
"""Seconds; nothing is shown or kept on a clipboard longer than a day."""
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_GRADES: Final = ("read_only", "no_reveal")
"""Only ever tightened: once a source says true, no other makes it false again."""
_OF_A_RULE: Final = (*_GRADES, "guard")
_PLAIN: Final = ("remember",)
"""True or false, as the last source says."""
_DURATIONS: Final = ("show_seconds", "clipboard_seconds")
_FOUND: Final = frozenset({"origins", "guarded"})
"""Fields that no source sets."""
GUARDED_SECONDS: Final = 30
"""How long a value stays on screen at most in a guarded context."""


class BadSettings(Exception):
    """Settings that cannot be used. The sentence names the place and never quotes what stood there."""

    def __init__(self, place: str, why: str) -> None:
        self.sentence = f"{place}: {why}."
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class ContextRule:
    """What holds in contexts whose name, or whose server's host, matches a glob."""

    match: str
    read_only: bool = False
    no_reveal: bool = False
    guard: bool = False
    origin: str = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default."""

    read_only: bool = False
    """Do only reads and access reviews leave the process?"""
    no_reveal: bool = False
    """Is no value shown, copied or opened outside?"""
    show_seconds: int = 60
    """How long a value stays on screen after the last press."""
    clipboard_seconds: int = 45
    """How long a copied value stays on the clipboard."""
    remember: bool = True
    """Are names of namespaces kept from run to run?"""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """A command's id -> the presses that run it, by commas."""
    guard: tuple[str, ...] = PRODUCTION
    """Globs for the names of contexts, clusters and servers, whole or in part, that ask before a write."""
    contexts: tuple[ContextRule, ...] = ()
    guarded: str = ""
    """The badge of a guarded context, "" in any other. Told by `within`."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """A setting's name -> where its value came from; absent = the default."""

    def origin(self, name: str) -> str:
        """Where the value of a setting came from: "default", "FILE:LINE", a variable, a flag."""
        return self.origins.get(name, "default")

    def within(self, context: str, host: str, cluster: str = "") -> Settings:
        """These settings, tightened by every rule that matches the context's name or the server's host.

        Where a rule says so, or a glob of `guard` matches one of the three names, the context is guarded.
        """
        settings = self
        for rule in self.contexts:
            if fnmatchcase(context, rule.match) or fnmatchcase(host.lower(), rule.match.lower()):
                for name in _GRADES:
                    settings = _tighten(settings, name, getattr(rule, name), rule.origin)
                if rule.guard:
                    settings = _guarded(settings, "GUARDED", rule.origin)
        glob = guarding(self.guard, (context, cluster, host))
        return settings if glob is None else _guarded(settings, guard_badge(glob), self.origin("guard"))

    def lines(self) -> list[str]:
        """Each setting and where it came from, a line each, for --print-config."""
        names = (*_GRADES, *_DURATIONS, *_PLAIN, "guard")
        shown = [(name, _said(getattr(self, name)), self.origin(name)) for name in names]
        shown += [(f"keymap.{id_}", keys, self.origin(f"keymap.{id_}")) for id_, keys in self.keymap.items()]
        for rule in self.contexts:
            grades = ", ".join(name for name in _OF_A_RULE if getattr(rule, name)) or "nothing"
            shown.append((f"contexts[{rule.match}]", grades, rule.origin))
        wide = max(len(name) for name, _, _ in shown)
        return [f"{name:<{wide}}  {value:<8}  from {origin}" for name, value, origin in shown]


def load(file: Path | None, env: Mapping[str, str], flags: Mapping[str, bool]) -> Settings:
    """Defaults < file < environment < flags; read_only and no_reveal only tighten on the way.

    `flags` maps a grade to whether its flag was given. Raises BadSettings.
    """
    settings = _from_file(file) if file is not None else Settings()
    settings = _from_environment(settings, env)
    for name, is_given in flags.items():
        settings = _tighten(settings, name, is_given, "--" + name.replace("_", "-"))
    return settings


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tighten(settings: Settings, name: str, is_on: bool, origin: str) -> Settings:
    if getattr(settings, name) or not is_on:
        return settings
    return _with(settings, name, True, origin)


def _with(settings: Settings, name: str, value: object, origin: str) -> Settings:
    changed: dict[str, object] = {name: value, "origins": {**settings.origins, name: origin}}
    return replace(settings, **changed)  # type: ignore[arg-type]


def _guarded(settings: Settings, badge: str, origin: str) -> Settings:
    if settings.show_seconds > GUARDED_SECONDS:
        settings = _with(settings, "show_seconds", GUARDED_SECONDS, f"the guard of {origin}")
    return _with(settings, "guarded", badge, origin)


def _from_environment(settings: Settings, env: Mapping[str, str]) -> Settings:
    for variable in sorted(name for name in env if name.startswith(PREFIX)):
        name, text = variable.removeprefix(PREFIX).lower(), env[variable].strip().lower()
        if name in (*_GRADES, *_PLAIN):
            if text not in _YES | _NO:
                raise BadSettings(variable, "must be 1 or 0 (true or false)")
            set_to = _tighten if name in _GRADES else _with
            settings = set_to(settings, name, text in _YES, variable)
        elif name in _DURATIONS:
            settings = _with(settings, name, _seconds(text, variable), variable)
        elif name == "guard":
            more = tuple(glob for part in text.split(",") if (glob := part.strip()))
            settings = _with(settings, name, (*settings.guard, *more), variable)
        else:
            known = ", ".join(PREFIX + name.upper() for name in (*_GRADES, *_DURATIONS, *_PLAIN, "guard"))
            raise BadSettings(variable, f"is no setting; known are {known}")
    return settings


def _seconds(text: str, place: str) -> int:
    if (
        not text.isascii()
        or not text.isdecimal()
        or not 1 <= len(text) <= 6
        or not 1 <= int(text) <= _LONGEST
    ):
        raise BadSettings(place, f"must be a whole number of seconds from 1 to {_LONGEST}")
    return int(text)


def _from_file(file: Path) -> Settings:
    text = _read(file)
    return _FileReader(file).settings(text) if text.strip() else Settings()


def _read(file: Path) -> bytes:
    """The file's bytes, if nobody but the user and root could have written them. No file: no bytes."""
    try:
        with file.open("rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise BadSettings(f"{file}:1", "is no plain file")
            _refuse_if_others_may_write(file, about)
            _refuse_if_others_may_write(file.parent, file.parent.stat())
            text = stream.read(MAX_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise BadSettings(f"{file}:1", f"cannot be read ({error.strerror})") from None
    if len(text) > MAX_FILE:
        raise BadSettings(f"{file}:1", "is too long for a settings file")
    return text


def _refuse_if_others_may_write(path: Path, about: os.stat_result) -> None:
    """Whoever can write this file, or put another in its place, decides what this program may do."""
    is_shared_folder = stat.S_ISDIR(about.st_mode) and about.st_mode & stat.S_ISVTX
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_shared_folder:
        raise BadSettings(f"{path}:1", f"others may write it; run: chmod go-w {path}")
    if about.st_uid not in (0, os.getuid()):
        raise BadSettings(f"{path}:1", "belongs to another user")


class _FileReader:
    """Walks the YAML nodes of one settings file, so that each complaint can name its line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def settings(self, text: bytes) -> Settings:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            root = yaml.compose(text, loader)
        except yaml.YAMLError as error:
            # The parser's own message quotes the file.
            mark = getattr(error, "problem_mark", None)
            raise BadSettings(
                f"{self._file}:{mark.line + 1 if mark else 1}", "is no YAML that can be read"
            ) from None
        except (RecursionError, ValueError):
            raise BadSettings(f"{self._file}:1", "is no YAML that can be read") from None
        settings = Settings()
        if root is None:
            return settings
        for name, (key, node) in self._items(root, {f.name for f in fields(Settings)} - _FOUND).items():
            settings = self._apply(settings, name, self._place(key), node)
        return settings

    def _apply(self, settings: Settings, name: str, place: str, node: yaml.Node) -> Settings:
        if name in _GRADES:
            return _tighten(settings, name, self._truth(node), place)
        if name in _DURATIONS:
            text = node.value if node.tag == "tag:yaml.org,2002:int" and isinstance(node.value, str) else ""
            return _with(settings, name, _seconds(text, self._place(node)), place)
        if name in _PLAIN:
            return _with(settings, name, self._truth(node), place)
        if name == "contexts":
            return _with(settings, name, self._rules(node), place)
        if name == "guard":
            return _with(settings, name, self._globs(node), place)
        items = self._items(node, None)
        keymap = {id_: self._text(keys, "presses, as text") for id_, (_, keys) in items.items()}
        origins = {f"keymap.{id_}": self._place(key) for id_, (key, _) in items.items()}
        return replace(settings, keymap=keymap, origins={**settings.origins, **origins})

    def _rules(self, node: yaml.Node) -> tuple[ContextRule, ...]:
        return tuple(self._rule(item) for item in self._list(node))

    def _globs(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(self._text(item, "a glob, as text") for item in self._list(node))

    def _list(self, node: yaml.Node) -> list[yaml.Node]:
        import yaml

        if not isinstance(node, yaml.SequenceNode):
            raise BadSettings(self._place(node), "must be a list")
        return list(node.value)

    def _rule(self, node: yaml.Node) -> ContextRule:
        items = {name: value for name, (_, value) in self._items(node, {"match", *_OF_A_RULE}).items()}
        if "match" not in items:
            raise BadSettings(self._place(node), "a rule of contexts needs match: a glob")
        grades = {name: self._truth(items[name]) for name in _OF_A_RULE if name in items}
        match = self._text(items["match"], "a glob, as text")
        return ContextRule(match, **grades, origin=self._place(node))

    def _items(self, node: yaml.Node, known: set[str] | None) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """A mapping's entries by name; a name that is not known, no text, or there twice is refused."""
        import yaml

        if not isinstance(node, yaml.MappingNode):
            raise BadSettings(self._place(node), "must be names with values")
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = self._text(key, "a name")
            if known is not None and name not in known:
                raise BadSettings(
                    self._place(key), f"no such setting here; known are {', '.join(sorted(known))}"
                )
            if name in found:
                raise BadSettings(
                    self._place(key), f"{name} stands there twice" if known else "stands there twice"
                )
            found[name] = (key, value)
        return found

    def _truth(self, node: yaml.Node) -> bool:
        if node.tag != "tag:yaml.org,2002:bool" or not isinstance(node.value, str):
            raise BadSettings(self._place(node), "must be true or false")
        return node.value.lower() in _YES

    def _text(self, node: yaml.Node, what: str) -> str:
        if node.tag != "tag:yaml.org,2002:str" or not isinstance(node.value, str):
            raise BadSettings(self._place(node), f"must be {what}")
        return node.value

    def _place(self, node: yaml.Node) -> str:
        return f"{self._file}:{node.start_mark.line + 1}"
