"""Secrets and keys that readers need and that are missing, whether or not the kubelet has said so yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from tui.model import why
from tui.model.readers.needs import KnownKeys, lacking
from tui.model.readers.pods import PULLING, PodInfo
from tui.model.readers.reader import Effect, ReaderInfo, Use, secret_of
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.workloads import WorkloadInfo
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import listed

KeysOf: TypeAlias = Callable[[SecretRef], KnownKeys | None]
"""The keys of a Secret as far as they are known; None: it does not exist."""


class MissingReference(Struct, frozen=True):
    """A Secret, or a key of it, that one use of a reader needs."""

    info: ReaderInfo
    use: Use
    ref: SecretRef
    effect: Effect
    """Effect on the next start, in the kubelet's words."""
    is_missing: bool
    """True if the Secret itself does not exist."""
    is_known: bool = True
    """False where it cannot be known: the Secret may not be read, or its metadata does not name all keys."""
    is_said: bool = False
    """True if the kubelet says so now: a container waits for it."""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The worst has the highest."""
        return self.is_said, self.is_known, self.effect.severity

    @property
    def waits(self) -> bool:
        """True if the reader waits for it, whether or not the kubelet said why."""
        if not isinstance(self.info, PodInfo) or not self.is_known:
            return False
        if self.use.way == "image_pull":
            return pulls_in_vain(self.info)
        return self.is_said or self.info.phase == "Pending"


def pulls_in_vain(info: PodInfo) -> bool:
    """True if a container waits for its image."""
    return any(reason in PULLING for _container, reason, _message in info.waiting)


def is_done(info: ReaderInfo) -> bool:
    """True if a reader never starts again, or its owner is checked instead."""
    if isinstance(info, PodInfo):
        return info.phase in ("Succeeded", "Failed")
    return isinstance(info, WorkloadInfo) and (
        info.controller is not None or info.status in ("done", "failed")
    )


def lacks_of(info: ReaderInfo, keys_of: KeysOf) -> Iterator[MissingReference]:
    """Each Secret or key that the reader lacks; of one that is done, lacked."""
    waits = set(_named_by_kubelet(info))
    for use in info.uses:
        if use.produces or _is_guess(use):
            continue
        ref = secret_of(info, use)
        keys = keys_of(ref)
        if (effect := lacking(use, ref, keys)) is None:
            continue
        is_known = keys is None or (keys.is_there and keys.is_whole)
        if not is_known and use.is_optional and use.way != "image_pull":
            continue  # it starts without it
        is_said = (ref.name, use.key or "") in waits or (keys is None and (ref.name, "") in waits)
        yield MissingReference(info, use, ref, effect, keys is None, is_known, is_known and is_said)


def not_known(infos: Iterable[ReaderInfo], keys_of: KeysOf) -> frozenset[SecretRef]:
    """Secrets of which it is not known whether they have what these readers need."""
    starting = (info for info in infos if not is_done(info))
    return frozenset(lack.ref for info in starting for lack in lacks_of(info, keys_of) if not lack.is_known)


def unknown_words(refs: Iterable[SecretRef]) -> list[str]:
    """A line about them; none if there are none."""
    names = sorted(map(str, refs))
    return [f"not known: the keys of {listed(names)}"] if names else []


def _is_guess(use: Use) -> bool:
    return isinstance(use, ObjectUse) and (use.is_template or use.is_namespace_uncertain or use.is_guessed)


def _named_by_kubelet(info: ReaderInfo) -> Iterator[tuple[str, str]]:
    """The Secrets and keys that the kubelet names for its containers."""
    for _container, _reason, message in info.waiting if isinstance(info, PodInfo) else ():
        if (asked := why.parse(message)) is not None and asked.secret:
            yield asked.secret, asked.key
