"""กติกาของข้อเท็จจริง: which values a kind of fact takes, how they read, and until when they stay fresh."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from cddp.foundation.values.thai_dates import UnableToReadDate, format_short, parse_date
from cddp.foundation.values.thai_text import normalise, normalise_line, to_arabic_digits

LONGEST_TEXT: Final = 2_000
LONGEST_INDEXED: Final = 200
LARGEST_NUMBER: Final = Decimal(10) ** 12
_YES: Final = frozenset({"true", "1", "yes", "ใช่", "มี", "y", "on"})
_NO: Final = frozenset({"false", "0", "no", "ไม่ใช่", "ไม่มี", "n", "off"})
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_VALUE = re.compile(r"[\w-]{1,60}")

Value = int | float | str | bool
Choice = Mapping[str, str]


class UnfitValue(ValueError):
    """ค่าไม่เข้ากับชนิด: the message is Thai and fit for the screen."""


def read_value(kind: str, written: Any, choices: Sequence[Choice] = ()) -> Value:
    """Return the value as it is kept (JSON). Raises UnfitValue with what to write instead."""
    if written is None or (isinstance(written, str) and not written.strip()):
        raise UnfitValue("โปรดระบุค่า")
    match kind:
        case "number":
            return _read_number(written)
        case "boolean":
            return _read_boolean(written)
        case "date":
            return _read_day(written)
        case "choice":
            return _read_choice(written, choices)
        case _:
            return normalise(str(written))[:LONGEST_TEXT]


def _read_number(written: Any) -> int | float:
    if isinstance(written, bool):
        raise UnfitValue("ต้องเป็นตัวเลข เช่น 3 หรือ 2.5")
    try:
        number = Decimal(to_arabic_digits(normalise_line(str(written))).replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UnfitValue("ต้องเป็นตัวเลข เช่น 3 หรือ 2.5")
    if abs(number) > LARGEST_NUMBER:
        raise UnfitValue("ตัวเลขมากเกินไป โปรดตรวจสอบหน่วย")
    return int(number) if number == number.to_integral_value() else float(number)


def _read_boolean(written: Any) -> bool:
    text = str(written).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise UnfitValue("ต้องตอบว่า ใช่ หรือ ไม่ใช่")


def _read_day(written: Any) -> str:
    try:
        read = parse_date(written)
    except UnableToReadDate as problem:
        raise UnfitValue(f"{problem} {problem.fix}") from None
    if read is None:
        raise UnfitValue("โปรดระบุวันที่ เช่น 23/11/2569")
    return read.date.isoformat()


def _read_choice(written: Any, choices: Sequence[Choice]) -> str:
    text = str(written).strip()
    for choice in choices:
        if text in (choice["value"], choice["label"]):
            return choice["value"]
    raise UnfitValue("ต้องเป็นตัวเลือกหนึ่งในรายการ: " + ", ".join(choice["label"] for choice in choices))


def text_of(value: Value) -> str:
    """Return the value as short text, by which lists filter and maps classify: "3", "2.5", "true", "red"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:LONGEST_INDEXED]


def show_value(kind: str, value: Value | None, choices: Sequence[Choice] = (), unit: str = "") -> str:
    """Return the value as people read it: "3 คน", "ใช่", "23 พ.ย. 2569", "กลุ่มสีแดง"."""
    if value is None:
        return "–"
    match kind:
        case "boolean":
            return "ใช่" if value else "ไม่ใช่"
        case "date":
            return format_short(date.fromisoformat(str(value)))
        case "choice":
            labels = {choice["value"]: choice["label"] for choice in choices}
            return labels.get(str(value), str(value))
        case "number" if isinstance(value, int | float):
            shown = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
            return f"{shown} {unit}".strip()
        case _:
            return f"{value} {unit}".strip()


def stale_on(observed_on: date, fresh_months: int | None) -> date | None:
    """Return the first day on which a statement is too old to rely on; None when it never ages."""
    if fresh_months is None:
        return None
    months = observed_on.year * 12 + observed_on.month - 1 + fresh_months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(observed_on.day, calendar.monthrange(year, month + 1)[1]))


def choices_problem(kind: str, choices: Sequence[Choice]) -> str:
    """Return what is wrong with the choices of a fact type, in Thai, or ""."""
    if kind != "choice":
        return "" if not choices else "ชนิดนี้ไม่มีตัวเลือก"
    if len(choices) < 2:
        return "ต้องมีตัวเลือกอย่างน้อยสองรายการ"
    if len({choice.get("value", "") for choice in choices}) < len(choices):
        return "รหัสตัวเลือกซ้ำกัน"
    return next((problem for choice in choices if (problem := _choice_problem(choice))), "")


def _choice_problem(choice: Choice) -> str:
    if not choice.get("label", "").strip():
        return "ทุกตัวเลือกต้องมีชื่อ"
    if not _VALUE.fullmatch(choice.get("value", "")):
        return "รหัสตัวเลือกใช้ได้เฉพาะตัวอักษร ตัวเลข - และ _"
    return "" if _COLOUR.fullmatch(choice.get("colour", "")) else "สีของตัวเลือกต้องอยู่ในรูป #rrggbb"
