"""Random sequences of requests about a few Secrets and pods of one namespace.

"{{ns}}" stands for the namespace; "{{a_rv}}", "{{a_old_rv}}" and "{{a_uid}}" for what the server last, and
before that, said of the object `a`; "{{list_rv}}" and "{{list_continue}}" for what it said of its last list,
"{{start_rv}}" of its first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from tests.differ.bodies import (
    ANNOTATIONS,
    KEYS,
    LABELS,
    UID,
    VALUES,
    VERSION,
    about,
    data,
    metadata,
    parts,
    pod,
    rarely,
    secret,
    some,
)
from tests.embedded.script.case import (
    JSON_PATCH,
    MERGE,
    PARTIAL,
    PARTIAL_LIST,
    STRATEGIC,
    TABLE,
    Case,
    delete,
    get,
    patch,
    post,
    put,
)

Steps = tuple[Case, ...]

SPACE: Final = "/api/v1/namespaces/{{ns}}"
SECRETS: Final = f"{SPACE}/secrets"
PODS: Final = f"{SPACE}/pods"
START: Final = (
    post("/api/v1/namespaces", {"metadata": {"name": "{{ns}}"}}),
    get(SECRETS, save="start"),
)

_NAMES: Final = ("a", "a", "b", "c.d")
_SELECTORS: Final = (
    *("", "", "labelSelector=app=web", "labelSelector=!app", "labelSelector=app in (web,db),tier!=y"),
    *("fieldSelector=metadata.name!=a", "labelSelector=app"),
)
_SECRET_SELECTORS: Final = (*_SELECTORS, "fieldSelector=type=Opaque", "fieldSelector=type!=Opaque")
_FORMS: Final[tuple[Mapping[str, str], ...]] = ({}, {}, TABLE, TABLE)


def _options(*choices: str) -> st.SearchStrategy[str]:
    """What is appended to a path; nothing in half of all cases."""
    return st.one_of(st.just(""), some(*(f"?{choice}" for choice in choices)))


_WRITING: Final = _options(
    *("dryRun=All", "fieldManager=someone", "fieldManager=other", "fieldValidation=Strict", "dryRun=x"),
    *("fieldValidation=Ignore", "dryRun=All&fieldManager=someone"),
)


@st.composite
def _create(draw: st.DrawFn) -> Steps:
    name = draw(some(*_NAMES, "", "Bad_Name"))
    body = about(secret(name, draw(metadata()), draw(parts(with_null=False))), name)
    if not name:
        del body["metadata"]["name"]
        body["metadata"]["generateName"] = "gen-"
    return (post(f"{SECRETS}{draw(_WRITING)}", body),)


@st.composite
def _merge(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    body = draw(rarely(parts(with_null=True), st.builds(lambda d: {"data": d}, data(with_null=True))))
    if meta := draw(metadata()):
        body = body | {"metadata": meta}
    kind = draw(some(MERGE, MERGE, MERGE, STRATEGIC))
    return (patch(f"{SECRETS}/{name}{draw(_WRITING)}", about(body, name), kind),)


@st.composite
def _json_patch(draw: st.DrawFn) -> Steps:
    name, key, other = (
        draw(st.sampled_from(_NAMES)),
        draw(st.sampled_from(KEYS)),
        draw(st.sampled_from(KEYS)),
    )
    value = draw(st.sampled_from(VALUES))
    operations = st.sampled_from(
        [
            {"op": "add", "path": f"/data/{key}", "value": value},
            {"op": "replace", "path": f"/data/{key}", "value": value},
            {"op": "test", "path": f"/data/{key}", "value": value},
            {"op": "test", "path": "/metadata/resourceVersion", "value": f"{{{{{name}_rv}}}}"},
            {"op": "remove", "path": f"/data/{other}"},
            {"op": "move", "from": f"/data/{key}", "path": f"/data/{other}"},
            {"op": "copy", "from": f"/data/{key}", "path": f"/data/{other}"},
            {"op": "add", "path": "/metadata/labels", "value": {"app": "db"}},
            {"op": "add", "path": "/data", "value": {key: value}},
        ]
    )
    body = draw(st.lists(operations, max_size=3))
    return (patch(f"{SECRETS}/{name}{draw(_WRITING)}", body, JSON_PATCH),)


@st.composite
def _replace(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    body = secret(name, draw(metadata()), draw(parts(with_null=True)))
    # What null becomes is told from what the server's cache has, which a list brings up to date.
    return (get(SECRETS, save="fresh"), put(f"{SECRETS}/{name}{draw(_WRITING)}", about(body, name)))


@st.composite
def _delete(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    wanted = draw(
        st.one_of(
            st.just({}),
            st.builds(lambda version: {"resourceVersion": version}, VERSION),
            st.builds(lambda uid: {"uid": uid}, UID),
        )
    )
    body: dict[str, Any] = {"preconditions": about(wanted, name)} if wanted else {}
    body |= draw(
        some({}, {}, {"gracePeriodSeconds": 0}, {"propagationPolicy": "Background"}, {"dryRun": ["All"]})
    )
    return (delete(f"{SECRETS}/{name}", body or None),)


@st.composite
def _delete_many(draw: st.DrawFn) -> Steps:
    query = draw(some(*_SECRET_SELECTORS[2:]))
    return (delete(f"{SECRETS}?{query}{draw(some('', '&dryRun=All'))}"),)


@st.composite
def _odd_body(draw: st.DrawFn) -> Steps:
    path = f"{SECRETS}/{draw(st.sampled_from(_NAMES))}"
    body = draw(
        some("", "x{", "[]", "null", '"s"', "[1]", '{"data":{"k":"","k":""}}', '{"metadata":[]}', "{}")
    )
    form = draw(some(MERGE, JSON_PATCH, STRATEGIC, {"Content-Type": "text/plain"}))
    return (draw(st.sampled_from([patch(path, body, form), put(path, body), post(SECRETS, body)])),)


@st.composite
def _read_one(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    return (get(f"{SECRETS}/{name}", draw(some({}, {}, TABLE, PARTIAL))),)


@st.composite
def _read_many(draw: st.DrawFn) -> Steps:
    resource, selectors = draw(
        some((SECRETS, _SECRET_SELECTORS), (SECRETS, _SECRET_SELECTORS), (PODS, _SELECTORS))
    )
    form = draw(some(*_FORMS, PARTIAL_LIST))
    query = "&".join(filter(None, (draw(st.sampled_from(selectors)), draw(some("", "limit=1", "limit=2")))))
    more = get(f"{resource}?{query}&continue={{{{list_continue}}}}", form)
    again = draw(some((), (), (more,), (more, more)))
    return (get(f"{resource}?{query}", form), *again)


@st.composite
def _read_at(draw: st.DrawFn) -> Steps:
    """A version in the past, or whatever the server's cache has, which a list before brings up to date."""
    query = draw(
        some(
            "resourceVersion=0",
            "resourceVersion={{list_rv}}&resourceVersionMatch=Exact",
            "resourceVersion={{start_rv}}&resourceVersionMatch=NotOlderThan",
            "resourceVersion={{b_rv}}&resourceVersionMatch=Exact&limit=1",
        )
    )
    return (get(f"{SECRETS}?limit=1", save="fresh"), get(f"{SECRETS}?{query}", draw(some(*_FORMS))))


