"""Forget styles of widgets that are gone.

Textual caches 1,024 results of a method by its object, and so keeps the painted lines of that many widgets
that are gone: 16 MB after some hundred screens. With a class method it caches by color alone.

Upstream: https://github.com/Textualize/textual/issues/6665 (open). Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._styles_cache import StylesCache

_Cache: Any = StylesCache
_Cache.get_inner_outer = classmethod(_Cache.get_inner_outer)
