"""Values of a Helm release that set the keys of a Secret, and commands that set new values."""

from __future__ import annotations

import shlex
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from tui.model.draft.former_values import SHORTEST_SOUGHT
from tui.model.draft.helm_release import read_in, rendered
from tui.model.managers.source.source import Hint, ReleaseValues
from tui.model.secret.formats.helm_record import config_leaves
from tui.model.secret.formats.leaf import ShownPaths, with_shown_paths
from tui.model.secret.secret import Secret
from tui.model.text.counts import joined

_MOST_PATHS: Final = 3


class KeyReleaseValues(Struct, frozen=True):
    """Release values that set one key of a Secret."""

    key: str
    paths: tuple[str, ...] = ()
    """Paths, in the syntax of `helm --set`, of the release values that equal the key's value."""
    is_default: bool = False
    """True if `paths` lead to default values of the chart."""
    is_short: bool = False
    """True if the key's value is so short that a release value may equal it by chance."""
    was_changed: bool = False
    """True if the key's value differs from the value in the manifest of the release."""


def set_by(record: Secret, secret: Secret) -> list[KeyReleaseValues]:
    """Find the release values that equal a key's value, for each key of `secret`.

    Two values also count as equal if one is the base64 of the other. Raises UnreadableValue if the record
    cannot be read.
    """
    release = read_in(record)
    given, defaults = (
        [*with_shown_paths(config_leaves(values, is_for_set=True), ShownPaths())]
        for values in (release.config, release.chart.values)
    )
    try:
        rendered_secret = rendered(release, secret.ref)
    except ValueError:
        rendered_secret = None  # the rendered Secret cannot be read, so `was_changed` stays False
    sources = list[KeyReleaseValues]()
    for key, value in sorted(secret.data.items()):
        forms, was = (
            _forms(value.reveal()),
            rendered_secret.data.get(key) if rendered_secret is not None else None,
        )
        paths = tuple(leaf.path for leaf in given if leaf.value.reveal() in forms)
        others = () if paths else tuple(leaf.path for leaf in defaults if leaf.value.reveal() in forms)
        sources.append(
            KeyReleaseValues(
                *(key, paths or others),
                is_default=bool(others),
                is_short=value.size < SHORTEST_SOUGHT,
                was_changed=was is not None and was != value,
            )
        )
    return sources


def _forms(data: bytes) -> set[bytes]:
    forms = {data, b64encode(data)}
    with suppress(ValueError):
        forms.add(b64decode(data, validate=True))
    return forms - {b""}


def value_hints(offer: ReleaseValues, revision: int, sources: Sequence[KeyReleaseValues]) -> Iterator[Hint]:
    """Yield a hint for each key in `sources`. The hint says where the key's value comes from."""
    release = f"release {offer.release.name}, revision {revision}"
    namespace_option = shlex.join(["-n", offer.release.namespace])
    upgrade = (
        f"helm upgrade {shlex.quote(offer.release.name)} CHART {namespace_option} --reuse-values --set-file"
    )
    for source in sources:
        paths = joined(source.paths, "or", most=_MOST_PATHS)
        if not paths:
            why = (
                f"The value has changed since {release}."
                if source.was_changed
                else f"Perhaps made by the chart of {release}."
            )
            yield Hint(f"{source.key}: equals no release value", why)
            continue
        verb = "Perhaps set by" if source.is_short else "Set by"
        origin = "the chart defaults of" if source.is_default else "the values of"
        does, line = f"{verb} {paths} in {origin} {release}.", ""
        if offer.is_by_flux:
            does = f"{does} Change it in the values of the HelmRelease."
        else:
            does = f"{does} Fill in CHART, and the FILE that holds the new value."
            line = f"{upgrade} {shlex.quote(f'{source.paths[0]}=FILE')}"
        yield Hint(f"{source.key}: {paths}", does, line)
