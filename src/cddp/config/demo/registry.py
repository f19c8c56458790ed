"""ทะเบียนสมมติ: rows of houses, households, people and memberships of one town, ready for COPY."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from struct import pack
from typing import Any, Final

import yaml

from cddp.config.demo.invention import CitizenIds, HouseCodes, RowIds
from cddp.config.demo.lots import TownPlan
from cddp.config.demo.plane import Plane
from cddp.config.demo.population import ELDERLY_FROM, Family, Resident
from cddp.config.demo.towns import REFERENCE, DemoTown
from cddp.registers.residents.choices import (
    AreaKind,
    DatePrecision,
    MembershipKind,
    PointSource,
    RegistryState,
    VitalState,
)
from cddp.registers.residents.rules.houses import search_text_of
from cddp.registers.residents.rules.people import search_name_of
from cddp.registers.residents.services.identity import seal

WITHOUT_POINT: Final = 0.03
AWAY: Final = 0.02
REGISTERED_ELSEWHERE: Final = 0.02
WITHOUT_ID: Final = 0.006
NOT_THAI: Final = 0.012
FOREIGN: Final = ("เมียนมา", "ลาว", "จีน", "ญี่ปุ่น")
POINT_EWKB: Final = 0x20000001

HOUSE_COLUMNS: Final = (
    "id", "municipality_id", "house_code", "number", "number_order", "area_id", "road", "lane",
    "is_central_register", "point", "point_source", "state", "search_text", "version", "created_at", "updated_at",
)  # fmt: skip
HOUSEHOLD_COLUMNS: Final = ("id", "municipality_id", "house_id", "sequence", "name", "state", "created_at")
PERSON_COLUMNS: Final = (
    "id", "municipality_id", "title", "given_name", "family_name", "sex", "birth_date", "birth_precision",
    "citizen_id_encrypted", "citizen_id_hash", "citizen_id_is_valid", "citizen_id_note", "phone", "nationality",
    "vital_state", "state", "search_name", "version", "created_at", "updated_at",
)  # fmt: skip
MEMBERSHIP_COLUMNS: Final = (
    "id", "municipality_id", "person_id", "household_id", "kind", "role", "started_on", "end_reason", "source",
    "created_at",
)  # fmt: skip

Row = tuple[Any, ...]


@dataclass(frozen=True)
class AreaRow:
    """หมู่หรือชุมชน: what houses need to know of their area."""

    id: str
    number: int
    name: str
    road: str
    kind: str


@dataclass(slots=True)
class HouseSketch:
    """บ้านหนึ่งหลังที่จะบรรจุ: place, address and the family in it; ids are given when rows are made."""

    id: str
    household_id: str
    number: str
    number_order: int
    lane: str
    area: AreaRow
    lon: float
    lat: float
    has_point: bool


@dataclass(slots=True)
class ResidentSketch:
    """คนหนึ่งคนที่จะบรรจุ: the row's id, who it is, and in which house."""

    id: str
    resident: Resident
    house: HouseSketch
    birth_date: date


@cache
def load_names() -> dict[str, Any]:
    """Return {"given": {sex: {generation: [names]}}, "family": [names]}."""
    written = yaml.safe_load((REFERENCE / "names.yaml").read_text(encoding="utf-8"))
    given = {
        sex: {generation: names.split() for generation, names in by_generation.items()}
        for sex, by_generation in written["given"].items()
    }
    first, second = (written["family"][part].split() for part in ("first", "second"))
    return {"given": given, "family": [a + b for a in first for b in second if a != b]}


@cache
def _name_key(name: str) -> str:
    return search_name_of(name, "")


@cache
def _place_key(number: int | None, name: str, road: str, lane: str) -> str:
    return search_text_of(number="", moo=number, area_name=name, road=road, lane=lane)


def ewkb_of(lon: float, lat: float) -> str:
    """Return a point in EPSG:4326 as hexadecimal EWKB."""
    return pack("<BIIdd", 1, POINT_EWKB, 4326, lon, lat).hex()


