"""กระดานผู้บริหาร: spans of time, bands of age, and the steps of a heat map."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from cddp.foundation.values.periods import Span, months_back

TREND_MONTHS: Final = 13
# Days since a problem was first told of: from, up to (None: no end).
AGE_BANDS: Final[tuple[tuple[int, int | None], ...]] = ((0, 7), (8, 30), (31, 90), (91, 365), (366, None))
HEAT_STEPS: Final = 5
FIRST_YEAR: Final = 2015


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
