"""A Cluster that imports the client with the first request, after the first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.cluster.auth.credentials import Credentials
    from tui.cluster.client import Cluster
    from tui.cluster.kubeconfig.target import Target
    from tui.model.errors import ClusterError


def cluster_later(target: Target, credentials: Credentials, **how: Any) -> Cluster:
    """As `Cluster(target, credentials, **how)`, created on first use."""
    return cast("Cluster", _Later(target, credentials, how))


class _Later:
    def __init__(self, target: Target, credentials: Credentials, how: dict[str, Any]) -> None:
        self.target, self.login, self._how = target, credentials, how
        self._hears: Callable[[ClusterError | None], None] | None = None

    def listen(self, hears: Callable[[ClusterError | None], None]) -> None:
        """As Cluster.listen, once the Cluster exists."""
        self._hears = hears

    async def reach(self) -> None:
        """As the Cluster's."""
        await self._made.reach()

    def __getattr__(self, name: str) -> Any:
        # Called only for missing attributes.
        if name == "_made":
            from tui.cluster.client import Cluster

            self._made = Cluster(self.target, self.login, **self._how)
            if self._hears is not None:
                self._made.listen(self._hears)
            return self._made
        return getattr(self._made, name)
