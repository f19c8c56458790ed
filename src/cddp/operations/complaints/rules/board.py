"""กระดานผู้บริหาร: spans of time, bands of age, and the steps of a heat map."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_dates import BANGKOK

MONTH, QUARTER, FISCAL_YEAR, YEAR = "month", "quarter", "fiscal", "year"
PERIODS: Final = (MONTH, QUARTER, FISCAL_YEAR, YEAR)
FISCAL_YEAR_BEGINS: Final = 10
TREND_MONTHS: Final = 13
# Days since a problem was first told of: from, up to (None: no end).
AGE_BANDS: Final[tuple[tuple[int, int | None], ...]] = ((0, 7), (8, 30), (31, 90), (91, 365), (366, None))
HEAT_STEPS: Final = 5
FIRST_YEAR: Final = 2015


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


def month_span(year: int, month: int) -> Span:
    """Return the days of a calendar month."""
    first = dt.date(year, month, 1)
    return Span(first, months_back(first, -1) - dt.timedelta(days=1))


def read_month(text: str, today: dt.date) -> Span | None:
    """Return the month that an address names ("2026-11"); None for what is no month, or is still to come."""
    year, _dash, month = text.partition("-")
    if len(text) != 7 or not (year + month).isascii() or not (year + month).isdigit():
        return None
    if not 1 <= int(month) <= 12 or not FIRST_YEAR <= int(year) <= today.year:
        return None
    span = month_span(int(year), int(month))
    return span if span.first <= today else None


def months_back(day: dt.date, count: int) -> dt.date:
    """Return the first day of the month so many months earlier; less than 0: later."""
    months = day.year * 12 + day.month - 1 - count
    return dt.date(months // 12, months % 12 + 1, 1)


def trend_months(today: dt.date) -> list[dt.date]:
    """Return the first days of the months that the trend shows, up to the current one."""
    return [months_back(today, count) for count in reversed(range(TREND_MONTHS))]


def opened_between(band: tuple[int, int | None], today: dt.date) -> tuple[dt.date | None, dt.date]:
    """Return between which days (both included) a problem was opened that is of this age today."""
    youngest, oldest = band
    earliest = None if oldest is None else today - dt.timedelta(days=oldest)
    return earliest, today - dt.timedelta(days=youngest)


def heat_steps(counts: Sequence[int]) -> list[int]:
    """Return the least count of each step of colour: 1 and then evenly spread over what there is, each once."""
    ordered = sorted(counts)
    if not ordered:
        return []
    quantiles = (ordered[len(ordered) * step // HEAT_STEPS] for step in range(1, HEAT_STEPS))
    return sorted({1, *(count for count in quantiles if count > 1)})


def heat_step(count: int, steps: Sequence[int]) -> int:
    """Return the step (from 1) that a count belongs to."""
    return sum(count >= least for least in steps)
