"""กติกาของช่วงอายุ: bands of age as ranges of birth dates, since ages change every day and births do not."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ELDERLY_FROM: Final = 60
"""Elderly Persons Act 2546: 60 and over."""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """ช่วงอายุ: full years from `low` to `high`, both included; None = no end."""

    low: int
    high: int | None

    @property
    def key(self) -> str:
        """The band in an address: "60-69", "80-"."""
        return f"{self.low}-{'' if self.high is None else self.high}"

    @property
    def label(self) -> str:
        """The band in Thai."""
        return f"{self.low} ปีขึ้นไป" if self.high is None else f"{self.low}–{self.high} ปี"

    def born_between(self, on: date) -> tuple[date | None, date]:
        """Return the first (None = any) and the last birth date of people of this age on that day."""
        first = None if self.high is None else _years_before(on, self.high + 1) + timedelta(days=1)
        return first, _years_before(on, self.low)


def _years_before(day: date, years: int) -> date:
    # Who was born on 29 February has their birthday on 1 March in a common year.
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


FIVE_YEARS: Final = (*(AgeBand(low, low + 4) for low in range(0, 100, 5)), AgeBand(100, None))
BROAD: Final = (AgeBand(0, 5), AgeBand(6, 14), AgeBand(15, 24), AgeBand(25, 59))
ELDERLY: Final = (AgeBand(60, 69), AgeBand(70, 79), AgeBand(80, None))
ALL_ELDERLY: Final = AgeBand(ELDERLY_FROM, None)


def read_band(text: str) -> AgeBand | None:
    """Return the band written as "60-69" or "80-", or None."""
    low, mark, high = text.partition("-")
    if not mark or not low.isdigit() or (high and not high.isdigit()) or len(low) > 3 or len(high) > 3:
        return None
    return AgeBand(int(low), int(high) if high else None)
