"""Watches: where they begin, what a selector makes of a change, forms, bookmarks, refusals."""

from __future__ import annotations

from typing import Final

from tests.embedded.script.case import (
    PARTIAL,
    PARTIAL_LIST,
    SECRETS,
    TABLE,
    Case,
    b64,
    delete,
    emptied,
    get,
    patch,
    post,
    secret,
    watch,
)

_INITIAL: Final = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
_PLAIN: Final = {"Accept-Encoding": "identity"}


def _labelled(number: int) -> Case:
    body = secret(f"w{number}", data={"k": b64(str(number))}, metadata={"labels": {"n": str(number)}})
    return post(SECRETS, body, is_quiet=True)


CASES: Final[list[Case]] = [
    *emptied(),
    get(SECRETS, save="before"),
    *(_labelled(number) for number in range(3)),
    watch(),
    watch("&resourceVersion=0"),
    *(watch("&resourceVersion={{before_rv}}", form) for form in ({}, TABLE, PARTIAL)),
    *(watch("", form) for form in (TABLE, PARTIAL, PARTIAL_LIST)),
    *(watch(f"&includeObject={word}", TABLE) for word in ("None", "Object", "Foo")),
    watch("&fieldSelector=metadata.name=w1"),
    watch("&labelSelector=n=1"),
    watch("&labelSelector==="),
    watch("&allowWatchBookmarks=true"),
    watch("&allowWatchBookmarks=true", _PLAIN),
    watch(f"{_INITIAL}&allowWatchBookmarks=true", _PLAIN),
    watch(f"{_INITIAL}&allowWatchBookmarks=true", TABLE),
    watch(f"{_INITIAL}&allowWatchBookmarks=true", PARTIAL),
    watch(_INITIAL),
    watch("&sendInitialEvents=true"),
    watch("&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion={{before_rv}}"),
    watch("&resourceVersionMatch=Exact"),
    watch("&limit=1"),
    watch("&continue=x"),
    *(watch(f"&resourceVersion={version}") for version in ("abc", "99999999")),
    get(f"{SECRETS}?watch=1&timeoutSeconds=x"),
    *(get(f"{SECRETS}?watch={word}") for word in ("0", "false")),
    *(Case("GET", f"{SECRETS}?watch={word}&timeoutSeconds=1", is_watch=True) for word in ("true", "x", "")),
    get(SECRETS, save="then"),
    patch(f"{SECRETS}/w0", {"metadata": {"labels": {"n": "1"}}}),
    patch(f"{SECRETS}/w1", {"metadata": {"labels": {"n": "5"}}}),
    patch(f"{SECRETS}/w2", {"data": {"z": ""}}),
    delete(f"{SECRETS}/w2"),
    patch(f"{SECRETS}/w1", {"metadata": {"labels": {"n": "5"}}}),
    *(watch("&resourceVersion={{then_rv}}", form) for form in ({}, TABLE, PARTIAL)),
    *(watch("&resourceVersion={{then_rv}}&labelSelector=n=1", form) for form in ({}, TABLE)),
    watch("&resourceVersion={{then_rv}}&fieldSelector=metadata.name=w2"),
    watch("&resourceVersion={{then_rv}}", path="/api/v1/namespaces/attic/secrets"),
]
