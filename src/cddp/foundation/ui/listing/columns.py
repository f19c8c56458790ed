"""คอลัมน์ของรายการ: what one column shows, how it sorts, where it leads."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Model
from django.db.models.expressions import Combinable
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.cells import BLANK
from cddp.foundation.ui.filling import fill
from cddp.foundation.values import thai_dates

SortKey = str | Combinable
"""A field path ("given_name", "house__number") or an expression (Collate("family_name", "th-x-icu"))."""


@dataclass(frozen=True)
class Column:
    """คอลัมน์.

    `value(row)` gives what is shown (default: the attribute path `key`); `sort` one key or several, in order;
    `link(row)` the address the cell leads to; `template` draws the cell with {"row", "value"};
    `export(row)` the value for files (default: `value`); `exported=False` keeps it out of files.
    """

    key: str
    title: Any
    value: Callable[[Any], Any] | None = None
    sort: SortKey | tuple[SortKey, ...] | None = None
    link: Callable[[Any], str | None] | None = None
    template: str = ""
    export: Callable[[Any], Any] | None = None
    exported: bool = True
    default_visible: bool = True
    numeric: bool = False
    permission: str = ""

    @property
    def sort_keys(self) -> tuple[Combinable, ...]:
        """Return the expressions this column orders by; empty when it cannot be sorted."""
        if self.sort is None:
            return ()
        keys = self.sort if isinstance(self.sort, tuple) else (self.sort,)
        return tuple(F(key) if isinstance(key, str) else key for key in keys)

    def value_of(self, row: Model) -> Any:
        """Return the value as Python knows it."""
        if self.value is not None:
            return self.value(row)
        found: Any = row
        for step in self.key.split("__"):
            found = getattr(found, step, None)
        return found() if callable(found) else found

    def export_value_of(self, row: Model) -> Any:
        """Return the value for a file."""
        return self.export(row) if self.export is not None else self.value_of(row)


@dataclass(frozen=True)
class Cell:
    """ช่อง: one column of one row, ready for the template."""

    column: Column
    value: Any
    text: str
    href: str | None

    @property
    def is_blank(self) -> bool:
        return self.text == "" and not self.column.template

    @property
    def drawn(self) -> SafeString:
        """Return what stands in a cell without a template: words, a link, or a dash for nothing."""
        if self.is_blank:
            return BLANK
        if self.href:
            return fill('<a href="{}">{}</a>', self.href, self.text)
        return fill("{}", self.text)


def cell_of(column: Column, row: Model) -> Cell:
    """Return the cell with its text in Thai form."""
    value = column.value_of(row)
    return Cell(column, value, show(value), column.link(row) if column.link else None)


def show(value: Any) -> str:
    """Return a value as people read it: dates in พ.ศ., thousands with commas, ใช่ and ไม่ใช่."""
    match value:
        case None:
            return ""
        case bool():
            text = _("ใช่") if value else _("ไม่ใช่")
        case dt.datetime():
            text = thai_dates.format_with_time(value)
        case dt.date() | thai_dates.PartialDate():
            text = thai_dates.format_short(value)
        case int():
            text = f"{value:,}"
        case float() | Decimal():
            text = f"{value:,.2f}".rstrip("0").rstrip(".")
        case _:
            text = str(value)
    return text
