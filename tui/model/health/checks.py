"""The checks: from evidence to findings, in the words of screen and report. What is not known is none."""

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
"""Labels by which controllers find Secrets that nothing names."""
_NEXT_START: Final = "next start FAILS: "


def judge(evidence: Evidence, wanted: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Run checks, by their names in CHECKS, or all of them if none is named; the worst finding first."""
    names = tuple(wanted) or tuple(CHECKS)
    found = (replace(one, check=name) for name in names for one in CHECKS[name](evidence))
    return tuple(sorted(found, key=order))


def missing(evidence: Evidence) -> Iterator[Finding]:
    """Readers of a Secret or a key that does not exist; pods of one workload are one finding."""
    found = defaultdict[tuple[str, str, SecretRef, str], list[MissingReference]](list)
    for info in evidence.infos:
        if is_done(info) and not evidence.includes_done:
            continue
        for lack in lacks_of(info, evidence.keys_of):
            if lack.is_known:
                found[info.namespace, info.owner_title, lack.ref, lack.use.key or ""].append(lack)
    for (namespace, title, ref, key), lacks in found.items():
        most = max(lacks, key=lambda lack: (lack.waits, lack.rank))
        waiting = {lack.info.id for lack in lacks if lack.waits}
        level: Level = "fails" if waiting else "will fail" if most.effect.severity == FAILS else "care"
        yield Finding(
            level=level,
            namespace=namespace,
            object=title,
            says=_says(most, len(waiting)),
            short=_short(most, title, level, len(waiting)),
            date=min((lack.info.created or math.inf for lack in lacks), default=math.inf),
            do=_create(evidence, most),
            ref=ref,
            key=key,
            reader=most.info.id,
            is_missing=most.is_missing,
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
    return f"{counted(waiting, 'pod')} pending, the spec shows why: {words}"


def _short(lack: MissingReference, title: str, level: Level, waiting: int) -> str:
    what = "missing" if lack.is_missing else f"no key {lack.use.key}"
    who = short_title(title)
    if waiting:
        pods = f", {counted(waiting, 'pod')}" if "/" in title else ""
        return f"{what}: {who} waits{pods}"
    return f"{what}: next start of {who} fails" if level == "will fail" else f"{what}: {who}"


def _wait(count: int) -> str:
    return f"{counted(count, 'pod')} {'waits' if count == 1 else 'wait'}"


def _create(evidence: Evidence, lack: MissingReference) -> str:
    keys = evidence.keys_of(lack.ref)
    if keys is None and (writers := evidence.producers(lack.ref)):
        return f"See why {joined(writers)} {'has' if len(writers) == 1 else 'have'} not written it"
    if keys is None:
        with_key = f" with the key {lack.use.key}" if lack.use.key else ""
        return f"Create Secret {lack.ref.name}{with_key}"
    near, key = near_keys(lack.use.key or "", keys.names), lack.use.key
    meant = f", or change {key} to {joined(near, 'or')} in {lack.info.owner_title}" if near else ""
    who = next((row.manager for row in evidence.rows if row.ref == lack.ref), None)
    undone = f" ({who} may undo that)" if who is not None else ""
    return f"Add the key {key}{undone}{meant}"


def old_values(evidence: Evidence) -> Iterator[Finding]:
    """Pods with a value from before the last change of their Secret."""
    found = defaultdict[tuple[str, str, SecretRef], list[tuple[PodInfo, PodUse, Verdict]]](list)
    for info in _pods(evidence):
        for use in info.uses:
            ref = secret_of(info, use)
            if lacking(use, ref, evidence.keys_of(ref)) is not None:
                continue  # told as missing
            told = evidence.verdict_of(info, use)
            if told.word in ("old value", "old value?"):
                found[info.namespace, info.owner_title, ref].append((info, use, told))
    for (namespace, title, ref), old in found.items():
        certain = [one for one in old if one[2].word == "old value"]
        info, use, told = (certain or old)[0]
        pods = len({one[0].name for one in certain or old})
        keep = ("keeps" if pods == 1 else "keep") if certain else "may keep"
        yield Finding(
            level="old value" if certain else "old value?",
            namespace=namespace,
            object=title,
            says=f"{counted(pods, 'pod')} {keep} an old value: {told.grounds}",
            short=f"{told.word}{':' if certain else ''} {short_title(title)}, {counted(pods, 'pod')}",
            date=min(told.changed or math.inf for _, _, told in certain or old),
            do=_restart(evidence, info),
            ref=ref,
            key=use.key or "",
            reader=info.id,
        )


def _restart(evidence: Evidence, info: PodInfo) -> str:
    siblings = (
        one for one in _pods(evidence) if (one.namespace, one.workload) == (info.namespace, info.workload)
    )
    return "A new pod would not start: fix that first" if start_failure(siblings) else "Restart it"


def replaced(evidence: Evidence) -> Iterator[Finding]:
    """Immutable Secrets that were replaced under pods that name them: their nodes keep the former one."""
    made = {row.ref: row.created for row in evidence.rows if row.is_immutable and row.created is not None}
    older = defaultdict[SecretRef, set[PodInfo]](set)
    for info in _pods(evidence) if made else ():
        for ref in {secret_of(info, use) for use in info.uses} & made.keys():
            if info.created is not None and info.created < made[ref] - BAND:
                older[ref].add(info)
    for ref, pods in older.items():
        names = listed(sorted(info.name for info in pods), 2)
        yield Finding(
            level="old value?",
            namespace=ref.namespace,
            says=f"replaced while pods use it ({names}): their nodes may keep the old one",
            short="replaced while pods use it",
            date=made[ref],
            do="Give it another name, or delete all its pods at the same time",
            ref=ref,
        )


def unused(evidence: Evidence) -> Iterator[Finding]:
    """Secrets that nothing names, where everything was read."""
    for row in _for_readers(evidence):
        ref = row.ref
        if evidence.usage(ref) == "no reader found" and not row.is_terminating:
            again = f"; {row.manager} may create it again: delete it there" if row.manager else ""
            yield Finding(
                level="unused",
                namespace=ref.namespace,
                says="no object that may be listed names it",
                short=f"no reader known{f', of {row.manager}' if row.manager else ''}",
                date=row.created or math.inf,
                do=f"Delete it, if nothing reads it through the API or by a name in a ConfigMap{again}",
                ref=ref,
            )


def certificates(evidence: Evidence) -> Iterator[Finding]:
    """Certificates out of their time, or soon, or that cannot be read; keys that are not theirs."""
    for ref, found in evidence.certificates.items():
        if found.problem:
            do = "Set tls.crt to a certificate"
            says, short = found.problem, "not readable"
            yield _of_certificate(
                evidence, CertificateFinding(level="fails", short=short, says=says, do=do, ref=ref)
            )
        elif fault := time_finding(found.times, evidence.now, evidence.zone, ref=ref):
            short = f"tls.crt {fault.says.removeprefix('the certificate ')}"
            yield _of_certificate(evidence, fault, short)
        fault = key_finding(
            found.pair_problem,
            is_encrypted=found.is_key_encrypted,
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
    """Date of a certificate's end, for a text that is kept; on screen its age says enough."""
    if evidence.today is not None:
        return ""
    return f" ({'ended' if ends < evidence.now else 'ends'} {moment(ends, None, evidence.zone)})"


def other_certificates(evidence: Evidence) -> Iterator[Finding]:
    """Report certificates in other keys that ended or soon will; an old CA often stays beside a new one."""
    for ref, keys in evidence.other_times.items():
        for key, times in keys.items():
            if problem := time_problem(times, evidence.now):
                yield Finding(
                    level="care",
                    namespace=ref.namespace,
                    says=f"a {problem.what} in {key} {problem.words}{_date(evidence, problem.ends)}",
                    short=f"{key} {problem.words}",
                    ends=problem.ends,
                    date=problem.ends,
                    do="Renew it, if it is still used",
                    ref=ref,
                    key=key,
                )


def hosts(evidence: Evidence) -> Iterator[Finding]:
    """Hosts that are served with a certificate for other names."""
    for host in evidence.hosts:
        found = evidence.certificates.get(host.ref)
        if found is None or found.problem:
            continue
        if (fault := host_finding(found.names, host)) is not None:
            short = f"does not cover {host.host}: {short_title(host.object)}"
            yield _of_certificate(evidence, fault, short)


def registries(evidence: Evidence) -> Iterator[Finding]:
    """Pull secrets without a login to any registry of the images that they are named for."""
    found = defaultdict[tuple[str, str, SecretRef, str], list[PodInfo]](list)
    for info in _pods(evidence):
        for use in info.uses:
            has = evidence.registries.get(secret_of(info, use)) if use.way == "image_pull" else None
            if has is None or not use.target or any(has_login(has, host) for host in use.target.split()):
                continue
            found[info.namespace, info.owner_title, secret_of(info, use), use.target].append(info)
    for (namespace, title, ref, target), infos in found.items():
        has = evidence.registries[ref]
        yield Finding(
            level="fails" if any(map(pulls_in_vain, infos)) else "care",
            namespace=namespace,
            object=title,
            says=f"no login to {joined(target.split(), 'or')}: it has {listed(has, 3) or 'none'}",
            short=f"no login to {joined(target.split(), 'or')}: {short_title(title)}",
            do="Add the login, or name another pull secret",
            ref=ref,
            reader=infos[0].id,
        )


def pulls(evidence: Evidence) -> Iterator[Finding]:
    """Pods that wait for their image although their pull secrets are there: the login may be refused."""
    found = defaultdict[tuple[str, str, SecretRef], list[PodInfo]](list)
    for info in filter(pulls_in_vain, _pods(evidence)):
        refs = [(secret_of(info, use), use.target) for use in info.uses if use.way == "image_pull"]
        there = [(ref, hosts) for ref, hosts in refs if evidence.keys_of(ref) is not None]
        if len(there) < len(refs) or not there:
            continue  # told as missing; without one it is no matter of a Secret
        ref, hosts = there[0]
        has = evidence.registries.get(ref)
        if has is None or any(has_login(has, host) for host in hosts.split()):  # else told by `registries`
            found[info.namespace, info.owner_title, ref].append(info)
    for (namespace, title, ref), infos in found.items():
        yield Finding(
            level="fails",
            namespace=namespace,
            object=title,
            says=f"{_wait(len(infos))} for the image: the login in {ref.name} may be refused",
            short=f"login refused? {short_title(title)} waits for its image",
            do="Change its login, if the registry does not take it",
            ref=ref,
            reader=infos[0].id,
        )


def sources(evidence: Evidence) -> Iterator[Finding]:
    """Objects that write Secrets and are in error, late or suspended."""
    now = evidence.now
    for one in evidence.troubles:
        if one.since is not None and now < one.since + one.grace:
            continue
        reason, is_ended = f": {one.reason}" if one.reason else "", one.ends < now
        when = f" since {moment(one.since, evidence.today, evidence.zone)}" if one.since is not None else ""
        ends = ""
        if one.ends < math.inf:
            ends = f"; the certificate {expiry_words(one.ends, now)}{_date(evidence, one.ends)}"
        others = f"; it writes {counted(one.others, 'more Secret')}" if one.others else ""
        if one.ref is not None and one.namespace != one.ref.namespace:
            others += f"; it is in namespace {one.namespace}"
        yield Finding(
            level="fails" if is_ended else "care",
            namespace=one.namespace,
            object=one.object,
            says=f"{one.what}{when}{reason}{ends}{others}",
            short=f"{short_title(one.object)} {one.what}{_span(one, now)}{reason}",
            do=one.do,
            ref=one.ref,
            ends=math.inf if is_ended else one.ends,
            date=math.inf if one.since is None else one.since,
        )


def _span(trouble: SourceTrouble, now: float) -> str:
    """Describe the span: " for 3h", " by 3h" if overdue, " 3h ago" for a failed sync; "" if unknown."""
    if trouble.since is None:
        return ""
    span = age(now - trouble.since)
    if trouble.what == "sync failed":
        return f" {span} ago"
    return f" {'by' if trouble.what.endswith('overdue') else 'for'} {span}"


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
    """Pods that will start again."""
    for info in evidence.infos:
        if isinstance(info, PodInfo) and not is_done(info) and not info.is_terminating:
            yield info


def states(evidence: Evidence) -> dict[str, int]:
    """Count Secrets in each state of use, and those that are for controllers rather than readers."""
    found = dict.fromkeys(("in use", "mentioned", "no reader found", "not known"), 0)
    for row in _for_readers(evidence):
        found[evidence.usage(row.ref)] += 1
    return found | {"for controllers": len(evidence.rows) - sum(found.values())}


_UNUSED: Final = "no reader found"
_STATES: Final = {_UNUSED: "no reader known", "for controllers": "read by controllers only"}
"""States in other words than those of JSON."""


def states_words(evidence: Evidence) -> str:
    """ "3 in use, 2 no reader known (1 being deleted); 2 accepted risks"; "none" only if they were listed."""
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
    """Secrets whose readers name them; a controller that finds Secrets by type or label does not count."""
    for row in evidence.rows:
        if secret_type(row.type).is_for_pods and not _BY_LABEL & {name for name, _ in row.labels}:
            yield row


def undecided(evidence: Evidence) -> int:
    """Count pods with a container for which it is unknown whether it has an old value."""
    verdict = evidence.verdict_of
    told = ((info.id, verdict(info, use)) for info in _pods(evidence) for use in info.uses)
    return len({id_ for id_, one in told if one.word == "not known" and not one.instead})
