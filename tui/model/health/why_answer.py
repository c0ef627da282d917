"""One answer to what a person asks with `why`: the worst thing that is known, and where to go for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.health.evidence import VerdictOf
from tui.model.health.missing_references import (
    KeysOf,
    MissingReference,
    is_done,
    lacks_of,
    near_keys,
    pulls_in_vain,
    worst,
)
from tui.model.known_names import nearest
from tui.model.readers.pod_spec import registry_of
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo, secret_of
from tui.model.secret.formats.docker import DOCKER_KEY
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import joined, listed
from tui.model.why import Asked


class WhyAnswer(Struct, frozen=True):
    """A sentence, and the Secret and key, or the reader, to look at."""

    sentence: str
    ref: SecretRef | None = None
    key: str = ""
    """The key to put the cursor on."""
    lacks: str = ""
    """The key that is missing from a Secret that is there; `key` is the one that is most like it."""
    is_missing: bool = False
    """Does the Secret not exist?"""
    is_pull: bool = False
    """Is it one for image pulls?"""
    info: ReaderInfo | None = None
    is_old: bool = False
    """Would a restart of the reader help?"""
    is_login: bool = False
    """Is it a pull secret that is there, with a login that may be refused?"""


_REFUSED: Final = ("401", "403", "unauthorized", "denied", "authorization failed")
"""What a registry says of a login that it does not take."""


def answer(
    asked: Asked,
    namespace: str | None,
    infos: Sequence[ReaderInfo],
    keys_of: KeysOf,
    verdict_of: VerdictOf,
    *,
    is_complete: bool = False,
) -> WhyAnswer:
    """What is to be said. `infos` are the known readers, `namespace` the open one (None: all).

    `is_complete`: are there no others of the kind that is asked about?
    """
    space = asked.namespace or namespace
    here = [info for info in infos if space in (None, info.namespace)]
    meant = _meant(asked, here)
    if asked.name and not meant and not asked.fault:
        return WhyAnswer(_no_reader(asked, here, space, is_complete=is_complete))
    if asked.pulls:
        return _of_pulls(asked, meant or here, keys_of, space)
    if asked.image and not meant:
        return _of_image(asked, here)
    if asked.secret:
        return _of_secret(asked, here, keys_of, space)
    if asked.key:
        return _of_key(asked, meant or here, keys_of)
    return _of_readers(meant, keys_of, verdict_of)


def _meant(asked: Asked, infos: Iterable[ReaderInfo]) -> list[ReaderInfo]:
    """The reader that is named, or the pods of the workload; a name alone may be either's."""
    if not asked.name:
        return []
    found = [info for info in infos if info.name == asked.name or info.workload[1] == asked.name]
    exact = [info for info in found if asked.kind in (info.kind.name, info.workload[0])]
    chosen = sorted(exact or found, key=lambda info: (info.name != asked.name, is_done(info)))
    # Former revisions and pods that ended tell nothing of a workload that has others.
    return [info for info in chosen if info.name == asked.name or not is_done(info)] or chosen


def _no_reader(asked: Asked, infos: Iterable[ReaderInfo], space: str | None, *, is_complete: bool) -> str:
    names = {name for info in infos for name in (info.name, info.workload[1])}
    near = nearest(asked.name, names)
    meant = f" Did you mean {joined(near, 'or')}?" if near else ""
    where = space or "any namespace"
    what = f"{asked.kind or 'pod or workload'} {asked.name}"
    elsewhere = " In another namespace: add -n NAMESPACE." if space else ""
    said = f"No {what} is known in {where}."
    if is_complete and asked.kind == "Pod":
        said = f"There is no {what} in {where}."
    elif is_complete:
        said = f"There is no {what} in {where} that names a Secret."
    return f"{said}{meant or elsewhere}"


