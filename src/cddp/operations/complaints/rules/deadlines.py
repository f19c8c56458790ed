"""กำหนดเสร็จ: working days as offices of the state count them, and who hears when one has passed.

A working day is Monday to Friday and no day off in the town's table. It is counted when its office hours
close, at 16:30 in Thailand. The day on which a report comes in is not counted (Administrative Procedure Act
2539, section 64): so n working days end at the close of the n-th day after it. What comes after the close
or on a day off came in on the next working day.

A pause takes out each close that falls into it. So the deadline moves by as many working days as the work
stood still, overlapping pauses are not counted twice, and a pause that begins after the deadline cannot
save it. Handing a need to another division is no part of the sum: it never starts the clock anew.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from cddp.foundation.values.thai_dates import BANGKOK

CLOSES_AT: Final = dt.time(16, 30)
SATURDAY: Final = 5
LONGEST_WORKING_DAYS: Final = 365
"""No promise is longer than a year: a table that says so holds a slip of the keys."""


@dataclass(frozen=True)
class Pause:
    """ช่วงหยุดนับเวลา: the time in which the town could not go on, and why. One that still runs ends "now"."""

    started_at: dt.datetime
    ended_at: dt.datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.ended_at < self.started_at:
            raise ValueError("a pause ends before it begins")

    def covers(self, moment: dt.datetime) -> bool:
        return self.started_at <= moment < self.ended_at


@dataclass(frozen=True)
class EscalationLevel:
    """ระดับการแจ้งผู้บังคับบัญชา: so many working days after the deadline, the one in this role is told."""

    level: int
    days_late: int
    role: str


ESCALATION: Final = (
    EscalationLevel(1, 0, "director"),
    EscalationLevel(2, 3, "clerk"),
    EscalationLevel(3, 7, "mayor"),
)


def is_working_day(day: dt.date, holidays: AbstractSet[dt.date]) -> bool:
    """Tell whether the town's offices are open on that day."""
    return day.weekday() < SATURDAY and day not in holidays


def due_at(
    opened_at: dt.datetime,
    working_days: int,
    *,
    holidays: AbstractSet[dt.date],
    pauses: Sequence[Pause] = (),
) -> dt.datetime:
    """Return the close of the working day by which it is promised, in Thai time; 0 days: the same day's close.

    `holidays` must hold the town's days off of every year that the span may touch.
    """
    if not 0 <= working_days <= LONGEST_WORKING_DAYS:
        raise ValueError(f"{working_days} working days is no promise")
    counted = (
        close
        for close in _closes_from(opened_at, holidays)
        if not any(pause.covers(close) for pause in pauses)
    )
    return next(islice(counted, working_days, None))


def working_days_between(
    since: dt.datetime, until: dt.datetime, *, holidays: AbstractSet[dt.date], pauses: Sequence[Pause] = ()
) -> int:
    """Return how many working days closed after `since`, up to and including `until`; less than 0 backwards."""
    if until < since:
        return -working_days_between(until, since, holidays=holidays, pauses=pauses)
    closes = takewhile(lambda close: close <= until, _closes_after(since, holidays))
    return sum(not any(pause.covers(close) for pause in pauses) for close in closes)


def move_calendar(
    opened_at: dt.datetime,
    due: dt.datetime,
    *,
    before: AbstractSet[dt.date],
    after: AbstractSet[dt.date],
    pauses: Sequence[Pause] = (),
) -> dt.datetime:
    """Return the deadline by a changed table of days off: as many working days as were promised by the old one."""
    closes = takewhile(lambda close: close <= due, _closes_from(opened_at, before))
    promised = sum(not any(pause.covers(close) for pause in pauses) for close in closes) - 1
    return due_at(opened_at, max(promised, 0), holidays=after, pauses=pauses)


def is_overdue(due: dt.datetime, *, at: dt.datetime) -> bool:
    """Tell whether the deadline has passed; at the very moment it has not."""
    return at > due


def escalation_moments(due: dt.datetime, *, holidays: AbstractSet[dt.date]) -> tuple[dt.datetime, ...]:
    """Return the moment after which each level of ESCALATION is reached if nothing is done."""
    later = [due, *islice(_closes_after(due, holidays), max(each.days_late for each in ESCALATION))]
    return tuple(later[each.days_late] for each in ESCALATION)


def escalation_level(due: dt.datetime, *, at: dt.datetime, holidays: AbstractSet[dt.date]) -> int:
    """Return the level that a need with this deadline has reached: 0 as long as it is not overdue."""
    moments = escalation_moments(due, holidays=holidays)
    return max(
        (each.level for each, moment in zip(ESCALATION, moments, strict=True) if at > moment), default=0
    )


def escalation_cutoffs(at: dt.datetime, *, holidays: AbstractSet[dt.date]) -> tuple[dt.datetime, ...]:
    """Return for each level of ESCALATION the moment before which the deadlines lie that have reached it by `at`."""
    earlier = [at, *islice(_closes_before(at, holidays), max(each.days_late for each in ESCALATION))]
    return tuple(earlier[each.days_late] for each in ESCALATION)


def _closes_from(moment: dt.datetime, holidays: AbstractSet[dt.date]) -> Iterator[dt.datetime]:
    """Yield the closes of all working days from this moment on, one at this very moment included."""
    day = moment.astimezone(BANGKOK).date()
    while True:
        close = dt.datetime.combine(day, CLOSES_AT, BANGKOK)
        if is_working_day(day, holidays) and close >= moment:
            yield close
        day += dt.timedelta(days=1)


def _closes_after(moment: dt.datetime, holidays: AbstractSet[dt.date]) -> Iterator[dt.datetime]:
    return (close for close in _closes_from(moment, holidays) if close > moment)


def _closes_before(moment: dt.datetime, holidays: AbstractSet[dt.date]) -> Iterator[dt.datetime]:
    day = moment.astimezone(BANGKOK).date()
    while True:
        close = dt.datetime.combine(day, CLOSES_AT, BANGKOK)
        if is_working_day(day, holidays) and close < moment:
            yield close
        day -= dt.timedelta(days=1)
