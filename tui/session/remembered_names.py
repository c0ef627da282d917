"""RememberedNames: namespaces and Secrets that the user opened in a context, kept on disk."""

from __future__ import annotations

from collections.abc import Callable

from tui.model.settings.remembered import ContextMemory
from tui.session.session import Session


class RememberedNames:
    def __init__(self, session: Session, kept: ContextMemory, save: Callable[[ContextMemory], None]) -> None:
        self._session, self._save = session, save
        self.kept = kept
        self.before: tuple[str | None, ...] = ()
        """Tuple with the namespace that was open before the current one; empty until the namespace changes.

        The element None means all namespaces.
        """

    def left(self, namespace: str | None) -> None:
        """Remember the namespace that the user left, or forget it if it does not exist.

        If it is not known whether the namespace exists, its name may be mistyped. Remember such a name
        only if the user has opened a Secret in the namespace, or has rights for Secrets in the namespace.
        """
        self.before = (namespace,)
        if namespace is None:
            return
        session, kept = self._session, self.kept
        doubt, rights = session.namespaces.doubt(namespace), session.access.rights(namespace)
        if doubt == "missing":
            kept = kept.forgetting(namespace)
        elif not doubt or kept.opened_in(namespace) or (rights and rights.concern_secrets()):
            kept = kept.at(namespace)
        self._keep(kept)

    def opened(self) -> None:
        """Remember the Secret that was fetched, if the session has no list of all Secrets.

        The session has no such list if the server refused it, or if the session follows only one Secret.
        """
        store = self._session.secrets
        if store.name is None and store.state.kind != "refused":
            return
        key = next((str(secret.ref) for secret in self._session.fetched), None)
        if key is not None and key not in self.kept.opened[:1]:
            self._keep(self.kept.opening(key))

    def star(self, namespace: str) -> None:
        self._keep(self.kept.starring(namespace))

    def _keep(self, kept: ContextMemory) -> None:
        self.kept = kept
        self._save(kept)
