"""แถวในไฟล์: one row of a civil registration read into the values the register keeps, with what was wrong.

Cells repeat a great deal (titles, names, dates, whole addresses), so each reading is remembered for the length
of one file: a row costs some 20 microseconds instead of 200.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from cddp.foundation.files.tables.cells import EMPTY, Cell, Row
from cddp.foundation.values.citizen_id import is_valid, parse_citizen_id
from cddp.foundation.values.person_name import canonical_title, sex_of_title, split_name
from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_dates import UnableToReadDate, parse_date
from cddp.registers.residents.rules.importing.addresses import (
    HOUSE_FIELDS,
    HouseReading,
    Problem,
    read_house,
    tidy_text,
)
from cddp.registers.residents.rules.importing.words import read_role, read_sex, read_status, read_type_area
from cddp.registers.residents.rules.people import OLDEST_YEARS, search_name_of

Date = tuple[dt.date | None, str, str]
"""(first day of what is known, precision, problem code)."""
ResultT = TypeVar("ResultT")

_PLAIN_DAY = re.compile(r"(\d\d?)/(\d\d?)/(2[45]\d\d)")
_MOBILE = re.compile(r"0[689][0-9]{8}")
_LOST_TEXT: Final = "\ufffd"
# Registers write 1 January for the old whose day nobody knew.
_UNKNOWN_DAY_BEFORE: Final = dt.date(1957, 1, 1)


@dataclass(slots=True)
class PersonReading:
    """บุคคลที่อ่านได้จากหนึ่งแถว: `problems` are (field, code); `is_usable` is False when the row must stay out."""

    row_number: int
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    search_name: str = ""
    citizen_id: str = ""
    citizen_id_is_valid: bool = True
    sex: str = "unknown"
    birth_date: dt.date | None = None
    birth_precision: str = "day"
    phone: str = ""
    nationality: str = ""
    vital_state: str = "alive"
    death_date: dt.date | None = None
    has_left: bool = False
    role: str = ""
    is_registered: bool = True
    is_resident: bool | None = None
    moved_in_on: dt.date | None = None
    house: HouseReading = field(default_factory=HouseReading)
    problems: list[Problem] = field(default_factory=list)
    is_usable: bool = True


class RowReader:
    """ตัวอ่านแถว: reads the rows of one file by one mapping {field: column}; `today` bounds dates."""

    def __init__(self, mapping: Mapping[str, str], *, today: dt.date) -> None:
        self._columns = dict(mapping)
        self._house_columns = [(key, mapping[key]) for key in HOUSE_FIELDS if key in mapping]
        self._today = today
        self._known: dict[str, dict[Any, Any]] = {}

    def read(self, row: Row) -> PersonReading:
        """Read one row; never raises."""
        person = PersonReading(row.number)
        cells = row.cells
        if any(cell.flag for cell in cells.values()):
            self._note_errors(cells, person)
        self._read_name(cells, person)
        if not person.is_usable:
            return person
        self._read_citizen_id(cells, person)
        self._read_sex(cells, person)
        self._read_dates(cells, person)
        self._read_phone(cells, person)
        self._read_stay(cells, person)
        person.house = self._house_of(cells)
        person.problems += person.house.problems
        return person

    # ── cells ─────────────────────────────────────────────────────────────────────────────────────

    def _text(self, cells: Mapping[str, Cell], key: str) -> str:
        column = self._columns.get(key)
        cell = cells.get(column, EMPTY) if column is not None else EMPTY
        if not cell.text or cell.flag == "formula_error":
            return ""
        return self._once("text", cell.text, tidy_text)

    def _once(self, kind: str, key: Any, read: Callable[[Any], ResultT]) -> ResultT:
        known = self._known.setdefault(kind, {})
        if key in known:
            found: ResultT = known[key]
            return found
        result = known[key] = read(key)
        return result

    def _note_errors(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        for key, column in self._columns.items():
            if cells.get(column, EMPTY).flag == "formula_error":
                person.problems.append((key, "formula_error"))

    # ── who ───────────────────────────────────────────────────────────────────────────────────────

    def _read_name(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        title, given = self._text(cells, "title"), self._text(cells, "given_name")
        family = self._text(cells, "family_name")
        whole = self._text(cells, "full_name") if not given else ""
        if _LOST_TEXT in given or _LOST_TEXT in family or _LOST_TEXT in whole:
            return self._refuse(person, "full_name" if whole else "given_name", "unreadable_row")
        self._cut_name(person, title, whole or given, family, is_whole=bool(whole))
        if person.given_name in ("", "-"):
            return self._refuse(
                person, "full_name" if "full_name" in self._columns else "given_name", "no_name"
            )
        if len(person.given_name) > 120 or len(person.family_name) > 120:
            person.problems.append(("given_name", "too_long"))
            person.given_name, person.family_name = person.given_name[:120], person.family_name[:120]
        if person.family_name in ("", "-"):
            person.family_name = ""
            person.problems.append(("family_name", "no_family_name"))
        given_key = self._once("key", person.given_name, _name_key)
        person.search_name = f"{given_key} {self._once('key', person.family_name, _name_key)}".strip()
        return None

    def _refuse(self, person: PersonReading, key: str, code: str) -> None:
        person.problems.append((key, code))
        person.is_usable = False

    def _cut_name(self, person: PersonReading, title: str, name: str, family: str, *, is_whole: bool) -> None:
        """Put title, given and family name in their places, whichever columns they came in."""
        person.title = self._once("title", title, canonical_title)[:40] if title else ""
        if title and not is_whole:
            # The title has its own column: "พระจันทร์" is then a name, not a monk's title before one.
            person.given_name, person.family_name = name.removeprefix(title).strip() or name, family
            return
        cut = self._once("name", name, split_name)
        person.title = person.title or cut.title[:40]
        if family and not is_whole:
            # "ชื่อ" may hold two given names; only a cell that holds everything is cut at its blank.
            person.given_name, person.family_name = f"{cut.given} {cut.family}".strip(), family
        else:
            person.given_name, person.family_name = cut.given, family or cut.family

    def _read_citizen_id(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        cell = cells.get(self._columns.get("citizen_id", ""), EMPTY)
        text = cell.text
        if len(text) == 13 and text.isascii() and text.isdigit() and is_valid(text):
            person.citizen_id = text
            return
        if cell.flag == "formula_error":
            return
        whole = isinstance(cell.value, int | float) and cell.flag != "damaged"
        reading = parse_citizen_id(cell.value if whole else text)
        person.citizen_id = reading.digits
        person.citizen_id_is_valid = reading.is_sound or not reading.digits
        if reading.problem and reading.problem != "missing":
            person.problems.append(("citizen_id", reading.problem))

    def _read_sex(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        by_title = self._once("sex_of_title", person.title, sex_of_title) if person.title else ""
        text = self._text(cells, "sex")
        said = self._once("sex", text, read_sex) if text else ""
        if text and not said:
            person.problems.append(("sex", "sex_unreadable"))
        if said and by_title and said != by_title:
            person.problems.append(("sex", "sex_against_title"))
        person.sex = said or by_title or "unknown"

    def _read_dates(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        self._read_birth(cells, person)
        for key in ("death_date", "moved_in_on"):
            if key in self._columns:
                day, _precision, problem = self._date(cells, key)
                setattr(person, key, day)
                if problem:
                    person.problems.append((key, problem))

    def _read_birth(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        day, precision, problem = self._date(cells, "birth_date")
        if day is None:
            problem = problem or ("no_birth_date" if "birth_date" in self._columns else "")
        elif self._today.year - day.year > OLDEST_YEARS:
            day, problem = None, "date_too_old"
        elif day < _UNKNOWN_DAY_BEFORE and (day.month, day.day) == (1, 1):
            precision = "year"
        person.birth_date, person.birth_precision = day, precision
        if problem:
            person.problems.append(("birth_date", problem))

    def _date(self, cells: Mapping[str, Cell], key: str) -> Date:
        cell = cells.get(self._columns.get(key, ""), EMPTY)
        if not cell.text or cell.flag == "formula_error":
            return None, "day", ""
        return self._once("date", cell.text if isinstance(cell.value, str) else cell.value, self._read_day)

    def _read_day(self, value: Any) -> Date:
        if isinstance(value, str) and (found := _PLAIN_DAY.fullmatch(value)):
            day, month, year = int(found[1]), int(found[2]), int(found[3])
            # Years up to 2483 began in April; parse_date knows them.
            if year > 2484 and 1 <= month <= 12 and 1 <= day <= 28:
                return self._not_later(dt.date(year - 543, month, day), "day")
        try:
            read = parse_date(value, not_after=self._today)
        except UnableToReadDate:
            return None, "day", "date_unreadable"
        return (None, "day", "") if read is None else self._not_later(read.date, read.precision)

    def _not_later(self, day: dt.date, precision: str) -> Date:
        return (None, "day", "date_future") if day > self._today else (day, precision, "")

    def _read_phone(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        cell = cells.get(self._columns.get("phone", ""), EMPTY)
        person.nationality = self._text(cells, "nationality")[:60]
        if not cell.text or cell.flag == "formula_error":
            return
        if _MOBILE.fullmatch(cell.text):
            person.phone = cell.text
            return
        reading = parse_phone(cell.text)
        person.phone = reading.digits[:20]
        if not reading.digits and reading.problem != "missing":
            person.problems.append(("phone", "phone_unreadable"))

    # ── where ─────────────────────────────────────────────────────────────────────────────────────

    def _read_stay(self, cells: Mapping[str, Cell], person: PersonReading) -> None:
        if text := self._text(cells, "status"):
            vital, person.has_left = self._once("status", text, read_status)
            person.vital_state = vital
        if person.death_date is not None:
            person.vital_state = "dead"
        if text := self._text(cells, "role"):
            person.role = self._once("role", text, read_role)
        if text := self._text(cells, "type_area"):
            stay = self._once("type_area", text, read_type_area)
            if stay is None:
                person.problems.append(("type_area", "type_area_unreadable"))
            else:
                person.is_registered, person.is_resident = stay

    def _house_of(self, cells: Mapping[str, Cell]) -> HouseReading:
        here = tuple(cells.get(column, EMPTY) for _key, column in self._house_columns)
        known = self._known.setdefault("house", {})
        house = known.get(here)
        if house is None:
            pairs = zip(self._house_columns, here, strict=True)
            house = known[here] = read_house({key: cell for (key, _column), cell in pairs if cell.text})
        reading: HouseReading = house
        return reading


def _name_key(part: str) -> str:
    return search_name_of(part, "")
