"""Secrets read from a manifest: what the API server would keep, and a sentence for what it would refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.test_export import KEYS, VALUES, secret
from tui.model.draft.documents import ManifestProblem
from tui.model.draft.manifest_objects import SecretManifest, read_manifest
from tui.model.draft.plan import inputs_of
from tui.model.secret.export import as_json, as_yaml
from tui.model.secret.fields import LAST_APPLIED
from tui.model.secret.validation import annotation_problem, key_problem, label_problem
from tui.model.secret.value import MASK

DOCUMENTED = b"""apiVersion: v1
kind: Secret
metadata:
  name: mysecret
type: Opaque
data:
  username: YWRtaW4=
  password: MWYyZDFlMmU2N2Rm
"""
"""The example of the Kubernetes documentation."""
HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\n"
MADE_UP = "made-up-value"


def only(text: str | bytes) -> SecretManifest:
    (found,) = read_manifest(text if isinstance(text, bytes) else text.encode()).secrets
    return found


def data_of(found: SecretManifest) -> dict[str, bytes]:
    return {key: value.reveal() for key, value in found.fields.items()}


def problem(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(ManifestProblem) as caught:
        read_manifest(text if isinstance(text, bytes) else text.encode())
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert MADE_UP not in caught.value.words
    return caught.value.line, caught.value.words


DATA = st.dictionaries(KEYS.filter(lambda key: key_problem(key) is None), VALUES, max_size=5)
NOTED = KEYS.filter(lambda name: annotation_problem(name) is None)
LABELS = st.dictionaries(NOTED, st.sampled_from(["", "a", "1e3", "yes", "null", "1.0"]), max_size=3)
NOTES = st.dictionaries(NOTED, st.text(max_size=20), max_size=3)


@pytest.mark.slow
@given(DATA, LABELS, NOTES, st.booleans())
def test_every_exported_manifest_is_read_back_unchanged(
    data: dict[str, bytes], labels: dict[str, str], notes: dict[str, str], is_immutable: bool
) -> None:
    one = secret(data, labels=labels, annotations=notes, is_immutable=is_immutable)
    for text in (as_yaml(one), as_yaml(one, as_text=True), as_json(one)):
        found = only(text)
        assert found.fields == one.fields
        assert (found.name, found.namespace, found.type) == ("app", "web", "Opaque")


def test_the_example_of_the_documentation_works_as_it_is() -> None:
    found = only(DOCUMENTED)
    assert (found.name, found.namespace, found.type, found.line) == ("mysecret", "", "Opaque", 1)
    assert data_of(found) == {"username": b"admin", "password": b"1f2d1e2e67df"}
    assert "1f2d" not in repr(found) and "admin" not in repr(found)


def test_plain_words_are_text_only_where_kubectl_takes_them_for_text() -> None:
    """Compare with the output of `kubectl label --local -o json`."""
    texts = ["1:30", "2024-01-01", "=", "1.2.3", "1e10x", "12e", "0x", "2001-12-14t21:59:43.10-05:00"]
    assert data_of(
        only(HEAD + f"stringData: {{{', '.join(f'k{n}: {text}' for n, text in enumerate(texts))}}}")
    ) == {f"k{n}": text.encode() for n, text in enumerate(texts)}
    for text in ("y", "No", "on", "True", "0o7", "1_000", "1e3", ".5", "+1", "0x1f", "0b11", ".inf", "~"):
        assert problem(HEAD + f"stringData:\n  k: {text}\n")[0] == 5


def test_several_documents_and_lists_are_read_in_their_order() -> None:
    one = DOCUMENTED.decode()
    indented = "".join(f"  {line}\n" for line in one.splitlines()).replace("  apiVersion", "- apiVersion", 1)
    listed = f"apiVersion: v1\nkind: List\nitems:\n{indented}"
    bare = "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: bare}\n  stringData: {a: b}\n"
    text = f"# made up\n---\n---\n{one}---\n{listed}---\n{bare}...\n"
    assert [found.name for found in read_manifest(text.encode()).secrets] == ["mysecret", "mysecret", "bare"]
    twice = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}})
    assert len(read_manifest((twice + "\n" + twice).encode()).secrets) == 2


def test_string_data_wins_and_line_breaks_in_base64_are_skipped() -> None:
    text = HEAD + "data:\n  a: |\n    bWFk\n    ZQ==\n  b: bWFkZQ==\nstringData:\n  b: 'new'\n  c: |\n    x\n"
    assert data_of(only(text)) == {"a": b"made", "b": b"new", "c": b"x\n"}
    assert data_of(only(HEAD + "data:\n")) == {}


def test_a_byte_order_mark_and_windows_line_endings_are_ignored() -> None:
    assert data_of(only(b"\xef\xbb\xbf" + DOCUMENTED.replace(b"\n", b"\r\n"))) == data_of(only(DOCUMENTED))


def test_fields_of_the_server_and_copies_of_values_are_not_taken_from_a_manifest() -> None:
    text = HEAD.replace(
        "{name: app}",
        f"{{name: app, uid: u1, resourceVersion: '7', annotations: {{{LAST_APPLIED}: x, note: kept}}}}",
    )
    assert data_of(only(text)) == {"annotations/note": b"kept"}


def test_half_a_surrogate_pair_in_json_is_no_text_and_a_whole_pair_is() -> None:
    text = '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"k":"%s"}}'
    assert data_of(only(text % "\\ud83d\\ude00")) == {"k": "😀".encode()}
    assert problem(text % "\\ud83d") == (0, "stringData.k is not valid Unicode")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "data: &a {x: eA==}\n", 4, "has an anchor &: remove it"),
        (HEAD + "stringData: {x: *a}\n", 4, "has an alias *: write its value instead"),
        (HEAD + "stringData:\n  <<: {x: y}\n", 5, "has a merge key <<: write its fields instead"),
        (HEAD + "data:\n  x: !!binary eA==\n", 5, "has a tag !: remove it"),
        (HEAD + "stringData:\n  x: !made-up y\n", 5, "has a tag !: remove it"),
        (HEAD + "stringData:\n  x: a\n  x: made-up-value\n", 6, "x occurs twice"),
        (
            HEAD + "stringData:\n  port: 8080\n",
            5,
            "stringData.port must be text, not a number: put it in quotes",
        ),
        (
            HEAD + "stringData:\n  on: yes\n",
            5,
            "has a field name that is not text: put it in quotes",
        ),
        (
            HEAD + "stringData:\n  tls: yes\n",
            5,
            "stringData.tls must be text, not a boolean: put it in quotes",
        ),
        (HEAD + "stringData:\n  x:\n", 5, 'stringData.x has no value: write "" for an empty value'),
        (
            HEAD + "stringData:\n  x: [made-up-value]\n",
            5,
            "stringData.x must be text, not an object or a list",
        ),
        (
            HEAD + "data:\n  x: made-up-value\n",
            5,
            "data.x is not base64; plain text belongs in stringData",
        ),
        (HEAD + "data:\n  x: eA\n", 5, "data.x is not base64; plain text belongs in stringData"),
        (HEAD + "stringData: made-up-value\n", 4, "stringData must be an object"),
        ("made-up-value\n", 0, "has a document or an item that is not an object"),
        (HEAD + "immutable: 'true'\n", 4, "immutable must be true or false"),
        (HEAD + "strngData: {x: y}\n", 4, "strngData is not a known field of a Secret"),
        (HEAD.replace("apiVersion: v1\n", ""), 1, "a Secret needs apiVersion v1"),
        (HEAD.replace("{name: app}", "\n  namespace: web"), 4, "A Secret needs a name"),
        (
            HEAD.replace("{name: app}", "\n  generateName: app-"),
            4,
            "generateName is not supported: give the Secret a name",
        ),
        (
            HEAD.replace("{name: app}", "{name: app, labels: {v: made-up value}}"),
            3,
            "labels: " + str(label_problem("v", "made-up value")).rstrip("."),
        ),
        ("apiVersion: v1\nmetadata: {name: app}\n", 1, "has an object without a kind"),
        ("# nothing\n---\n", 0, "holds no Kubernetes object"),
        (HEAD + "data:\n\tx: made-up-value\n", 5, "is not valid YAML"),
        (HEAD + 'stringData:\n  x: "made-up-value\n', 6, "is not valid YAML"),
        (HEAD + "stringData:\n  x: a\x07b\n", 5, "has a character that YAML does not allow"),
        (HEAD.encode() + b"data:\n  x: \xff\n", 5, "is not UTF-8"),
        (HEAD + f"data: {'[' * 60}{']' * 60}\n", 4, "is nested more than 50 levels deep"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", 0, "is nested more than 50 levels deep"),
        (
            '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"x": "", "x": ""}}',
            0,
            "x occurs twice",
        ),
        ("apiVersion: v1\nkind: List\nitems: {}\n---\nkind: List\nitems: x\n", 6, "items must be a list"),
    ],
)
def test_a_fault_in_a_manifest_is_reported_with_its_line_and_no_value(
    text: str | bytes, line: int, words: str
) -> None:
    assert problem(text) == (line, words)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    try:
        read_manifest(data)
    except ManifestProblem as error:
        assert error.words


FRAGMENTS = st.lists(
    st.sampled_from(
        [*HEAD.splitlines(), "data:", " x: y", "- a", "  ", "&a", "*a", "!!x", "{", "}", "?", ": ", "|"]
    ),
    max_size=12,
).map("\n".join)


@given(FRAGMENTS)
def test_any_yaml_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read_manifest(text.encode())
    except ManifestProblem as error:
        assert error.words


WORKLOADS: list[tuple[str, dict[str, Any]]] = [
    ("Pod", {"spec": "POD"}),
    ("Deployment", {"spec": {"template": {"spec": "POD"}}}),
    ("CronJob", {"spec": {"jobTemplate": {"spec": {"template": {"spec": "POD"}}}}}),
    ("PodTemplate", {"template": {"spec": "POD"}}),
]


@pytest.mark.parametrize(("kind", "shape"), WORKLOADS)
def test_the_secrets_that_pods_and_workloads_name_are_found(kind: str, shape: dict[str, Any]) -> None:
    reference = {"name": "app", "key": "password"}
    variable = {"name": "PW", "valueFrom": {"secretKeyRef": reference}}
    pod = {"containers": [{"name": "main", "env": [variable], "ports": [{"containerPort": 80}]}]}
    text = json.dumps({"apiVersion": "v1", "kind": kind, "metadata": {"name": "web"}, **shape})
    (found,) = read_manifest(text.replace('"POD"', json.dumps(pod)).encode()).others
    assert (found.kind, found.name, found.namespace) == (kind, "web", "")
    assert found.uses is not None
    assert [(use.secret, use.key, use.how()) for use in found.uses] == [("app", "password", "env PW")]


def test_other_objects_are_named_and_unreadable_pods_have_no_known_uses() -> None:
    text = b"kind: ConfigMap\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b}\nspec: {volumes: x}\n"
    config, pod = read_manifest(text).others
    assert (config.kind, config.uses, pod.kind, pod.uses) == ("ConfigMap", (), "Pod", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}---\n{HEAD}", "Nothing drafted: Secret web/app occurs twice in the paste."),
        (f"{HEAD}stringData: {{a: '{MASK}'}}\n", "Nothing drafted: a value of Secret web/app is masked."),
    ],
    ids=["twice", "masked"],
)
def test_a_pasted_manifest_that_is_repeated_or_masked_is_not_drafted(text: str, said: str) -> None:
    with pytest.raises(ValueError) as problem:
        inputs_of(read_manifest(text.encode()), "web")
    assert str(problem.value) == said
