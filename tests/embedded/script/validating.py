"""What may be stored: names, keys, sizes, types, metadata, and the parameters of a write."""

from __future__ import annotations

from typing import Any, Final

from tests.embedded.script.case import SECRETS, Case, b64, emptied, patch, post, put, secret

_KEYS: Final = (".", "..", "..x", "a b", "ü", "a" * 253, "a" * 254, "A_b-c.d", "", "a/b", 'q"uote', "nl\n")
_NAMES: Final = ("X", "a_b", "-a", "a-", "a..b", "a" * 253, "a" * 254, "ä", "a.b", "1", "", "a/b", "a%")
_TYPES: Final = (
    "kubernetes.io/service-account-token",
    "kubernetes.io/dockercfg",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/basic-auth",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
    "bootstrap.kubernetes.io/token",
    "helm.sh/release.v1",
    "x y",
    "Opaque",
    "",
)
_DOCKER: Final = (
    *("{}", "[]", "", '{"auths":{}}', "null", '"s"', "{", '{"a":}', '{"a" 1}', '{"a":1,}', "tru", "nul"),
    *("01", "-", "1.", "1e", '"\\x"', '"\\u12g"', '"a\nb"', "{1:2}", "[1 2]", '{"a":1} x', "'", "  ", "1"),
    *("\x00", "[1,]", '{"a":{"b":[}}', '"', '"\\', "nulx", '{"é', "-a"),
)
_BASE64: Final = (
    *(
        "YQ",
        "YQ=",
        "YQ==",
        "YQ===",
        "Y",
        "YQ==YQ==",
        "YWI=\n",
        "Y W I =",
        "YWJj\r\nYWJj",
        "====",
        "=",
        "Y=Q=",
    ),
    *("YR==", "_-8=", "YWI", "YWJjZ", "YWJj*", "é", "YQ=\n=", "YQ==\n", "YQ=a", "\nY", "YWJjYQ=", "YWJjYQ"),
)
_Parts = tuple[tuple[str, Any], ...]


def _each(name: str, *values: Any) -> _Parts:
    return tuple((name, value) for value in values)


_PARTS: Final[_Parts] = (
    *_each("data", 1, [], "x", {"k": 1}, {"k": []}, {"k": [1, 255]}, {"k": {}}, None),
    *_each("data", {"k": True}, {"k": None}, {"k": [256]}, {"k": ["a"]}),
    *_each("stringData", {"k": 1}, {"k": None}, None, []),
    *_each("type", 1, None),
    *_each("immutable", "x", 1, None, False),
    *_each("metadata", None, [], "x"),
    ("foo", "x"),
)
_OWNER: Final = {"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "y"}
_METADATA: Final[_Parts] = (
    *_each("labels", {"a": 1}, [], {"a": None}, {}),
    *_each("annotations", {"a": True}, None),
    *(("name", 1), ("namespace", 1), ("namespace", "attic"), ("namespace", ""), ("bar", 1)),
    *_each("ownerReferences", {}, [{}], [_OWNER]),
    ("ownerReferences", [_OWNER | {"controller": True}, _OWNER | {"uid": "w", "controller": True}]),
    *_each("finalizers", ["bad"], "x", ["a b/c"]),
    *(("resourceVersion", "1"), ("uid", "x"), ("generation", "x"), ("generation", 3), ("selfLink", "x")),
    *(("creationTimestamp", "x"), ("creationTimestamp", "2020-01-01T00:00:00Z")),
    ("deletionTimestamp", "2020-01-01T00:00:00Z"),
    ("managedFields", [{}]),
    (
        "managedFields",
        [
            {
                "manager": "zed",
                "operation": "Update",
                "apiVersion": "v1",
                "time": "2020-01-01T00:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:data": {"f:zz": {}}},
            }
        ],
    ),
)
_PAIRS: Final = (
    *(("a b", "v"), ("a", "v v"), ("a/b/c", "v"), ("/a", "v"), ("a/", "v"), ("A.b/c", "v"), ("a" * 64, "v")),
    *(("a", "v" * 64), ("x.y/" + "a" * 64, "v"), ("", "v"), ("-a", "v"), ("a", "-v"), ("a", "")),
)
_QUERIES: Final = (
    *("dryRun=All", "dryRun=No", "dryRun=", "fieldManager=" + "m" * 128, "fieldManager=" + "m" * 129),
    *("fieldManager=a%01b", "fieldManager=%C3%A9", "fieldValidation=Strict", "fieldValidation=Nope"),
    *("fieldValidation=Ignore", "foo=bar"),
)


