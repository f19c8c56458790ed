"""ช่องของรายการ: what stands in a cell of a list, put together in Python.

A template of its own for each cell took longer than everything else of a list of fifty rows.
"""

from functools import lru_cache
from typing import Any, Final, Protocol

from django.utils.safestring import SafeString

from cddp.foundation.ui.filling import fill
from cddp.foundation.ui.templatetags.assets import icon

BLANK: Final = SafeString('<span class="none">–</span>')
_NO_LINE: Final = SafeString("")
_DUE_BADGES: Final = {
    "late": ("badge-bad", "triangle-alert"),
    "today": ("badge-warn", "clock"),
    "soon": ("badge-warn", "clock"),
    "paused": ("badge-note", "pause"),
}


def badge(look: str, drawing: str, words: Any) -> SafeString:
    """Return a badge: its class, an icon, and words, so that colour is never the only signal."""
    return _drawn_badge(look, drawing, str(words))


# A page holds some hundreds, of a few dozen kinds.
@lru_cache(maxsize=500, typed=True)
def _drawn_badge(look: str, drawing: str, words: str) -> SafeString:
    return fill('<span class="{}">{}{}</span>', f"badge {look}".strip(), icon(drawing), words)


def line_below(words: Any) -> SafeString:
    """Return a smaller line below, nothing for nothing."""
    return fill('<span class="need-line">{}</span>', words) if words else _NO_LINE


class DueWords(Protocol):
    """กำหนดเสร็จเป็นคำ: `kind` is "late", "today", "soon", "paused" or any other; `date` the day in words."""

    @property
    def kind(self) -> str: ...

    @property
    def words(self) -> str: ...

    @property
    def date(self) -> str: ...


def due(value: DueWords) -> SafeString:
    """Return until when: how it stands, and the day below."""
    if value.kind in _DUE_BADGES:
        stands = badge(*_DUE_BADGES[value.kind], value.words)
    else:
        stands = fill('<span class="nowrap">{}</span>', value.words) if value.words else BLANK
    return fill("{}{}", stands, line_below(value.date))
