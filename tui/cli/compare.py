"""`-f FILE --compare`: print differences between cluster and files, without values. No draft is made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tui.cli.arguments import Arguments
from tui.cli.connect import session_maker
from tui.cli.given_files import GivenFiles
from tui.cli.report import in_format
from tui.cluster.auth.credentials import Credentials
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.draft.comparison_report import comparison_report
from tui.model.draft.comparison_rows import ComparedSecret, compare_input, public_words
from tui.model.draft.plan import SecretInput
from tui.model.errors import ClusterError, NotFound
from tui.model.secret.secret import Secret, SecretRef
from tui.model.settings.settings import FACTS, Settings
from tui.session.clock import Clock
from tui.session.session import Session
from tui.session.several.plans import read_there
from tui.session.several.secret_reads import read_each


async def compared_files(
    given: Arguments,
    files: GivenFiles,
    settings: Settings,
    target: LoginTarget,
    login: Credentials,
    clock: Clock,
) -> tuple[str, int]:
    """Compare the given files with the cluster; returns the text to print and the exit code.

    Raises BadArguments.
    """
    start = None
    if given.secret is not None:
        start = SecretRef(given.secret.namespace or target.namespace, given.secret.name)
    inputs = files.inputs(given, start, given.namespace or target.namespace)
    make = session_maker(settings, clock, request_timeout=given.request_timeout)
    session = make(target, login, target.namespace, None)
    effective = settings.within(target.context, target.host, target.cluster)
    try:
        secrets = inputs.secrets if inputs is not None else ()
        rows = await _compare(session, secrets, has_names=effective.facts == FACTS[0])
        now = session.cluster.server_time(clock.now())
    finally:
        await session.close()
    namespaces = {row.here.namespace for row in rows}
    report = comparison_report(
        rows,
        context=target.context,
        namespace=namespaces.pop() if len(namespaces) == 1 else "",
        now=now,
        zone=clock.tz,
    )
    return in_format(report, given.output), report.code


async def _compare(
    session: Session, secrets: Sequence[SecretInput], *, has_names: bool
) -> list[ComparedSecret]:
    wanted, rows = {secret.ref: secret for secret in secrets}, list[ComparedSecret]()
    words = public_words(session.clock.now(), has_names=has_names)

    def take(ref: SecretRef, there: Secret | ClusterError | None) -> None:
        if isinstance(there, NotFound):  # the namespace is missing; for a missing Secret, `there` is None
            rows.append(compare_input(wanted[ref], None, words))
        elif isinstance(there, ClusterError):
            rows.append(ComparedSecret(ref, ref, "not read", why=there.sentence))
        else:
            rows.append(compare_input(wanted[ref], there, words))

    await read_each(wanted, partial(read_there, session), take)
    return rows
