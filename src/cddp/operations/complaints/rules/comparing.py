"""เทียบข้อความ: how much two texts say the same about the matter itself.

Trigrams of letters need no word segmentation of Thai. What says nothing about the matter is left out first: greetings
and particles, the fields of a call centre's form (its address lines made every two tickets of one street alike), and
the sentences that a call centre puts around each ticket. Numbers and sides are looked at apart: two texts that agree
in all but "หมายเลข 4" and "หมายเลข 6" are about two things. Found on real tickets: see docs/needs-from-traffy.md.
"""

import re
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_text import search_key, to_arabic_digits

READ_SIGNS: Final = 2_000
"""So much of a text is read; a call centre's form has its matter behind some hundred signs of preamble."""
COMPARED_SIGNS: Final = 300
"""So much of what is left is compared, in the form of the search key (and half as much again is turned into it)."""

_FIELD = "(?:พิกัด(?:จุดสังเกตุ?)?|จุดเกิดเหตุ?|จุดสังเกตุ?|บ้านเลขที่|ซอย|ถนน|แขวง|เขต|ตำบล|อำเภอ|จังหวัด|หมู่บ้าน|หมู่ที่)"
_FORM_LINE = re.compile(rf"^[ *●•/‘’'\"-]{{0,8}}{_FIELD} *[::].*$|^#\S+.*$", re.MULTILINE)
_FIELDS_OF_A_FORM: Final = 2
# Preambles and closings of call centres, stock requests, politeness. Order: the longer phrase first.
_STOCK = re.compile(
    "|".join(
        (
            "กรุณาอ่านข้อมูลบรรยายประกอบ(?:กา?ร|กับ)*ปักหมุด",
            r"ศูนย์เรื่องราวร้องทุกข์.{0,200}?(?:ทำเนียบรัฐบาล|รหัสเรื่อง \S+)",
            r"รหัสเรื่อง \S+",
            r"//?\s*หมายเหตุ.*",
            r"(?://)?\s*ศูนย์ฯ? ?ประสานมา.*",
            r"#\S+",
            r"ความสูงระดับ\S+",
            r"น้ำท่วมมาแล้ว(?:มากกว่า)? ?\d* ?\S+",
            "ขอให้(?:เจ้าหน้าที่)?(?:ดำเนินการ)?ตรวจสอบ(?:และ)?(?:ดำเนินการ)?(?:แก้ไข)?ปัญหา(?:ดังกล่าว|นี้)?",
            "(?:ประชาชน|ผู้ร้อง|ผู้แจ้ง)แจ้ง(?:ว่า)?",
            r"(?:เหตุเดือดร้อนรำคาญ|เรื่องร้องทุกข์(?:ประเภทอื่น ?ๆ?)?|สาธารณูปโภค|กระทำผิดในที่สาธารณะ|ขยะและสิ่งปฏิกูล)\s*เนื่องจาก",
            "(?:อยากให้|ขอให้)(?:เจ้าหน้าที่|จนท\\.?|ทางเขต|หน่วยงาน)?",
            r"ปัญหา(?:ที่แจ้ง)?\s*[::]",
            "เจ้าหน้าที่ทุกท่าน",
            "ขอ(?:ความ)?กรุณา|กรุณา|(?:ขอ)?ขอบ(?:พระ)?คุณ|รบกวน|ช่วย|ด้วย|หน่อย|(?:นะ)?ค[รั]+บ(?:ผม)?|(?:นะ)?ค่?ะ",
            "เรียน ?(?:ท่าน)?(?:ผู้ว่า(?:ฯ|ราชการ)?|นายก(?:ฯ|เทศมนตรี)?|ปลัด|ผอ\\.?)",
        )
    )
)

