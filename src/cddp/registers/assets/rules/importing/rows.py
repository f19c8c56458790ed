"""แถวในไฟล์: the texts of one feature or row read into the values that the register keeps, with what was wrong.

An empty cell says nothing: what the register has stays. Attributes of the class are judged by rules.attributes.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import UUID

from cddp.foundation.values.money import UnableToReadMoney, parse_baht
from cddp.foundation.values.thai_dates import UnableToReadDate, parse_date
from cddp.foundation.values.thai_text import normalise, normalise_line, search_key, to_arabic_digits
from cddp.registers.assets.choices import Acquisition, AssetState, Condition, Funding
from cddp.registers.assets.rules.attributes import Blank, UnreadableValue, read_value
from cddp.registers.assets.rules.importing.columns import ATTRIBUTE

MOST_SATANG: Final = 10**15
LONGEST_NOTES: Final = 4_000
TEXT_LIMITS: Final = {
    "number": 60, "former_number": 60, "name": 200, "serial": 120, "place": 300, "supplier": 200,
    "contract_number": 80, "parent": 60,
}  # fmt: skip
_NUMBERS = re.compile(r"[-+]?\d+(?:\.\d+)?")
_NOTHING: Final = frozenset({"", "-", "--", "n/a", "null", "none", "<null>"})

Problem = tuple[str, str]
"""(field, code)"""


@dataclass(slots=True)
class RowReading:
    """แถวที่อ่านได้: `values` by column of the register, `lacks` the required attributes it does not give."""

    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    position: tuple[float, float] | None = None


class RowReader:
    """ตัวอ่านแถว: reads the rows of one file by one mapping {field: column}.

    `models` and `divisions` are {name as compared: id}; `is_degrees` says how a position in one cell is meant.
    """

    def __init__(
        self,
        mapping: Mapping[str, str],
        *,
        blanks: Sequence[Blank],
        models: Mapping[str, str],
        divisions: Mapping[str, str],
        today: dt.date,
        is_degrees: bool = True,
        is_swapped: bool = False,
    ) -> None:
        self._columns = dict(mapping)
        self._blanks = [(blank, self._columns.get(ATTRIBUTE + blank.key)) for blank in blanks]
        self._models, self._divisions = models, divisions
        self._today = today
        self._is_degrees, self._is_swapped = is_degrees, is_swapped
        self._readers: list[tuple[str, str, Callable[[RowReading, str, str], None]]] = [
            (key, self._columns[key], reader)
            for key, reader in self._readers_by_field().items()
            if key in mapping
        ]

    def _readers_by_field(self) -> dict[str, Callable[[RowReading, str, str], None]]:
        return {
            **dict.fromkeys(TEXT_LIMITS, self._text),
            "id": self._id,
            "notes": self._notes,
            "state": self._state,
            "condition": self._condition,
            "acquired_on": self._past_day,
            "inspected_on": self._past_day,
            "warranty_until": self._day,
            "cost": self._cost,
            "life_years": self._years,
            "acquisition": self._acquisition,
            "funding": self._funding,
            "model": self._model,
            "division": self._division,
        }

    def read(self, texts: Mapping[str, str]) -> RowReading:
        """Read one row; never raises."""
        reading = RowReading()
        for key, column, reader in self._readers:
            text = texts.get(column, "").replace("\x00", "").strip()
            if "\ufffd" in text:
                reading.problems.append((key, "unreadable_row"))
            elif text.lower() not in _NOTHING:
                reader(reading, key, text)
        self._read_attributes(reading, texts)
        self._read_position(reading, texts)
        self._compare_days(reading)
        if "name" in self._columns and "name" not in reading.values:
            reading.problems.append(("name", "no_name"))
        return reading

    # ── single values ─────────────────────────────────────────────────────────────────────────────

    def _text(self, reading: RowReading, key: str, text: str) -> None:
        tidy = normalise_line(text)
        if key in {"number", "former_number", "parent"}:
            tidy = to_arabic_digits(tidy)
        if len(tidy) > TEXT_LIMITS[key]:
            reading.problems.append((key, "too_long"))
        elif tidy:
            reading.values[key] = tidy

    def _notes(self, reading: RowReading, key: str, text: str) -> None:
        reading.values[key] = normalise(text)[:LONGEST_NOTES]

    def _id(self, reading: RowReading, key: str, text: str) -> None:
        try:
            reading.values[key] = str(UUID(text))
        except ValueError:
            reading.problems.append((key, "id_unreadable"))

    def _state(self, reading: RowReading, key: str, text: str) -> None:
        found = _words("state").get(search_key(text, drop_title=False))
        if found is None:
            reading.problems.append((key, "state_unknown"))
        elif found == AssetState.BROKEN:
            reading.problems.append((key, "state_broken"))
        else:
            reading.values[key] = str(found)

    def _condition(self, reading: RowReading, key: str, text: str) -> None:
        found = _words("condition").get(search_key(text, drop_title=False))
        if found is None:
            reading.problems.append((key, "condition_unknown"))
        else:
            reading.values[key] = found

    def _day(self, reading: RowReading, key: str, text: str) -> None:
        try:
            read = parse_date(text)
        except UnableToReadDate:
            reading.problems.append((key, "date_unreadable"))
            return
        if read is None:
            return
        if read.precision != "day":
            reading.problems.append((key, "date_not_exact"))
        reading.values[key] = read.date.isoformat()

    def _past_day(self, reading: RowReading, key: str, text: str) -> None:
        self._day(reading, key, text)
        if reading.values.get(key, "") > self._today.isoformat():
            del reading.values[key]
            reading.problems.append((key, "date_future"))

    def _compare_days(self, reading: RowReading) -> None:
        acquired, until = reading.values.get("acquired_on"), reading.values.get("warranty_until")
        if acquired and until and until < acquired:
            reading.problems.append(("warranty_until", "warranty_order"))

    def _cost(self, reading: RowReading, key: str, text: str) -> None:
        try:
            satang = parse_baht(text)
        except UnableToReadMoney:
            reading.problems.append((key, "money_unreadable"))
            return
        if satang is not None and not 0 <= satang <= MOST_SATANG:
            reading.problems.append((key, "money_negative"))
        elif satang is not None:
            reading.values["cost_satang"] = satang

    def _years(self, reading: RowReading, key: str, text: str) -> None:
        found = re.fullmatch(r"(\d{1,3})(?:\.0+)?(?:\s*ปี)?", to_arabic_digits(text))
        if found is None or not 1 <= int(found[1]) <= 100:
            reading.problems.append((key, "years_unreadable"))
        else:
            reading.values[key] = int(found[1])

    def _acquisition(self, reading: RowReading, key: str, text: str) -> None:
        self._word(reading, key, text, str(Acquisition.OTHER))

    def _funding(self, reading: RowReading, key: str, text: str) -> None:
        self._word(reading, key, text, str(Funding.OTHER))

    def _word(self, reading: RowReading, key: str, text: str, other: str) -> None:
        found = _words(key).get(search_key(text, drop_title=False))
        if found is None:
            reading.problems.append((key, f"{key}_unknown"))
        reading.values[key] = found or other

    def _model(self, reading: RowReading, key: str, text: str) -> None:
        self._known(reading, key, text, self._models)

    def _division(self, reading: RowReading, key: str, text: str) -> None:
        self._known(reading, key, text, self._divisions)

    def _known(self, reading: RowReading, key: str, text: str, known: Mapping[str, str]) -> None:
        found = known.get(search_key(text, drop_title=False))
        if found is None:
            reading.problems.append((key, f"{key}_unknown"))
        else:
            reading.values[f"{key}_id"] = found

    # ── the class's own, and where it stands ──────────────────────────────────────────────────────

    def _read_attributes(self, reading: RowReading, texts: Mapping[str, str]) -> None:
        for blank, column in self._blanks:
            text = texts.get(column, "").strip() if column is not None else ""
            try:
                read = None if text.lower() in _NOTHING else read_value(blank, text)
            except UnreadableValue as problem:
                reading.problems.append((ATTRIBUTE + blank.key, problem.code))
                continue
            if read is not None:
                reading.attributes[blank.key] = read
            elif blank.is_required:
                reading.lacks.append(blank.key)

    def _read_position(self, reading: RowReading, texts: Mapping[str, str]) -> None:
        x, y = (texts.get(self._columns.get(key, ""), "").strip() for key in ("x", "y"))
        one = texts.get(self._columns.get("position", ""), "").strip()
        if not x and not y and not one:
            return
        found = _pair(one) if one and not (x and y) else (_number(x), _number(y))
        if found is None or found[0] is None or found[1] is None:
            reading.problems.append(("position" if one else "x", "position_unreadable"))
            return
        first, second = found[0], found[1]
        if one and not (x and y) and self._is_degrees and not self._is_swapped:
            first, second = second, first  # one cell says latitude first, as map programs do
        if (first, second) != (0.0, 0.0):
            reading.position = (first, second)


def position_of(
    texts: Mapping[str, str], mapping: Mapping[str, str], *, latitude_first: bool
) -> tuple[float, float] | None:
    """Return (x, y) of a row as it stands in the file, None where there is none."""
    reader = RowReader(
        {key: column for key, column in mapping.items() if key in {"x", "y", "position"}},
        blanks=(), models={}, divisions={}, today=dt.date.max, is_degrees=latitude_first,
    )  # fmt: skip
    return reader.read(texts).position


def _number(text: str) -> float | None:
    tidy = to_arabic_digits(text).replace(",", "").replace("°", "").strip()
    return float(tidy) if _NUMBERS.fullmatch(tidy) else None


def _pair(text: str) -> tuple[float, float] | None:
    numbers = _NUMBERS.findall(to_arabic_digits(text))
    return (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else None


# ── words, as files write them ────────────────────────────────────────────────────────────────────

_MORE_WORDS: Final[dict[str, dict[str, Any]]] = {
    "state": {
        "ใช้งานได้": "in_use", "ปกติ": "in_use", "ใช้ได้": "in_use", "ดี": "in_use", "active": "in_use", "เสีย": "broken",
        "ดับ": "broken", "ใช้งานไม่ได้": "broken", "เก็บ": "stored", "สำรอง": "stored", "ไม่พบ": "missing",
        "สูญหาย": "missing", "จำหน่าย": "disposed", "แทงจำหน่าย": "disposed",
    },
    "condition": {
        "ปานกลาง": 3, "ชำรุด": 4, "เสื่อมสภาพ": 4, "ใช้งานไม่ได้": 5, "เสีย": 5, "very good": 1, "good": 2,
        "fair": 3, "poor": 4,
    },
    "acquisition": {
        "จัดซื้อ": "purchase", "ตกลงราคา": "purchase", "เฉพาะเจาะจง": "purchase", "วิธีเฉพาะเจาะจง": "purchase",
        "สอบราคา": "purchase", "ประกวดราคา": "purchase", "e-bidding": "purchase", "คัดเลือก": "purchase",
        "จัดจ้าง": "contract", "จ้างเหมา": "contract", "บริจาค": "donation", "โอน": "transfer",
    },
    "funding": {
        "รายได้": "revenue", "งบเทศบาล": "revenue", "ข้อบัญญัติ": "revenue", "เทศบัญญัติ": "revenue", "เงินอุดหนุน": "subsidy",
        "อุดหนุนทั่วไป": "subsidy", "อุดหนุน": "subsidy", "อุดหนุนเฉพาะกิจ": "specific", "เฉพาะกิจ": "specific",
        "สะสม": "reserve", "กู้": "loan", "บริจาค": "donated",
    },
}  # fmt: skip
_CHOICES: Final[dict[str, Any]] = {
    "state": AssetState, "condition": Condition, "acquisition": Acquisition, "funding": Funding,
}  # fmt: skip


@cache
def _words(key: str) -> Mapping[str, Any]:
    """Return {word as compared: value} of a field: its labels (jobs speak Thai), its values, and what files write."""
    choices = _CHOICES[key]
    pairs = {str(label): value for value, label in choices.choices}
    pairs |= {str(value): value for value in choices.values} | _MORE_WORDS[key]
    return {search_key(word, drop_title=False): value for word, value in pairs.items()}
