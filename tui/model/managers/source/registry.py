"""Kinds of objects that manage Secrets, and that can be asked to sync, renew or pause."""

from __future__ import annotations

from typing import Final

from tui.model.managers.source import argo_cd, cert_manager, external_secrets, flux, sealed_secrets, vault
from tui.model.managers.source.source import Source, SourcePlace
from tui.model.secret.secret import Secret

SOURCES: Final[tuple[Source, ...]] = (
    external_secrets.EXTERNAL_SECRETS_SOURCE,
    cert_manager.CERT_MANAGER_SOURCE,
    sealed_secrets.SEALED_SECRETS_SOURCE,
    *vault.VAULT_SOURCES,
    argo_cd.ARGO_CD_SOURCE,
    *flux.FLUX_SOURCES,
    external_secrets.PUSH,
)


def sources_of(secret: Secret) -> tuple[tuple[Source, SourcePlace], ...]:
    """Return each Source that manages the Secret or may push it elsewhere, with a SourcePlace.

    The SourcePlace says where the managing or pushing object is, e.g. an ExternalSecret.
    """
    places = ((source, source.place(secret)) for source in SOURCES)
    return tuple((source, place) for source, place in places if place is not None)
