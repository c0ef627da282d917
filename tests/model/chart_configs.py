"""Configurations written after those of common charts: names and nesting as they have them, values made up.

A line of chart_configs.txt is a chart, its key, how it is written, and its fields: "=n" a number, "=b" a
boolean, "=0" null, "=u" a URL, "=l" several lines; else a text. A part that is a number is a place in a list.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from configparser import RawConfigParser
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from dotenv import dotenv_values

TABLE: Final = Path(__file__).with_suffix(".txt").read_text().splitlines()
WORDS: Final = (
    *(
        "made-up",
        "Made.Up_2",
        "p4ss/w+rd=",
        "it's",
        "two words",
        "00501",
        "1e5",
        "0x1F",
        "yes",
        "null",
        "tr#ck",
        "a:b",
    ),
    *(
        "pass#word",
        "100%",
        "{x}",
        "[y]",
        "*all",
        "&and",
        "!not",
        "@home",
        "`tick`",
        "x, y",
        "über",
        "密码",
        "$dollar",
    ),
)
SHELL_WORDS: Final = (
    "made-up",
    "Made.Up_2",
    "p4ss/w+rd=",
    "two words",
    "00501",
    "tr-ck",
    "über",
    "100%",
    "x,y",
)
URL: Final = "https://made-up.test:8443/a?b=c"
LINES: Final = "-----BEGIN MADE UP-----\nabc\ndef\n-----END MADE UP-----\n"


class Config(NamedTuple):
    name: str
    key: str
    data: bytes
    parse: Callable[[str], Any]
    """Reads it with another parser than the program's."""


def fields_of(line: str, draw: random.Random, words: tuple[str, ...]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in line.split():
        path, _, kind = field.partition("=")
        value = {
            "n": draw.randint(1, 9999),
            "b": draw.random() < 0.5,
            "0": None,
            "u": URL,
            "l": LINES,
            "": draw.choice(words),
        }[kind]
        *way, last = path.split(".")
        part = tree
        for name in way:
            part = part.setdefault(name, {})
        part[last] = value
    return tree


def with_lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    parts = {name: with_lists(part) for name, part in tree.items()}
    return list(parts.values()) if all(name.isdigit() for name in parts) else parts


def with_comments(text: str, sign: str = "#") -> str:
    """A comment before each line that begins at the margin, and blank lines."""
    return re.sub(r"(?m)^(?=[A-Za-z\[])", f"{sign} made up: x = 'y'\n", f"\n{text}").lstrip("\n")


def quoted_dumper(quote: str) -> type[yaml.SafeDumper]:
    """Writes every text in quotes, as many generators do."""

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(TEXT_TAG, text, style=quote))
    return Dumper


TEXT_TAG: Final = "tag:yaml.org,2002:str"
QUOTED: Final = {quote: quoted_dumper(quote) for quote in "'\""}


def yaml_config(tree: Any, number: int) -> str:
    styles: tuple[dict[str, Any], ...] = (
        {"indent": 2},
        {"indent": 4, "width": 20},
        {"default_flow_style": True, "width": 1000},
        {"Dumper": QUOTED['"']},
        {"Dumper": QUOTED["'"]},
        {"allow_unicode": True, "explicit_start": True},
    )
    options: dict[str, Any] = {"default_flow_style": False, "Dumper": yaml.SafeDumper} | styles[number % 6]
    text: str = yaml.dump(tree, sort_keys=False, **options)
    text = text if number % 6 in (1, 2) else with_comments(text)
    return text if number % 4 else text.replace("\n", "\r\n")


