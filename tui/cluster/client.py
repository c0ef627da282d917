"""Client of one context: it lists and watches objects, reads and writes Secrets, and reads access rights."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.cluster.api import access_reviews, decode
from tui.cluster.api.access_reviews import Identity
from tui.cluster.api.bodies import create_body, delete_body, patch_body, unquoting
from tui.cluster.api.paging import chunks, decode_answer, off_loop, rest_of
from tui.cluster.api.resources import NAMES, Resource
from tui.cluster.api.watch_events import ListPage, Row, WatchEvent, watch_event
from tui.cluster.auth.credentials import Credentials
from tui.cluster.http.request import Answer, RequestInfo, collection, selector, single, watching, writing
from tui.cluster.http.transport import JSON_TYPE, MERGE_PATCH, Transport
from tui.cluster.kubeconfig.target import LoginTarget
from tui.cluster.objects import Objects
from tui.model.draft.draft import Changes
from tui.model.errors import ClusterError, Conflict, NotFound
from tui.model.rbac.rights import Rights
from tui.model.secret.secret import Provenance, Secret, SecretRef
from tui.model.secret.value import Value

__all__ = ["Cluster", "Identity"]

METADATA: Final = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
WATCH_SECONDS: Final = 300


_QUICK: Final = 2.0
"""Maximum duration, in seconds, of a request from which `Cluster.skew` is measured."""


class WriteAnswer(Struct, frozen=True):
    """The Secret after a write, and the server's warnings.

    `unquoting` has replaced each warning that may quote a value by a text without the value.
    """

    secret: Secret
    warnings: tuple[str, ...]


class Cluster:
    """The client of one context. Every method raises only ClusterErrors, or CancelledError."""

    def __init__(
        self,
        target: LoginTarget,
        credentials: Credentials,
        *,
        read_only: bool = False,
        request_timeout: float | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.target = target
        self.login = credentials
        self.skew: float | None = None
        """Seconds by which the server's clock is ahead of this computer's; None until it is measured."""
        self._now = now
        self._transport = Transport(
            target, credentials, read_only=read_only, request_timeout=request_timeout, now=now
        )
        self.objects = Objects(self._transport)

    def server_time(self, time: float) -> float:
        return time + (self.skew or 0.0)

    def listen(
        self, on_answer: Callable[[ClusterError | None], None], waits: Callable[[float], None]
    ) -> None:
        """Set the functions that observe the connection.

        `on_answer` gets the TimedOut or Unreachable of each failed read, and None for each answer. `waits`
        gets the seconds that a slow read has waited.
        """
        self._transport.on_answer, self._transport.waits = on_answer, waits

    async def reach(self) -> None:
        """Request the server's version, so that `on_answer` (see `listen`) learns whether the server answers.

        Raises no ClusterError.
        """
        with suppress(ClusterError):
            await self._transport.request("GET", "/version", RequestInfo("get", "version", None))

    async def reconnect(self) -> None:
        """Cut running requests. The next request opens a new connection."""
        await self._transport.reconnect()

    async def close(self) -> None:
        """Cut running requests. May be called twice."""
        await self._transport.close()

    async def who_am_i(self) -> Identity:
        asked = RequestInfo("create", "selfsubjectreviews", None)
        answer = await self._call("POST", access_reviews.WHO_PATH, asked, body=dict(access_reviews.WHO_BODY))
        return access_reviews.identity(answer.body)

    async def rights(self, namespace: str) -> Rights:
        asked = RequestInfo("create", "selfsubjectrulesreviews", namespace)
        body = access_reviews.rules_body(namespace)
        answer = await self._call("POST", access_reviews.RULES_PATH, asked, body=body)
        return access_reviews.rights(answer.body)

    async def namespaces(self) -> tuple[str, ...]:
        return await self._names("namespaces", None)

    async def service_accounts(self, namespace: str) -> tuple[str, ...]:
        return await self._names("serviceaccounts", namespace)

    async def _names(self, resource: str, namespace: str | None) -> tuple[str, ...]:
        asked = RequestInfo("list", resource, namespace)
        names: list[str] = []
        listing = chunks(self._transport, collection(resource, namespace), asked, (), NAMES, decode.names)
        async with aclosing(listing) as pages:
            async for _, chunk in pages:
                names += chunk
        return tuple(sorted(names))

    async def has_namespace(self, name: str) -> bool:
        """Return True if the namespace exists. Raises Forbidden without the right to read it."""
        try:
            asked = RequestInfo("get", "namespaces", name, name)
            answer = await self._call("GET", single("namespaces", None, name), asked)
        except NotFound:
            return False
        if decode.name_of(answer.body) != name:
            raise decode.bad()
        return True

    async def pages(self, resource: Resource[Row], namespace: str | None) -> AsyncGenerator[ListPage[Row]]:
        """List the objects of `resource`, and yield one page for each chunk of the list.

        Raises Expired if the server no longer has the resource version of the list, and sends no token to
        continue with a newer version.
        """
        place = resource.name, namespace
        asked = RequestInfo("list", *place, group=resource.group, is_namespaced=resource.is_namespaced)
        path, read = collection(resource.name, namespace, resource.api), resource.decoder().page
        listing = chunks(self._transport, path, asked, resource.query, resource.accept, read)
        async with aclosing(listing) as pages:
            async for meta, rows in pages:
                yield ListPage(rows, meta.resource_version, rest_of(meta), not meta.continue_, meta.size)

    async def watch(
        self,
        resource: Resource[Row],
        namespace: str | None,
        resource_version: str,
        *,
        name: str | None = None,
    ) -> AsyncGenerator[WatchEvent[Row]]:
        """Yield the changes after `resource_version`, until the server ends the watch (after some minutes).

        The first event is a bookmark. If `resource_version` is "", events with the existing objects follow
        the bookmark. Such a watch needs no right to list. Raises Expired if `resource_version` is too old.
        """
        asked = RequestInfo("watch", resource.name, namespace, name, group=resource.group)
        query = [*selector(name), *resource.query, *watching(resource_version, WATCH_SECONDS)]
        decoder, path = resource.decoder(), collection(resource.name, namespace, resource.api)
        lines = self._transport.lines(path, asked, query=query, accept=resource.accept)
        async with aclosing(lines):
            async for line in lines:
                if line:
                    yield watch_event(line, asked, decoder)
                else:
                    yield WatchEvent("bookmark", None, resource_version)

    async def open(self, ref: SecretRef) -> Secret:
        asked = RequestInfo("get", "secrets", ref.namespace, ref.name)
        path = single("secrets", ref.namespace, ref.name)
        answer = await self._call("GET", path, asked)
        return await off_loop(partial(_this_secret, asked), answer.body)

    async def provenance(self, ref: SecretRef) -> Provenance:
        """Request only the metadata of a Secret, and read which field manager owns each key."""
        asked = RequestInfo("get", "secrets", ref.namespace, ref.name)
        path = single("secrets", ref.namespace, ref.name)
        answer = await self._call("GET", path, asked, accept=METADATA)
        answered, provenance = decode.provenance(answer.body)
        if answered != ref:
            raise decode.bad()
        return provenance

    async def write(
        self, ref: SecretRef, uid: str, resource_version: str, changes: Changes, *, dry_run: bool = False
    ) -> WriteAnswer:
        """Send `changes` as a merge patch (RFC 7396).

        The server applies the patch only if the Secret has this `resource_version`. Raises Conflict if the
        Secret has another `uid` or `resource_version`, and OutcomeUnknown if no valid answer arrives.
        """
        asked = RequestInfo("patch", "secrets", ref.namespace, ref.name, is_dry_run=dry_run)
        if not (uid and resource_version):
            raise Conflict(asked.what)  # without a version, the patch would overwrite other users' changes
        body, path = patch_body(resource_version, changes), single("secrets", ref.namespace, ref.name)
        written = await self._send("PATCH", path, asked, body, MERGE_PATCH)
        if written.secret.uid != uid:
            raise Conflict(asked.what)
        return written

    async def create(
        self,
        ref: SecretRef,
        type: str,  # noqa: A002
        fields: Mapping[str, Value],
        *,
        dry_run: bool = False,
    ) -> WriteAnswer:
        """Create a Secret. Raises AlreadyExists, or OutcomeUnknown without a valid answer."""
        asked = RequestInfo("create", "secrets", ref.namespace, ref.name, is_dry_run=dry_run)
        single("secrets", ref.namespace, ref.name)  # raises Invalid for a bad name
        body, path = create_body(ref, type, fields), collection("secrets", ref.namespace)
        return await self._send("POST", path, asked, body, JSON_TYPE)

    async def delete(self, ref: SecretRef, uid: str, resource_version: str) -> bool:
        """Delete a Secret only if it has this `uid` and `resource_version`. Raises the errors of `write`.

        Return False if finalizers delay the deletion.
        """
        asked = RequestInfo("delete", "secrets", ref.namespace, ref.name)
        if not (uid and resource_version):
            raise Conflict(asked.what)
        body, path = delete_body(uid, resource_version), single("secrets", ref.namespace, ref.name)
        answer = await self._call("DELETE", path, asked, body=body)
        return await decode_answer(asked, decode.is_gone, answer.body)

    async def _send(
        self,
        method: str,
        path: str,
        asked: RequestInfo,
        body: dict[str, Any],
        content_type: str,
    ) -> WriteAnswer:
        answer = await self._call(
            method, path, asked, query=writing(asked), body=body, content_type=content_type
        )
        secret = await decode_answer(asked, partial(_this_secret, asked), answer.body)
        return WriteAnswer(secret, unquoting(answer.warnings))

    async def _call(self, method: str, path: str, asked: RequestInfo, **how: Any) -> Answer:
        sent_at = self._now()
        answer = await self._transport.request(method, path, asked, **how)
        received_at = self._now()
        if answer.date is not None and 0 <= received_at - sent_at <= _QUICK:
            # The server cuts its Date to whole seconds, so on average the Date is half a second early.
            self.skew = answer.date + 0.5 - (sent_at + received_at) / 2
        return answer


def _this_secret(asked: RequestInfo, body: bytes) -> Secret:
    """Decode the Secret that `asked` names.

    Raises BadAnswer for another Secret. Except in a dry run, also raises BadAnswer for a Secret without a
    resource version.
    """
    secret = decode.secret(body)
    is_requested = (secret.ref.namespace, secret.ref.name) == (asked.namespace, asked.name)
    if not is_requested or not (secret.resource_version or asked.is_dry_run):
        raise decode.bad()
    return secret
