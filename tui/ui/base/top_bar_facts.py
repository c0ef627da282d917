"""Collect the facts of the top bar: context, namespace, user, badges, state of the connection."""

from __future__ import annotations

from tui.session.session import Session
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.bars.header import HeaderFacts


def top_bar_facts(desk: ScreenContext) -> HeaderFacts:
    """As it is now."""
    session = desk.session
    identity, target = session.access.identity, session.cluster.target
    return HeaderFacts(
        badges=badges(desk),
        context=target.context,
        namespace=session.namespace,
        server=target.server,
        user=identity.user if identity else "",
        drafts=len(session.drafts.all()),
        restarts=_restarts(session),
        link=session.link.kind,
        link_since=session.link.since,
        login=session.cluster.login.trouble,
        logs_in=f"{desk.keys.of('log_in')} logs in",
        zone=session.clock.tz,
    )


def _restarts(session: Session) -> str:
    """ "restarting 2/3", "restarts wait" for the person; "" while none is followed."""
    run = session.rollouts.running
    if run is None:
        return ""
    return "restarts wait" if run.waits_for_go else f"restarting {run.number}/{len(run.steps)}"


def badges(desk: ScreenContext) -> tuple[str, ...]:
    """In text; that of a guarded context comes first, then who else looks."""
    found = (
        desk.guard_badge,
        *desk.lookout.found.badges,
        desk.badge,
        "READ-ONLY" if desk.grade.is_read_only else "",
        "NO REVEAL" if desk.grade.is_no_reveal else "",
        *desk.session.cluster.target.badges,
    )
    return tuple(badge for badge in found if badge)