def json_config(tree: Any, number: int) -> str:
    if number % 3 == 0:
        return json.dumps(tree, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(tree, indent=2 if number % 3 == 1 else None, ensure_ascii=number % 2 == 0) + "\n"


def env_config(tree: Any, number: int) -> str:
    lines = list[str]()
    for at, (name, value) in enumerate(tree.items()):
        quote = ("", "'", '"')[(number + at) % 3] or ("'" if " " in str(value) else "")
        lines.append(f"{'export ' * (at % 2)}{name}={quote}{value}{quote}{' # note' * (at % 3 == 1)}")
    return with_comments("\n".join(lines)) + "\n" * (number % 2)


def flat(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, part in tree.items():
        if isinstance(part, dict):
            yield from flat(part, f"{path}{name}.")
        else:
            yield f"{path}{name}", part


def props_config(tree: Any, number: int) -> str:
    signs, end = ("=", " = ", ":", " "), "\r\n" if number % 2 else "\n"
    pairs = [
        f"{name}{signs[(number + at) % 4]}{str(value).replace(chr(92), chr(92) * 2)}"
        for at, (name, value) in enumerate(flat(tree))
    ]
    return with_comments("\n".join(pairs), "!" if number % 3 else "#").replace("\n", end) + end


def ini_config(tree: Any, number: int) -> str:
    sign = ("=", " = ", ": ")[number % 3]
    lines = list[str]()
    for section, options in tree.items():
        lines += [f"[{section}]", *(f"{name}{sign}{value}" for name, value in flat(options)), ""]
    return with_comments("\n".join(lines), ";" if number % 2 else "#")


def toml_config(tree: Any, number: int) -> str:
    def line(name: str, value: Any) -> str:
        if isinstance(value, str) and "'" not in value and number % 2:
            return f"{name} = '{value}'  # note"
        return f"{name} = {json.dumps(value, ensure_ascii=False)}"

    def table(path: str, parts: dict[str, Any], heading: str) -> list[str]:
        is_table = {name: isinstance(part, dict) for name, part in parts.items()}
        lists = [name for name, part in parts.items() if isinstance(part, list) and isinstance(part[0], dict)]
        lines = [heading] if heading else []
        lines += [
            line(name, part) for name, part in parts.items() if not is_table[name] and name not in lists
        ]
        for name, part in parts.items():
            inner = f"{path}{name}"
            for item in part if name in lists else [part] if is_table[name] else []:
                lines += table(f"{inner}.", item, f"[[{inner}]]" if name in lists else f"[{inner}]")
        return lines

    return "\n".join(table("", tree, "")) + "\n" * (number % 2)


def ini_parsed(text: str) -> Mapping[str, Mapping[str, str]]:
    parser = RawConfigParser(default_section="")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return {section: dict(parser.items(section)) for section in parser.sections()}


def env_parsed(text: str) -> Mapping[str, str | None]:
    return dotenv_values(stream=StringIO(text), interpolate=False)


def props_parsed(text: str) -> Mapping[str, str]:
    """Lines without continuations, which the table has none of."""
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        if line[:1] not in ("", "#", "!"):
            name, value = re.split(r"[ \t]*[=:][ \t]*|[ \t]+", line, maxsplit=1)
            value = re.sub(r"\\u([0-9a-f]{4})", lambda unit: chr(int(unit[1], 16)), value)
            pairs[name] = re.sub(r"\\(.)", r"\1", value.encode("utf-16", "surrogatepass").decode("utf-16"))
    return pairs


KINDS: Final[Mapping[str, tuple[Callable[[Any, int], str], Callable[[str], Any]]]] = {
    "yaml": (yaml_config, yaml.safe_load),
    "json": (json_config, json.loads),
    "env": (env_config, env_parsed),
    "props": (props_config, props_parsed),
    "ini": (ini_config, ini_parsed),
    "toml": (toml_config, tomllib.loads),
}


def configs() -> list[Config]:
    """Each line of the table, and those with room for other styles twice."""
    made = list[Config]()
    for number, line in enumerate(TABLE * 2):
        chart, key, kind, fields = line.split(maxsplit=3)
        draw = random.Random(number)
        write, parse = KINDS[kind]
        words = WORDS if kind in ("yaml", "json") else SHELL_WORDS
        tree = fields_of(fields, draw, words)
        tree = with_lists(tree)
        text = write(tree, number + number // 70)
        assert parse(text), chart
        made.append(Config(f"{chart} {key} {number}", key, text.encode(), parse))
    return made


CONFIGS: Final = configs()
