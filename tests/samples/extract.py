"""สารสกัดทะเบียนราษฎร: people written as rows of a registry extract, with the truth of each row."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cddp.foundation.values.thai_dates import MONTHS, MONTHS_SHORT, to_buddhist_year
from cddp.foundation.values.thai_text import to_thai_digits
from tests.samples.dirt import untidy
from tests.samples.townsfolk import VILLAGES, Person

COLUMNS = (
    "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "เพศ", "วันเดือนปีเกิด", "รหัสประจำบ้าน", "บ้านเลขที่",
    "หมู่ที่", "ชื่อหมู่บ้าน", "ตำบล", "อำเภอ", "จังหวัด", "สถานภาพในบ้าน", "วันที่ย้ายเข้า", "TYPEAREA", "โทรศัพท์",
    "ละติจูด", "ลองจิจูด", "สถานะ", "วันที่ตาย",
)  # fmt: skip


@dataclass
class Truth:
    """ความจริงของไฟล์: how many rows of each sort the file holds, and which rows bear which dirt.

    Row numbers are those a spreadsheet program shows. `people[row]` is who stands there. The later extract also
    tells, by the people's keys, what happened since the first.
    """

    file: str
    title: int = 0
    header: int = 0
    data: int = 0
    repeated_header: int = 0
    footer: int = 0
    empty: int = 0
    dirt: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    people: dict[int, Person] = field(default_factory=dict)
    changes: dict[str, list[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Rows of the file to the last filled one."""
        return self.title + self.header + self.data + self.repeated_header + self.footer + self.empty

    def count(self, kind: str) -> int:
        """Return how many rows bear a kind of dirt."""
        return len(self.dirt.get(kind, ()))

    def note(self, row: int, person: Person, *, repeated: bool) -> None:
        """Write down who stands in a row and what is wrong there."""
        self.data += 1
        self.people[row] = person
        for kind in sorted(person.dirt | person.house.dirt | ({"repeated_row"} if repeated else set())):
            self.dirt[kind].append(row)

    def as_json(self) -> dict[str, Any]:
        """Return counts and rows, without the people."""
        counts = {
            name: getattr(self, name)
            for name in ("title", "header", "data", "repeated_header", "footer", "empty")
        }
        return {
            "file": self.file,
            "rows": {**counts, "total": self.total},
            "dirt": {kind: {"count": len(rows), "rows": rows} for kind, rows in sorted(self.dirt.items())},
            "changes": {kind: len(keys) for kind, keys in self.changes.items()},
        }


@dataclass(frozen=True)
class Style:
    """How one office writes: date forms, Thai digits, words for the sexes."""

    legacy: bool
    dates: tuple[str, ...]
    thai_digits: float
    sexes: tuple[tuple[str, str], ...]


PLAIN = Style(legacy=True, dates=("slash",), thai_digits=0.0, sexes=(("ชาย", "หญิง"),))
MIXED = Style(
    legacy=False,
    dates=("slash", "slash", "short", "long_thai", "iso", "packed", "two_digits", "dashes"),
    thai_digits=0.3,
    sexes=(("ชาย", "หญิง"), ("ช", "ญ"), ("1", "2")),
)


def write_date(day: dt.date | None, precision: str, form: str) -> str:
    """Return a day in พ.ศ. in one of the forms that registers hold."""
    if day is None:
        return ""
    year = to_buddhist_year(day)
    if precision == "year":
        return f"00/00/{year}" if form != "packed" else f"{year}0000"
    if precision == "month":
        return f"00/{day.month:02d}/{year}" if form != "short" else f"{MONTHS_SHORT[day.month - 1]} {year}"
    forms = {
        "slash": f"{day.day:02d}/{day.month:02d}/{year}",
        "dashes": f"{day.day}-{day.month}-{year}",
        "short": f"{day.day} {MONTHS_SHORT[day.month - 1]} {year}",
        "long_thai": to_thai_digits(f"{day.day} {MONTHS[day.month - 1]} {year}"),
        "iso": f"{year}-{day.month:02d}-{day.day:02d}",
        "packed": f"{year}{day.month:02d}{day.day:02d}",
        "two_digits": f"{day.day}/{day.month}/{year % 100:02d}",
    }
    # Two digits cannot tell a centenarian from a newborn, so no office writes them for the very old.
    return forms["slash"] if form == "two_digits" and day.year < 1930 else forms[form]


def write_person(person: Person, style: Style, draw: Random) -> list[str]:
    """Return the cells of a person's row, in the order of COLUMNS."""
    house = person.house
    given = untidy(draw, person.given, legacy=style.legacy) if "name_untidy" in person.dirt else person.given
    man, woman = draw.choice(style.sexes)
    number, moo = house.number, str(house.moo or "")
    village = VILLAGES[house.moo - 1] if house.moo else ""
    if draw.random() < style.thai_digits:
        number, moo = to_thai_digits(number), to_thai_digits(moo)
    return [
        person.written_id, person.title, given, person.family, man if person.sex == "ช" else woman,
        _birth(person, style, draw), house.written_code, number, moo, village, "บ้านกลาง", "เมืองลำพูน",
        "ลำพูน", "เจ้าบ้าน" if person.is_head else "ผู้อาศัย",
        write_date(person.moved_in, "day", draw.choice(style.dates)), person.type_area, house.phone, house.latitude,
        house.longitude, person.status, write_date(person.died, "day", draw.choice(style.dates)),
    ]  # fmt: skip


def _birth(person: Person, style: Style, draw: Random) -> str:
    if "birth_missing" in person.dirt:
        return ""
    if "birth_impossible" in person.dirt:
        return f"31/02/{to_buddhist_year(person.born)}"
    return write_date(person.born, person.born_precision, draw.choice(style.dates))
