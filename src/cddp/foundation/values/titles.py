"""คำนำหน้านาม: the titles that stand before a Thai name, and how to cut them off.

Source: the titles that the civil registration prints (นาย นาง นางสาว เด็กชาย เด็กหญิง), military and
police ranks, royal and religious titles, academic degrees. Abbreviations are recognised by their form
(letters with dots), so that a rank that is not listed is still cut off whole.
"""

import re
from typing import Final

CANONICAL: Final[dict[str, str]] = {
    "น.ส.": "นางสาว",
    "นส.": "นางสาว",
    "ด.ช.": "เด็กชาย",
    "ดช.": "เด็กชาย",
    "ด.ญ.": "เด็กหญิง",
    "ดญ.": "เด็กหญิง",
    "ม.ร.ว.": "หม่อมราชวงศ์",
    "ม.ล.": "หม่อมหลวง",
    "ม.จ.": "หม่อมเจ้า",
    "mr": "นาย",
    "mr.": "นาย",
    "mrs": "นาง",
    "mrs.": "นาง",
    "miss": "นางสาว",
    "ms": "นางสาว",
    "ms.": "นางสาว",
}
"""Abbreviation → the form kept in the register."""

_MALE: Final = frozenset({"นาย", "เด็กชาย", "สามเณร"})
_FEMALE: Final = frozenset({"นาง", "นางสาว", "เด็กหญิง", "แม่ชี"})

# Longest first: "นางสาว" must win over "นาง", "พลตำรวจเอก" over "พล…".
_WORDS: Final = (
    r"เด็กชาย|เด็กหญิง|นางสาว|นาย|นาง(?!สาว)|"
    r"หม่อมราชวงศ์|หม่อมหลวง|หม่อมเจ้า|"
    r"พระครูปลัด|พระครูสมุห์|พระครูใบฎีกา|พระอธิการ|พระมหา|พระครู|พระปลัด|พระสมุห์|พระใบฎีกา|พระ|สามเณร|แม่ชี|"
    r"(?:พล|พัน|ร้อย|สิบ)ตำรวจ(?:เอก|โท|ตรี)(?:หญิง)?|จ่าสิบตำรวจ|ดาบตำรวจ|"
    r"จ่าสิบ(?:เอก|โท|ตรี)|(?:พล|นาวา)อากาศ(?:เอก|โท|ตรี)|เรืออากาศ(?:เอก|โท|ตรี)|พลเรือ(?:เอก|โท|ตรี)|"
    r"พันจ่าอากาศ(?:เอก|โท|ตรี)|จ่าอากาศ(?:เอก|โท|ตรี)|พันจ่า(?:เอก|โท|ตรี)|"
    r"(?:พล|พัน|ร้อย|สิบ|นาวา|เรือ)(?:เอก|โท|ตรี)(?:หญิง)?|พลทหาร|พลตำรวจ|"
    r"ศาสตราจารย์|รองศาสตราจารย์|ผู้ช่วยศาสตราจารย์|ดอกเตอร์|ด็อกเตอร์"
)
# A title must be followed by something that can begin a name, not by a vowel or mark that hangs on its last
# letter ("นายิกา" is a given name, not "นาย" + "ิกา").
_NAME_BEGINS: Final = r"(?=\s*[ก-ฮเ-ไA-Za-z(])"
# Titles that are also the beginning of common given names are cut off only before a space ("คุณวุฒิ" is a name).
_WORDS_WITH_SPACE: Final = r"(?:คุณ|ดร|น\.?ส|ด\.ช|ด\.ญ|Mrs|Mr|Miss|Ms)\.?(?=\s)"
_DOTTED: Final = r"(?:พลฯ|(?:[ก-ฮ]{1,3}\.\s?){2,4}|[ก-ฮ]{2,3}\.)(?:\s?(?:หญิง|\(พิเศษ\)|พิเศษ)(?=\s))?"

_ACTING = re.compile(r"\s*ว่าที่\s*")
_TITLE = re.compile(rf"\s*(?:{_WORDS_WITH_SPACE}|{_DOTTED}|(?:{_WORDS}){_NAME_BEGINS})", re.IGNORECASE)


LONGEST_TITLE = 200


def canonical_title(title: str) -> str:
    """Return the form that the register keeps: "น.ส." → "นางสาว", "ด . ช ." → "เด็กชาย"; else tidy dots."""
    # Cut first: a run of blanks costs the square of its length.
    tidy = re.sub(r"\s*\.\s*", ".", title.strip()[:LONGEST_TITLE])
    tidy = re.sub(r"\s+", " ", tidy)
    undotted = tidy if tidy.endswith(".") else f"{tidy}."
    return CANONICAL.get(tidy.lower(), CANONICAL.get(undotted.lower(), tidy))


def cut_title(name: str) -> tuple[str, str]:
    """Split "นายสมชาย ใจดี" into ("นาย", "สมชาย ใจดี"); ("", name) where no title stands in front."""
    rest, parts = name, []
    if acting := _ACTING.match(rest):
        parts.append("ว่าที่")
        rest = rest[acting.end() :]
    while len(parts) < 4 and (found := _TITLE.match(rest)) and rest[found.end() :].strip():
        parts.append(canonical_title(found.group()))
        rest = rest[found.end() :]
        if not found.group().rstrip().endswith("."):
            break
    return (" ".join(parts), rest.strip()) if parts else ("", name.strip())


def sex_of_title(title: str) -> str:
    """Return "male", "female", or "" where the title does not tell (ranks, degrees)."""
    known = canonical_title(title)
    if known in _MALE or known.startswith("พระ"):
        return "male"
    if known in _FEMALE or known.endswith("หญิง"):
        return "female"
    return ""
