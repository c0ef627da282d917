"""Keep removed widgets out of Textual's cache of styles.

Textual caches 1,024 results of `StylesCache.get_inner_outer`. Each cache key contains a StylesCache with the
painted lines of a widget, so removed widgets stay in memory: 16 MB after a few hundred screens. This module
makes `get_inner_outer` a class method, so that a cache key contains the class and colors, but no widget.

Upstream: https://github.com/Textualize/textual/issues/6665 (open). Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._styles_cache import StylesCache

_Cache: Any = StylesCache
_Cache.get_inner_outer = classmethod(_Cache.get_inner_outer)
