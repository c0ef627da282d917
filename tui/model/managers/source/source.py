"""Source: what the program knows of one kind of object that manages Secrets.

All functions here are pure. Objects are what the API answered, as plain dicts.
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
    """Where the managing object is."""

    kinds: tuple[ApiKind, ...]
    """One kind in the versions that may be served, the newest first."""
    namespace: str
    name: str
    """ "" if it is not known: then it is the one of the namespace that `fits`."""
    known_by: str
    """What in the Secret says so: "owner reference", "label reconcile.external-secrets.io/managed"."""
    fits: Callable[[Obj], bool] | None = None
    is_anywhere: bool = False
    """May it be in another namespace? Then it is searched by its name if it is not in this one."""
    is_elsewhere: bool = False
    """May it be in another cluster, from which a controller writes here? Then its absence tells nothing."""

    @property
    def title(self) -> str:
        """ "ExternalSecret/db"."""
        return f"{self.kinds[0].kind}/{self.name}" if self.name else self.kinds[0].kind


class Request(Struct, frozen=True):
    """When, by whom and for which Secret and key something is asked."""

    at: float
    """Seconds since the epoch, by the server's clock."""
    user: str
    secret: SecretRef
    key: str = ""
    """The key that is to get a new value, if it is for one."""

    @property
    def mark(self) -> str:
        """A text that no other request has: Unix time with microseconds."""
        return f"{self.at:.6f}"

    @property
    def time(self) -> str:
        """RFC 3339 with microseconds, as Flux compares it."""
        return rfc3339(self.at, "microseconds")


class SourceState(Struct, frozen=True):
    """What a managing object says of itself."""

    verdict: SourceVerdict
    facts: tuple[tuple[str, str], ...] = ()
    """Name and text. A text may be the object's own words."""
    last: float | None = None
    """When it last wrote or looked, in seconds since the epoch."""
    next: float | None = None
    """When it does so again by itself."""
    edit: str = ""
    """What becomes of an edit of the Secret, as a sentence; "" where the registry's words hold."""
    reason: str = ""
    """Why it is in error, in one word; the words of a provider are in the facts alone."""


class Remote(Struct, frozen=True):
    """Where the value of one key is in a store."""

    store: str
    """ "SecretStore/vault"."""
    path: str
    part: str = ""
    """The property of what is there."""

    @property
    def words(self) -> str:
        """ "SecretStore/vault: db, property password"."""
        return f"{self.store}: {self.path}" + (f", property {self.part}" if self.part else "")


class Progress(Struct, frozen=True):
    """How far a request came, as the object tells."""

    kind: Literal["waiting", "done", "failed"]
    sentence: str
    detail: str = ""
    """The object's own words."""


class SourceAction(Struct, frozen=True):
    """One thing that can be asked of a managing object: a merge patch, or a new status."""

    title: str
    does: str
    """What happens then, as a sentence."""
    progress: Callable[[Obj, Obj, Request], Progress]
    """From the followed object as it was before, as it is now, and the request."""
    patch: Callable[[Request], Obj] | None = None
    status: Callable[[Obj, Request], Obj] | None = None
    idle: str = ""
    """Why it would do nothing now, as a sentence."""
    warnings: tuple[str, ...] = ()
    """What a person must know before it is sent; sentences."""
    at: SourcePlace | None = None
    """Where it is sent, if that is another object than the managing one."""
    is_followed_there: bool = False
    """Does that object tell how it went? Otherwise the managing one does."""
    idle_there: Callable[[Obj], str] = lambda obj: ""
    """The same of the object to which it is sent; asked again just before."""
    unchanged: str = ""
    """The path that must be as it was reviewed: else what others wrote there would be lost."""
    act: Act = "refreshed"
    is_setting: bool = False
    """Does it set how the object works, and bring no value?"""
    brings: str = ""
    """Where a person sets a new value before this brings it, as a sentence; "" where it brings one itself."""


class SealAction(Struct, frozen=True):
    """A value is sealed here, for Git and for a patch of the SealedSecret."""

    title: str
    does: str
    label: bytes
    """What binds the ciphertext to its place."""


class Hint(Struct, frozen=True):
    """What a person does elsewhere: a line to copy, or the Secret to go to."""

    title: str
    does: str
    line: str = ""
    """To copy."""
    goes_to: SecretRef | None = None


class Revisions(Struct, frozen=True):
    """Compare the Secret with what the revisions of its Helm release set."""

    title: str
    does: str
    release: str
    namespaces: tuple[str, ...]
    """Where Helm may keep its records; the first that has some is taken."""


class ReleaseValues(Struct, frozen=True):
    """Find which of the values of its Helm release each key of the Secret is."""

    title: str
    does: str
    release: SecretRef
    namespaces: tuple[str, ...]
    """Where Helm may keep its records; the first that has some is taken."""
    is_by_flux: bool
    """True if Flux upgrades the release."""


Offer = SourceAction | SealAction | Hint | Revisions | ReleaseValues


class Source(Struct, frozen=True):
    """One kind of managing object."""

    project: str
    place: Callable[[Secret], SourcePlace | None]
    """Where the object is that manages this Secret; None if no such object does."""
    state: Callable[[Obj, Secret], SourceState]
    offers: Callable[[Obj, Secret], tuple[Offer, ...]]
    remote: Callable[[Obj, str], Remote | None] = lambda obj, key: None
    """Where the value of that key comes from, if the object tells."""
    made: tuple[ApiKind, ...] = ()
    """Kinds of what it makes to do its work, each made by an object of the one before."""
    told: Callable[[Obj], str] = lambda obj: ""
    """What an object of these says of itself."""
    issued: Callable[[Obj], Validity | None] = lambda obj: None
    """The certificate that it last wrote, and when it renews that."""
    is_reader: bool = False
    """Does it read the Secret and hand it on? Then it is searched in the namespace, and manages nothing."""
