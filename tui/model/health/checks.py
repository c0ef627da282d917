"""Health checks, which yield findings from the evidence.

A check reports nothing if the facts that it needs are unknown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import short_title
from tui.model.health.certificates import (
    CertificateFinding,
    has_login,
    host_finding,
    key_finding,
    time_finding,
)
from tui.model.health.evidence import Evidence, SourceTrouble
from tui.model.health.finding import Finding, Level, order
from tui.model.health.missing_references import MissingReference, is_done, lacks_of, pulls_in_vain
from tui.model.health.risk_checks import accepted_count, plain, reused, risks
from tui.model.known_names import near_keys
from tui.model.readers.freshness import BAND, Verdict
from tui.model.readers.needs import lacking
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import FAILS, secret_of
from tui.model.rollout.failure import start_failure
from tui.model.secret.formats.validity import expiry_words, time_problem
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import TLS_CERTIFICATE, TLS_KEY, secret_type
from tui.model.text.counts import counted, joined, listed
from tui.model.text.times import age, moment

_BY_LABEL: Final = frozenset(
    (
        "argocd.argoproj.io/secret-type",
        "sealedsecrets.bitnami.com/sealed-secrets-key",
        "cert-manager.io/next-private-key",
    )
)
"""Labels by which controllers find Secrets."""
_NEXT_START: Final = "next start FAILS: "


def judge(evidence: Evidence, wanted: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Run the checks named in `wanted` (all checks if it is empty), and sort their findings, worst first."""
    names = tuple(wanted) or tuple(CHECKS)
    findings = (replace(finding, check=name) for name in names for finding in CHECKS[name](evidence))
    return tuple(sorted(findings, key=order))


def missing(evidence: Evidence) -> Iterator[Finding]:
    """Report readers of a Secret or a key that does not exist."""
    groups = defaultdict[tuple[str, str, SecretRef, str], list[MissingReference]](list)
    for info in evidence.infos:
        if is_done(info) and not evidence.includes_done:
            continue
        for lack in lacks_of(info, evidence.keys_of):
            if lack.is_known:
                groups[info.namespace, info.owner_title, lack.ref, lack.use.key or ""].append(lack)
    for (namespace, title, ref, key), lacks in groups.items():
        worst = max(lacks, key=lambda lack: (lack.waits, lack.rank))
        waiting = {lack.info.id for lack in lacks if lack.waits}
        level: Level = "fails" if waiting else "will fail" if worst.effect.severity == FAILS else "care"
        yield Finding(
            level=level,
            namespace=namespace,
            object=title,
            says=_says(worst, len(waiting)),
            short=_short(worst, title, level, len(waiting)),
            date=min((lack.info.created or math.inf for lack in lacks), default=math.inf),
            do=_create(evidence, worst),
            ref=ref,
            key=key,
            reader=worst.info.id,
            is_missing=worst.is_missing,
        )


def _says(lack: MissingReference, waiting: int) -> str:
    words = lack.effect.sentence
    if not waiting:
        return words
    if lack.use.way == "image_pull":
        return f"pull secret {lack.ref.name} does not exist; {_wait(waiting)} for the image"
    words = words.removeprefix(_NEXT_START)
    if lack.is_said:
        return f"{_wait(waiting)}, the kubelet says: {words}"
    return f"{counted(waiting, 'pod')} pending, probably for this reason: {words}"


def _short(lack: MissingReference, title: str, level: Level, waiting: int) -> str:
    problem = "missing" if lack.is_missing else f"no key {lack.use.key}"
    reader = short_title(title)
    if waiting:
        pods = f", {counted(waiting, 'pod')}" if "/" in title else ""
        return f"{problem}: {reader} waits{pods}"
    return f"{problem}: next start of {reader} fails" if level == "will fail" else f"{problem}: {reader}"


def _wait(count: int) -> str:
    return f"{counted(count, 'pod')} {'waits' if count == 1 else 'wait'}"


def _create(evidence: Evidence, lack: MissingReference) -> str:
    keys = evidence.keys_of(lack.ref)
    if keys is None and (writers := evidence.producers(lack.ref)):
        return f"See why {joined(writers)} {'has' if len(writers) == 1 else 'have'} not written the Secret"
    if keys is None:
        with_key = f" with the key {lack.use.key}" if lack.use.key else ""
        return f"Create Secret {lack.ref.name}{with_key}"
    similar, key = near_keys(lack.use.key or "", keys.names), lack.use.key
    alternative = (
        f", or change {key} to {joined(similar, 'or')} in {lack.info.owner_title}" if similar else ""
    )
    manager = next((row.manager for row in evidence.rows if row.ref == lack.ref), None)
    caveat = f" ({manager} may undo that)" if manager is not None else ""
    return f"Add the key {key}{caveat}{alternative}"


