"""Terraform state. The kubernetes backend stores it as gzip data, in key "tfstate" of one or more Secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.secret.formats.json_text import json_tree
from tui.model.secret.formats.leaf import Leaf
from tui.model.secret.formats.leaf_span import spans_in
from tui.model.secret.formats.limits import MAX_INFLATED
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted


class _State(HiddenStruct):
    version: int
    serial: int
    terraform_version: str = ""
    lineage: str = ""
    outputs: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    resources: list[msgspec.Raw] = msgspec.field(default_factory=list)


def _row(key: str, data: bytes) -> RowName | None:
    if b'"terraform_version"' not in data[:512] and b'"lineage"' not in data[:512]:
        return None
    try:
        state = decoded(data, _State)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    counts = f"{counted(len(state.resources), 'resource')}, {counted(len(state.outputs), 'output')}"
    return RowName("Terraform state", f"Terraform state {state.serial}: {counts}")


def _leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Yield the leaves of the outputs, but not of the resources."""
    for name, output in decoded(data, _State).outputs.items():
        tree = json_tree(bytes(output).decode())
        if isinstance(tree, Mapping) and "value" in tree:
            yield from (span.leaf for span in spans_in(tree["value"], f"outputs.{name}"))


TERRAFORM: Final = ValueFormat(
    "Terraform state",
    row=_row,
    leaves=_leaves,
    most=MAX_INFLATED,
    page=(
        PageRow(
            "Terraform state",
            "gzip of Terraform state 8: 12 resources, 3 outputs",
            "serial, counts",
            "outputs, resources",
        ),
    ),
)
