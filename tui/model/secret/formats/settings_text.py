"""Settings in .env, .properties, INI and TOML. Names of settings are public, their values are not.

Source: python-dotenv's grammar; java.util.Properties.load; configparser; TOML 1.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.env_text import env_spans
from tui.model.secret.formats.ini_text import BLANKS, ini_spans, read_ini
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, rewrite_of
from tui.model.secret.formats.limits import UnreadableValue, bounded
from tui.model.secret.formats.properties_text import property_spans
from tui.model.secret.formats.toml_text import toml_spans
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted

_VARIABLE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_PROPERTY: Final = re.compile(r"((?:[\w.\[\]/$@-]|\\.)+)(?:\s*[=:]\s*|\s+)(.*)")
_SECTION: Final = re.compile(r"(?m)^\[[^\]\n]+\]\s*(?:[#;].*)?$")
_MOST_DOTS: Final = 100
"""Maximum number of dots in a line of TOML, because tomllib reads a long dotted name in quadratic time."""
_BARE: Final = re.compile(r"[A-Za-z0-9_.\"'-]+\s*=")


class SettingsFile(Struct, frozen=True):
    kind: str
    """Either ".env", ".properties", "INI" or "TOML"."""
    names: tuple[str, ...]
    """Names of settings, such as "section.name"."""
    sections: int


def read_settings(key: str, data: bytes) -> SettingsFile | None:
    """Return the kind of file and the names of its settings; None if `data` is no file of settings.

    Raises UnreadableValue for data over 256 kB that may be settings.
    """
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
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    names = [
        name if not isinstance(value, dict) else f"{name}.{inner}"
        for name, value in document.items()
        for inner in (value if isinstance(value, dict) else [""])
    ]
    return SettingsFile("TOML", tuple(names), sum(isinstance(value, dict) for value in document.values()))


def _ini(text: str) -> SettingsFile | None:
    if (parser := read_ini(text)) is None:
        return None
    names = [f"{section}.{name}" for section in parser.sections() for name in parser.options(section)]
    return SettingsFile("INI", tuple(names), len(parser.sections())) if names else None


def _lines(key: str, text: str) -> SettingsFile | None:
    variables, properties = list[str](), list[str]()
    is_env, quote, goes_on = not key.endswith(".properties"), "", False
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
            if is_env and value[:1] in ("'", '"') and (len(value) == 1 or not _is_closed(value)):
                quote = value[0]
        else:
            is_env = False
        if (pair := _PROPERTY.fullmatch(stripped)) is None:
            return None
        properties.append(pair[1])
        goes_on = stripped.endswith("\\") and not is_env
    if quote:
        return None
    if is_env and variables and (len(variables) > 1 or key.endswith(".env")):
        return SettingsFile(".env", tuple(variables), 0)
    is_certain = key.endswith(".properties") or (
        len(properties) > 1 and all(map(_BARE.match, _plain_lines(text)))
    )
    return SettingsFile(".properties", tuple(properties), 0) if properties and is_certain else None


def _is_closed(value: str) -> bool:
    return re.match(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", value) is not None


def _plain_lines(text: str) -> list[str]:
    lines = re.sub(r"\\\r?\n\s*", "", text).splitlines()
    return [line for line in map(str.strip, lines) if line and not line.startswith(("#", "!"))]


def settings_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the values of the settings, with their offsets.

    Raises UnreadableValue if `data` is too large or its settings cannot be read. Raises UnicodeDecodeError if
    `data` is not UTF-8.

    Yield nothing if `data` is no file of settings. Yield nothing if a value is "=" or all values are empty,
    because `data` is then probably base64. TOML is not checked for base64.
    """
    settings, text = read_settings(key, data), data.decode("utf-8-sig")
    if settings is None:
        return
    if settings.kind == ".env" and BLANKS.search(text):
        raise UnreadableValue(".env", "100 blanks in a row")
    if settings.kind == "TOML":
        yield from toml_spans(text)
        return
    spans = list({"INI": ini_spans, ".env": env_spans}.get(settings.kind, property_spans)(text))
    values = [span.leaf.value.reveal() for span in spans]
    if b"=" not in values and any(values):
        yield from spans


def _row(key: str, data: bytes) -> RowName | None:
    try:
        settings = read_settings(key, data)
    except UnreadableValue:
        return None
    if settings is None or not settings.names:
        return None
    names = counted(len(settings.names), "name")
    if settings.kind == "INI" or settings.sections:
        return RowName(settings.kind, f"{settings.kind}, {counted(settings.sections, 'section')}, {names}")
    return RowName(settings.kind, f"{settings.kind}, {names}")


SETTINGS: Final = ValueFormat(
    "settings",
    row=_row,
    leaves=leaves_of(settings_spans),
    rewrite=rewrite_of(settings_spans),
    page=(
        PageRow(".env", ".env, 5 names", "names", "each value", "each value"),
        PageRow(".properties", ".properties, 8 names", "names", "each value", "each value"),
        PageRow(
            "INI, TOML",
            "INI, 2 sections, 6 names",
            "names, sections",
            "each value",
            "each value; in INI only a value on one line",
        ),
    ),
)
