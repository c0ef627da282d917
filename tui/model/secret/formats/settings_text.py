"""Settings in one value: .env, .properties, INI and TOML. Their names are public.

Source: python-dotenv's grammar; java.util.Properties.load; configparser; TOML 1.0.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.leaf import Leaf, Number, leaves_in, text_leaf
from tui.model.secret.formats.limits import NotReadable, bounded
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted

_VARIABLE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_PROPERTY: Final = re.compile(r"((?:[\w.\[\]/$@-]|\\.)+)(?:\s*[=:]\s*|\s+)(.*)")
_SECTION: Final = re.compile(r"(?m)^\[[^\]\n]+\]\s*(?:[#;].*)?$")
_BLANKS: Final = re.compile(r"[^\S\n]{100}")
"""So many in a line take configparser and dotenv quadratic time: half an hour for 256 kB."""
_MOST_DOTS: Final = 100
"""In a line of TOML: a name with many parts takes tomllib quadratic time."""
_BARE: Final = re.compile(r"[A-Za-z0-9_.\"'-]+\s*=")


class SettingsFile(Struct, frozen=True):
    kind: str
    """ ".env", ".properties", "INI", "TOML"."""
    names: tuple[str, ...]
    """With the section before a dot."""
    sections: int


def read_settings(key: str, data: bytes) -> SettingsFile | None:
    """What kind of settings it is, and their names; None if it is not surely one of them."""
    if b"=" not in data and b":" not in data:
        return None
    is_named = key.endswith((".env", ".properties", ".ini", ".cfg", ".conf", ".cnf", ".toml"))
    if not is_named and b"\n" not in data.strip():
        return None
    try:
        text = bounded(data, "settings").decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if key.endswith(".toml") or _SECTION.search(text):
        return _toml(text) or (_ini(text) if not key.endswith(".toml") else None)
    return _lines(key, text)


def _toml(text: str) -> SettingsFile | None:
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        return None
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    names = [
        name if not isinstance(value, dict) else f"{name}.{inner}"
        for name, value in found.items()
        for inner in (value if isinstance(value, dict) else [""])
    ]
    return SettingsFile("TOML", tuple(names), sum(isinstance(value, dict) for value in found.values()))


def read_ini(text: str, *, is_strict: bool = False) -> configparser.RawConfigParser | None:
    """Sections and options, with their names as written; None if it is not surely INI.

    `is_strict`: each option must have a value; names are in small letters.
    """
    if _BLANKS.search(text):
        return None
    parser = configparser.RawConfigParser(allow_no_value=not is_strict, strict=False, default_section="")
    if not is_strict:
        parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return parser


def _ini(text: str) -> SettingsFile | None:
    if (parser := read_ini(text)) is None:
        return None
    names = [f"{section}.{name}" for section in parser.sections() for name in parser.options(section)]
    return SettingsFile("INI", tuple(names), len(parser.sections())) if names else None


def _lines(key: str, text: str) -> SettingsFile | None:
    """Variables or properties, each of which stands on a line of its own but for quotes and continuations."""
    variables, properties = list[str](), list[str]()
    is_env, quote, goes_on = True, "", False
    for line in text.splitlines():
        if quote:
            quote = "" if line.rstrip().endswith(quote) else quote
            continue
        stripped = line.strip()
        if goes_on:
            goes_on = stripped.endswith("\\")
            continue
        if not stripped or stripped.startswith(("#", "!", ";")):
            continue
        if (variable := _VARIABLE.fullmatch(stripped)) is not None:
            variables.append(variable[1])
            value = variable[2].strip()
            if value[:1] in ("'", '"') and (len(value) == 1 or not _is_closed(value)):
                quote = value[0]
        else:
            is_env = False
        if (found := _PROPERTY.fullmatch(stripped)) is None:
            return None
        properties.append(found[1])
        goes_on = stripped.endswith("\\") and not is_env
    if quote:
        return None
    if is_env and variables and (len(variables) > 1 or key.endswith(".env")):
        return SettingsFile(".env", tuple(variables), 0)
    is_certain = key.endswith(".properties") or (
        len(properties) > 1 and all(_is_setting(line) for line in _plain_lines(text))
    )
    return SettingsFile(".properties", tuple(properties), 0) if properties and is_certain else None


def _is_closed(value: str) -> bool:
    """True if the quote that begins a value ends on its line."""
    return re.match(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", value) is not None


def _plain_lines(text: str) -> list[str]:
    lines = re.sub(r"\\\r?\n\s*", "", text).splitlines()
    return [line for line in map(str.strip, lines) if line and not line.startswith(("#", "!"))]


def _is_setting(line: str) -> bool:
    return _BARE.match(line) is not None


def settings_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Values by their names, in their order, as the program that reads the file takes them.

    None of lines that may be base64, whose padding looks like a name and an empty value.
    """
    found, text = read_settings(key, data), data.decode("utf-8-sig")
    if found is None:
        return
    if found.kind == ".env" and _BLANKS.search(text):
        raise NotReadable(".env", "100 blanks in a row")
    if found.kind == "TOML":
        yield from leaves_in(tomllib.loads(text, parse_float=Number))
        return
    pairs = list({"INI": _ini_pairs, ".env": _env_pairs}.get(found.kind, _properties)(text))
    if any(value == "=" for _, value in pairs) or not any(value for _, value in pairs):
        return
    for name, value in pairs:
        yield text_leaf(name, value)


