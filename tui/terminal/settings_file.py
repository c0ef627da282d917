"""Read settings from policy, settings file, environment and options; errors name file and line."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec.structs import replace

from tui.model.settings.settings import (
    DURATIONS,
    FOUND,
    GRADES,
    JOURNAL,
    LONGEST,
    OF_A_POLICY,
    OF_A_RULE,
    PLAIN,
    THEMES,
    ContextRule,
    Settings,
    tighten,
    with_value,
)
from tui.model.settings.suggestions import meant, unknown

__all__ = ["BadSettings", "ContextRule", "Settings", "keep", "kept", "load"]

PREFIX: Final = "SECRET_TUI_"
"""Prefix of environment variables; the setting's name in capitals follows."""
MAX_FILE: Final = 1_000_000
"""Largest settings file in bytes."""
SETTINGS: Final = frozenset(Settings.__struct_fields__) - FOUND
"""Names allowed in a settings file."""
ROOT: Final = 0
"""The user id that must own the policy."""
_RULE: Final = frozenset({"match", *OF_A_RULE})
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})


class BadSettings(Exception):
    """Settings that cannot be used. The sentence names the place and never quotes the content."""

    def __init__(self, place: str, why: str) -> None:
        self.sentence = f"{place}: {why}."
        super().__init__(self.sentence)


def load(
    file: Path | None, env: Mapping[str, str], flags: Mapping[str, bool], policy: Path | None = None
) -> Settings:
    """Defaults < file < environment < flags; read_only and no_reveal only tighten on the way.

    `flags` maps a grade to whether its flag was given. `policy`, the host's, tightens all of them and
    loosens none. Raises BadSettings.
    """
    settings = _from_file(file, SETTINGS) if file is not None else Settings()
    settings = _from_environment(settings, env)
    for name, is_given in flags.items():
        settings = tighten(settings, name, is_given, "--" + name.replace("_", "-"))
    return settings if policy is None else settings.under(_from_file(policy, frozenset(OF_A_POLICY), (ROOT,)))


def _from_environment(settings: Settings, env: Mapping[str, str]) -> Settings:
    for variable in sorted(name for name in env if name.startswith(PREFIX)):
        name, text = variable.removeprefix(PREFIX).lower(), env[variable].strip().lower()
        if name in (*GRADES, *PLAIN):
            if text not in _YES | _NO:
                raise BadSettings(variable, "must be 1 or 0 (true or false)")
            set_to = tighten if name in GRADES else with_value
            settings = set_to(settings, name, text in _YES, variable)
        elif name in DURATIONS:
            settings = with_value(settings, name, _number(text, name, variable), variable)
        elif name == "journal":
            settings = with_value(settings, name, _journal(text, variable), variable)
        elif name == "theme":
            settings = with_value(settings, name, _theme(text, variable), variable)
        elif name == "guard":
            more = tuple(glob for part in text.split(",") if (glob := part.strip()))
            settings = with_value(settings, name, (*settings.guard, *more), variable)
        else:
            known = (*GRADES, *DURATIONS, *PLAIN, "journal", "theme", "guard")
            near = " or ".join(PREFIX + one.upper() for one in meant(name, known))
            every = ", ".join(PREFIX + one.upper() for one in known)
            why = f" (did you mean {near}?)" if near else f"; settings are {every}"
            raise BadSettings(variable, f"is not a setting{why}")
    return settings


def _journal(text: str, place: str) -> frozenset[str]:
    if text not in JOURNAL:
        raise BadSettings(place, f"must be one of {', '.join(JOURNAL)}")
    return JOURNAL[text]


def _theme(text: str, place: str) -> str:
    if text not in THEMES:
        raise BadSettings(place, f"must be one of {', '.join(THEMES)}")
    return text


def _number(text: str, name: str, place: str) -> int:
    """A number of seconds or minutes, in the setting's unit."""
    unit = DURATIONS[name]
    is_number = text.isascii() and text.isdecimal() and 1 <= len(text) <= 6
    if not is_number or not 1 <= int(text) <= LONGEST[unit]:
        raise BadSettings(place, f"must be a whole number of {unit} from 1 to {LONGEST[unit]}")
    return int(text)


