"""Decoding of the API's JSON into the model: what is read, what is dropped, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest

from tests.cluster.calls import MARKER, everything_said, is_unlinked
from tests.cluster.rude_server import secret_json, status_json, table_json
from tui.cluster.api import decode as wire
from tui.cluster.api import resources, tables, watch_events
from tui.cluster.api.access_reviews import identity, rights
from tui.cluster.api.bodies import unquoting
from tui.cluster.api.decode import decode
from tui.cluster.api.resources import ReaderRows
from tui.cluster.api.tables import SecretRows, Table
from tui.cluster.api.watch_events import watch_event
from tui.cluster.http.request import RequestInfo, date_of, warnings_of
from tui.model.errors import BadAnswer, Expired
from tui.model.json_decoder import HiddenStruct
from tui.model.readers.pods import PODS
from tui.model.secret.fields import LAST_APPLIED, MASKED_ANNOTATIONS
from tui.model.secret.secret import SecretSummary
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import MASK, Value

WATCHING = RequestInfo("watch", "secrets", "default")
ENCODED = base64.b64encode(MARKER.encode()).decode()
WRITER = {
    "manager": "helm",
    "operation": "Update",
    "time": "2026-11-24T14:00:00Z",
    "fieldsV1": {"f:data": {".": {}, "f:user": {}, "f:password": {}}, "f:type": {}},
}
TOUCHER = {
    "manager": "kubectl",
    "operation": "Update",
    "time": "2026-11-24T15:00:00Z",
    "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}}}},
}
NOON = 1795521600.0  # 2026-11-24T12:00:00Z


def as_bytes(obj: object) -> bytes:
    return json.dumps(obj).encode()


def row(meta: dict[str, Any] | None = None, cells: list[Any] | None = None) -> SecretSummary:
    """The one row of a Table whose row has these metadata and cells."""
    table = table_json("db")
    table["rows"][0]["object"]["metadata"] |= meta or {}
    if cells is not None:
        table["rows"][0]["cells"] = cells
    [found] = SecretRows().read(decode(as_bytes(table), Table))
    return found


def test_managed_fields_tell_the_keys_and_who_changed_the_data_last() -> None:
    found = row({"managedFields": [WRITER, TOUCHER]}, ["db", OPAQUE, 2, "5d"])
    assert (found.changed, found.changed_by) == (NOON + 7200, "helm")
    assert found.keys == ("password", "user")


def test_keys_are_unknown_when_their_number_differs_from_the_data_count() -> None:
    assert row({"managedFields": [WRITER]}, ["db", OPAQUE, 3, "5d"]).keys is None
    assert row(cells=["db", OPAQUE, 3, "5d"]).keys is None
    assert row(cells=["db", OPAQUE, 0, "5d"]).keys == ()


def test_a_controlling_owner_is_named_as_the_manager() -> None:
    owner = {"kind": "ExternalSecret", "name": "db", "controller": True}
    assert row({"ownerReferences": [owner]}).manager == "ExternalSecret/db"
    assert row().manager is None


@pytest.mark.parametrize("value", [{"not": "text"}, ENCODED])
def test_the_last_applied_annotation_is_dropped_without_being_decoded(value: object) -> None:
    notes = {LAST_APPLIED: value, "note": "kept"}
    assert row({"annotations": notes})
    found = wire.secret(as_bytes(secret_json(metadata=secret_json()["metadata"] | {"annotations": notes})))
    assert found.annotations == {"note": "kept"}
    assert found.has_last_applied


@pytest.mark.parametrize("name", MASKED_ANNOTATIONS)
def test_annotations_that_hold_values_are_known_by_name_alone(name: str) -> None:
    meta = secret_json()["metadata"] | {"annotations": {name: ENCODED, "note": "kept"}}
    assert wire.secret(as_bytes(secret_json(metadata=meta))).annotations == {name: MASK, "note": "kept"}


def secret(**more: Any) -> dict[str, Any]:
    return secret_json(**more)


@pytest.mark.parametrize("data", [None, {}])
def test_a_secret_without_data_has_no_keys(data: object) -> None:
    assert wire.secret(as_bytes(secret(data=data))).data == {}


def test_null_under_a_key_is_an_empty_value() -> None:
    assert wire.secret(as_bytes(secret(data={"k": None}))).data == {"k": Value(b"")}


NO_SECRETS: dict[str, Any] = {
    "another kind": {"kind": "ConfigMap"},
    "no metadata": {"metadata": None},
    "no uid": {"metadata": {"name": "db", "namespace": "default", "resourceVersion": "7"}},
    "no base64": {"data": {"k": f"{MARKER}!"}},
    "no time": {"metadata": secret()["metadata"] | {"creationTimestamp": MARKER}},
    "no zone": {"metadata": secret()["metadata"] | {"creationTimestamp": "2026-11-24T12:00:00"}},
    "an annotation that is no text": {"metadata": secret()["metadata"] | {"annotations": {"a": [MARKER]}}},
}


@pytest.mark.parametrize("case", NO_SECRETS)
def test_json_that_is_no_secret_is_a_bad_answer_that_quotes_no_value(case: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        wire.secret(as_bytes(secret(**NO_SECRETS[case])))
    assert is_unlinked(refused.value)
    assert MARKER not in everything_said(refused.value)


@pytest.mark.parametrize("cells", [[], ["db", OPAQUE], ["db", 7, 1, ""], ["db", OPAQUE, "1", ""]])
def test_a_table_row_with_wrong_cells_is_a_bad_answer(cells: list[Any]) -> None:
    with pytest.raises(BadAnswer):
        row(cells=cells)


def shapes() -> list[type[msgspec.Struct]]:
    """All structs that the API's JSON is decoded into."""
    found = [value for module in (wire, resources, tables, watch_events) for value in vars(module).values()]
    return [each for each in found if isinstance(each, type) and issubclass(each, HiddenStruct)]


