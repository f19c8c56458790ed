"""รอบของงานบำรุงรักษา: when work comes round again by the calendar, by a meter, or whichever is first.

Counted from the day the work was done, not from the day it was due: so a late oil change moves the next one.
A month later is the same day of that month, or its last day where it has none (31 January + 1 month = 28 February).
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from cddp.operations.maintenance.choices import IntervalUnit

SATURDAY: Final = 5
LONGEST_MONTHS: Final = 240
RATE_DAYS: Final = 180
"""A pump's use half a year ago says little of next week."""

# Days off for others, not for offices of the state.
NOT_OF_THE_STATE: Final = ("วันเด็กแห่งชาติ", "วันแรงงานแห่งชาติ", "ชดเชยวันแรงงานแห่งชาติ")


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month so many months later, or the last day that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def next_day(done_on: dt.date, every: int | None, unit: str) -> dt.date | None:
    """Return when work done on that day comes round by the calendar; None when the calendar has no say."""
    if not every:
        return None
    if unit == IntervalUnit.DAYS:
        return done_on + dt.timedelta(days=every)
    return add_months(done_on, every)


def next_value(reading: Decimal | None, every_meter: Decimal | None) -> Decimal | None:
    """Return what the meter shows when the work comes round; None while nobody has read it."""
    if not every_meter or reading is None:
        return None
    return reading + every_meter


@dataclass(frozen=True)
class Reading:
    """ค่าที่อ่านได้: what a meter showed on a day; a new meter begins a new run."""

    on: dt.date
    value: Decimal
    is_new_meter: bool = False


def reaches_on(readings: Sequence[Reading], target: Decimal) -> dt.date | None:
    """Return the day on which the meter will show `target`, at the pace of the last half year; None: no telling.

    `readings` in order of time. Only those of the meter that is in place now count.
    """
    run = _current_run(readings)
    if not run:
        return None
    newest = run[-1]
    if newest.value >= target:
        return newest.on
    recent = [each for each in run if (newest.on - each.on).days <= RATE_DAYS]
    days = (newest.on - recent[0].on).days
    gained = newest.value - recent[0].value
    if days < 1 or gained <= 0:
        return None
    ahead = (target - newest.value) * days / gained
    return newest.on + dt.timedelta(days=min(int(ahead), 36_500))


def _current_run(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings since the last new meter or the last correction backwards."""
    run: list[Reading] = []
    for each in readings:
        if each.is_new_meter or (run and each.value < run[-1].value):
            run = []
        run.append(each)
    return run


def due_on(next_on: dt.date | None, reaches: dt.date | None) -> dt.date | None:
    """Return the earlier of the calendar's day and the meter's: whichever comes first."""
    days = [day for day in (next_on, reaches) if day is not None]
    return min(days) if days else None


def is_to_open(on: dt.date, due: dt.date | None, lead_days: int) -> bool:
    """Tell whether the work order is opened on that day, `lead_days` before it is due."""
    return due is not None and due <= on + dt.timedelta(days=lead_days)


def after_new_meter(target: Decimal | None, old_value: Decimal, new_value: Decimal) -> Decimal | None:
    """Return the target as the new meter shows it: what was left to run on the old one is left on the new one."""
    return None if target is None else target - old_value + new_value


def was_on_time(done_on: dt.date, due: dt.date | None) -> bool:
    """Tell whether preventive work was done by the day it was due."""
    return due is None or done_on <= due


def last_working_day(day: dt.date, *, not_before: dt.date) -> dt.date:
    """Return the last day on or before `day` on which the offices work, never before `not_before`."""
    while day > not_before and is_day_off(day):
        day -= dt.timedelta(days=1)
    return max(day, not_before)


def is_day_off(day: dt.date) -> bool:
    """Tell whether offices of the state are closed: Saturday, Sunday, or a holiday of the state."""
    return day.weekday() >= SATURDAY or day in state_holidays(day.year)


@lru_cache(maxsize=16)
def state_holidays(year: int) -> dict[dt.date, str]:
    """Return the holidays of the state in a year (ค.ศ.), each with its name.

    Source: the `holidays` package. The town's own table of days off belongs to complaints, which stands above.
    """
    # The package takes half a second to load.
    from holidays import GOVERNMENT, PUBLIC
    from holidays.countries.thailand import Thailand

    thailand: Any = Thailand
    listed: dict[dt.date, str] = thailand(years=[year], language="th", categories=(PUBLIC, GOVERNMENT))
    named = {
        day: "; ".join(name for name in names.split("; ") if name not in NOT_OF_THE_STATE)
        for day, names in listed.items()
        if day.year == year
    }
    return {day: name for day, name in sorted(named.items()) if name}
