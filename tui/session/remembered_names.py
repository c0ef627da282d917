"""RememberedNames: names of namespaces and Secrets that the user opened in a context, kept on disk."""

from __future__ import annotations

from collections.abc import Callable

from tui.model.settings.remembered import Remembered
from tui.session.session import Session


class RememberedNames:
    """Names of namespaces and Secrets that the user opened. Each change is saved with `save`."""

    def __init__(self, session: Session, kept: Remembered, save: Callable[[Remembered], None]) -> None:
        self._session, self._save = session, save
        self.kept = kept
        self.before: tuple[str | None, ...] = ()
        """Empty, or one item: the namespace that was open before, where None is all namespaces."""

    def left(self, namespace: str | None) -> None:
        """Remember the namespace that the user left. Forget its name if the namespace does not exist.

        If it is not known whether the namespace exists, the name may be a typing error, and is added
        only if the user has opened a Secret in the namespace, or has rights to Secrets there.
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
        """Remember the name of the fetched Secret if the list was refused, or only one Secret is followed."""
        store = self._session.secrets
        if store.name is None and store.state.kind != "refused":
            return
        key = next((str(secret.ref) for secret in self._session.fetched), None)
        if key is not None and key not in self.kept.opened[:1]:
            self._keep(self.kept.opening(key))

    def star(self, namespace: str) -> None:
        """Star a namespace, or remove its star."""
        self._keep(self.kept.starring(namespace))

    def _keep(self, kept: Remembered) -> None:
        self.kept = kept
        self._save(kept)