def old_values(evidence: Evidence) -> Iterator[Finding]:
    """Report pods that keep, or may keep, an old value of a Secret."""
    groups = defaultdict[tuple[str, str, SecretRef], list[tuple[PodInfo, PodUse, Verdict]]](list)
    for info in _pods(evidence):
        for use in info.uses:
            ref = secret_of(info, use)
            if lacking(use, ref, evidence.keys_of(ref)) is not None:
                continue  # the check `missing` reports this use
            verdict = evidence.verdict_of(info, use)
            if verdict.word in ("old value", "old value?"):
                groups[info.namespace, info.owner_title, ref].append((info, use, verdict))
    for (namespace, title, ref), uses in groups.items():
        certain = [item for item in uses if item[2].word == "old value"]
        info, use, verdict = (certain or uses)[0]
        pods = len({item[0].name for item in certain or uses})
        keep = ("keeps" if pods == 1 else "keep") if certain else "may keep"
        yield Finding(
            level="old value" if certain else "old value?",
            namespace=namespace,
            object=title,
            says=f"{counted(pods, 'pod')} {keep} an old value: {verdict.grounds}",
            short=f"{verdict.word}{':' if certain else ''} {short_title(title)}, {counted(pods, 'pod')}",
            date=min(verdict.changed or math.inf for _, _, verdict in certain or uses),
            do=_restart(evidence, info),
            ref=ref,
            key=use.key or "",
            reader=info.id,
        )


def _restart(evidence: Evidence, info: PodInfo) -> str:
    siblings = (
        pod for pod in _pods(evidence) if (pod.namespace, pod.workload) == (info.namespace, info.workload)
    )
    return "A new pod would not start: fix the cause first" if start_failure(siblings) else "Restart it"


def replaced(evidence: Evidence) -> Iterator[Finding]:
    """Report immutable Secrets that were deleted and created again while pods used them.

    The kubelet does not watch immutable Secrets, so the nodes of these pods may keep the old Secret.
    """
    created = {row.ref: row.created for row in evidence.rows if row.is_immutable and row.created is not None}
    older_pods = defaultdict[SecretRef, set[PodInfo]](set)
    for info in _pods(evidence) if created else ():
        for ref in {secret_of(info, use) for use in info.uses} & created.keys():
            if info.created is not None and info.created < created[ref] - BAND:
                older_pods[ref].add(info)
    for ref, pods in older_pods.items():
        names = listed(sorted(info.name for info in pods), 2)
        yield Finding(
            level="old value?",
            namespace=ref.namespace,
            says=f"replaced while pods use it ({names}): their nodes may keep the old Secret",
            short="replaced while pods use it",
            date=created[ref],
            do="Use a new Secret name, or delete all pods of the Secret at the same time",
            ref=ref,
        )


def unused(evidence: Evidence) -> Iterator[Finding]:
    """Report Secrets without a known reader.

    Report nothing if some objects that can use Secrets could not be listed.
    """
    for row in _for_readers(evidence):
        ref = row.ref
        if evidence.usage(ref) == "no reader found" and not row.is_terminating:
            caveat = f"; {row.manager} may create it again: delete it at the source" if row.manager else ""
            yield Finding(
                level="unused",
                namespace=ref.namespace,
                says="no object that you may list uses this Secret",
                short=f"no reader known{f', managed by {row.manager}' if row.manager else ''}",
                date=row.created or math.inf,
                do=f"Delete it if no ConfigMap names it and no app reads it through the API{caveat}",
                ref=ref,
            )


def certificates(evidence: Evidence) -> Iterator[Finding]:
    """Report problems of tls.crt (unreadable, not valid, expires soon) and of tls.key (wrong, encrypted)."""
    for ref, facts in evidence.certificates.items():
        if facts.problem:
            do = "Set tls.crt to a certificate"
            says, short = facts.problem, "not readable"
            yield _of_certificate(
                evidence, CertificateFinding(level="fails", short=short, says=says, do=do, ref=ref)
            )
        elif fault := time_finding(facts.times, evidence.now, evidence.zone, ref=ref):
            short = f"tls.crt {fault.says.removeprefix('the certificate ')}"
            yield _of_certificate(evidence, fault, short)
        fault = key_finding(
            facts.pair_problem,
            is_encrypted=facts.is_key_encrypted,
            ref=ref,
            key=TLS_CERTIFICATE,
            private_key=TLS_KEY,
        )
        if fault is not None:
            yield _of_certificate(evidence, fault)


