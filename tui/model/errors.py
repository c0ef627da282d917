"""Failures of the cluster or the journal, each with a sentence for a person.

Errors of the HTTP library never leave the transport: their texts and reprs hold tokens and bodies.
A server's own words are kept only if they cannot quote the object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from tui.model.api_object import BUILT_IN_GROUPS

if TYPE_CHECKING:  # not for --help
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
    """Failure between this program and the API server.

    `sentence` is for a person; `can_retry` is true if the same request may well succeed later.
    """

    can_retry: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class KeepsError:
    """Mixin for a struct that keeps an error, without the frames that it came through.

    Frames hold local variables: a value would live as long as the error.
    """

    __slots__ = ()
    error: ClusterError | None

    def __post_init__(self) -> None:
        if self.error is not None:
            self.error.__traceback__ = self.error.__cause__ = self.error.__context__ = None


class Unreachable(ClusterError):
    """Connection that failed, or was lost before anything was written.

    For a proxy `host` is the proxy's, and `detail` its reaction: "asks for a login".
    """

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
    """Timeout of a request that changes nothing."""

    can_retry = True

    def __init__(self, what: str, after: float) -> None:
        super().__init__(f"No answer within {after:g} s: {what}.")
        self.what = what
        self.after = after


class Unauthorized(ClusterError):
    """401: the login is missing, wrong or expired."""

    def __init__(self, why: str = "the cluster rejected this login") -> None:
        super().__init__(f"Not logged in: {why}.")


class Forbidden(ClusterError):
    """403: which verb on which resource is missing, and where."""

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
        where = f"in namespace {namespace}" if namespace else "in all namespaces"
        if namespace is None and (resource == "namespaces" or not is_namespaced):
            where = "in this cluster"
        what = resource if group in BUILT_IN_GROUPS else f"{resource}.{group}"
        what = f"{what} {name}" if name else what
        self.lack = f"you may not {verb} {what} {where}"
        super().__init__(f"Refused: {self.lack}.")
        self.verb, self.resource, self.namespace, self.name = verb, resource, namespace, name
        self.group = group


class NotFound(ClusterError):
    """404: the object does not exist (any more)."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Not found: {what} does not exist in this cluster.")
        self.what = what


