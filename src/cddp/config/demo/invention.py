"""ของสมมติ: row ids, identity numbers and house codes that nobody was ever given, the same for the same seed.

The demo's numbers must not be real people's numbers by chance. Digits 2–5 of a citizen ID, and digits 1–4 of a
house code, name the registry office that issued it; its first two digits are the province, and the provinces
of Thailand are numbered from 10 to 96. Here the province is 98, which has no office, followed by two digits
for the demo town. First digit and check digit are as the law says, so the numbers pass every check.
"""

from random import Random
from typing import Final

from cddp.foundation.values.citizen_id import check_digit

NO_PROVINCE: Final = "98"
# Steps without a common factor with the number of values visit each value once, in an order that looks loose.
_ID_STEP, _ID_VALUES = 7_654_321, 10_000_000
_CODE_STEP, _CODE_VALUES = 654_321, 1_000_000


def seeded(seed: int, town_id: int, purpose: str) -> Random:
    """Return the random numbers of one town for one purpose, the same for the same seed."""
    return Random(f"{seed}:{town_id}:{purpose}")  # noqa: S311 - nothing here is secret


class RowIds:
    """รหัสแถว: UUIDs of version 7 in growing order from a fixed beginning, as 32 hexadecimal digits."""

    def __init__(self, random: Random, began_ms: int) -> None:
        self._random = random
        self._began_ms = began_ms
        self._count = 0

    def next(self) -> str:
        """Return the next id."""
        self._count += 1
        bits = self._random.getrandbits(74)
        millisecond = self._began_ms + (self._count >> 4)
        # The count in the random part keeps ids of one millisecond in order (RFC 9562 §6.2).
        order = (self._count & 0xF) << 8 | (bits & 0xFF)
        return f"{millisecond:012x}7{order:03x}{0x8000_0000_0000_0000 | bits >> 12:016x}"


class CitizenIds:
    """เลขประจำตัวสมมติ: each number once within a town."""

    def __init__(self, random: Random, town_number: int) -> None:
        self._office = f"{NO_PROVINCE}{town_number:02d}"
        self._count = random.randrange(_ID_VALUES)

    def next(self, first_digit: str) -> str:
        """Return 13 digits of the class `first_digit` with the right check digit."""
        self._count += 1
        first12 = f"{first_digit}{self._office}{self._count * _ID_STEP % _ID_VALUES:07d}"
        return first12 + check_digit(first12)


class HouseCodes:
    """รหัสประจำบ้านสมมติ: each code once within a town; the last digit is any digit (no rule is known)."""

    def __init__(self, random: Random, town_number: int) -> None:
        self._office = f"{NO_PROVINCE}{town_number:02d}"
        self._count = random.randrange(_CODE_VALUES)

    def next(self) -> str:
        """Return 11 digits."""
        self._count += 1
        body = self._count * _CODE_STEP % _CODE_VALUES
        return f"{self._office}{body:06d}{(body * 7 + 3) % 9 + 1}"
