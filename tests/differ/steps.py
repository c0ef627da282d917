"""Random sequences of requests about a few Secrets of one namespace.

"{{ns}}" stands for the namespace; "{{a_rv}}", "{{a_old_rv}}" and "{{a_uid}}" for what the server last, and
before that, said of the object `a`; "{{list_rv}}" and "{{list_continue}}" for what it said of its last list,
"{{start_rv}}" of its first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from tests.differ.bodies import UID, VERSION, about, data, metadata, parts, rarely, secret, some
from tests.differ.case import PARTIAL, PARTIAL_LIST, TABLE, Case, delete, get, patch, post

Steps = tuple[Case, ...]

SECRETS: Final = "/api/v1/namespaces/{{ns}}/secrets"

_NAMES: Final = ("a", "a", "b", "c.d")
_SELECTORS: Final = ("", "", "fieldSelector=metadata.name=a", "fieldSelector=type=Opaque")
_FORMS: Final[tuple[Mapping[str, str], ...]] = ({}, {}, TABLE, TABLE)


def _options(*choices: str) -> st.SearchStrategy[str]:
    """What is appended to a path; nothing in half of all cases."""
    return st.one_of(st.just(""), some(*(f"?{choice}" for choice in choices)))


_WRITING: Final = _options(
    *("dryRun=All", "fieldManager=someone", "fieldManager=other", "dryRun=All&fieldManager=someone")
)


@st.composite
def _create(draw: st.DrawFn) -> Steps:
    name = draw(some(*_NAMES, "", "Bad_Name"))
    return (post(f"{SECRETS}{draw(_WRITING)}", secret(name, draw(metadata()), draw(parts(with_null=False)))),)


@st.composite
def _merge(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    body = draw(rarely(parts(with_null=True), st.builds(lambda d: {"data": d}, data(with_null=True))))
    version = st.builds(lambda version: {"resourceVersion": version}, VERSION)
    if meta := draw(st.one_of(metadata(), version)):
        body = body | {"metadata": meta}
    return (patch(f"{SECRETS}/{name}{draw(_WRITING)}", about(body, name)),)


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
    body |= draw(some({}, {}, {"dryRun": ["All"]}))
    return (delete(f"{SECRETS}/{name}", body or None),)


@st.composite
def _odd_body(draw: st.DrawFn) -> Steps:
    path = f"{SECRETS}/{draw(st.sampled_from(_NAMES))}"
    body = draw(some("", "x{", "[]", '"s"', "[1]", '{"metadata":[]}'))
    return (draw(st.sampled_from([patch(path, body), post(SECRETS, body)])),)


@st.composite
def _read_one(draw: st.DrawFn) -> Steps:
    name = draw(st.sampled_from(_NAMES))
    return (get(f"{SECRETS}/{name}", draw(some({}, {}, PARTIAL))),)


@st.composite
def _read_many(draw: st.DrawFn) -> Steps:
    form = draw(some(*_FORMS, PARTIAL_LIST))
    limit = draw(some("", "limit=1", "limit=2"))
    query = "&".join(filter(None, (draw(st.sampled_from(_SELECTORS)), limit)))
    more = get(f"{SECRETS}?{query}&continue={{{{list_continue}}}}", form)
    again = draw(some((), (), (more,), (more, more)))
    return (get(f"{SECRETS}?{query}", form), *again)


@st.composite
def _watch(draw: st.DrawFn) -> Steps:
    start = draw(some("", "&resourceVersion={{start_rv}}", "&resourceVersion={{list_rv}}"))
    path = f"{SECRETS}?watch=1&{draw(st.sampled_from(_SELECTORS))}{start}"
    # Without a version it begins with what the server's cache has, which a list brings up to date.
    return (get(SECRETS, save="fresh"), Case("GET", path, None, draw(some(*_FORMS)), is_watch=True))


_STEP: Final[st.SearchStrategy[Steps]] = st.one_of(
    *(_create(), _create(), _merge(), _merge(), _merge(), _merge(), _delete(), _delete(), _odd_body()),
    *(_read_one(), _read_one(), _read_many(), _read_many(), _watch(), _watch()),
)


def sequences() -> st.SearchStrategy[Steps]:
    """One create, so that there is something to work on, and ten to thirty random steps."""
    return st.builds(
        lambda first, rest: tuple(step for part in (first, *rest) for step in part),
        _create(),
        st.lists(_STEP, min_size=10, max_size=24),
    )


END: Final = "example.com/end"
"""The annotation of the last object made, which every selector lets through: at it a watch ends."""


def whole(steps: Steps) -> Steps:
    """The steps with a first list before, and after them what ends each watch."""
    last = secret("a", {"annotations": {END: ""}}, {})
    freed = patch(f"{SECRETS}/a", {"metadata": {"finalizers": None}})
    return (get(SECRETS, save="start"), *steps, freed, delete(f"{SECRETS}/a"), post(SECRETS, last))