@pytest.mark.parametrize("shape", shapes())
def test_no_wire_struct_shows_its_content_in_a_repr(shape: type[HiddenStruct]) -> None:
    assert shape.__repr__ is HiddenStruct.__repr__
    assert shape.__rich_repr__ is HiddenStruct.__rich_repr__


def event(kind: str, obj: object) -> bytes:
    return as_bytes({"type": kind, "object": obj})


@pytest.mark.parametrize(
    "obj",
    [
        {"kind": "Secret", "metadata": {"resourceVersion": "9"}},
        {"kind": "Table", "metadata": {"resourceVersion": "9"}, "rows": []},
        {"kind": "Table", "metadata": {}, "rows": [{"object": {"metadata": {"resourceVersion": "9"}}}]},
    ],
)
def test_a_bookmark_has_a_version_and_no_row(obj: object) -> None:
    seen = watch_event(event("BOOKMARK", obj), WATCHING, SecretRows())
    assert (seen.kind, seen.row, seen.resource_version) == ("bookmark", None, "9")
    assert watch_event(event("BOOKMARK", obj), WATCHING, ReaderRows(PODS)).resource_version == "9"


def test_an_error_event_with_code_410_is_an_expired_version() -> None:
    line = event("ERROR", status_json(410, "Expired"))
    with pytest.raises(Expired):
        watch_event(line, WATCHING, SecretRows())
    with pytest.raises(Expired):
        watch_event(line, WATCHING, ReaderRows(PODS))


@pytest.mark.parametrize(
    ("kind", "obj"),
    [
        ("ADDED", table_json()),
        ("ADDED", table_json("a", "b")),
        ("ADDED", None),
        ("BOOKMARK", {"kind": "Secret", "metadata": {}}),
        ("SPOILED", table_json("db")),
    ],
)
def test_malformed_watch_events_are_bad_answers(kind: str, obj: object) -> None:
    with pytest.raises(BadAnswer):
        watch_event(event(kind, obj), WATCHING, SecretRows())
    with pytest.raises(BadAnswer):
        watch_event(event(kind, obj), WATCHING, ReaderRows(PODS))


def test_access_reviews_are_decoded_and_malformed_ones_refused() -> None:
    who = {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "jane", "groups": None}}}
    assert identity(as_bytes(who)).groups == ()
    rule = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["db"]}
    rules = {"kind": "SelfSubjectRulesReview", "status": {"resourceRules": [rule], "incomplete": True}}
    found = rights(as_bytes(rules))
    assert found.may("get", "secrets", "db")
    assert found.may("list", "secrets") is None
    for broken in ({}, {"kind": "SelfSubjectReview"}, who | {"kind": "Pod"}, rules | {"status": None}):
        for read in (identity, rights):
            with pytest.raises(BadAnswer):
                read(as_bytes(broken))


def test_warnings_are_read_from_their_headers() -> None:
    headers = ['299 - "one"', '299 - "two \\"quoted\\"", 199 x "three"', "nonsense"]
    assert warnings_of(headers) == ("one", 'two "quoted"', "three")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("tls: private key does not match public key", "tls: private key does not match public key"),
        (
            "tls: failed to find a block of the types: [M4RK3R]",
            "the server cannot use the certificate and key as a pair",
        ),
        ("x509: malformed m4rk3r", "the server cannot use the certificate and key as a pair"),
        (
            "Validation failed for ValidatingAdmissionPolicy 'weak.example.com' with binding 'b': m4rk3r",
            "policy weak.example.com warns; the text is hidden",
        ),
        ("password m4rk3r is weak", "a warning; the text is hidden"),
        ("Validation failed for ValidatingAdmissionPolicy 'M4rk3r ", "a warning; the text is hidden"),
    ],
)
def test_a_warning_is_passed_on_only_where_it_cannot_quote_a_value(said: str, shown: str) -> None:
    (told,) = unquoting([said, said])
    assert told.startswith(shown)
    assert "m4rk3r" not in told.lower()


@pytest.mark.parametrize("header", ["", "soon", "Wed, 99 Nov 2026 12:00:00 GMT"])
def test_a_malformed_date_header_gives_no_date(header: str) -> None:
    assert date_of(header) is None
