"""A changed value is described by the paths of its leaves, unless anything else in it changed as well."""

from __future__ import annotations

import gc
import gzip
import json
from base64 import b64encode
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.value_shapes import auth, b64
from tui.model.draft.leaf_changes import LeafChange, changed_leaves, known_leaf_changes, leaf_differences
from tui.model.secret.value import Value

YAML: Final = """\
# of the ledger
spring:
  datasource:
    url: jdbc:postgresql://db.internal:5432/orders  # the primary
    username: ledger
    password: made-up-1
  replicas: 1
  retries1: 1
users:
- ann
- bob
- "carl # of sales"
motd: |
  good morning
  # not a comment
  all
"""
ENV: Final = "# made up\nDB_USER=ledger\nDB_PASSWORD=made-up-1\nexport TOKEN='made up'\n"
PROPERTIES: Final = "! made up\nspring.datasource.username=ledger\nspring.datasource.password = made-up-1\n"
DOCKER: Final = {
    "auths": {
        "ghcr.io": {"username": "ann", "password": "made-up-1", "auth": b64("ann:made-up-1")},
        "quay.io": {"auth": auth()},
    }
}


def change_words(key: str, before: str | bytes, after: str | bytes) -> list[str] | None:
    """The changes in words: how, the path, what it was and is."""
    was, now = (Value(text if isinstance(text, bytes) else text.encode()) for text in (before, after))
    changes = changed_leaves(key, was, now)
    return [_words(change) for change in changes] if changes is not None else None


def _words(change: LeafChange) -> str:
    texts = (value.reveal().decode() for value in (change.before, change.after) if value is not None)
    return " ".join(filter(None, (change.how, f"{change.path}:", " -> ".join(texts), change.kinds)))


def docker(registry: str, password: str, *, indent: int | None = None) -> str:
    """The config with another password of a registry, its `auth` following."""
    config = json.loads(json.dumps(DOCKER))
    config["auths"][registry] = {"username": "ann", "password": password, "auth": b64(f"ann:{password}")}
    return json.dumps(config, indent=indent)


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        (
            ".dockerconfigjson",
            json.dumps(DOCKER),
            docker("ghcr.io", "made-up-2"),
            ["changed auths.ghcr.io.password: made-up-1 -> made-up-2"],
        ),
        (
            ".dockerconfigjson",
            json.dumps(DOCKER, indent=2),
            docker("ghcr.io", "made-up-2", indent=2),
            ["changed auths.ghcr.io.password: made-up-1 -> made-up-2"],
        ),
        ("a.json", '{"users": ["a", "b", "c"]}', '{"users": ["a", "b", "d"]}', ["changed users[2]: c -> d"]),
        ("a.json", '{"port": 5432}', '{"port": "5432"}', ["changed port: 5432 -> 5432 number → text"]),
        ("a.json", '{"a": 1, "b": 2}', '{"b": 2, "c": 3}', ["added c: 3", "removed a: 1"]),
        (
            "app.yaml",
            YAML,
            YAML.replace("password: made-up-1", 'password: "made: up 2"'),
            ["changed spring.datasource.password: made-up-1 -> made: up 2"],
        ),
        (
            "app.yaml",
            YAML,
            YAML.replace("replicas: 1", "replicas: 2").replace("retries1: 1", "retries1: 3"),
            ["changed spring.replicas: 1 -> 2", "changed spring.retries1: 1 -> 3"],
        ),
        ("app.yaml", YAML, YAML.replace("- bob\n", "- eve\n"), ["changed users[1]: bob -> eve"]),
        (
            "app.yaml",
            YAML,
            YAML.replace("  # not a comment\n", ""),
            ["changed motd: good morning\n# not a comment\nall\n -> good morning\nall\n"],
        ),
        ("app.yaml", YAML, f"{YAML}cache:\n  host: made.test\n", ["added cache.host: made.test"]),
        (
            "app.yaml",
            YAML,
            YAML.replace("    username: ledger\n", ""),
            ["removed spring.datasource.username: ledger"],
        ),
        (".env", ENV, ENV.replace("made-up-1", "made-up-2"), ["changed DB_PASSWORD: made-up-1 -> made-up-2"]),
        (".env", ENV, f"{ENV}NEW=made-up\n", ["added NEW: made-up"]),
        (".env", ENV, ENV.replace("DB_USER=ledger\n", ""), ["removed DB_USER: ledger"]),
        (
            "app.properties",
            PROPERTIES,
            PROPERTIES.replace("made-up-1", "made-up-2"),
            ["changed spring.datasource.password: made-up-1 -> made-up-2"],
        ),
        ("app.yaml", "a: 'it''s'  # b\n", "a: 'now''s'  # b\n", ["changed a: it's -> now's"]),
        (".env", "A='made \"up\"'\nB=c\n", "A='new \"one\"'\nB=c\n", ['changed A: made "up" -> new "one"']),
        ("app.properties", "a = m\\u00fcp-1\nb=c\n", "a = m\\u00e4p-2\nb=c\n", ["changed a: müp-1 -> mäp-2"]),
        (
            "url",
            "postgres://ann:p%40ss-1@db.internal:5432/orders?sslmode=require",
            "postgres://ann:p%2Fss-2@db.internal:5432/orders?sslmode=require",
            ["changed password: p@ss-1 -> p/ss-2"],
        ),
        (
            "app.json",
            json.dumps({"config": YAML, "port": 1}),
            json.dumps({"config": YAML.replace("made-up-1", "made-up-2"), "port": 1}),
            ["changed config.spring.datasource.password: made-up-1 -> made-up-2"],
        ),
        (
            "app.json",
            json.dumps({"config": "# made up\na: b\nc: 1\n"}),
            json.dumps({"config": "# changed\na: b\nc: 2\n"}),
            ["changed config: # made up\na: b\nc: 1\n -> # changed\na: b\nc: 2\n"],
        ),
        (
            "app.json",
            json.dumps({"a": {"inner": json.dumps({"config": YAML})}}),
            json.dumps({"a": {"inner": json.dumps({"config": YAML.replace("- bob", "- eve")})}}),
            ["changed a.inner.config.users[1]: bob -> eve"],
        ),
        ("app.yaml", "n: 1\n", 'n: 1\nc: \'{"a": "b", "d": "e"}\'\n', ['added c: {"a": "b", "d": "e"}']),
        (
            "a.json.gz",
            gzip.compress(b'{"a": "made up", "b": 1}', mtime=0),
            gzip.compress(b'{"a": "made-up", "b": 1}', mtime=0),
            ["changed a: made up -> made-up"],
        ),
        (
            "packed",
            b64encode(b'{"a": "made up", "b": 1}'),
            b64encode(b'{"a": "made-up", "b": 1}'),
            ["changed a: made up -> made-up"],
        ),
    ],
)
def test_leaves_that_differ_are_named_by_their_paths(
    key: str, before: str | bytes, after: str | bytes, words: list[str]
) -> None:
    assert change_words(key, before, after) == words


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("plain", "made-up-1", "made-up-2"),
        ("a.json", '{"a": 1}', "a: 1\nb: 2\n"),
        ("a.json", '{"a": 1}', '{"a": 1}\n'),
        ("a.json", '{"a": 1, "b": 2}', '{"b": 3, "a": 1}'),
        ("a.json", '{"a": 1, "b": 2}', '{\n  "a": 1,\n  "b": 3\n}'),
        ("app.yaml", YAML, YAML.replace("made-up-1", "made-up-2").replace("of the ledger", "of another")),
        ("app.yaml", YAML, YAML.replace("made-up-1", "made-up-2").replace("the primary", "the second")),
        ("app.yaml", YAML, YAML.replace("made-up-1", "made-up-2  # changed")),
        ("app.yaml", YAML, f"{YAML}# the end\nport: 1\n"),
        ("app.yaml", YAML, f"{YAML}port: 1  # the end\n"),
        ("app.yaml", YAML, f"# made up\n{YAML.replace('ledger', 'made-up')}"),
        (".env", ENV, ENV.replace("# made up", "# changed").replace("made-up-1", "made-up-2")),
        (".env", ENV, "".join(reversed(ENV.splitlines(keepends=True)))),
        ("url", "postgres://a:p1@db.internal:5432/orders", "postgres://a:p2@db2.internal:5432/orders"),
        ("url", "postgres://a:p1@db.internal:5432/orders", "postgres://a:p1@db.internal:5433/orders"),
    ],
)
def test_a_difference_outside_of_leaves_is_left_to_the_lines(key: str, before: str, after: str) -> None:
    assert change_words(key, before, after) is None


