"""ค่าเสื่อมราคา: straight line by days of the fiscal year, in whole satang.

Source: the accounting rule of local government (Ministry of Interior, on the Comptroller General's policy for
government bodies): straight line from the day of acquisition, fiscal years of 1 October to 30 September, a last
value of 1 baht for control; lives from the town's own announcement (as of the day of acquisition).

How it is reckoned, so that an auditor's sheet gives the same satang:
- to write off = cost − residual (1 baht); a year's charge = to write off ÷ years;
- first fiscal year: a year's charge × days ÷ days of that fiscal year, the day of acquisition counted;
- each full fiscal year: a year's charge, rounded once;
- last fiscal year: what is left, so that the book value is exactly the residual;
- disposed of within a year: by days up to the day before; the day of disposal itself is not charged. The day of
  acquisition is, so a thing kept for n nights is charged n days, and one bought and sold on one day none. Source:
  IPSAS 17 lets depreciation cease when the thing is derecognised. That this leaves out the day itself is our reading
  of it: the official annex for local government was not at hand, so ask the town's auditor.
The days of a fiscal year are its real ones: 366 when it holds a 29 February, else 365. So a thing bought on 1 October
is charged one whole year in any year, which a fixed 365 would exceed in a leap year.
Each part is rounded half up to the satang; only quotients of whole numbers are taken, never floats.

1,390,000.00 baht over 8 years from 12 Aug 2564: 1,389,999 ÷ 8 = 173,749.88 a year; 50 days of 365 = 23,801.35.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_dates import fiscal_year, fiscal_year_span

RESIDUAL_SATANG: Final = 100
THRESHOLD_SATANG: Final = 1_000_000
"""Below 10,000 baht a thing is an expense of its year: listed and counted, not written off. The town may say else."""

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """เงื่อนไขของทรัพย์สินหนึ่ง: what its depreciation follows from. No life means that it is never written off."""

    cost_satang: int
    acquired_on: dt.date
    life_years: int | None
    residual_satang: int = RESIDUAL_SATANG
    disposed_on: dt.date | None = None

    @property
    def writable_satang(self) -> int:
        """Return what is written off in all."""
        return max(0, self.cost_satang - self.residual_satang) if self.life_years else 0

    @property
    def yearly_satang(self) -> int:
        """Return the charge of a full fiscal year."""
        return quotient(self.writable_satang, self.life_years) if self.life_years else 0


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """ปีงบประมาณหนึ่งของทรัพย์สิน: opening + additions − charge − disposals = closing, all in satang.

    `accumulated` is that of what is still owned at the end; what a disposed thing had gathered is in `released`.
    `days` are those charged out of `day_basis`.
    """

    year: int
    opening: int
    additions: int
    charge: int
    disposals: int
    accumulated: int
    released: int
    closing: int
    days: int
    day_basis: int


def quotient(dividend: int, divisor: int) -> int:
    """Return dividend ÷ divisor rounded half up; neither is negative."""
    return (2 * dividend + divisor) // (2 * divisor)


def days_of(year: int) -> int:
    """Return how many days a fiscal year (พ.ศ.) has: 366 when it holds a 29 February."""
    first, last = fiscal_year_span(year)
    return (last - first).days + 1


def last_day(acquired_on: dt.date, life_years: int) -> dt.date:
    """Return the last day of the life; one that began on 29 February ends on 28 February where there is no 29th."""
    year = acquired_on.year + life_years
    try:
        return acquired_on.replace(year=year) - _DAY
    except ValueError:
        return dt.date(year, 2, 28)


def accumulated_before(terms: Terms, day: dt.date) -> int:
    """Return the charges of all days before `day`, whatever became of the thing."""
    whole, life = terms.writable_satang, terms.life_years
    if not whole or not life or day <= terms.acquired_on:
        return 0
    if day > last_day(terms.acquired_on, life):
        return whole
    begun, now = fiscal_year(terms.acquired_on), fiscal_year(day)
    if begun == now:
        return _part(terms, (day - terms.acquired_on).days, now)
    first = _part(terms, (fiscal_year_span(begun)[1] - terms.acquired_on).days + 1, begun)
    this = _part(terms, (day - fiscal_year_span(now)[0]).days, now)
    return min(whole, first + (now - begun - 1) * terms.yearly_satang + this)


def book_value(terms: Terms, on: dt.date) -> int:
    """Return the value at the end of a day; nothing before it was acquired and after it was disposed of."""
    if on < terms.acquired_on or (terms.disposed_on is not None and on >= terms.disposed_on):
        return 0
    return terms.cost_satang - accumulated_before(terms, on + _DAY)


def fiscal_year_of(terms: Terms, year: int) -> FiscalYear:
    """Return one fiscal year (พ.ศ.) of a thing; all nothing for years in which the town did not own it."""
    first, last = fiscal_year_span(year)
    gone = terms.disposed_on
    if terms.acquired_on > last or (gone is not None and gone < first):
        return FiscalYear(year, 0, 0, 0, 0, 0, 0, 0, 0, days_of(year))
    is_new, is_gone = terms.acquired_on >= first, gone is not None and gone <= last
    end = gone if gone is not None and is_gone else last + _DAY
    before, after = accumulated_before(terms, first), accumulated_before(terms, end)
    value = terms.cost_satang - after
    return FiscalYear(
        year=year,
        opening=0 if is_new else terms.cost_satang - before,
        additions=terms.cost_satang if is_new else 0,
        charge=after - before,
        disposals=value if is_gone else 0,
        accumulated=0 if is_gone else after,
        released=after if is_gone else 0,
        closing=0 if is_gone else value,
        days=_days_charged(terms, first, end),
        day_basis=days_of(year),
    )


def schedule(terms: Terms, *, until: int | None = None) -> Iterator[FiscalYear]:
    """Yield the fiscal years from the acquisition to the end of the life, to disposal, or to the year `until`."""
    ends = terms.acquired_on
    if terms.life_years and terms.writable_satang:
        ends = last_day(terms.acquired_on, terms.life_years)
    last = fiscal_year(ends)
    if terms.disposed_on is not None:
        last = max(min(last, fiscal_year(terms.disposed_on)), fiscal_year(terms.acquired_on))
    for year in range(fiscal_year(terms.acquired_on), min(last, until or last) + 1):
        yield fiscal_year_of(terms, year)


def _part(terms: Terms, days: int, year: int) -> int:
    """Return the charge of some days of a fiscal year: to write off × days ÷ (years × days of that fiscal year)."""
    return quotient(terms.writable_satang * days, (terms.life_years or 1) * days_of(year))


def _days_charged(terms: Terms, first: dt.date, end: dt.date) -> int:
    if not terms.life_years or not terms.writable_satang:
        return 0
    over = last_day(terms.acquired_on, terms.life_years) + _DAY
    return max(0, (min(end, over) - max(first, terms.acquired_on)).days)