@st.composite
def _watch(draw: st.DrawFn) -> Steps:
    resource, selectors = draw(
        some((SECRETS, _SECRET_SELECTORS), (SECRETS, _SECRET_SELECTORS), (PODS, _SELECTORS))
    )
    start = draw(
        some(
            "",
            "&resourceVersion={{start_rv}}",
            "&resourceVersion={{list_rv}}",
            "&resourceVersion=0",
            "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
            "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
        )
    )
    path = f"{resource}?watch=1&{draw(st.sampled_from(selectors))}{start}"
    form = draw(some(*_FORMS, PARTIAL))
    # Without a version it begins with what the server's cache has, which a list brings up to date.
    return (get(resource, save="fresh"), Case("GET", path, None, form, is_watch=True))


@st.composite
def _space(draw: st.DrawFn) -> Steps:
    body = {"metadata": {"labels": draw(LABELS), "annotations": draw(ANNOTATIONS)}}
    return (
        draw(
            st.sampled_from(
                [get(SPACE), get(SPACE, TABLE), patch(SPACE, body), patch(SPACE, body, STRATEGIC)]
            )
        ),
    )


@st.composite
def _pods(draw: st.DrawFn) -> Steps:
    name = draw(some("p", "p", "q"))
    path = f"{PODS}/{name}"
    labels = {key: value for key, value in draw(LABELS).items() if value is not None}
    other = {"spec": {"containers": [{"name": "c", "image": draw(some("redis", "redis:2"))}]}}
    return (
        draw(
            st.sampled_from(
                [
                    post(PODS, pod(name, labels)),
                    post(PODS, pod(name, labels)),
                    patch(path, {"metadata": {"labels": draw(LABELS)}}),
                    patch(path, {"metadata": {"annotations": draw(ANNOTATIONS)}}, STRATEGIC),
                    patch(path, other, STRATEGIC),
                    get(path, draw(some(*_FORMS))),
                    delete(path),
                ]
            )
        ),
    )


_STEP: Final[st.SearchStrategy[Steps]] = st.one_of(
    *(_create(), _create(), _merge(), _merge(), _merge(), _merge(), _json_patch(), _replace(), _replace()),
    *(
        _delete(),
        _delete(),
        _delete_many(),
        _odd_body(),
        _read_one(),
        _read_one(),
        _read_many(),
        _read_many(),
    ),
    *(_read_at(), _watch(), _watch(), _space(), _pods(), _pods()),
)


def sequences() -> st.SearchStrategy[Steps]:
    """One create, so that there is something to work on, and ten to thirty random steps."""
    return st.builds(_joined, _create(), st.lists(_STEP, min_size=10, max_size=24))


def _joined(first: Steps, rest: list[Steps]) -> Steps:
    """Each generated name begins otherwise, so that lists of them have one order."""
    steps = [step for part in (first, *rest) for step in part]
    for at, step in enumerate(steps):
        if isinstance(step.body, dict) and "generateName" in step.body.get("metadata", ()):
            step.body["metadata"]["generateName"] = f"gen{at}-"
    return tuple(steps)


ENDS: Final = ("zy", "zz")
"""The last objects made of a kind: each selector of a watch lets one of them through, at which it ends."""


def whole(steps: Steps) -> Steps:
    """The steps with a fresh namespace before, and after them what ends each watch."""
    like: tuple[dict[str, str], ...] = ({}, {"app": "web", "tier": "x"})
    kinds = ("example.com/end", "Opaque")
    secrets = [
        post(SECRETS, secret(name, {"labels": labels}, {"type": kind}))
        for name, labels, kind in zip(ENDS, like, kinds, strict=True)
    ]
    pods = [post(PODS, pod(name, labels)) for name, labels in zip(ENDS, like, strict=True)]
    has_pods = any(PODS in step.path for step in steps)
    return (*START, *steps, get(SECRETS), *secrets, *(pods if has_pods else ()))