def _of_certificate(evidence: Evidence, fault: CertificateFinding, short: str = "") -> Finding:
    host, ref = fault.host, fault.ref
    place = host or ref
    return Finding(
        level=fault.level,
        namespace=place.namespace if place is not None else "",
        object=host.object if host is not None else "",
        says=fault.sentence if evidence.today is None else fault.says,
        short=short,
        do=fault.do,
        ref=ref,
        key=fault.key,
        ends=fault.ends if fault.level == "care" else math.inf,
        date=fault.ends,
    )


def _date(evidence: Evidence, ends: float) -> str:
    if evidence.today is not None:
        return ""
    return f" ({'ended' if ends < evidence.now else 'ends'} {moment(ends, None, evidence.zone)})"


def other_certificates(evidence: Evidence) -> Iterator[Finding]:
    """Report certificates that are not valid or that expire soon, except tls.crt of a TLS Secret.

    The level is always "care", because an old CA often stays beside a new one.
    """
    for ref, keys in evidence.other_times.items():
        for key, times in keys.items():
            if problem := time_problem(times, evidence.now):
                is_early = not problem.is_valid and problem.ends > evidence.now
                yield Finding(
                    level="care",
                    namespace=ref.namespace,
                    says=f"a {problem.what} in {key} {problem.words}{_date(evidence, problem.ends)}",
                    short=f"{key} {problem.words}",
                    ends=problem.ends,
                    date=problem.ends,
                    do="Wait until it is valid, or replace it"
                    if is_early
                    else "Renew it, if it is still used",
                    ref=ref,
                    key=key,
                )


def hosts(evidence: Evidence) -> Iterator[Finding]:
    """Report each host of an Ingress or a Gateway if the served certificate does not cover the host."""
    for host in evidence.hosts:
        facts = evidence.certificates.get(host.ref)
        if facts is None or facts.problem:
            continue
        if (fault := host_finding(facts.names, host)) is not None:
            short = f"does not cover {host.host}: {short_title(host.object)}"
            yield _of_certificate(evidence, fault, short)


def registries(evidence: Evidence) -> Iterator[Finding]:
    """Report pull Secrets of a pod if none of them has a login to a registry of the pod's images."""
    groups = defaultdict[tuple[str, str, SecretRef, str], list[PodInfo]](list)
    for info in _pods(evidence):
        pull_secrets = [(secret_of(info, use), use.target) for use in info.uses if use.way == "image_pull"]
        if any(_may_log_in(evidence, ref, target) for ref, target in pull_secrets):
            continue
        for ref, target in pull_secrets:
            if target and ref in evidence.registries:
                groups[info.namespace, info.owner_title, ref, target].append(info)
    for (namespace, title, ref, target), infos in groups.items():
        logins = evidence.registries[ref]
        yield Finding(
            level="fails" if any(map(pulls_in_vain, infos)) else "care",
            namespace=namespace,
            object=title,
            says=f"no login to {joined(target.split(), 'or')}; logins: {listed(logins, 3) or 'none'}",
            short=f"no login to {joined(target.split(), 'or')}: {short_title(title)}",
            do="Add the login, or use another pull secret",
            ref=ref,
            reader=infos[0].id,
        )


def pulls(evidence: Evidence) -> Iterator[Finding]:
    """Report pods that wait for their image although their pull Secrets exist and may have the login."""
    groups = defaultdict[tuple[str, str, SecretRef], list[PodInfo]](list)
    for info in filter(pulls_in_vain, _pods(evidence)):
        pull_secrets = [(secret_of(info, use), use.target) for use in info.uses if use.way == "image_pull"]
        if any(evidence.keys_of(ref) is None for ref, _ in pull_secrets):
            continue  # the check `missing` reports the Secret
        # If no pull Secret has a login to the registry, the check `registries` reports them.
        ref = next((ref for ref, target in pull_secrets if _may_log_in(evidence, ref, target)), None)
        if ref is not None:
            groups[info.namespace, info.owner_title, ref].append(info)
    for (namespace, title, ref), infos in groups.items():
        yield Finding(
            level="fails",
            namespace=namespace,
            object=title,
            says=f"{_wait(len(infos))} for the image: the login in {ref.name} may be refused",
            short=f"login refused? {short_title(title)} waits for its image",
            do="Change the login if the registry refuses it",
            ref=ref,
            reader=infos[0].id,
        )


def _may_log_in(evidence: Evidence, ref: SecretRef, target: str) -> bool:
    """True if a pull Secret has a login to a registry in `target`, or if its logins are not known.

    The kubelet tries the matching logins of all pull Secrets of a pod.
    """
    logins = evidence.registries.get(ref)
    if logins is None:
        return evidence.keys_of(ref) is not None
    return any(has_login(logins, host) for host in target.split())


