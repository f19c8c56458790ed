"""กระดานงานซ่อม: what is counted, and how lengths of time and shares of it are said."""

from decimal import Decimal
from typing import Final

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
SHOWN: Final = 10
"""Lines of a table on the screen; the files have all that are worth a look."""
LISTED: Final = 100
FAILS_AGAIN: Final = 2
"""From so many repairs in a span a thing fails repeatedly."""


def days_of(seconds: float | Decimal | None) -> float | None:
    """Return seconds as days with one decimal, None for nothing."""
    return None if seconds is None else round(float(seconds) / DAY_S, 1)


def mean_days(seconds: float | Decimal, count: int) -> float | None:
    """Return the mean in days; None when nothing was counted."""
    return days_of(float(seconds) / count) if count else None


def share_of(part: int, whole: int) -> float | None:
    """Return 0–1, None of nothing."""
    return part / whole if whole else None


def per_hundred(count: int, whole: int) -> float | None:
    """Return how many there were of each hundred; None when nobody knows how many there are."""
    return round(100 * count / whole, 1) if whole else None
