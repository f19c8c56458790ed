"""วาดแถว ตัวกรอง และตัวเลือก: what a list repeats some hundreds of times, put together in Python.

Django's templates look up each name anew: fifty rows of seven cells took longer than everything else of a page,
and a dozen filters that nobody has opened half as long again.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cddp.foundation.ui.filling import escaped, fill
from cddp.foundation.ui.listing.columns import Cell, Column
from cddp.foundation.ui.templatetags.assets import icon

_TICK = (
    '<td class="tick"><label><input type="checkbox" name="selected" value="{}">'
    '<span class="visually-hidden">{} {}</span></label></td>'
)
_BOX = '<label class="choice"><input type="{}" name="{}" form="list-form" value="'
_BOXES = '<fieldset class="field filter-choices"><legend class="visually-hidden">{}</legend>{}</fieldset>'
_FIELD = (
    '<div class="field"><label for="filter-{name}">{label}</label><input type="text" id="filter-{name}" '
    'name="{name}" value="{text}" form="list-form"{more}></div>'
)
_FILTER = (
    '<details class="drop drop-start"><summary class="chip{}">{}{} {}</summary>'
    '<div class="drop-panel drop-panel-roomy filter-panel">{}<div class="cluster">'
    '<button class="button button-primary" type="submit" form="list-form">{}</button>{}</div></div></details>\n'
)
_REMOVE = '<a class="button button-quiet" href="{}">{}</a>'
_COLUMN = (
    '<div class="cluster cluster-apart" data-column><label class="choice">'
    '<input type="checkbox" name="columns" value="{}"{}> <span>{}</span></label><span class="nowrap">'
    '<button class="button button-icon" type="button" data-move="up" aria-label="{}">{}</button>'
    '<button class="button button-icon" type="button" data-move="down" aria-label="{}">{}</button></span></div>'
)
_CHECKED = SafeString(" checked")
LONGEST_CHIP = 40


def draw_rows(
    columns: Sequence[Column], rows: Iterable[tuple[Any, str, Sequence[Cell]]], *, may_tick: bool
) -> SafeString:
    """Return the table rows of (key, what it is called, cells); no column may have a template."""
    openings = [_opening(column, is_first=place == 0) for place, column in enumerate(columns)]
    choose = _("เลือก")
    drawn = []
    for key, words, cells in rows:
        tick = fill(_TICK, key, choose, words) if may_tick else ""
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
    title = escaped(column.title)
    first, second = (" ".join([*names, *more]) for more in ((), ("cell-blank",)))
    return (
        f'<td class="{first}" data-title="{title}"><div>',
        f'<td class="{second}" data-title="{title}"><div>',
    )


def draw_filter(title: Any, words: str, panel: SafeString, without: str) -> SafeString:
    """Return the chip of a filter, in words when it narrows, and the panel below it."""
    return fill(
        _FILTER,
        " chip-on" if words else "",
        title,
        f": {Truncator(words).chars(LONGEST_CHIP)}" if words else "",
        icon("chevron-down"),
        panel,
        _("แสดงผล"),
        fill(_REMOVE, without, _("เอาออก")) if words else "",
    )


def draw_boxes(
    kind: str, key: str, title: Any, choices: Iterable[tuple[Any, Any]], chosen: Container[str]
) -> SafeString:
    """Return the boxes of a filter, "checkbox" or "radio", from (value, words)."""
    opening = fill(_BOX, kind, key)
    boxes = "".join(
        f'{opening}{escaped(value)}"{" checked" if str(value) in chosen else ""}> '
        f"<span>{escaped(label)}</span></label>"
        for value, label in choices
    )
    # Each piece is escaped above.
    return fill(_BOXES, title, mark_safe(boxes))  # noqa: S308


def draw_field(name: str, label: Any, text: str, *, longest: int, more: SafeString | str = "") -> SafeString:
    """Return a box to write in; `more` holds further attributes."""
    return fill(_FIELD, name=name, label=label, text=text, more=fill('{} maxlength="{}"', more, longest))


def draw_column_choices(columns: Iterable[Column], visible: Container[str]) -> SafeString:
    """Return a box to tick for each column, with buttons that move it."""
    up, down = _("เลื่อน %(title)s ขึ้น"), _("เลื่อน %(title)s ลง")
    rows = (
        (
            column.key,
            _CHECKED if column.key in visible else "",
            column.title,
            up % {"title": column.title},
            icon("arrow-up"),
            down % {"title": column.title},
            icon("arrow-down"),
        )
        for column in columns
    )
    return format_html_join("", _COLUMN, rows)
