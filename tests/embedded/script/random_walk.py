"""Random requests about three Secrets, the same for the same seed: what a script's author did not think of.

At most one thing is wrong with one map of one request: the real server walks maps in no order.
"""

from __future__ import annotations

import random
from typing import Any, Final

from tests.embedded.script.case import (
    JSON_PATCH,
    MERGE,
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
    watch,
)

_NAMES: Final = ("a", "b", "c.d")
_KEYS: Final = ("password", "username", ".dot", "tls.crt", "tls.key", "k_1", ".dockerconfigjson")
_BAD_KEYS: Final = ("a b", "..", "ü", "", "x" * 254)
_VALUES: Final = ("", b64("1"), b64("two\n"), b64("{}"), b64("\x00\x01"), None, "YQ==\n")
_BAD_VALUES: Final = ("%", "YQ", 1, True, {"a": 1}, "YWJj=")
_TYPES: Final = (
    *("Opaque", "", "kubernetes.io/tls", "kubernetes.io/basic-auth", "kubernetes.io/dockerconfigjson"),
    *("example.com/own", "kubernetes.io/ssh-auth"),
)
_OPTIONS: Final = ("", "", "", "dryRun=All", "fieldManager=someone", "fieldValidation=Strict")
_SELECTORS: Final = (
    *("", "labelSelector=app=web", "labelSelector=!app", "fieldSelector=type=Opaque", "limit=1", "limit=2"),
    *("fieldSelector=metadata.name!=a", "labelSelector=app in (web,db),tier!=x"),
)


class Walk:
    """Draws requests. The same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def cases(self, count: int) -> list[Case]:
        """Everything: an empty start, `count` requests, and all that happened, watched once more."""
        steps = [self._step() for _ in range(count)]
        seen = [watch("&resourceVersion={{start_rv}}"), watch("&resourceVersion={{start_rv}}", TABLE)]
        return [*emptied(), get(SECRETS, save="start"), *steps, get(SECRETS), *seen]

    def _step(self) -> Case:
        kinds = (
            self._create,
            self._merge,
            self._merge,
            self._json_patch,
            self._replace,
            self._delete,
            self._read,
        )
        return self.dice.choice(kinds)()

    def _path(self) -> str:
        option = self.dice.choice(_OPTIONS)
        return f"{SECRETS}/{self.dice.choice(_NAMES)}" + (f"?{option}" if option else "")

    def _data(self, *, may_remove: bool) -> Any:
        data: dict[str, Any] = {
            key: self.dice.choice(_VALUES if may_remove else [v for v in _VALUES if v is not None])
            for key in self.dice.sample(_KEYS, self.dice.randint(0, 3))
        }
        wrong = self.dice.random()
        if wrong < 0.08:
            return {self.dice.choice(_BAD_KEYS): b64("x")}
        if wrong < 0.16:
            return {"password": self.dice.choice(_BAD_VALUES)}
        return None if wrong > 0.97 else data

    def _metadata(self) -> dict[str, Any]:
        chosen = self.dice.random()
        if chosen < 0.2:
            return {"labels": {"app": self.dice.choice(("web", "db", None))}}
        if chosen < 0.3:
            return {"annotations": {"example.com/note": self.dice.choice(("x", "", None))}}
        if chosen < 0.35:
            return {"labels": {self.dice.choice(("a b", "ok")): self.dice.choice(("v v", "v"))}}
        if chosen < 0.4:
            return {"resourceVersion": self.dice.choice(("1", "0", "{{seen_rv}}"))}
        return {}

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"data": self._data(may_remove=True)}
        if self.dice.random() < 0.2:
            body["stringData"] = {self.dice.choice(_KEYS): self.dice.choice(("text", ""))}
        if self.dice.random() < 0.4:
            body["type"] = self.dice.choice(_TYPES)
        if self.dice.random() < 0.08:
            body["immutable"] = self.dice.choice((True, False, None))
        if self.dice.random() < 0.05:
            body["unknown"] = 1
        return body

    def _create(self) -> Case:
        option = self.dice.choice(_OPTIONS)
        metadata = {"name": self.dice.choice(_NAMES)} | self._metadata()
        body = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata} | self._body()
        return post(f"{SECRETS}?{option}" if option else SECRETS, body)

    def _merge(self) -> Case:
        body = self._body() if self.dice.random() < 0.6 else {"data": self._data(may_remove=True)}
        if metadata := self._metadata():
            body["metadata"] = metadata
        return patch(self._path(), body, self.dice.choice((MERGE, MERGE, STRATEGIC)))

    def _json_patch(self) -> Case:
        key = self.dice.choice(_KEYS)
        steps = [
            {"op": self.dice.choice(("add", "replace", "test")), "path": f"/data/{key}", "value": b64("j")},
            {"op": "remove", "path": f"/data/{self.dice.choice(_KEYS)}"},
            {"op": "copy", "from": f"/data/{key}", "path": f"/data/{self.dice.choice(_KEYS)}"},
        ]
        return patch(self._path(), self.dice.sample(steps, self.dice.randint(0, 2)), JSON_PATCH)

    def _replace(self) -> Case:
        path = self._path()
        name = path.removeprefix(f"{SECRETS}/").partition("?")[0]
        metadata = {"name": name} | self._metadata()
        return put(path, {"kind": "Secret", "apiVersion": "v1", "metadata": metadata} | self._body())

    def _delete(self) -> Case:
        wanted = self.dice.choice(({}, {}, {"resourceVersion": "1"}, {"uid": "{{seen_uid}}"}))
        return delete(self._path().partition("?")[0], {"preconditions": wanted} if wanted else None)

    def _read(self) -> Case:
        if self.dice.random() < 0.5:
            return get(f"{SECRETS}/{self.dice.choice(_NAMES)}", save="seen")
        form = self.dice.choice(({}, TABLE, PARTIAL_LIST))
        return get(f"{SECRETS}?{self.dice.choice(_SELECTORS)}", form)
