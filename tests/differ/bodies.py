"""Bodies of requests: random parts of Secrets, most of them good.

"{{NAME_rv}}" and the like stand for what a server said of the object that the request is about; `about`
puts its name in.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.differ.case import b64

KEYS: Final = (
    *("password", "password", "username", "k_1", ".dot", "tls.crt", "tls.key", "ssh-privatekey"),
    ".dockerconfigjson",
)
VALUES: Final = ("", b64("1"), b64("2"), b64("two\n"), b64("{}"), b64("\x00\x7f"))
_BAD_VALUES: Final = ("%", "YQ", "YWJj=", 1, True, {"a": 1}, ["YQ=="])
_BAD_KEYS: Final = ("a b", "..", ".", "ü", "", "x" * 254, "a/b")
_TYPES: Final = (
    *("Opaque", "", "kubernetes.io/tls", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth"),
    *("kubernetes.io/dockerconfigjson", "example.com/own", "bootstrap.kubernetes.io/token"),
)
_OTHER_UID: Final = "11111111-1111-4111-8111-111111111111"


def some(*choices: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(choices)


def rarely(odd: st.SearchStrategy[Any], usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda number: odd if number == 7 else usual)


VERSION: Final = some("{{NAME_rv}}", "{{NAME_rv}}", "{{NAME_old_rv}}", "1", "0", "")
UID: Final = some("{{NAME_uid}}", "{{NAME_uid}}", _OTHER_UID)


def data(*, with_null: bool) -> st.SearchStrategy[Any]:
    values = st.sampled_from(VALUES) if not with_null else st.sampled_from((*VALUES, None, None, None))
    good = st.dictionaries(st.sampled_from(KEYS), values, max_size=4)
    bad = st.one_of(
        # One at a time: the real server tells of the first that it meets, in no order.
        st.builds(lambda key: {key: b64("x")}, st.sampled_from(_BAD_KEYS)),
        st.builds(lambda value: {"password": value}, st.sampled_from(_BAD_VALUES)),
        some(None, {}, "text", []),
    )
    return rarely(bad, good)


LABELS: Final = st.dictionaries(some("app", "tier"), some("web", "db", "x", "y", None), max_size=2)
ANNOTATIONS: Final = st.dictionaries(some("example.com/note", "n"), some("x", "", None), max_size=2)
_ODD_METADATA: Final = some(
    {"labels": {"n": 1}},
    {"finalizers": ["example.com/wait"]},
    {"finalizers": ["example.com/wait", "example.com/more"]},
    {"finalizers": None},
    {"finalizers": []},
    {"namespace": "elsewhere"},
    {"name": "other"},
)


def metadata() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.just({}),
        st.builds(lambda labels: {"labels": labels}, LABELS),
        st.builds(lambda notes, labels: {"annotations": notes, "labels": labels}, ANNOTATIONS, LABELS),
        _ODD_METADATA,
    )


@st.composite
def parts(draw: st.DrawFn, *, with_null: bool) -> dict[str, Any]:
    """The parts of a Secret beside its metadata, as a whole object or a patch may have them."""
    parts: dict[str, Any] = {"data": draw(data(with_null=with_null))}
    chance = draw(st.integers(0, 19))
    if chance < 4:
        parts["stringData"] = {draw(st.sampled_from(KEYS)): draw(some("text", "", "é"))}
    if chance in (3, 4, 5, 6, 7):
        parts["type"] = draw(st.sampled_from(_TYPES))
    if chance == 8:
        parts["immutable"] = draw(some(True, True, False, None))
    if chance == 10:
        del parts["data"]
    return parts


def secret(name: str, metadata: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": name} | metadata} | parts


def about(body: Any, name: str) -> Any:
    """The body with the placeholders of one name filled in."""
    if isinstance(body, dict):
        return {key: about(part, name) for key, part in body.items()}
    return body.replace("NAME", name) if isinstance(body, str) and body.startswith("{{NAME") else body