def sources(evidence: Evidence) -> Iterator[Finding]:
    """Report objects that write Secrets and are in error, late or suspended."""
    now = evidence.now
    for trouble in evidence.troubles:
        if trouble.since is not None and now < trouble.since + trouble.grace:
            continue
        reason, is_ended = f": {trouble.reason}" if trouble.reason else "", trouble.ends < now
        when = (
            f" since {moment(trouble.since, evidence.today, evidence.zone)}"
            if trouble.since is not None
            else ""
        )
        ends = ""
        if trouble.ends < math.inf:
            ends = f"; the certificate {expiry_words(trouble.ends, now)}{_date(evidence, trouble.ends)}"
        others = f"; the object writes {counted(trouble.others, 'more Secret')}" if trouble.others else ""
        if trouble.ref is not None and trouble.namespace != trouble.ref.namespace:
            others += f"; the object is in namespace {trouble.namespace}"
        yield Finding(
            level="fails" if is_ended else "care",
            namespace=trouble.namespace,
            object=trouble.object,
            says=f"{trouble.what}{when}{reason}{ends}{others}",
            short=f"{short_title(trouble.object)} {trouble.what}{_span(trouble, now)}{reason}",
            do=trouble.do,
            ref=trouble.ref,
            ends=math.inf if is_ended else trouble.ends,
            date=math.inf if trouble.since is None else trouble.since,
        )


def _span(trouble: SourceTrouble, now: float) -> str:
    """Words for the duration of the trouble: " for 3h", " by 3h" (overdue), " 3h ago" (failed sync)."""
    if trouble.since is None:
        return ""
    span = age(now - trouble.since)
    return f" {span} ago" if trouble.span == "ago" else f" {trouble.span} {span}"


CHECKS: Final[dict[str, Callable[[Evidence], Iterator[Finding]]]] = {
    "missing": missing,
    "old value": old_values,
    "certificate": certificates,
    "other certificate": other_certificates,
    "host": hosts,
    "registry": registries,
    "pull": pulls,
    "source": sources,
    "replaced": replaced,
    "risk": risks,
    "reused": reused,
    "plain": plain,
    "unused": unused,
}


def _pods(evidence: Evidence) -> Iterator[PodInfo]:
    """Yield the pods that have not ended and are not being deleted."""
    for info in evidence.infos:
        if isinstance(info, PodInfo) and not is_done(info) and not info.is_terminating:
            yield info


def states(evidence: Evidence) -> dict[str, int]:
    """Count the Secrets in each state of use."""
    counts = dict.fromkeys(("in use", "mentioned", "no reader found", "not known"), 0)
    for row in _for_readers(evidence):
        counts[evidence.usage(row.ref)] += 1
    return counts | {"for controllers": len(evidence.rows) - sum(counts.values())}


_UNUSED: Final = "no reader found"
_STATES: Final = {_UNUSED: "no reader known", "for controllers": "read by controllers only"}
"""Keys are states as in JSON reports. Values are the words shown instead on screen."""


def states_words(evidence: Evidence) -> str:
    """Summarize the states, for example as "3 in use, 2 no reader known (1 being deleted)"."""
    leaving = sum(row.is_terminating and evidence.usage(row.ref) == _UNUSED for row in _for_readers(evidence))
    more = {_UNUSED: f" ({leaving:,} being deleted)" if leaving else ""}
    words = ", ".join(
        f"{count:,} {_STATES.get(state, state)}{more.get(state, '')}"
        for state, count in states(evidence).items()
        if count
    )
    words = words or ("not known" if any(gap.what == "secrets" for gap in evidence.gaps) else "none")
    count = accepted_count(evidence)
    return f"{words}; {counted(count, 'accepted risk')}" if count else words


def _for_readers(evidence: Evidence) -> Iterator[SecretSummary]:
    """Yield the Secrets, except those that controllers find by type or label."""
    for row in evidence.rows:
        if secret_type(row.type).is_for_pods and not _BY_LABEL & {name for name, _ in row.labels}:
            yield row


def undecided(evidence: Evidence) -> int:
    """Count the pods with the verdict "not known".

    A verdict with `instead` does not count, because the text of `instead` is shown in place of "not known".
    """
    verdict = evidence.verdict_of
    verdicts = ((info.id, verdict(info, use)) for info in _pods(evidence) for use in info.uses)
    return len({id_ for id_, answer in verdicts if answer.word == "not known" and not answer.instead})