def _from_file(file: Path, known: frozenset[str], owners: Collection[int] | None = None) -> Settings:
    """The settings of one file; it must belong to one of the owners (the user or root)."""
    text = _read(file, (ROOT, os.getuid()) if owners is None else owners)
    return _FileReader(file).settings(text, known) if text.strip() else Settings()


def _read(file: Path, owners: Collection[int]) -> bytes:
    """The file's bytes, if only its owners could have written them; empty without a file."""
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise BadSettings(f"{file}:1", "is not a regular file")
            _refuse_if_others_may_write(file, about, owners)
            _refuse_if_others_may_write(file.parent, file.parent.stat(), owners)
            text = stream.read(MAX_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise BadSettings(f"{file}:1", f"cannot be read ({error.strerror})") from None
    if len(text) > MAX_FILE:
        raise BadSettings(f"{file}:1", "is larger than 1 MB")
    return text


def kept(file: Path | None, name: str, word: str, origin: str) -> str:
    """As `keep`; what happened, in a sentence. `origin`: where the value of this run came from."""
    line = f"{name}: {word}"
    if file is None:
        return f"Not kept: there is no settings file for {line}."
    try:
        keep(file, name, word)
    except BadSettings as error:
        return f"Not kept: {error.sentence} The line is {line}"
    except OSError as error:
        return f"Not kept: {file} cannot be written ({error.strerror}). The line is {line}"
    over = f" {origin} is set and overrides it." if origin.startswith(PREFIX) else ""
    return f"{line} is written to {file}.{over}"


def keep(file: Path, name: str, word: str) -> None:
    """Write one setting, a plain word, into the user's settings file. All other lines stay as they are.

    Raises BadSettings where the file cannot be used, OSError where it cannot be written.
    """
    try:
        text = _read(file, (ROOT, os.getuid())).decode()
    except UnicodeDecodeError:
        raise BadSettings(f"{file}:1", "is not UTF-8") from None
    lines = text.splitlines(keepends=True)
    at = _line_of(text, name)
    line = f"{name}: {word}\n"
    if at is not None:
        lines[at] = line
    else:
        lines += ["\n"] * (bool(lines) and not lines[-1].endswith("\n")) + [line]
    written = "".join(lines).encode()
    try:
        is_read_back = getattr(_FileReader(file).settings(written, SETTINGS), name) == word
    except BadSettings:
        is_read_back = False
    if not is_read_back:
        raise BadSettings(f"{file}:1", "cannot take this line; edit it yourself")
    target = file.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    new = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        new.touch(mode=0o600, exist_ok=False)
        new.write_bytes(written)
        new.chmod(mode)
        new.replace(target)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _line_of(text: str, name: str) -> int | None:
    """The line that holds this setting alone, counted from 0."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return None  # the reader says why
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None  # on one line with other settings
    for key, node in root.value:
        line = key.start_mark.line
        if key.value == name and line == node.start_mark.line == node.end_mark.line:
            return int(line)
    return None


def _without_waiting(path: str, flags: int) -> int:
    """Open without blocking, in case the file is a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _refuse_if_others_may_write(path: Path, about: os.stat_result, owners: Collection[int]) -> None:
    """Refuse a file that others could write or replace: it decides what this program may do."""
    is_shared_folder = stat.S_ISDIR(about.st_mode) and about.st_mode & stat.S_ISVTX
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_shared_folder:
        raise BadSettings(f"{path}:1", f"other users may write to it; run: chmod go-w {path}")
    if about.st_uid not in owners:
        raise BadSettings(f"{path}:1", "belongs to another user")


class _FileReader:
    """Walks the YAML nodes of one settings file, so that each complaint can name its line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def settings(self, text: bytes, known: frozenset[str]) -> Settings:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            root = yaml.compose(text, loader)
        except yaml.YAMLError as error:
            # The parser's own message quotes the file.
            mark = getattr(error, "problem_mark", None)
            raise BadSettings(f"{self._file}:{mark.line + 1 if mark else 1}", "is not valid YAML") from None
        except (RecursionError, ValueError):
            raise BadSettings(f"{self._file}:1", "is not valid YAML") from None
        settings = Settings()
        if root is None:
            return settings
        for name, (key, node) in self._items(root, known).items():
            settings = self._apply(settings, name, self._place(key), node)
        return settings

    def _apply(self, settings: Settings, name: str, place: str, node: yaml.Node) -> Settings:
        if name in GRADES:
            return tighten(settings, name, self._truth(node), place)
        if name in DURATIONS:
            return with_value(settings, name, self._whole(name, node), place)
        if name in PLAIN:
            return with_value(settings, name, self._truth(node), place)
        if name == "journal":
            return with_value(settings, name, self._journal(node), place)
        if name == "theme":
            return with_value(settings, name, _theme(self._text(node, "a theme's name"), place), place)
        if name == "contexts":
            return with_value(settings, name, self._rules(node), place)
        if name == "guard":
            return with_value(settings, name, self._globs(node), place)
        items = self._items(node, None)
        keymap = {id_: self._text(keys, "keys, as text") for id_, (_, keys) in items.items()}
        origins = {f"keymap.{id_}": self._place(key) for id_, (key, _) in items.items()}
        return replace(settings, keymap=keymap, origins={**settings.origins, **origins})

    def _rules(self, node: yaml.Node) -> tuple[ContextRule, ...]:
        return tuple(self._rule(item) for item in self._list(node))

    def _globs(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(self._text(item, "a glob pattern, as text") for item in self._list(node))

    def _list(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise BadSettings(self._place(node), "must be a list")
        return list(node.value)

    def _rule(self, node: yaml.Node) -> ContextRule:
        items = {name: value for name, (_, value) in self._items(node, _RULE).items()}
        if "match" not in items:
            raise BadSettings(self._place(node), "a rule in contexts needs match, a glob pattern")
        rule = ContextRule(self._text(items["match"], "a glob pattern, as text"), origin=self._place(node))
        for name in items.keys() - {"match"}:
            rule = replace(rule, **{name: self._of_a_rule(name, items[name])})
        return rule

    def _of_a_rule(self, name: str, node: yaml.Node) -> Any:
        if name == "journal":
            return self._journal(node)
        return self._whole(name, node) if name in DURATIONS else self._truth(node)

    def _whole(self, name: str, node: yaml.Node) -> int:
        text = node.value if node.tag == "tag:yaml.org,2002:int" and isinstance(node.value, str) else ""
        return _number(text, name, self._place(node))

    def _items(
        self, node: yaml.Node, known: Collection[str] | None
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The entries of a mapping; refuses unknown and repeated names, and names that are no text."""
        if not isinstance(node, yaml.MappingNode):
            raise BadSettings(self._place(node), "must be a mapping")
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = self._text(key, "a name")
            if known is not None and name not in known:
                allowed = f"allowed here: {', '.join(sorted(known))}"
                raise BadSettings(self._place(key), unknown("setting", name, known, allowed))
            if name in found:
                raise BadSettings(self._place(key), f"{name} is set twice" if known else "is set twice")
            found[name] = (key, value)
        return found

    def _truth(self, node: yaml.Node) -> bool:
        if node.tag != "tag:yaml.org,2002:bool" or not isinstance(node.value, str):
            raise BadSettings(self._place(node), "must be true or false")
        return node.value.lower() in _YES

    def _journal(self, node: yaml.Node) -> frozenset[str]:
        """YAML takes a bare on or off for true or false."""
        text = node.value.lower() if isinstance(node.value, str) else ""
        if node.tag == "tag:yaml.org,2002:bool":
            text = "on" if text in _YES else "off"
        return _journal(text, self._place(node))

    def _text(self, node: yaml.Node, what: str) -> str:
        if node.tag != "tag:yaml.org,2002:str" or not isinstance(node.value, str):
            raise BadSettings(self._place(node), f"must be {what}")
        return node.value

    def _place(self, node: yaml.Node) -> str:
        return f"{self._file}:{node.start_mark.line + 1}"
