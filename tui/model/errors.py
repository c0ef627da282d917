"""Errors of requests to the cluster, each with a sentence for the user.

An error of the HTTP library can hold tokens and bodies, so tui.cluster.http replaces it. No sentence quotes
server text that can contain values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from tui.model.api_object import BUILT_IN_GROUPS

if TYPE_CHECKING:  # a run-time import would slow down --help
    from tui.model.secret.value import Value

UnreachableWhy = Literal["dns", "refused", "tls", "proxy", "reset"]

_UNREACHABLE: Final[dict[UnreachableWhy, str]] = {
    "dns": "DNS does not know {host}",
    "refused": "{host} refused the connection",
    "tls": "the certificate of {host} was rejected",
    "proxy": "the proxy {host}",
    "reset": "the connection to {host} broke",
}


class ClusterError(Exception):
    """Base class of the errors of a request."""

    can_retry: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ErrorHolder:
    """Mixin that removes the traceback, cause and context from the `error` of a struct.

    A traceback keeps local variables alive, which can hold values.
    """

    __slots__ = ()
    error: ClusterError | None

    def __post_init__(self) -> None:
        if self.error is not None:
            self.error.__traceback__ = self.error.__cause__ = self.error.__context__ = None


class Unreachable(ClusterError):
    """Failure to connect, or loss of the connection during a read."""

    can_retry = True

    def __init__(self, why: UnreachableWhy, host: str, detail: str = "") -> None:
        text = _UNREACHABLE[why].format(host=host)
        if why == "refused" and detail:
            text = f"no connection to {host}"
        if why == "proxy":
            text, detail = f"{text} {detail or 'does not answer'}", ""
        super().__init__(f"Not reachable: {text}" + (f": {detail}" if detail else "") + ".")
        self.why = why
        self.host = host


class TimedOut(ClusterError):
    """Timeout of a read. `after` is the limit in seconds."""

    can_retry = True

    def __init__(self, what: str, after: float) -> None:
        super().__init__(f"No answer within {after:g} s: {what}.")
        self.what = what
        self.after = after


class Unauthorized(ClusterError):
    """HTTP 401: the login is missing, wrong or expired."""

    def __init__(self, why: str = "the cluster rejected this login") -> None:
        super().__init__(f"Not logged in: {why}.")


class Forbidden(ClusterError):
    """HTTP 403: the user lacks a right.

    `lack` says which right, e.g. "you may not get secrets db in namespace payments".
    """

    def __init__(
        self,
        verb: str,
        resource: str,
        namespace: str | None,
        name: str | None = None,
        group: str = "",
        *,
        is_namespaced: bool = True,
    ) -> None:
        place = f"in namespace {namespace}" if namespace else "in all namespaces"
        if namespace is None and (resource == "namespaces" or not is_namespaced):
            place = "in this cluster"
        title = resource if group in BUILT_IN_GROUPS else f"{resource}.{group}"
        title = f"{title} {name}" if name else title
        self.lack = f"you may not {verb} {title} {place}"
        super().__init__(f"Refused: {self.lack}.")
        self.verb, self.resource, self.namespace, self.name = verb, resource, namespace, name
        self.group = group


class NotFound(ClusterError):
    """HTTP 404: the object does not exist."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Not found: {what} does not exist in this cluster.")
        self.what = what


