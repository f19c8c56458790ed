"""แก้ไขบ้าน: make and change houses and their points."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.gis.geos import Point
from django.db import models, transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.house_code import parse_house_code
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import PointSource, RegistryState
from cddp.registers.residents.errors import Difference, UnableToChangeChanged, UnableToChangeHouse
from cddp.registers.residents.events import HouseChanged, HouseMade
from cddp.registers.residents.models import Area, House, Household
from cddp.registers.residents.rules.houses import number_order_of, search_text_of, tidy_number

__all__ = ["add_household", "change_house", "end_house", "make_house", "refresh_search", "set_point"]

CHANGEABLE = ("house_code", "number", "area", "road", "lane", "is_central_register")
THAILAND = (97.3, 5.6, 105.7, 20.5)
"""Outer box of the country (degrees): a point outside it has its axes or its datum wrong."""


@transaction.atomic
def make_house(
    *,
    number: str,
    area: Area | None = None,
    house_code: str = "",
    road: str = "",
    lane: str = "",
    is_central_register: bool = False,
    point: Point | None = None,
    point_source: str = PointSource.NONE,
    by: User | None = None,
) -> House:
    """Add a house with its first household. Raises UnableToChangeHouse for a code that is in use."""
    policies.require(by, "residents.change")
    policies.require_area_in_reach(by, area)
    house = House(is_central_register=is_central_register, area=area)
    _put(house, {"number": number, "house_code": house_code, "road": road, "lane": lane})
    if point is not None:
        house.point, house.point_source = _checked_point(point), point_source
    _refuse_taken_code(house)
    house.save(force_insert=True)
    Household.objects.create(house=house, sequence=1)
    audit.record("residents.house.made", house, changes={"number": [None, house.number]})
    publish(HouseMade(house.pk))
    return house


@transaction.atomic
def change_house(house: House, *, version: int, by: User | None = None, **changes: Any) -> House:
    """Change some of CHANGEABLE. `version` is the one that was read.

    Raises UnableToChangeChanged (with the differences) when somebody else saved in between.
    """
    policies.require(by, "residents.change")
    policies.require_in_reach(by, house)
    if "area" in changes:
        policies.require_area_in_reach(by, changes["area"])
    locked = _lock(house)
    if locked.version != version:
        raise UnableToChangeChanged(
            _("มีผู้อื่นแก้ไขบ้านหลังนี้ไปแล้ว โปรดตรวจสอบสิ่งที่ต่างกัน แล้วบันทึกอีกครั้งหากยังต้องการ"),
            differences_between(locked, changes),
        )
    before = {name: getattr(locked, name) for name in CHANGEABLE}
    _put(locked, changes)
    changed = [name for name in CHANGEABLE if getattr(locked, name) != before[name]]
    if not changed:
        return locked
    if "house_code" in changed:
        _refuse_taken_code(locked)
    return _save(locked, before, changed, "residents.house.changed")


@transaction.atomic
def set_point(
    house: House, point: Point | None, source: str, *, by: User | None = None, version: int | None = None
) -> House:
    """Put the house on the map (EPSG:4326), or take it off with None. `version` guards against two at once."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, house)
    locked = _lock(house)
    if version is not None and locked.version != version:
        raise UnableToChangeChanged(_("มีผู้อื่นแก้ไขบ้านหลังนี้ไปแล้ว โปรดเปิดหน้านี้ใหม่แล้วปักตำแหน่งอีกครั้ง"), [])
    before = {"point": locked.point, "point_source": locked.point_source}
    locked.point = None if point is None else _checked_point(point)
    locked.point_source = PointSource.NONE if point is None else source
    return _save(locked, before, ["point", "point_source"], "residents.house.point_set")


