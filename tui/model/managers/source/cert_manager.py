"""cert-manager: renew a Certificate, as `cmctl renew` does, and explain a failure, as `cmctl status` does.

The renewal request is a PUT of the status, because the aggregated edit role grants `update` on
certificates/status but not `patch`. Source: cmctl pkg/renew/renew.go and pkg/status, cert-manager
pkg/controller/certificates (issuing, trigger) and pkg/apis/acme/v1/types_order.go (State of Orders and
Challenges: valid, ready, pending, processing, invalid, expired or errored).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from tui.model.api_object import ApiKind, Obj, condition, objects, text
from tui.model.managers.source.source import Progress, Request, Source, SourceAction, SourcePlace, SourceState
from tui.model.managers.source.status import (
    condition_text,
    failed,
    is_false,
    is_true,
    later,
    moved,
    owned_by,
    ready_state,
    word,
)
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import Secret
from tui.model.text.times import date, parse_time, rfc3339

CERTIFICATE: Final = (ApiKind("cert-manager.io", "v1", "certificates", "Certificate"),)
_MADE: Final = (
    ApiKind("cert-manager.io", "v1", "certificaterequests", "CertificateRequest"),
    ApiKind("acme.cert-manager.io", "v1", "orders", "Order"),
    ApiKind("acme.cert-manager.io", "v1", "challenges", "Challenge"),
)
_NAME: Final = "cert-manager.io/certificate-name"
_FAILED_AT, _ATTEMPTS = "status.lastFailureTime", "status.failedIssuanceAttempts"


def _place(secret: Secret) -> SourcePlace | None:
    if name := secret.annotations.get(_NAME):
        return SourcePlace(CERTIFICATE, secret.ref.namespace, name, f"annotation {_NAME}")
    if (place := owned_by(secret, CERTIFICATE)) is not None or secret.manager != "cert-manager":
        return place
    if secret.annotations:
        return None
    namespace, name = secret.ref.namespace, secret.ref.name
    return SourcePlace(
        CERTIFICATE,
        namespace,
        "",
        "spec.secretName of the Certificate",
        lambda obj: text(obj, "spec.secretName") == name,
    )


def _state(obj: Obj, secret: Secret) -> SourceState:
    issuing, failure = condition(obj, "Issuing"), last_failure(obj)
    state = ready_state(condition(obj, "Ready"))
    failure_facts = [("last issuance", condition_text(failure))] if failure else []
    facts = [
        *failure_facts,
        *state.facts,
        ("issuer", f"{text(obj, 'spec.issuerRef.kind', 'Issuer')}/{text(obj, 'spec.issuerRef.name')}"),
        ("valid until", text(obj, "status.notAfter", "not known")),
        ("revision", text(obj, "status.revision", "none yet")),
    ]
    if is_true(issuing):
        facts += [
            ("Issuing", condition_text(issuing)),
            ("since", text(issuing, "lastTransitionTime", "not known")),
        ]
    if at := text(obj, _FAILED_AT):
        facts.append(("last failure", f"{at}, attempt {text(obj, _ATTEMPTS, '1')}"))
    return SourceState(
        "busy" if is_true(issuing) else "in error" if failure else state.verdict,
        tuple(facts),
        next=_next_try(obj) if failure else parse_time(text(obj, "status.renewalTime")),
        edit="If key and certificate do not match after an edit, cert-manager reissues the certificate.",
        reason=word(failure.get("reason")) if failure else state.reason,
    )


def last_failure(obj: Obj) -> Obj:
    """Return the condition Issuing if it tells why the last issuance failed.

    If it does not tell why, return a substitute: a condition which says that the Certificate gives no reason.
    The result is {} if the last issuance did not fail, or if an issuance runs now. The condition Ready is not
    used, because Ready stays true until the certificate expires.
    """
    issuing = condition(obj, "Issuing")
    if is_true(issuing) or not (text(obj, _FAILED_AT) or text(obj, _ATTEMPTS)):
        return {}
    unexplained = {"status": "False", "reason": "Failed", "message": "the Certificate gives no reason"}
    return issuing if is_false(issuing) else unexplained


def _next_try(obj: Obj) -> float | None:
    """Time at which cert-manager will try again after a failure.

    None if the Certificate does not tell when the last try failed, or if its attempt count is no number. The
    wait is one hour after the first failure, and doubles after each further failure, up to 32 hours.
    """
    last, attempts = parse_time(text(obj, _FAILED_AT)), text(obj, _ATTEMPTS, "1")
    if last is None or not attempts.isdecimal():
        return None
    return last + 3600.0 * 2.0 ** min(max(int(attempts) - 1, 0), 5)


def _idle(obj: Obj, secret: Secret) -> str:
    if is_true(condition(obj, "Issuing")):
        return "The certificate is being issued already."
    target = text(obj, "spec.secretName")
    if target != secret.ref.name:
        return f"The Certificate writes another Secret: {target}."
    return ""


def _issuing(obj: Obj, request: Request) -> Obj:
    wanted = {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "Certificate re-issuance manually triggered",
        "observedGeneration": obj["metadata"].get("generation", 0),
        "lastTransitionTime": rfc3339(request.at),
    }
    others = [other for other in objects(obj, "status.conditions") if other.get("type") != "Issuing"]
    return obj | {"status": (obj.get("status") or {}) | {"conditions": [*others, wanted]}}


def _progress(before: Obj, now: Obj, request: Request) -> Progress:
    issuing = condition(now, "Issuing")
    if moved(before, now, "status.revision") and not is_true(issuing):
        until = parse_time(text(now, "status.notAfter"))
        how_long = f", valid until {date(until)}" if until is not None else ""
        return Progress("done", f"The certificate was issued{how_long}.")
    if is_false(issuing) and later(before, now, _FAILED_AT):
        return failed("The renewal", issuing)
    return Progress("waiting", "The certificate is not issued yet.")


def _offers(obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    match text(obj, "spec.privateKey.rotationPolicy"):
        case "Never":
            key = "The private key stays."
        case "Always":
            key = "The private key changes too: readers need the new key and certificate."
        case _:
            key = "The private key changes too from cert-manager 1.18 on, and stays before."
    return (
        SourceAction(
            "Renew the certificate",
            "cert-manager asks the issuer for a new certificate now, and writes it into the Secret.",
            _progress,
            status=_issuing,
            idle=_idle(obj, secret),
            warnings=(key, "Public issuers (ACME) limit the number of certificates per week."),
        ),
    )


def _state_text(obj: Obj) -> str:
    if state := text(obj, "status.state"):
        challenge = " ".join(filter(None, (text(obj, "spec.type"), text(obj, "spec.dnsName"))))
        return ": ".join(filter(None, (challenge, state, text(obj, "status.reason"))))
    stopped = (
        refusal for refusal in map(partial(condition, obj), ("Denied", "InvalidRequest")) if is_true(refusal)
    )
    if (refusal := next(stopped, None)) is not None:
        return f"{refusal.get('type')}: {condition_text(refusal)}"
    if not is_true(condition(obj, "Approved")):
        return "waits for approval"
    return condition_text(condition(obj, "Ready")) or "no state yet"


def issued(obj: Obj) -> Validity | None:
    begins, ends, renewal = (
        parse_time(text(obj, f"status.{name}")) for name in ("notBefore", "notAfter", "renewalTime")
    )
    return Validity(begins, ends, renewal) if begins and ends and renewal else None


CERT_MANAGER_SOURCE: Final = Source(
    "cert-manager", _place, _state, _offers, made=_MADE, state_text=_state_text, issued=issued
)