def sketch_houses(
    random: Random, ids: RowIds, plan: TownPlan, areas: list[AreaRow], plane: Plane
) -> list[HouseSketch]:
    """Number the houses of each area along its streets, as they were built."""
    ranks = {street.number: street.rank for street in plan.streets}
    lanes: dict[tuple[int, int], str] = {}
    numbers, part = [0] * len(areas), [0] * len(areas)
    sketches = []
    for lot in plan.lots:
        area = areas[lot.village]
        # A plot divided among the children of a house keeps the number: 12, 12/1, 12/2.
        if numbers[lot.village] and random.random() < 0.09:
            part[lot.village] += 1
        else:
            numbers[lot.village] += 1
            part[lot.village] = 0
        main, sub = numbers[lot.village], part[lot.village]
        lon, lat = plane.to_degrees(lot.x, lot.y)
        sketches.append(
            HouseSketch(
                id=ids.next(),
                household_id=ids.next(),
                number=f"{main}/{sub}" if sub else str(main),
                number_order=main * 10_000 + sub,
                lane=_lane_of(lanes, lot.village, lot.street, ranks, area),
                area=area,
                lon=lon,
                lat=lat,
                has_point=random.random() >= WITHOUT_POINT,
            )
        )
    return sketches


def _lane_of(
    lanes: dict[tuple[int, int], str], village: int, street: int, ranks: dict[int, int], area: AreaRow
) -> str:
    if ranks.get(street, 0) == 0:
        return ""
    key = village, street
    if key not in lanes:
        here = sum(1 for other in lanes if other[0] == village) + 1 if len(lanes) < 5_000 else street
        lanes[key] = f"ซอย {here}"
    return lanes[key]


def house_rows(random: Random, town: DemoTown, sketches: list[HouseSketch], now: datetime) -> Iterator[Row]:
    """Yield the rows of residents_house."""
    codes = HouseCodes(random, town.number)
    stamp = now.isoformat()
    for house in sketches:
        code = codes.next()
        moo = house.area.number if house.area.kind == AreaKind.MOO else None
        place = _place_key(moo, house.area.name, house.area.road, house.lane)
        yield (
            house.id, town.id, code, house.number, house.number_order, house.area.id, house.area.road, house.lane,
            False, ewkb_of(house.lon, house.lat) if house.has_point else None,
            PointSource.FILE.value if house.has_point else "", RegistryState.ACTIVE.value,
            f".{house.number} {place} .{code}", 1, stamp, stamp,
        )  # fmt: skip


def household_rows(town: DemoTown, sketches: list[HouseSketch], now: datetime) -> Iterator[Row]:
    """Yield the rows of residents_household: one in each house."""
    stamp = now.isoformat()
    for house in sketches:
        yield house.household_id, town.id, house.id, 1, "", RegistryState.ACTIVE.value, stamp


def sketch_residents(
    random: Random, ids: RowIds, sketches: list[HouseSketch], families: list[Family], today: date
) -> list[ResidentSketch]:
    """Give each family a house, and each person an id and a day of birth."""
    return [
        ResidentSketch(ids.next(), one, house, _birth_date(random, one.age, today))
        for house, family in zip(sketches, families, strict=True)
        for one in family.members
    ]


def _birth_date(random: Random, age: int, today: date) -> date:
    return today - timedelta(days=int(age * 365.2425) + 1 + random.randrange(364))


