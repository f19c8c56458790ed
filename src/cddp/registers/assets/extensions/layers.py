"""ชั้นแผนที่ของทรัพย์สิน: points and lines, by class, by condition, by whether they work (lamps lit and dark)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerField, LayerQuery, LegendEntry, MapLayer, map_layers
from cddp.foundation.values.thai_dates import format_relative, format_short
from cddp.registers.assets.choices import (
    CONDITION_LOOKS,
    NEVER_INSPECTED,
    AssetState,
    Condition,
    GeometryKind,
)
from cddp.registers.assets.models import Asset, AssetClass
from cddp.registers.assets.queries.map_rows import IDLE, LINES, NONE, OUT, POINTS, WORKS, list_placed

OUTAGES = [
    LegendEntry(OUT, _("ชำรุด ไฟดับ"), "#c62828", "triangle-alert"),
    LegendEntry(WORKS, _("ใช้การได้ ไฟติด"), "#2e7d4f", "circle-check"),
    LegendEntry(IDLE, _("เก็บไว้หรือหาไม่พบ"), "#8a8a8a", "package"),
]
CONDITIONS = [
    *(
        LegendEntry(str(grade.value), f"{grade.value} {grade.label}", look.colour, look.icon)
        for grade, look in CONDITION_LOOKS.items()
    ),
    LegendEntry(NONE, _("ยังไม่เคยตรวจ"), NEVER_INSPECTED.colour, NEVER_INSPECTED.icon),
]


def _rows(which: Q, user: User, query: LayerQuery) -> QuerySet[Any]:
    return list_placed(user, query, which)


def _classes(kinds: Sequence[str]) -> list[LegendEntry]:
    rows = AssetClass.objects.filter(geometry__in=kinds, is_active=True)
    return [LegendEntry(str(each.pk), each.name, each.colour, each.icon) for each in rows]


def _legend(kinds: Sequence[str], user: User, query: LayerQuery) -> Sequence[LegendEntry]:
    if query.colour_by == "condition":
        return CONDITIONS
    return OUTAGES if query.colour_by == "outage" else _classes(kinds)


def _fields(kinds: Sequence[str], user: User) -> Sequence[LayerField]:
    return [
        LayerField("class", _("ประเภท"), _classes(kinds)),
        LayerField("condition", _("สภาพ"), CONDITIONS),
        LayerField("outage", _("ใช้การได้หรือไม่"), OUTAGES),
    ]


def _details(user: User, asset_id: UUID) -> Mapping[str, Any] | None:
    rows = Asset.objects.visible_to(user).select_related("asset_class", "division", "holder__user")
    asset = rows.filter(pk=asset_id).first()
    if asset is None:
        return None
    shown = [(_("สถานะ"), asset.get_state_display())]
    if asset.state == AssetState.BROKEN and (outage := asset.outages.open().first()):
        since = format_relative(outage.from_at, timezone.now())
        shown.append((_("ชำรุด"), f"{since} · {outage.words}" if outage.words else since))
    shown.append((_("สภาพ"), _condition_words(asset)))
    if asset.length_m:
        shown.append((_("ความยาว"), _("%(metres)s เมตร") % {"metres": f"{asset.length_m:,.0f}"}))
    if asset.place:
        shown.append((_("สถานที่ตั้ง"), asset.place))
    shown.append((_("ผู้ดูแล"), _keeper_words(asset)))
    return {
        "title": asset.name,
        "subtitle": " · ".join(filter(None, [asset.asset_class.name, asset.number])),
        "url": asset.get_absolute_url(),
        "rows": shown,
    }


def _condition_words(asset: Asset) -> str:
    if not asset.condition:
        return str(_("ยังไม่เคยตรวจ"))
    words = f"{asset.condition} {Condition(asset.condition).label}"
    return f"{words} · {format_short(asset.inspected_on)}" if asset.inspected_on else words


def _keeper_words(asset: Asset) -> str:
    holder = str(asset.holder.user) if asset.holder else ""
    division = asset.division.name if asset.division else ""
    return " · ".join(filter(None, [division, holder])) or "–"


for key, label, geometry, which, kinds, place in (
    ("assets", _("ทรัพย์สิน"), "point", POINTS, (GeometryKind.POINT, GeometryKind.NONE), 64),
    ("asset_lines", _("ถนน ท่อ และแนวเส้น"), "line", LINES, (GeometryKind.LINE,), 65),
):
    map_layers.add(
        MapLayer(
            key=key,
            label=label,
            permission="assets.view",
            export_permission="assets.export",
            geometry=geometry,
            model="assets.Asset",
            rows=partial(_rows, which),
            geometry_field="shape_3857",
            legend=partial(_legend, kinds),
            fields=partial(_fields, kinds),
            details=_details,
            row_url=lambda asset: asset.get_absolute_url(),
            list_url_name="assets:assets",
            version_tables=("assets_asset", "assets_assetclass"),
            counted=geometry == "point",
            counted_where=which,
            visible_at_start=False,
            order=place,
        )
    )
