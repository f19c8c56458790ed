"""อ่านพิกัด: what a pair of coordinates that people or programs wrote really means.

Source of the frame: Thailand reaches from 97.34° to 105.64° east and from 5.61° to 20.47° north.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cddp.operations.complaints.choices import OddReason

WEST, EAST = 97.3, 105.7
SOUTH, NORTH = 5.6, 20.5
# 0.01° is a kilometre; nobody lives within one of 0° 0° in the Gulf of Guinea.
NEAR_ZERO = 0.01


@dataclass(frozen=True)
class PointReading:
    """พิกัดที่อ่านได้: longitude and latitude in degrees (WGS 84) when usable; `odd` says what was wrong."""

    longitude: float | None = None
    latitude: float | None = None
    odd: OddReason | None = None

    @property
    def is_placed(self) -> bool:
        return self.longitude is not None


def is_in_thailand(longitude: float, latitude: float) -> bool:
    """Tell whether a point lies in the frame around Thailand."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def read_point(pair: Sequence[object] | None) -> PointReading:
    """Read [longitude, latitude], as numbers or text. A swapped pair is turned round and said to be so."""
    if not pair or all(part in (None, "") for part in pair):
        return PointReading(odd=OddReason.NO_POINT)
    numbers = [_number(part) for part in pair]
    if len(numbers) != 2 or None in numbers:
        return PointReading(odd=OddReason.UNREADABLE_POINT)
    longitude, latitude = float(numbers[0] or 0), float(numbers[1] or 0)
    if is_in_thailand(longitude, latitude):
        return PointReading(longitude, latitude)
    return _strange(longitude, latitude)


def _strange(longitude: float, latitude: float) -> PointReading:
    if abs(longitude) < NEAR_ZERO and abs(latitude) < NEAR_ZERO:
        return PointReading(odd=OddReason.ZERO_POINT)
    # 97–105 can be no latitude, so the turned pair is the only possible reading.
    if is_in_thailand(latitude, longitude):
        return PointReading(latitude, longitude, OddReason.SWAPPED_POINT)
    if abs(longitude) > 180 or abs(latitude) > 90:
        return PointReading(odd=OddReason.IMPOSSIBLE_POINT)
    return PointReading(odd=OddReason.OUTSIDE_THAILAND)


def _number(part: object) -> float | None:
    try:
        number = float(str(part).strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None
