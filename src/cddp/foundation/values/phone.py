"""เบอร์โทรศัพท์: Thai telephone numbers as people and spreadsheets write them.

Source: the national numbering plan of NBTC: mobile 06, 08, 09 + 8 digits; fixed lines 02, 03x, 04x, 05x,
07x with 9 digits; short codes of four digits (1xxx) and of three (191, 199); 1800 xxx xxx free of charge.
Spreadsheets drop the leading 0.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

PhoneKind = Literal["mobile", "landline", "short", "free", ""]
PhoneProblem = Literal["", "missing", "length", "letters"]

_FORMS: Final[tuple[tuple[PhoneKind, re.Pattern[str]], ...]] = (
    ("mobile", re.compile(r"0[689]\d{8}")),
    ("landline", re.compile(r"0[23457]\d{7}")),
    ("free", re.compile(r"1800\d{6}")),
    ("short", re.compile(r"1\d{3}|1[69]\d")),
)
_BETWEEN_NUMBERS = re.compile(r"[,;|\n]|\s/\s|/(?=\s*0\d)|\s+(?=0\d{1,2}[- ]?\d)|และ|หรือ")
_EXTENSION = re.compile(r"(?:ต่อ|ext\.?|#)\s*(\d+).*$", re.IGNORECASE)
_NOTHING: Final = frozenset({"", "-", "--", "0", "ไม่มี", "ไม่ทราบ", "n/a", "null", "none"})


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """ผลการอ่านเบอร์: `digits` like "0812345678" ("" when unreadable), and what was wrong or mended."""

    digits: str
    kind: PhoneKind
    problem: PhoneProblem = ""
    repaired: bool = False
    extension: str = ""


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = to_arabic_digits(normalise_line("" if value is None else str(value)))
    return re.sub(r"(?<=\d)\.0+$", "", text)


def _national(digits: str) -> str:
    """Undo the country code and the leading 0 that a spreadsheet dropped."""
    if digits.startswith("00660"):
        digits = digits[4:]
    elif digits.startswith("0066"):
        digits = "0" + digits[4:]
    elif digits.startswith("66") and len(digits) in (10, 11, 12):
        digits = "0" + digits[2:].removeprefix("0")
    if re.fullmatch(r"[689]\d{8}|[23457]\d{7}", digits):
        digits = "0" + digits
    return digits


def parse_phone(value: object) -> PhoneReading:
    """Read one cell (text, int or float); of several numbers the first, see `parse_phones`."""
    text = _as_text(value)
    if text.lower() in _NOTHING:
        return PhoneReading("", "", "missing")
    extension = ""
    if found := _EXTENSION.search(text):
        extension, text = found.group(1), text[: found.start()]
    whole = _read_one(text, extension)
    if whole.digits:
        return whole
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if part and part.strip()]
    first = _read_one(parts[0], extension) if len(parts) > 1 else whole
    return first if first.digits else whole


def parse_phones(value: object) -> list[PhoneReading]:
    """Read all numbers of a cell like "081-2345678, 053-511013"; unreadable ones stay in it as problems."""
    text = _as_text(value)
    if text.lower() in _NOTHING:
        return []
    whole = parse_phone(text)
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if part and part.strip()]
    if len(parts) < 2 or (whole.digits and _read_one(_EXTENSION.sub("", text), "").digits):
        return [whole]
    return [parse_phone(part) for part in parts]


def _read_one(text: str, extension: str) -> PhoneReading:
    signs = re.sub(
        r"[^0-9A-Za-zก-๛]", "", re.sub(r"^\s*(?:โทรศัพท์|โทร|เบอร์|tel|มือถือ)[\s.:]*", "", text, flags=re.I)
    )
    if not signs.isdigit():
        return PhoneReading("", "", "letters" if signs else "missing")
    digits = _national(signs)
    for kind, form in _FORMS:
        if form.fullmatch(digits):
            return PhoneReading(digits, kind, repaired=digits != signs, extension=extension)
    return PhoneReading("", "", "length")


def format_phone(digits: str) -> str:
    """Return "081-234-5678", "053-511-013", "02-123-4567"; other lengths as they are."""
    if len(digits) == 10:
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if len(digits) == 9:
        cut = 2 if digits.startswith("02") else 3
        return f"{digits[:cut]}-{digits[cut : cut + 3]}-{digits[cut + 3 :]}"
    return digits


def mask_phone(digits: str) -> str:
    """Return "081-xxx-5678": enough to recognise one's own number, not enough to call."""
    head, *middle, tail = (
        format_phone(digits).split("-") if "-" in format_phone(digits) else (digits[:1], "", "")
    )
    return "-".join([head, *("x" * len(part) for part in middle), tail]) if middle[0] else "x" * len(digits)