_MONTH = (
    "(?:ม\\.?ค\\.?|ก\\.?พ\\.?|มี\\.?ค\\.?|เม\\.?ย\\.?|พ\\.?ค\\.?|มิ\\.?ย\\.?|ก\\.?ค\\.?|ส\\.?ค\\.?|ก\\.?ย\\.?|ต\\.?ค\\.?|พ\\.?ย\\.?|ธ\\.?ค\\.?"
    "|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)"
)
_COUNTED = (
    "(?:วัน|ปี|เดือน|สัปดาห์|อาทิตย์|ชั่วโมง|ชม|นาที|โมง|ทุ่ม|เมตร|ม\\.|ซม|กม|คัน|ต้น|จุด|ราย|คน|ครั้ง|รอบ|บาท|ดวง"
    "|ฝา|ตัว|หลัง|เลน|ช่อง|%)"
)
# Numbers that name nothing: times, counts, telephones, codes of tickets, items of a list.
_NOT_A_NAME = re.compile(
    "|".join(
        (
            r"#\S+",
            r"รหัสเรื่อง \S+",
            r"CC-[\d-]+",
            r"(?<![A-Za-z0-9])(?:20\d\d-)?[A-Z0-9]{6}(?![A-Za-z0-9])",
            r"\d{1,2}\s*/\s*\d{1,2}\s*/\s*\d{2,4}",
            rf"\d{{1,2}}\s*{_MONTH}\s*(?:\d{{2,4}})?",
            r"\d{1,2}[.:]\d{2}",
            r"\d{1,2}\s*น\.",
            r"(?:ปี|พ\.?ศ\.?)\s*\d{2,4}",
            r"\b25[67]\d\b",
            r"(?:ครั้งที่|รอบที่|อันดับ|ข้อ)\s*\d+",
            rf"\d[\d.,]{{0,8}} ?(?:- ?\d{{1,6}} ?)?{_COUNTED}",
            r"0\d[\d -]{7,10}\d",
            r"(?<=\s)\d{1,2}[.)]\s",
        )
    )
)
_NUMBER = re.compile(r"\d+(?:/\d+)*")
# "ขวา" stands also in "กีดขวาง".
_SIDE = re.compile("ซ้าย|ขวา(?!ง)|ขาเข้า|ขาออก")
_NAMING = re.compile(r"\d|ซ้าย|ขวา|ขาเข้า|ขาออก")
_PIN_ELSEWHERE = re.compile("ปักหมุดที่(?:สำนักงาน|เทศบาล|ที่ว่าการ|เขต)")
# As Traffy writes its numbers, old and new, and as we write those of reports and of problems.
_TICKET = re.compile(
    r"(?<![A-Za-z0-9-])(?:20\d\d-[A-Z0-9]{6}|[A-Z0-9]{6}|[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"
    r"|N-[0-9A-HJKMNP-TV-Z]{8})(?![A-Za-z0-9-])"
)
MOST_CITED: Final = 5


@dataclass(frozen=True)
class Wording:
    """ข้อความที่ใช้เทียบ: the trigrams of what a text says, what it names by number or side, and whether it says
    itself that the pin stands at an office because nobody knew where."""

    trigrams: frozenset[str]
    names: frozenset[str]
    pin_is_elsewhere: bool = False


@dataclass(frozen=True)
class Agreement:
    """ข้อความตรงกันเพียงใด: shared trigrams as a share of all, as a share of the shorter text, and their number."""

    share: float
    contained: float
    shared: int
    shorter: int


def read_wording(text: str) -> Wording:
    """Return what is compared of a text."""
    text = to_arabic_digits(text[:READ_SIGNS])
    matter = _matter_of(text)[: COMPARED_SIGNS + COMPARED_SIGNS // 2]
    key = search_key(matter, drop_title=False, drop_tones=True)[:COMPARED_SIGNS]
    return Wording(
        trigrams=frozenset(key[place : place + 3] for place in range(len(key) - 2)),
        names=_names_in(text),
        pin_is_elsewhere=_PIN_ELSEWHERE.search(text) is not None,
    )


def compare(one: Wording, other: Wording) -> Agreement:
    """Return how far two texts say the same."""
    shared = len(one.trigrams & other.trigrams)
    shorter = min(len(one.trigrams), len(other.trigrams))
    if not shorter:
        return Agreement(0.0, 0.0, 0, 0)
    return Agreement(shared / len(one.trigrams | other.trigrams), shared / shorter, shared, shorter)


def contradict(one: Wording, other: Wording) -> bool:
    """Tell whether each text names something by number or side which the other does not."""
    return bool(one.names - other.names) and bool(other.names - one.names)


def cited_numbers(text: str) -> list[str]:
    """Return what may be numbers of earlier reports, as written, each once. The caller knows which exist."""
    found = _TICKET.findall(text[:READ_SIGNS].upper())
    return [number for number in dict.fromkeys(found) if not number.isdigit()][:MOST_CITED]


def _matter_of(text: str) -> str:
    text = text.replace("\xa0", " ").replace("\t", " ")
    if len(_FORM_LINE.findall(text)) >= _FIELDS_OF_A_FORM:
        text = _FORM_LINE.sub(" ", text)
    return _STOCK.sub(" ", " ".join(text.split()))


def _names_in(text: str) -> frozenset[str]:
    if not _NAMING.search(text):
        return frozenset()
    said = _NOT_A_NAME.sub(" ", text)
    numbers = (number.lstrip("0") for number in _NUMBER.findall(said))
    return frozenset({*filter(None, numbers), *_SIDE.findall(said)})
