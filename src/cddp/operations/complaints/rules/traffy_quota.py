"""โควตาของ Traffy: how many calls the month still has, and how often the town may then ask.

An account has a number of calls a month, which begins anew on the 1st (Bangkok). Signals from Traffy cost nothing,
answers to them do.
"""

import datetime as dt
import math
from dataclasses import dataclass

from cddp.foundation.values.thai_dates import BANGKOK

USUAL_GAP = dt.timedelta(minutes=10)
LARGEST_GAP = dt.timedelta(hours=6)
# What polling leaves alone: for telling Traffy what was done, and for reading what rang.
KEPT_FOR_WRITING_SHARE = 0.25
# Below this share of what polling would like, the office is told in time to ask for more.
LOW_CREDIT = 50


@dataclass(frozen=True)
class Meter:
    """มาตรโควตา: `credit` is None when calls are not counted."""

    credit: int | None = None
    limit: int | None = None
    exhausted_until: dt.datetime | None = None
    calls: int = 0

    def is_exhausted(self, at: dt.datetime) -> bool:
        """Tell whether nothing may be asked yet."""
        return self.exhausted_until is not None and at < self.exhausted_until

    @property
    def is_low(self) -> bool:
        return self.credit is not None and self.credit <= LOW_CREDIT


def resets_at(now: dt.datetime) -> dt.datetime:
    """Return the first moment of next month in Bangkok, when the quota begins anew."""
    here = now.astimezone(BANGKOK)
    year, month = (here.year + 1, 1) if here.month == 12 else (here.year, here.month + 1)
    return dt.datetime(year, month, 1, tzinfo=BANGKOK)


def gap_between_polls(meter: Meter, now: dt.datetime) -> dt.timedelta:
    """Return how long to wait between two polls so that the calls last until the 1st."""
    if meter.credit is None:
        return USUAL_GAP
    for_polls = math.floor(meter.credit * (1 - KEPT_FOR_WRITING_SHARE))
    if for_polls < 1:
        return LARGEST_GAP
    gap = (resets_at(now) - now) / for_polls
    return min(max(gap, USUAL_GAP), LARGEST_GAP)


def duration_to_ask(last_polled_at: dt.datetime | None, now: dt.datetime) -> str:
    """Return the span to ask for, so that nothing that moved since the last poll is missed.

    "today" reaches back one day by last activity. Two hours are kept for clocks that differ and for their cache.
    """
    if last_polled_at is None:
        return "all"
    since = now - last_polled_at + dt.timedelta(hours=2)
    if since <= dt.timedelta(days=1):
        return "today"
    return "3days" if since <= dt.timedelta(days=3) else "all"
