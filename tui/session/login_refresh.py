"""Log in again during a run; if it fails, the old login and everything on screen stay."""

from __future__ import annotations

from functools import partial

from tui.process.threads import run_in_thread
from tui.session.session import Session


async def refresh_login(session: Session) -> None:
    """A fresh login, by a plugin that may use the terminal (it is free).

    The plugin is ended if this is cancelled. Raises BadKubeconfig, Unauthorized, PluginFailed; then the old
    login stays.
    """
    login = session.cluster.login
    try:
        await run_in_thread(partial(login.log_in_again, may_ask=True))
    finally:
        login.stop()
