"""Formats of two Prometheus files: alertmanager.yaml, and scrape configs."""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.public_names import first_of, plain_name
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.secret.formats.yaml_text import field_of, items_of, yaml_fields, yaml_spans
from tui.model.text.counts import counted

_MOST_NAMES: Final = 2


def _alertmanager_row(key: str, data: bytes) -> RowName | None:
    if b"receivers" not in data or b"route" not in data:
        return None
    config = yaml_fields(data)
    receivers = items_of(config, "receivers")
    if not receivers or not isinstance(field_of(config, "route"), dict):
        return None
    names = list(filter(None, (plain_name(part.get("name")) for part in receivers)))
    if len(names) < len(receivers):
        return RowName("Alertmanager", f"Alertmanager, {counted(len(receivers), 'receiver')}")
    return RowName("Alertmanager", f"Alertmanager: {first_of(names, _MOST_NAMES)}")


def _scrape_row(key: str, data: bytes) -> RowName | None:
    if b"job_name" not in data:
        return None
    config = yaml_fields(data)
    jobs = items_of(
        {"jobs": config} if isinstance(config, list) else config,
        "jobs" if isinstance(config, list) else "scrape_configs",
    )
    names = [plain_name(job.get("job_name")) for job in jobs]
    if not names or not all(names):
        return None
    return RowName("scrape configs", f"scrape configs: {first_of(names, _MOST_NAMES)}")


ALERTMANAGER: Final = ValueFormat(
    "alertmanager.yaml",
    row=_alertmanager_row,
    leaves=leaves_of(yaml_spans),
    rewrite=rewrite_of(yaml_spans),
    page=(
        PageRow("alertmanager.yaml", "Alertmanager: oncall, slack", "receivers", "URLs, tokens", "like YAML"),
    ),
)
SCRAPE: Final = ValueFormat(
    "scrape configs",
    row=_scrape_row,
    leaves=leaves_of(yaml_spans),
    rewrite=rewrite_of(yaml_spans),
    page=(
        PageRow("Prometheus' scrape configs", "scrape configs: node, kube +1", "jobs", "logins", "like YAML"),
    ),
)