_UNNAMED: Final = "…"
"""A line without a sign may be a value as well as a name."""


def _ini_pairs(text: str) -> Iterator[tuple[str, str]]:
    if (parser := read_ini(text)) is None:
        return
    for section in parser.sections():
        for name, value in parser.items(section):
            yield (f"{section}.{name}", value) if value is not None else (f"{section}.{_UNNAMED}", name)


def ini_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Values of INI by their names; none if it cannot be read."""
    for name, value in _ini_pairs(data.decode("utf-8-sig")):
        yield text_leaf(name, value)


def _env_pairs(text: str) -> Iterator[tuple[str, str]]:
    from dotenv.parser import parse_stream  # not before the first frame

    for binding in parse_stream(StringIO(text)):
        if binding.key is not None:
            yield binding.key, binding.value or ""


def _properties(text: str) -> Iterator[tuple[str, str]]:
    for line in _logical_lines(text):
        if (setting := _NAME_AND_VALUE.fullmatch(line)) is not None:
            yield _unescaped(setting[1]), _unescaped(setting[2])


_NAME_AND_VALUE: Final = re.compile(r"((?:[^\\=:\s]|\\.)*)\s*[=:]?\s*(.*)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def _logical_lines(text: str) -> Iterator[str]:
    """Lines of .properties: joined where one ends in a backslash, without blank ones and comments."""
    whole = ""
    for line in re.split(r"\r\n|\r|\n", text):
        bare = line.lstrip(" \t\f")
        if not whole and (not bare or bare[0] in "#!"):
            continue
        whole += bare
        if (len(whole) - len(whole.rstrip("\\"))) % 2:
            whole = whole[:-1]
            continue
        yield whole
        whole = ""
    if whole:
        yield whole


def _unescaped(text: str) -> str:
    def character(escape: re.Match[str]) -> str:
        return chr(int(escape[1][1:], 16)) if len(escape[1]) > 1 else _CONTROLS.get(escape[1], escape[1])

    # Two escapes may be halves of one character.
    return _ESCAPE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _row(key: str, data: bytes) -> RowName | None:
    try:
        found = read_settings(key, data)
    except NotReadable:
        return None
    if found is None or not found.names:
        return None
    names = counted(len(found.names), "name")
    if found.kind == "INI" or found.sections:
        return RowName(found.kind, f"{found.kind}, {counted(found.sections, 'section')}, {names}")
    return RowName(found.kind, f"{found.kind}, {names}")


SETTINGS: Final = ValueFormat(
    "settings",
    row=_row,
    leaves=settings_leaves,
    page=(
        PageRow(".env", ".env, 5 names", "names", "each value"),
        PageRow(".properties", ".properties, 8 names", "names", "each value"),
        PageRow("INI, TOML", "INI, 2 sections, 6 names", "names, sections", "each value"),
    ),
)
