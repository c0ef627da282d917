"""Edits of one leaf in its place: every other byte and leaf stays, or the edit is refused."""

from __future__ import annotations

import gzip
import json
import random
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model import recorded_values as recorded
from tests.model.leaf_documents import DOCUMENTS, QUICK, TEXTS, Document
from tests.model.test_never_wrong_names import damaged
from tests.model.value_shapes import APR1, BCRYPT, NOW, b64, certificate, jwt, pem
from tests.model.value_tables import SHAPES
from tui.model.secret.formats.json_text import json_spans
from tui.model.secret.formats.leaf import Leaf, UnwritableLeaf
from tui.model.secret.formats.leaf_edit import why_not_writable, with_leaf
from tui.model.secret.formats.page import inside_values_page
from tui.model.secret.formats.registry import VALUE_FORMATS, decoded_value, named_value
from tui.model.secret.value import Value


def leaves_of(key: str, value: Value) -> list[Leaf]:
    return [leaf for leaf in decoded_value(key, value, NOW).leaves if not leaf.within]


def check_edit(document: Document, place: int, text: str) -> bool:
    """True if the leaf was written, with every other byte and leaf as before; False if that is refused."""
    key, (start, end) = document.key, document.places[place]
    value = Value(document.text.encode())
    before = leaves_of(key, value)
    assert len(before) == len(document.places) + (".docker" in key)
    at = place + (".docker" in key and place > 0)
    try:
        after_value = with_leaf(key, value, before[at].path, text)
    except UnwritableLeaf as why:
        assert str(why) and (len(text) < 5 or text not in str(why))
        return False
    after = after_value.reveal().decode()
    assert after.startswith(document.text[:start]) and after.endswith(document.text[end:])
    assert len(after) >= start + len(document.text) - end
    now = leaves_of(key, after_value)
    shown = [(leaf.path, leaf.kind, leaf.value.reveal()) for leaf in before]
    kind = now[at].kind
    assert kind == before[at].kind or (before[at].kind, kind) == ("null", "")
    shown[at] = (before[at].path, kind, text.encode())
    assert [(leaf.path, leaf.kind, leaf.value.reveal()) for leaf in now] == shown
    return True


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_leaf_is_written_in_its_place_or_refused(name: str) -> None:
    document = DOCUMENTS[name]
    written = [check_edit(document, place, text) for place in range(len(document.places)) for text in QUICK]
    assert any(written)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_text_is_written_in_its_place_or_refused(name: str) -> None:
    document = DOCUMENTS[name]
    for place in range(len(document.places)):
        for text in TEXTS:
            check_edit(document, place, text)


@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 20), st.text())
def test_any_text_is_written_in_its_place_or_refused(name: str, place: int, text: str) -> None:
    document = DOCUMENTS[name]
    check_edit(document, place % len(document.places), text)


JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
)


