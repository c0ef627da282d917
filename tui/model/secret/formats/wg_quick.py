"""WireGuard configurations.

The number of peers, their endpoints, and which peers have a preshared key are shown while the value is
masked.

Source: wg(8), Configuration File Format; wg-quick(8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.leaf import WHOLE, UnwritableLeaf, inner_path, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, rewrite_of
from tui.model.secret.formats.limits import text_of
from tui.model.secret.formats.public_names import first_of, host_and_port
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, PageRow, RowName, ValueFormat
from tui.model.secret.value import Value
from tui.model.text.counts import counted

_WORDS: Final = (
    "PrivateKey ListenPort FwMark Address DNS MTU Table PreUp PostUp PreDown PostDown SaveConfig "
    "PublicKey PresharedKey AllowedIPs Endpoint PersistentKeepalive"
)
_NAMES: Final = {name.lower(): name for name in _WORDS.split()}
_UNKNOWN: Final = "…"
"""Shown instead of an unknown name, because the text before "=" may be secret.

Example: a line with only a private key in base64, which can end in "=".
"""
_MOST_FACTS: Final = 5


class _Setting(HiddenRepr, Struct, frozen=True):
    section: str
    """"Interface", or "Peer[0]" for the first peer."""
    name: str
    text: str
    start: int


def _settings(data: bytes) -> list[_Setting]:
    """Read the settings of all sections; [] if a line does not belong in a WireGuard configuration."""
    settings, section, peers, at = list[_Setting](), "", 0, 0
    for line in text_of(data).split("\n"):
        bare = line.rstrip("\r").partition("#")[0]
        name, sign, text = bare.partition("=")
        if (header := bare.strip().lower()) == "[interface]":
            section = "Interface"
        elif header == "[peer]":
            section, peers = inner_path("Peer", peers), peers + 1
        elif sign and section:
            start = at + len(bare) - len(text.lstrip())
            known_name = _NAMES.get(name.strip().lower(), _UNKNOWN)
            settings.append(_Setting(section, known_name, text.strip(), start))
        elif header:
            return []
        at += len(line) + 1
    return settings


def _peers(settings: list[_Setting]) -> Mapping[str, Mapping[str, str]]:
    peers = dict[str, dict[str, str]]()
    for setting in settings:
        if setting.section != "Interface":
            peers.setdefault(setting.section, {})[setting.name] = setting.text
    return peers


def _endpoint(peer: Mapping[str, str]) -> str:
    endpoint = peer.get("Endpoint", "")
    return host_and_port(endpoint) if ":" in endpoint.rpartition("]")[2] else ""


def _row(key: str, data: bytes) -> RowName | None:
    if b"[" not in data or b"=" not in data:
        return None
    peers = _peers(settings := _settings(data))
    has_key = any(setting.section == "Interface" and setting.name == "PrivateKey" for setting in settings)
    if not has_key and not any("PublicKey" in peer for peer in peers.values()):
        return None
    endpoints = [place for peer in peers.values() if (place := _endpoint(peer))]
    places = f": {first_of(endpoints)}" if endpoints else ""
    return RowName("WireGuard", f"WireGuard{places}, {counted(len(peers), 'peer')}")


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    peers = _peers(_settings(data))
    for section, peer in islice(peers.items(), _MOST_FACTS):
        place = f"at {endpoint}" if (endpoint := _endpoint(peer)) else "without an endpoint"
        word = "with" if "PresharedKey" in peer else "without"
        yield Fact(f"{key}  {section} {place}, {word} a preshared key")
    if len(peers) > _MOST_FACTS:
        yield Fact(f"{key}  and {counted(len(peers) - _MOST_FACTS, 'more peer')}", level="muted")


def _spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    for setting in _settings(data):
        leaf = text_leaf(inner_path(setting.section, setting.name), setting.text)
        yield LeafSpan(leaf, setting.start, setting.start + len(setting.text), _written)


def _written(text: str) -> str:
    if not text or text != text.strip() or any(sign in text for sign in "#\r\n"):
        raise UnwritableLeaf(f"must be one line without #, and without blanks at its ends; {WHOLE}")
    return text


WG_QUICK: Final = ValueFormat(
    "a WireGuard configuration",
    facts=_facts,
    row=_row,
    leaves=leaves_of(_spans),
    rewrite=rewrite_of(_spans),
    page=(
        PageRow(
            "WireGuard (wg-quick)",
            "WireGuard: vpn.example:51820, 2 peers",
            "endpoints, count of peers",
            "keys, addresses, commands",
            "each value",
        ),
    ),
)
