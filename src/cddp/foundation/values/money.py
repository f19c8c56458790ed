"""จำนวนเงิน: amounts in whole satang, shown in baht and in words.

Source of the words: Royal Society of Thailand and the form of cheques and official receipts: a last 1 after
a higher digit is "เอ็ด", 2 before "สิบ" is "ยี่", 1 before "สิบ" is silent, every sixth place repeats "ล้าน", an
amount without satang ends in "ถ้วน".
"""

import re
from decimal import Decimal
from typing import Final

from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

_DIGITS: Final = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES: Final = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


class UnableToReadMoney(UnableTo, ValueError):
    """อ่านจำนวนเงินไม่ได้: the text is no amount in baht with at most two decimals."""

    code = "unreadable_amount"


def format_baht(satang: int) -> str:
    """Return "1,250.00 บาท" for 125000."""
    return f"{format_amount(satang)} บาท"


def format_amount(satang: int) -> str:
    """Return "1,250.00" for 125000, for table columns headed บาท."""
    sign, whole = ("-", -satang) if satang < 0 else ("", satang)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def parse_baht(value: object) -> int | None:
    """Return satang for "1,250.50 บาท", "๑,๒๕๐", 1250.5; None when empty; else UnableToReadMoney."""
    if value is None:
        return None
    text = to_arabic_digits(normalise_line(str(value)))
    text = re.sub(r"^฿|บาท$|\.-$|[,\s]", "", re.sub(r"\s*(?:บาทถ้วน|บาท)$", "", text))
    if text in ("", "-"):
        return None
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", text) or (satang := Decimal(text) * 100) != int(satang):
        raise UnableToReadMoney("อ่านจำนวนเงินไม่ได้ เขียนเป็นบาท ทศนิยมไม่เกินสองตำแหน่ง เช่น 1,250.50")
    return int(satang)


def baht_in_words(satang: int) -> str:
    """Return "หนึ่งพันสองร้อยห้าสิบบาทถ้วน" for 125000, "ห้าสิบสตางค์" for 50, "ศูนย์บาทถ้วน" for 0."""
    if satang < 0:
        return f"ลบ{baht_in_words(-satang)}"
    baht, rest = divmod(satang, 100)
    if not rest:
        return f"{number_in_words(baht)}บาทถ้วน"
    return (f"{number_in_words(baht)}บาท" if baht else "") + f"{number_in_words(rest)}สตางค์"


def number_in_words(number: int) -> str:
    """Return a whole number ≥ 0 in Thai words: 21 → "ยี่สิบเอ็ด", 10**12 → "หนึ่งล้านล้าน"."""
    if number < 0:
        return f"ลบ{number_in_words(-number)}"
    if number == 0:
        return _DIGITS[0]
    millions, rest = divmod(number, 1_000_000)
    head = f"{number_in_words(millions)}ล้าน" if millions else ""
    return head + _below_a_million(rest, follows=bool(millions))


def _below_a_million(number: int, *, follows: bool) -> str:
    words = []
    for place in range(5, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            continue
        if place == 0 and digit == 1 and (number > 1 or follows):
            words.append("เอ็ด")
        elif place == 1 and digit <= 2:
            words.append("สิบ" if digit == 1 else "ยี่สิบ")
        else:
            words.append(_DIGITS[digit] + _PLACES[place])
    return "".join(words)
