"""ใกล้กำหนดแค่ไหน: how a deadline stands on a day, as people speak of it: in days, not in hours."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_dates import BANGKOK

SOON_DAYS: Final = 3


@dataclass(frozen=True)
class Dueness:
    """กำหนด: `kind` is "late", "today", "soon", "later", "paused", "none" or "closed"; `days` away, or late by."""

    kind: str
    days: int = 0


def dueness(due_at: dt.datetime | None, *, is_open: bool, is_paused: bool, at: dt.datetime) -> Dueness:
    """Return how the deadline stands; `due_at` is None where none runs."""
    if not is_open:
        return Dueness("closed")
    if is_paused:
        return Dueness("paused")
    if due_at is None:
        return Dueness("none")
    days = (due_at.astimezone(BANGKOK).date() - at.astimezone(BANGKOK).date()).days
    if due_at < at:
        return Dueness("late", -days)
    if days == 0:
        return Dueness("today")
    return Dueness("soon" if days <= SOON_DAYS else "later", days)
