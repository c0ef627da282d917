"""Rights: what each user is refused, reviews about oneself, impersonation, paths that are not there."""

from __future__ import annotations

from typing import Any, Final

from tests.embedded.script.case import (
    ATTIC,
    SECRETS,
    SHOP,
    Case,
    b64,
    delete,
    emptied,
    get,
    patch,
    post,
    put,
    secret,
    watch,
)

_AUTHORIZATION: Final = "/apis/authorization.k8s.io/v1"
ACCESS: Final = f"{_AUTHORIZATION}/selfsubjectaccessreviews"
RULES: Final = f"{_AUTHORIZATION}/selfsubjectrulesreviews"
SELF: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_READ: Final = (
    *(SECRETS, f"{SECRETS}/s1", f"{SECRETS}/till", f"{SECRETS}?fieldSelector=metadata.name=till"),
    *(f"{ATTIC}/secrets", f"{SHOP}/pods", f"{SHOP}/pods/x/log", f"{SHOP}/events", "/api/v1/nodes"),
    *("/api/v1/foos", "/foo", "/metrics", "/readyz"),
)
_NOWHERE: Final = (
    *(("PUT", SECRETS), ("PATCH", SECRETS), ("POST", f"{SECRETS}/x"), ("DELETE", "/api/v1/secrets")),
    *(("POST", "/api/v1/secrets"), ("GET", "/api/v1/secrets/x"), ("GET", "/api/v1/namespaces/none/secrets")),
    *(("GET", "/api/v1/namespaces/none/secrets/x"), ("GET", "/api/v1/namespaces/none"), ("GET", "/api/v2")),
    *(("GET", "/apis/foo/v1/x"), ("GET", f"{SHOP}/foos"), ("GET", f"{SHOP}/namespaces")),
    *(("GET", f"{SECRETS}/s1/foo"), ("GET", "/apis/authorization.k8s.io/v1/foo"), ("GET", "/livez")),
    *(("GET", "/healthz"), ("POST", "/version"), ("GET", ACCESS), ("GET", "/foo")),
)

_BODIES: Final[tuple[Any, ...]] = (
    {"spec": {}},
    {},
    "x",
    {"spec": {"nonResourceAttributes": {"path": "/foo", "verb": "get"}}},
    {"spec": {"resourceAttributes": {"verb": "list"}, "nonResourceAttributes": {"path": "/"}}},
)


def _of(user: str) -> list[Case]:
    """One user knocks at every door."""
    access = [
        {"resourceAttributes": {"namespace": where, "verb": verb, "group": "", "resource": "secrets"}}
        for where in ("shop", "attic", "")
        for verb in ("list", "get", "create")
    ]
    named = {"namespace": "shop", "verb": "get", "resource": "secrets", "name": "till"}
    return [
        *(get(path, user=user) for path in _READ),
        get("/api/v1/namespaces", user=user, ignored="items|resourceVersion"),
        watch("&fieldSelector=metadata.name=none", user=user),
        delete(f"{SECRETS}/none", user=user),
        delete(f"{ATTIC}/secrets", user=user),
        patch(f"{SECRETS}/s1", {"data": {}}, user=user),
        put(f"{SECRETS}/s1", secret("s1", data={"k": b64("1")}), user=user),
        post(f"{ATTIC}/secrets", secret("x"), user=user),
        get(SECRETS, {"Impersonate-User": "x"}, user=user),
        *(post(ACCESS, {"spec": spec}, user=user, ignored="reason") for spec in access),
        post(ACCESS, {"spec": {"resourceAttributes": named}}, user=user, ignored="reason"),
        post(RULES, {"spec": {"namespace": "shop"}}, user=user, ignored="Rules"),
        post(SELF, {}, user=user, ignored="uid|extra|groups"),
    ]


CASES: Final[list[Case]] = [
    *emptied(),
    post(SECRETS, secret("s1", data={"k": b64("1")}), is_quiet=True),
    post(SECRETS, secret("till", data={"k": b64("1")}), is_quiet=True),
    *(case for user in ("reader", "editor", "single", "nobody") for case in _of(user)),
    *(get(SECRETS, {"Impersonate-User": user}) for user in ("nobody", "reader")),
    *(get(SECRETS, {f"Impersonate-{name}": "g"}) for name in ("Group", "Uid", "Extra-Scopes")),
    *(
        post(SELF, {}, headers)
        for headers in (
            {
                "Impersonate-User": "jane",
                "Impersonate-Group": "devs",
                "Impersonate-Uid": "u1",
                "Impersonate-Extra-Scopes": "a%2Fb",
                "Impersonate-Extra-Foo%2Fbar": "z",
            },
            {"Impersonate-User": "system:serviceaccount:shop:bot"},
            {"Impersonate-User": "system:anonymous"},
            {"Impersonate-User": "a", "Impersonate-Group": "system:authenticated"},
        )
    ),
    *(get(SECRETS, {"Authorization": text}) for text in ("Bearer wrong", "Basic YTpi", "")),
    *(post(ACCESS, body, ignored="reason$" if "nonResource" in str(body) else "") for body in _BODIES),
    post(RULES, {"spec": {}}),
    post(RULES, {}),
    *(Case(method, path) for method, path in _NOWHERE),
]
