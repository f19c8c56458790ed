"""ตัวอย่างสมมติ: invented houses and people for the tests of this app."""

import itertools
from datetime import date, datetime, timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone

from cddp.foundation.values.citizen_id import check_digit
from cddp.foundation.values.thai_dates import PartialDate
from cddp.registers.residents.choices import FactLevel, FactValueKind, MembershipKind, MembershipRole
from cddp.registers.residents.models import Area, FactType, House, Household, Person
from cddp.registers.residents.services.areas import make_area
from cddp.registers.residents.services.fact_types import make_fact_type
from cddp.registers.residents.services.houses import make_house
from cddp.registers.residents.services.people import make_person, move_in

_counter = itertools.count(1)
COLOURS = [
    {"value": "red", "label": "สีแดง", "colour": "#c0392b"},
    {"value": "green", "label": "สีเขียว", "colour": "#27864b"},
]


def citizen_id(number: int | None = None) -> str:
    """Return an invented number with a right check digit."""
    first12 = f"3{next(_counter) if number is None else number:011d}"
    return first12 + check_digit(first12)


def area(number: int = 4, name: str = "บ้านกลาง") -> Area:
    found = Area.objects.filter(code=f"moo-{number}").first()
    return found or make_area(name=name, code=f"moo-{number}", number=number)


def house(number: str = "12/3", *, moo: int | None = 4, point: Point | None = None, **fields) -> House:
    place = area(moo) if moo is not None else None
    return make_house(number=number, area=place, point=point, point_source="map" if point else "", **fields)


def household(of: House) -> Household:
    return of.households.get(sequence=1)


def person(
    given_name: str = "สมศรี",
    family_name: str = "ใจดี",
    *,
    born: date | None = date(1950, 5, 1),
    at: House | None = None,
    kind: str = MembershipKind.REGISTERED,
    **fields,
) -> Person:
    birth = PartialDate(born) if born else None
    made = make_person(
        given_name=given_name, family_name=family_name, birth=birth, **({"sex": "female"} | fields)
    )
    if at is not None:
        move_in(made, household(at), on=date(2017, 1, 1), kind=kind, role=MembershipRole.HEAD)
    return made


def fact_type(name: str = "จำนวนผู้สูงอายุ", **fields) -> FactType:
    return make_fact_type(
        name=name, **({"level": FactLevel.HOUSE, "value_kind": FactValueKind.NUMBER} | fields)
    )


def colour_type(level: str = FactLevel.HOUSE, name: str = "กลุ่มสี") -> FactType:
    return fact_type(name, level=level, value_kind=FactValueKind.CHOICE, choices=COLOURS)


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