@given(st.dictionaries(st.text(), JSON_VALUES, min_size=1, max_size=4), st.booleans(), st.none() | st.just(2))
def test_leaves_of_json_are_what_json_loads_reads(tree: Any, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(tree, ensure_ascii=is_ascii, indent=indent)
    leaves = [(span.leaf.kind, text[span.start : span.end]) for span in json_spans("a.json", text.encode())]
    scalars = [part for part in scalars_in(json.loads(text)) if part not in ([], {})]
    assert [json.loads(written) for kind, written in leaves if not kind.startswith("empty")] == scalars


def scalars_in(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict | list):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from scalars_in(part)
    else:
        yield tree


def edited(key: str, text: str, path: str, new: str) -> str:
    return with_leaf(key, Value(text.encode()), path, new).reveal().decode()


SSH_KEY: Final = " ".join(recorded.SSH_PUBLIC.decode().split()[:2])
EDITS: Final = [
    # JSON has the escapes of its own text
    ("a.json", '{"a":"x","b":"\\u00e9"}', "a", "ü", '{"a":"\\u00fc","b":"\\u00e9"}'),
    ("a.json", '{"a":"x","b":"é"}', "a", "ü", '{"a":"ü","b":"é"}'),
    (
        "a.json",
        '{"a":"x","b":"\\u003cb\\u003e"}',
        "a",
        "<p>",
        '{"a":"\\u003cp\\u003e","b":"\\u003cb\\u003e"}',
    ),
    ("a.json", '{"a":"x","b":"y\\/z"}', "a", "/", '{"a":"\\/","b":"y\\/z"}'),
    ("a.yaml", '{"a":"x"}', "a", "x\x7f", '{"a":"x\\u007f"}'),
    ("a.json", '{"a":"1"}', "a", "2", '{"a":"2"}'),
    ("a.json", '{"a":null}', "a", "2", '{"a":"2"}'),
    ("a.json", '{"a":1,"a":2}', "a", "3", '{"a":1,"a":3}'),
    # A text stays one in YAML, with quotes only where they are needed
    ("a.yaml", "a: x\nb: y\n", "a", "z", "a: z\nb: y\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "00501", "a: '00501'\nb: y\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "no", "a: 'no'\nb: y\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "=", "a: '='\nb: y\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "<<", "a: '<<'\nb: y\n"),
    ("a.yaml", "a: [x, y]\n", "a[0]", "/b?c=d", "a: ['/b?c=d', y]\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "z: it's #1", "a: 'z: it''s #1'\nb: y\n"),
    ("a.yaml", "a: x\nb: y\n", "a", "z\n", 'a: "z\\n"\nb: y\n'),
    ("a.yaml", "a:   # why\nb: y\n", "a", "z", "a: z   # why\nb: y\n"),
    ("a.yaml", "a: |\n   x\n   y\n\nb: y\n", "a", "z\n\nw\n", "a: |\n   z\n\n   w\n\nb: y\n"),
    ("a.yaml", "a: |\n  x\nb: y\n", "a", "z", "a: |-\n  z\nb: y\n"),
    ("a.yaml", "a: >\n  x\n  y\nb: y\n", "a", "z\nw\n", "a: >\n  z\n\n  w\nb: y\n"),
    # Quotes of .env are those that were there, else those that a shell needs
    (".env", "A=x\nB=y # c\n", "B", "it's", 'A=x\nB="it\'s" # c\n'),
    (".env", "A=x\nB=y # c\n", "B", "a $b", "A=x\nB='a $b' # c\n"),
    (".env", "A=x\nB=y\n", "A", "~/x", "A='~/x'\nB=y\n"),
    (".env", 'A="x"\nB=y\n', "A", "`a` $b", "A='`a` $b'\nB=y\n"),
    (".env", 'A="$x"\nB=y\n', "A", "$x/z", 'A="$x/z"\nB=y\n'),
    (".env", "A=$x\nB=y\n", "A", "$x/z", 'A="$x/z"\nB=y\n'),
    (".env", 'A="$x"\nB=y\n', "A", "it's $b", 'A="it\'s $b"\nB=y\n'),
    (".env", 'A="x"\nB=y\n', "A", "a\nb", 'A="a\\nb"\nB=y\n'),
    ("a.properties", "a=x\nb.c=\\\n  y\n", "b.c", " ü\\\n", "a=x\nb.c=\\\n  \\ \\u00fc\\\\\\n\n"),
    ("a.properties", "a=é\nb=y\n", "b", "ü", "a=é\nb=ü\n"),
    ("a.ini", "[a]\nx=1\ny =  2 \n", "a.y", "3", "[a]\nx=1\ny =  3 \n"),
    ("a.toml", "a = 'x'\n[b]\nc = 1\n", "a", "it's", 'a = "it\'s"\n[b]\nc = 1\n'),
    (
        "url",
        "redis://:x@cache.test:6379/0",
        "password",
        "p@/?#:%",
        "redis://:p%40%2F%3F%23%3A%25@cache.test:6379/0",
    ),
    (
        "dsn",
        "host=db.test user=x password=y",
        "password",
        "it's \\",
        "host=db.test user=x password='it\\'s \\\\'",
    ),
    ("cs", "Server=db;Database=x;Password=y", "Password", 'a;"b', "Server=db;Database=x;Password='a;\"b'"),
    # A hash becomes another one, a key of SSH too
    ("htpasswd", f"# c\nann:{APR1}\nbob:{APR1}\n", "bob", BCRYPT, f"# c\nann:{APR1}\nbob:{BCRYPT}\n"),
    ("authorized_keys", f"{SSH_KEY} a\n{SSH_KEY} b\n", "[1]", f"{SSH_KEY} c", f"{SSH_KEY} a\n{SSH_KEY} c\n"),
    # Base64 is packed as it was
    ("a", b64('{"a": "x"}') + "\n", "a", "y", b64('{"a": "y"}') + "\n"),
    ("a", b64("made-up password"), "text", "another made-up one", b64("another made-up one")),
]


def test_each_format_whose_leaves_are_changed_alone_is_tried() -> None:
    values = [(one.key, one.text) for one in DOCUMENTS.values()] + [(one[0], one[1]) for one in EDITS]
    named = [named_value(key, Value(text.encode())) for key, text in values]
    tried = {one.value_format for one in named if one is not None}
    changed = [
        one for one in VALUE_FORMATS if any(not row.edited.startswith(("-", "no")) for row in one.page)
    ]
    without = [one.name for one in changed if one not in tried]
    assert without == [], "give these a row in DOCUMENTS: tests/model/leaf_documents.py"


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit[0]} {edit[3]!r}")
def test_a_text_is_written_as_people_would(edit: tuple[str, str, str, str, str]) -> None:
    key, text, path, new, after = edit
    assert edited(key, text, path, new) == after


def test_a_text_in_base64_is_written_as_text() -> None:
    before, after = (pem(certificate(name)).decode() for name in ("old.test", "new.test"))
    text = f"clusters:\n- name: x\n  ca: {b64(before)} # c\n"
    assert edited("a.yaml", text, "clusters[0].ca.text", after) == text.replace(b64(before), b64(after))


REFUSALS: Final = [
    ("a.json", '{"a": 1}', "a", "x", "must stay a number; to make it a text, change the whole value"),
    ("a.json", '{"a": true}', "a", "1", "must stay true or false; to make it a text, change the whole value"),
    ("a.json", '{"a": []}', "a", "x", "is an empty list; change the whole value"),
    ("a.json", '{"a.b": 1, "a": {"b": 2}}', "a.b", "3",
     "occurs more than once in the value; change the whole value"),
    ("a.yaml", "a: 1\nb: 2\n", "a", "x", "must stay a number; to make it a text, change the whole value"),
    ("a.yaml", "a: &x y\nb: *x\n", "a", "z",
     "is shared through a YAML alias; change the whole value"),
    ("a.yaml", "a: &x {c: y}\nb:\n  <<: *x\n", "b.<<.c", "z",
     "is shared through a YAML alias; change the whole value"),
    ("a.yaml", "a: !!binary aGk=\nb: y\n", "a", "z", "is binary data in base64; change the whole value"),
    ("a.yaml", "a: |\n\nb: y\n", "a", "z", "is an empty block; change the whole value"),
    ("a.yaml", "a: |\n  x\nb: y\n", "a", " z",
     "cannot begin with a blank: it is a YAML block; change the whole value"),
    ("a.yaml", "{a, b: c}\n", "a", "z", "has no value to replace; change the whole value"),
    (".env", "A='x'\nB=y\n", "A", "it's $b",
     "cannot hold $ or ` together with ', \\ or a line break: a shell would change the text"),
    ("a.ini", "[a]\nx=1\n  2\n", "a.x", "z",
     "has several lines or occurs more than once; change the whole value"),
    ("a.ini", "[a]\nx=one\n", "a.x", "z\n",
     "must be one line without blanks at its ends; change the whole value"),
    ("url", "https://h.test/a", "path", "b", "must begin with a slash"),
    ("token", jwt({"sub": "ann"}), "sub", "bob", "is signed; set the whole token"),
    ("s.yaml", "a: x\nsops:\n  mac: y\n  lastmodified: '2026-11-01T10:00:00Z'\n", "a", "z",
     "is protected by the file's MAC; change the file with sops"),
    (".netrc", "machine h.test password b\nmacdef init\nbin\n\n", "h.test.macdef init", "c",
     "is a macro; change the whole value"),
    ("tfstate", '{"version":4,"terraform_version":"1","serial":1,"outputs":{"u":{"value":"x"}}}',
     "outputs.u", "c",
     "cannot be changed alone; change the whole value"),
    ("a.json", '{"a": 1}', "b", "c", "cannot be changed alone; change the whole value"),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal[0]} {refusal[4][:30]}")
def test_a_leaf_that_cannot_be_written_says_why(refusal: tuple[str, str, str, str, str]) -> None:
    key, text, path, new, words = refusal
    with pytest.raises(UnwritableLeaf) as why:
        edited(key, text, path, new)
    assert str(why.value) == words


def test_a_login_in_auth_follows_the_user_name_and_the_password() -> None:
    entry = {"username": "ann", "password": "made-up-1", "auth": b64("ann:made-up-1")}
    text = json.dumps({"auths": {"quay.io": entry, "ghcr.io": {"auth": b64("bob:made-up-2")}}}, indent=1)
    after = json.loads(edited(".dockerconfigjson", text, "auths.quay.io.password", "new:ü"))["auths"]
    assert after["quay.io"] == {"username": "ann", "password": "new:ü", "auth": b64("ann:new:ü")}
    after = json.loads(edited(".dockerconfigjson", text, "auths.quay.io.username", "eve"))["auths"]
    assert after["quay.io"] == {"username": "eve", "password": "made-up-1", "auth": b64("eve:made-up-1")}
    after = json.loads(edited(".dockerconfigjson", text, "auths.ghcr.io.username", "eve"))["auths"]
    assert after == {"quay.io": entry, "ghcr.io": {"auth": b64("eve:made-up-2")}}
    with pytest.raises(UnwritableLeaf, match="cannot contain a colon"):
        edited(".dockerconfigjson", text, "auths.ghcr.io.username", "e:ve")


def test_fields_that_differ_from_auth_are_changed_alone() -> None:
    entry = {"username": "ann", "password": "made-up-1", "auth": b64("ann:made-up-2")}
    text = json.dumps({"quay.io": entry})
    after = json.loads(edited(".dockercfg", text, "quay.io.password", "new"))
    assert after == {"quay.io": {**entry, "password": "new"}}
    after = json.loads(edited(".dockercfg", text, "quay.io.auth.password", "new"))
    assert after == {"quay.io": {**entry, "auth": b64("ann:new")}}


def test_a_leaf_in_a_leaf_is_packed_as_it_was() -> None:
    inner = json.dumps({"password": "made-up-1", "user": "ann"})
    lines = "".join(f"  {line}\n" for line in re.findall(".{1,20}", b64(inner)))
    text = f"first: x\nsecond: |\n{lines}"
    after = edited("a.yaml", text, "second.password", "new")
    packed = after.partition("|\n")[2].split()
    assert json.loads(b64decode("".join(packed))) == {"password": "new", "user": "ann"}
    assert {len(line) for line in packed[:-1]} == {20} and after.startswith("first: x\nsecond: |\n")


def test_a_leaf_is_written_two_levels_deep() -> None:
    docker = json.dumps({"auths": {"quay.io": {"auth": b64("ann:made-up-1")}}})
    text = json.dumps({"config": b64(json.dumps({"docker": docker}))})
    paths = [leaf.path for leaf in decoded_value("a.json", Value(text.encode()), NOW).leaves]
    path = next(path for path in paths if path.endswith("password"))
    after = json.loads(edited("a.json", text, path, "new"))
    login = json.loads(json.loads(b64decode(after["config"]))["docker"])["auths"]["quay.io"]
    assert login == {"auth": b64("ann:new")}


def test_a_leaf_is_not_taken_for_another_of_its_path() -> None:
    # The second is within a leaf that was opened as a value of its own, and is "a.b (2)" in the whole one.
    whole = Value(json.dumps({"a.b": "made-up-1", "a": json.dumps({"b": "made-up-2"})}).encode())
    assert why_not_writable("a.json", whole, "a.b", Value(b"made-up-1")) == ""
    why = "has the same path as another leaf; change the whole value"
    assert why_not_writable("a.json", whole, "a.b", Value(b"made-up-2")) == why
    with pytest.raises(UnwritableLeaf):
        with_leaf("a.json", whole, "a.b", "new", Value(b"made-up-2"))
    assert why_not_writable("a.json", whole, "a.b (2)") == "cannot be changed alone; change the whole value"


def test_url_safe_base64_stays_without_padding() -> None:
    inner = '{"a": "x", "b": "<<???>>~~"}'
    packed = urlsafe_b64encode(inner.encode()).decode().rstrip("=")
    assert "_" in packed or "-" in packed
    after = edited("a", packed, "a", "yy")
    assert after == urlsafe_b64encode(inner.replace("x", "yy").encode()).decode().rstrip("=")


def test_a_leaf_of_a_compressed_value_is_not_written() -> None:
    value = Value(gzip.compress(b'{"a": "x"}', mtime=0))
    assert why_not_writable("a", value, "a") == "is in a value compressed with gzip; change the whole value"
    value = Value(b64encode(value.reveal()))
    assert why_not_writable("a", value, "a") == "is in a value compressed with gzip; change the whole value"


def test_a_reason_quotes_nothing_of_a_value() -> None:
    secret = "m4rk3r-S3cr3t"
    for shape in [shape for shapes in SHAPES.values() for shape in shapes]:
        value = Value(shape.data)
        for leaf in decoded_value(shape.key, value, NOW).leaves:
            words = why_not_writable(shape.key, value, leaf.path)
            assert secret not in words and "m4rk3r" not in words.lower()
            try:
                with_leaf(shape.key, value, leaf.path, f"{secret}\n'\"#;")
            except UnwritableLeaf as why:
                assert "m4rk3r" not in str(why).lower() and why.__cause__ is None


def test_damaged_values_are_written_or_refused_and_never_fail() -> None:
    draw, every = random.Random(5), [shape for shapes in SHAPES.values() for shape in shapes]
    for _ in range(500):
        shape = draw.choice(every)
        value = Value(damaged(draw, shape.data))
        for leaf in decoded_value(shape.key, value, NOW).leaves[:3]:
            why_not_writable(shape.key, value, leaf.path)
            with suppress(UnwritableLeaf):
                with_leaf(shape.key, value, leaf.path, "x\n'\"")


def test_the_page_says_which_formats_can_be_written() -> None:
    pages = dict[str, set[bool]]()
    for shape in [shape for shapes in SHAPES.values() for shape in shapes]:
        value = Value(shape.data)
        named = named_value(shape.key, value)
        if named is None or named.data != shape.data:
            continue
        for leaf in decoded_value(shape.key, value, NOW).leaves:
            if not leaf.within and not leaf.kind:
                is_written = not why_not_writable(shape.key, value, leaf.path)
                pages.setdefault(named.value_format.name, set()).add(is_written)
                says = {row.edited.startswith(("-", "no")) for row in named.value_format.page}
                assert is_written or says != {False} or "YAML" in named.value_format.name
                assert not is_written or says != {True}, named.value_format.name
    assert {name for name, written in pages.items() if True in written} >= {
        *("a docker config", "valid JSON", "valid YAML", "settings", "a URL", "a connection string"),
        *(
            "a kubeconfig",
            "alertmanager.yaml",
            "scrape configs",
            "AWS credentials",
            "Google's key file",
            "a JWKS",
        ),
    }
    assert any(line.endswith("| Changed alone |") for line in inside_values_page())
