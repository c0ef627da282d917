"""What the parts of a session work with."""

from __future__ import annotations

from typing import NamedTuple

from tui.cluster.client import Cluster
from tui.session.cache.events import Events
from tui.session.clock import Clock
from tui.session.tasks import Tasks


class Services(NamedTuple):
    """Of one session."""

    cluster: Cluster
    clock: Clock
    tasks: Tasks
    events: Events
