"""วันที่แบบไทย: dates as Thais write them, read into Gregorian dates and shown in พ.ศ. again.

Sources: พ.ศ. = ค.ศ. + 543. Calendar Year Act 2483: พ.ศ. 2484 was the first year to begin in January; years
up to 2482 ran from April to March, so January–March of พ.ศ. ≤ 2482 lie in ค.ศ. = พ.ศ. − 542, and พ.ศ. 2483
has no January to March. Civil and Commercial Code section 16: who knows only the month of birth counts age
from its first day, who knows only the year, from the first day of that year: a `PartialDate` holds that
first day.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits

Precision = Literal["day", "month", "year"]

MONTHS: Final = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_SHORT: Final = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
BANGKOK: Final = dt.timezone(dt.timedelta(hours=7), "Asia/Bangkok")
"""Thailand keeps UTC+7 all the year, since 1920."""

_ENGLISH: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_OF: Final[dict[str, int]] = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    **{name.replace(".", ""): number for number, name in enumerate(MONTHS_SHORT, 1)},
    **{name: number for number, name in enumerate(_ENGLISH, 1)},
    "กุมภา": 2, "เมษา": 4, "พฤษภา": 5, "มิถุนา": 6, "กรกฏาคม": 7, "กรกฎา": 7, "สิงหา": 8, "กันยา": 9, "ตุลา": 10,
    "พฤศจิกา": 11, "ธันวา": 12, "มกรา": 1, "มีนา": 3, "sept": 9,
}  # fmt: skip
_NOTHING: Final = frozenset(
    {"", "-", "--", "0", "ไม่ทราบ", "ไม่มี", "n/a", "#n/a", "null", "none", "nat", "00000000"}
)
_YEAR_STARTED_IN_APRIL_UNTIL: Final = 2482
_EXCEL_ZERO: Final = dt.date(1899, 12, 30)

_DAY_WORDS = re.compile(r"^(?:วัน(?:อาทิตย์|จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์)?)?\s*ที่\s*")
_CLOCK = re.compile(
    r"(?<=\d)(?:T|\s+|\s*เวลา\s*)\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?\s*(?:น\.?|AM|PM)?$",
    re.I,
)
_ERA = re.compile(r"พ\.?\s*ศ\.?|ค\.?\s*ศ\.?|\b(?:BE|AD|B\.E\.|A\.D\.)", re.I)
_UNKNOWN: Final = r"0{1,2}|-|\?+|x{1,2}|X{1,2}"
_NUMBERS = re.compile(
    rf"(?P<d>\d{{1,2}}|{_UNKNOWN})\s*[/.\-]\s*(?P<m>\d{{1,2}}|{_UNKNOWN})\s*[/.\-]\s*(?P<y>\d{{4}}|\d\d)"
)
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})\s*[/.\-]\s*(?P<m>\d{{1,2}}|{_UNKNOWN})\s*[/.\-]\s*(?P<d>\d{{1,2}}|{_UNKNOWN})"
)
_WORDS = re.compile(r"(?:(?P<d>\d{1,2}|-)\s*[/.\-]?\s*)?(?P<m>[ก-๎.]+?|[A-Za-z]+?)[\s/.,\-]*(?P<y>\d{4}|\d\d)")
_MONTH_YEAR = re.compile(r"(?P<m>\d{1,2})\s*[/.\-]\s*(?P<y>\d{4})")


class UnableToReadDate(UnableTo, ValueError):
    """อ่านวันที่ไม่ได้: no date stands there. `code` is for programs, `str()` and `fix` are Thai for the screen."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message, code=code)
        self.fix = fix


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """วันที่ที่อาจไม่รู้วันหรือเดือน: `date` is the first day of what is known (day, month or year)."""

    date: dt.date
    precision: Precision = "day"

    def __str__(self) -> str:
        return format_short(self)


# ── years ─────────────────────────────────────────────────────────────────────────────────────────


def to_buddhist_year(day: dt.date) -> int:
    """Return the พ.ศ. that was written on that day, with the April years before 1941."""
    old = day.year + 543 <= _YEAR_STARTED_IN_APRIL_UNTIL + 1 and day.month < 4
    return day.year + 542 if old else day.year + 543


