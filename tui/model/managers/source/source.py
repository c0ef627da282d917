"""Source: a kind of object that manages Secrets, as the program knows it.

All functions here are pure. Objects are the API's answers, as plain dicts.
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
    """Place of the managing object."""

    kinds: tuple[ApiKind, ...]
    """Kind of the object in the versions that may be served, the newest first."""
    namespace: str
    name: str
    """Name; "" if it is not known: then it is the object of the namespace that `fits`."""
    known_by: str
    """Evidence in the Secret: "owner reference", "label reconcile.external-secrets.io/managed"."""
    fits: Callable[[Obj], bool] | None = None
    is_anywhere: bool = False
    """True if it may be in another namespace: then it is searched by its name if it is not in this one."""
    is_elsewhere: bool = False
    """True if it may be in another cluster, from which a controller writes here: then its absence proves
    nothing."""

    @property
    def title(self) -> str:
        """ "ExternalSecret/db"."""
        return f"{self.kinds[0].kind}/{self.name}" if self.name else self.kinds[0].kind


class Request(Struct, frozen=True):
    """Time, user, Secret and key of a request."""

    at: float
    """Seconds since the epoch, by the server's clock."""
    user: str
    secret: SecretRef
    key: str = ""
    """Key that is to get a new value, if the request is for one."""

    @property
    def mark(self) -> str:
        """A text that no other request has: Unix time with microseconds."""
        return f"{self.at:.6f}"

    @property
    def time(self) -> str:
        """RFC 3339 with microseconds, as Flux compares it."""
        return rfc3339(self.at, "microseconds")


class SourceState(Struct, frozen=True):
    """State of a managing object, read from its status."""

    verdict: SourceVerdict
    facts: tuple[tuple[str, str], ...] = ()
    """Name and text. A text may be the object's own words."""
    last: float | None = None
    """Time of its last write or check, in seconds since the epoch."""
    next: float | None = None
    """Time of its next check without a request."""
    edit: str = ""
    """Fate of an edit of the Secret, as a sentence; "" if the registry's words apply."""
    reason: str = ""
    """Reason of an error, in one word; the words of a provider are in the facts alone."""


class Remote(Struct, frozen=True):
    """Path of the value of a key in a store."""

    store: str
    """ "SecretStore/vault"."""
    path: str
    part: str = ""
    """Property of the entry at the path."""

    @property
    def words(self) -> str:
        """ "SecretStore/vault: db, property password"."""
        return f"{self.store}: {self.path}" + (f", property {self.part}" if self.part else "")


class Progress(Struct, frozen=True):
    """Progress of a request, read from the object."""

    kind: Literal["waiting", "done", "failed"]
    sentence: str
    detail: str = ""
    """The object's own words."""


class SourceAction(Struct, frozen=True):
    """Action on a managing object: a merge patch, or a new status."""

    title: str
    does: str
    """Effect, as a sentence."""
    progress: Callable[[Obj, Obj, Request], Progress]
    """Function from the followed object before, the object now, and the request."""
    patch: Callable[[Request], Obj] | None = None
    status: Callable[[Obj, Request], Obj] | None = None
    idle: str = ""
    """Reason, as a sentence, why it would do nothing now."""
    warnings: tuple[str, ...] = ()
    """Sentences that a person must read before it is sent."""
    at: SourcePlace | None = None
    """Object that gets the request, if that is not the managing object."""
    is_followed_there: bool = False
    """True if that object shows the progress, not the managing one."""
    idle_there: Callable[[Obj], str] = lambda obj: ""
    """Reason why the object that gets the request would ignore it; checked again just before."""
    unchanged: str = ""
    """Path that must be as reviewed: else a change there by others would be lost."""
    act: Act = "refreshed"
    is_setting: bool = False
    """True if it sets how the object works, and brings no value."""
    brings: str = ""
    """Place, as a sentence, where a person sets a new value first; "" if this brings a value itself."""


class SealAction(Struct, frozen=True):
    """A value is sealed here, for Git and for a patch of the SealedSecret."""

    title: str
    does: str
    label: bytes
    """Label that binds the ciphertext to its namespace and name."""


class Hint(Struct, frozen=True):
    """Step that a person does elsewhere: a command to copy, or a Secret to open."""

    title: str
    does: str
    line: str = ""
    """Command to copy."""
    goes_to: SecretRef | None = None


class Revisions(Struct, frozen=True):
    """Comparison of the Secret with the revisions of its Helm release."""

    title: str
    does: str
    release: str
    namespaces: tuple[str, ...]
    """Namespaces in which Helm may keep its records; the first with any is taken."""


class ReleaseValues(Struct, frozen=True):
    """Search for the values of its Helm release that each key of the Secret comes from."""

    title: str
    does: str
    release: SecretRef
    namespaces: tuple[str, ...]
    """Namespaces in which Helm may keep its records; the first with any is taken."""
    is_by_flux: bool
    """True if Flux upgrades the release."""


Offer = SourceAction | SealAction | Hint | Revisions | ReleaseValues


class Source(Struct, frozen=True):
    """Kind of managing object."""

    project: str
    place: Callable[[Secret], SourcePlace | None]
    """Place of the object that manages this Secret; None if no object of this kind does."""
    state: Callable[[Obj, Secret], SourceState]
    offers: Callable[[Obj, Secret], tuple[Offer, ...]]
    remote: Callable[[Obj, str], Remote | None] = lambda obj, key: None
    """Path from which that key's value comes, if the object names it."""
    made: tuple[ApiKind, ...] = ()
    """Kinds of objects that it makes for its work, each made by an object of the kind before."""
    told: Callable[[Obj], str] = lambda obj: ""
    """State of such an intermediate object in words."""
    issued: Callable[[Obj], Validity | None] = lambda obj: None
    """Certificate that it last wrote, with the time of its renewal."""
    is_reader: bool = False
    """True if it reads the Secret and pushes it elsewhere: searched by namespace, it manages nothing."""
