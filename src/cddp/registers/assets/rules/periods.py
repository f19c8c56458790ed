"""ช่วงเวลา: months back from a day, and lengths of time in words' parts."""

import calendar
import datetime as dt


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months ago, or the last of that month: 31 March less one month is 28 February."""
    return _shift(day, -months)


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months on, or the last of that month."""
    return _shift(day, months)


def _shift(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
