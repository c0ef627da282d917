"""Base class of the screens about one Secret."""

from __future__ import annotations

from typing import TypeVar

from tui.model.secret.secret import Secret, SecretRef
from tui.session.open_secret import Opened
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext

T = TypeVar("T")


class SecretPage(TuiScreen[T]):
    """Screen about a Secret. If the Secret is not open in the main screen, the session fetches it."""

    def __init__(self, shared: ScreenContext, ref: SecretRef) -> None:
        super().__init__(shared)
        self._ref = ref

    def on_mount(self) -> None:
        self.shared.session.open_page(self._ref)
        self.begin()

    def on_unmount(self) -> None:
        self.shared.session.close_page()

    def begin(self) -> None:
        """Draw for the first time, perhaps while the Secret is loading."""
        raise NotImplementedError

    @property
    def subject(self) -> SecretRef:
        return self._ref

    @property
    def held(self) -> Opened | None:
        return self.shared.session.held(self._ref)

    @property
    def secret(self) -> Secret | None:
        return self.held.secret if self.held is not None else None

    def why_none(self) -> str:
        if self.held is None or self.held.is_new:
            return f"{self._ref} is not created yet."
        if self.held.gone is not None:
            return f"{self._ref} was deleted."
        if self.held.state.error is not None:
            return self.held.state.error.sentence
        return f"Loading {self._ref.name} …"
