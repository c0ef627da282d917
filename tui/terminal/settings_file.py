"""Read settings from policy, settings file, environment and options, and write to the settings file."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec.structs import replace

from tui.model.settings.accepted_risks import ALL_RISKS, RISKS, AcceptedRisk
from tui.model.settings.settings import (
    DERIVED_FIELDS,
    DURATIONS,
    FACTS,
    GRADES,
    JOURNAL,
    LONGEST_DURATIONS,
    OF_A_POLICY,
    OF_A_RULE,
    PLAIN_SETTINGS,
    THEMES,
    ContextRule,
    OwnReader,
    Settings,
    similar_names,
    tighten,
    unknown,
    with_value,
)
from tui.process.files import read_open, replace_file

__all__ = ["BadSettings", "ContextRule", "Settings", "keep", "kept", "load"]

PREFIX: Final = "SECRET_TUI_"
MAX_FILE: Final = 1_000_000  # bytes
SETTING_NAMES: Final = frozenset(Settings.__struct_fields__) - DERIVED_FIELDS
"""Settings that a settings file may contain."""
ROOT: Final = 0
"""User id of root, who must own the policy."""
WORDS: Final = (*GRADES, *DURATIONS, *PLAIN_SETTINGS, "facts", "journal", "theme")
"""Settings whose value is a single word."""
_RULE: Final = frozenset({"match", *OF_A_RULE})
_READER: Final = ("group", "kind", "path", "key", "produces")
_ACCEPTED: Final = ("risk", "namespace", "secret", "object", "key", "context")
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})


class BadSettings(Exception):
    """Settings with an error. `sentence` quotes only names of settings and short unknown words."""

    def __init__(self, place: str, why: str) -> None:
        self.sentence = f"{place}: {why}."
        super().__init__(self.sentence)


def load(
    file: Path | None, env: Mapping[str, str], flags: Mapping[str, bool], policy: Path | None = None
) -> Settings:
    """Merge defaults, file, environment and options, in this order. Raises BadSettings.

    For `facts` and the settings in GRADES, e.g. read_only, a later source can only make the value stricter.
    The host's `policy` comes last, and can only make settings stricter.
    """
    settings = _from_file(file, SETTING_NAMES) if file is not None else Settings()
    settings = _from_environment(settings, env)
    for name, is_given in flags.items():
        settings = tighten(settings, name, is_given, "--" + name.replace("_", "-"))
    return settings if policy is None else settings.under(_from_file(policy, frozenset(OF_A_POLICY), (ROOT,)))


def _from_environment(settings: Settings, env: Mapping[str, str]) -> Settings:
    for variable in sorted(name for name in env if name.startswith(PREFIX)):
        name, text = variable.removeprefix(PREFIX).lower(), env[variable].strip().lower()
        if name in WORDS:
            settings = _with(settings, name, text, variable, variable)
        elif name == "guard":
            globs = tuple(glob for part in text.split(",") if (glob := part.strip()))
            settings = with_value(settings, name, (*settings.guard, *globs), variable)
        else:
            known = (*WORDS, "guard")
            similar = " or ".join(PREFIX + setting.upper() for setting in similar_names(name, known))
            names = ", ".join(PREFIX + setting.upper() for setting in known)
            why = f" (did you mean {similar}?)" if similar else f"; settings are {names}"
            raise BadSettings(variable, f"is not a setting{why}")
    return settings


def _with(settings: Settings, name: str, text: str, origin: str, place: str) -> Settings:
    """Set the setting `name` to the value that `text` means.

    If the setting is in GRADES or is "facts", the loosest value (False or "names") is ignored.

    Errors begin with `place`, such as "config.yaml:3: theme".
    """
    set_to = tighten if name in (*GRADES, "facts") else with_value
    return set_to(settings, name, _value(name, text, place), origin)


def _value(name: str, text: str, place: str) -> Any:
    if name in DURATIONS:
        unit = DURATIONS[name]
        is_number = text.isascii() and text.isdecimal() and len(text) <= 6
        if not is_number or not 1 <= int(text) <= LONGEST_DURATIONS[unit]:
            raise BadSettings(place, f"must be a whole number of {unit} from 1 to {LONGEST_DURATIONS[unit]}")
        return int(text)
    choices = {"theme": THEMES, "facts": FACTS}.get(name)
    words = (
        JOURNAL if name == "journal" else {word: word for word in choices} if choices is not None else None
    )
    if words is None and text.lower() not in _YES | _NO:
        raise BadSettings(place, "must be true or false, yes or no, on or off, 1 or 0")
    if words is not None and text not in words:
        raise BadSettings(place, f"must be one of {', '.join(words)}")
    return text.lower() in _YES if words is None else words[text]


def _from_file(file: Path, known: frozenset[str], owners: Collection[int] | None = None) -> Settings:
    """Read a settings file that may contain the settings `known`. Raises BadSettings.

    `owners`: ids of the users who may own the file and its folder; None for root and this user.
    """
    text = _read(file, (ROOT, os.getuid()) if owners is None else owners)
    return _FileReader(file).settings(text, known) if text.strip() else Settings()


def _read(file: Path, owners: Collection[int]) -> bytes:
    """Return the content of `file`, or b"" if the file does not exist.

    Raises BadSettings if the file cannot be read, is not a regular file, or is too large. Raises it too if a
    user who is not in `owners` owns the file or its folder, or if other users can change the file.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer.
        with open(file, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise BadSettings(str(file), "is not a regular file")
            _refuse_if_others_may_write(file, status, owners)
            _refuse_if_others_may_write(file.parent, file.parent.stat(), owners)
            text = read_open(stream.fileno(), MAX_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise BadSettings(str(file), f"cannot be read ({error.strerror})") from None
    if len(text) > MAX_FILE:
        raise BadSettings(str(file), "is larger than 1 MB")
    return text


def kept(file: Path | None, name: str, word: str, origin: str) -> str:
    """Write a setting with `keep`, and return a sentence about the result.

    `origin`: source of the current value. If this source is an environment variable, the sentence says that
    the variable overrides the file.
    """
    line = f"{name}: {word}"
    if file is None:
        return f"{line} is not saved: $HOME is not set, so there is no settings file."
    try:
        keep(file, name, word)
    except BadSettings as error:
        return f"Not saved: {error.sentence} Add the line yourself: {line}"
    except OSError as error:
        return f"Not saved: {file} cannot be written ({error.strerror}). Add the line yourself: {line}"
    override = f" {origin} overrides the file." if origin.startswith(PREFIX) else ""
    return f"{line} is written to {file}.{override}"


def keep(file: Path, name: str, word: str) -> None:
    """Write a one-word setting to the settings file.

    Raises BadSettings if `_read` refuses the file, or if the file is not UTF-8. Raises it too if the changed
    text is invalid or does not set `name` to `word`. Raises OSError if the file cannot be written.
    """
    try:
        text = _read(file, (ROOT, os.getuid())).decode()
    except UnicodeDecodeError:
        raise BadSettings(str(file), "is not UTF-8") from None
    line = f"{name}: {word}\n"
    text, count = re.subn(rf"(?m)^{name}:.*\n?", line, text, count=1)
    if not count:
        text += "\n" * (bool(text) and not text.endswith("\n")) + line
    written = text.encode()
    try:
        is_read_back = getattr(_FileReader(file).settings(written, SETTING_NAMES), name) == word
    except BadSettings:
        is_read_back = False
    if not is_read_back:
        raise BadSettings(str(file), "secret-tui cannot change this file")
    target = file.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    replace_file(target, written, mode)


def _refuse_if_others_may_write(path: Path, about: os.stat_result, owners: Collection[int]) -> None:
    is_shared_folder = stat.S_ISDIR(about.st_mode) and about.st_mode & stat.S_ISVTX
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_shared_folder:
        command = f"chmod go-w {shlex.quote(str(path))}"
        raise BadSettings(str(path), f"other users may write to it; run {command} to prevent that")
    if about.st_uid not in owners:
        raise BadSettings(
            str(path), f"its owner must be {'you or root' if os.getuid() in owners else 'root'}"
        )


class _FileReader:
    """Reads settings from YAML nodes, because parsed values lack the line numbers for error messages."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def settings(self, text: bytes, known: frozenset[str]) -> Settings:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            root = yaml.compose(text, loader)
        except yaml.YAMLError as error:
            # The parser's message is not used, because it quotes the file.
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
        if name in WORDS:
            return _with(settings, name, self._text(node), place, f"{self._place(node)}: {name}")
        if name == "contexts":
            return with_value(
                settings, name, tuple(self._rule(item) for item in self._list(name, node)), place
            )
        if name == "readers":
            return with_value(
                settings, name, tuple(self._reader(item) for item in self._list(name, node)), place
            )
        if name == "accepted_risks":
            rules = tuple(self._accepted_risk(item) for item in self._list(name, node))
            return with_value(settings, name, rules, place)
        if name == "guard":
            return with_value(
                settings, name, tuple(self._text(item) for item in self._list(name, node)), place
            )
        items = self._items(node, None)
        keymap = {id_: self._text(keys) for id_, (_, keys) in items.items()}
        origins = {f"keymap.{id_}": self._place(key) for id_, (key, _) in items.items()}
        return replace(settings, keymap=keymap, origins={**settings.origins, **origins})

    def _list(self, name: str, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise BadSettings(f"{self._place(node)}: {name}", "must be a list")
        return list(node.value)

    def _rule(self, node: yaml.Node) -> ContextRule:
        items = {name: value for name, (_, value) in self._items(node, _RULE).items()}
        if "match" not in items:
            raise BadSettings(self._place(node), "a rule in contexts needs the field match (a glob)")
        rule = ContextRule(self._text(items["match"]), origin=self._place(node))
        for name in items.keys() - {"match"}:
            value = _value(name, self._text(items[name]), f"{self._place(items[name])}: {name}")
            rule = replace(rule, **{name: value})
        return rule

    def _reader(self, node: yaml.Node) -> OwnReader:
        # imported here, because few users have readers of their own
        from tui.model.readers.rules.path import is_path

        items = {name: value for name, (_, value) in self._items(node, _READER).items()}
        fields = {name: self._text(value) for name, value in items.items()}
        if not fields.get("kind") or "group" not in fields or "path" not in fields:
            raise BadSettings(
                self._place(node), 'a reader needs the fields group ("" for core), kind and path'
            )
        if not is_path(fields["path"]):
            raise BadSettings(
                f"{self._place(items['path'])}: path", "must be a path, such as spec.tls[].secretName"
            )
        is_written = "produces" in fields and _value(
            "produces", fields.pop("produces"), f"{self._place(items['produces'])}: produces"
        )
        return OwnReader(**fields, produces=is_written, origin=self._place(node))

    def _accepted_risk(self, node: yaml.Node) -> AcceptedRisk:
        items = {name: value for name, (_, value) in self._items(node, _ACCEPTED).items()}
        globs = {name: self._text(value) for name, value in items.items()}
        if "risk" not in globs:
            raise BadSettings(self._place(node), "an accepted risk needs the field risk, such as risk: short")
        if (risk := globs["risk"]) not in (*RISKS, ALL_RISKS):
            known = f"risks are {', '.join((*RISKS, ALL_RISKS))}"
            raise BadSettings(self._place(items["risk"]), unknown("risk", risk, (*RISKS, ALL_RISKS), known))
        if (empty := next((name for name, glob in globs.items() if not glob), None)) is not None:
            raise BadSettings(self._place(items[empty]), f'{empty} is empty; use "*" to match any {empty}')
        if "secret" in globs and "object" in globs:
            raise BadSettings(self._place(node), "an accepted risk cannot have both secret and object")
        return AcceptedRisk(**globs, origin=self._place(node))

    def _items(
        self, node: yaml.Node, known: Collection[str] | None
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the key node and the value node of each name in a YAML mapping.

        `known`: allowed names; None allows all. Raises BadSettings for other names, and for repeated names.
        """
        if not isinstance(node, yaml.MappingNode):
            raise BadSettings(self._place(node), "this entry must be a mapping")
        entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = self._text(key)
            if known is not None and name not in known:
                allowed = f"allowed names: {', '.join(sorted(known))}"
                raise BadSettings(self._place(key), unknown("setting", name, known, allowed))
            if name in entries:
                raise BadSettings(
                    self._place(key), f"{name} is set twice" if known else "this name is set twice"
                )
            entries[name] = (key, value)
        return entries

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise BadSettings(self._place(node), "this value must be text")
        return str(node.value)

    def _place(self, node: yaml.Node) -> str:
        return f"{self._file}:{node.start_mark.line + 1}"
