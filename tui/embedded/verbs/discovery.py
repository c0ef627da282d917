"""Small answers: /api, /apis, /version, /readyz and the resources of each group."""

from __future__ import annotations

from typing import Final

from tui.embedded.objects.kinds import KINDS, REVIEWS, VERBS
from tui.embedded.status import Obj, method_not_allowed, no_such_path
from tui.embedded.verbs.call import Call, Reply

VERSION: Final = {
    "major": "1",
    "minor": "37",
    "gitVersion": "v1.37.2+embedded",
    "emulationMajor": "1",
    "emulationMinor": "37",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "36",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "",
    "compiler": "",
    "platform": "",
}
OPEN_PATHS: Final = (
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
    "/healthz",
    "/livez",
    "/openapi",
    "/openapi/*",
    "/readyz",
    "/version",
    "/version/",
)
"""What every user may read that is no resource."""
GROUPS: Final = ("authentication.k8s.io", "authorization.k8s.io")


def answer(call: Call) -> Reply:
    path = call.path.rstrip("/")
    known = _documents().get(path)
    if path in {"/readyz", "/livez", "/healthz"}:
        return Reply(200, b"ok", content_type="text/plain; charset=utf-8")
    if known is None:
        return nowhere(path)
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed()
    return Reply(200, known)


_CIDR: Final = {"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}


def nowhere(path: str) -> Reply:
    """The answer for a path that nothing serves: a Status below known groups, else plain text."""
    if path.startswith(("/api/", *(f"/apis/{group}/" for group in GROUPS))):
        raise no_such_path()
    return Reply(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")


def _documents() -> dict[str, Obj]:
    groups = [_group(name) for name in GROUPS]
    documents: dict[str, Obj] = {
        "/version": VERSION,
        "/api": {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [_CIDR]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
        "/api/v1": _resources("v1", [_resource(k.plural, k.name, k.is_namespaced) for k in KINDS.values()]),
    }
    for name, group in zip(GROUPS, groups, strict=True):
        reviews = [_resource(plural, kind, False) for (at, plural), kind in REVIEWS.items() if at == name]
        documents[f"/apis/{name}"] = {"kind": "APIGroup", "apiVersion": "v1", **group}
        documents[f"/apis/{name}/v1"] = _resources(f"{name}/v1", reviews)
    return documents


def _group(name: str) -> Obj:
    version = {"groupVersion": f"{name}/v1", "version": "v1"}
    return {"name": name, "versions": [version], "preferredVersion": version}


def _resources(version: str, resources: list[Obj]) -> Obj:
    head = {"kind": "APIResourceList"} | ({"apiVersion": "v1"} if "/" in version else {})
    return head | {"groupVersion": version, "resources": resources}


def _resource(plural: str, kind: str, is_namespaced: bool) -> Obj:
    verbs = list(VERBS) if plural in KINDS else ["create"]
    singular = kind.lower()
    return {
        "name": plural,
        "singularName": singular,
        "namespaced": is_namespaced,
        "kind": kind,
        "verbs": verbs,
        **({"shortNames": list(KINDS[plural].short_names)} if plural in KINDS else {}),
    }
