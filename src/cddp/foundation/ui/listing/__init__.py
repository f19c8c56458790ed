"""องค์ประกอบรายการ: the list component. A view declares a ListPage and calls `respond`; see page.py."""

from cddp.foundation.ui.listing.columns import Column
from cddp.foundation.ui.listing.declaration import BulkAction, KnownCount
from cddp.foundation.ui.listing.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    Filter,
    RangeFilter,
    TextFilter,
)
from cddp.foundation.ui.listing.page import ListPage, UnableToExport

__all__ = [
    "BooleanFilter",
    "BulkAction",
    "ChoiceFilter",
    "Column",
    "DateRangeFilter",
    "Filter",
    "KnownCount",
    "ListPage",
    "RangeFilter",
    "TextFilter",
    "UnableToExport",
]