def _of_secret(asked: Asked, infos: Sequence[ReaderInfo], keys_of: KeysOf, space: str | None) -> WhyAnswer:
    lacks = [lack for lack in _lacks(infos, keys_of) if lack.ref.name == asked.secret]
    named = [
        secret_of(info, use).namespace for info in infos for use in info.uses if use.secret == asked.secret
    ]
    space = next((lack.ref.namespace for lack in lacks), next(iter(named), None)) if space is None else space
    if space is None:
        return WhyAnswer(f"No known reader names a Secret {asked.secret}. Which namespace is it in?")
    ref = SecretRef(space, asked.secret)
    keys = keys_of(ref)
    if keys is None:
        lack = next((lack for lack in lacks if lack.is_missing), None)
        return _missing(ref, asked.key or (lack.use.key if lack else "") or "", lack)
    if "not allowed" in asked.fault:
        return WhyAnswer(f"The pod's service account does not list {ref.name} among its secrets.", ref)
    if not asked.key:
        now = " now: the kubelet tries again by itself" if keys.is_there else ""
        return WhyAnswer(f"{ref} is there{now}.", ref) if keys.is_there else WhyAnswer(_not_known(ref), ref)
    if asked.key in keys.names:
        says = f"{ref} has the key {asked.key} now: the kubelet tries again by itself."
        if asked.fault.startswith("Keys"):
            says = f"{asked.key} is no name of a variable: kubelets before 1.34 skip that key of {ref}."
        return WhyAnswer(says, ref, asked.key)
    if not keys.is_whole or not keys.is_there:
        return WhyAnswer(f"Whether {ref} has the key {asked.key} is not known.", ref, asked.key)
    return _no_key(ref, asked.key, keys.names, next((one for one in lacks if one.use.key == asked.key), None))


def _of_key(asked: Asked, infos: Sequence[ReaderInfo], keys_of: KeysOf) -> WhyAnswer:
    """A volume lists a key, and the error names neither the Secret nor always the pod."""
    lacks = [lack for lack in _lacks(infos, keys_of) if lack.use.key == asked.key]
    if lacks:
        return _of_lack(max(lacks, key=lambda lack: lack.rank), keys_of)
    named = {secret_of(info, use) for info in infos for use in info.uses if use.key == asked.key}
    if not named:
        return WhyAnswer(f"No known reader asks for a key {asked.key} here.")
    ref = min(named)
    return WhyAnswer(f"{ref} has the key {asked.key} now: the kubelet tries again by itself.", ref, asked.key)


def _of_pulls(asked: Asked, infos: Sequence[ReaderInfo], keys_of: KeysOf, space: str | None) -> WhyAnswer:
    spaces = {info.namespace for info in infos for use in info.uses if use.secret in asked.pulls}
    space = space or min(spaces, default=None)
    if space is None:
        return WhyAnswer("No known pod names these pull secrets. Which namespace is it in?")
    refs = [SecretRef(space, name) for name in asked.pulls]
    missing = next((ref for ref in refs if keys_of(ref) is None), None)
    if missing is not None:
        said = f"Pull secret {missing} does not exist: images of its registry are pulled without a login."
        return WhyAnswer(said, missing, is_missing=True, is_pull=True)
    unknown = [ref for ref in refs if (keys := keys_of(ref)) is not None and not keys.is_there]
    if unknown:
        return WhyAnswer(_not_known(unknown[0]), unknown[0])
    return WhyAnswer(f"{listed(asked.pulls)}: there now; the kubelet tries again by itself.", refs[0])


def _of_image(asked: Asked, infos: Iterable[ReaderInfo]) -> WhyAnswer:
    """The pull secret with which a pod pulls from that registry; one that waits for its image first."""
    host, image = registry_of(asked.image), asked.image
    pods = [info for info in infos if isinstance(info, PodInfo) and not is_done(info)]
    for info in sorted(pods, key=pulls_in_vain, reverse=True):
        for use in info.uses:
            if use.way == "image_pull" and host in use.target.split():
                return _of_login(f"{image} cannot be pulled", secret_of(info, use), asked.fault)
    return WhyAnswer(f"No known pod pulls from {host} with a pull secret here.")


