"""พิกัดที่พิมพ์: a point or a line written as one "latitude, longitude" on each line, as map programs show them."""

import re
from typing import Final

from cddp.foundation.values.thai_text import to_arabic_digits

MOST_POINTS: Final = 5_000
_PAIR = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,; \t]\s*([-+]?\d+(?:\.\d+)?)\s*")

Point = tuple[float, float]


class UnreadableShape(ValueError):
    """อ่านพิกัดไม่ได้: `code`, and the line of the text it is about (0 = all of it)."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def read_points(text: str) -> list[Point]:
    """Return (longitude, latitude) pairs, a point that repeats the one before left out. Raises UnreadableShape."""
    points: list[Point] = []
    for number, line in enumerate(to_arabic_digits(text).splitlines(), 1):
        if not line.strip():
            continue
        found = _PAIR.fullmatch(line)
        if found is None:
            raise UnreadableShape("unreadable", number)
        latitude, longitude = float(found[1]), float(found[2])
        if not (5 <= latitude <= 21 and 97 <= longitude <= 106):
            swapped = 5 <= longitude <= 21 and 97 <= latitude <= 106
            raise UnreadableShape("swapped" if swapped else "outside", number)
        if not points or points[-1] != (longitude, latitude):
            points.append((longitude, latitude))
        if len(points) > MOST_POINTS:
            raise UnreadableShape("too_many")
    return points


def write_points(points: list[Point]) -> str:
    """Return the text that `read_points` reads."""
    return "\n".join(f"{latitude:.7f}, {longitude:.7f}" for longitude, latitude in points)