def from_buddhist(year: int, month: int, day: int) -> dt.date:
    """Return the Gregorian day of a day in พ.ศ.; UnableToReadDate for a day that never was."""
    if year == _YEAR_STARTED_IN_APRIL_UNTIL + 1 and month < 4:
        raise UnableToReadDate(
            "never_existed",
            "พ.ศ. 2483 ไม่มีเดือนมกราคมถึงมีนาคม (ปีเริ่ม 1 เมษายน 2483)",
            "ตรวจสอบปีเกิดจากต้นฉบับ อาจเป็น พ.ศ. 2482 หรือ 2484",
        )
    shift = 542 if year <= _YEAR_STARTED_IN_APRIL_UNTIL and month < 4 else 543
    return _real_day(year - shift, month, day)


def _real_day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise UnableToReadDate(
            "no_such_day", "ไม่มีวันที่นี้ในปฏิทิน", "ตรวจสอบวันและเดือน เช่น 29 กุมภาพันธ์มีเฉพาะปีอธิกสุรทิน"
        ) from None


def _assemble(year: int, month: int, day: int) -> PartialDate:
    """Build from parts; month or day 0 = unknown; year above 2400 = พ.ศ."""
    buddhist = year > 2400
    if not 1700 <= year <= 2700:
        raise UnableToReadDate("year_out_of_range", "ปีไม่อยู่ในช่วงที่เป็นไปได้", "ใส่ปี พ.ศ. สี่หลัก เช่น 2569")
    if year == _YEAR_STARTED_IN_APRIL_UNTIL + 1 and (month, day) == (1, 1):
        month = day = 0  # the register's stand-in for "unknown", on a day that never was
    if month == 0:
        first = 4 if buddhist and year <= _YEAR_STARTED_IN_APRIL_UNTIL + 1 else 1
        return PartialDate(dt.date(year - 543 if buddhist else year, first, 1), "year")
    whole = from_buddhist(year, month, day or 1) if buddhist else _real_day(year, month, day or 1)
    return PartialDate(whole, "day" if day else "month")


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


LONGEST_DATE = 120
"""No way to write a day is longer; searching a long text for one would cost the square of its length."""