def person_rows(
    random: Random, town: DemoTown, residents: list[ResidentSketch], now: datetime
) -> Iterator[Row]:
    """Yield the rows of residents_person; the current town must be `town` (numbers are sealed for it)."""
    numbers, stamp, names = CitizenIds(random, town.number), now.isoformat(), load_names()
    family_names, household, shared_name = names["family"], "", ""
    for sketch in residents:
        one = sketch.resident
        if sketch.house.household_id != household:
            household, shared_name = sketch.house.household_id, random.choice(family_names)
        # Parents of the wife, relatives and lodgers bear other names.
        keeps = one.role in ("head", "child") or random.random() < (0.75 if one.role == "spouse" else 0.45)
        family_name = shared_name if keeps else random.choice(family_names)
        given_name = random.choice(names["given"][one.sex][_generation(one.age)])
        thai = random.random() >= NOT_THAI
        sealed = (
            seal(numbers.next(_first_digit(random, sketch.birth_date, thai)))
            if _has_id(random, thai)
            else None
        )
        precision = _precision(random, one.age)
        yield (
            sketch.id, town.id, _title(random, one), given_name, family_name, one.sex,
            _rounded(sketch.birth_date, precision), precision,
            sealed.encrypted if sealed else None, sealed.hash if sealed else None, True, "", "",
            "ไทย" if thai else random.choice(FOREIGN), VitalState.ALIVE.value, RegistryState.ACTIVE.value,
            f"{_name_key(given_name)} {_name_key(family_name)}", 1, stamp, stamp,
        )  # fmt: skip


def _has_id(random: Random, thai: bool) -> bool:
    return random.random() >= (WITHOUT_ID if thai else 0.4)


def _generation(age: int) -> str:
    if age >= ELDERLY_FROM:
        return "old"
    return "middle" if age >= 30 else "young"


def _first_digit(random: Random, birth_date: date, thai: bool) -> str:
    if not thai:
        return random.choice("067")
    if birth_date >= date(1984, 5, 31):
        return "2" if random.random() < 0.04 else "1"
    return random.choices("345", (86, 6, 8))[0]


def _precision(random: Random, age: int) -> str:
    if age < 62 or random.random() > 0.16:
        return DatePrecision.DAY.value
    return DatePrecision.YEAR.value if random.random() < 0.7 else DatePrecision.MONTH.value


def _rounded(birth_date: date, precision: str) -> str:
    if precision == DatePrecision.YEAR:
        birth_date = birth_date.replace(month=1, day=1)
    elif precision == DatePrecision.MONTH:
        birth_date = birth_date.replace(day=1)
    return birth_date.isoformat()


def _title(random: Random, one: Resident) -> str:
    if one.age < 15:
        return "เด็กชาย" if one.sex == "male" else "เด็กหญิง"
    if one.sex == "male":
        return "นาย"
    was_married = one.is_married or (one.age >= 45 and random.random() < 0.75)
    return "นาง" if was_married and one.age >= 25 else "นางสาว"


def membership_rows(
    random: Random, ids: RowIds, town: DemoTown, residents: list[ResidentSketch], now: datetime
) -> Iterator[Row]:
    """Yield the rows of residents_householdmembership: registered and actual residence apart (TYPEAREA 1–3)."""
    stamp, today = now.isoformat(), now.date()
    for sketch in residents:
        one, draw = sketch.resident, random.random()
        kinds: tuple[str, ...] = (MembershipKind.REGISTERED.value, MembershipKind.RESIDENT.value)
        if draw < AWAY and one.age < ELDERLY_FROM:
            kinds = kinds[:1]
        elif draw > 1 - REGISTERED_ELSEWHERE:
            kinds = kinds[1:]
        started = _moved_in(random, sketch, today)
        for kind in kinds:
            source = "registry" if kind == MembershipKind.REGISTERED.value else "survey"
            yield (
                ids.next(), town.id, sketch.id, sketch.house.household_id, kind, one.role, started, "", source, stamp,
            )  # fmt: skip


def _moved_in(random: Random, sketch: ResidentSketch, today: date) -> str:
    if sketch.resident.role == "child" and random.random() < 0.8:
        return sketch.birth_date.isoformat()
    years = min(sketch.resident.age, 1 + int(abs(random.gauss(0, 18))))
    return max(sketch.birth_date, today - timedelta(days=years * 365 + random.randrange(365))).isoformat()
