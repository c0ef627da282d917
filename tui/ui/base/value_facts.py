"""Facts about a Secret and its values, such as type, size and expiry. The facts never contain a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from tui.model.draft.draft import Change, Draft
from tui.model.secret.formats import pem
from tui.model.secret.formats.pem_value import CERTIFICATE, PRIVATE_KEY
from tui.model.secret.formats.pem_value import private_key_words as words_of_key
from tui.model.secret.formats.registry import (
    VALUE_FORMATS,
    changed_problem,
    kind_of,
    known_row_name,
    public_facts,
    row_name,
    times_of,
)
from tui.model.secret.formats.validity import NEVER_ENDS, KeyTimes, Validity, expiry_words, time_problem
from tui.model.secret.formats.value_format import Fact, RowName
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import secret_type, type_word
from tui.model.secret.value import Value, size_text
from tui.model.secret.value import facts as known_facts
from tui.model.settings.settings import FACTS
from tui.model.text.counts import joined
from tui.model.text.times import age, date
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled, Tone, gauge

TOO_LARGE: Line = (Styled("  The values are too large to read within a second.", "muted"),)
_BAR: Final = 24
_MOST_NAMES: Final = 4
_QUICK: Final = 256
"""Maximum size in bytes of a value that is parsed while a row is drawn."""
_CHECKED_AT_ONCE: Final = 16_000
"""Maximum size in bytes of a value whose format is checked immediately after an edit."""


def title_facts(secret: Secret, now: float) -> tuple[str, ...]:
    """Facts for the title of a Secret's pane, and for the page that deletes the Secret.

    Examples: "Opaque", "3 keys", "3.2 kB" and "12d" (age).
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


def name_of(key: str, value: Value, now: float, facts: str) -> str:
    """Kind and public facts of a value, such as "certificate, expires in 6d".

    If the value is slow to parse and was not parsed before, only the kind is returned.
    """
    name = row_name(key, value) if _is_quick(value) else known_row_name(key, value)
    return name.shown(now, has_names=facts == FACTS[0]) if name is not None else kind_of(value)


def _is_quick(value: Value) -> bool:
    """True if the value can be parsed within 0.4 ms: a short text that is not PEM."""
    return value.size <= _QUICK and known_facts(value).is_text and not kind_of(value).startswith("PEM")


def about_inside(secret: Secret, issued: Validity | None, now: float, facts: str) -> list[Line]:
    """Lines about certificates, keys, logins and tokens, for the page that describes the Secret.

    Do not call this on the event loop, because reading a private key takes milliseconds.
    """
    lines = [
        fact_line(fact, "  ")
        for key in (sorted(secret.data) if facts == FACTS[0] else ())
        for value_format in VALUE_FORMATS
        for fact in public_facts(value_format, key, secret.data[key].reveal(), now, issued, secret.data)
    ]
    lines += [(f"  {fact}",) for fact in secret_type(secret.type).facts(secret.data, now)]
    return [(), (Styled("  Certificates, keys, logins and tokens", "strong"),), *lines] if lines else []


def fact_line(fact: Fact, margin: str = "") -> Line:
    words = f"{margin}{fact.words}"
    if not fact.verdict:
        return (Styled(words, fact.level),)
    return (words, Styled(fact.verdict, fact.level, is_whole=True))


def private_key_words(value: Value) -> str:
    """Words for a private key, such as "Ed25519 key, not encrypted"; "" if the value is not a private key."""
    return words_of_key(value.reveal()) if kind_of(value) == PRIVATE_KEY else ""


def mistake_in(key: str, before: Value | None, after: Value) -> str:
    """Sentence about the format, such as JSON, that an edit broke; "" if no format broke.

    Large and new values are not checked.
    """
    if before is None or max(before.size, after.size) > _CHECKED_AT_ONCE:
        return ""
    flaw = changed_problem(key, before, after)
    return f"{flaw.words.replace(f'{key} was', 'It was', 1)} " if flaw is not None else ""