def parse_date(value: object, *, not_after: dt.date | None = None) -> PartialDate | None:
    """Read a cell; None when it is empty or says "unknown"; UnableToReadDate when it cannot be read.

    Understood: date and datetime cells, Excel serial numbers, "23/11/2569", "23-11-69", "23 พ.ย. 69",
    "๒๓ พฤศจิกายน ๒๕๖๙", "2569-11-23", "25691123", "0/0/2490", "พ.ย. 2569", "2490". The day stands before the
    month. Years above 2400 are พ.ศ., two digits mean 25xx; a two-digit year that would fall after
    `not_after` (for births: today) means 24xx.
    """
    if value is None:
        return None
    if isinstance(value, dt.datetime | dt.date):
        return _assemble(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    text = _tidy(str(value))
    if text.lower() in _NOTHING:
        return None
    if re.fullmatch(r"\d+(?:\.\d+)?", text) and not re.fullmatch(r"\d{1,2}\.\d{4}", text):
        return _from_number(float(text))
    return _from_text(text, not_after)


def _tidy(text: str) -> str:
    if len(text) > LONGEST_DATE:
        raise _unreadable()
    text = to_arabic_digits(normalise_line(text)).strip("'\" ")
    return _DAY_WORDS.sub("", _CLOCK.sub("", text)).strip()


def _unreadable() -> UnableToReadDate:
    return UnableToReadDate("unreadable", "อ่านวันที่ไม่ได้", "เขียนเป็น วัน/เดือน/ปี พ.ศ. เช่น 23/11/2569")


def _from_number(number: int | float) -> PartialDate | None:
    """A bare number is a year, a day written without marks (25691123 or 23112569), or an Excel serial."""
    if not -1 < number < 100_000_000:  # also infinity and NaN
        raise _unreadable()
    whole = int(number)
    if whole == 0:
        return None
    if 1700 <= whole <= 2700:
        return _assemble(whole, 0, 0)
    if 10_000 <= whole <= 300_000:
        serial = _EXCEL_ZERO + dt.timedelta(days=whole)
        return _assemble(serial.year, serial.month, serial.day)
    if 1_000_000 <= whole <= 99_999_999:
        head, middle, tail = whole // 10_000, whole // 100 % 100, whole % 100
        if 1700 <= head <= 2700 and middle <= 12:
            return _assemble(head, middle, tail)
        return _assemble(whole % 10_000, whole // 10_000 % 100, whole // 1_000_000)
    raise _unreadable()


def _from_text(text: str, not_after: dt.date | None) -> PartialDate:
    # ".", "-" and "/" alike; era words say nothing that the size of the year does not say.
    text = re.sub(r"\s+", " ", _ERA.sub(" ", text)).strip() if re.search(r"\d", text) else text
    for form in (_YEAR_FIRST, _NUMBERS, _MONTH_YEAR, _WORDS):
        if found := form.fullmatch(text):
            parts = found.groupdict()
            return _from_parts(parts["y"], parts["m"], parts.get("d"), not_after)
    if re.fullmatch(r"\d{4}", text):
        return _assemble(int(text), 0, 0)
    raise _unreadable()


def _from_parts(year: str, month: str, day: str | None, not_after: dt.date | None) -> PartialDate:
    month_number, day_number = _month_number(month), int(day) if day and day.isdigit() else 0
    full_year = int(year) if len(year) == 4 else 2500 + int(year)
    read = _assemble(full_year, month_number, day_number)
    if len(year) == 2 and not_after is not None and read.date > not_after:
        read = _assemble(full_year - 100, month_number, day_number)
    return read


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    letters = re.sub(r"[.\s]", "", text).lower()
    if not re.search(r"[a-zก-๙]", letters) or set(letters) <= {"x"}:
        return 0
    if number := _MONTH_OF.get(letters) or _MONTH_OF.get(letters[:3] if letters.isascii() else ""):
        return number
    raise UnableToReadDate("unknown_month", "ไม่รู้จักชื่อเดือน", "เขียนชื่อเดือนเต็มหรือย่อ เช่น พ.ย. หรือ พฤศจิกายน")


# ── showing ───────────────────────────────────────────────────────────────────────────────────────


def _local(moment: dt.date) -> dt.date:
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return moment.astimezone(BANGKOK)
    return moment


def _format(day: dt.date | PartialDate, months: tuple[str, ...]) -> str:
    partial = day if isinstance(day, PartialDate) else PartialDate(_local(day))
    year = to_buddhist_year(partial.date)
    if partial.precision == "year":
        return f"พ.ศ. {year}"
    month = f"{months[partial.date.month - 1]} {year}"
    return month if partial.precision == "month" else f"{partial.date.day} {month}"


def format_short(day: dt.date | PartialDate) -> str:
    """Return "23 พ.ย. 2569", "พ.ย. 2569" or "พ.ศ. 2569" by what is known; aware times in Thai time."""
    return _format(day, MONTHS_SHORT)


def format_long(day: dt.date | PartialDate) -> str:
    """Return "23 พฤศจิกายน 2569" (or month and year, or "พ.ศ. 2569")."""
    return _format(day, MONTHS)


def format_with_time(moment: dt.datetime) -> str:
    """Return "23 พ.ย. 2569 15:04 น.", aware times in Thai time."""
    local = _local(moment)
    return f"{format_short(local)} {local:%H:%M} น."


def format_relative(moment: dt.datetime, now: dt.datetime) -> str:
    """Return "เมื่อสักครู่", "5 นาทีก่อน", "เมื่อวานนี้", "3 วันก่อน", "พรุ่งนี้", "อีก 3 วัน"; beyond a week the date.

    Both aware, or both naive; days are counted by the calendar of Thailand, not by 24 hours.
    """
    here, there = _local(now), _local(moment)
    days = dt.date(here.year, here.month, here.day) - dt.date(there.year, there.month, there.day)
    if abs(days.days) > 7:
        return format_short(moment)
    if days.days:
        return _days_apart(days.days)
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 0:
        return "วันนี้"
    if minutes < 1:
        return "เมื่อสักครู่"
    return f"{minutes} นาทีก่อน" if minutes < 60 else f"{minutes // 60} ชั่วโมงก่อน"


def _days_apart(days: int) -> str:
    if days == 1:
        return "เมื่อวานนี้"
    if days == -1:
        return "พรุ่งนี้"
    return f"{days} วันก่อน" if days > 0 else f"อีก {-days} วัน"


# ── fiscal year and age ───────────────────────────────────────────────────────────────────────────


def fiscal_year(day: dt.date) -> int:
    """Return the ปีงบประมาณ of a day: October to September, named by the พ.ศ. in which it ends."""
    return day.year + 543 + (1 if day.month >= 10 else 0)


def fiscal_year_span(year: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of ปีงบประมาณ `year` (พ.ศ.)."""
    return dt.date(year - 544, 10, 1), dt.date(year - 543, 9, 30)


def age_in_years(born: dt.date | PartialDate, on: dt.date) -> int:
    """Return full years of age on a day, unknown parts by section 16 (see above); negative before birth."""
    birth = born.date if isinstance(born, PartialDate) else born
    had_birthday = (on.month, on.day) >= (birth.month, birth.day)
    return on.year - birth.year - (0 if had_birthday else 1)
