"""`secret-tui report`: the health of Secrets and their readers, without a terminal and without values."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import Final

from tui.cli.arguments import ReportArguments, parse_report
from tui.cli.connect import login, login_request, session_maker
from tui.cli.output import BAD_REQUEST, complain
from tui.cli.parsers import FAIL_ON
from tui.cluster.auth import credentials
from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.login import overridden
from tui.cluster.kubeconfig.target import Target
from tui.model.errors import ClusterError, NotFound
from tui.model.health.finding import LEVELS
from tui.model.health.report import report
from tui.model.readers.gaps import gap_sentences
from tui.model.readers.reader import count_words
from tui.model.report import FORMATS, INCOMPLETE
from tui.session.clock import Clock
from tui.session.health.check import HealthCheck
from tui.session.session import Session
from tui.terminal import locations, settings_file
from tui.terminal.settings_file import Settings

_COLUMNS: Final = 120
"""Columns of a table that is not written to a terminal."""


def run(argv: Sequence[str], prog: str) -> tuple[str, int]:
    """What is printed, and the exit code. Raises BadArguments; SystemExit(0) after --help."""
    given = parse_report(argv, prog)
    try:
        settings = settings_file.load(
            locations.settings_file(os.environ), os.environ, {"read_only": True}, locations.POLICY
        )
    except settings_file.BadSettings as error:
        return "", complain(error.sentence, BAD_REQUEST)
    try:
        if given.demo:
            return asyncio.run(_demo(given, settings))
        may_ask = sys.stdin.isatty() and sys.stderr.isatty()
        target, logged_in, _ = login(login_request(given), may_ask=may_ask)
        return asyncio.run(_report(given, settings, target, logged_in, Clock()))
    except ClusterError as error:
        return "", complain(error.sentence, INCOMPLETE)


async def _demo(given: ReportArguments, settings: Settings) -> tuple[str, int]:
    from tui.cli.demo import TourClock, tour  # the embedded cluster

    clock = TourClock()
    async with tour(clock) as target:
        target = overridden(target, login_request(given))
        return await _report(given, settings.for_demo(), target, credentials.login(target), clock)


async def _report(
    given: ReportArguments, settings: Settings, target: Target, logged_in: Credentials, clock: Clock
) -> tuple[str, int]:
    make = session_maker(settings, clock, request_timeout=given.request_timeout)
    namespace = None if given.all_namespaces else given.namespace or target.namespace
    session = make(target, logged_in, namespace, None)
    try:
        session.start()
        check = HealthCheck(session)
        await check.run(lambda: None)
        if given.values:
            await check.read_values(lambda: None)
        if namespace is not None and not session.secrets.rows:
            await _must_be_there(session, namespace)
        readers, evidence = session.readers, check.evidence(is_dated=True)
        for sentence in gap_sentences(evidence.gaps):
            complain(sentence, 0)
        told = report(
            given.what,
            evidence,
            lambda ref: count_words(readers.counts(ref)),
            context=target.context,
            namespace=namespace or "",
            fail_on=LEVELS[FAIL_ON.index(given.fail_on)],
            not_checked=lambda unknown: len(check.to_read(unknown)),
        )
    finally:
        await session.close()
    if given.output == "csv":  # it has room for rows alone
        for sentence in told.remarks:
            complain(sentence, 0)
    return FORMATS[given.output](told, get_terminal_size((_COLUMNS, 0)).columns), told.code


async def _must_be_there(session: Session, namespace: str) -> None:
    """Raises NotFound for a namespace that does not exist; whether it does may not be known."""
    try:
        is_there = await session.cluster.has_namespace(namespace)
    except ClusterError:
        return
    if not is_there:
        raise NotFound(f"namespace {namespace}")
