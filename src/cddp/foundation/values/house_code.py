"""รหัสประจำบ้าน: the 11 digits of a house in the civil registration.

Source: Department of Provincial Administration; the first four digits name the registry that issued the
code. No public rule for a check digit is known, so only the form is judged. Written "5101-123456-7".
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

Problem = Literal["", "missing", "damaged", "length", "letters"]

PROBLEM_TEXT: Final[dict[str, str]] = {
    "missing": "ไม่มีรหัสประจำบ้าน",
    "damaged": "รหัสถูกโปรแกรมตารางปัดเป็นตัวเลขย่อ ตัวเลขท้ายหายไป",
    "length": "รหัสประจำบ้านไม่ครบ 11 หลัก",
    "letters": "มีตัวอักษรปนอยู่ในรหัสประจำบ้าน",
}
_NOTHING: Final = frozenset({"", "-", "--", "ไม่มี", "ไม่ทราบ", "n/a", "#n/a", "null", "none", "nan"})
_SCIENTIFIC = re.compile(r"([0-9](?:\.[0-9]+)?)[eE]\+?([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class HouseCodeReading:
    """ผลการอ่านรหัสประจำบ้าน: `digits` are 11 digits or ""; `written` is the tidy text, to be kept."""

    digits: str
    problem: Problem = ""
    repaired: bool = False
    written: str = ""

    @property
    def problem_text(self) -> str:
        """The problem in Thai, or ""."""
        return PROBLEM_TEXT.get(self.problem, "")


def parse_house_code(value: object) -> HouseCodeReading:
    """Read a cell (text in any digits, blanks, dashes; int; float). Never raises, never guesses."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = to_arabic_digits(normalise_line("" if value is None else str(value)))
    if text.lower() in _NOTHING:
        return HouseCodeReading("", "missing")
    if found := _SCIENTIFIC.fullmatch(text):
        mantissa = found.group(1).replace(".", "")
        if len(mantissa) == 11 and found.group(2) == "10":
            return HouseCodeReading(mantissa, repaired=True, written=text)
        return HouseCodeReading("", "damaged", written=text)
    digits = re.sub(r"[\s\-\u2010-\u2015.,']", "", re.sub(r"(?<=[0-9]{8})\.0+$", "", text))
    if problem := _judge(digits):
        return HouseCodeReading("", problem, written=text)
    return HouseCodeReading(digits, repaired=is_number or text.endswith(".0"), written=text)


def _judge(digits: str) -> Problem:
    if not re.fullmatch(r"[0-9]+", digits):
        return "letters"
    if len(digits) != 11:
        return "length"
    # Five zeros at the end are what a number cut to six figures leaves behind.
    return "damaged" if digits.endswith("00000") else ""


def is_valid(digits: str) -> bool:
    """Tell whether these are eleven ASCII digits that do not begin with 0 (province codes start at 10)."""
    return bool(re.fullmatch(r"[1-9][0-9]{10}", digits))


def registry_of(digits: str) -> str:
    """Return the four digits of the registry that issued the code."""
    return digits[:4]


def format_dashed(digits: str) -> str:
    """Return "5101-123456-7"; text that is not 11 digits comes back as it is."""
    return f"{digits[:4]}-{digits[4:10]}-{digits[10]}" if len(digits) == 11 else digits
