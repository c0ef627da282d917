"""Creating, patching, replacing and deleting one Secret."""

from __future__ import annotations

from typing import Any, Final

from tests.embedded.script.case import (
    JSON_PATCH,
    PARTIAL,
    PARTIAL_LIST,
    SECRETS,
    STRATEGIC,
    TABLE,
    Case,
    b64,
    delete,
    emptied,
    get,
    patch,
    post,
    put,
    secret,
)

ONE: Final = f"{SECRETS}/a"
OTHER_UID: Final = "11111111-1111-4111-8111-111111111111"

_BEGIN: Final = [
    *emptied(),
    get(SECRETS),
    get(f"{SECRETS}/none"),
    post(SECRETS, secret("a", data={"x": b64("1"), "y": b64("2")})),
    post(SECRETS, secret("a", data={"x": b64("1")})),
    get(ONE, save="a"),
    get(ONE, TABLE),
    get(f"{ONE}?includeObject=None", TABLE),
    get(f"{ONE}?includeObject=Object", TABLE),
    get(f"{ONE}?includeObject=Foo", TABLE),
    get(ONE, PARTIAL),
    get(ONE, PARTIAL_LIST),
]

_MERGES: Final = [
    patch(
        f"{ONE}?fieldManager=m1",
        {"metadata": {"resourceVersion": "{{a_rv}}"}, "data": {"x": b64("new"), "z": b64("3"), "y": None}},
    ),
    patch(f"{ONE}?fieldManager=m1", {"metadata": {"resourceVersion": "{{a_rv}}"}, "data": {"x": b64("no")}}),
    patch(f"{ONE}?fieldManager=m2&dryRun=All", {"data": {"x": b64("dry")}}),
    get(ONE),
    patch(f"{ONE}?fieldManager=m2", {"metadata": {"labels": {"l": "1"}}}),
    patch(f"{ONE}?fieldManager=m2", {"metadata": {"labels": {"l": "1"}}}),
    patch(ONE, {"metadata": {"annotations": {"a": "1"}}}, STRATEGIC),
    patch(ONE, {"metadata": {"annotations": {"a": None}}}, STRATEGIC),
    *(patch(ONE, {"data": data}) for data in ({"q": "%%%"}, {"q": 1}, "str", None)),
    patch(ONE, {"stringData": {"s": "héllo"}}),
    patch(ONE, {"foo": 1}),
    patch(f"{ONE}?fieldValidation=Strict", {"foo": 1, "metadata": {"bar": 2}}),
    patch(f"{ONE}?fieldValidation=Ignore", {"foo": 1}),
    *(patch(ONE, body) for body in ([1], "garbage{", '"s"', "null", "", '{"data":{"a":"","a":""}}')),
    patch(ONE, {"x": 1}, {"Content-Type": "text/plain"}),
    patch(ONE, {"x": 1}, {"Content-Type": "application/json"}),
    patch(f"{SECRETS}/none", {"data": {}}),
    *(
        patch(ONE, {"metadata": {name: value}})
        for name, value in (
            ("name", "b"),
            ("namespace", "attic"),
            ("uid", "x"),
            ("creationTimestamp", "2020-01-01T00:00:00Z"),
            ("deletionTimestamp", "2020-01-01T00:00:00Z"),
            ("resourceVersion", "abc"),
            ("resourceVersion", "0"),
            ("resourceVersion", ""),
            ("generation", 5),
        )
    ),
    *(patch(ONE, body) for body in ({"type": "foo"}, {"type": None}, {"kind": "Pod"}, {"apiVersion": "v2"})),
    patch(ONE, {"metadata": {"managedFields": [{}]}}),
    get(ONE),
    patch(ONE, {"data": {"k": b64("v")}}),
    get(ONE),
]


def _step(op: str, path: str, **parts: Any) -> dict[str, Any]:
    return {"op": op, "path": path, **parts}


