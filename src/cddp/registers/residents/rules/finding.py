"""กติกาของช่องค้นหาเดียว: what a person means by what they typed."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from cddp.foundation.values.thai_text import normalise_line, search_key, to_arabic_digits
from cddp.foundation.values.titles import cut_title

_SEPARATORS = re.compile(r"[\s\-.]")
_NUMBER = r"(?P<number>\d{1,6}(?:/\d{1,6})?(?:-\d{1,6})?)"
_MOO = r"(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\.|ม|moo)\s*\.?\s*(?P<moo>\d{1,3})"
_PREFIX = r"(?:บ้านเลขที่|เลขที่|บ้าน)?\s*"
_ADDRESS = re.compile(rf"{_PREFIX}{_NUMBER}\s*,?\s*(?:{_MOO})?(?:\s+(?P<rest>.*))?", re.I)
_MOO_ONLY = re.compile(rf"{_MOO}(?:\s+(?P<rest>.*))?", re.I)


@dataclass(frozen=True, slots=True)
class Query:
    """คำค้นที่อ่านแล้ว: at most one of the numbers is set; `words` are names of people, villages or roads."""

    citizen_id: str = ""
    house_code: str = ""
    phone: str = ""
    number: str = ""
    moo: int | None = None
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to look for."""
        return self == Query()


def read_query(text: str) -> Query:
    """Read one box: "3-5099-…" (13 digits), "5101-123456-7" (11), a phone, "12/3 หมู่ 4", "ม.4", or words."""
    text = to_arabic_digits(normalise_line(text))[:200]
    digits = _SEPARATORS.sub("", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 13:
            return Query(citizen_id=digits)
        if len(digits) == 11:
            return Query(house_code=digits)
        if len(digits) in (9, 10) and digits.startswith("0"):
            return Query(phone=digits)
    if found := _ADDRESS.fullmatch(text):
        return _address(found)
    if found := _MOO_ONLY.fullmatch(text):
        return Query(moo=int(found["moo"]), words=words_key(found["rest"] or ""))
    return Query(words=words_key(text))


def _address(found: re.Match[str]) -> Query:
    moo = int(found["moo"]) if found["moo"] else None
    return Query(number=found["number"], moo=moo, words=words_key(found["rest"] or ""))


def words_key(text: str) -> str:
    """Return words as names are kept for searching: no title, no tone marks, single blanks."""
    words = cut_title(normalise_line(text))[1].split(" ")
    return " ".join(key for word in words if (key := search_key(word, drop_title=False, drop_tones=True)))


def nearness(typed: str, name: str) -> float:
    """Return how near a name, or the nearest word of it, is to what was typed (0–1), letter by letter."""
    candidates = [name, *name.split(" ")]
    return max(SequenceMatcher(None, typed, each, autojunk=False).ratio() for each in candidates)
