"""ปิดบังข้อมูลส่วนบุคคล: hide identity numbers, telephone numbers and house numbers inside free text.

Source: Personal Data Protection Act 2562. Used wherever people's own words leave the office: open data,
public pages, lists of odd rows. It hides by form and by the words around, so it is a second line, never the
only one.
"""

import re

from cddp.foundation.values.citizen_id import mask as mask_citizen_id
from cddp.foundation.values.phone import mask_phone, parse_phone
from cddp.foundation.values.thai_text import to_arabic_digits

_D = "[0-9๐-๙]"
# Bounded: two open runs of blanks beside each other cost the square of a long one.
_SPACE = r"\s{0,4}"
_GAP = r"[ \t\u00a0\-\u2010-\u2015.]?"
_CITIZEN_ID = re.compile(rf"(?<!{_D}){_D}(?:{_GAP}{_D}){{12}}(?!{_D})")
# Digits after a decimal point belong to a coordinate, not to a telephone.
_PHONE = re.compile(
    rf"(?<!{_D})(?<!{_D}\.)(?:\+\s?66|0066|66|[0๐])(?:[\s\-\u2010-\u2015.()]{{0,2}}{_D}){{8,9}}(?!{_D})"
)
_NUMBER = rf"{_D}{{1,5}}(?:\s?/\s?{_D}{{1,5}})?(?:\s?-\s?{_D}{{1,5}})?"
_HOUSE_AFTER_WORD = re.compile(
    rf"((?:บ้าน\s?เลข\s?ที่|เลข\s?ที่\s?บ้าน|เลข\s?ที่|บ้านที่|ที่อยู่){_SPACE}[:.]?{_SPACE}){_NUMBER}(?!{_D})"
)
# The number of a village is none of a house: "หมู่ 4 ซอย 12" says where, not who.
_NO_VILLAGE = r"(?<!หมู่)(?<!หมู่ )(?<!หมู่ที่)(?<!หมู่ที่ )(?<!ม\.)(?<!ม\. )"
_HOUSE_BEFORE_WORD = re.compile(
    rf"{_NO_VILLAGE}(?<![0-9๐-๙/]){_NUMBER}(?={_SPACE}(?:หมู่|ม\.|ซอย|ซ\.|ถนน|ถ\.)\s?)"
)
_HOUSE_WITH_SLASH = re.compile(rf"((?:บ้าน|ห้อง){_SPACE}){_D}{{1,5}}\s?/\s?{_D}{{1,5}}(?![0-9๐-๙/])")


def mask_text(text: str) -> str:
    """Return the text with identity, telephone and house numbers hidden; the rest unchanged."""
    text = _CITIZEN_ID.sub(_hide_citizen_id, text)
    text = _PHONE.sub(_hide_phone, text)
    text = _HOUSE_AFTER_WORD.sub(r"\1xx", text)
    text = _HOUSE_WITH_SLASH.sub(r"\1xx", text)
    return _HOUSE_BEFORE_WORD.sub("xx", text)


def holds_personal_number(text: str) -> bool:
    """Tell whether a 13-digit or telephone number stands in the text (for guards of logs and exports)."""
    return bool(_CITIZEN_ID.search(text) or _PHONE.search(text))


def _hide_citizen_id(found: re.Match[str]) -> str:
    return mask_citizen_id(re.sub(r"\D", "", to_arabic_digits(found.group())))


def _hide_phone(found: re.Match[str]) -> str:
    digits = parse_phone(found.group()).digits
    return mask_phone(digits) if digits else "x" * sum(sign.isdigit() for sign in found.group())
