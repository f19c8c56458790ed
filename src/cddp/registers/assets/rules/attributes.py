"""ค่าของช่องเฉพาะประเภท: read what was typed or imported into the value that is kept, by the kind of the blank.

Kept in JSON: text as text, numbers as numbers, yes and no as true and false, days as "2026-11-26", a choice as the
value of its option.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from cddp.foundation.values.thai_dates import UnableToReadDate, parse_date
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits
from cddp.registers.assets.choices import AttributeKind

LONGEST_TEXT: Final = 500
LARGEST_NUMBER: Final = 10**12
_YES: Final = frozenset({"true", "1", "yes", "y", "ใช่", "มี", "on"})
_NO: Final = frozenset({"false", "0", "no", "n", "ไม่ใช่", "ไม่มี", "ไม่", "off"})


class UnreadableValue(ValueError):
    """อ่านค่าไม่ได้: `code` says why ("number", "boolean", "date", "choice", "too_long", "required")."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Blank:
    """ช่องข้อมูล: what is asked, as plain values."""

    key: str
    kind: str
    options: Sequence[tuple[str, str]] = field(default=())
    is_required: bool = False


def read_value(blank: Blank, given: Any) -> Any:
    """Return the value as it is kept, None when nothing was said. Raises UnreadableValue."""
    if given is None or (isinstance(given, str) and not normalise_line(given)):
        return None
    return _READERS[AttributeKind(blank.kind)](blank, given)


def read_values(
    blanks: Sequence[Blank], given: Mapping[str, Any], kept: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return (what is to be kept, {key: code of the problem}).

    What `given` does not name stays as in `kept`; what it names as empty is taken out. Keys that the class does not
    ask for (any more) are never added, and what is kept under them stays.
    """
    values, problems = dict(kept), {}
    for blank in blanks:
        if blank.key in given:
            try:
                read = read_value(blank, given[blank.key])
            except UnreadableValue as problem:
                problems[blank.key] = problem.code
                continue
            values.pop(blank.key, None)
            if read is not None:
                values[blank.key] = read
        if blank.is_required and blank.key not in values:
            problems[blank.key] = "required"
    return values, problems


def _text(blank: Blank, given: Any) -> str:
    text = normalise_line(str(given).replace("\x00", ""))
    if len(text) > LONGEST_TEXT:
        raise UnreadableValue("too_long")
    return text


def _number(blank: Blank, given: Any) -> int | float:
    if isinstance(given, bool):
        raise UnreadableValue("number")
    try:
        number = Decimal(to_arabic_digits(normalise_line(str(given))).replace(",", ""))
    except InvalidOperation:
        raise UnreadableValue("number") from None
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise UnreadableValue("number")
    return int(number) if number == number.to_integral_value() else float(number)


def _boolean(blank: Blank, given: Any) -> bool:
    word = normalise_line(str(given)).lower()
    if word not in _YES | _NO:
        raise UnreadableValue("boolean")
    return word in _YES


def _date(blank: Blank, given: Any) -> str:
    if isinstance(given, dt.date):
        return (given.date() if isinstance(given, dt.datetime) else given).isoformat()
    try:
        read = parse_date(given)
    except UnableToReadDate:
        raise UnreadableValue("date") from None
    if read is None or read.precision != "day":
        raise UnreadableValue("date")
    return read.date.isoformat()


def _choice(blank: Blank, given: Any) -> str:
    """Return the option of that value, or of that label: a town's file says "ลาดยาง", a form "asphalt"."""
    word = normalise_line(str(given)).lower()
    for value, label in blank.options:
        if word in {str(value).lower(), normalise_line(str(label)).lower()}:
            return str(value)
    raise UnreadableValue("choice")


_READERS: Final = {
    AttributeKind.TEXT: _text,
    AttributeKind.NUMBER: _number,
    AttributeKind.BOOLEAN: _boolean,
    AttributeKind.DATE: _date,
    AttributeKind.CHOICE: _choice,
}