def _of_login(what: str, ref: SecretRef, words: str) -> WhyAnswer:
    """A pull failed although its pull secret is there."""
    is_refused = any(word in words.lower() for word in _REFUSED)
    why = f"the registry refuses the login of {ref}" if is_refused else f"its login is in {ref}"
    return WhyAnswer(f"{what}: {why}.", ref, DOCKER_KEY, is_login=True)


def _of_readers(infos: Sequence[ReaderInfo], keys_of: KeysOf, verdict_of: VerdictOf) -> WhyAnswer:
    lack = worst(infos, keys_of)
    if lack is not None and lack.is_known:
        return _of_lack(lack, keys_of)
    if (old := _old(infos, verdict_of)) is not None:
        return old
    info = infos[0]
    state = f" ({info.status})" if info.status else ""
    if lack is not None:
        return WhyAnswer(f"{lack.info.title}{state}: {lack.effect.sentence}.", info=lack.info)
    if (login := _login(infos)) is not None:
        return login
    if not any(one.uses for one in infos):
        return WhyAnswer(f"{info.title}{state} reads no Secret.", info=info)
    return WhyAnswer(f"{info.title}{state}: every Secret and key that it needs is there.", info=info)


def _login(infos: Iterable[ReaderInfo]) -> WhyAnswer | None:
    """The pull secret of a pod that waits for its image."""
    for info in infos:
        if isinstance(info, PodInfo) and pulls_in_vain(info):
            words = " ".join(message for _container, _reason, message in info.waiting)
            for use in info.uses:
                if use.way == "image_pull":
                    return _of_login(f"{info.title} waits for its image", secret_of(info, use), words)
    return None


def _old(infos: Iterable[ReaderInfo], verdict_of: VerdictOf) -> WhyAnswer | None:
    """The reader that surely, or else perhaps, has an old value."""
    pods = [info for info in infos if isinstance(info, PodInfo) and not is_done(info)]
    told = [(info, use, verdict_of(info, use)) for info in pods for use in info.uses]
    for word, has in (("old value", "has"), ("old value?", "may have")):
        for info, use, one in told:
            if one.word == word:
                why = one.grounds.split(": ")[0]  # without who wrote it, as the answer has two lines
                said = f"{info.title} {has} an old value of {secret_of(info, use)}: {why}."
                return WhyAnswer(said, secret_of(info, use), use.key or "", info=info, is_old=True)
    return None


def _of_lack(lack: MissingReference, keys_of: KeysOf) -> WhyAnswer:
    keys = keys_of(lack.ref)
    if keys is None:
        return _missing(lack.ref, lack.use.key or "", lack)
    return _no_key(lack.ref, lack.use.key or "", keys.names, lack)


def _missing(ref: SecretRef, key: str, lack: MissingReference | None) -> WhyAnswer:
    is_pull = lack is not None and lack.use.way == "image_pull"
    needs = f"; {_who(lack)} {f'its key {key}' if key else 'it'}" if lack is not None else ""
    said = f"Secret {ref} does not exist{needs}."
    return WhyAnswer(said, ref, key, is_missing=True, is_pull=is_pull, info=lack.info if lack else None)


def _no_key(ref: SecretRef, key: str, names: Iterable[str], lack: MissingReference | None) -> WhyAnswer:
    near = near_keys(key, names)
    has = "" if names else "; it has no keys"
    if near:
        has = f"; {joined(near, 'and')} {'is' if len(near) == 1 else 'are'}"
    who = f" {_who(lack)} it." if lack is not None else ""
    said = f"{key} is not in {ref}{has}.{who}"
    return WhyAnswer(said, ref, near[0] if near else "", lacks=key, info=lack.info if lack else None)


def _who(lack: MissingReference) -> str:
    return f"{lack.info.title} {'waits for' if lack.waits else 'needs'}"


def _not_known(ref: SecretRef) -> str:
    return f"Whether {ref} exists is not known."


def _lacks(infos: Iterable[ReaderInfo], keys_of: KeysOf) -> Iterator[MissingReference]:
    """Of those that will start again first."""
    return (lack for info in sorted(infos, key=is_done) for lack in lacks_of(info, keys_of))
