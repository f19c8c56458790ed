"""ข้อความที่เผยแพร่ได้: people's words with everything taken out by which somebody could be known or reached.

Public pages show words only of problems that an officer has looked at; this is the second line. It hides by form:
telephones, identity numbers, house numbers, plates, e-mail, LINE names, links, exact coordinates, and names that
stand behind a title, in Arabic and Thai digits, with blanks and dashes between. It rather hides a year too many
than lets a telephone through.
"""

import re
import unicodedata
from typing import Final

from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_text import normalise

HIDDEN: Final = "xxx"
TITLE_SIGNS: Final = 80
TEXT_SIGNS: Final = 4_000

_D: Final = "[0-9๐-๙]"
_HANDLE: Final = r"@?[A-Za-z0-9][A-Za-z0-9._\-]{2,}"
_WORD: Final = r"[ก-๎A-Za-z.]{1,30}"

_LINK = re.compile(r"(?:https?://|www\.|line\.me/|maps\.app\.)\S+", re.I)
_EMAIL = re.compile(
    r"[A-Za-z0-9_.+\-]+\s?(?:@|＠|\(at\)|\[at\])\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)+", re.I
)
_ACCOUNT = re.compile(
    rf"((?:line|ไลน์|ไลน|ไอดี|facebook|fb|เฟส(?:บุ๊ก|บุ๊ค|บุค)?|instagram|ig|tiktok|telegram|wechat|whatsapp)"
    rf"(?:\s?(?:id|ไอดี|:|：|=|คือ|ชื่อ))*\s*){_HANDLE}",
    re.I,
)
_AT_NAME = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9._\-]{3,}")
# "18.5803" and finer is a house; "18.58" is a town.
_COORDINATE = re.compile(rf"(?:{_D}{{1,13}}\.)+{_D}{{4,}}(?:\.{_D}+)*")
# Seven digits or more, however they are spread: no measure, sum or date in a complaint has so many.
_LONG_NUMBER = re.compile(rf"[+(]?{_D}(?:[\s\-\u2010-\u2015.()_]{{0,3}}{_D}){{6,}}")
_YEARS = re.compile(r"(?:25|20)\d\d[\s\-\u2010-\u2015]{1,3}(?:25|20)\d\d")
_SPOKEN = re.compile(r"(?:(?:ศูนย์|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|โอ)[\s\-]{0,3}){7,}")
_DATE = rf"{_D}{{1,2}}/{_D}{{1,2}}/{_D}{{2,4}}"
_SLASHED = re.compile(rf"({_DATE}|24/7)|{_D}{{1,5}}\s?/\s?{_D}{{1,5}}(?:\s?-\s?{_D}{{1,5}})?")
_HOUSE = re.compile(
    rf"((?:บ้าน|ห้อง|หลัง)\s{{0,2}}){_D}{{1,5}}(?!{_D})(?!\s?(?:หลัง|คน|ครัว|ครอบครัว|ห้อง|ชั้น|วัน|ปี|เดือน))"
)
_PLATE_SIGNS: Final = rf"{_D}?\s?[ก-ฮ]{{1,3}}[\s\-.]{{0,2}}{_D}{{1,4}}"
_PLATE_AFTER_WORD = re.compile(
    rf"((?:ป้าย)?(?:ทะเบียน|ป้าย)(?:รถ|เลข|ที่|ว่า|คือ|:|\s){{0,4}})(?:{_PLATE_SIGNS}|{_D}{{2,4}})(?!{_D})"
)
_PLATE = re.compile(
    rf"(?<![ก-๎0-9๐-๙])(?:{_D}[ก-ฮ]{{2}}[\s\-]{{0,2}}{_D}{{1,4}}|[ก-ฮ]{{2}}[\s\-]{{0,2}}{_D}{{3,4}})(?!{_D})"
)
_NOT_NAMES: Final = (
    r"(?!ก(?:เทศ|เมือง|อบต|อบจ|องค์|รัฐ|สมาคม|ท่าน|คน|ฯ|\s|$)|อำเภอ|ช่าง|ทะเบียน|จ้าง|ทุน|แพทย์|หน้า|ตรวจ|ประกัน|"
    r"สาว\s?$|พยาบาล|ฟ้า|แบบ|รอง)"
)
_TITLED = re.compile(
    rf"(?<!ท)(?<!เจ้า)(นางสาว|น\.\s?ส\.|ด\.\s?ช\.|ด\.\s?ญ\.|เด็กชาย|เด็กหญิง|นาย|นาง|\bMr\.?|\bMrs\.?|\bMs\.?)"
    rf"{_NOT_NAMES}(?:\s{{0,2}}{_WORD})(?:[ \t]{_WORD})?"
)
_CALLED = re.compile(
    r"(?<!ขอบ)(?<!พระ)(?<!บุญ)(?<!ทวี)(คุณ)"
    r"(?!ภาพ|สมบัติ|ธรรม|ค่า|ค่ะ|ครับ|ครู|หมอ|พ่อ|แม่|ลุง|ป้า|ตา|ยาย|นาย|ประโยชน์|วุฒิ|ลักษณะ|ูปการ|ากร|\s|$)"
    rf"{_WORD}(?:[ \t]{_WORD})?"
)
_OWN_NAME = re.compile(
    rf"((?:(?:ผม|ฉัน|ดิฉัน|ข้าพเจ้า|หนู|ผู้แจ้ง|ผู้ร้อง)\s?ชื่อ|ชื่อ(?=\s?[:：])|ผู้แจ้ง(?=\s?[:：]))\s?[:：]?\s?)"
    rf"{_WORD}(?:[ \t]{_WORD})?"
)


def public_text(text: str) -> str:
    """Return the words fit for a public page; applying it twice changes nothing that matters."""
    text = _plain_digits(normalise(text))[:TEXT_SIGNS]
    for form in (_LINK, _EMAIL):
        text = form.sub(HIDDEN, text)
    text = _ACCOUNT.sub(rf"\1{HIDDEN}", text)
    text = _AT_NAME.sub(HIDDEN, text)
    text = _COORDINATE.sub(HIDDEN, text)
    text = _LONG_NUMBER.sub(lambda found: found[0] if _YEARS.fullmatch(found[0]) else HIDDEN, text)
    text = _SPOKEN.sub(HIDDEN, text)
    text = _PLATE_AFTER_WORD.sub(rf"\1{HIDDEN}", text)
    text = _SLASHED.sub(lambda found: found[1] or HIDDEN, text)
    text = _HOUSE.sub(rf"\1{HIDDEN}", text)
    text = _PLATE.sub(HIDDEN, text)
    for form in (_TITLED, _CALLED, _OWN_NAME):
        text = form.sub(rf"\1{HIDDEN}", text)
    return mask_text(text)


def public_title(text: str) -> str:
    """Return the first line of the words, fit for a public page and cut for a heading.

    Words that were cut before ("…") may end inside a number: such an end is taken away.
    """
    first = next((line for line in public_text(text).split("\n") if line.strip()), "").strip()
    first = re.sub(rf"[\s\-]*{_D}[\s\-0-9๐-๙]*…$", "…", first)
    return f"{first[: TITLE_SIGNS - 1]}…" if len(first) > TITLE_SIGNS else first


def _plain_digits(text: str) -> str:
    """Turn digits of other scripts (full width, Arabic-Indic, circled) into 0–9, so that none slips through."""
    return "".join(_plain_digit(sign) for sign in text)


def _plain_digit(sign: str) -> str:
    if sign.isascii() or "๐" <= sign <= "๙" or not sign.isdigit():
        return sign
    return str(unicodedata.digit(sign))
