"""Leaves in a leaf: a leaf's content is decoded again, two levels deep, with a note where that stops."""

from __future__ import annotations

import gzip
import json
import random
import threading
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.model.test_never_wrong_names import MAKERS, damaged
from tests.model.test_row_names import EVERY
from tests.model.value_shapes import LEAF, MARKER, NOW, Shape, b64, jwt, pem
from tests.model.value_tables import SHAPES
from tui.model.secret.formats import registry
from tui.model.secret.formats.leaf import MOST_LEAVES, Leaf
from tui.model.secret.formats.registry import DecodedValue, decoded_value
from tui.model.secret.formats.value_format import Fact
from tui.model.secret.value import Value

URL: Final = "postgres://ann:made%2Fup@db.test/orders"
LOGIN: Final = json.dumps({"user": "ann", "password": "made-up"})
NESTED: Final = {
    ("a.json", json.dumps({"app": b64(LOGIN), "port": 1})): {
        "app.user": ("ann", "app"),
        "app.password": ("made-up", "app"),
    },
    ("a.json", json.dumps({"packed": b64(gzip.compress(LOGIN.encode(), mtime=0))})): {
        "packed.user": ("ann", "packed"),
        "packed.password": ("made-up", "packed"),
    },
    ("a.json", json.dumps({"url": URL})): {"url.user": ("ann", "url"), "url.password": ("made/up", "url")},
    ("a.json", json.dumps({"twice": b64("made-up words")})): {"twice.text": ("made-up words", "twice")},
    ("a.yaml", f"registry: '{json.dumps({'auths': {'ghcr.io': {'auth': b64('ann:made-up')}}})}'\n"): {
        "registry.auths.ghcr.io.username": ("ann", "registry"),
        "registry.auths.ghcr.io.password": ("made-up", "registry"),
    },
    (".env", f"TOKEN={jwt({'sub': 'ann'}, kid='1')}\nA=b\n"): {
        "TOKEN.sub": ("ann", "TOKEN"),
        "TOKEN.header.alg": ("RS256", "TOKEN"),
        "TOKEN.header.typ": ("JWT", "TOKEN"),
        "TOKEN.header.kid": ("1", "TOKEN"),
    },
    ("a.json", json.dumps([json.dumps([URL])])): {
        "[0][0]": (URL, "[0]"),
        "[0][0].user": ("ann", "[0][0]"),
        "[0][0].password": ("made/up", "[0][0]"),
    },
    ("a.yaml", "tls: |\n" + "".join(f"  {line}\n" for line in pem(LEAF).decode().splitlines())): {},
    ("a.json", json.dumps({"hook": "https://hooks.test/services/made-up", "words": "made up"})): {},
}


def inner_of(decoded: DecodedValue) -> list[Leaf]:
    return [leaf for leaf in decoded.leaves if leaf.within]


@pytest.mark.parametrize("written", NESTED, ids=lambda written: written[0])
def test_a_leaf_that_holds_another_format_is_decoded_into_leaves_of_its_own(written: tuple[str, str]) -> None:
    key, text = written
    inner = inner_of(decoded_value(key, Value(text.encode()), NOW))
    assert {leaf.path: (leaf.value.reveal().decode(), leaf.within) for leaf in inner} == NESTED[written]


def test_a_base64_of_a_text_is_decoded_to_that_text() -> None:
    (leaf,) = decoded_value("password", Value(b64encode(b"made-up words")), NOW).leaves
    assert (leaf.path, leaf.value.reveal()) == ("text", b"made-up words")


def test_inner_leaves_follow_the_leaf_that_they_are_in() -> None:
    text = json.dumps({"a": json.dumps({"b": LOGIN}), "c": LOGIN})
    leaves = decoded_value("a.json", Value(text.encode()), NOW).leaves
    assert [(leaf.level, leaf.name) for leaf in leaves] == [
        (0, "a"),
        (1, "b"),
        (2, "user"),
        (2, "password"),
        (0, "c"),
        (1, "user"),
        (1, "password"),
    ]


def test_a_leaf_at_the_limit_of_two_levels_says_that_more_is_inside() -> None:
    text = LOGIN
    for name in "dcba":
        text = json.dumps({name: text})
    leaves = decoded_value("a.json", Value(text.encode()), NOW).leaves
    assert [(leaf.path, leaf.stops) for leaf in leaves] == [
        ("a", ""),
        ("a.b", ""),
        ("a.b.c", "limit of two levels"),
    ]


def test_inner_leaves_have_paths_of_their_own() -> None:
    text = json.dumps({"a": LOGIN, "a.user": LOGIN, "b": json.dumps({"user": 1, "password": 2})})
    paths = [leaf.path for leaf in decoded_value("a.json", Value(text.encode()), NOW).leaves]
    assert paths == [
        *("a", "a.user (2)", "a.password"),
        *("a.user", "a.user.user", "a.user.password"),
        *("b", "b.user", "b.password"),
    ]


