"""รายการที่ผูกกับคำขอ: the list as one person sees it now. Templates read it; nothing is asked twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.columns import Cell, Column, cell_of
from cddp.foundation.ui.listing.declaration import BulkAction, ListDeclaration
from cddp.foundation.ui.listing.drawing import draw_column_choices, draw_filter, draw_rows
from cddp.foundation.ui.listing.filters import Filter
from cddp.foundation.ui.listing.keyset import Page, SortOrder, in_order, page_of
from cddp.foundation.ui.models import ColumnChoice, SavedView

COUNT_LIMIT = 10_000
PRINT_LIMIT = 2_000
SEARCH_LIMIT = 200
NOT_OF_THE_VIEW = ("after", "export", "print", "csrfmiddlewaretoken")


@dataclass(frozen=True)
class Head:
    """หัวคอลัมน์."""

    column: Column
    sort_url: str
    direction: str
    """"ascending", "descending" or "" (for aria-sort)."""


@dataclass(frozen=True)
class Row:
    """แถว."""

    pk: Any
    object: Any
    cells: Sequence[Cell]

    @property
    def words(self) -> str:
        """Return what the row is called where it is read aloud: its first cell, unless that is drawn."""
        first = self.cells[0].text if self.cells else ""
        return str(self.object) if isinstance(first, SafeString) else first


class BoundList:
    """The list for one request."""

    def __init__(self, page: ListDeclaration, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.page = page
        self.request = request
        self.queryset = queryset
        self.params = request.GET
        self.problems: list[str] = []
        self.values = {each.key: self._read(each) for each in page.filters}

    def _read(self, each: Filter) -> Any:
        try:
            return each.read(self.params, self.request)
        except ValueError as problem:
            self.problems.append(str(problem))
            return None

    # ── addresses ─────────────────────────────────────────────────────────────────────────────────

    def address(self, **changes: str) -> str:
        """Return this view's address; `changes` set a parameter, "" takes it away. Paging starts again."""
        query = self._query(changes)
        return f"{self.request.path}?{query}" if query else self.request.path

    def _query(self, changes: dict[str, str], without: Sequence[str] = ()) -> str:
        params = QueryDict(mutable=True)
        for name, values in self.params.lists():
            if name not in NOT_OF_THE_VIEW and name not in changes and name not in without and any(values):
                params.setlist(name, [value for value in values if value])
        for name, value in changes.items():
            if value:
                params[name] = value
        return params.urlencode()

    def _without(self, names: Sequence[str]) -> str:
        query = self._query({}, names)
        return f"{self.request.path}?{query}" if query else self.request.path

    @property
    def query(self) -> str:
        """Return search, filters and order as a query string: what a saved view keeps."""
        return self._query({})

    @property
    def clear_url(self) -> str:
        return self._without([name for each in self.page.filters for name in each.names] + ["q"])

    @property
    def xlsx_url(self) -> str:
        return self.address(export="xlsx")

    @property
    def csv_url(self) -> str:
        return self.address(export="csv")

    @property
    def print_url(self) -> str:
        return self.address(print="1")

    @cached_property
    def previous_url(self) -> str:
        return self.address(after=self.result.previous) if self.result.previous else ""

    @cached_property
    def next_url(self) -> str:
        return self.address(after=self.result.next) if self.result.next else ""

    # ── rows ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def has_search(self) -> bool:
        # Templates would call `page.search`, being a function.
        return self.page.search is not None

    @property
    def search_text(self) -> str:
        return self.params.get("q", "").replace("\x00", "").strip()[:SEARCH_LIMIT]

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """Return all rows that fit search and filters, in no order."""
        rows = self.queryset
        if self.page.search is not None and self.search_text:
            rows = self.page.search(rows, self.search_text)
        for each in self.page.filters:
            if self.values[each.key] is not None:
                rows = each.narrow(rows, self.values[each.key])
        return rows

    @property
    def _loaded(self) -> QuerySet[Any]:
        return self.page.load(self.matching, self.visible_keys) if self.page.load else self.matching

    @cached_property
    def order(self) -> SortOrder:
        asked = self.params.get("sort", "")
        columns = {column.key: column for column in self.columns if column.sort_keys}
        if asked.lstrip("-") not in columns:
            if self.search_text and self.page.search_sort:
                keys = tuple(F(key) if isinstance(key, str) else key for key in self.page.search_sort)
                return SortOrder("search", keys)
            asked = self.page.default_sort
        return SortOrder(asked.lstrip("-"), columns[asked.lstrip("-")].sort_keys, asked.startswith("-"))

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """Return all matching rows in order, for files and paper."""
        return in_order(self._loaded, self.order)

    @cached_property
    def result(self) -> Page:
        return page_of(self._loaded, self.order, self.params.get("after", ""), self.page.page_size)

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(each) for each in self.result.rows]

    @cached_property
    def drawn_rows(self) -> SafeString:
        """Return the rows as they stand in the table, or nothing where a column has a template of its own."""
        if any(column.template for column in self.visible_columns):
            return SafeString("")
        rows = ((row.pk, row.words, row.cells) for row in self.rows)
        return draw_rows(self.visible_columns, rows, may_tick=bool(self.bulk_actions))

    @cached_property
    def print_rows(self) -> list[Row]:
        return [self._row(each) for each in self.ordered[:PRINT_LIMIT]]

    @property
    def is_cut_for_print(self) -> bool:
        return self.count > PRINT_LIMIT

    def _row(self, each: Any) -> Row:
        cells = [cell_of(column, each) for column in self.visible_columns]
        if cells and self.page.row_link is not None and cells[0].href is None:
            first = cells[0]
            cells[0] = Cell(first.column, first.value, first.text, self.page.row_link(each))
        return Row(each.pk, each, cells)

    @cached_property
    def count(self) -> int:
        """Return the number of matching rows, COUNT_LIMIT + 1 for "more than that"."""
        # Without what the rows are annotated with: counting ten thousand need not join what only a cell shows.
        return self.matching.order_by().values("pk")[: COUNT_LIMIT + 1].count()

    @property
    def count_words(self) -> str:
        if self.page.known_count is not None and not self.is_narrowed:
            return f"{self.page.known_count.words} {self.page.noun}"
        return self.counted_words

    @property
    def counted_words(self) -> str:
        if self.count > COUNT_LIMIT:
            return _("มากกว่า %(limit)s %(noun)s") % {"limit": f"{COUNT_LIMIT:,}", "noun": self.page.noun}
        return f"{self.count:,} {self.page.noun}"

    # ── columns ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns this person may see, their chosen ones first and in their order."""
        allowed = [
            c for c in self.page.columns if not c.permission or self.request.user.has_perm(c.permission)
        ]
        if not self.chosen_keys:
            return allowed
        by_key = {column.key: column for column in allowed}
        chosen = [by_key[key] for key in self.chosen_keys if key in by_key]
        return chosen + [column for column in allowed if column not in chosen]

    @cached_property
    def chosen_keys(self) -> list[str]:
        if not self.request.user.is_authenticated:
            return []
        choice = ColumnChoice.objects.filter(user_id=self.request.user.pk, list_key=self.page.key).first()
        return list(choice.columns) if choice else []

    @cached_property
    def visible_columns(self) -> list[Column]:
        if self.chosen_keys:
            chosen = [column for column in self.columns if column.key in self.chosen_keys]
            if chosen:
                return chosen
        return [column for column in self.columns if column.default_visible]

    @property
    def visible_keys(self) -> set[str]:
        return {column.key for column in self.visible_columns}

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.visible_columns]

    def _head(self, column: Column) -> Head:
        if not column.sort_keys:
            return Head(column, "", "")
        if self.order.name != column.key:
            return Head(column, self.address(sort=column.key), "")
        turned = column.key if self.order.descending else f"-{column.key}"
        return Head(column, self.address(sort=turned), "descending" if self.order.descending else "ascending")

    # ── filters, views, actions ───────────────────────────────────────────────────────────────────

    @property
    def narrowed_by(self) -> list[tuple[Any, str]]:
        """Return (title, what it says) of the filters that narrow the list."""
        return [(each.title, words) for each in self.page.filters if (words := self._words(each))]

    def _words(self, each: Filter) -> str:
        value = self.values[each.key]
        return "" if value is None else each.words(value, self.request)

    @cached_property
    def drawn_filters(self) -> SafeString:
        return mark_safe("".join(self._drawn_filter(each) for each in self.page.filters))  # noqa: S308

    def _drawn_filter(self, each: Filter) -> SafeString:
        words, panel = self._words(each), each.panel(self.values[each.key], self.params, self.request)
        return draw_filter(each.title, words, panel, self._without(each.names) if words else "")

    @property
    def drawn_column_choices(self) -> SafeString:
        return draw_column_choices(self.columns, self.visible_keys)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search_text) or any(value is not None for value in self.values.values())

    @cached_property
    def saved_views(self) -> list[SavedView]:
        """Return this person's views of the list and those their division shares."""
        user = self.request.user
        if not user.is_authenticated:
            return []
        whose = Q(user_id=user.pk)
        if user.membership and user.membership.division_id:
            whose |= Q(division_id=user.membership.division_id)
        return list(SavedView.objects.filter(whose, list_key=self.page.key))

    @cached_property
    def bulk_actions(self) -> list[BulkAction]:
        allowed = self.page.bulk_actions
        return [a for a in allowed if not a.permission or self.request.user.has_perm(a.permission)]

    @cached_property
    def may_export(self) -> bool:
        return self.page.may_export(self.request)