names = st.text("abcd", min_size=1, max_size=3)
objects = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.dictionaries(names, inner, min_size=1, max_size=4), st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(names, objects, min_size=1, max_size=4), st.data())
def test_each_changed_leaf_of_json_is_listed_by_its_path(tree: dict[str, Any], data: st.DataObject) -> None:
    before = Value(json.dumps(tree).encode())
    paths = list(_paths(tree))
    changed = data.draw(st.sets(st.integers(0, len(paths) - 1), min_size=1))
    after_tree = json.loads(json.dumps(tree))
    for number in changed:
        *way, last = paths[number]
        place = after_tree
        for step in way:
            place = place[step]
        place[last] = f"made up {number}"
    after = Value(json.dumps(after_tree).encode())
    differences = leaf_differences("a.json", before, after)
    assert differences is not None
    listed = [(change.how, change.path) for change in differences]
    assert listed == [("changed", _words_of(paths[number])) for number in sorted(changed)]


def _paths(tree: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(tree, dict):
        return [path for name, part in tree.items() for path in _paths(part, (*way, name))]
    if isinstance(tree, list):
        return [path for at, part in enumerate(tree) for path in _paths(part, (*way, at))]
    return [way]


def _words_of(way: tuple[str | int, ...]) -> str:
    return "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in way).lstrip(".")


def test_changes_are_known_for_as_long_as_both_values_live() -> None:
    before, after = Value(b'{"a": "made-up-1"}'), Value(b'{"a": "made-up-2"}')
    assert known_leaf_changes("a.json", before, after) is None
    leaves = changed_leaves("a.json", before, after)
    known = known_leaf_changes("a.json", before, after)
    assert known is not None and known.leaves is leaves
    assert "made-up" not in repr(known)
    del leaves, known, after
    gc.collect()
    assert known_leaf_changes("a.json", before, Value(b'{"a": "made-up-2"}')) is None


def test_very_many_changed_leaves_are_left_to_the_lines() -> None:
    before = "".join(f"NAME_{number}=made-up-{number}\n" for number in range(1_900))
    assert change_words(".env", before, before.replace("made-up-7\n", "changed\n")) == [
        "changed NAME_7: made-up-7 -> changed"
    ]
    assert change_words(".env", before, before.replace("made-up", "changed")) is None
