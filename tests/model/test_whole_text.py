"""A whole Secret as a text to edit: unedited it changes nothing, and an edit changes exactly what it says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.model.test_export import KEYS as ANY_KEYS
from tests.model.test_export import VALUES, secret
from tui.model.draft.whole_text import TextProblem, changes, first_line, to_text
from tui.model.secret.fields import MASKED_ANNOTATIONS
from tui.model.secret.validation import key_problem
from tui.model.secret.value import MASK, Value

KEYS = ANY_KEYS.filter(lambda key: key_problem(key) is None)
NAMES = st.from_regex(r"[a-z]{1,5}(/[a-z]{1,9})?", fullmatch=True)
LABELS = st.dictionaries(NAMES, st.sampled_from(["", "web", "1", "yes", "a.b_C-1"]), max_size=3)
NOTES = st.dictionaries(NAMES, st.text(max_size=30), max_size=3)
BLOCKS = st.lists(
    st.text("ab #:-'\"\\\t\u00fc\u00a0\u2028\ufeff\U0001f600\r", max_size=6), min_size=1, max_size=5
).map(lambda lines: "\n".join(lines).encode())
DATA = st.dictionaries(KEYS, st.one_of(VALUES, BLOCKS), max_size=5)


@pytest.mark.slow
@given(DATA, LABELS, NOTES, st.booleans())
def test_an_unedited_text_changes_nothing(
    data: dict[str, bytes], labels: dict[str, str], notes: dict[str, str], is_immutable: bool
) -> None:
    shown = secret(data, labels=labels, annotations=notes, is_immutable=is_immutable)
    assert changes(to_text(shown), shown) == {}


@pytest.mark.slow
@example({"a": b"x\n...\n", "b": b"x\n\n"}, "c", b"x\ny...\n")
@given(DATA, KEYS, st.one_of(VALUES, BLOCKS))
def test_an_edited_key_is_exactly_what_changes(data: dict[str, bytes], key: str, value: bytes) -> None:
    edited = to_text(secret({**data, key: value}))
    wanted = {} if data.get(key) == value else {key: Value(value)}
    assert changes(edited, secret(data)) == wanted
    assert changes(to_text(secret(data)), secret({**data, key: value})) == (
        {} if data.get(key) == value else {key: Value(data[key]) if key in data else None}
    )


def test_labels_annotations_and_immutable_are_fields_too() -> None:
    shown = secret({"a": b"1"}, labels={"app": "web", "old": "x"}, annotations={"n/note": "two words"})
    text = to_text(shown).replace("app: web", "app: api").replace("    old: x\n", "")
    text = text.replace("metadata:\n", "immutable: true\nmetadata:\n").replace("two words", "three words")
    assert changes(text, shown) == {
        "labels/app": Value(b"api"),
        "labels/old": None,
        "annotations/n/note": Value(b"three words"),
        "immutable/true": Value(b"true"),
    }


def test_the_text_is_read_by_a_person_and_says_what_is_left_out() -> None:
    hidden = next(iter(MASKED_ANNOTATIONS))
    data = {"config.yaml": b"a:\n  - b: \xc3\xbc\n", "pw": b"made-up 1", "raw": b"\xff\x00", "port": b"5432"}
    text = to_text(secret(data, annotations={hidden: MASK}, has_last_applied=True))
    assert text.splitlines()[:6] == [
        "# All keys of this Secret. Saving makes a draft and sends nothing.",
        "# Text is in stringData, other values are in data as base64.",
        "# Change, add or drop keys, labels, annotations and the field immutable.",
        "# Left out: uid, versions, owners, finalizers. A draft cannot change them.",
        f"# Left out, because it holds values or their digest: {hidden}",
        "# Left out, because it holds values or their digest: "
        "kubectl.kubernetes.io/last-applied-configuration",
    ]
    assert "  config.yaml: |\n    a:\n      - b: \u00fc\n" in text
    assert '  pw: "made-up 1"\n' in text and '  port: "5432"\n' in text and '  raw: "/wA="\n' in text
    assert text.splitlines()[first_line(text) - 2] == "stringData:"
    assert MASK not in text


def test_the_text_is_a_manifest_that_other_yaml_readers_take() -> None:
    found: dict[str, Any] = yaml.safe_load(
        to_text(secret({"a": b"x\n y\n", "b": b"\xff"}, labels={"l": "1"}))
    )
    assert found["metadata"] == {"name": "app", "namespace": "web", "labels": {"l": "1"}}
    assert (found["stringData"], found["data"]) == ({"a": "x\n y\n"}, {"b": "/w=="})


HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: web}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# nothing\n", "The text holds no Kubernetes object."),
        (f"{HEAD}stringData:\n  a: made-up\n  a: made-up-2\n", "Line 6: a occurs twice."),
        (
            f"{HEAD}stringData:\n  a: 5432\n",
            "Line 5: stringData.a must be text, not a number: put it in quotes.",
        ),
        (HEAD.replace("app", "other"), "Line 1: the name must stay app."),
        (f"{HEAD}---\n{HEAD}", "The text is not exactly one Secret."),
        (
            f"{HEAD}stringData:\n\ta: made-up\n",
            "Line 5 is not valid YAML; a value with signs such as : or # needs quotes.",
        ),
        (
            f"{HEAD}stringData:\n  a: New #made-up\n",
            "Line 5: text after # would become a comment; put the whole value in quotes.",
        ),
    ],
)
def test_a_text_that_is_not_taken_is_refused_with_its_line_and_no_value(text: str, said: str) -> None:
    with pytest.raises(TextProblem) as problem:
        changes(text, secret({"a": b"made-up"}))
    assert str(problem.value) == said
    assert (f"Line {problem.value.line}" in said) == bool(problem.value.line)
    assert problem.value.__cause__ is None and problem.value.__context__ is None
