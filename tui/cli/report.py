"""`secret-tui report`: print a report about problems, certificates, readers, or rights to read Secrets.

A report contains no values of Secrets.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from shutil import get_terminal_size
from typing import Any, Final, TypeAlias

from tui.cli.arguments import Arguments, ReportArguments, parse_report
from tui.cli.connect import login, login_request, session_maker
from tui.cli.output import BAD_REQUEST, complain
from tui.cli.parsers import FAIL_ON
from tui.cluster.auth import credentials
from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.login import overridden
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.access.report import COLUMNS, WhoReport, readers_words, rows
from tui.model.access.who import SecretScope
from tui.model.certificates.report import certificates_report
from tui.model.errors import ClusterError, NotFound
from tui.model.health.finding import LEVELS
from tui.model.health.report import report
from tui.model.readers.gaps import gap_sentences, gap_words
from tui.model.readers.reader import count_words
from tui.model.report import INCOMPLETE, REPORT_WRITERS, TABLE, Report, time_words
from tui.model.secret.secret import SecretRef
from tui.session.access_check import AccessCheck
from tui.session.certificate_search import CertificateSearch
from tui.session.clock import Clock
from tui.session.health.check import HealthCheck
from tui.session.session import Session
from tui.terminal import locations, settings_file
from tui.terminal.settings_file import Settings

InCluster: TypeAlias = Callable[
    [Settings, LoginTarget, Credentials, Clock], Coroutine[Any, Any, tuple[str, int]]
]
"""Function that reads from the cluster, and returns the text to print and the exit code."""
_COLUMNS: Final = 120
"""Width of a table, in characters, if stdout is not a terminal."""


def run(argv: Sequence[str], prog: str) -> tuple[str, int]:
    """Run a report; returns the text to print and the exit code.

    Raises BadArguments, and SystemExit(0) after --help.
    """
    given = parse_report(argv, prog)
    try:
        settings = settings_file.load(
            locations.settings_file(os.environ), os.environ, {"read_only": True}, locations.POLICY
        )
    except settings_file.BadSettings as error:
        return "", complain(error.sentence, BAD_REQUEST)
    return in_cluster(given, settings, partial(_report, given))


def in_cluster(given: Arguments, settings: Settings, report_of: InCluster) -> tuple[str, int]:
    """Make a report about the chosen or the demo cluster. Return the text to print and the exit code."""
    try:
        if given.demo:
            return asyncio.run(_demo(given, settings, report_of))
        may_ask = sys.stdin.isatty() and sys.stderr.isatty()
        target, logged_in, _ = login(login_request(given), may_ask=may_ask)
        return asyncio.run(report_of(settings, target, logged_in, Clock()))
    except ClusterError as error:
        return "", complain(error.sentence, INCOMPLETE)


async def _demo(given: Arguments, settings: Settings, report_of: InCluster) -> tuple[str, int]:
    from tui.cli.demo import TourClock, tour

    clock = TourClock()
    async with tour(clock) as target:
        target = overridden(target, login_request(given))
        return await report_of(settings.for_demo(), target, credentials.login(target), clock)


async def _report(
    given: ReportArguments, settings: Settings, target: LoginTarget, logged_in: Credentials, clock: Clock
) -> tuple[str, int]:
    make = session_maker(settings, clock, request_timeout=given.request_timeout)
    namespace = None if given.all_namespaces else given.namespace or target.namespace
    session = make(target, logged_in, namespace, None)
    report_of = {"who": _who, "certificates": _certificates}.get(given.what, _health)
    try:
        result = await report_of(given, session, target.context, namespace)
    finally:
        await session.close()
    return in_format(result, given.output), result.code


def in_format(report: Report, form: str | None) -> str:
    """Return the text of a report in the format `form`; None means a table.

    For CSV, print the remarks to stderr instead of adding them to the text.
    """
    if form == "csv":
        for sentence in report.remarks:
            complain(sentence, 0)
    return REPORT_WRITERS[form or TABLE](report, get_terminal_size((_COLUMNS, 0)).columns)


async def _health(given: ReportArguments, session: Session, context: str, namespace: str | None) -> Report:
    session.start()
    check = HealthCheck(session)
    await check.run(lambda: None)
    if given.values:
        await check.read_values(lambda: None)
    if namespace is not None and not session.secrets.rows:
        await _raise_if_missing(session, namespace)
    readers, evidence = session.readers, check.evidence(is_dated=True)
    for sentence in gap_sentences(evidence.gaps):
        complain(sentence, 0)
    return report(
        given.what,
        evidence,
        lambda ref: count_words(readers.counts(ref)),
        context=context,
        namespace=namespace or "",
        fail_on=LEVELS[FAIL_ON.index(given.fail_on)],
        not_checked=lambda unknown: len(check.to_read(unknown)),
    )


async def _certificates(
    given: ReportArguments, session: Session, context: str, namespace: str | None
) -> Report:
    session.start()
    check = HealthCheck(session)
    await check.run(lambda: None)
    if namespace is not None and not session.secrets.rows:
        await _raise_if_missing(session, namespace)
    search = CertificateSearch(session, check)
    complain(search.says_what_is_read, 0)
    await search.run(lambda: None)
    for sentence in gap_sentences(search.gaps):
        complain(sentence, 0)
    return certificates_report(
        search.rows(),
        search.gaps,
        context=context,
        namespace=namespace or "",
        now=session.cluster.server_time(session.clock.now()),
        zone=session.clock.tz,
        fail_on=LEVELS[FAIL_ON.index(given.fail_on)],
        within=math.inf if given.within is None else given.within,
    )


async def _who(given: ReportArguments, session: Session, context: str, namespace: str | None) -> Report:
    secret = given.only.name if given.only is not None else None
    if namespace is not None:
        await _raise_if_missing(session, namespace, secret)
    check = AccessCheck(session.cluster, SecretScope(namespace, secret))
    await check.run(lambda: None)
    for sentence in gap_sentences(check.gaps):
        complain(sentence, 0)
    now = session.cluster.server_time(session.clock.now())
    return WhoReport(
        name=given.what,
        context=context,
        namespace=namespace or "",
        at=now,
        at_words=time_words(now, session.clock.tz),
        columns=COLUMNS,
        rows=rows(check.accesses, check.pods),
        not_read=tuple(gap_words(check.gaps)),
        secret=secret or "",
        readers=readers_words(check.accesses),
        ask_for=tuple(right.words for right in check.ask_for),
    )


async def _raise_if_missing(session: Session, namespace: str, secret: str | None = None) -> None:
    try:
        if secret is not None:
            await session.cluster.provenance(SecretRef(namespace, secret))
            return
        exists = await session.cluster.has_namespace(namespace)
    except NotFound:
        raise
    except ClusterError:
        return
    if not exists:
        raise NotFound(f"namespace {namespace}")
