"""กติกาของบุคคล: what a name is found by, and which dates of a life can be."""

from datetime import date
from typing import Final

from cddp.foundation.values.thai_text import search_key

OLDEST_YEARS: Final = 125


def search_name_of(given_name: str, family_name: str) -> str:
    """Return the name as it is searched: no title, no tone marks (the commonest misspelling), one blank."""
    parts = (search_key(part, drop_title=False, drop_tones=True) for part in (given_name, family_name))
    return " ".join(part for part in parts if part)


def birth_problem(birth_date: date | None, today: date) -> str:
    """Return what is wrong with a date of birth, in Thai, or ""."""
    if birth_date is None:
        return ""
    if birth_date > today:
        return "วันเกิดอยู่ในอนาคต โปรดตรวจสอบปี พ.ศ."
    if today.year - birth_date.year > OLDEST_YEARS:
        return f"อายุเกิน {OLDEST_YEARS} ปี โปรดตรวจสอบว่าเป็นปี พ.ศ. หรือ ค.ศ."
    return ""


def death_problem(birth_date: date | None, death_date: date, today: date) -> str:
    """Return what is wrong with a date of death, in Thai, or ""."""
    if death_date > today:
        return "วันที่เสียชีวิตอยู่ในอนาคต"
    if birth_date is not None and death_date < birth_date:
        return "วันที่เสียชีวิตอยู่ก่อนวันเกิด"
    return ""


def stay_problem(started_on: date | None, ended_on: date) -> str:
    """Return what is wrong with the end of a stay, in Thai, or ""."""
    if started_on is not None and ended_on < started_on:
        return "วันที่ย้ายออกอยู่ก่อนวันที่ย้ายเข้า"
    return ""
