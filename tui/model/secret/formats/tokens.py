"""Tokens that are recognized by their shape. The `RowName` of a token contains no part of the token.

Source of the shapes: the public rules of gitleaks (config/gitleaks.toml) and the issuers' own pages.
"""

from __future__ import annotations

import re
from typing import Final

from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_WORD: Final = "[A-Za-z0-9_-]"
SHAPES: Final = (
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    (
        "GitLab token",
        rf"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas)-{_WORD}{{20,64}}(?:\.{_WORD}{{2,20}})*",
    ),
    (
        "Slack token",
        r"xox[abpors]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{10,250}|xoxe[.-][A-Za-z0-9.-]{10,250}",
    ),
    ("Slack webhook", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,80}"),
    ("AWS key id, lasting", r"AKIA[A-Z2-7]{16}"),
    ("AWS key id, temporary", r"ASIA[A-Z2-7]{16}"),
    ("Stripe key, live", r"[sr]k_live_[A-Za-z0-9]{10,250}"),
    ("Stripe key, test", r"[sr]k_test_[A-Za-z0-9]{10,250}"),
    ("Stripe webhook secret", r"whsec_[A-Za-z0-9+/=]{20,80}"),
    ("Vault token", rf"hv[sbr]\.{_WORD}{{24,300}}"),
    ("npm token", r"npm_[A-Za-z0-9]{36}"),
    ("PyPI token", rf"pypi-AgEI{_WORD}{{50,1000}}"),
    ("DigitalOcean token", r"do[por]_v1_[a-f0-9]{64}"),
    ("SendGrid key", rf"SG\.{_WORD}{{22}}\.{_WORD}{{43}}"),
    ("Google API key", rf"AIza{_WORD}{{35}}"),
    ("Google OAuth secret", rf"GOCSPX-{_WORD}{{28}}"),
    ("OpenAI key", rf"sk-(?:proj-|svcacct-|admin-)?{_WORD}{{20,74}}T3BlbkFJ{_WORD}{{20,74}}"),
    ("Anthropic key", rf"sk-ant-(?:api|admin)\d\d-{_WORD}{{80,110}}"),
    ("Hugging Face token", r"hf_[A-Za-z]{34}"),
    ("Docker Hub token", rf"dckr_(?:pat|oat)_{_WORD}{{27,32}}"),
    ("Grafana token", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3}"),
    ("Shopify token", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("Twilio account id", r"AC[a-f0-9]{32}"),
    ("Twilio key id", r"SK[a-f0-9]{32}"),
    ("Mailgun key", r"key-[a-f0-9]{32}"),
    ("Databricks token", r"dapi[a-f0-9]{32}(?:-\d)?"),
    ("New Relic key", r"NRAK-[A-Z0-9]{27}|[a-f0-9]{36}NRAL"),
    ("Sentry token", r"sntry[su]_[A-Za-z0-9+/=_]{40,300}"),
    ("Linear key", r"lin_api_[A-Za-z0-9]{40}"),
    ("Postman key", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("Pulumi token", r"pul-[a-f0-9]{40}"),
    ("Doppler token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,60}"),
    ("Tailscale key", r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,50}"),
    ("Telegram bot token", rf"\d{{8,10}}:AA{_WORD}{{33}}"),
    (
        "Discord webhook",
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{15,22}/[A-Za-z0-9_-]{50,80}",
    ),
    ("1Password token", rf"ops_eyJ{_WORD}{{250,2000}}=*"),
    ("Terraform Cloud token", rf"[A-Za-z0-9]{{14}}\.atlasv1\.{_WORD}{{60,70}}"),
)
_ANY: Final = re.compile("|".join(f"({shape})" for _, shape in SHAPES).encode())
_MOST: Final = 2048
"""Maximum size of a token in bytes."""


def _row(key: str, data: bytes) -> RowName | None:
    if len(data) > _MOST:
        return None
    match = _ANY.fullmatch(data.strip())
    return RowName(SHAPES[match.lastindex - 1][0]) if match is not None and match.lastindex else None


TOKENS: Final = ValueFormat(
    "a token",
    row=_row,
    page=(
        PageRow(
            "[Tokens](#tokens) known by their shape",
            "GitHub token",
            "issuer of the token",
            "the token",
        ),
    ),
)