def _posts(front: str, bodies: Any) -> list[Case]:
    return [post(SECRETS, secret(f"{front}{at}", **body)) for at, body in enumerate(bodies)]


CASES: Final[list[Case]] = [
    *emptied(),
    *_posts("k", ({"data": {key: b64("v")}} for key in _KEYS)),
    post(SECRETS, secret("two", data={"a b": "", "ok": ""}, type="kubernetes.io/basic-auth")),
    *(post(SECRETS, secret(name)) for name in _NAMES),
    post(SECRETS, {"metadata": {"generateName": "gen-"}}, ignored="name$"),
    *(
        post(SECRETS, body)
        for body in (
            {},
            {"kind": "Secret"},
            {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}},
            {"kind": "Foo", "apiVersion": "v1"},
            {"kind": "Secret", "apiVersion": "v2"},
            {"kind": 1},
            {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "q"}},
            '{"Kind":"Secret"}',
        )
    ),
    *_posts("t", ({"type": kind} for kind in _TYPES)),
    *_posts(
        "dj",
        (
            {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": b64(text)}}
            for text in _DOCKER
        ),
    ),
    post(SECRETS, secret("dc", type="kubernetes.io/dockercfg", data={".dockercfg": b64("x")})),
    post(SECRETS, secret("ba", type="kubernetes.io/basic-auth", data={"username": ""})),
    post(SECRETS, secret("ssh", type="kubernetes.io/ssh-auth", data={"ssh-privatekey": ""})),
    *_posts("b", ({"data": {"k": text}} for text in _BASE64)),
    *(post(SECRETS, secret(f"m{at}") | {name: value}) for at, (name, value) in enumerate(_PARTS)),
    *_posts("n", ({"data": {"zz": ""}, "metadata": {name: value}} for name, value in _METADATA)),
    *_posts("l", ({"metadata": {"labels": {key: value}}} for key, value in _PAIRS)),
    *_posts("an", ({"metadata": {"annotations": {key: value}}} for key, value in _PAIRS)),
    post(SECRETS, secret("full", metadata={"annotations": {"a": "x" * 262_143}}), ignored="annotations"),
    post(SECRETS, secret("over", metadata={"annotations": {"a": "x" * 262_144}})),
    post(SECRETS, secret("big", data={"a": b64("x" * 1_048_576)}), ignored="data"),
    post(SECRETS, secret("bigger", data={"a": b64("x" * 1_048_576), "b": b64("y")})),
    post(SECRETS, b"{" + b" " * (3 * 1024 * 1024) + b"}"),
    post(SECRETS, b"{" + b" " * (3 * 1024 * 1024 - 3) + b"}"),
    post(SECRETS, secret("ct"), {"Content-Type": "text/plain"}),
    post(SECRETS, secret("ct1"), {"Content-Type": "application/json; charset=utf-8"}),
    post(SECRETS, secret("ct2"), {"Content-Type": "application/merge-patch+json"}),
    *(post(f"{SECRETS}?{query}", secret(f"o{at}") | {"unk": 1}) for at, query in enumerate(_QUERIES)),
    post(f"{SECRETS}?fieldValidation=Strict", secret("st", metadata={"lbl": 1}) | {"unk": 1, "unk2": {}}),
    post(SECRETS, '{"metadata":{"name":"dup","name":"dup"},"data":{"a":"","a":"YQ=="}}'),
    post(f"{SECRETS}?fieldValidation=Strict", '{"metadata":{"name":"dup2"},"data":{"a":"","a":"YQ=="}}'),
    post("/api/v1/namespaces/none/secrets", secret("a")),
    post(SECRETS, secret("up", data={"a": b64("1")})),
    patch(f"{SECRETS}/up", {"data": {"a b": b64("2")}, "metadata": {"labels": {"x y": "z"}}, "type": "t"}),
    put(f"{SECRETS}/up", secret("up", type="kubernetes.io/tls")),
    patch(f"{SECRETS}/up?force=true", {"metadata": {}}),
    patch(f"{SECRETS}/up?dryRun=x", {}),
    put(f"{SECRETS}/up?dryRun=x", secret("up")),
]
