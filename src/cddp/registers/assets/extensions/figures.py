"""ตัวชี้วัดของทรัพย์สิน: each number opens to its rows and, where they stand somewhere, to the map."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import IndicatorRow, add_indicators
from cddp.registers.assets.choices import Condition
from cddp.registers.assets.queries import figures

NEVER = _("ยังไม่เคยตรวจ")
NONE = "none"


def _list_url(area_code: str, **chosen: str | Sequence[str]) -> str:
    asked: dict[str, str | Sequence[str]] = {**chosen, **({"area": area_code} if area_code else {})}
    address = reverse("assets:assets")
    return f"{address}?{urlencode(asked, doseq=True)}" if asked else address


def _map_url(layer: str, colour: str, **chosen: str) -> str:
    filters = {f"f.{layer}.{name}": value for name, value in chosen.items()}
    asked = {"layers": f"areas,{layer}", f"colour.{layer}": colour, **filters}
    return f"{reverse('maps:map')}?{urlencode(asked)}"


def _lamps(user: User, area_code: str, on: dt.date) -> figures.Lamps:
    # Two figures of one page ask.
    kept: dict[tuple[str, dt.date], figures.Lamps] = user.__dict__.setdefault("_assets_lamps", {})
    if (area_code, on) not in kept:
        kept[area_code, on] = figures.count_lamps(user, area_code, on)
    return kept[area_code, on]


def _lit(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    lamps = _lamps(user, area_code, on)
    if not lamps.total:
        return []
    return [
        IndicatorRow(
            _("ดวงไฟที่ติด"),
            lamps.lit_share,
            _list_url(area_code, **{"class": lamps.classes, "out": "0"}),
            _map_url("assets", "outage", **{"class": ",".join(lamps.classes)}),
        )
    ]


def _dark(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    lamps = _lamps(user, area_code, on)
    if not lamps.total:
        return []
    return [
        IndicatorRow(
            _("ดวงไฟที่ดับ"),
            lamps.dark,
            _list_url(area_code, **{"class": lamps.classes, "out": "1"}),
            _map_url("assets", "outage", **{"class": ",".join(lamps.classes), "outage": "out"}),
        )
    ]


def _by_condition(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    counts = figures.count_by_condition(user, area_code, on)
    grades: list[tuple[int | None, object]] = [
        *((each.value, each.label) for each in Condition),
        (None, NEVER),
    ]
    return [
        IndicatorRow(
            label,
            counts[grade],
            _list_url(area_code, condition=str(grade or NONE)),
            _map_url("assets", "condition", condition=str(grade or NONE)),
        )
        for grade, label in grades
        if counts.get(grade)
    ]


def _roads(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    roads = figures.measure_roads(user, area_code, on)
    grades: list[tuple[int | None, object]] = [
        *((each.value, each.label) for each in Condition),
        (None, NEVER),
    ]
    return [
        IndicatorRow(
            label,
            round(roads.kilometres[grade], 1),
            _list_url(area_code, **{"class": roads.classes, "condition": str(grade or NONE)}),
            _map_url(
                "asset_lines",
                "condition",
                **{"class": ",".join(roads.classes), "condition": str(grade or NONE)},
            ),
        )
        for grade, label in grades
        if roads.kilometres.get(grade)
    ]


def _broken(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    return [
        IndicatorRow(
            name,
            broken,
            _list_url(area_code, **{"class": str(key), "out": "1"}),
            _map_url("assets", "outage", **{"class": str(key), "outage": "out"}),
        )
        for key, name, broken in figures.count_broken_by_class(user, area_code, on)
    ]


def _kept(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    kept, _cost = figures.count_kept(user, area_code, on)
    return [IndicatorRow(_("ทรัพย์สินในทะเบียน"), kept, _list_url(area_code))] if kept else []


add_indicators(
    "assets",
    [
        (
            "lit",
            _("ดวงไฟสาธารณะที่ติด"),
            _lit,
            "share",
            "",
            _("ดวงที่ใช้การได้ ต่อดวงทั้งหมดที่ใช้งาน ตามเรื่องแจ้งและเซนเซอร์"),
        ),
        ("dark", _("ดวงไฟที่ดับอยู่"), _dark, "number", _("ดวง"), ""),
        ("kept", _("ทรัพย์สินในทะเบียน"), _kept, "number", _("รายการ"), _("ไม่นับที่จำหน่ายแล้ว")),
        (
            "condition",
            _("ทรัพย์สินตามสภาพ"),
            _by_condition,
            "bar",
            _("รายการ"),
            _("ตามการตรวจสภาพครั้งล่าสุดของแต่ละรายการ"),
        ),
        ("roads", _("ถนนตามสภาพ"), _roads, "bar", _("กม."), _("ตามการตรวจสภาพครั้งล่าสุดของแต่ละสาย")),
        (
            "broken",
            _("ชำรุดอยู่ตอนนี้"),
            _broken,
            "bar",
            _("รายการ"),
            _("ตามประเภท รายการที่ยังไม่มีใครบันทึกว่ากลับมาใช้ได้"),
        ),
    ],
    permission="assets.view",
    group="assets",
    order=80,
)
