"""Facts about a Secret, never a value: the words in its title, and its certificates, logins and tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tui.model.draft.draft import Draft
from tui.model.health.certificates import covers, times_in
from tui.model.secret.formats import docker, pem
from tui.model.secret.formats.checks import changed_problem
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.ssh_key import private_key_facts
from tui.model.secret.formats.validity import (
    KeyTimes,
    Validity,
    expiry_words,
    renewed,
    time_problem,
    validity_words,
)
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import secret_type, type_word
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.counts import joined
from tui.model.text.times import age
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled, Tone

TOO_LARGE: Line = (Styled("  Too large to read within a second.", "muted"),)
_CHECKED_AT_ONCE: Final = 16_000
"""Bytes that are read between two presses; of more the review tells."""
_DOCKER: Final = (".dockerconfigjson", ".dockercfg")
_MOST_NAMES: Final = 3
"""Names of a certificate in a line of a review."""


def title_facts(secret: Secret, now: float) -> tuple[str, ...]:
    """For the title, and the page of a deletion: "Opaque", "expires in 6 d", "3 keys", "3.2 kB", "12d".

    Where they do not fit, a title drops the last ones.
    """
    count = len(secret.data)
    size = sum(value.size for value in secret.data.values())
    words = [type_word(secret.type)]
    if (end := secret_type(secret.type).expiry(secret.data)) is not None:
        words.append(expiry_words(end, now))
    words += [f"{count} key" + ("" if count == 1 else "s"), size_text(size)]
    if secret.created is not None:
        words.append(age(now - secret.created))
    return tuple(words)


def about_inside(secret: Secret, issued: Validity | None, now: float) -> list[Line]:
    """Lines for the facts page. May take some milliseconds for keys, so call it off the loop.

    `issued`: what cert-manager says of the certificate that it wrote.
    """
    lines: list[Line] = []
    for key in sorted(secret.data):
        if facts(secret.data[key]).kind == "PEM certificate":
            lines += _certificates(key, secret.data[key].reveal(), issued, now)
    for key, value in sorted(secret.data.items()):
        if words := private_key_words(value):
            lines.append((f"  {key}  {words}",))
        if command := pem.to_pem(value.reveal()):
            lines.append((f"  {key}  save it, then {command} prints what is inside",))
    lines += _key_pair(secret)
    lines += _logins(secret)
    lines += [(f"  {fact}",) for fact in secret_type(secret.type).facts(secret.data, now)]
    return [(), (Styled("  Certificates, keys, logins and tokens", "strong"),), *lines] if lines else []


def private_key_words(value: Value) -> str:
    """ "Ed25519 key, not encrypted, comment ann@example.test"; "" of anything but a private key in PEM."""
    if facts(value).kind != "PEM private key":
        return ""
    try:
        return private_key_facts(value.reveal()).words
    except NotReadable:
        return "this private key cannot be read"


def mistake_in(key: str, before: Value | None, after: Value) -> str:
    """A sentence and a blank on what a value that was edited has lost, such as valid JSON; "" for nothing."""
    if before is None or max(before.size, after.size) > _CHECKED_AT_ONCE:
        return ""
    flaw = changed_problem(key, before, after)
    return f"{flaw.words.replace(f'{key} was', 'It was', 1)} " if flaw is not None else ""


def registry_changes(key: str, before: Value | None, after: Value | None) -> list[Styled]:
    """For which registries a changed docker config has another login."""
    if key not in _DOCKER or before is None or after is None:
        return []
    try:
        said = docker.login_changes(before.reveal(), after.reveal())
    except NotReadable:
        return []
    return [Styled(f"· {key}: {joined(said, most=_MOST_NAMES) or 'the same logins'}", "muted")]


def changes_certificates(draft: Draft) -> bool:
    """Does it change a certificate or a private key?"""
    changed = (change.before for change in draft.change_list())
    return any(value is not None and facts(value).kind.startswith("PEM") for value in changed)


def look_inside(secret: Secret) -> tuple[KeyTimes, str]:
    """The times of its certificates, and what is wrong with its key pair. Call it off the loop."""
    times = {
        key: times_in(secret.data[key].reveal())
        for key in sorted(secret.data)
        if facts(secret.data[key]).kind == "PEM certificate"
    }
    return times, _pair_problem(secret) or ""


def inside_warnings(times: KeyTimes, pair_problem: str, now: float) -> list[Styled]:
    """What must be said above the keys: a certificate out of its time, or soon, a key that is not its own."""
    found = [
        Styled(f"! {key}: the certificate {problem.words}", "warning")
        for key, of_key in times.items()
        if (problem := time_problem(of_key, now))
    ]
    return [*found, Styled(f"! {pair_problem}", "bad")] if pair_problem else found


def certificate_changes(key: str, before: Value | None, after: Value | None, now: float) -> list[Styled]:
    """When the first certificate of a changed key ends and for which names it is; what is lost."""
    was, now_there = _all(before), _all(after)
    former, new = next(iter(was), None), next(iter(now_there), None)
    if new is None:
        return []
    until = validity_words(new.validity, now)
    if former is not None:
        until = f"{validity_words(former.validity, now)} → {until}"
    names = joined(new.names or [new.subject], most=_MOST_NAMES)
    said = [Styled(f"· {key}: {until}, for {names}", "muted")]
    lost = [name for name in former.names if not covers(new.names, name)] if former is not None else []
    if lost:
        said.append(Styled(f"! {key} no longer covers {joined(lost, most=_MOST_NAMES)}", "warning"))
    if _has_issuer(was) and not _has_issuer(now_there) and not new.is_self_signed:
        words = f"! {key} no longer has its issuer's certificate ({new.issuer}); clients may refuse it"
        said.append(Styled(words, "warning"))
    return said


def has_certificates(secret: Secret) -> bool:
    """Is there anything for `inside_warnings` to look at?"""
    return any(facts(value).kind == "PEM certificate" for value in secret.data.values())


def _read(data: bytes) -> tuple[pem.CertificateFacts, ...]:
    try:
        return pem.certificate_facts(data)
    except NotReadable:
        return ()


def _all(value: Value | None) -> tuple[pem.CertificateFacts, ...]:
    if value is None or facts(value).kind != "PEM certificate":
        return ()
    return _read(value.reveal())


def _has_issuer(certificates: Sequence[pem.CertificateFacts]) -> bool:
    """Is the issuer of the first one among the others?"""
    return any(one.subject == certificates[0].issuer for one in certificates[1:])


def _certificates(key: str, data: bytes, issued: Validity | None, now: float) -> Iterator[Line]:
    found = _read(data)
    if not found:
        yield (f"  {key}  ", Styled("this certificate cannot be read", "warning"))
    for one in found:
        (validity,) = renewed((one.validity,), issued)
        needs_care = time_problem((validity,), now) is not None
        tone: Tone = "bad" if validity.ends < now else "warning" if needs_care else "good"
        by = "itself" if one.is_self_signed else one.issuer
        yield (
            f"  {key}  {one.subject}, issued by {by}: ",
            Styled(validity_words(validity, now), tone),
        )
        if one.names:
            yield (Styled(f"      for {', '.join(one.names)}", "muted"),)


def _pair_problem(secret: Secret) -> str | None:
    certificate, key = secret.data.get("tls.crt"), secret.data.get("tls.key")
    if certificate is None or key is None:
        return None
    return pem.pair_problem(certificate.reveal(), key.reveal())


def _key_pair(secret: Secret) -> Iterator[Line]:
    if problem := _pair_problem(secret):
        yield (Styled(f"  ! {problem}", "bad"),)
    elif problem is not None:
        yield ("  tls.key matches the first certificate in tls.crt",)


def _logins(secret: Secret) -> Iterator[Line]:
    for key in _DOCKER:
        if (value := secret.data.get(key)) is None:
            continue
        try:
            found = docker.logins(value.reveal())
        except NotReadable:
            yield (Styled(f"  {key}  not valid registry logins", "warning"),)
            continue
        for login in found:
            user = "with a username" if login.has_user else "no username"
            password = "a password" if login.has_password else "no password"
            yield (f"  {login.registry}  {user}, {password}",)