def test_inner_leaves_count_toward_the_limit_of_leaves() -> None:
    text = json.dumps([json.dumps(list(range(1500))), json.dumps(list(range(1500))), LOGIN])
    decoded = decoded_value("a.json", Value(text.encode()), NOW)
    stops = {leaf.path: leaf.stops for leaf in decoded.leaves if not leaf.within}
    assert stops == {"[0]": "", "[1]": "limit of 2,000 leaves or 8 MB", "[2]": ""}
    assert len(decoded.leaves) == 3 + 1500 + 2


def test_a_bomb_in_a_leaf_says_why_it_is_not_decoded() -> None:
    bomb, large = (b64(gzip.compress(b"a" * size, mtime=0)) for size in (9_000_000, 7_000_000))
    leaves = decoded_value("a.json", Value(json.dumps([bomb, large, large]).encode()), NOW).leaves
    assert [(leaf.path, leaf.stops) for leaf in leaves] == [
        ("[0]", "unpacked data exceeds 8 MB"),
        ("[1]", "unpacked text exceeds 256 kB"),
        ("[2]", "unpacked data exceeds 8 MB"),
    ]


def test_a_value_that_is_a_bomb_says_why_it_is_not_decoded() -> None:
    decoded = decoded_value("a", Value(gzip.compress(b"a" * 9_000_000, mtime=0)), NOW)
    assert [fact.words for fact in decoded.facts] == ["Not decoded: unpacked data exceeds 8 MB."]


def test_many_aliases_of_a_long_text_take_little_memory() -> None:
    text = f"a: &a '{'x' * 100_000}'\nb:\n" + "- *a\n" * 2500
    decoded = decoded_value("a.yaml", Value(text.encode()), NOW)
    assert decoded.has_more
    assert sum(leaf.value.size for leaf in decoded.leaves) <= 8_000_000


def test_leaves_are_listed_with_a_note_when_decoding_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_SECONDS", 0)
    decoded = decoded_value("a.json", Value(json.dumps({"a": LOGIN}).encode()), NOW)
    assert [leaf.path for leaf in decoded.leaves] == ["a"]
    assert [fact.words for fact in decoded.facts] == [
        "Some leaves are not decoded further: decoding takes too long."
    ]


def test_time_spent_waiting_does_not_count_as_time_of_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_SECONDS", 0.2)
    public_facts = registry.public_facts

    def late(*what: Any, **how: Any) -> tuple[Fact, ...]:
        threading.Event().wait(0.3)
        return public_facts(*what, **how)

    monkeypatch.setattr(registry, "public_facts", late)
    decoded = decoded_value("a.json", Value(json.dumps({"a": LOGIN}).encode()), NOW)
    assert [leaf.path for leaf in decoded.leaves] == ["a", "a.user", "a.password"]
    assert decoded.facts == ()


def in_json(shape: Shape) -> bytes:
    """A value as a leaf of JSON, in base64 if it is no text."""
    try:
        text = shape.data.decode()
    except UnicodeDecodeError:
        text = b64(shape.data)
    return json.dumps({"inner": text}).encode()


@pytest.mark.parametrize("shape", [shape for shape in EVERY if shape.id != "JSON-4"])  # its name is public
def test_paths_of_inner_leaves_show_no_secret_part(shape: Shape) -> None:
    decoded = decoded_value("a.json", Value(in_json(shape)), NOW)
    assert MARKER not in " ".join(leaf.path + leaf.kind + leaf.stops for leaf in decoded.leaves).lower()


def test_at_most_one_random_text_in_a_thousand_is_decoded_into_leaves() -> None:
    draw = random.Random(29)
    made = [MAKERS[number % len(MAKERS)](draw) for number in range(11_000)]
    texts = [text if isinstance(text, str) else text.decode("ascii", "replace") for text in made]
    wrong = 0
    for start in range(0, len(texts), 500):
        decoded = decoded_value("a.json", Value(json.dumps(texts[start : start + 500]).encode()), NOW)
        wrong += len({leaf.within for leaf in inner_of(decoded)})
    assert wrong * 1000 <= len(texts)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_damaged_values_in_values_are_decoded_within_the_limits() -> None:
    draw, every = random.Random(30), [shape for shapes in SHAPES.values() for shape in shapes]
    nested = 0
    for _ in range(10_000):
        shape = draw.choice(every)
        for _ in range(draw.randint(1, 3)):
            inner = damaged(draw, shape.data) if draw.random() < 0.5 else shape.data
            shape = shape._replace(key="a.json", data=in_json(shape._replace(data=inner)))
        data = damaged(draw, shape.data) if draw.random() < 0.2 else shape.data
        decoded = decoded_value("a.json", Value(data), NOW)
        paths = [leaf.path for leaf in decoded.leaves]
        assert len(paths) == len(set(paths)) <= MOST_LEAVES
        for number, leaf in enumerate(decoded.leaves):
            assert leaf.path.isprintable() and len(leaf.path) <= 210 and leaf.level <= 2
            assert not leaf.within or leaf.within in paths[:number]
        nested += any(leaf.level == 2 for leaf in decoded.leaves)
    assert nested > 1000
