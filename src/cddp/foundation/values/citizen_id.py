"""เลขประจำตัวประชาชน: the 13 digits that the civil registration gives to a person.

Source: Department of Provincial Administration; check digit = (11 − Σ d[i]·(13−i), i = 0..11, mod 11) mod 10.
A leading 0 or 6–8 marks persons without Thai nationality, 9 does not occur. `python-stdnum` rejects a
leading 0, which real people have, so it is not used.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

Problem = Literal["", "missing", "damaged", "length", "letters", "checksum", "first_digit"]
Nationality = Literal["thai", "not_thai", "unknown"]

PROBLEM_TEXT: Final[dict[str, str]] = {
    "missing": "ไม่มีเลขประจำตัวประชาชน",
    "damaged": "เลขถูกโปรแกรมตารางปัดเป็นตัวเลขย่อ ตัวเลขท้ายหายไป",
    "length": "เลขไม่ครบ 13 หลัก",
    "letters": "มีอักขระอื่นปนอยู่ในเลขประจำตัวประชาชน",
    "checksum": "หลักสุดท้าย (เลขตรวจสอบ) ไม่ถูกต้อง",
    "first_digit": "เลขประจำตัวประชาชนไม่ขึ้นต้นด้วย 9",
}
"""Thai words for each problem, fit for the screen."""

_NOTHING: Final = frozenset({"", "-", "--", "ไม่มี", "ไม่ทราบ", "n/a", "#n/a", "null", "none", "nan"})
_SCIENTIFIC = re.compile(r"([0-9](?:[.,][0-9]+)?)\s*[eE]\s*\+?\s*([0-9]{1,2})")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015_.,'\u2019\"]")
_CLASSES: Final[dict[str, str]] = {
    "0": "บุคคลที่ไม่มีสถานะทางทะเบียน",
    "1": "ผู้มีสัญชาติไทย แจ้งเกิดภายในกำหนด",
    "2": "ผู้มีสัญชาติไทย แจ้งเกิดเกินกำหนด",
    "3": "ผู้มีชื่อในทะเบียนบ้านก่อน 31 พ.ค. 2527",
    "4": "ผู้ย้ายเข้าก่อนได้รับเลขเมื่อ 31 พ.ค. 2527",
    "5": "ผู้ได้รับอนุมัติให้เพิ่มชื่อในทะเบียนบ้าน",
    "6": "ผู้เข้าเมืองโดยไม่ชอบหรืออยู่ชั่วคราว",
    "7": "บุตรของบุคคลประเภทที่ 6 ซึ่งเกิดในประเทศไทย",
    "8": "คนต่างด้าวที่เข้าเมืองโดยชอบหรือผู้ได้รับสัญชาติไทย",
}


@dataclass(frozen=True, slots=True)
class CitizenIdReading:
    """ผลการอ่านเลข: `digits` are 13 digits whenever 13 digits could be read, even if the check digit fails.

    problem: "" when sound. A failing check digit or first digit is a warning: the digits are there to be
    kept. repaired: the cell was not written as plain 13 digits (Thai digits and dashes do not count as
    damage). suggestion: 13 digits that a person may accept, never taken over unasked.
    """

    digits: str
    problem: Problem = ""
    repaired: bool = False
    suggestion: str = ""

    @property
    def is_sound(self) -> bool:
        """True when 13 digits were read and nothing is wrong with them."""
        return not self.problem

    @property
    def problem_text(self) -> str:
        """The problem in Thai, or ""."""
        return PROBLEM_TEXT.get(self.problem, "")


def check_digit(first12: str) -> str:
    """Return the 13th digit for the first twelve; ValueError unless these are twelve ASCII digits."""
    if not re.fullmatch(r"[0-9]{12}", first12):
        raise ValueError("twelve digits expected")
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(first12))
    return str((11 - total % 11) % 10)


def is_valid(digits: str) -> bool:
    """Tell whether these are 13 ASCII digits, the first not 9, with the right check digit."""
    return bool(re.fullmatch(r"[0-8][0-9]{12}", digits)) and check_digit(digits[:12]) == digits[12]


def parse_citizen_id(value: object) -> CitizenIdReading:
    """Read a cell (text in any digits, blanks, dashes; int; float). Never raises, never guesses."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    text = _as_text(value)
    if text.lower() in _NOTHING:
        return CitizenIdReading("", "missing")
    if found := _SCIENTIFIC.fullmatch(text):
        return _read_scientific(found)
    plain = re.sub(r"(?<=[0-9]{10})\.0+$", "", text)
    digits = _SEPARATORS.sub("", plain)
    if not re.fullmatch(r"[0-9]+", digits):
        return CitizenIdReading("", "letters")
    return _judge(digits, repaired=is_number or plain != text, is_number=is_number)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return to_arabic_digits(normalise_line(str(value)))


def _read_scientific(found: re.Match[str]) -> CitizenIdReading:
    mantissa, exponent = found.group(1).replace(",", "."), int(found.group(2))
    written = len(mantissa.replace(".", ""))
    # All 13 digits must stand in the text: a shorter mantissa has lost the rest for good.
    if written == 13 and exponent == 12:
        return _judge(mantissa.replace(".", ""), repaired=True, is_number=False)
    return CitizenIdReading("", "damaged")


def _judge(digits: str, *, repaired: bool, is_number: bool) -> CitizenIdReading:
    if len(digits) == 12 and is_valid("0" + digits):
        # A number cell cannot hold a leading 0; in text a digit may as well have been forgotten elsewhere.
        return (
            CitizenIdReading("0" + digits, repaired=True)
            if is_number
            else CitizenIdReading("", "length", suggestion="0" + digits)
        )
    if len(digits) != 13:
        return CitizenIdReading("", "length")
    if digits.endswith("000000"):
        return CitizenIdReading("", "damaged")
    if digits[0] == "9":
        return CitizenIdReading(digits, "first_digit", repaired)
    return CitizenIdReading(digits, "" if is_valid(digits) else "checksum", repaired)


def format_dashed(digits: str) -> str:
    """Return "1-5099-12345-12-3"; text that is not 13 digits comes back as it is."""
    if len(digits) != 13:
        return digits
    return "-".join((digits[0], digits[1:5], digits[5:10], digits[10:12], digits[12]))


def mask(digits: str) -> str:
    """Return "1-5099-xxxxx-12-3", the form shown when no purpose was stated; "" for nothing."""
    if len(digits) != 13:
        return "x" * len(digits)
    return "-".join((digits[0], digits[1:5], "xxxxx", digits[10:12], digits[12]))


def nationality(digits: str) -> Nationality:
    """Judge by the first digit: 1–5 "thai", 0 and 6–8 "not_thai", else "unknown"."""
    first = digits[:1]
    if first and first in "12345":
        return "thai"
    return "not_thai" if first and first in "0678" else "unknown"


def describe_class(digits: str) -> str:
    """Return the Thai description of the class that the first digit stands for, or ""."""
    return _CLASSES.get(digits[:1], "")
