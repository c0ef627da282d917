"""Missing Secrets and keys that readers need, found before the kubelet reports them."""

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
"""Function that returns the known keys of a Secret; None if the Secret does not exist."""


class MissingReference(Struct, frozen=True):
    """Secret or key that a reader needs, and that is missing or may be missing."""

    info: ReaderInfo
    use: Use
    ref: SecretRef
    effect: Effect
    is_missing: bool
    """True if the Secret is certainly missing; False if it exists without the key, or may exist."""
    is_known: bool = True
    """True if the Secret or key is certainly missing; False if it may be missing."""
    is_said: bool = False
    """True if the kubelet reports a container that waits for the Secret or key."""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Rank among the missing references of a reader: the worst has the highest rank."""
        return self.is_said, self.is_known, self.effect.severity

    @property
    def waits(self) -> bool:
        """True if the reader is a pod that waits because the Secret or key is certainly missing.

        For a use in image pulls, True only after a pull has failed. For any other use, also True in phase
        Pending, before the kubelet has reported a reason.
        """
        if not isinstance(self.info, PodInfo) or not self.is_known:
            return False
        if self.use.way == "image_pull":
            return pulls_in_vain(self.info)
        return self.is_said or self.info.phase == "Pending"


def pulls_in_vain(info: PodInfo) -> bool:
    """True if a container waits because its image cannot be pulled."""
    return any(reason in PULLING for _container, reason, _message in info.waiting)


def is_done(info: ReaderInfo) -> bool:
    """True if a reader never starts again, or is a workload whose controller is checked instead."""
    if isinstance(info, PodInfo):
        return info.phase in ("Succeeded", "Failed")
    return isinstance(info, WorkloadInfo) and (
        info.controller is not None or info.status in ("done", "failed")
    )


def lacks_of(info: ReaderInfo, keys_of: KeysOf) -> Iterator[MissingReference]:
    reported = set(_named_by_kubelet(info))
    for use in info.uses:
        if use.produces or _is_guess(use):
            continue
        ref = secret_of(info, use)
        keys = keys_of(ref)
        if (effect := lacking(use, ref, keys)) is None:
            continue
        is_known = keys is None or (keys.is_there and keys.is_whole)
        if not is_known and use.is_optional and use.way != "image_pull":
            continue  # the container starts without an optional Secret
        is_said = (ref.name, use.key or "") in reported or (keys is None and (ref.name, "") in reported)
        yield MissingReference(info, use, ref, effect, keys is None, is_known, is_known and is_said)


def not_known(infos: Iterable[ReaderInfo], keys_of: KeysOf) -> frozenset[SecretRef]:
    """Return the Secrets that may be missing, or may lack a key that a reader needs."""
    starting = (info for info in infos if not is_done(info))
    return frozenset(lack.ref for info in starting for lack in lacks_of(info, keys_of) if not lack.is_known)


def unknown_words(refs: Iterable[SecretRef]) -> list[str]:
    names = sorted(map(str, refs))
    return [f"not known: the keys of {listed(names)}"] if names else []


def _is_guess(use: Use) -> bool:
    return isinstance(use, ObjectUse) and (use.is_template or use.is_namespace_uncertain or use.is_guessed)


def _named_by_kubelet(info: ReaderInfo) -> Iterator[tuple[str, str]]:
    """Yield (Secret's name, key) from the kubelet's messages about waiting containers.

    The key is "" if the message names only the Secret.
    """
    for _container, _reason, message in info.waiting if isinstance(info, PodInfo) else ():
        if (asked := why.parse(message)) is not None and asked.secret:
            yield asked.secret, asked.key
