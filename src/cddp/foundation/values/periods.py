"""ช่วงเวลา: spans of whole days as boards and reports of the town count them."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_dates import BANGKOK

MONTH, QUARTER, FISCAL_YEAR, YEAR = "month", "quarter", "fiscal", "year"
PERIODS: Final = (MONTH, QUARTER, FISCAL_YEAR, YEAR)
FISCAL_YEAR_BEGINS: Final = 10


@dataclass(frozen=True)
class Span:
    """ช่วงเวลา: whole days in Thailand, from the first up to and including the last."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """Return the first moment after the span."""
        return midnight(self.last + dt.timedelta(days=1))


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment at which a day begins in Thailand."""
    return dt.datetime.combine(day, dt.time(), BANGKOK)


def span_of(period: str, today: dt.date) -> Span:
    """Return the days of a period that ends today: this month, three months, ปีงบประมาณ, twelve months."""
    if period == MONTH:
        first = today.replace(day=1)
    elif period == QUARTER:
        first = months_back(today, 2)
    elif period == FISCAL_YEAR:
        year = today.year if today.month >= FISCAL_YEAR_BEGINS else today.year - 1
        first = dt.date(year, FISCAL_YEAR_BEGINS, 1)
    else:
        first = months_back(today, 11)
    return Span(first, today)


def months_back(day: dt.date, count: int) -> dt.date:
    """Return the first day of the month so many months earlier; less than 0: later."""
    months = day.year * 12 + day.month - 1 - count
    return dt.date(months // 12, months % 12 + 1, 1)