class Conflict(ClusterError):
    """409: the object changed since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Not written: {what} changed on the server since you opened it.")
        self.what = what


class Clash(ClusterError):
    """409 that is not about the version that was sent; `over` names its subject, "" if unknown."""

    can_retry = True

    def __init__(self, over: str = "") -> None:
        about = f"over {over}" if over else "without saying over what"
        super().__init__(f"The server reported a conflict {about} and wrote nothing.")


class Exists(ClusterError):
    """409 on create: the name is taken. `is_leaving`: the Secret with that name is being deleted."""

    def __init__(self, what: str, *, is_leaving: bool = False) -> None:
        how = "is still being deleted" if is_leaving else "already exists"
        super().__init__(f"Not written: {what} {how}.")
        self.is_leaving = is_leaving


class Invalid(ClusterError):
    """422: the server's rules refuse it. Our own sentences, since the server's can hold the object."""

    def __init__(self, causes: tuple[tuple[str, str], ...]) -> None:
        reasons = "; ".join(f"{name}: {text}" if name else text for name, text in causes)
        super().__init__(
            f"Rejected by the server: {reasons or 'it breaks a rule that the server did not name'}."
        )
        self.causes = causes


class Refused(ClusterError):
    """An admission webhook or policy refused it.

    Its words can quote the object, so they are no part of the sentence: they are a value, of a dry run alone.
    """

    def __init__(self, by: str, words: Value | None = None) -> None:
        super().__init__(f"Rejected by an admission check: {by}.")
        self.by, self.words = by, words


class NoDryRun(ClusterError):
    """400 to a dry run: a webhook with side effects does not support dry runs."""

    def __init__(self) -> None:
        super().__init__("The server cannot do a dry run: an admission webhook has side effects.")


class Expired(ClusterError):
    """410: that version is no longer kept. `token` goes on with an inconsistent rest of a list."""

    can_retry = True

    def __init__(self, token: str | None = None, *, is_watch: bool = False) -> None:
        late = "The list took too long: the server dropped that version (410)."
        super().__init__(
            "The server refuses to watch from the version that it listed (410)." if is_watch else late
        )
        self.token = token


class Stopped(ClusterError):
    """A person stopped a list; the rows so far stay."""

    can_retry = True

    def __init__(self, sentence: str = "You stopped the list; the rows loaded so far stay.") -> None:
        super().__init__(sentence)


class TooLarge(Stopped):
    """A list was stopped since it is larger than the program reads; the rows so far stay."""

    can_retry = False

    def __init__(self, what: str, limit: str) -> None:
        super().__init__(f"Stopped after {limit} of {what}; the rest was not read.")
        self.after = f"after {limit}"


class Throttled(ClusterError):
    """429: too many requests; `after` seconds until the next may go."""

    can_retry = True

    def __init__(self, after: float | None) -> None:
        wait = f" Retry after {after:g} s." if after is not None else ""
        super().__init__(f"The server is limiting requests (HTTP 429).{wait}")
        self.after = after


class ServerTrouble(ClusterError):
    """5xx: the server or something before it fails; `after` seconds until the next try, if it says so."""

    can_retry = True

    def __init__(self, status: int, after: float | None = None) -> None:
        super().__init__(f"The server failed (HTTP {status}).")
        self.after = after


class BadAnswer(ClusterError):
    """An answer that is not from the API: a proxy's page, garbage, too long. `first_line` is printable."""

    can_retry = True

    def __init__(self, status: int, content_type: str = "", first_line: str = "", why: str = "") -> None:
        details = why or f"HTTP {status}, {content_type or 'no type'}" + (
            f": {first_line}" if first_line else ""
        )
        super().__init__(f"The answer is not from a Kubernetes API server ({details}).")
        self.status, self.content_type, self.first_line = status, content_type, first_line
        self._said = details

    def through(self, proxy: str) -> BadAnswer:
        """Copy for a proxy on the way: the proxy may have answered."""
        error = BadAnswer(self.status, self.content_type, self.first_line)
        maybe = f"perhaps from the proxy {proxy} ({self._said})"
        error.sentence = f"The answer is not from a Kubernetes API server, {maybe}."
        error.args = (error.sentence,)
        return error


class Redirected(ClusterError):
    """3xx: never followed, because it would send the login and the body elsewhere."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The server redirects to {host}; secret-tui does not follow redirects.")
        self.host = host


class OutcomeUnknown(ClusterError):
    """A write was sent, and no answer came: it may have happened."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Sent, but no answer came: {what} may or may not be written.")


class ReadOnly(ClusterError):
    """The gate refused a request because the program runs read-only."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Read-only: {what} was not sent.")


class BadKubeconfig(ClusterError):
    """The kubeconfig cannot be used, with its file and, where known, the line."""

    def __init__(self, why: str, file: str = "", line: int | None = None) -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{why}.")
        self.file, self.line = file, line


class Failed(ClusterError):
    """An unexpected failure inside this program; `what` names no object."""

    can_retry = True

    def __init__(self, what: str) -> None:
        super().__init__(f"This program failed: {what}. The details are printed when it ends.")


class PluginFailed(ClusterError):
    """A credential plugin ended without a login, or was not run (`how`). `last_line` is printable."""

    def __init__(self, command: str, exit_code: int | None, last_line: str = "", how: str = "") -> None:
        ended = "timed out" if exit_code is None else f"exited with {exit_code}"
        last = f": {last_line}" if last_line else ""
        super().__init__(f"The login command {command} {how or ended}{last}.")
        self.command, self.exit_code, self.last_line, self.how = command, exit_code, last_line, how

    def again(self) -> PluginFailed:
        """Copy to be raised again."""
        return PluginFailed(self.command, self.exit_code, self.last_line, self.how)


class OwnAlone(OSError):
    """The line is in the user's own journal but not in the host's log; strerror says why."""
