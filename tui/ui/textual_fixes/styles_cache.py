"""Styles of widgets that are gone are forgotten.

Textual remembers 1,024 results of a method by its object, and so keeps what was painted of that many widgets
that are gone: 16 MB after some hundred screens. With a class method it remembers by color alone.

Upstream: https://github.com/Textualize/textual/issues/6665 (open). Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._styles_cache import StylesCache

_Cache: Any = StylesCache
_Cache.get_inner_outer = classmethod(_Cache.get_inner_outer)
