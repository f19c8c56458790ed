"""วาดแถวและตัวเลือก: what a list repeats some hundreds of times, put together in Python.

Django's templates look up each name anew: fifty rows of seven cells took longer than everything else of a page.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.columns import Cell, Column

_TICK = (
    '<td class="tick"><label><input type="checkbox" name="selected" value="{}">'
    '<span class="visually-hidden">{} {}</span></label></td>'
)
_BOX = '<label class="choice"><input type="{}" name="{}" form="list-form" value="'


def draw_rows(
    columns: Sequence[Column], rows: Iterable[tuple[Any, str, Sequence[Cell]]], *, may_tick: bool
) -> SafeString:
    """Return the table rows of (key, what it is called, cells); no column may have a template."""
    openings = [_opening(column, is_first=place == 0) for place, column in enumerate(columns)]
    choose = _("เลือก")
    drawn = []
    for key, words, cells in rows:
        tick = format_html(_TICK, key, choose, words) if may_tick else ""
        body = "".join(
            f"{opening[cell.is_blank]}{cell.drawn}</div></td>"
            for opening, cell in zip(openings, cells, strict=True)
        )
        drawn.append(f"<tr>{tick}{body}</tr>\n")
    # Each piece is escaped above or by the cell itself.
    return mark_safe("".join(drawn))  # noqa: S308


def _opening(column: Column, *, is_first: bool) -> tuple[str, str]:
    """Return how a cell of the column begins: with words in it, and blank."""
    names = [name for name, holds in (("numeric", column.numeric), ("cell-first", is_first)) if holds]
    title = conditional_escape(column.title)
    first, second = (" ".join([*names, *more]) for more in ((), ("cell-blank",)))
    return (
        f'<td class="{first}" data-title="{title}"><div>',
        f'<td class="{second}" data-title="{title}"><div>',
    )


def draw_boxes(kind: str, key: str, choices: Iterable[tuple[str, Any, bool]]) -> SafeString:
    """Return the boxes of a filter, "checkbox" or "radio", from (value, words, whether it is chosen)."""
    opening = format_html(_BOX, kind, key)
    drawn = [
        f'{opening}{conditional_escape(value)}"{" checked" if is_chosen else ""}> '
        f"<span>{conditional_escape(label)}</span></label>"
        for value, label, is_chosen in choices
    ]
    # Each piece is escaped above.
    return mark_safe("".join(drawn))  # noqa: S308
