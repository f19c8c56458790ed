"""ที่อยู่ในไฟล์: the cells of a house read into one reading, and the keys by which rows share a house."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cddp.foundation.files.tables.cells import Cell
from cddp.foundation.values.house_code import parse_house_code
from cddp.foundation.values.thai_text import normalise_line, search_key, to_arabic_digits
from cddp.registers.residents.rules.houses import tidy_number

Problem = tuple[str, str]
Point = tuple[float, float]
"""(longitude, latitude) in degrees, EPSG:4326."""

HOUSE_FIELDS: Final = (
    "house_code", "house_number", "moo", "area_name", "tambon", "road", "lane", "address", "house_kind",
    "latitude", "longitude", "point",
)  # fmt: skip
CENTRAL: Final = "ทะเบียนบ้านกลาง"
# Thailand lies between these; latitudes and longitudes do not overlap, so that a swap is certain.
LONGITUDES: Final = (97.0, 106.0)
LATITUDES: Final = (5.0, 21.0)

_NOTHING: Final = frozenset({"", "-", "--", "ไม่มี", "ไม่ทราบ", "null", "none", "n/a"})
_MOO = re.compile(r"(?:หมู่ที่|หมู่|ม\.|ม )?\s*0*(\d{1,2})(?!\d)")
_ADDRESS_NUMBER = re.compile(r"^(?:บ้านเลขที่|เลขที่|บ้าน)?\s*(\d[\dก-ฮA-Za-z]*(?:[/-]\d+)*)")
_ADDRESS_MOO = re.compile(r"(?:หมู่ที่|หมู่|(?<![ก-ฮ])ม\.)\s*(\d{1,2})")
_ADDRESS_WORD: Final = {
    "lane": re.compile(r"(?:ซอย|ตรอก|(?<![ก-ฮ])ซ\.)\s*(\S+(?: \d+)?)"),
    "road": re.compile(r"(?:ถนน|(?<![ก-ฮ])ถ\.)\s*(\S+)"),
    "tambon": re.compile(r"(?:ตำบล|แขวง|(?<![ก-ฮ])ต\.)\s*(\S+)"),
    "area_name": re.compile(r"(?:ชุมชน|หมู่บ้าน)\s*(\S+)"),
}
_PREFIX: Final = {
    "lane": re.compile(r"^(?:ซอย|ตรอก|ซ\.)\s*"),
    "road": re.compile(r"^(?:ถนน|ถ\.)\s*"),
    "tambon": re.compile(r"^(?:ตำบล|แขวง|ต\.)\s*"),
    "area_name": re.compile(r"^(?:ชุมชน|หมู่บ้าน)\s*"),
}
# Thai letters with their marks in order, ASCII, single blanks: what `normalise_line` would leave as it is.
_TIDY = re.compile(r"(?:(?!เเ|([ะแ-ไ])\1)[!-~ก-ะาเ-ๆฯ๐-๙](?:[ัิ-ฺ][่-๋]?|[็-์])?ำ?(?: (?=[!-~ก-ฮเ-ไ]))?)*")
_PLAIN_CODE = re.compile(r"[1-9][0-9]{5}(?!00000)[0-9]{5}")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(slots=True)
class HouseReading:
    """บ้านที่อ่านได้: tidy values; `code` is kept as written when it is not 11 digits."""

    code: str = ""
    code_is_valid: bool = False
    number: str = ""
    moo: int | None = None
    area_name: str = ""
    tambon: str = ""
    road: str = ""
    lane: str = ""
    is_central: bool = False
    point: Point | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_named(self) -> bool:
        """True when the row says which house is meant."""
        return self.is_central or self.code_is_valid or bool(self.number)

    @property
    def address_key(self) -> str:
        """A key under which rows of one file name the same address, or "" without a house number."""
        if self.is_central:
            return CENTRAL
        if not self.number:
            return ""
        words = (self.tambon, self.area_name if self.moo is None else "", self.road, self.lane)
        return "\x1f".join(
            (self.number, str(self.moo or ""), *(search_key(w, drop_title=False) for w in words))
        )


def read_house(cells: Mapping[str, Cell]) -> HouseReading:
    """Read {field: cell} of the house fields; never raises."""
    problems: list[Problem] = []
    texts = {key: _plain(cell) for key, cell in cells.items()}
    house = HouseReading()
    if address := texts.get("address", ""):
        _read_joined(house, address)
    for key in ("area_name", "tambon", "road", "lane"):
        if text := texts.get(key, ""):
            setattr(house, key, _PREFIX[key].sub("", text)[: 60 if key == "tambon" else 120])
    if number := texts.get("house_number", ""):
        house.number = tidy_number(number)[:40]
    _read_moo(house, texts.get("moo", ""), problems)
    _read_code(house, cells.get("house_code"), problems)
    house.is_central = any(CENTRAL in text.replace(" ", "") for text in texts.values())
    if house.is_central:
        house.number = CENTRAL
    house.point = _read_point(cells, problems)
    if not house.is_named:
        problems.append(("house_number", "no_house"))
    house.problems = tuple(problems)
    return house


def _plain(cell: Cell) -> str:
    if cell.flag == "formula_error":
        return ""
    value = cell.value
    text = tidy_text(str(int(value)) if isinstance(value, float) and value.is_integer() else cell.text)
    return "" if text.lower() in _NOTHING else text


def tidy_text(text: str) -> str:
    """As `normalise_line`, twenty times as fast for text that is tidy already, as nearly all cells are."""
    return text if _TIDY.fullmatch(text) else normalise_line(text)


def _read_joined(house: HouseReading, address: str) -> None:
    text = to_arabic_digits(address)
    if found := _ADDRESS_NUMBER.match(text):
        house.number = tidy_number(found.group(1))[:40]
    if found := _ADDRESS_MOO.search(text):
        house.moo = int(found.group(1)) or None
    for key, pattern in _ADDRESS_WORD.items():
        if found := pattern.search(text):
            setattr(house, key, found.group(1)[:60])


def _read_moo(house: HouseReading, text: str, problems: list[Problem]) -> None:
    if not text:
        return
    found = _MOO.search(to_arabic_digits(text))
    if found is None:
        # A town without villages often writes its community into this column.
        if not house.area_name and not any(sign.isdigit() for sign in text):
            house.area_name = _PREFIX["area_name"].sub("", text)[:120]
        else:
            problems.append(("moo", "moo_unreadable"))
    else:
        house.moo = int(found.group(1)) or None


def _read_code(house: HouseReading, cell: Cell | None, problems: list[Problem]) -> None:
    if cell is None or cell.flag == "formula_error":
        return
    if _PLAIN_CODE.fullmatch(cell.text):
        house.code, house.code_is_valid = cell.text, True
        return
    whole = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    reading = parse_house_code(cell.value if whole and cell.flag != "damaged" else cell.text)
    if reading.digits:
        house.code, house.code_is_valid = reading.digits, True
    elif reading.problem == "damaged":
        problems.append(("house_code", "house_code_damaged"))
    elif reading.problem != "missing":
        house.code = reading.written[:20]
        problems.append(("house_code", "house_code_not_11"))


def _read_point(cells: Mapping[str, Cell], problems: list[Problem]) -> Point | None:
    pair = _written_pair(cells)
    if pair is None:
        return None
    latitude, longitude = pair
    if math.isnan(latitude) or math.isnan(longitude):
        problems.append(("latitude", "point_unreadable"))
        return None
    if latitude == 0 and longitude == 0:
        problems.append(("latitude", "point_zero"))
        return None
    if _within(latitude, LATITUDES) and _within(longitude, LONGITUDES):
        return longitude, latitude
    if _within(longitude, LATITUDES) and _within(latitude, LONGITUDES):
        problems.append(("latitude", "point_swapped"))
        return latitude, longitude
    problems.append(("latitude", "point_outside"))
    return None


def _written_pair(cells: Mapping[str, Cell]) -> Point | None:
    """Return (latitude, longitude) as written, NaN for what is no number; None when nothing stands there."""
    joined = _plain(cells["point"]) if "point" in cells else ""
    if joined:
        numbers = _NUMBERS.findall(to_arabic_digits(joined))
        return (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else (math.nan, math.nan)
    latitude = _plain(cells["latitude"]) if "latitude" in cells else ""
    longitude = _plain(cells["longitude"]) if "longitude" in cells else ""
    if not latitude and not longitude:
        return None
    return _degrees(latitude), _degrees(longitude)


def _degrees(text: str) -> float:
    try:
        number = float(to_arabic_digits(text).replace(",", "."))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _within(degrees: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= degrees <= bounds[1]
