"""เนื้อที่: land areas in ไร่-งาน-ตารางวา and in square metres.

Source: Weights and Measures Act 2466: 1 ไร่ = 4 งาน = 400 ตารางวา = 1,600 m²; 1 ตารางวา = 4 m².
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

_RAI_FORM = re.compile(r"(\d[\d,]*)\s*-\s*([0-3])\s*-\s*(\d{1,2}(?:\.\d+)?)")
_WORD_FORM = re.compile(
    r"(?:(?P<rai>[\d,]+(?:\.\d+)?)\s*ไร่)?\s*(?:(?P<ngan>\d+)\s*งาน)?\s*"
    r"(?:(?P<wa>\d+(?:\.\d+)?)\s*(?:ตารางวา|ตร\.?\s?ว\.?|วา))?"
)


class UnableToReadArea(UnableTo, ValueError):
    """อ่านเนื้อที่ไม่ได้: neither "2-1-35.5" nor "2 ไร่ 1 งาน 35.5 ตร.ว."."""

    code = "unreadable_area"


@dataclass(frozen=True, slots=True)
class ThaiArea:
    """เนื้อที่แบบไทย: ngan 0–3, wa 0 ≤ wa < 100 with hundredths."""

    rai: int
    ngan: int
    wa: Decimal

    @property
    def square_metres(self) -> Decimal:
        """The area in m², exact."""
        return ((self.rai * 4 + self.ngan) * 100 + self.wa) * 4

    def __str__(self) -> str:
        parts = [(f"{self.rai:,}", "ไร่"), (str(self.ngan), "งาน"), (_plain(self.wa), "ตร.ว.")]
        return " ".join(f"{amount} {unit}" for amount, unit in parts if amount != "0") or "0 ตร.ว."

    @property
    def dashed(self) -> str:
        """The form of title deeds: "2-1-35.5"."""
        return f"{self.rai}-{self.ngan}-{_plain(self.wa)}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_square_metres(square_metres: float | Decimal) -> ThaiArea:
    """Turn m² ≥ 0 into ไร่-งาน-ตารางวา, rounded to a hundredth of a ตารางวา (0.04 m²)."""
    wa = (Decimal(str(square_metres)) / 4).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if wa < 0:
        raise UnableToReadArea("เนื้อที่ติดลบไม่ได้")
    return ThaiArea(int(wa // 400), int(wa // 100 % 4), wa % 100)


def parse_area(text: str) -> ThaiArea:
    """Read "2-1-35.5" or "2 ไร่ 1 งาน 35.5 ตร.ว." (any part may be missing); UnableToReadArea otherwise."""
    tidy = to_arabic_digits(normalise_line(text))
    if found := _RAI_FORM.fullmatch(tidy):
        rai, ngan, wa = found.groups()
    elif tidy and (found := _WORD_FORM.fullmatch(tidy)) and any(found.groups()):
        rai, ngan, wa = (found[part] or "0" for part in ("rai", "ngan", "wa"))
    else:
        raise UnableToReadArea("อ่านเนื้อที่ไม่ได้ เขียนเป็น ไร่-งาน-ตารางวา เช่น 2-1-35.5")
    total_wa = Decimal(rai.replace(",", "")) * 400 + Decimal(ngan) * 100 + Decimal(wa)
    return from_square_metres(total_wa * 4)