_JSON_PATCHES: Final = [
    *(
        patch(ONE, steps, JSON_PATCH)
        for steps in (
            [_step("test", "/data/k", value="no")],
            [_step("add", "/data/j", value=b64("j"))],
            [_step("replace", "/data/none", value="YQ==")],
            [_step("remove", "/data/none")],
            [_step("remove", "/data/none")],
            [_step("remove", "/data/j")],
            [_step("test", "/metadata/name", value="a")],
            [_step("bad", "/x")],
            {"a": 1},
            [],
            [_step("add", "/data/j", value=None)],
            [{"op": "move", "from": "/data/j", "path": "/data/jj"}],
            [{"op": "copy", "from": "/data/jj", "path": "/data/j"}],
            [_step("add", "nope", value=1)],
            [_step("add", "/a/b/c", value=1)],
            [_step("test", "/data/zzz", value=None)],
            [_step("add", "/data/bad", value="%")],
        )
    ),
    patch(ONE, "[", JSON_PATCH),
]

_PUTS: Final = [
    get(ONE, save="a"),
    put(ONE, secret("a", data={"n": b64("n")})),
    put(ONE, secret("a", metadata={"resourceVersion": "1"})),
    put(ONE, secret("a", metadata={"uid": OTHER_UID})),
    put(ONE, secret("b")),
    put(f"{SECRETS}/none", secret("none")),
    put(ONE, {"kind": "Secret", "apiVersion": "v1", "metadata": {}}),
    put(ONE, {"metadata": {"name": "a"}}),
    put(ONE, {}),
    put(ONE, secret("a", type="foo")),
    put(ONE, secret("a", metadata={"namespace": "attic"})),
    put(ONE, secret("a", metadata={"resourceVersion": "abc"})),
    put(ONE, secret("a", data={"n": None, "m": ""})),
    get(ONE),
    put(f"{ONE}?dryRun=All", secret("a", data={"q": ""})),
    get(ONE),
    *(put(ONE, body) for body in ([1], "garb", "", '"x"')),
]

_DELETES: Final = [
    delete(ONE, {"preconditions": {"uid": OTHER_UID}}),
    delete(ONE, {"preconditions": {"resourceVersion": "1"}}),
    delete(f"{ONE}?dryRun=All"),
    delete(f"{ONE}?dryRun=x"),
    *(
        delete(ONE, body)
        for body in (
            {"dryRun": ["x"]},
            {"propagationPolicy": "Nope"},
            {"kind": "Foo", "apiVersion": "v1"},
            "garbage",
            {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "{{a_uid}}"}},
        )
    ),
    delete(ONE),
]

_IMMUTABLE: Final = [
    post(SECRETS, secret("im", data={"a": b64("1")}, immutable=True)),
    *(
        patch(f"{SECRETS}/im", body)
        for body in (
            {"data": {"a": b64("2")}},
            {"immutable": False},
            {"immutable": None, "data": {"b": ""}},
            {"metadata": {"labels": {"x": "y"}}},
            {"type": "x"},
            {"metadata": {"labels": {"x y": "y"}}},
            {"metadata": {"annotations": {"x y": "y"}}},
            {"metadata": {"ownerReferences": [{"apiVersion": "v1"}]}},
            {"metadata": {"finalizers": ["bad"]}},
            {"metadata": {"finalizers": ["example.com/f"]}},
        )
    ),
    delete(f"{SECRETS}/im"),
    get(f"{SECRETS}/im"),
    post(SECRETS, secret("im")),
    delete(f"{SECRETS}/im"),
    patch(f"{SECRETS}/im", {"metadata": {"finalizers": ["example.com/f", "example.com/g"]}}),
    patch(f"{SECRETS}/im", {"metadata": {"finalizers": None}}),
    get(f"{SECRETS}/im"),
]

CASES: Final[list[Case]] = [*_BEGIN, *_MERGES, *_JSON_PATCHES, *_PUTS, *_DELETES, *_IMMUTABLE]