def format_changes(change: Change, now: float, facts: str) -> Iterator[Styled]:
    """Yield each changed fact of a value in a known format, such as PEM.

    Yields nothing if the setting `facts` hides names.
    """
    if facts != FACTS[0]:
        return
    before, after = (value.reveal() if value is not None else b"" for value in (change.before, change.after))
    for value_format in VALUE_FORMATS:
        for fact in value_format.changes(change.key, before, after, now):
            yield Styled(fact.words, fact.level)


def changes_certificates(draft: Draft) -> bool:
    """True if the draft replaces or drops a PEM value, such as a certificate or a private key."""
    values_before = (change.before for change in draft.change_list())
    return any(value is not None and kind_of(value).startswith("PEM") for value in values_before)


class SecretFacts(NamedTuple):
    """Facts about all values of one version of a Secret."""

    times: KeyTimes
    pair_problem: str | None
    """Problem of tls.crt and tls.key as a pair; "" if they match, None if this is unknown."""


def look_inside(secret: Secret) -> SecretFacts:
    """Read the validity times in all values (e.g. of certificates), and compare tls.crt with tls.key.

    Do not call this on the event loop, because it is slow.
    """
    times = {key: times_of(key, secret.data[key], secret.data) for key in sorted(secret.data)}
    return SecretFacts(
        {key: validities for key, validities in times.items() if validities}, _pair_problem(secret)
    )


def life_lines(
    name: RowName | None, times: Sequence[Validity], now: float, zone: tzinfo, *, is_pair: bool = False
) -> tuple[Styled, ...]:
    """Lines about a certificate: its issuer, its names, its expiry, and a bar of the elapsed time.

    () if the value is not a certificate.
    """
    if name is None or not name.issuer:
        return ()
    details = f"issuer {name.issuer}" if name.issuer != "itself" else "self-signed"
    details += f"; for {joined(name.names, most=_MOST_NAMES)}" if name.names else ""
    details += "; tls.key matches" if is_pair else ""
    first = min(times or name.times, key=lambda validity: validity.ends)
    if first.ends >= NEVER_ENDS:
        return (Styled(f"never ends; {details}", "muted"),)
    problem = time_problem((first,), now)
    tone: Tone = "" if problem is None else "warning" if problem.is_valid else "bad"
    whole = first.ends - first.begins
    bar = "".join(part.text for part in gauge(now - first.begins, whole, _BAR))
    end_words = _end_words(first, now, zone)
    life = f"{bar} {end_words} (of {age(whole)})"
    return (
        (Styled(life, tone), Styled(details, "muted"))
        if name.names
        else (Styled(f"{life}; {details}", tone),)
    )


def _end_words(validity: Validity, now: float, zone: tzinfo) -> str:
    day = date(validity.ends, zone)
    if validity.ends < now:
        return f"expired {age(now - validity.ends)} ago, {day}"
    if validity.begins > now:
        return f"becomes valid in {age(validity.begins - now)}, expires {day}"
    due = validity.renewal
    late = f", renewal due {age(now - due)} ago" if due is not None and due < now else ""
    return f"expires in {age(validity.ends - now)}, {day}{late}"


def inside_warnings(times: KeyTimes, pair_problem: str | None, now: float) -> list[Styled]:
    """Warnings about expiry and other validity times, and about a tls.key that does not match tls.crt."""
    warnings = [
        Styled(f"! {key}: the {problem.what} {problem.words}", "warning")
        for key, validities in times.items()
        if (problem := time_problem(validities, now))
    ]
    return [*warnings, Styled(f"X {pair_problem}", "bad")] if pair_problem else warnings


def has_certificates(secret: Secret) -> bool:
    return any(kind_of(value) == CERTIFICATE for value in secret.data.values())


def _pair_problem(secret: Secret) -> str | None:
    certificate, key = secret.data.get("tls.crt"), secret.data.get("tls.key")
    if certificate is None or key is None:
        return None
    return pem.pair_problem([*pem.read_certificates(certificate.reveal())], key.reveal())
