"""Answer to a question that the user asks in the `why` screen, with the finding or object to open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.health.checks import judge
from tui.model.health.evidence import Evidence
from tui.model.health.finding import LEVELS, Finding
from tui.model.health.missing_references import KeysOf, is_done, lacks_of
from tui.model.known_names import near_keys, nearest
from tui.model.readers.pod_spec import registry_of
from tui.model.readers.reader import ReaderInfo, secret_of
from tui.model.secret.formats.docker import DOCKER_KEY
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import joined, sentence_case
from tui.model.why import WhyQuestion

_CHECKS: Final = ("missing", "registry", "pull", "old value", "certificate", "source", "replaced")
"""Checks to run. If findings have the same level, the finding of the earlier check is the answer."""
_LOGINS: Final = ("registry", "pull")


class WhyAnswer(Struct, frozen=True):
    """Sentence, and the finding, Secret or reader to open."""

    sentence: str
    ref: SecretRef | None = None
    key: str = ""
    """Key to set the cursor to."""
    finding: Finding | None = None
    is_pull: bool = False
    """True if the Secret is known to be used only to pull images."""
    info: ReaderInfo | None = None

    @property
    def is_missing(self) -> bool:
        return self.finding is not None and self.finding.is_missing

    @property
    def is_login(self) -> bool:
        """True if the pull Secret exists, but its login may be missing or refused."""
        return self.finding is not None and self.finding.check in _LOGINS

    @property
    def lacks(self) -> str:
        """Name of the key that an existing Secret lacks; "" if the problem is another one.

        If `lacks` is not "", `key` is the most similar key of the Secret. `key` is "" if no key is similar.
        """
        is_key = self.finding is not None and self.finding.check == "missing" and not self.is_missing
        return self.finding.key if self.finding is not None and is_key else ""


def answer(
    asked: WhyQuestion, namespace: str | None, evidence: Evidence, *, is_complete: bool = False
) -> WhyAnswer:
    """Answer a question; `is_complete` means that all readers of the asked kind are known."""
    asked_namespace = asked.namespace or namespace
    in_namespace = [info for info in evidence.infos if asked_namespace in (None, info.namespace)]
    named = _named(asked, in_namespace)
    if asked.name and not named and not asked.fault:
        return WhyAnswer(_no_reader(asked, in_namespace, asked_namespace, is_complete=is_complete))
    readers = named or in_namespace
    for infos in ([info for info in readers if not is_done(info)], readers):
        selected = replace(evidence, infos=infos, includes_done=True)
        if (finding := _worst(asked, selected)) is not None:
            return answer_of(finding, selected)
    if asked.image and not named:
        return WhyAnswer(f"No known pod with a pull secret waits for an image of {registry_of(asked.image)}.")
    if asked.pulls or asked.secret:
        return _of_secrets(asked, in_namespace, evidence, asked_namespace)
    if not asked.key:
        return _of_readers(named, evidence.keys_of)
    return _of_key(asked.key, named, in_namespace, asked_namespace)


def answer_of(finding: Finding, evidence: Evidence) -> WhyAnswer:
    ref, key = finding.ref, finding.key
    uses = [use for info in evidence.infos for use in info.uses if secret_of(info, use) == ref]
    is_pull = bool(uses) and all(use.way == "image_pull" for use in uses)
    if finding.check != "missing" or ref is None:
        says = f"{finding.object} {finding.says}" if finding.check == "source" else finding.says
        if finding.check == "old value":
            # Drop the text after the second colon (the last writer): the answer has only two lines.
            says = ": ".join(says.split(": ")[:2])
        cursor_key = key or (DOCKER_KEY if finding.check in _LOGINS else "")
        return WhyAnswer(f"{sentence_case(says)}.", ref, cursor_key, finding, is_pull)
    title = next((info.title for info in evidence.infos if info.id == finding.reader), "")
    needs = f"{title} {'waits for' if finding.level == 'fails' else 'needs'}" if title else ""
    if finding.is_missing:
        more = f"; {needs} {f'its key {key}' if key else 'it'}" if needs else ""
        return WhyAnswer(f"Secret {ref} does not exist{more}.", ref, key, finding, is_pull)
    keys = evidence.keys_of(ref)
    names = keys.names if keys is not None else ()
    similar = near_keys(key, names)
    key_hint = "" if names else ", which has no keys"
    if similar:
        key_hint = f", but {joined(similar, 'and')} {'is' if len(similar) == 1 else 'are'}"
    sentence = f"{key} is not in {ref}{key_hint}.{f' {needs} it.' if needs else ''}"
    return WhyAnswer(sentence, ref, similar[0] if similar else "", finding)


def _named(asked: WhyQuestion, infos: Iterable[ReaderInfo]) -> list[ReaderInfo]:
    if not asked.name:
        return []
    called = [info for info in infos if asked.name in (info.name, info.workload[1])]
    exact = [info for info in called if asked.kind in (info.kind.name, info.workload[0])]
    chosen = sorted(exact or called, key=lambda info: (info.name != asked.name, is_done(info)))
    # Drop readers that have ended, except those with the asked name. If no reader is left, keep all.
    return [info for info in chosen if info.name == asked.name or not is_done(info)] or chosen


def _worst(asked: WhyQuestion, evidence: Evidence) -> Finding | None:
    reads = {secret_of(info, use) for info in evidence.infos for use in info.uses}
    # A pasted error (`fault`) is about a missing Secret or key, or a failed login: skip other checks.
    checks = _CHECKS[: len(_LOGINS) + 1] if asked.fault else _CHECKS
    matches = [finding for finding in judge(evidence, checks) if _fits(asked, finding, evidence, reads)]

    def rank(finding: Finding) -> tuple[int, int, bool]:
        is_other = bool(asked.key) and finding.key != asked.key
        return LEVELS.index(finding.level), _CHECKS.index(finding.check), is_other

    return min(matches, key=rank, default=None)


def _fits(asked: WhyQuestion, finding: Finding, evidence: Evidence, reads: Collection[SecretRef]) -> bool:
    """True if the finding matches the Secret, key, image or pull Secrets of the question.

    If the question names none of them, true if the finding's Secret is in `reads`.
    """
    name, is_lack = finding.ref.name if finding.ref is not None else "", finding.check == "missing"
    if asked.pulls:
        return finding.is_missing and name in asked.pulls
    if asked.image:
        uses = (use for info in evidence.infos if info.id == finding.reader for use in info.uses)
        pulls = (use.target.split() for use in uses if use.way == "image_pull" and use.secret == name)
        return any(registry_of(asked.image) in hosts for hosts in pulls)
    if asked.secret:
        return is_lack and name == asked.secret and (finding.is_missing or asked.key in ("", finding.key))
    if asked.key:
        return is_lack and finding.key == asked.key
    return finding.ref in reads


def _no_reader(
    asked: WhyQuestion, infos: Iterable[ReaderInfo], space: str | None, *, is_complete: bool
) -> str:
    names = {name for info in infos for name in (info.name, info.workload[1])}
    similar = nearest(asked.name, names)
    suggestion = f" Did you mean {joined(similar, 'or')}?" if similar else ""
    where = space or "any namespace"
    subject = f"{asked.kind or 'pod or workload'} {asked.name}"
    elsewhere = " For another namespace, add -n NAMESPACE." if space else ""
    sentence = f"No {subject} is known in {where}."
    if is_complete:
        sentence = f"No {subject}{'' if asked.kind == 'Pod' else ' that uses a Secret'} exists in {where}."
    return f"{sentence}{suggestion or elsewhere}"


def _of_secrets(
    asked: WhyQuestion, infos: Sequence[ReaderInfo], evidence: Evidence, space: str | None
) -> WhyAnswer:
    names = asked.pulls or (asked.secret,)
    named = [secret_of(info, use) for info in infos for use in info.uses if use.secret in names]
    if space is None and not named:
        return WhyAnswer(f"No known reader names a Secret {names[0]}. Add its namespace: -n NAMESPACE.")
    refs = [SecretRef(space or min(named).namespace, name) for name in names]
    states = {ref: evidence.keys_of(ref) for ref in refs}
    for ref, keys in states.items():
        if keys is None:
            lack = _lack(ref, asked.key, is_missing=True)
            return replace(answer_of(lack, evidence), is_pull=bool(asked.pulls))
    unknown = next((ref for ref, keys in states.items() if keys is not None and not keys.is_there), None)
    if unknown is not None:
        key = f"the key {asked.key} of " if asked.key else ""
        return WhyAnswer(f"Could not check {key}{unknown}.", unknown, asked.key)
    ref, keys = refs[0], states[refs[0]]
    if "not allowed" in asked.fault:
        return WhyAnswer(f"The pod's service account does not list {ref.name} among its secrets.", ref)
    if not asked.key or keys is None:
        verb = "exists" if len(refs) == 1 else "exist"
        titles = joined([str(ref) for ref in refs])
        return WhyAnswer(f"{titles} {verb} now: the kubelet tries again by itself.", ref)
    if asked.key in keys.names:
        says = f"{ref} has the key {asked.key} now: the kubelet tries again by itself."
        if asked.fault.startswith("Keys"):
            says = f"Kubelets before 1.34 skip {asked.key} of {ref}: the key is not a valid variable name."
        return WhyAnswer(says, ref, asked.key)
    if not keys.is_whole:
        return WhyAnswer(f"Could not check the key {asked.key} of {ref}.", ref, asked.key)
    return answer_of(_lack(ref, asked.key), evidence)


def _lack(ref: SecretRef, key: str, *, is_missing: bool = False) -> Finding:
    return Finding(
        level="fails",
        check="missing",
        namespace=ref.namespace,
        says=f"Secret {ref} does not exist" if is_missing else f"{key} is not in {ref}",
        do=f"Create Secret {ref.name}" if is_missing else f"Add the key {key}",
        ref=ref,
        key=key,
        is_missing=is_missing,
    )


def _of_key(
    key: str, named: Sequence[ReaderInfo], infos: Sequence[ReaderInfo], space: str | None
) -> WhyAnswer:
    secrets = {secret_of(info, use) for info in named or infos for use in info.uses if use.key == key}
    if secrets:
        ref = min(secrets)
        return WhyAnswer(f"{ref} has the key {key} now: the kubelet tries again by itself.", ref, key)
    if named:
        return WhyAnswer(f"{named[0].title} needs no key {key}.")
    return WhyAnswer(f"No known reader in {space or 'any namespace'} needs a key {key}.")


def _of_readers(infos: Sequence[ReaderInfo], keys_of: KeysOf) -> WhyAnswer:
    info = infos[0]
    state = f" ({info.status})" if info.status else ""
    unknown = next((lack for reader in infos for lack in lacks_of(reader, keys_of)), None)
    if unknown is not None:
        return WhyAnswer(f"{unknown.info.title}{state}: {unknown.effect.sentence}.", info=unknown.info)
    if not any(reader.uses for reader in infos):
        return WhyAnswer(f"{info.title}{state} reads no Secret.", info=info)
    return WhyAnswer(f"{info.title}{state}: all Secrets and keys that it needs exist.", info=info)
