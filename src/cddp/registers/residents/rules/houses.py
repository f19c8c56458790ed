"""กติกาของบ้าน: how house numbers sort and how a house is found again."""

import re

from cddp.foundation.values.thai_text import normalise_line, search_key, to_arabic_digits

_NUMBER = re.compile(r"(\d+)(?:\D+(\d+))?")
_SUB_STEP = 10_000
_LARGEST = 2_147_483_647 // _SUB_STEP - 1


def number_order_of(number: str) -> int:
    """Return an integer that sorts house numbers as people do: 2 < 12 < 12/3 < 12/10 < 13; 0 without a number."""
    found = _NUMBER.search(to_arabic_digits(number))
    if not found:
        return 0
    main = min(int(found.group(1)), _LARGEST)
    sub = min(int(found.group(2) or 0), _SUB_STEP - 1)
    return main * _SUB_STEP + sub


def search_text_of(
    *, number: str, moo: int | None, area_name: str, road: str = "", lane: str = "", house_code: str = ""
) -> str:
    """Return the normalised words of a house, in which LIKE and trigrams search: "12/3 หมู่4 ม4 บ้านเหนือ"."""
    # A dot in front of each word marks its beginning: ".12/3" finds 12/3 and not 112/3.
    words = [number, f"หมู่{moo}" if moo else "", f"ม{moo}" if moo else "", area_name, road, lane, house_code]
    return " ".join(
        f".{key}" for word in words if (key := search_key(word, drop_title=False, drop_tones=True))
    )


def tidy_number(number: str) -> str:
    """Return the house number as it is kept: Arabic digits, no stray blanks."""
    return re.sub(r"\s*/\s*", "/", to_arabic_digits(normalise_line(number)))
