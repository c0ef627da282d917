"""Texts about missing rights."""

from __future__ import annotations

from collections.abc import Iterator

from tui.model.errors import ClusterError, Forbidden
from tui.model.managers.source.source import SourceAction
from tui.session.source import FoundSource
from tui.ui.base.screen_context import ScreenContext
from tui.ui.keymap import Keys
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled


def asks_for_role(error: ClusterError | None, keys: Keys) -> Iterator[Line]:
    if isinstance(error, Forbidden):
        yield (Styled(f"  {keys.of('show_access')} shows the Role to ask for.", "muted"),)


def lacking(shared: ScreenContext, offer: SourceAction, manager: FoundSource) -> str:
    """Right that the action `offer` needs and the user lacks.

    The result is "" if the user has the right or may have it. It is also "" if the object of
    `manager` could not be read, or if the object to change has no namespace.

    Example: "the right to patch certificates.cert-manager.io in payments".
    """
    if manager.ref is None:
        return ""
    kind = offer.at.kinds[0] if offer.at is not None else manager.ref.kind
    namespace = offer.at.namespace if offer.at is not None else manager.ref.namespace
    verb, resource = ("patch", kind.resource) if offer.patch else ("update", f"{kind.resource}/status")
    if namespace and shared.session.may(verb, resource, namespace, None, kind.group) is False:
        return f"the right to {verb} {resource}.{kind.group} in {namespace}"
    return ""
