"""`Source`: a kind of object that manages Secrets, with functions that read its state and build requests.

The functions are pure: they return states, patches and other data, but send nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from tui.model.api_object import ApiKind, Obj
from tui.model.journal import Act
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.times import rfc3339

SourceVerdict = Literal["ok", "in error", "busy", "out of sync", "suspended", "not known"]


class SourcePlace(Struct, frozen=True):
    """Kind, namespace and name of an object that manages or reads a Secret, or that gets a request."""

    kinds: tuple[ApiKind, ...]
    """Kind of the object in each API version that a server may offer, the newest first."""
    namespace: str
    name: str
    """Name, or "" to take the objects that `fits` accepts."""
    known_by: str
    """Evidence in the Secret: "owner reference", "label reconcile.external-secrets.io/managed"."""
    fits: Callable[[Obj], bool] | None = None
    is_anywhere: bool = False
    """True if the object may be in a namespace other than `namespace`."""
    is_elsewhere: bool = False
    """True if the object may be in another cluster, so that its absence from this cluster proves nothing."""

    @property
    def title(self) -> str:
        """Kind and name: "ExternalSecret/db"."""
        return f"{self.kinds[0].kind}/{self.name}" if self.name else self.kinds[0].kind


class Request(Struct, frozen=True):
    at: float
    """Time of the request by the server's clock, in seconds since the epoch."""
    user: str
    secret: SecretRef
    key: str = ""
    """Key that gets a new value; "" if the request is for the whole Secret."""

    @property
    def mark(self) -> str:
        """Unique text for this request."""
        return f"{self.at:.6f}"

    @property
    def time(self) -> str:
        """Time in RFC 3339 with microseconds, the format of Flux."""
        return rfc3339(self.at, "microseconds")


class SourceState(Struct, frozen=True):
    """State of a managing object, read from its status."""

    verdict: SourceVerdict
    facts: tuple[tuple[str, str], ...] = ()
    """Pairs of a name and a text: ("revision", "3")."""
    last: float | None = None
    """Time of the object's last write or check, in seconds since the epoch."""
    next: float | None = None
    """Time of the next automatic check, in seconds since the epoch."""
    edit: str = ""
    """Effect of an edit of the Secret, as a sentence; "" to use the words of managers/registry.py."""
    reason: str = ""
    """Reason of an error in one word, never a longer message."""


class Remote(Struct, frozen=True):
    """Place of a key's value in an external store."""

    store: str
    """Kind and name of the store: "SecretStore/vault"."""
    path: str
    part: str = ""
    """Property of the entry at the path; "" for the whole entry."""

    @property
    def words(self) -> str:
        """Place in words: "SecretStore/vault: db, property password"."""
        return f"{self.store}: {self.path}" + (f", property {self.part}" if self.part else "")


class Progress(Struct, frozen=True):
    """Progress of a request, read from the managing object or the object at `SourceAction.at`."""

    kind: Literal["waiting", "done", "failed"]
    sentence: str
    detail: str = ""
    """Message from the object, if the request failed."""


class SourceAction(Struct, frozen=True):
    """Change of a managing object, or of the object at `at`, that the user may request.

    The change is a merge patch (`patch`) or a new status (`status`).
    """

    title: str
    does: str
    progress: Callable[[Obj, Obj, Request], Progress]
    """Function that compares the object before the request with the object now."""
    patch: Callable[[Request], Obj] | None = None
    status: Callable[[Obj, Request], Obj] | None = None
    idle: str = ""
    """Reason, as a sentence, why the action would have no effect now."""
    warnings: tuple[str, ...] = ()
    """Sentences that the user must read before the request is sent."""
    at: SourcePlace | None = None
    """Place of the object that gets the request; None for the managing object."""
    is_followed_there: bool = False
    """True if the object at `at` shows the progress."""
    idle_there: Callable[[Obj], str] = lambda obj: ""
    """Function that explains, as a sentence, why the object that gets the request would ignore it.

    The function returns "" if the object would not ignore the request.
    """
    unchanged: str = ""
    """Path of a field that the request would overwrite.

    The program sends no request if the field has changed since the user's review.
    """
    act: Act = "refreshed"
    is_setting: bool = False
    """True if the action only changes a setting of the object, so the Secret gets no new value."""
    brings: str = ""
    """Sentence that tells the user to set the new value elsewhere first."""


class SealAction(Struct, frozen=True):
    """Sealing of a value by this program. The user then puts the result into Git or the SealedSecret."""

    title: str
    does: str
    label: bytes
    """Label that binds the ciphertext to its scope: "namespace/name", "namespace" or ""."""


class Hint(Struct, frozen=True):
    """Advice without a request, such as a command to copy or a Secret to open."""

    title: str
    does: str
    line: str = ""
    goes_to: SecretRef | None = None


class Revisions(Struct, frozen=True):
    """Comparison of the Secret with the revisions of its Helm release."""

    title: str
    does: str
    release: str
    namespaces: tuple[str, ...]
    """Namespaces in which Helm may keep its records. Only the first namespace that has records is used."""


class ReleaseValues(Struct, frozen=True):
    """Search in a Helm release: each result is a chart value that sets a key of the Secret."""

    title: str
    does: str
    release: SecretRef
    """Namespace and name of the release (not of a Secret)."""
    namespaces: tuple[str, ...]
    is_by_flux: bool


Offer = SourceAction | SealAction | Hint | Revisions | ReleaseValues


class Source(Struct, frozen=True):
    """Kind of managing object, with the functions that handle its objects."""

    project: str
    place: Callable[[Secret], SourcePlace | None]
    """Function that returns the place of the object of this kind that manages a Secret.

    If `is_reader` is True, the function returns the place of the object that reads the Secret. The function
    returns None if the Secret shows no such object.
    """
    state: Callable[[Obj, Secret], SourceState]
    offers: Callable[[Obj, Secret], tuple[Offer, ...]]
    remote: Callable[[Obj, str], Remote | None] = lambda obj, key: None
    made: tuple[ApiKind, ...] = ()
    """Kinds of intermediate objects: CertificateRequest, Order, Challenge.

    The managing object creates an object of the first kind. An object of each kind creates an object of the
    next kind.
    """
    state_text: Callable[[Obj], str] = lambda obj: ""
    issued: Callable[[Obj], Validity | None] = lambda obj: None
    is_reader: bool = False
    """True if objects of this kind read the Secret and push it elsewhere."""
