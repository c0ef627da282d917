"""Keep removed widgets out of Textual's cache of styles.

Textual caches 1,024 results of a method, and each cache key contains the object that has the method. These
objects keep the painted lines of removed widgets in memory: 16 MB after some hundred screens. If the method
is a class method, its cache keys contain only the class and colors.

Upstream: https://github.com/Textualize/textual/issues/6665 (open). Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._styles_cache import StylesCache

_Cache: Any = StylesCache
_Cache.get_inner_outer = classmethod(_Cache.get_inner_outer)