@transaction.atomic
def end_house(house: House, *, reason: str, by: User | None = None) -> House:
    """Take a house out of the register (จำหน่าย): it was pulled down. Nobody may live in it any more."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, house)
    locked = _lock(house)
    if locked.households.filter(memberships__ended_on=None, memberships__pk__isnull=False).exists():
        raise UnableToChangeHouse(_("ยังมีผู้อยู่ในบ้านหลังนี้ ให้ย้ายออกก่อนจำหน่ายบ้าน"), code="inhabited")
    before = {"state": locked.state}
    locked.state = RegistryState.ENDED
    return _save(locked, before, ["state"], "residents.house.ended", purpose=normalise_line(reason)[:200])


@transaction.atomic
def add_household(house: House, *, name: str = "", by: User | None = None) -> Household:
    """Add a further household to a house, with the next free number."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, house)
    locked = _lock(house)
    last = locked.households.aggregate(last=models.Max("sequence"))["last"] or 0
    household = Household.objects.create(house=locked, sequence=last + 1, name=normalise_line(name)[:120])
    audit.record("residents.household.made", household)
    return household


def refresh_search(house: House) -> None:
    """Put the derived fields of an unsaved or locked house right: sort number and search text."""
    area = house.area
    house.number_order = number_order_of(house.number)
    house.search_text = search_text_of(
        number=house.number,
        moo=area.number if area else None,
        area_name=area.name if area else "",
        road=house.road,
        lane=house.lane,
        house_code=house.house_code,
    )


def differences_between(house: House, wanted: Mapping[str, Any]) -> list[Difference]:
    """Return the fields in which the register now differs from what a person wants to save."""
    labels = {name: _label(name) for name in CHANGEABLE}
    return [
        Difference(labels[name], _shown(getattr(house, name)), _shown(wanted[name]))
        for name in CHANGEABLE
        if name in wanted and getattr(house, name) != wanted[name]
    ]


def _label(name: str) -> str:
    return str(getattr(House._meta.get_field(name), "verbose_name", name))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    return "–" if value in (None, "") else str(value)


def _lock(house: House) -> House:
    locked = House.objects.select_for_update(of=("self",)).select_related("area").get(pk=house.pk)
    if locked.state != RegistryState.ACTIVE:
        raise UnableToChangeHouse(_("บ้านหลังนี้จำหน่ายหรือรวมกับรายการอื่นแล้ว จึงแก้ไขไม่ได้"), code="not_active")
    return locked


def _put(house: House, changes: Mapping[str, Any]) -> None:
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not a changeable field of a house: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(house, name, normalise_line(value) if isinstance(value, str) else value)
    house.number = tidy_number(house.number)
    if not house.number:
        raise UnableToChangeHouse(_("โปรดระบุบ้านเลขที่ หากไม่มีให้ใส่ “-”"), code="number")
    reading = parse_house_code(house.house_code)
    # A code that cannot be read is kept as written: the register knows more than the form does.
    house.house_code = reading.digits or reading.written[:20]
    refresh_search(house)


def _refuse_taken_code(house: House) -> None:
    taken = House.objects.filter(house_code=house.house_code, state=RegistryState.ACTIVE).exclude(pk=house.pk)
    if house.house_code and taken.exists():
        raise UnableToChangeHouse(_("รหัสประจำบ้านนี้เป็นของบ้านอื่นในทะเบียนแล้ว ค้นหารหัสนี้เพื่อเปิดดู"), code="code_taken")


def _checked_point(point: Point) -> Point:
    west, south, east, north = THAILAND
    if point.srid not in (None, 4326):
        point = cast(Point, point.transform(4326, clone=True))
    if not (west <= point.x <= east and south <= point.y <= north):
        raise UnableToChangeHouse(_("พิกัดอยู่นอกประเทศไทย ตรวจสอบว่าไม่ได้สลับละติจูดกับลองจิจูด"), code="point_outside")
    return Point(round(point.x, 7), round(point.y, 7), srid=4326)


def _save(
    house: House, before: Mapping[str, Any], changed: list[str], action: str, *, purpose: str = ""
) -> House:
    house.version += 1
    derived = ["number_order", "search_text"] if set(changed) & set(CHANGEABLE) else []
    house.save(update_fields=[*changed, *derived, "version", "updated_at"])
    shown = {name: [_plain(before[name]), _plain(getattr(house, name))] for name in changed}
    audit.record(action, house, changes=shown, purpose=purpose)
    publish(HouseChanged(house.pk, tuple(changed)))
    return house


def _plain(value: Any) -> Any:
    if isinstance(value, Point):
        return f"{value.y:.6f}, {value.x:.6f}"
    return str(value) if isinstance(value, models.Model) else value