class Conflict(ClusterError):
    """HTTP 409: the object changed after it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Not written: {what} changed on the server since you opened it.")
        self.what = what


class Clash(ClusterError):
    """HTTP 409 that fits neither `Conflict` nor `AlreadyExists`.

    `over`: cause of the conflict, such as a quota; "" if unknown.
    """

    can_retry = True

    def __init__(self, over: str = "") -> None:
        about = f"over {over}" if over else "without naming its cause"
        super().__init__(f"The server reported a conflict {about} and wrote nothing.")


class AlreadyExists(ClusterError):
    """HTTP 409 in answer to a create request: the name is taken.

    `is_leaving` is true if the Secret with that name is still being deleted.
    """

    def __init__(self, what: str, *, is_leaving: bool = False) -> None:
        how = "is still being deleted" if is_leaving else "already exists"
        super().__init__(f"Not written: {what} {how}.")
        self.is_leaving = is_leaving


class Invalid(ClusterError):
    """HTTP 422: the object breaks rules of the server.

    The sentence omits the server's own message, because the message can quote the object.
    """

    def __init__(self, causes: tuple[tuple[str, str], ...]) -> None:
        reasons = "; ".join(f"{name}: {text}" if name else text for name, text in causes)
        super().__init__(f"Rejected by the server: {reasons or 'no reason given'}.")
        self.causes = causes


class Refused(ClusterError):
    """Refusal by an admission webhook, a policy or a quota.

    `words`: the server's message in answer to a dry run. The sentence omits `words`, because the message can
    quote the object.
    """

    def __init__(self, by: str, words: Value | None = None) -> None:
        super().__init__(f"Rejected by an admission check: {by}.")
        self.by, self.words = by, words


class NoDryRun(ClusterError):
    """HTTP 400 in answer to a dry run: an admission webhook with side effects does not support dry runs."""

    def __init__(self) -> None:
        super().__init__("The server cannot do a dry run: an admission webhook has side effects.")


class Expired(ClusterError):
    """HTTP 410: the server no longer keeps the resource version of the list or watch.

    `token`: continue token for the next page of the list; None if the server sent none. The next page shows a
    newer version than the pages already read.
    """

    can_retry = True

    def __init__(self, token: str | None = None, *, is_watch: bool = False) -> None:
        late = "The list took too long: its version expired on the server (410)."
        super().__init__(
            "The server sent the list, but refuses to watch for changes (410)." if is_watch else late
        )
        self.token = token


class LoadingStopped(ClusterError):
    """Loading of a list, stopped by the user."""

    can_retry = True

    def __init__(self, sentence: str = "You stopped loading. The rows loaded so far stay.") -> None:
        super().__init__(sentence)


class TooLarge(LoadingStopped):
    """Loading of a list, stopped by the program at a limit."""

    can_retry = False

    def __init__(self, what: str, limit: str) -> None:
        super().__init__(f"Stopped after {limit} of {what}. The rest was not read.")
        self.after = f"after {limit}"


class Throttled(ClusterError):
    """HTTP 429: too many requests. `after`: seconds to wait before the next request; None if unknown."""

    can_retry = True

    def __init__(self, after: float | None) -> None:
        wait = f" Retry after {after:g} s." if after is not None else ""
        super().__init__(f"The server is limiting requests (HTTP 429).{wait}")
        self.after = after


class ServerTrouble(ClusterError):
    """HTTP 408 or 5xx, also from a proxy. `after`: seconds to wait before a retry; None if unknown."""

    can_retry = True

    def __init__(self, status: int, after: float | None = None) -> None:
        super().__init__(f"The server failed (HTTP {status}).")
        self.after = after


class BadAnswer(ClusterError):
    """Answer that the program cannot use.

    For example, the answer is a proxy's page, is too long, or has unexpected content.
    """

    can_retry = True

    def __init__(self, status: int, content_type: str = "", first_line: str = "", why: str = "") -> None:
        self.status, self.content_type, self.first_line, self._why = status, content_type, first_line, why
        super().__init__(self._sentence())

    def through(self, proxy: str) -> BadAnswer:
        error = BadAnswer(self.status, self.content_type, self.first_line, self._why)
        error.sentence = self._sentence(f", perhaps from the proxy {proxy}")
        error.args = (error.sentence,)
        return error

    def _sentence(self, sender: str = "") -> str:
        if self._why:
            return f"The program cannot use the answer{sender}: {self._why}."
        details = f"HTTP {self.status}, {self.content_type or 'no type'}"
        details += f": {self.first_line}" if self.first_line else ""
        return f"The answer is not from a Kubernetes API server{sender} ({details})."


class Redirected(ClusterError):
    """HTTP 3xx: a redirect. It is not followed, because the login and body would go to another address."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The server redirects to {host}. secret-tui does not follow redirects.")
        self.host = host


class OutcomeUnknown(ClusterError):
    """Write request without an answer: the write may have happened."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Sent, but no answer came: the request may or may not have changed {what}.")


class ReadOnly(ClusterError):
    """Write request that was not sent, because the program runs read-only."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Read-only: {what} was not sent.")


class BadKubeconfig(ClusterError):
    """Kubeconfig that cannot be used."""

    def __init__(self, why: str, file: str = "", line: int | None = None) -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{why}.")
        self.file, self.line = file, line


class Failed(ClusterError):
    """Unexpected exception in this program."""

    can_retry = True

    def __init__(self, what: str) -> None:
        super().__init__(f"Internal error: {what}. Details are printed when you quit.")


class PluginFailed(ClusterError):
    """Credential plugin that gave no login. `exit_code` is None after a timeout."""

    def __init__(self, command: str, exit_code: int | None, last_line: str = "", how: str = "") -> None:
        ended = "timed out" if exit_code is None else f"exited with {exit_code}"
        last = f": {last_line}" if last_line else ""
        super().__init__(f"The login command {command} {how or ended}{last}.")
        self.command, self.exit_code, self.last_line, self.how = command, exit_code, last_line, how

    def again(self) -> PluginFailed:
        """Return a copy of this error, to raise it a second time."""
        return PluginFailed(self.command, self.exit_code, self.last_line, self.how)


class HostLogFailed(OSError):
    """Failure to send a line of the journal file to syslog. The journal file has the line."""
