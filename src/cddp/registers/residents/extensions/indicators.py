"""ตัวชี้วัดของทะเบียน: every number opens to its rows and to the map."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import Indicator, IndicatorRow, indicators
from cddp.foundation.values.thai_dates import MONTHS_SHORT
from cddp.registers.residents.choices import FactLevel, Sex
from cddp.registers.residents.queries import indicators as counts
from cddp.registers.residents.rules.ages import ALL_ELDERLY, ELDERLY, FIVE_YEARS


def _address(name: str, **params: str) -> str:
    given = {key: value for key, value in params.items() if value}
    return f"{reverse(name)}?{urlencode(given)}" if given else reverse(name)


def _map_address(area_code: str, **params: str) -> str:
    given = {"layers": "areas,houses", **params} | ({"f.houses.area": area_code} if area_code else {})
    return _address("maps:map", **given)


def _people_address(user: User, **params: str) -> str:
    # Who may not open the list of persons gets the number without a way into it.
    return _address("residents:people", **params) if user.has_perm("residents.view_person") else ""


def _people(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    area = counts.area_id_of(user, area_code)
    total = sum(count for _born, _sex, count in counts.count_by_birth(user, area_code, on))
    url = _people_address(user, area=area, kind="registered")
    return [IndicatorRow(_("คนในทะเบียนบ้าน"), total, url, _map_address(area_code))]


def _people_by_area(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    if area_code:
        return []  # one bar would say nothing that the number does not
    return [
        IndicatorRow(
            f"หมู่ {row['number']} {row['name']}" if row["number"] else (row["name"] or _("ไม่ระบุหมู่")),
            row["count"],
            _people_address(user, area=str(row["area_id"] or ""), kind="registered"),
            _map_address(""),
        )
        for row in counts.count_registered_by_area(user, area_code, on)
    ]


def _households(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    area = counts.area_id_of(user, area_code)
    total = counts.count_houses(user, area_code).households
    return [
        IndicatorRow(_("ครัวเรือน"), total, _address("residents:houses", area=area), _map_address(area_code))
    ]


def _pyramid(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    births, area = counts.count_by_birth(user, area_code, on), counts.area_id_of(user, area_code)
    return [
        IndicatorRow(
            band.label.removesuffix(" ปี"),
            counts.count_in_band(births, band, on, sex.value),
            _people_address(user, area=area, kind="registered", age=band.key, sex=sex.value),
            _map_address(area_code),
            group=str(sex.label),
        )
        for sex in (Sex.MALE, Sex.FEMALE)
        for band in FIVE_YEARS
    ]


def _elderly_share(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    births, area = counts.count_by_birth(user, area_code, on), counts.area_id_of(user, area_code)
    total = sum(count for _born, _sex, count in births)
    elderly = counts.count_in_band(births, ALL_ELDERLY, on)
    url = _people_address(user, area=area, kind="registered", age=ALL_ELDERLY.key)
    on_map = _map_address(area_code, colour="fact:elderly_in_house")
    return [IndicatorRow(_("ผู้สูงอายุ 60 ปีขึ้นไป"), elderly / total if total else 0.0, url, on_map)]


def _elderly_bands(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    births, area = counts.count_by_birth(user, area_code, on), counts.area_id_of(user, area_code)
    return [
        IndicatorRow(
            band.label,
            counts.count_in_band(births, band, on),
            _people_address(user, area=area, kind="registered", age=band.key),
            _map_address(area_code, colour="fact:elderly_in_house"),
        )
        for band in ELDERLY
    ]


def _facts_by_month(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    return [
        IndicatorRow(f"{MONTHS_SHORT[month.month - 1]} {(month.year + 543) % 100}", count)
        for month, count in counts.count_facts_by_month(user, on)
    ]


def _stale_facts(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    lists = {FactLevel.HOUSE: "residents:houses", FactLevel.PERSON: "residents:people"}
    return [
        IndicatorRow(name, count, _address(lists[level], stale=str(pk)) if level in lists else "")  # type: ignore[index]
        for pk, name, level, count in counts.count_stale_by_type(user, on)
    ]


def _houses_without_point(user: User, area_code: str, on: date) -> Sequence[IndicatorRow]:
    area = counts.area_id_of(user, area_code)
    total = counts.count_houses(user, area_code).without_point
    url = _address("residents:houses", area=area, placed="0")
    return [IndicatorRow(_("บ้านที่ยังไม่มีพิกัด"), total, url)]


CONTRIBUTED = (
    Indicator("residents.people", _("ประชากรตามทะเบียน"), "residents.view", _people, unit=_("คน"), order=10),
    Indicator("residents.households", _("ครัวเรือน"), "residents.view", _households, unit=_("ครัวเรือน"), order=20),
    Indicator(
        "residents.elderly_share", _("สัดส่วนผู้สูงอายุ"), "residents.view", _elderly_share, kind="share",
        explanation=_("คนอายุ 60 ปีขึ้นไป ต่อคนทั้งหมดในทะเบียนบ้าน"), order=30,
    ),
    Indicator("residents.pyramid", _("โครงสร้างอายุ"), "residents.view", _pyramid, "pyramid", _("คน"), order=40),
    Indicator(
        "residents.elderly_bands", _("ผู้สูงอายุตามช่วงวัย"), "residents.view", _elderly_bands, "bar", _("คน"),
        order=50,
    ),
    Indicator(
        "residents.people_by_area", _("ประชากรตามหมู่/ชุมชน"), "residents.view", _people_by_area, "bar", _("คน"),
        order=60,
    ),
    Indicator(
        "residents.facts_by_month", _("ข้อเท็จจริงที่บันทึกต่อเดือน"), "residents.view", _facts_by_month, "line",
        _("รายการ"), group="data", order=70,
    ),
    Indicator(
        "residents.stale_facts", _("ข้อเท็จจริงที่พ้นกำหนด"), "residents.view", _stale_facts, "bar", _("รายการ"),
        group="data", explanation=_("ค่าที่เก่าเกินอายุข้อมูลที่กำหนดไว้ ควรสำรวจใหม่"), order=80,
    ),
    Indicator(
        "residents.without_point", _("บ้านที่ยังไม่มีพิกัด"), "residents.view", _houses_without_point,
        unit=_("หลัง"), group="data", order=90,
    ),
)  # fmt: skip

for indicator in CONTRIBUTED:
    indicators.add(indicator)
