"""การประกาศรายการ: what a list is, before anybody asks for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from cddp.foundation.ui.listing.columns import Column, SortKey
from cddp.foundation.ui.listing.filters import Filter

Search = Callable[[QuerySet[Any], str], QuerySet[Any]]
_SEARCH, _ROWS, _NOTHING = gettext_lazy("ค้นหา"), gettext_lazy("รายการ"), gettext_lazy("ยังไม่มีรายการ")


@dataclass(frozen=True)
class BulkAction:
    """คำสั่งกับหลายรายการ.

    `run(request, rows)` does it by one service call and returns what to tell the person (or a response of its own,
    such as a redirect to a page that asks for more). `confirm` is the question; "" asks nothing.
    """

    key: str
    title: Any
    run: Callable[[HttpRequest, QuerySet[Any]], str | HttpResponse]
    confirm: Any = ""
    permission: str = ""
    icon: str = ""
    danger: bool = False


@dataclass(frozen=True)
class KnownCount:
    """จำนวนที่นับไว้แล้ว: how many rows a list has when nothing narrows it; `at_most` is "that many or more"."""

    rows: int
    at_most: int

    @property
    def words(self) -> str:
        return f"{self.rows:,}{'+' if self.rows >= self.at_most else ''}"


@dataclass(frozen=True, kw_only=True)
class ListDeclaration:
    """รายการหนึ่งหน้าจอ.

    `key` names the list for saved columns and views ("residents.people"). `default_sort` is a column's key, with
    "-" for descending. `search(queryset, text)` narrows by the search box; `search_sort` orders its results when
    the person chose no order (ascending; use a distance). `on_export(request, rows, format)` replaces the usual
    audit entry; `on_look(request, rows)` is told which rows a page or a print shows (personal data).
    `row_link(row)` makes the first column lead to the row's page. `load(queryset, keys)` says what the rows carry
    when the columns of these keys are shown: what only a hidden column needs is not read. `known_count` spares a
    list that nothing narrows the counting of what its page has counted anyway.
    """

    key: str
    title: Any
    columns: Sequence[Column]
    default_sort: str
    filters: Sequence[Filter] = ()
    search: Search | None = None
    search_hint: Any = _SEARCH
    search_sort: tuple[SortKey, ...] = ()
    page_size: int = 50
    question: Any = ""
    noun: Any = _ROWS
    row_link: Callable[[Any], str | None] | None = None
    load: Callable[[QuerySet[Any], set[str]], QuerySet[Any]] | None = None
    known_count: KnownCount | None = None
    export_name: str = ""
    export_permission: str = ""
    export_limit: int = 200_000
    # (label, URL name, icon) of pages that take the same search and filters: other formats, all columns.
    more_exports: Sequence[tuple[Any, str, str]] = ()
    on_export: Callable[[HttpRequest, int, str], None] | None = None
    on_look: Callable[[HttpRequest, Sequence[Any]], None] | None = None
    bulk_actions: Sequence[BulkAction] = ()
    template: str = "ui/list.html"
    empty_title: Any = _NOTHING
    empty_text: Any = ""

    def may_export(self, request: HttpRequest) -> bool:
        """Tell whether files are offered to this person."""
        return bool(self.export_name) and (
            not self.export_permission or request.user.has_perm(self.export_permission)
        )
